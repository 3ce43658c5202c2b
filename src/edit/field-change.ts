import { isList, isMap, isScalar, nest, plainOf, valueAt, withKey } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { afterOperations } from '../yaml/meaning.ts';
import type { Operation } from '../yaml/primitives.ts';
import { makeScalar } from '../yaml/scalar.ts';

/** What a stage writes into an object: a value at a path of maps, or null where a field goes. */
export interface FieldChange {
  readonly path: readonly string[];
  readonly value: Value | null;
}

export const TRUE: Value = makeScalar('true', true);

/** An object with the changes made; an empty map is left by none. */
export const changedBy = (object: ValueMap, changes: readonly FieldChange[]): ValueMap => changes.reduce(changedOnce, object);

function changedOnce(object: ValueMap, { path, value }: FieldChange): ValueMap {
  const [step = '', ...rest] = path;
  const child = object.get(step);
  if (rest.length === 0) return withKey(object, step, value ?? undefined);
  if (value === null && !isMap(child)) return object;
  const below = changedOnce(isMap(child) ? child : new Map(), { path: rest, value });
  return withKey(object, step, below.size === 0 ? undefined : below);
}

/** The operations that make a change in the text of a map that stands at `base` in its document, each read off the result of the one before. */
export function operationsFor(map: ValueMap, changes: readonly FieldChange[], base: Path): Operation[][] {
  const batches: Operation[][] = [];
  let value: Value = map;
  for (const change of changes) {
    const operation = isMap(value) ? operationFor(value, change) : null;
    if (operation === null) continue;
    value = afterOperations(value, [[operation]]);
    batches.push([{ ...operation, path: [...base, ...operation.path] }]);
  }
  return batches;
}

function operationFor(map: ValueMap, { path, value }: FieldChange): Operation | null {
  if (value === null) return valueAt(map, path) === undefined ? null : { op: 'delete', path: emptied(map, path) };
  const depth = path.findIndex((_, index) => !isMap(valueAt(map, path.slice(0, index + 1))));
  const at = path.slice(0, depth + 1);
  const below = nest(path.slice(depth + 1), value);
  const found = valueAt(map, at);
  if (found === undefined) return { op: 'add', path: at.slice(0, -1), key: String(at.at(-1)), value: below };
  if (isScalar(found) && isScalar(below)) return { op: 'set', path: at, text: below.text, string: typeof below.value === 'string' };
  return isList(found) && isList(below) && isLonger(found, below)
    ? { op: 'append', path: at, value: below.at(-1) as Value }
    : { op: 'replace', path: at, value: below };
}

/** Whether a list is another with one item more at its end. */
const isLonger = (list: readonly Value[], longer: readonly Value[]): boolean =>
  list.length > 0 && JSON.stringify(longer.slice(0, -1).map(plainOf)) === JSON.stringify(list.map(plainOf));

/** The field, or the outermost map that would be empty without it. */
function emptied(map: ValueMap, path: readonly string[]): readonly string[] {
  const parent = path.slice(0, -1);
  const around = valueAt(map, parent);
  return parent.length > 0 && isMap(around) && around.size === 1 ? emptied(map, parent) : path;
}
