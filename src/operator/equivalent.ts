import { isList, isMap, isScalar } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';

/** Structs that mean the same empty as absent, the inner ones first. An empty `external` is none: it says that there is no other. */
const EMPTY_IS_ABSENT: readonly Path[] = [
  'fileStore.operatorManaged.resources',
  'fileStore.operatorManaged',
  'fileStore',
  'database.operatorManaged.resources',
  'database.operatorManaged',
  'database',
  'elasticSearch',
  'scheduling.resources',
  'scheduling',
  'probes',
].map((path) => ['spec', ...path.split('.')]);

/** A Mattermost in the one form that all its equivalents share: without nulls in maps, which the API server prunes, and without empty structs. */
export function withoutEmpty(mattermost: ValueMap): ValueMap {
  const spec = mattermost.get('spec');
  if (spec === undefined) return mattermost;
  const pruned = new Map(mattermost).set('spec', withoutNulls(spec));
  return EMPTY_IS_ABSENT.reduce<ValueMap>((value, path) => withoutEmptyAt(value, path), pruned);
}

function withoutNulls(value: Value): Value {
  if (isList(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  return new Map(
    [...value].flatMap(([key, child]) => (isScalar(child) && child.value === null ? [] : [[key, withoutNulls(child)] as const])),
  );
}

function withoutEmptyAt(map: ValueMap, [step, ...rest]: Path): ValueMap {
  const key = String(step);
  const child = map.get(key);
  if (!isMap(child)) return map;
  const copy = new Map(map);
  const left = rest.length === 0 ? child : withoutEmptyAt(child, rest);
  if (rest.length === 0 && left.size === 0) copy.delete(key);
  else copy.set(key, left);
  return copy;
}
