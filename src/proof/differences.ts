import { Fingerprints } from '../model/same.ts';
import { formatPath, isList, isMap } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { NEW, OLD } from '../operator/fields.ts';

/** Something that an edit changes in a build and was not meant to. Names objects and fields, never values: these may be secret. */
export interface Difference {
  readonly code: DifferenceCode;
  /** A note is told, and refutes nothing. */
  readonly level: 'error' | 'note';
  /** `Mattermost mm/chat`; empty where it is about the whole build. */
  readonly object: string;
  /** Of the object; `[]` for the whole. */
  readonly path: Path;
  /** Completes the field or the object. */
  readonly message: string;
}

export type DifferenceCode =
  | 'does-not-build'
  | 'unreadable'
  | 'object-lost'
  | 'object-added'
  | 'not-converted'
  | 'field-lost'
  | 'field-added'
  | 'field-changed'
  | 'schema'
  /** The Secret of a database, as built, holds other keys than was thought. */
  | 'database'
  | 'mixed-labels'
  | 'order';

/** `Mattermost mm/chat: spec.fileStore.external.secret is lost` */
export function describeDifference({ object, path, message }: Difference): string {
  const about = path.length === 0 ? message : `${formatPath(path)} ${message}`;
  return object === '' ? about : `${object}: ${about}`;
}

const MOST_DIFFERENCES = 10;

/** Differences that refute what was meant, for people; the first ones, where there are many. */
export const describeErrors = (differences: readonly Difference[]): string[] =>
  differences
    .filter(({ level }) => level === 'error')
    .slice(0, MOST_DIFFERENCES)
    .map(describeDifference);

export interface FieldDifference {
  readonly code: 'field-lost' | 'field-added' | 'field-changed';
  readonly path: Path;
  readonly message: string;
}

/** Where two values differ: the outermost paths that only one of them has, and the innermost that both have. */
export function fieldDifferences(expected: Value, found: Value): FieldDifference[] {
  const fingerprints = new Fingerprints();
  const compare = (expected: Value | undefined, found: Value | undefined, path: Path): FieldDifference[] => {
    if (expected === undefined) return [{ code: 'field-added', path, message: 'is added' }];
    if (found === undefined) return [{ code: 'field-lost', path, message: 'is lost' }];
    if (fingerprints.of(expected) === fingerprints.of(found)) return [];
    if (isMap(expected) && isMap(found))
      return [...new Set([...expected.keys(), ...found.keys()])].flatMap((key) =>
        compare(expected.get(key), found.get(key), [...path, key]),
      );
    if (!isList(expected) || !isList(found)) return [{ code: 'field-changed', path, message: 'has another value' }];
    if (expected.length !== found.length)
      return [{ code: 'field-changed', path, message: `has ${found.length} entries instead of ${expected.length}` }];
    return expected.flatMap((item, index) => compare(item, found[index], [...path, index]));
  };
  return compare(expected, found, []);
}

/** Whether a path is one of others, or lies below one. */
export const isBelow = (path: Path, others: readonly Path[]): boolean =>
  others.some((other) => other.length <= path.length && other.every((step, index) => step === path[index]));

const LABELS = { old: `v1alpha1.${OLD.group}/`, new: `${NEW.group}/` };

/** Paths of selectors that name labels of both operator generations, and so select nothing. */
export function mixedSelectors(value: Value, path: Path = []): Path[] {
  if (isList(value)) return value.flatMap((item, index) => mixedSelectors(item, [...path, index]));
  if (!isMap(value)) return [];
  return [...value].flatMap(([key, child]) =>
    /selectors?$/i.test(key) ? inSelector(child, [...path, key]) : mixedSelectors(child, [...path, key]),
  );
}

/** The entries of a list of selectors are alternatives. */
function inSelector(selector: Value, path: Path): Path[] {
  if (isList(selector)) return selector.flatMap((item, index) => inSelector(item, [...path, index]));
  const words = wordsOf(selector);
  return Object.values(LABELS).every((prefix) => words.some((word) => word.includes(prefix))) ? [path] : [];
}

function wordsOf(value: Value): string[] {
  if (isMap(value)) return [...value].flatMap(([key, child]) => [key, ...wordsOf(child)]);
  return isList(value) ? value.flatMap(wordsOf) : [value.text];
}

/** A copy in which strings that equal an old name hold the new one. */
export function renamed(value: ValueMap, names: ReadonlyMap<string, string>): ValueMap {
  const rename = (value: Value): Value => {
    if (isMap(value)) return new Map([...value].map(([key, child]) => [key, rename(child)]));
    if (isList(value)) return value.map(rename);
    const name = typeof value.value === 'string' ? names.get(value.value) : undefined;
    return name === undefined ? value : { ...value, text: name, value: name };
  };
  return names.size === 0 ? value : (rename(value) as ValueMap);
}
