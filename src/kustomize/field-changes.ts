import { isList, isMap, isScalar, stringScalar, valueAt } from '../model/value.ts';
import type { Path, Scalar, Value, ValueMap } from '../model/value.ts';
import { PatchFailure } from './patch/failure.ts';
import { makeScalar } from '../yaml/scalar.ts';
import type { FieldSpec } from './configuration.ts';
import { changeField, isOfType, replaceText } from './field-spec.ts';
import type { FieldSpecChange } from './field-spec.ts';
import { compileImage, retagged } from './image.ts';
import type { ImageChange } from './image.ts';
import { hadId, isClusterScoped, nameOf, opaque, remembered, typeOf, withMetadata } from './resource.ts';
import type { BuiltResource } from './resource.ts';
import { problemAt } from './problem.ts';
import type { NodePath } from './problem.ts';

/** Where something is written, whatever entry asks for it. */
export type FieldTarget = Pick<FieldSpec, 'group' | 'version' | 'kind' | 'path' | 'create'> & Partial<Pick<FieldSpec, 'spot'>>;

/** What is to be written where; `spot` is the entry that asks for it. */
export interface FieldTask {
  readonly specs: readonly FieldTarget[];
  readonly spot: NodePath;
}

/** Sets the namespace of all that has one. */
export function inNamespace(resource: BuiltResource, namespace: string, { specs, spot }: FieldTask): BuiltResource {
  const before = remembered(resource);
  const current = valueAt(before.value, ['metadata', 'namespace']);
  const moved = isClusterScoped(typeOf(before))
    ? before
    : { ...before, value: withMetadata(before.value, 'namespace', replaceText(current, namespace)) };
  const own = specs.filter(({ path }) => path !== 'metadata/namespace');
  return changed(moved, { set: (found) => replaceText(found, namespace), creates: 'scalar' }, { specs: own, spot });
}

/** Puts a prefix and a suffix on what field specs lead to; a name that changes is put on record. */
export function renamed(
  resource: BuiltResource,
  { prefix = '', suffix = '' }: { prefix?: string; suffix?: string },
  { specs, spot }: FieldTask,
): BuiltResource {
  if ((prefix === '' && suffix === '') || isNeverRenamed(resource)) return resource;
  const own = specs.filter(({ path }) => path !== NAME_SPEC.path);
  const named = own.length === specs.length ? resource : withName(remembered(resource), `${prefix}${nameOf(resource)}${suffix}`);
  return changed(
    named,
    { set: (found) => replaceText(found, `${prefix}${isScalar(found) ? found.text : ''}${suffix}`), creates: 'scalar' },
    { specs: own, spot },
  );
}

const withName = (resource: BuiltResource, name: string): BuiltResource => ({
  ...resource,
  value: withMetadata(resource.value, 'name', replaceText(valueAt(resource.value, ['metadata', 'name']), name)),
});

/** Where prefixes and suffixes go without any field spec. */
export const NAME_SPEC = { group: '', version: '', kind: '', path: 'metadata/name', create: false } as const satisfies FieldTarget;

function isNeverRenamed(resource: BuiltResource): boolean {
  const { group, kind } = typeOf(resource);
  return kind === 'CustomResourceDefinition' || kind === 'Namespace' || (group === 'apiregistration.k8s.io' && kind === 'APIService');
}

/**
 * Adds labels or annotations wherever field specs say. kustomize lets these places share a value, so that a later label of the same key
 * changes all of them; nothing that decides a conversion depends on it, and it is not followed.
 */
export function withPairs(resource: BuiltResource, pairs: ReadonlyMap<string, string>, task: FieldTask): BuiltResource {
  if (pairs.size === 0) return resource;
  const set = (found: Value | undefined): ValueMap => {
    if (!isMap(found)) throw new PatchFailure('kind-mismatch', 'labels are to be added to what is no map');
    return new Map([...found, ...[...pairs].map(([key, text]) => [key, replaceText(found.get(key), text)] as const)]);
  };
  return changed(resource, { set, creates: 'map' }, task);
}

/** Where labels and annotations go without any field spec. */
export const METADATA_SPEC = {
  labels: { group: '', version: '', kind: '', path: 'metadata/labels', create: true },
  annotations: { group: '', version: '', kind: '', path: 'metadata/annotations', create: true },
} as const satisfies Readonly<Record<string, FieldTarget>>;

/** Sets the number of replicas of the resource that has, or had, a name. */
export function scaled(
  resource: BuiltResource,
  { name, count }: { readonly name: string; readonly count: string },
  { specs, spot }: FieldTask,
): BuiltResource {
  const own = specs.filter((spec) => hadId(resource, { ...spec, name }));
  return changed(resource, { set: (found) => inStyle(found, count), creates: 'scalar' }, { specs: own, spot });
}

