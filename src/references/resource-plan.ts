import { sameValue } from '../model/same.ts';
import { isList, isMap, isScalar, valueAt } from '../model/value.ts';
import type { Path, Scalar, Value, ValueMap } from '../model/value.ts';
import type { Operation } from '../yaml/primitives.ts';
import type { ReferrerStage } from './referrer.ts';
import { renewed } from './spelling.ts';

/** What a reference in a resource needs. */
export interface ResourcePlan {
  /** Paths lead from the resource. All are read off the resource as it is. */
  readonly operations: readonly Operation[];
  /** `extended`: both kinds are named now. `rewritten`: only the new one is, or only it is left. */
  readonly how: 'extended' | 'rewritten';
  /** What makes a twin of the resource, where both have to be there for a while. */
  readonly twin?: readonly Operation[];
  /** It takes the place of its twin, which goes. */
  readonly endsTwin?: true;
}

const extended = (...operations: readonly Operation[]): ResourcePlan => ({ operations, how: 'extended' });
const rewritten = (...operations: readonly Operation[]): ResourcePlan => ({ operations, how: 'rewritten' });
export { extended, rewritten };

/** What names both kinds from now on; at *finish*, what names the new one alone. */
export const extendedAt = (stage: 'extend' | 'finish', ...operations: readonly Operation[]): ResourcePlan =>
  (stage === 'extend' ? extended : rewritten)(...operations);

/** A map of entries; null where one of them is not to be had. */
export function wholeMap(entries: readonly (readonly [string, Value | null])[]): ValueMap | null {
  const known = entries.flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]));
  return known.length < entries.length ? null : new Map(known);
}

/** Another string in the place of one, written as that was. */
export const withText = (scalar: Scalar, text: string): Scalar => ({ ...scalar, text, value: text });

/** What writes another text in the place of one; lines of their own are written again as such. */
export const toText = (scalar: Scalar, path: Path, text: string): Operation =>
  scalar.plain ? { op: 'set', path, text, string: true } : { op: 'replace', path, value: withText(scalar, text) };

/** Whether a list has an item. */
export const holdsItem = (list: Value | undefined, item: Value): boolean => isList(list) && list.some((each) => sameValue(each, item));

/** Stages at which both kinds come to be named, and the one at which the old one goes; null for those at which nothing is extended. */
export const extending = (stage: ReferrerStage): 'extend' | 'finish' | null =>
  stage === 'cutover' ? null : stage === 'finish' ? 'finish' : 'extend';

/** A counterpart at the end of the list that an item stands in. At *finish*, the item goes where the counterpart is there. */
export function besideItem(resource: Value, path: Path, counterpart: Value, stage: 'extend' | 'finish'): ResourcePlan | null {
  const list = path.slice(0, -1);
  const has = holdsItem(valueAt(resource, list), counterpart);
  if (stage === 'finish') return has ? rewritten({ op: 'remove', path }) : null;
  return has ? null : extended({ op: 'append', path: list, value: counterpart });
}

/** The same for the key of a map. */
export function besideKey(
  resource: Value,
  path: Path,
  [key, value]: readonly [string, Value],
  stage: 'extend' | 'finish',
): ResourcePlan | null {
  const map = path.slice(0, -1);
  const there = valueAt(resource, [...map, key]);
  if (stage === 'finish') return there === undefined ? null : rewritten({ op: 'delete', path });
  return there === undefined ? extended({ op: 'add', path: map, key, value }) : null;
}

/** The same for a word in a list. */
export function besideWord(resource: Value, path: Path, stage: 'extend' | 'finish'): ResourcePlan | null {
  const word = valueAt(resource, path);
  const text = isScalar(word) ? renewed(word.text) : null;
  return text === null || !isScalar(word) ? null : besideItem(resource, path, withText(word, text), stage);
}

const GROUPS = /^(?:apiGroups?|groups?)$/;
const VERSIONS = /^(?:apiVersions|versions?)$/;
const NAMES = /^(?:kinds?|resources?)$/;

/**
 * The entry of a list that says groups, versions and kinds, for the new kind alone: what it says of other kinds is left out, all else stays. Null where
 * it can't be said.
 */
