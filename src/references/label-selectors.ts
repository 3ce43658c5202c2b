import { sameValue } from '../model/same.ts';
import { isList, isMap, isScalar, stringAt, valueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import type { Resource } from '../model/installation.ts';
import { NEW } from '../operator/fields.ts';
import type { Operation } from '../yaml/primitives.ts';
import type { Mention } from './mentions.ts';
import type { ResourceContext } from './resource-context.ts';
import { besideItem, extended, extending, rewritten } from './resource-plan.ts';
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
      prepare:
        'whom a NetworkPolicy lets in or out is let by the new labels too; a NetworkPolicy, PodDisruptionBudget, ServiceMonitor, PodMonitor, CiliumNetworkPolicy or policy of Istio for pods by the old labels gets a twin by the new ones behind it; a Service selects `app: mattermost`, where its namespace has one installation',
      cutover: 'affinity and topology spread go by the new labels',
      finish: 'peers of a NetworkPolicy by the old labels go; what has a twin takes its place',
    },
  },
  { owns: ({ referent, form }) => referent === 'label' && form === 'label', plan: planLabel },
);

function planLabel({ resource, path }: Mention, stage: Stage, context: ResourceContext): ResourcePlan | null {
  const { kind, value } = resource;
  if (kind === 'NetworkPolicy' && /^(?:from|to)$/.test(String(path[3]))) return planPeer(value, path.slice(0, 5), extending(stage));
  if (kind === 'Service' && path.length === 3) return stage === 'prepare' || stage === 'convert' ? planShared(value, path, context) : null;
  const twin = TWINS.get(kind);
  if (twin !== undefined && path.slice(0, -1).join('.') === twin) return stage === 'cutover' ? null : planTwin(value, path, stage, context);
  const places = path.some((step) => step === 'affinity' || step === 'topologySpreadConstraints');
  return places && (stage === 'cutover' || stage === 'convert') ? planRename(value, path, context) : null;
}

/** What goes by one set of labels only, with the place of its selector. */
const TWINS: ReadonlyMap<string, string> = new Map([
  ['NetworkPolicy', 'spec.podSelector.matchLabels'],
  ['PodDisruptionBudget', 'spec.selector.matchLabels'],
  ['ServiceMonitor', 'spec.selector.matchLabels'],
  ['PodMonitor', 'spec.selector.matchLabels'],
  ['PeerAuthentication', 'spec.selector.matchLabels'],
  ['RequestAuthentication', 'spec.selector.matchLabels'],
  ['AuthorizationPolicy', 'spec.selector.matchLabels'],
  ['CiliumNetworkPolicy', 'spec.endpointSelector.matchLabels'],
]);

/** The name of a twin. */
const twinName = (name: string): string => `${name}-mattermost`;

export const TWIN_COMMENT =
  'For what the Mattermost operator makes of a Mattermost. The same for ClusterInstallations stands above, until none is left.';

/** Whether a resource goes by the new labels, as a twin does. */
export const hasNewLabels = (resource: Pick<Resource, 'kind' | 'value'>): boolean => {
  const labels = labelsOf(resource);
  return isMap(labels) && [...labels.keys()].some((key) => key.startsWith(`${NEW.group}/`));
};

const labelsOf = ({ kind, value }: Pick<Resource, 'kind' | 'value'>): Value | undefined => {
  const place = TWINS.get(kind);
  return place === undefined ? undefined : valueAt(value, place.split('.'));
};

/** Whether a resource is the twin of another. */
export const isTwinOf = (twin: Resource, { kind, name, namespace }: Pick<Resource, 'kind' | 'name' | 'namespace'>): boolean =>
  twin.kind === kind && twin.name === twinName(name) && twin.namespace === namespace && hasNewLabels(twin);

/** Whether somebody has written for the new labels what a resource is for the old ones, under another name. */
export function isCounterpartOf(other: Resource, resource: Resource): boolean {
  const [own, labels] = [labelsOf(resource), labelsOf(other)];
  if (other.kind !== resource.kind || other.namespace !== resource.namespace || !isMap(own) || !isMap(labels)) return false;
  return other !== resource && hasNewLabels(other) && sameValue(withLabelsRenewed(own), labels);
}

/** Pods of both generations have to be selected for a while, and no selector can say so. */
function planTwin(value: ValueMap, path: Path, stage: Stage, { fateBeside }: ResourceContext): ResourcePlan | null {
  const name = stringAt(value, ['metadata', 'name']);
  const labels = valueAt(value, path.slice(0, -1));
  const selected = valueAt(value, path);
  if (name === null || !isScalar(selected) || !isMap(labels) || isColoured(labels) || selected.text.includes('$')) return null;
  if (stage !== 'finish' && fateBeside(selected.text, value).converted === 'none') return null;
  const renames = [...labels.keys()].flatMap((key): Operation[] => {
    const renewed = renewedLabel(key);
    return renewed === null ? [] : [{ op: 'rename', path: [...path.slice(0, -1), key], key: renewed }];
  });
  if (stage === 'finish') return renames.length === 0 ? null : { ...rewritten(...renames), endsTwin: true };
  return { ...extended(), twin: [{ op: 'set', path: ['metadata', 'name'], text: twinName(name), string: true }, ...renames] };
}

/** The pods of both generations have this one. */
const SHARED = { key: 'app', text: 'mattermost' } as const;

/** A Service has one name that others know, so it selects by what the pods of both generations have, where no other installation has it there. */
function planShared(value: ValueMap, path: Path, { fateBeside }: ResourceContext): ResourcePlan | null {
  const at = path.slice(0, -1);
  const selector = valueAt(value, at);
  if (!isMap(selector) || !path.includes('selector')) return null;
  const old = [...selector].filter(([key]) => renewedLabel(key) !== null);
  const { names, converted } = fateBeside(null, value);
  const [only] = names ?? [];
  const isOnly = names?.length === 1 && converted !== 'none' && old.every(([, label]) => isScalar(label) && label.text === only);
  const shared = stringAt(selector, [SHARED.key]);
  if (!isOnly || (shared ?? SHARED.text) !== SHARED.text) return null;
  const [first, ...rest] = old.map(([key]): Path => [...at, key]);
  if (first === undefined) return null;
  const gone = (shared === null ? rest : [first, ...rest]).map((each): Operation => ({ op: 'delete', path: each }));
  if (shared !== null) return extended(...gone);
  return extended({ op: 'set', path: first, text: SHARED.text, string: true }, { op: 'rename', path: first, key: SHARED.key }, ...gone);
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
function planRename(value: ValueMap, path: Path, { fateBeside }: ResourceContext): ResourcePlan | null {
  const key = String(path.at(-1));
  const selected = valueAt(value, path);
  const renewed = renewedLabel(key);
  if (renewed === null || !isScalar(selected) || isColoured(selected) || selected.text.includes('$')) return null;
  return fateBeside(selected.text, value).converted === 'all' ? rewritten({ op: 'rename', path, key: renewed }) : null;
}
