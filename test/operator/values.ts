import type { Scalar, ScalarValue, Value, ValueMap } from '../../src/model/value.ts';

export type Data = ScalarValue | readonly Data[] | { readonly [key: string]: Data };

export const scalar = (value: ScalarValue): Scalar => ({ text: String(value), plain: typeof value !== 'string', tag: null, value });

/** Data as a manifest would carry it. */
export function toValue(data: Data): Value {
  if (Array.isArray(data)) return data.map(toValue);
  if (typeof data !== 'object' || data === null) return scalar(data);
  return toMap(data as { readonly [key: string]: Data });
}

export function toMap(data: { readonly [key: string]: Data }): ValueMap {
  return new Map(Object.entries(data).map(([key, child]) => [key, toValue(child)]));
}
