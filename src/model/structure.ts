import { isList, isMap } from './value.ts';
import type { Path, Value, ValueMap } from './value.ts';

/**
 * What kustomize reads into structures of Go: kustomizations, replacements, configurations, the fields of builtin plugins. Go finds a field in
 * any letter case, so maps of such data are asked in kustomize's own spelling and answer in whatever is written. Resources and patches are
 * read as they are.
 */
class Structure extends Map<string, Value> {
  /** The key that stands for a field in the text. */
  written(field: string): string {
    if (super.has(field)) return field;
    const folded = fold(field);
    return [...this.keys()].find((key) => fold(key) === folded) ?? field;
  }

  override get(field: string): Value | undefined {
    return super.get(field) ?? super.get(this.written(field));
  }

  override has(field: string): boolean {
    return super.has(this.written(field));
  }
}

/** Go knows a Kelvin sign for a k and a long s for an s, as well as capitals. */
export const fold = (key: string): string => key.toUpperCase().toLowerCase();

/** Data of kustomize's own, whose fields are found in any letter case. */
export function asStructure(value: ValueMap): ValueMap;
export function asStructure(value: Value): Value;
export function asStructure(value: Value): Value {
  return structured(value, new Map());
}

function structured(value: Value, known: Map<Value, Value>): Value {
  const before = known.get(value);
  if (before !== undefined) return before;
  const structure = isMap(value)
    ? new Structure([...value].map(([key, child]) => [key, structured(child, known)] as const))
    : isList(value)
      ? value.map((item) => structured(item, known))
      : value;
  known.set(value, structure);
  return structure;
}

/** The path of a field as its keys are written. */
export function writtenPath(value: Value | undefined, path: Path): Path {
  let at = value;
  return path.map((step) => {
    const key = at instanceof Structure && typeof step === 'string' ? at.written(step) : step;
    at = isMap(at) && typeof key === 'string' ? at.get(key) : isList(at) && typeof key === 'number' ? at[key] : undefined;
    return key;
  });
}

/** Fields that hold what a user names, labels for one, where letter case matters. */
const FREE: ReadonlySet<string> = new Set(
  ['pairs', 'commonLabels', 'commonAnnotations', 'labels', 'annotations', 'valuesInline', 'metadata'].map(fold),
);

/** Two keys that stand for one field, with the path of the second. Of such kustomize takes the last, or parts of both. */
export function repeatedField(value: Value, path: Path = []): { readonly path: Path; readonly first: string } | null {
  const first = isMap(value) ? repeatedKey([...value.keys()]) : null;
  if (first !== null) return { path: [...path, first[1]], first: first[0] };
  const children: readonly (readonly [string | number, Value])[] = isMap(value) ? [...value] : isList(value) ? [...value.entries()] : [];
  for (const [step, child] of children) {
    if (typeof step === 'string' && isMap(child) && FREE.has(fold(step))) continue;
    const found = repeatedField(child, [...path, step]);
    if (found !== null) return found;
  }
  return null;
}

function repeatedKey(keys: readonly string[]): [string, string] | null {
  const seen = new Map<string, string>();
  for (const key of keys) {
    const before = seen.get(fold(key));
    if (before !== undefined) return [before, key];
    seen.set(fold(key), key);
  }
  return null;
}
