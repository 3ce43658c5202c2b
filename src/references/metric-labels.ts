import { isScalar, valueAt } from '../model/value.ts';
import type { Path, ValueMap } from '../model/value.ts';
import { extendedAt, extending, toText } from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';
import { renewedLabel } from './spelling.ts';
import { written } from './written.ts';

/** The labels of objects that kube-state-metrics tells. */
export const metricLabels = written(
  {
    id: 'metric-labels',
    found: 'Arguments that tell kube-state-metrics which labels of objects to tell (`--metric-labels-allowlist`).',
    example: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: kube-state-metrics
spec:
  template:
    spec:
      containers:
        - name: kube-state-metrics
          args: ["--metric-labels-allowlist=pods=[v1alpha1.mattermost.com/installation]"]
`,
    written: { prepare: 'the labels of both generations are told', finish: 'the old ones are not told any more' },
  },
  {
    owns: ({ referent, resource, path }) => {
      const argument = valueAt(resource.value, path);
      return referent === 'label' && isScalar(argument) && ARGUMENT.test(argument.text);
    },
    plan: ({ resource, path }, stage) => {
      const how = extending(stage);
      return how === null ? null : planArgument(resource.value, path, how);
    },
  },
);

const ARGUMENT = /^--metric-labels-allowlist=\S+$/;
const LIST = /\[([^[\]]*)\]/g;

function planArgument(value: ValueMap, path: Path, how: 'extend' | 'finish'): ResourcePlan | null {
  const argument = valueAt(value, path);
  if (!isScalar(argument)) return null;
  const change = how === 'extend' ? withNewLabels : withoutOldLabels;
  const text = argument.text.replaceAll(LIST, (_, labels: string) => `[${change(labels.split(',')).join(',')}]`);
  return text === argument.text ? null : extendedAt(how, toText(argument, path, text));
}

const withNewLabels = (labels: readonly string[]): string[] =>
  labels.flatMap((label) => {
    const renewed = renewedLabel(label);
    return renewed === null || labels.includes(renewed) ? [label] : [label, renewed];
  });

const withoutOldLabels = (labels: readonly string[]): string[] => labels.filter((label) => !labels.includes(renewedLabel(label) ?? ''));
