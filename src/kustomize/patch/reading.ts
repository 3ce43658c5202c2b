import { isList, isMap, isScalar, stringScalar } from '../../model/value.ts';
import type { Scalar, Value, ValueMap } from '../../model/value.ts';

/**
 * Data as kustomize reads resources and strategic-merge patches: in YAML 1.2, where `yes`, `no`, `on` and `off` are strings, and the build
 * writes them quoted. JSON6902 patches are read the way Kubernetes reads, and need not pass through here.
 */
export function asKustomizeReads(value: ValueMap): ValueMap;
export function asKustomizeReads(value: Value): Value;
export function asKustomizeReads(value: Value): Value {
  return mapScalars(value, readScalar);
}

/** Data that has passed through JSON, like the items of a List: every string is quoted. */
export const quoted = (value: Value): Value => mapScalars(value, (scalar) => ({ ...scalar, plain: typeof scalar.value !== 'string' }));

/** What became of values before. */
type Done = Pick<Map<Value, Value>, 'get' | 'set'> | WeakMap<Value, Value>;

/** The same tree with other scalars; returns the same object where nothing changes. */
export function mapScalars(value: Value, change: (scalar: Scalar) => Scalar, done: Done = new Map<Value, Value>()): Value {
  const known = done.get(value);
  if (known !== undefined) return known;
  const result = isMap(value) ? mapMap(value, change, done) : isList(value) ? mapList(value, change, done) : change(value);
  done.set(value, result);
  return result;
}

function mapMap(map: ValueMap, change: (scalar: Scalar) => Scalar, done: Done): ValueMap {
  const entries = [...map].map(([key, child]) => [key, mapScalars(child, change, done)] as const);
  return entries.every(([key, child]) => child === map.get(key)) ? map : new Map(entries);
}

function mapList(list: readonly Value[], change: (scalar: Scalar) => Scalar, done: Done): readonly Value[] {
  const items = list.map((item) => mapScalars(item, change, done));
  return items.every((item, index) => item === list[index]) ? list : items;
}

function readScalar(scalar: Scalar): Scalar {
  if (!scalar.plain || scalar.tag !== null) return scalar;
  if (typeof scalar.value === 'boolean' && !BOOLEANS.has(scalar.text)) return { ...scalar, value: scalar.text };
  return DATE.test(scalar.text) ? { ...scalar, value: `${scalar.text}T00:00:00Z` } : scalar;
}

const BOOLEANS: ReadonlySet<string> = new Set(['true', 'True', 'TRUE', 'false', 'False', 'FALSE']);
/** kustomize takes a date for a time and writes it out. */
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Labels or annotations as kustomize rewrites them: every value a string, none at all when there are none. */
export function asStrings(map: Value | undefined): ValueMap | undefined {
  if (!isMap(map) || map.size === 0) return undefined;
  return new Map([...map].map(([key, value]) => [key, isScalar(value) ? stringScalar(value.value === null ? '' : value.text) : value]));
}
