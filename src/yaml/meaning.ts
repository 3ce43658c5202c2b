import { isList, isMap, isScalar, valueAt, withValueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import type { Operation } from './primitives.ts';
import { makeScalar } from './scalar.ts';

/**
 * What batches of operations make of plain data: what a text must mean once they are carried out in it, told without looking at any text.
 * What an operation does not find stays as it is.
 */
export const afterOperations = (value: Value, batches: readonly (readonly Operation[])[]): Value =>
  batches.reduce((before, batch) => inOrder(batch).reduce(afterOperation, before), value);

/** Paths of a batch lead through what was there before it: what goes first makes room for new names, and the deepest names change first. */
function inOrder(batch: readonly Operation[]): Operation[] {
  const deletions = batch.filter(({ op }) => op === 'delete');
  const removals = batch.filter(({ op }) => op === 'remove');
  const others = batch.filter(({ op }) => op !== 'delete' && op !== 'remove');
  return [...deletions, ...others.toSorted((a, b) => depthOf(b) - depthOf(a)), ...removals.toSorted(backwards)];
}

/** Indexes of items hold as long as only items behind them are gone. */
function backwards({ path: a }: Operation, { path: b }: Operation): number {
  const index = a.findIndex((step, at) => step !== b[at]);
  const [one, other] = [a[index], b[index]];
  if (typeof one === 'number' && typeof other === 'number') return other - one;
  return index < 0 || other === undefined ? b.length - a.length : String(one) < String(other) ? -1 : 1;
}

/** Of the map or scalar that changes. */
const depthOf = ({ op, path }: Operation): number => (op === 'rename' ? path.length - 1 : path.length);

function afterOperation(value: Value, operation: Operation): Value {
  const { op, path } = operation;
  if (op === 'set') return withSet(value, operation);
  if (op === 'append') return withAppended(value, operation);
  if (op === 'remove') return withRemoved(value, path);
  if (op === 'replace') return valueAt(value, path) === undefined ? value : withValueAt(value, path, operation.value);
  const at = op === 'rename' || op === 'delete' ? path.slice(0, -1) : path;
  const map = valueAt(value, at);
  return isMap(map) ? withValueAt(value, at, changed(map, operation)) : value;
}

function withSet(value: Value, { path, text, string }: Extract<Operation, { op: 'set' }>): Value {
  const before = valueAt(value, path);
  if (!isScalar(before)) return value;
  return withValueAt(value, path, string ? { ...before, text, value: text } : makeScalar(text, true, before.tag));
}

function withAppended(value: Value, { path, value: item }: Extract<Operation, { op: 'append' }>): Value {
  const list = valueAt(value, path);
  return isList(list) ? withValueAt(value, path, [...list, item]) : value;
}

function withRemoved(value: Value, path: Path): Value {
  const at = path.slice(0, -1);
  const list = valueAt(value, at);
  return isList(list)
    ? withValueAt(
        value,
        at,
        list.filter((_, index) => index !== path.at(-1)),
      )
    : value;
}

function changed(map: ValueMap, operation: Exclude<Operation, { op: 'set' | 'append' | 'replace' | 'remove' }>): ValueMap {
  switch (operation.op) {
    case 'rename':
      return new Map([...map].map(([key, child]) => [key === lastOf(operation.path) ? operation.key : key, child]));
    case 'delete':
      return new Map([...map].filter(([key]) => key !== lastOf(operation.path)));
    case 'wrap':
      return wrapped(map, operation);
    case 'add':
      return new Map([...map, [operation.key, operation.value]]);
    case 'insert':
      return new Map([[operation.key, makeScalar(operation.text, true)], ...map]);
  }
}

const lastOf = (path: Path): string => String(path.at(-1));

function wrapped(map: ValueMap, { keys, parent }: Extract<Operation, { op: 'wrap' }>): ValueMap {
  const inside = [...map].filter(([key]) => keys.includes(key));
  const outside = [...map].filter(([key]) => !keys.includes(key));
  return new Map<string, Value>([...outside, [parent, new Map(inside)]]);
}
