import { isList, isMap, isScalar } from '../../model/value.ts';
import type { Scalar, Value, ValueMap } from '../../model/value.ts';
import { PatchFailure } from './failure.ts';

/**
 * Merges a patch into an object of a kind that kustomize has no schema for, as kustomize does: maps merge, scalars and whole lists replace,
 * `null` deletes a key, `$patch: delete` and `$patch: replace` work on maps. Null when the patch deletes the object. Directives inside lists
 * and any others stay as they are written.
 *
 * Follows kustomize 4.5.4, which drops every `null` outside of lists; 5.x keeps those that the target already had.
 *
 * Throws PatchFailure where the build would fail.
 */
export function strategicMerge(target: ValueMap, patch: ValueMap): ValueMap | null {
  const merged = mergeMaps(target, patch, []);
  return merged ?? null;
}

type Keys = readonly string[];

const isNothing = (value: Value | undefined): value is Scalar | undefined =>
  value === undefined || (isScalar(value) && value.value === null);

/** Undefined where the field goes away. */
function merge(target: Value | undefined, patch: Value | undefined, at: Keys): Value | undefined {
  if (isNothing(target) && isNothing(patch)) return undefined;
  if (!isNothing(target) && !isNothing(patch)) refuseMismatch(target, patch, at);
  if (patch === undefined) return isMap(target) ? withoutNulls(target) : target;
  if (isNothing(patch)) return undefined;
  if (isMap(patch)) return isMap(target) ? mergeMaps(target, patch, at) : addMap(patch, at);
  return isScalar(patch) && isScalar(target) ? inStyleOf(target, patch) : patch;
}

function mergeMaps(target: ValueMap, patch: ValueMap, at: Keys): ValueMap | undefined {
  const directive = directiveOf(patch);
  if (directive === 'unknown') throw new PatchFailure('unknown-directive', `unknown $patch directive at ${shown(at)}`);
  if (directive === 'delete') return undefined;
  const content = withoutDirective(patch);
  if (directive === 'replace') return settle(content, at);
  // A patch that settles is merged into itself: its directive is gone from both.
  const base = target === patch ? content : target;
  const result = new Map(withoutNulls(base, content));
  for (const [key, child] of content) {
    const value = merge(base.get(key), child, [...at, key]);
    if (value === undefined) result.delete(key);
    else result.set(key, value);
  }
  nullFree.add(result);
  return result;
}

/** A map under a key that was absent. A directive that is not understood stays as an ordinary key. */
function addMap(patch: ValueMap, at: Keys): ValueMap | undefined {
  const directive = directiveOf(patch);
  if (directive === 'delete') return undefined;
  return settle(directive === 'unknown' ? patch : withoutDirective(patch), at);
}

/** What becomes of a patch that meets nothing: nulls and directives take effect on the patch itself. */
function settle(content: ValueMap, at: Keys): ValueMap {
  const result = new Map<string, Value>();
  for (const [key, child] of content) {
    const value = isMap(child) ? mergeMaps(child, child, [...at, key]) : child;
    if (!isNothing(value)) result.set(key, value);
  }
  return result;
}

/** Maps in which no null stands, in maps below them neither. Known ones are not looked through again. */
const nullFree = new WeakSet<ValueMap>();

/** The same map where there is none. Under the keys of a patch, which has the last word on them, nulls stay: they hold their places. */
function withoutNulls(map: ValueMap, patch: ValueMap = NO_PATCH): ValueMap {
  if (nullFree.has(map)) return map;
  const entries = [...map].flatMap(([key, child]): [string, Value][] =>
    isNothing(child) ? (patch.has(key) ? [[key, child]] : []) : [[key, isMap(child) ? withoutNulls(child) : child]],
  );
  const isFree = entries.length === map.size && entries.every(([key, child]) => child === map.get(key) && !isNothing(child));
  const result = isFree ? map : new Map(entries);
  if (isFree || patch === NO_PATCH) nullFree.add(result);
  return result;
}

const NO_PATCH: ValueMap = new Map();

/**
 * kustomize keeps the quotes of the scalar that it replaces, so a number over a quoted string becomes a string; and a string over a plain
 * scalar stays a string but counts as plain from then on.
 */
function inStyleOf(target: Scalar, patch: Scalar): Scalar {
  if (target.tag !== null) return patch;
  if (target.plain) return { ...patch, plain: true };
  return { text: patch.text, plain: false, tag: null, value: patch.text };
}

type Directive = 'merge' | 'replace' | 'delete' | 'unknown';

function directiveOf(patch: ValueMap): Directive {
  const directive = patch.get('$patch');
  if (directive === undefined) return 'merge';
  const text = isScalar(directive) ? directive.text : '';
  return text === 'merge' || text === 'replace' || text === 'delete' ? text : 'unknown';
}

function withoutDirective(patch: ValueMap): ValueMap {
  if (!patch.has('$patch')) return patch;
  return new Map([...patch].filter(([key]) => key !== '$patch'));
}

const kindOf = (value: Value): string => (isMap(value) ? 'map' : isList(value) ? 'list' : 'scalar');

function refuseMismatch(target: Value, patch: Value, at: Keys): void {
  if (kindOf(target) === kindOf(patch)) return;
  throw new PatchFailure('kind-mismatch', `the patch has a ${kindOf(patch)} at ${shown(at)}, where there is a ${kindOf(target)}`);
}

const shown = (at: Keys): string => (at.length === 0 ? 'the top' : at.join('.'));
