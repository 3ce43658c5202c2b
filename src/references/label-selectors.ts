import { isList, isMap, isScalar, stringAt, valueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import type { Mention } from './mentions.ts';
import type { ResourceContext } from './resource-context.ts';
import { besideItem, extending, rewritten } from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';
import type { Stage } from './referrer.ts';
import { renewedLabel } from './spelling.ts';
import { written } from './written.ts';

/** What finds the pods, services and other objects of an installation by the labels that the operator gives them. */
export const labelSelectors = written(
  {
    id: 'label-selectors',
    found: 'Selectors by the labels that the operator gives to what belongs to a ClusterInstallation.',
    example: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: chat
spec:
  podSelector:
    matchLabels:
      v1alpha1.mattermost.com/installation: chat
`,
    written: {
      prepare: 'whom a NetworkPolicy lets in or out is let by the new labels too',
      cutover: 'affinity and topology spread go by the new labels',
      finish: 'peers of a NetworkPolicy by the old labels go',
    },
  },
  { owns: ({ referent, form }) => referent === 'label' && form === 'label', plan: planLabel },
);

function planLabel({ resource, path }: Mention, stage: Stage, context: ResourceContext): ResourcePlan | null {
  const { kind, value } = resource;
  if (kind === 'NetworkPolicy' && /^(?:from|to)$/.test(String(path[3]))) return planPeer(value, path.slice(0, 5), extending(stage));
  const places = path.some((step) => step === 'affinity' || step === 'topologySpreadConstraints');
  return places && (stage === 'cutover' || stage === 'convert') ? planRename(value, path, context) : null;
}

/** Peers are alternatives, so one for each generation of labels can stand in the list. */
function planPeer(value: ValueMap, path: Path, how: 'extend' | 'finish' | null): ResourcePlan | null {
  const peer = valueAt(value, path);
  return how === null || !isMap(peer) || isColoured(peer) ? null : besideItem(value, path, withLabelsRenewed(peer), how);
}

function withLabelsRenewed(value: Value): Value {
  if (isMap(value)) return new Map([...value].map(([key, child]) => [renewedLabel(key) ?? key, withLabelsRenewed(child)]));
  if (isList(value)) return value.map(withLabelsRenewed);
  const renewed = renewedLabel(value.text);
  return renewed === null ? value : { ...value, text: renewed, value: renewed };
}

/** Pods of BlueGreen and Canary have no counterpart. */
function isColoured(value: Value): boolean {
  if (isScalar(value)) return /-(?:blue|green|canary)$/.test(value.text);
  return (isList(value) ? value : [...value.values()]).some(isColoured);
}

/** Where pods are placed is for those that come, and these have the new labels. */
function planRename(value: ValueMap, path: Path, { fateOf }: ResourceContext): ResourcePlan | null {
  const key = String(path.at(-1));
  const selected = valueAt(value, path);
  const renewed = renewedLabel(key);
  const namespace = stringAt(value, ['metadata', 'namespace']);
  if (renewed === null || !isScalar(selected) || isColoured(selected) || selected.text.includes('$')) return null;
  return fateOf({ name: selected.text, namespace }).converted === 'all' ? rewritten({ op: 'rename', path, key: renewed }) : null;
}
