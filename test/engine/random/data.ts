import { isList, isMap } from '../../../src/model/value.ts';
import type { Value } from '../../../src/model/value.ts';

/** What a manifest means to Kubernetes. */
export type Data = string | number | bigint | boolean | null | readonly Data[] | { readonly [key: string]: Data };

export const isObject = (data: Data | undefined): data is { readonly [key: string]: Data } =>
  typeof data === 'object' && data !== null && !Array.isArray(data);

/** What was read, without its spelling. */
export function dataOf(value: Value): Data {
  if (isMap(value)) return Object.fromEntries([...value].map(([key, child]) => [key, dataOf(child)]));
  return isList(value) ? value.map(dataOf) : value.value;
}

/** A text that is the same for the same data. */
export function canonical(data: Data): string {
  if (Array.isArray(data)) return `[${data.map(canonical).join()}]`;
  if (isObject(data)) {
    const entries = Object.entries(data).map(([key, child]) => `${JSON.stringify(key)}:${canonical(child)}`);
    return `{${entries.sort().join()}}`;
  }
  if (typeof data === 'bigint') return `${data}`;
  return Object.is(data, -0) ? '0' : JSON.stringify(data);
}
