import { mapFieldPath } from '../edit/field-path.ts';
import type { FieldDecision, PathNotation } from '../edit/field-path.ts';
import { sameValue } from '../model/same.ts';
import { isList, isMap, isScalar, stringAt, valueAt, withValueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import type { Operation } from '../yaml/primitives.ts';
import type { ResourceContext } from './resource-context.ts';
import { besideItem, counterpartOf, holdsItem, rewritten, withText } from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';
import type { ReferrerStage } from './referrer.ts';

/** What an engine is told to ignore: fields by JSON pointers and by paths of jq. */

/** Argo CD's key, and Flux's. */
const POINTERS: readonly string[] = ['jsonPointers', 'paths'];
const JQ = 'jqPathExpressions';

/** An entry of ignored fields with its paths for the new kind; those that it does not have are left out. Null where one can't be told, or none is left. */
function withPathsMapped(entry: ValueMap, decision: FieldDecision): ValueMap | null {
  const lists = [...POINTERS, JQ].filter((key) => entry.has(key));
  const mapped = new Map<string, Value>(entry);
  for (const key of lists) {
    const paths = mappedPaths(entry.get(key), key === JQ ? jqPath : pointer, decision);
    if (paths === null) return null;
    if (paths.length > 0) mapped.set(key, paths);
    else mapped.delete(key);
  }
  return lists.length > 0 && !lists.some((key) => mapped.has(key)) ? null : mapped;
}

/** Where a path leads in the new kind: nowhere, or nobody can tell. */
type Mapped = { readonly path: string } | 'dropped' | null;

export type MapPath = (path: string, decision: FieldDecision) => Mapped;

function mappedPaths(list: Value | undefined, map: MapPath, decision: FieldDecision): Value[] | null {
  if (!isList(list)) return null;
  const mapped = list.map((each) => (isScalar(each) ? { each, to: map(each.text, decision) } : { each, to: null }));
  if (mapped.some(({ to }) => to === null)) return null;
  return mapped.flatMap(({ each, to }) => (isScalar(each) && to !== null && to !== 'dropped' ? [withText(each, to.path)] : []));
}

const mapping =
  (notation: PathNotation): MapPath =>
  (path, decision) => {
    const mapped = mapFieldPath(path, notation, decision);
    if ('undecidable' in mapped) return null;
    return 'dropped' in mapped ? 'dropped' : mapped;
  };

export const pointer = mapping('pointer');
export const dotted = mapping('dotted');

/** A plain path and no program. */
const JQ_PATH = /^((?:\.[A-Za-z_]\w*)+)((?:\[\]\??|\[\d+\]|\.[A-Za-z_]\w*|\?)*)$/;

export function jqPath(path: string, decision: FieldDecision): Mapped {
  const [, start, rest = ''] = JQ_PATH.exec(path) ?? [];
  if (start === undefined) return null;
  const mapped = dotted(start.slice(1), decision);
  return mapped === null || mapped === 'dropped' ? mapped : { path: `.${mapped.path}${rest}` };
}

/** What is ignored of an object must be said of the kind that it has. `target` leads to where the object is named, where that is not the entry itself. */
export function planIgnored(
  value: Value,
  path: Path,
  {
    stage,
    context,
    target = [],
  }: { readonly stage: ReferrerStage; readonly context: Pick<ResourceContext, 'fateOf'>; readonly target?: Path },
): ResourcePlan | null {
  const entry = valueAt(value, path);
  const selected = valueAt(entry, target);
  const renamed = counterpartOf(selected);
  if (stage === 'prepare' || !isMap(entry) || !isMap(selected) || renamed === null) return null;
  const { converted, decision } = context.fateOf({ name: literal(selected, 'name'), namespace: literal(selected, 'namespace') });
  const counterpart = withPathsMapped(withValueAt(entry, target, renamed) as ValueMap, decision);
  if (counterpart === null || (converted === 'none' && stage !== 'finish')) return null;
  if (stage === 'finish' || converted === 'some') return besideItem(value, path, counterpart, stage === 'finish' ? 'finish' : 'extend');
  if (holdsItem(valueAt(value, path.slice(0, -1)), counterpart)) return null;
  return rewritten(...replacing(entry, counterpart, path));
}

/** A template, or a regular expression, stands for any. */
function literal(entry: ValueMap, key: string): string | null {
  const text = stringAt(entry, [key]);
  return text === null || !/^[\w.-]+$/.test(text) ? null : text;
}

/** What makes an entry its counterpart, word by word. */
function replacing(entry: ValueMap, counterpart: ValueMap, path: Path): Operation[] {
  return [...entry].flatMap(([key, before]): Operation[] => {
    const [at, after] = [[...path, key], counterpart.get(key)];
    if (after === undefined) return [{ op: 'delete', path: at }];
    if (sameValue(before, after)) return [];
    if (isScalar(before) && isScalar(after)) return [{ op: 'set', path: at, text: after.text, string: true }];
    if (isMap(before) && isMap(after)) return replacing(before, after, at);
    return wordsReplaced(before, after, at);
  });
}

/** The words of a list, of which some go. */
function wordsReplaced(before: Value, after: Value, path: Path): Operation[] {
  const [old, renewed] = [before, after].map((list) => (Array.isArray(list) ? (list as readonly Value[]) : []));
  if (old?.length !== renewed?.length) return [{ op: 'replace', path, value: after }];
  return (old ?? []).flatMap((word, index): Operation[] => {
    const to = renewed?.[index];
    return isScalar(to) && !sameValue(word, to) ? [{ op: 'set', path: [...path, index], text: to.text, string: true }] : [];
  });
}
