import { isAlias, isCollection, isMap as isMapNode, isScalar as isScalarNode } from 'yaml';
import type { YAMLMap } from 'yaml';
import type { Edit, RefusalCode } from '../model/edit.ts';
import { groupBy } from '../model/group.ts';
import type { Path, Value } from '../model/value.ts';
import { formatPath } from '../model/value.ts';
import { deleteBlockEntries, emptyBlockMap, insertBlockEntry, wrapBlockEntries } from './block.ts';
import { nodeAt } from './document.ts';
import type { ParsedDocument } from './document.ts';
import { deleteFlowEntries, insertFlowEntry, wrapFlowEntries } from './flow.ts';
import { afterSeparator, entriesOf, isFlowMap, keyRange } from './layout.ts';
import type { Entry } from './layout.ts';
import { insertAt, replaceValue } from './insert.ts';
import { appendItem, deleteItems } from './items.ts';
import { locate } from './locate.ts';
import { pairOf } from './nodes.ts';
import { stringLike } from './print.ts';
import type { Style } from './print.ts';
import { EditRefused } from './refused.ts';
import { columnOf, isJson } from './text.ts';

/** One change of meaning, applied to the text of one document. Paths lead from the document's root. */
export type Operation =
  | { readonly op: 'set'; readonly path: Path; readonly text: string; readonly string: boolean }
  | { readonly op: 'rename'; readonly path: Path; readonly key: string }
  | { readonly op: 'delete'; readonly path: Path }
  | { readonly op: 'wrap'; readonly path: Path; readonly keys: readonly string[]; readonly parent: string; readonly host: 'first' | 'last' }
  | { readonly op: 'insert'; readonly path: Path; readonly key: string; readonly text: string }
  /** A new entry of any value, after the last of a map. */
  | { readonly op: 'add'; readonly path: Path; readonly key: string; readonly value: Value }
  /** A new item after the last of a list. */
  | { readonly op: 'append'; readonly path: Path; readonly value: Value }
  /** Another value for an entry. */
  | { readonly op: 'replace'; readonly path: Path; readonly value: Value }
  /** An item that goes from a list which keeps others. */
  | { readonly op: 'remove'; readonly path: Path };

/** The edits that carry out one operation. Throws EditRefused. */
export function editsFor(document: ParsedDocument, operation: Operation): Edit[] {
  const { deletions, others } = batchEdits(document, [operation]);
  return [...deletions, ...others];
}

/**
 * The edits that carry out operations which do not depend on each other's result: all of them are read off the same text. A key may take the
 * name of one that the same batch deletes. Comments may go with deletions only. Throws EditRefused.
 */
export function batchEdits(document: ParsedDocument, operations: readonly Operation[]): { deletions: Edit[]; others: Edit[] } {
  const deleted = operations.flatMap((operation) => (operation.op === 'delete' ? [operation.path] : []));
  const gone = new Set(deleted.map((path) => JSON.stringify(path)));
  return {
    deletions: withoutOverlap([...deleteEntries(document, deleted), ...removeItems(document, operations)]),
    others: operations.flatMap((operation) => editsOf(document, operation, gone)),
  };
}

/** Deletions of maps in maps may both take the blank lines between them. */
function withoutOverlap(edits: readonly Edit[]): Edit[] {
  const merged: Edit[] = [];
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last === undefined || edit.start >= last.end || edit.text !== '' || last.text !== '') merged.push(edit);
    else merged[merged.length - 1] = { ...last, end: Math.max(last.end, edit.end) };
  }
  return merged;
}

function editsOf(document: ParsedDocument, operation: Operation, gone: ReadonlySet<string>): Edit[] {
  switch (operation.op) {
    case 'set':
      return setScalar(document, operation.path, operation);
    case 'rename':
      return renameKey(document, operation.path, operation.key, gone);
    case 'wrap':
      return wrapEntries(document, operation);
    case 'insert':
      return insertEntry(document, operation);
    case 'add':
      return insertAt(document, operation.path, operation.key, operation.value);
    case 'append':
      return appendItem(document, operation.path, operation.value);
    case 'replace':
      return replaceValue(document, operation.path, operation.value);
    case 'delete':
    case 'remove':
      return [];
  }
}

/** Items of the same list go together. */
function removeItems(document: ParsedDocument, operations: readonly Operation[]): Edit[] {
  const removed = operations.flatMap(({ op, path }) => (op === 'remove' ? [path] : []));
  return [...groupBy(removed, (path) => JSON.stringify(path.slice(0, -1))).values()].flatMap((paths) =>
    deleteItems(
      document,
      (paths[0] ?? []).slice(0, -1),
      paths.map((path) => Number(path.at(-1))).sort((a, b) => a - b),
    ),
  );
}

/** Refuses at the place of a field, or of its nearest parent. */
const refuse = (document: ParsedDocument, path: Path, code: RefusalCode, message: string): EditRefused =>
  new EditRefused(code, `${formatPath(path) || 'the document'} ${message}`, locate(document, path).start);

function setScalar(document: ParsedDocument, path: Path, to: { text: string; string: boolean }): Edit[] {
  const node = nodeAt(document.root, path);
  if (node === null) throw elsewhere(document, path);
  const replaceable = isAlias(node) || (isScalarNode(node) && node.type?.startsWith('BLOCK') !== true);
  if (!replaceable || node.range == null) throw refuse(document, path, 'not-plain-scalar', 'is a block scalar or no scalar');
  const [start, end] = node.range;
  const before = document.text.slice(start, end);
  const style = isJson(document.text) ? 'json' : styleAt(document, path);
  return [{ start, end, text: to.string ? stringLike(before, to.text, style) : to.text }];
}

