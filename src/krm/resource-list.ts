import { isList, isMap, scalarAt, stringAt, valueAt } from '../model/value.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { parseDocument, positions, splitDocuments } from '../yaml/document.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { locate } from '../yaml/locate.ts';
import { decodeUtf8 } from '../yaml/text.ts';

/** The list of resources that KRM functions take and give. */
export interface ResourceList {
  readonly items: readonly ListItem[];
  readonly functionConfig: ValueMap | null;
}

/** One resource of a list, with where it came from as far as its annotations tell. */
export interface ListItem {
  readonly line: number;
  readonly column: number;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | null;
  readonly file: { readonly path: string; readonly index: number | null } | null;
}

const KIND = 'ResourceList';
const API_VERSION = /^config\.kubernetes\.io\/v1(?:beta1|alpha1)?$/;

/** Whether bytes may hold a ResourceList at all; quick. */
export const mentionsResourceList = (bytes: Buffer): boolean => bytes.includes(KIND);

/** Reads bytes that are one ResourceList and nothing else; a word on why they are none otherwise. */
export function readResourceList(bytes: Uint8Array): ResourceList | { readonly problem: string } {
  const text = decodeUtf8(bytes);
  if (text === null) return { problem: 'it is not UTF-8 text' };
  const found = onlyDocument(text);
  if ('problem' in found) return found;
  const { document, start } = found;
  const list = document.shape;
  if (!isResourceList(list)) return { problem: 'it is no ResourceList of config.kubernetes.io/v1' };
  const items = valueAt(list, ['items']);
  const config = valueAt(list, ['functionConfig']);
  const at = positions(text);
  return {
    items: isList(items) ? items.map((item, index) => ({ ...at(start + locate(document, ['items', index]).start), ...describe(item) })) : [],
    functionConfig: isMap(config) ? config : null,
  };
}

const isResourceList = (value: Value | null): value is ValueMap =>
  isMap(value) && scalarAt(value, ['kind']) === KIND && API_VERSION.test(stringAt(value, ['apiVersion']) ?? '');

/** The one document of a text that holds a map. */
export function onlyDocument(text: string): { readonly document: ParsedDocument; readonly start: number } | { readonly problem: string } {
  const documents = splitDocuments(text).map(({ start, end }) => ({ start, document: parseDocument(text.slice(start, end)) }));
  const at = positions(text);
  for (const { start, document } of documents) {
    const [problem] = document.problems;
    if (problem !== undefined) return { problem: `it can't be read: ${problem.message} (line ${at(start + problem.offset).line})` };
  }
  const [first, second] = documents.filter(({ document }) => isMap(document.shape));
  if (first === undefined) return { problem: 'it holds no resource' };
  return second === undefined ? first : { problem: 'it holds more than one document' };
}

function describe(item: Value): Omit<ListItem, 'line' | 'column'> {
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

/** Kustomizations among the items: what they build is not what the items are. */
export const kustomizationsOf = ({ items }: ResourceList): ListItem[] => items.filter(({ apiVersion }) => apiVersion.startsWith('kustomize.config.k8s.io/'));