/** A number over a quoted string becomes a string. */
function inStyle(found: Value | undefined, count: string): Scalar {
  const quotes = isScalar(found) && !found.plain;
  return quotes ? { text: count, plain: false, tag: null, value: count } : makeScalar(count, true);
}

/** Gives images another name, tag or digest: in lists of containers wherever they stand, and where field specs say. */
export function withImage(resource: BuiltResource, change: ImageChange, task: FieldTask): BuiltResource {
  const pattern = compileImage(change.name);
  if (pattern === null)
    return opaque(resource, problemAt('field-spec', task.spot, 'the name of this image is no pattern that can be read'));
  const set = (found: Value | undefined): Value => {
    if (!isScalar(found) || !pattern.test(found.text)) return found ?? stringScalar('');
    return replaceText(found, retagged(found.text, change));
  };
  const contained = resource.followed ? { ...resource, value: inContainers(resource.value, set) as ValueMap } : resource;
  return changed(contained, { set, creates: null }, task);
}

const CONTAINER_LISTS: ReadonlySet<string> = new Set(['containers', 'initContainers']);

function inContainers(value: Value, set: (found: Value) => Value): Value {
  if (isList(value))
    return same(
      value,
      value.map((item) => inContainers(item, set)),
    );
  if (!isMap(value)) return value;
  const entries = [...value].map(([key, child]) => {
    const inner = inContainers(child, set);
    return [
      key,
      CONTAINER_LISTS.has(key) && isList(inner)
        ? same(
            inner,
            inner.map((item) => withImageOf(item, set)),
          )
        : inner,
    ] as const;
  });
  return entries.every(([key, child]) => child === value.get(key)) ? value : new Map(entries);
}

const same = (before: readonly Value[], after: readonly Value[]): readonly Value[] =>
  after.every((item, index) => item === before[index]) ? before : after;

function withImageOf(container: Value, set: (found: Value) => Value): Value {
  const image = isMap(container) ? container.get('image') : undefined;
  if (image === undefined || !isMap(container)) return container;
  const after = set(image);
  return after === image ? container : new Map(container).set('image', after);
}

/** The resource with every field changed that one of the specs leads to. */
function changed(resource: BuiltResource, change: FieldSpecChange, { specs, spot }: FieldTask): BuiltResource {
  const own = specs.filter((spec) => isOfType(spec, typeOf(resource)) && (resource.followed || spec.path.startsWith('metadata/')));
  return own.reduce((each, spec) => changedBy(each, spec, change, spot), resource);
}

function changedBy(resource: BuiltResource, spec: FieldTarget, change: FieldSpecChange, spot: NodePath): BuiltResource {
  try {
    const { value, fields } = changeField(resource.value, spec, change);
    if (value === resource.value) return resource;
    const obstacle = fields
      .map((field) => obstacleTo(field, valueAt(resource.value, field), valueAt(value, field)))
      .find((message) => message !== null);
    return obstacle == null ? { ...resource, value } : opaque({ ...resource, value }, problemAt('field-spec', spec.spot ?? spot, obstacle));
  } catch (error) {
    if (!(error instanceof PatchFailure)) throw error;
    return opaque(resource, problemAt('field-spec', spec.spot ?? spot, `${spec.path} does not lead to a field that this can change`));
  }
}

/** Why what is written into a field can't be carried over. A number of replicas can, where it means the same before and after. */
function obstacleTo(field: Path, before: Value | undefined, after: Value | undefined): string | null {
  const known = field.join('/') === 'spec/replicas' && isPositive(after) && (before === undefined || isPositive(before));
  return known || !isDecisive(field)
    ? null
    : `${field.join('/')} decides how an installation is converted, and a transformer writes into it`;
}

const isPositive = (value: Value | undefined): boolean =>
  isScalar(value) && Number.isInteger(Number(value.value)) && Number(value.value) > 0;

/** Fields whose value decides where others go. The names of Secrets are looked up as built. */
const DECISIVE: readonly Path[] = [
  ['spec', 'replicas'],
  ['spec', 'minio', 'externalURL'],
  ['spec', 'minio', 'replicas'],
  ['spec', 'database', 'type'],
  ['spec', 'database', 'replicas'],
  ['spec', 'blueGreen'],
  ['spec', 'canary'],
];

/** Whether writing to a field may change one that decides. */
export const isDecisive = (field: Path): boolean =>
  DECISIVE.some((each) => each.every((step, index) => index >= field.length || field[index] === step));
