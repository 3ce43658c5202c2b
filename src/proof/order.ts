import { isList, isScalar, stringAt, valueAt } from '../model/value.ts';
import type { Value } from '../model/value.ts';
import { NEW, OLD } from '../operator/fields.ts';

/** Whether a kustomization asks for an order in which installations have a place of their own. Else they are sorted with all unknown kinds. */
export function asksForOrder(kustomization: Value): boolean {
  if (stringAt(kustomization, ['sortOptions', 'order']) === 'fifo') return true;
  const lists = ['orderFirst', 'orderLast'].map((name) => valueAt(kustomization, ['sortOptions', 'legacySortOptions', name]));
  return lists.some((list) => isList(list) && list.some((kind) => isScalar(kind) && (kind.text === OLD.kind || kind.text === NEW.kind)));
}
