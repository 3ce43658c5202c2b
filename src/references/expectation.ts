import { isMap, valueAt, withValueAt } from '../model/value.ts';
import type { Path, Value } from '../model/value.ts';
import type { Operation } from '../yaml/primitives.ts';
import { makeScalar } from '../yaml/scalar.ts';
import type { ReferencePlan } from './referrer.ts';

/** What a document must hold once a plan is carried out: the plan's operations on plain values, which know nothing of the text. */
export const expectedAfter = (document: Value, { batches }: Pick<ReferencePlan, 'batches'>): Value =>
  batches.flat().reduce(carriedOut, document);

function carriedOut(document: Value, operation: Operation): Value {
  const { path } = operation;
  switch (operation.op) {
    case 'set':
      return withValueAt(document, path, makeScalar(operation.text, !operation.string));
    case 'rename':
      return withEntries(document, path.slice(0, -1), (entries) =>
        entries.map(([key, child]) => [key === path.at(-1) ? operation.key : key, child]),
      );
    case 'delete':
      return withEntries(document, path.slice(0, -1), (entries) => entries.filter(([key]) => key !== path.at(-1)));
    case 'wrap':
      return withEntries(document, path, (entries) => {
        const isInner = ([key]: Entry): boolean => operation.keys.includes(key);
        return [...entries.filter((entry) => !isInner(entry)), [operation.parent, new Map(entries.filter(isInner))]];
      });
    case 'insert':
      return withEntries(document, path, (entries) => [...entries, [operation.key, makeScalar(operation.text, true)]]);
  }
}

type Entry = [string, Value];

function withEntries(document: Value, path: Path, change: (entries: Entry[]) => Entry[]): Value {
  const map = valueAt(document, path);
  return isMap(map) ? withValueAt(document, path, new Map(change([...map]))) : document;
}
