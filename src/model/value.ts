import { groupBy } from './group.ts';

/**
 * YAML data as written and as Kubernetes reads it. A scalar keeps its source form, so that data can be compared without
 * trusting any reader's idea of numbers, and carries the value that `sigs.k8s.io/yaml` would hand to the API server.
 */

/** What Kubernetes' YAML reader makes of a scalar. Integers beyond 2^53 are bigints. */
export type ScalarValue = string | number | bigint | boolean | null;

export interface Scalar {
  /** The resolved content: escapes, folding and quotes undone, otherwise as written. */
  readonly text: string;
  /** Written without quotes and not as a block scalar, so its type depends on its content. */
  readonly plain: boolean;
  /** The explicit tag in full form (`tag:yaml.org,2002:str`), or null. */
  readonly tag: string | null;
  /** As Kubernetes reads it. */
  readonly value: ScalarValue;
}

/** Keys are the resolved text of the key; insertion order is document order. */
export type ValueMap = ReadonlyMap<string, Value>;
export type ValueList = readonly Value[];
export type Value = Scalar | ValueList | ValueMap;

/** Steps from a document's root (or a resource's own root) to a value: keys and list indexes. */
export type Path = readonly (string | number)[];

export const isMap = (value: Value | null | undefined): value is ValueMap => value instanceof Map;
export const isList = (value: Value | null | undefined): value is ValueList => Array.isArray(value);
export const isScalar = (value: Value | null | undefined): value is Scalar => value != null && !isMap(value) && !isList(value);

/** The value at a path, or undefined when any step is missing. */
export function valueAt(value: Value | undefined, path: Path): Value | undefined {
  let at = value;
  for (const step of path) {
    if (isMap(at) && typeof step === 'string') at = at.get(step);
    else if (isList(at) && typeof step === 'number') at = at[step];
    else return undefined;
  }
  return at;
}

/** What Kubernetes reads at a path; undefined when the path is missing or holds a map or list. */
export function scalarAt(value: Value | undefined, path: Path): ScalarValue | undefined {
  const found = valueAt(value, path);
  return isScalar(found) ? found.value : undefined;
}

/** The non-empty string at a path, or null: how the operator reads optional names and URLs. */
export function stringAt(value: Value | undefined, path: Path): string | null {
  const found = scalarAt(value, path);
  return typeof found === 'string' && found !== '' ? found : null;
}

/** As JSON has it. */
export function plainOf(value: Value): unknown {
  if (isMap(value)) return Object.fromEntries([...value].map(([key, child]) => [key, plainOf(child)]));
  if (isList(value)) return value.map(plainOf);
  return typeof value.value === 'bigint' ? Number(value.value) : value.value;
}

/** A string; it is one whatever it looks like, and is written without quotes where that is safe. */
export const stringScalar = (text: string): Scalar => ({ text, plain: true, tag: null, value: text });

export const NULL: Scalar = { text: 'null', plain: true, tag: null, value: null };

/** A map with another value under a key; undefined removes it. */
export function withKey(map: ValueMap, key: string, value: Value | undefined): ValueMap {
  if (value !== undefined) return new Map(map).set(key, value);
  return map.has(key) ? new Map([...map].filter(([name]) => name !== key)) : map;
}

/** A value below the keys of a path. */
export const nest = (path: Path, value: Value): Value => path.reduceRight<Value>((inner, step) => new Map([[String(step), inner]]), value);

/** A field path as users read it: `spec.mattermostEnv[0].name`; keys that need it are quoted. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (!/^[\w$-]+$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/** `${...}`: a variable that Flux (or envsubst) fills in later, so the scalar may stand for any type and value. */
export const hasVariable = (scalar: Scalar): boolean => /\$\{[^}]*\}/.test(scalar.text);

/** `{{ ... }}`: a Go template action in a scalar. */
export const hasTemplateAction = (scalar: Scalar): boolean => scalar.text.includes('{{');

/** A copy with another value at a path that exists; what no step leads into is shared. */
export const withValueAt = (value: Value, path: Path, replacement: Value): Value => withValuesAt(value, [{ path, value: replacement }]);

/** A copy with other values at paths that exist, none below another; what no step leads into is shared. */
export function withValuesAt(value: Value, replacements: readonly { readonly path: Path; readonly value: Value }[]): Value {
  const whole = replacements.find(({ path }) => path.length === 0);
  if (whole !== undefined) return whole.value;
  const byStep = groupBy(replacements, ({ path }) => path[0]);
  const replaced = (step: string | number, child: Value): Value => {
    const below = byStep.get(step)?.map((each) => ({ ...each, path: each.path.slice(1) }));
    return below === undefined ? child : withValuesAt(child, below);
  };
  if (isMap(value)) return new Map([...value].map(([key, child]) => [key, replaced(key, child)]));
  return isList(value) ? value.map((item, index) => replaced(index, item)) : value;
}
