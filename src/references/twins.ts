import type { Resource } from '../model/installation.ts';
import { sameValue } from '../model/same.ts';
import { isList, isMap, isScalar, stringAt, stringScalar, valueAt, withKey } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { operationsFor } from '../edit/field-change.ts';
import type { Operation } from '../yaml/primitives.ts';
import type { ResourceContext } from './resource-context.ts';
import { extended, rewritten } from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';
import type { ReferrerStage } from './referrer.ts';
import { isNewLabel, renewedLabel } from './spelling.ts';

/** What goes by one set of labels only, with the place of the labels in its selector. */
const LABELS: Readonly<Record<string, string>> = {
  NetworkPolicy: 'spec.podSelector.matchLabels',
  PodDisruptionBudget: 'spec.selector.matchLabels',
  ServiceMonitor: 'spec.selector.matchLabels',
  PodMonitor: 'spec.selector.matchLabels',
  PeerAuthentication: 'spec.selector.matchLabels',
  RequestAuthentication: 'spec.selector.matchLabels',
  AuthorizationPolicy: 'spec.selector.matchLabels',
  Telemetry: 'spec.selector.matchLabels',
  WasmPlugin: 'spec.selector.matchLabels',
  Sidecar: 'spec.workloadSelector.labels',
  EnvoyFilter: 'spec.workloadSelector.labels',
  CiliumNetworkPolicy: 'spec.endpointSelector.matchLabels',
  CiliumClusterwideNetworkPolicy: 'spec.endpointSelector.matchLabels',
};

interface SelectorPlace {
  readonly at: readonly string[];
  /** The key of its labels. */
  readonly labels: string;
}

const TWINS: ReadonlyMap<string, SelectorPlace> = new Map(
  Object.entries(LABELS).map(([kind, path]) => {
    const steps = path.split('.');
    return [kind, { at: steps.slice(0, -1), labels: steps.at(-1) ?? '' }];
  }),
);

const EXPRESSIONS = 'matchExpressions';

/** The name of a twin. */
const twinName = (name: string): string => `${name}-mattermost`;

export const TWIN_COMMENT =
  'For what the Mattermost operator makes of a Mattermost. The same for ClusterInstallations stands above, until none is left.';

type Selecting = Pick<Resource, 'kind' | 'value'>;

function selectorOf({ kind, value }: Selecting): Value | undefined {
  const place = TWINS.get(kind);
  return place === undefined ? undefined : valueAt(value, place.at);
}

/** Whether a resource goes by the new labels, as a twin does. */
export const hasNewLabels = (resource: Selecting): boolean => labelsIn(resource).some(isNewLabel);

/** Whether it goes by the old ones. */
export const hasOldLabels = (resource: Selecting): boolean => labelsIn(resource).some((key) => renewedLabel(key) !== null);

/** The keys that a selector asks for. */
function labelsIn(resource: Selecting): string[] {
  const [selector, place] = [selectorOf(resource), TWINS.get(resource.kind)];
  const labels = place === undefined ? undefined : valueAt(selector, [place.labels]);
  const expressions = valueAt(selector, [EXPRESSIONS]);
  return [
    ...(isMap(labels) ? labels.keys() : []),
    ...(isList(expressions) ? expressions.flatMap((each) => stringAt(each, ['key']) ?? []) : []),
  ];
}

/** Whether a resource is the twin of another. */
export const isTwinOf = (twin: Resource, { kind, name, namespace }: Pick<Resource, 'kind' | 'name' | 'namespace'>): boolean =>
  twin.kind === kind && twin.name === twinName(name) && twin.namespace === namespace && hasNewLabels(twin);

/** Whether somebody has written for the new labels what a resource is for the old ones, under another name. */
export function isCounterpartOf(other: Resource, resource: Resource): boolean {
  const [own, theirs] = [selectorOf(resource), selectorOf(other)];
  if (other.kind !== resource.kind || other.namespace !== resource.namespace || !isMap(own) || !isMap(theirs)) return false;
  return other !== resource && hasNewLabels(other) && sameValue(withLabelsRenewed(own), theirs);
}

/** Whether a mention stands in the selector of something that can have a twin. */
export function isInSelector({ kind }: Selecting, path: Path): boolean {
  const place = TWINS.get(kind);
  if (place === undefined || !place.at.every((step, index) => path[index] === step)) return false;
  const [below, , key] = path.slice(place.at.length);
  return below === place.labels || (below === EXPRESSIONS && key === 'key');
}

/** Pods of both generations have to be selected for a while, and no selector can say so. */
export function planTwin(resource: Selecting, stage: ReferrerStage, { fateBeside, prunesFirst }: ResourceContext): ResourcePlan | null {
  const { value } = resource;
  const name = stringAt(value, ['metadata', 'name']);
  const selector = selectorOf(resource);
  const selected = isMap(selector) ? installationsIn(selector) : null;
  if (name === null || !isMap(selector) || selected === null || isColoured(selector)) return null;
  if (stage !== 'finish' && selected.some((each) => fateBeside(each, value).converted === 'none')) return null;
  const renames = [...renamesIn(selector, TWINS.get(resource.kind)?.at ?? []), ...jobRenamed(value)];
  const isOld = renames.some(({ path }) => path !== JOB);
  if (stage === 'finish') return !isOld ? null : { ...rewritten(...renames), endsTwin: true };
  const last = prunesFirst ? prunedLast(value) : [];
  return { ...extended(), twin: [{ op: 'set', path: ['metadata', 'name'], text: twinName(name), string: true }, ...last, ...renames] };
}

