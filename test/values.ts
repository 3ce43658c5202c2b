import type { Scalar, Value, ValueMap } from '../src/model/value.ts';

/** Data as a test writes it down. */
export type Plain = string | number | bigint | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** A scalar as YAML would hold it: strings quoted, everything else plain. */
function toScalar(js: string | number | bigint | boolean | null): Scalar {
  return { text: String(js), plain: typeof js !== 'string', tag: null, value: js };
}

/** Plain data as a Value, without going through any YAML reader. */
export function toValue(js: { readonly [key: string]: Plain }): ValueMap;
export function toValue(js: Plain): Value;
export function toValue(js: Plain): Value {
  if (Array.isArray(js)) return js.map((item: Plain) => toValue(item));
  if (typeof js !== 'object' || js === null) return toScalar(js);
  return new Map(Object.entries(js).map(([key, value]) => [key, toValue(value)]));
}
