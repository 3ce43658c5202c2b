import { isMap, scalarAt, stringAt } from '../model/value.ts';
import type { Value, ValueMap } from '../model/value.ts';

/** The list of resources that KRM functions take and give. */
export interface ResourceList {
  /** Those that have to do with installations, at least. */
  readonly items: readonly ListItem[];
  readonly functionConfig: ValueMap | null;
  /** Manifests with all there is to convert. */
  readonly stream: Buffer;
  /** The text of the list, with what became of the stream, and with more results. Null where that does not fit back into the list. */
  textWith(after: StreamChange | null, results: readonly Result[]): string | null;
  /** The same list to be read as a whole; null when it is. */
  readonly text: string | null;
}

/** What became of a stream: the part of a `Change` that tells it. */
export interface StreamChange {
  readonly after: Buffer;
  /** One for each document that was edited. */
  readonly regions: readonly { readonly start: number; readonly end: number; readonly newLength: number }[];
}

/** One resource of a list, with where it came from as far as its annotations tell. */
export interface ListItem {
  /** Where it starts in the stream. */
  readonly line: number;
  readonly column: number;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | null;
  readonly file: { readonly path: string; readonly index: number | null } | null;
}

/** One entry of a list's `results`. */
export interface Result {
  readonly message: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly item: ListItem | null;
  readonly field: string | null;
  readonly rule: string | null;
}

export const KIND = 'ResourceList';
const API_VERSION = /^config\.kubernetes\.io\/v1(?:beta1|alpha1)?$/;

export const isResourceList = (value: Value | null): value is ValueMap =>
  isMap(value) && scalarAt(value, ['kind']) === KIND && API_VERSION.test(stringAt(value, ['apiVersion']) ?? '');

/** What an item says of itself. */
export function describeItem(item: Value): Omit<ListItem, 'line' | 'column'> {
  return {
    apiVersion: stringAt(item, ['apiVersion']) ?? '',
    kind: stringAt(item, ['kind']) ?? '',
    name: stringAt(item, ['metadata', 'name']) ?? '',
    namespace: stringAt(item, ['metadata', 'namespace']),
    file: fileOf(item),
  };
}

/** What orchestrators write on resources that they read from files; the last of them is kustomize's `originAnnotations`. */
function fileOf(item: Value): ListItem['file'] {
  const annotation = (...names: string[]): string | null => names.map((name) => textAt(item, name)).find((text) => text !== null) ?? null;
  const index = annotation('internal.config.kubernetes.io/index', 'config.kubernetes.io/index');
  const origin = /^path: *(.+)$/m.exec(annotation('config.kubernetes.io/origin') ?? '')?.[1] ?? null;
  const path = annotation('internal.config.kubernetes.io/path', 'config.kubernetes.io/path') ?? origin;
  return path === null ? null : { path, index: index !== null && /^\d+$/.test(index) ? Number(index) : null };
}

/** Indexes are written with and without quotes. */
function textAt(item: Value, annotation: string): string | null {
  const value = scalarAt(item, ['metadata', 'annotations', annotation]);
  return value == null || value === '' ? null : String(value);
}
