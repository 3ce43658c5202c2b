import { fieldFate, mapFieldPath } from '../edit/field-path.ts';
import type { FieldDecision } from '../edit/field-path.ts';
import { isList, isMap, isScalar, stringAt, stringScalar, withKey } from '../model/value.ts';
import type { Scalar, Value, ValueMap } from '../model/value.ts';
import { wholeMap, withText } from './resource-plan.ts';
import { renewed } from './spelling.ts';

/** What a policy says of fields. It judges installations that nobody has seen yet, so that nothing is decided by those that are there. */
const ANY: FieldDecision = { fileStore: 'undecided', database: 'undecided', ingress: 'undecided' };

/** The place of a field of spec, as CEL and JMESPath write it; what is called with a bracket behind it is no field. */
const IN_EXPRESSION = /(?<![\w.?])((?:request\.)?(?:object|oldObject)\.)(spec(?:\.[A-Za-z_]\w*(?![\w(]))+)/g;

/** The same as a pointer: `path: /spec/replicas`. */
const AS_POINTER = /(?<![\w/])\/spec(?:\/[\w~-]+)+/g;

export const isSameField = (path: string, notation: 'dotted' | 'pointer' = 'dotted'): boolean => {
  const mapped = mapFieldPath(path, notation, ANY);
  return 'path' in mapped && mapped.path === path;
};

/** Fields of an object that an expression has at hand, as `spec.replicas` of CEL and `obj.spec.replicas` of Lua. */
const AT_HAND = /(?<![\w.?])(?:obj\.)?(spec(?:\.[A-Za-z_]\w*(?![\w(]))+)/g;

/** A text without the fields of spec that have the same place in both kinds. */
export const withoutSameFields = (text: string): string =>
  text.replaceAll(AT_HAND, (whole, path: string) => (isSameField(path) ? '' : whole));

/** Whether a policy looks at fields that have other places in the new kind, or asks for the old kind in words. */
export function readsFields(value: Value | undefined): boolean {
  if (isScalar(value)) return readsInText(value.text);
  if (isList(value)) return value.some(readsFields);
  return (
    isMap(value) && [...value].some(([key, child]) => (PATTERNS.has(key) ? readsInPatterns(child) : readsInText(key) || readsFields(child)))
  );
}

function readsInText(text: string): boolean {
  const left = text
    .replaceAll(IN_EXPRESSION, (whole, _, path: string) => (isSameField(path) ? '' : whole))
    .replaceAll(AS_POINTER, (whole) => (isSameField(whole, 'pointer') ? '' : whole));
  return /\bspec\b/.test(left) || /\s[\s\S]*ClusterInstallation|ClusterInstallation\S*\s/.test(text);
}

/** Where Kyverno writes objects as they are to be, or a list of these. */
const PATTERNS: ReadonlySet<string> = new Set(['pattern', 'anyPattern', 'patchStrategicMerge']);

function readsInPatterns(pattern: Value): boolean {
  if (isList(pattern)) return pattern.some(readsInPatterns);
  if (!isMap(pattern)) return readsFields(pattern);
  return [...pattern].some(([key, child]) => (nameIn(key) === 'spec' ? !isSameSpec(child) : readsInText(key) || readsFields(child)));
}

/** The name of a field without the anchor that Kyverno may have around it. */
const nameIn = (key: string): string => /^[=^X<+]?\((.*)\)$/.exec(key)?.[1] ?? key;

function isSameSpec(spec: Value): boolean {
  return (
    isMap(spec) &&
    [...spec].every(([key, child]) => {
      const fate = fieldFate(['spec', nameIn(key)], ANY);
      return fate.fate === 'moved' && fate.from.join() === fate.to.join() && !readsFields(child);
    })
  );
}

/** Where an expression finds the kind of what it judges: Kubernetes always says what is requested; Kyverno also judges what nobody requests, and then has the object alone. */
export type KindAt = 'request.kind.kind' | 'object.kind';

const isOld = (kindAt: KindAt): string => `${kindAt} == 'ClusterInstallation'`;

/** An expression of CEL that says of both kinds what it says of the old one; null where that can't be told. */
export function ofBothKinds(expression: string, kindAt: KindAt): string | null {
  if (!readsInText(expression)) return expression;
  if (kindAt === 'object.kind' && /\boldObject\b|\bobject\s*[!=]=/.test(expression)) return null; // There may be no object.
  const [own, end] = endOf(expression);
  const moved = withFieldsMoved(own);
  return moved === null ? null : `${isOld(kindAt)} ? (${own}) : (${moved})${end}`;
}

/** An expression and the end of its last line, where it has one. */
const endOf = (expression: string): readonly [string, string] => {
  const own = expression.trimEnd();
  return [own, expression.slice(own.length)];
};

/** What became one of both, for the new kind alone; what says the same of both stays. */
export function ofNewKind(expression: string, kindAt: KindAt): string | null {
  if (!readsInText(expression)) return expression;
  const [own, end] = endOf(expression);
  for (let at = own.indexOf(') : ('); at > 0; at = own.indexOf(') : (', at + 1)) {
    const old = own.slice(`${isOld(kindAt)} ? (`.length, at);
    const moved = ofBothKinds(old, kindAt) === own ? withFieldsMoved(old) : null;
    if (moved !== null) return moved + end;
  }
  return null;
}

const FIELD = IN_EXPRESSION.source;
const IN_HAS = new RegExp(String.raw`\bhas\(${FIELD}\)|${FIELD}`, 'g');

/** A field below a parent that only the new kind has: `has` of it is an error where the parent is not there. */
function withFieldsMoved(expression: string): string | null {
  if (/ClusterInstallation|\bspec\b/.test(expression.replaceAll(IN_EXPRESSION, ''))) return null;
  let isKnown = true;
  const moved = expression.replaceAll(IN_HAS, (whole, ...[ofHas, inHas, alone, path]: (string | undefined)[]) => {
    const [object, from] = [ofHas ?? alone ?? '', inHas ?? path ?? ''];
    const mapped = mapFieldPath(from, 'dotted', ANY);
    if (!('path' in mapped)) {
      isKnown = false;
      return whole;
    }
    const to = `${object}${mapped.path}`;
    if (inHas === undefined) return to;
    const isDeeper = from.split('.').length === 2 && mapped.path.split('.').length > 2;
    return isDeeper ? `(has(${to.slice(0, to.lastIndexOf('.'))}) && has(${to}))` : `has(${to})`;
  });
  return isKnown ? moved : null;
}

/** A rule of Kyverno for the new kind alone, with the places that its fields have there; null where it speaks of other kinds too, or can't be told. */
export function ruleOfNewKind(rule: Value | undefined): ValueMap | null {
  const name = stringAt(rule, ['name']);
  if (!isMap(rule) || name === null || name.length > MAX_NAME - SUFFIX.length) return null;
  const counterpart = renewedPart(withKey(rule, 'name', stringScalar(`${name}${SUFFIX}`)), '');
  return isMap(counterpart) ? counterpart : null;
}

const SUFFIX = '-mattermost';
const MAX_NAME = 63;

function renewedPart(value: Value, key: string): Value | null {
  if (key === 'kinds') return withAll(value, (word) => (isScalar(word) ? renewedWord(word) : null));
  if (PATTERNS.has(key)) return isList(value) ? withAll(value, renewedPattern) : renewedPattern(value);
  if (isList(value)) return withAll(value, (item) => renewedPart(item, ''));
  if (!isMap(value)) return readsInText(value.text) ? null : value;
  return wholeMap([...value].map(([own, child]) => [own, renewedPart(child, own)]));
}

function withAll(list: Value, change: (item: Value) => Value | null): Value | null {
  const changed = isList(list) ? list.map(change) : [null];
  return changed.some((item) => item === null) ? null : changed.filter((item) => item !== null);
}

function renewedWord(word: Scalar): Scalar | null {
  const text = renewed(word.text);
  return text === null ? null : withText(word, text);
}

function renewedPattern(pattern: Value): Value | null {
  if (!isMap(pattern) || readsFields(withKey(pattern, 'spec', undefined))) return null;
  const spec = pattern.get('spec');
  const moved = isMap(spec) ? withKeysMoved(spec) : null;
  return moved === null ? null : withKey(pattern, 'spec', moved);
}

function withKeysMoved(spec: ValueMap): ValueMap | null {
  const moved = new Map<string, Value>();
  for (const [key, child] of spec) {
    const to = keysFor(key);
    if (to === null || readsFields(child)) return null;
    const [own, parent] = to;
    const siblings = moved.get(parent ?? '');
    if (parent === undefined) moved.set(own, child);
    else moved.set(parent, new Map([...(isMap(siblings) ? siblings : []), [own, child]]));
  }
  const names = [...moved.keys()].map(nameIn);
  return new Set(names).size === names.length ? moved : null;
}

/** Where a field comes to stand, and below what. With an anchor that lets it be absent it must not need the parent that it comes to have. */
function keysFor(key: string): readonly [own: string, parent?: string] | null {
  const name = nameIn(key);
  const fate = fieldFate(['spec', name], ANY);
  if (fate.fate !== 'moved' || fate.to.length > 3) return null;
  const [first = '', below] = fate.to.slice(1);
  if (below === undefined) return [key.replace(name, first)];
  const own = key.replace(name, below);
  if (key === name) return [own, first];
  return /^[=X]\(/.test(key) ? [own, `=(${first})`] : null;
}
