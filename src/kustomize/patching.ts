import { isList, isMap, stringScalar, withKey } from '../model/value.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { PatchFailure } from './patch/failure.ts';
import { applyJson6902, readOperations } from './patch/json6902.ts';
import { parsePointer } from './patch/pointer.ts';
import { asKustomizeReads, asStrings, quoted } from './patch/reading.ts';
import { strategicMerge } from './patch/strategic-merge.ts';
import type { Fragment, Layer } from './model.ts';
import { identityOf, nameOf, namespaceOf, remembered, typeOf, withMetadata } from './resource.ts';
import type { BuiltResource } from './resource.ts';

/** How kustomize goes about one patch; the fields of a kustomization differ. */
export interface PatchManner {
  /** Applied through a target, or from a list of merges: labels and annotations of the body become strings, its apiVersion is ignored. */
  readonly throughSet: boolean;
  readonly allowNameChange: boolean;
  readonly allowKindChange: boolean;
  /** A JSON6902 patch under `patches` puts the identity on record before it runs. */
  readonly remembers: boolean;
}

/** The resource after a patch; null when the patch deletes it. Throws PatchFailure where the build would fail. */
export function patched(resource: BuiltResource, layer: Layer, manner: PatchManner): BuiltResource | null {
  const { fragment } = layer;
  const before = manner.remembers || manner.allowNameChange || manner.allowKindChange ? remembered(resource) : resource;
  const value = fragment.form === 'json6902' ? afterOperations(before, fragment.value) : afterMerge(before, fragment, manner);
  return value === null ? null : withLayer({ ...before, value }, layer, resource.value);
}

/** The resource with a layer and the state that it left. Of resources that are not followed none is kept. */
export const withLayer = (resource: BuiltResource, layer: Layer, input: ValueMap): BuiltResource =>
  resource.followed
    ? {
        ...resource,
        layers: [...resource.layers, layer],
        inputs: [...resource.inputs, input],
        states: [...resource.states, resource.value],
      }
    : resource;

function afterMerge(resource: BuiltResource, fragment: Fragment, manner: PatchManner): ValueMap | null {
  const read = patchValue(fragment);
  const whole = manner.throughSet ? asSetMember(read, resource) : read;
  const merged = strategicMerge(resource.value, resource.followed ? whole : identityOf(whole));
  if (merged === null) return null;
  return restoreIdentity(merged, resource, manner);
}

/** Items of a List pass through JSON, which quotes every string. */
function patchValue({ value, path }: Fragment): ValueMap {
  const read = asKustomizeReads(value);
  const map = path.length === 0 ? read : quoted(read);
  return isMap(map) ? map : new Map();
}

/** kustomize copies such a patch, and in copying turns its labels and annotations into strings: a `null` there deletes nothing. */
function asSetMember(patch: ValueMap, resource: BuiltResource): ValueMap {
  const metadata = patch.get('metadata');
  const apiVersion = resource.value.get('apiVersion');
  const typed = apiVersion === undefined ? patch : withKey(patch, 'apiVersion', apiVersion);
  if (!isMap(metadata)) return typed;
  const strings = ['labels', 'annotations'].reduce<ValueMap>((map, key) => withKey(map, key, asStrings(map.get(key))), metadata);
  return withKey(typed, 'metadata', strings);
}

function restoreIdentity(merged: ValueMap, resource: BuiltResource, manner: PatchManner): ValueMap {
  const { kind } = typeOf(resource);
  const withKind = manner.allowKindChange ? merged : withKey(merged, 'kind', stringScalar(kind));
  const withName = manner.allowNameChange ? withKind : withMetadata(withKind, 'name', stringScalar(nameOf(resource)));
  const namespace = namespaceOf(resource);
  return withMetadata(withName, 'namespace', namespace === '' ? undefined : stringScalar(namespace));
}

function afterOperations(resource: BuiltResource, patch: Value): ValueMap {
  const operations = isList(patch) ? patch : [];
  return resource.followed ? applyJson6902(resource.value, operations) : afterIdentityOperations(resource.value, operations);
}

/** Only what changes an identity, one operation at a time: the others would fail for want of the fields that are not kept. */
function afterIdentityOperations(value: ValueMap, patch: readonly Value[]): ValueMap {
  return readOperations(patch).reduce((map, { op, path }, index) => {
    const [first = ''] = parsePointer(path) ?? [];
    if (op === 'test' || !['apiVersion', 'kind', 'metadata'].includes(first)) return map;
    try {
      return applyJson6902(map, patch.slice(index, index + 1));
    } catch (error) {
      if (error instanceof PatchFailure) return map;
      throw error;
    }
  }, value);
}