/** The label of a Service by which a monitor names the job. */
const JOB: Path = ['spec', 'jobLabel'];

export function jobRenamed(value: ValueMap): Operation[] {
  const renewed = renewedLabel(stringAt(value, JOB) ?? '');
  return renewed === null ? [] : [{ op: 'set', path: JOB, text: renewed, string: true }];
}

const SYNC_OPTIONS = ['metadata', 'annotations', 'argocd.argoproj.io/sync-options'] as const;
const PRUNE_LAST = 'PruneLast=true';

/**
 * Has Argo CD prune a twin when what takes its place is there: else nothing would be selected between the two (gitops-engine, sync_context.go: pruning comes
 * before applying, and behind everything by this option of the live object).
 */
function prunedLast(value: ValueMap): Operation[] {
  const options = stringAt(value, SYNC_OPTIONS);
  if (options?.split(',').includes(PRUNE_LAST) === true) return [];
  const text = options === null ? PRUNE_LAST : `${options},${PRUNE_LAST}`;
  return operationsFor(value, [{ path: SYNC_OPTIONS, value: stringScalar(text) }], []).flat();
}

/** A twin but for when it is pruned, which is no matter of what it says. */
export function asPrunedAnyTime(twin: ValueMap): ValueMap {
  const metadata = twin.get('metadata');
  const annotations = valueAt(twin, SYNC_OPTIONS.slice(0, 2));
  const options = valueAt(annotations, SYNC_OPTIONS.slice(2));
  if (!isMap(metadata) || !isMap(annotations) || !isScalar(options)) return twin;
  const left = options.text
    .split(',')
    .filter((option) => option !== PRUNE_LAST)
    .join(',');
  const own = withKey(annotations, SYNC_OPTIONS[2], left === '' ? undefined : { ...options, text: left, value: left });
  return withKey(twin, 'metadata', withKey(metadata, 'annotations', own.size === 0 ? undefined : own));
}

/** The installations that a selector asks for by name, null among them for any; null where it asks for those that are not of one, or by a variable. */
function installationsIn(selector: ValueMap): (string | null)[] | null {
  if (isNegative(selector)) return null;
  const labels = [...selector].flatMap(([key, child]) => (key !== EXPRESSIONS && isMap(child) ? [...child] : []));
  const named = labels.filter(([key]) => renewedLabel(key) !== null).map(([, each]) => each);
  const expressions = valueAt(selector, [EXPRESSIONS]);
  const asked = (isList(expressions) ? expressions : []).filter((each) => renewedLabel(stringAt(each, ['key']) ?? '') !== null);
  const values = asked.flatMap((each): readonly (Value | null)[] => {
    const list = valueAt(each, ['values']);
    return isList(list) && list.length > 0 ? list : [null];
  });
  const all = [...named, ...values].map((each) => (each === null ? null : isScalar(each) ? each.text : '$'));
  return all.some((text) => text?.includes('$') === true) ? null : all;
}

/** The same keys at the places where they stand. */
function renamesIn(selector: ValueMap, at: Path): Operation[] {
  const labels = [...selector].flatMap(([key, child]) =>
    key !== EXPRESSIONS && isMap(child) ? [...child.keys()].map((own) => [key, own]) : [],
  );
  const expressions = valueAt(selector, [EXPRESSIONS]);
  return [
    ...labels.flatMap((path): Operation[] => {
      const renewed = renewedLabel(path[1] ?? '');
      return renewed === null ? [] : [{ op: 'rename', path: [...at, ...path], key: renewed }];
    }),
    ...(isList(expressions) ? expressions : []).flatMap((each, index): Operation[] => {
      const renewed = renewedLabel(stringAt(each, ['key']) ?? '');
      return renewed === null ? [] : [{ op: 'set', path: [...at, EXPRESSIONS, index, 'key'], text: renewed, string: true }];
    }),
  ];
}

export function withLabelsRenewed(value: Value): Value {
  if (isMap(value)) return new Map([...value].map(([key, child]) => [renewedLabel(key) ?? key, withLabelsRenewed(child)]));
  if (isList(value)) return value.map(withLabelsRenewed);
  const renewed = renewedLabel(value.text);
  return renewed === null ? value : { ...value, text: renewed, value: renewed };
}

/** Pods of BlueGreen and Canary have no counterpart. */
export function isColoured(value: Value): boolean {
  if (isScalar(value)) return /-(?:blue|green|canary)$/.test(value.text);
  return (isList(value) ? value : [...value.values()]).some(isColoured);
}

/** Whether it asks for what has no label of an installation: what has one of the other generation is among that. */
export function isNegative(value: Value): boolean {
  if (isScalar(value)) return false;
  if (isList(value)) return value.some(isNegative);
  const isOurs = renewedLabel(stringAt(value, ['key']) ?? '') !== null;
  return (isOurs && /^(?:NotIn|DoesNotExist)$/.test(stringAt(value, ['operator']) ?? '')) || [...value.values()].some(isNegative);
}