/** What does not stand at its path in the text stands where an alias on the way leads, or comes from a merge key. */
function elsewhere(document: ParsedDocument, path: Path): EditRefused {
  const alias = path.map((_, length) => path.slice(0, length)).find((each) => isAlias(nodeAt(document.root, each)));
  return alias === undefined
    ? refuse(document, path, 'merge-key', 'comes from a merge key')
    : refuse(document, alias, 'rewritten-map-is-alias', 'is an alias of what would have to change');
}

/** How a key or scalar at a path may be written: in braces fewer characters stand without quotes. */
function styleAt({ root }: ParsedDocument, path: Path): Style {
  const around = path.map((_, length) => nodeAt(root, path.slice(0, length)));
  return around.some((node) => isCollection(node) && node.flow === true) ? 'flow' : 'block';
}

function mapAt(document: ParsedDocument, path: Path): YAMLMap {
  const node = nodeAt(document.root, path);
  if (isMapNode(node)) return node;
  const isSpec = path.length === 1 && path[0] === 'spec';
  throw refuse(document, path, isSpec ? 'spec-is-alias' : 'rewritten-map-is-alias', 'is an alias or not a map');
}

/** The entry at a path, which must stand in the text. */
function entryAt(document: ParsedDocument, path: Path): { map: YAMLMap; entry: Entry } {
  const map = mapAt(document, path.slice(0, -1));
  const entry = entriesOf(map).find(({ key }) => key === path.at(-1));
  if (entry === undefined) throw refuse(document, path, 'merge-key', 'comes from a merge key');
  return { map, entry };
}

function renameKey(document: ParsedDocument, path: Path, name: string, gone: ReadonlySet<string>): Edit[] {
  const { map, entry } = entryAt(document, path);
  const target = [...path.slice(0, -1), name];
  if (pairOf(map, name) !== null && !gone.has(JSON.stringify(target)))
    throw refuse(document, target, 'target-exists', `already stands beside ${entry.key}`);
  const range = keyRange(entry);
  const before = document.text.slice(range.start, range.end);
  if (/^[|>]/.test(before)) throw refuse(document, path, 'not-plain-scalar', 'is a block scalar');
  return [{ ...range, text: stringLike(before, name, styleAt(document, path)) }];
}

/** Entries of the same map go together. */
function deleteEntries(document: ParsedDocument, paths: readonly Path[]): Edit[] {
  const groups = new Map<string, { path: Path; keys: Set<string> }>();
  for (const path of paths) {
    const parent = path.slice(0, -1);
    const id = JSON.stringify(parent);
    const group = groups.get(id) ?? { path: parent, keys: new Set() };
    group.keys.add(String(path.at(-1)));
    groups.set(id, group);
  }
  return [...groups.values()].flatMap(({ path, keys }) => deleteFrom(document, path, keys));
}

function deleteFrom(document: ParsedDocument, path: Path, keys: ReadonlySet<string>): Edit[] {
  const map = mapAt(document, path);
  const present = new Set(entriesOf(map).map(({ key }) => key));
  for (const key of keys) if (!present.has(key)) throw refuse(document, [...path, key], 'merge-key', 'comes from a merge key');
  if (isFlowMap(map)) return deleteFlowEntries(map, keys, document.text);
  if (keys.size === present.size) return emptyBlockMap(map, holeFor(document, path), document.text);
  return deleteBlockEntries(map, keys, document.text);
}

/** Where an empty map may be written for the map at a path: beside its key; null where it has none. */
function holeFor(document: ParsedDocument, path: Path): number | null {
  const parent = nodeAt(document.root, path.slice(0, -1));
  const entry = isMapNode(parent) ? entriesOf(parent).find(({ key }) => key === path.at(-1)) : undefined;
  return entry === undefined ? null : afterSeparator(entry);
}

function wrapEntries(document: ParsedDocument, operation: Extract<Operation, { op: 'wrap' }>): Edit[] {
  const { path, parent } = operation;
  const map = mapAt(document, path);
  if (pairOf(map, parent) !== null) throw refuse(document, [...path, parent], 'target-exists', 'already stands there');
  if (pairOf(map, '<<') !== null) throw refuse(document, [...path, '<<'], 'merge-key', 'may bring fields that move');
  if (isFlowMap(map)) return wrapFlowEntries(map, operation, document.text);
  const [first] = entriesOf(map);
  const step = columnOf(document.text, first?.first ?? 0) - parentColumn(document, path);
  return wrapBlockEntries(map, operation, { text: document.text, step: step > 0 ? step : 2 });
}

/** Column of the key that holds the map at a path. */
function parentColumn(document: ParsedDocument, path: Path): number {
  const parent = nodeAt(document.root, path.slice(0, -1));
  const entry = isMapNode(parent) ? entriesOf(parent).find(({ key }) => key === path.at(-1)) : undefined;
  return entry === undefined ? Number.POSITIVE_INFINITY : columnOf(document.text, entry.first);
}

function insertEntry(document: ParsedDocument, operation: Extract<Operation, { op: 'insert' }>): Edit[] {
  const map = mapAt(document, operation.path);
  const { key, text } = operation;
  return isFlowMap(map) ? insertFlowEntry(map, key, text, document.text) : insertBlockEntry(map, key, text, document.text);
}
