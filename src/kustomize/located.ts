import { isList, isMap, isScalar, scalarAt, valueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { writtenPath } from '../model/structure.ts';

/** A string with the path at which it stands in its document, as its keys are written. */
export interface Text {
  readonly text: string;
  readonly path: Path;
}

/** A value with the path at which it stands in its document. */
export interface Item {
  readonly value: ValueMap;
  readonly path: Path;
}

/** The text of a scalar; null for one that is missing, null or empty. */
export function textAt(value: Value, path: Path): Text | null {
  const found = valueAt(value, path);
  return isScalar(found) && found.value !== null && found.text !== '' ? { text: found.text, path: writtenPath(value, path) } : null;
}

/** The same without its path; empty where there is none. */
export function textOrEmpty(value: Value, path: Path): string {
  const found = valueAt(value, path);
  return isScalar(found) && found.value !== null ? found.text : '';
}

/** The strings of a list. */
export const textsAt = (value: Value, path: Path): Text[] =>
  itemsAt(value, path).flatMap((item) => (textAt(item.value, []) === null ? [] : [{ text: textOrEmpty(item.value, []), path: item.path }]));

/** The maps of a list; `base` is the path of the value itself in its document. */
export const mapsAt = (value: Value, path: Path, base: Path = []): Item[] =>
  itemsAt(value, path).flatMap((item) => (isMap(item.value) ? [{ value: item.value, path: [...base, ...item.path] }] : []));

function itemsAt(value: Value, path: Path): { value: Value; path: Path }[] {
  const found = valueAt(value, path);
  if (!isList(found)) return [];
  const list = writtenPath(value, path);
  return found.map((item, index) => ({ value: item, path: [...list, index] }));
}

export const isTrueAt = (value: Value, path: Path): boolean => scalarAt(value, path) === true;

/** The scalars of a map, by key. */
export function wordsOf(value: Value | undefined): ReadonlyMap<string, string> {
  const entries = isMap(value) ? [...value] : [];
  return new Map(entries.flatMap(([key, child]) => (isScalar(child) && child.value !== null ? [[key, child.text]] : [])));
}
