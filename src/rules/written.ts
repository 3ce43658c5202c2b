import type { Path, Value, ValueMap } from '../model/value.ts';
import { isFilled } from '../model/variables.ts';
import { hasTemplateAction, hasVariable, isScalar, valueAt } from '../model/value.ts';

/** Missing, null or an empty string: the operator reads all three as "not set". */
export const isUnset = (value: Value | undefined): boolean =>
  value === undefined || (isScalar(value) && (value.value === null || value.value === ''));

/** Written with a variable or a template action, so the value is not known before something else fills it in. */
export const isOpen = (value: Value | undefined): boolean => isScalar(value) && (hasVariable(value) || hasTemplateAction(value));

/** The name of a field that is filled in later. */
export const isOpenName = (name: string): boolean => /\$\{|\{\{/.test(name);

/** Written with variables or actions of which none is certain to be filled, so it may turn out empty. What can't be taken apart counts as such. */
export const mayBeEmpty = (value: Value | undefined): boolean => isScalar(value) && isOpen(value) && isFilled(value.text) !== true;

/** The path itself, or its nearest existing parent: where a hit about a missing field points. */
export function existing(root: ValueMap, path: Path): Path {
  return path.length === 0 || valueAt(root, path) !== undefined ? path : existing(root, path.slice(0, -1));
}

/** `a, b and c` */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
