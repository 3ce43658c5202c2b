import { fieldFate } from '../edit/field-path.ts';
import type { FieldDecision } from '../edit/field-path.ts';
import { isList, isMap, isScalar, stringScalar, valueAt, withKey } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import type { Mention } from './mentions.ts';
import { isMetricsConfiguration } from './mentions.ts';
import { besideItem, counterpartOf, extending, withText, wholeMap } from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';
import { renewed } from './spelling.ts';
import { planInText } from './text-of-yaml.ts';
import { written } from './written.ts';

/** What kube-state-metrics measures of custom resources. */
export const customMetrics = written(
  {
    id: 'custom-metrics',
    found: 'What kube-state-metrics measures of custom resources (`CustomResourceStateMetrics`), in a file of its own or in a ConfigMap.',
    example: `apiVersion: v1
kind: ConfigMap
metadata:
  name: kube-state-metrics
data:
  config.yaml: |
    kind: CustomResourceStateMetrics
    spec:
      resources:
        - groupVersionKind: {group: mattermost.com, version: v1alpha1, kind: ClusterInstallation}
          metrics:
            - name: replicas
              each:
                type: Gauge
                gauge: {path: [status, replicas]}
`,
    written: {
      prepare: 'the same is measured of the new kind, at the places that fields have there, and its state may be `ready` as well',
      finish: 'the old kind is not measured any more',
    },
  },
  {
    owns: (mention) => mention.referent === 'kind' && (mention.resource.kind === METRICS || isInText(mention)),
    plan: (mention, stage) => {
      const how = extending(stage);
      const { resource, path } = mention;
      if (how === null) return null;
      if (isInText(mention)) return planInText(resource.value, path, (value) => [planFirst(value, how)]);
      return planResource(resource.value, path.slice(0, RESOURCES.length + 1), how);
    },
  },
);

const METRICS = 'CustomResourceStateMetrics';
const RESOURCES: Path = ['spec', 'resources'];

function isInText({ resource, path }: Mention): boolean {
  const text = valueAt(resource.value, path);
  return resource.kind === 'ConfigMap' && isScalar(text) && isMetricsConfiguration(text.text);
}

/** An entry for the kind: there is one, unless somebody splits what is measured of it. */
function planFirst(value: Value, how: 'extend' | 'finish'): ResourcePlan | null {
  const entries = valueAt(value, RESOURCES);
  const indexes = isList(entries)
    ? entries.flatMap((entry, index) => (counterpartOf(valueAt(entry, ['groupVersionKind'])) === null ? [] : [index]))
    : [];
  const [only, ...others] = indexes;
  return only === undefined || others.length > 0 ? null : planResource(value, [...RESOURCES, only], how);
}

function planResource(value: Value, path: Path, how: 'extend' | 'finish'): ResourcePlan | null {
  const entry = valueAt(value, path);
  const type = counterpartOf(valueAt(entry, ['groupVersionKind']));
  if (!isMap(entry) || type === null) return null;
  const counterpart = withPaths(withKey(entry, 'groupVersionKind', type), []);
  return isMap(counterpart) ? besideItem(value, path, withPlural(counterpart), how) : null;
}

function withPlural(entry: ValueMap): ValueMap {
  const plural = entry.get('resourcePlural');
  const text = isScalar(plural) ? renewed(plural.text) : null;
  return isScalar(plural) && text !== null ? withKey(entry, 'resourcePlural', withText(plural, text)) : entry;
}

/** Entries last for longer than the installations that are there. */
const ANY: FieldDecision = { fileStore: 'undecided', database: 'undecided', ingress: 'undecided' };

/** Paths, as lists of their steps, for the new kind; those beside a `path` lead on from there. Null where one can't be told, or has no counterpart. */
function withPaths(value: ValueMap, from: readonly string[]): ValueMap | null {
  const own = stepsOf(value.get('path'));
  const start = own === null ? from : [...from, ...own];
  const moved = movedTo(start);
  const parts = [...value].map(([key, child]): readonly [string, Value | null] => {
    if (key === 'path') return [key, moved === null ? null : listOf(moved)];
    if (key === 'valueFrom') return [key, withStepsMoved(child, start)];
    if (key === 'labelsFromPath')
      return [key, isMap(child) ? wholeMap([...child].map(([label, each]) => [label, withStepsMoved(each, start)])) : null];
    if (key === 'list') return [key, withReady(child, start)];
    if (isMap(child)) return [key, withPaths(child, start)];
    return [key, key === 'metrics' && isList(child) ? metricsOf(child) : child];
  });
  return wholeMap(parts);
}

function metricsOf(metrics: readonly Value[]): Value | null {
  const moved = metrics.flatMap((metric) => (isMap(metric) ? (withPaths(metric, []) ?? []) : []));
  return moved.length === metrics.length ? moved : null;
}

function stepsOf(list: Value | undefined): string[] | null {
  const steps = isList(list) ? list.flatMap((step) => (isScalar(step) ? [step.text] : [])) : null;
  return isList(list) && steps?.length === list.length ? steps : null;
}

const listOf = (steps: readonly string[]): Value =>
  steps.map((step) => (/^-?\d+$/.test(step) ? stringScalar(step) : { ...stringScalar(step), plain: true }));

function movedTo(steps: readonly string[]): string[] | null {
  if (steps.length === 0 || (steps.length === 1 && steps[0] === 'status')) return [...steps];
  const fate = fieldFate(steps, ANY);
  return fate.fate === 'moved' ? [...fate.to, ...steps.slice(fate.from.length)] : null;
}

/** Steps that lead on from a place must do so in the new kind as well. */
function withStepsMoved(list: Value, start: readonly string[]): Value | null {
  const steps = stepsOf(list);
  const [base, whole] = [movedTo(start), steps === null ? null : movedTo([...start, ...steps])];
  if (base === null || whole === null || steps === null || base.join('\n') !== whole.slice(0, base.length).join('\n')) return null;
  const rest = whole.slice(base.length);
  return rest.join('\n') === steps.join('\n') ? list : listOf(rest);
}

/** The states of a Mattermost: it may be ready before it is stable. */
function withReady(list: Value, path: readonly string[]): Value {
  const states = stepsOf(list) ?? [];
  const isState = isList(list) && path.join('.') === 'status.state' && states.includes('reconciling') && !states.includes('ready');
  return isState ? [...list, { ...stringScalar('ready'), plain: true }] : list;
}