export function counterpartOf(entry: Value | undefined): ValueMap | null {
  if (!isMap(entry)) return null;
  return wholeMap([...entry].map(([key, value]) => [key, partOf(key, value)]));
}

function partOf(key: string, value: Value): Value | null {
  if (key === 'apiVersion') return isScalar(value) ? wordOf(value, renewed) : null;
  if (GROUPS.test(key)) return eachWord(value, (word) => (word === '*' ? word : word === 'mattermost.com' ? renewed(word) : null));
  if (VERSIONS.test(key)) return eachWord(value, (word) => (word === '*' ? word : word === 'v1alpha1' ? 'v1beta1' : null));
  if (NAMES.test(key)) return eachWord(value, (word) => (word === '*' ? word : renewed(word)));
  return value;
}

type Rename = (word: string) => string | null;

function wordOf(scalar: Scalar, rename: Rename): Scalar | null {
  const text = rename(scalar.text);
  return text === null ? null : withText(scalar, text);
}

/** The words that are renamed; null where none is. */
function eachWord(value: Value, rename: Rename): Value | null {
  if (isScalar(value)) return wordOf(value, rename);
  if (!isList(value)) return null;
  const words = value.filter(isScalar).flatMap((word) => wordOf(word, rename) ?? []);
  return words.length === 0 ? null : words;
}

/** Whether an entry says nothing of other kinds than the old one. */
export function isOurs(entry: ValueMap): boolean {
  return [...entry].every(([key, value]) => {
    if (!(GROUPS.test(key) || NAMES.test(key) || VERSIONS.test(key))) return true;
    const words = isScalar(value) ? [value] : isList(value) ? value.filter(isScalar) : [];
    return words.every(({ text }) => text !== '*' && (renewed(text) !== null || VERSIONS.test(key)));
  });
}

/** A counterpart beside an entry of a list; at *finish*, the entry goes, or what it says of the old kind does where it speaks of others. */
export function besideEntry(resource: Value, path: Path, stage: 'extend' | 'finish'): ResourcePlan | null {
  const entry = valueAt(resource, path);
  const counterpart = counterpartOf(entry);
  if (!isMap(entry) || counterpart === null || typeof path.at(-1) !== 'number') return null;
  if (stage === 'extend' || isOurs(entry)) return besideItem(resource, path, counterpart, stage);
  if (!holdsItem(valueAt(resource, path.slice(0, -1)), counterpart)) return null;
  const names = [...entry].flatMap(([key, value]) => (NAMES.test(key) && isList(value) ? namesIn(value, [...path, key]) : []));
  return names.length === 0 ? null : rewritten(...names.map((name): Operation => ({ op: 'remove', path: name })));
}

/** Where a list names the old kind, unless it names nothing else. */
function namesIn(list: readonly Value[], path: Path): Path[] {
  const indexes = list.flatMap((word, index) => (isScalar(word) && renewed(word.text) !== null ? [index] : []));
  return indexes.length === list.length ? [] : indexes.map((index) => [...path, index]);
}

/** The nearest map around a place that is an item of a list. */
export function entryAround(resource: ValueMap, path: Path): Path | null {
  for (let length = path.length - 1; length > 0; length -= 1) {
    const at = path.slice(0, length);
    if (typeof at.at(-1) === 'number' && isMap(valueAt(resource, at))) return at;
  }
  return null;
}

/** Operations of many plans as batches: what is asked for twice is done once, and of several additions to one place each has its own batch. */
export function batchesOf(plans: readonly ResourcePlan[]): Operation[][] {
  const known = new Set<string>();
  const batches: Operation[][] = [];
  const depth = new Map<string, number>();
  for (const operation of plans.flatMap(({ operations }) => operations)) {
    const id = idOf(operation);
    if (known.has(id)) continue;
    known.add(id);
    const place = JSON.stringify([operation.op, operation.path]);
    const index = operation.op === 'append' || operation.op === 'add' ? (depth.get(place) ?? 0) : 0;
    depth.set(place, index + 1);
    (batches[index] ??= []).push(operation);
  }
  return batches;
}

const idOf = (operation: Operation): string =>
  JSON.stringify(operation, (_, value: unknown) => (value instanceof Map ? [...value] : typeof value === 'bigint' ? `${value}` : value));
