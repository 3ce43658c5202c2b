import { mapFieldPath } from '../edit/field-path.ts';
import type { FieldDecision } from '../edit/field-path.ts';
import { isList, isScalar } from '../model/value.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { withText } from './resource-plan.ts';

/** What an engine is told to ignore: fields by JSON pointers and by paths of jq. */

const POINTERS = 'jsonPointers';
const JQ = 'jqPathExpressions';

/** An entry of ignored fields with its paths for the new kind; those that it does not have are left out. Null where one can't be told, or none is left. */
export function withPathsMapped(entry: ValueMap, decision: FieldDecision): ValueMap | null {
  const lists = [POINTERS, JQ].filter((key) => entry.has(key));
  const mapped = new Map<string, Value>(entry);
  for (const key of lists) {
    const paths = mappedPaths(entry.get(key), key === POINTERS ? pointer : jqPath, decision);
    if (paths === null) return null;
    if (paths.length > 0) mapped.set(key, paths);
    else mapped.delete(key);
  }
  return lists.length > 0 && !lists.some((key) => mapped.has(key)) ? null : mapped;
}

/** Where a path leads in the new kind: nowhere, or nobody can tell. */
type Mapped = { readonly path: string } | 'dropped' | null;

type MapPath = (path: string, decision: FieldDecision) => Mapped;

function mappedPaths(list: Value | undefined, map: MapPath, decision: FieldDecision): Value[] | null {
  if (!isList(list)) return null;
  const mapped = list.map((each) => (isScalar(each) ? { each, to: map(each.text, decision) } : { each, to: null }));
  if (mapped.some(({ to }) => to === null)) return null;
  return mapped.flatMap(({ each, to }) => (isScalar(each) && to !== null && to !== 'dropped' ? [withText(each, to.path)] : []));
}

export function pointer(path: string, decision: FieldDecision): Mapped {
  const mapped = mapFieldPath(path, 'pointer', decision);
  if ('undecidable' in mapped) return null;
  return 'dropped' in mapped ? 'dropped' : mapped;
}

/** A plain path and no program. */
const JQ_PATH = /^((?:\.[A-Za-z_]\w*)+)((?:\[\]\??|\[\d+\]|\.[A-Za-z_]\w*|\?)*)$/;

function jqPath(path: string, decision: FieldDecision): Mapped {
  const [, start, rest = ''] = JQ_PATH.exec(path) ?? [];
  if (start === undefined) return null;
  const mapped = mapFieldPath(start.slice(1), 'dotted', decision);
  if ('undecidable' in mapped) return null;
  return 'dropped' in mapped ? 'dropped' : { path: `.${mapped.path}${rest}` };
}
