import { isMap as isMapNode, isScalar as isScalarNode, isSeq } from 'yaml';
import type { Node, YAMLMap } from 'yaml';
import type { Edit } from '../model/edit.ts';
import type { Path } from '../model/value.ts';
import { formatPath } from '../model/value.ts';
import { nodeAt } from './document.ts';
import type { ParsedDocument } from './document.ts';
import { afterSeparator, blockEntries, entriesOf, isFlowMap, keyRange } from './geometry.ts';
import type { BlockEntry, Entry } from './geometry.ts';
import { deleteFlowEntry, insertFlowEntry, wrapFlowEntries } from './flow.ts';
import { insertBlockEntry, wrapBlockEntries } from './block.ts';
import { offsetOf, pairOf } from './nodes.ts';
import { EditRefused } from './refused.ts';
import { columnOf, dominantEol, lineEnd, lineStart } from './text.ts';

/** One change of meaning, applied to the text of one document. Paths lead from the document's root. */
export type Operation =
  | { readonly op: 'set'; readonly path: Path; readonly text: string; readonly string: boolean }
  | { readonly op: 'rename'; readonly path: Path; readonly key: string }
  | { readonly op: 'delete'; readonly path: Path }
  | { readonly op: 'wrap'; readonly path: Path; readonly keys: readonly string[]; readonly parent: string; readonly host: 'first' | 'last' }
  | { readonly op: 'insert'; readonly path: Path; readonly key: string; readonly text: string };

/** The edits that carry out one operation. Throws EditRefused. */
export function editsFor(document: ParsedDocument, operation: Operation): Edit[] {
  switch (operation.op) {
    case 'set':
      return setScalar(document, operation.path, operation);
    case 'rename':
      return renameKey(document, operation.path, operation.key);
    case 'delete':
      return deleteEntry(document, operation.path);
    case 'wrap':
      return wrapEntries(document, operation);
    case 'insert':
      return insertEntry(document, operation);
  }
}

function setScalar({ text, root }: ParsedDocument, path: Path, to: { text: string; string: boolean }): Edit[] {
  const node = nodeAt(root, path);
  if (!isScalarNode(node) || node.range == null) throw new EditRefused('not-plain-scalar', `${formatPath(path)} is an alias or not a scalar`, offsetOf(root));
  if (node.type?.startsWith('BLOCK')) throw new EditRefused('not-plain-scalar', `${formatPath(path)} is a block scalar`, node.range[0]);
  if (node.tag !== undefined) throw new EditRefused('not-plain-scalar', `${formatPath(path)} has a tag`, node.range[0]);
  if (node.anchor !== undefined) throw new EditRefused('anchored-scalar', `${formatPath(path)} has an anchor`, node.range[0]);
  const [start, end] = node.range;
  return [{ start, end, text: quoteLike(text.slice(start, end), to, isJson(text)) }];
}

/** Keeps the quotes of the scalar it replaces; JSON wants double quotes around strings. */
function quoteLike(before: string, to: { text: string; string: boolean }, json: boolean): string {
  const quote = before.startsWith("'") || before.startsWith('"') ? before.charAt(0) : '';
  if (!to.string) return to.text;
  return quote === '' && json ? JSON.stringify(to.text) : `${quote}${to.text}${quote}`;
}

export const isJson = (text: string): boolean => /^\uFEFF?\s*[{[]\s*"/.test(text);

function mapAt(root: Node | null, path: Path): YAMLMap {
  const node = nodeAt(root, path);
  if (isMapNode(node)) return node;
  throw new EditRefused('rewritten-map-is-alias', `${formatPath(path) || 'the document'} is an alias or not a map`, offsetOf(root));
}

function entryAt(root: Node | null, path: Path): { map: YAMLMap; key: string } {
  const key = path.at(-1);
  const map = mapAt(root, path.slice(0, -1));
  if (typeof key !== 'string' || pairOf(map, key) === null) {
    throw new EditRefused('merge-key', `${formatPath(path)} comes from a merge key or an alias`, offsetOf(map));
  }
  return { map, key };
}

function renameKey({ text, root }: ParsedDocument, path: Path, name: string): Edit[] {
  const { map, key } = entryAt(root, path);
  const entry = requireEntry(entriesOf(map), key);
  const range = keyRange(entry);
  if (pairOf(map, name) !== null) throw new EditRefused('target-exists', `${name} already stands beside ${formatPath(path)}`, range.start);
  if (range.start !== entry.first) throw new EditRefused('anchored-key', `the key ${key} has an anchor, a tag or a question mark`, entry.first);
  const before = text.slice(range.start, range.end);
  const quote = /^['"]/.exec(before)?.[0] ?? '';
  return [{ ...range, text: `${quote}${name}${quote}` }];
}

function requireEntry<E extends Entry>(entries: readonly E[], key: string): E {
  const entry = entries.find((each) => each.key === key);
  if (entry === undefined) throw new EditRefused('not-a-map', `${key} was not found in the text`, 0);
  return entry;
}

function deleteEntry(document: ParsedDocument, path: Path): Edit[] {
  const { map, key } = entryAt(document.root, path);
  if (isFlowMap(map)) return deleteFlowEntry(map, key, document.text);
  const entries = blockEntries(map, document.text);
  const entry = requireEntry(entries, key);
  if (entries.length === 1) return emptyMap(document, path.slice(0, -1), entry);
  if (!entry.ownLine) return [slideUp(entries, entry, document.text)];
  return [withoutDoubleBlank(document.text, entries, entry)];
}

/** The last entry of a block map goes: `{}` must stand in its place, or the map would become null. */
function emptyMap(document: ParsedDocument, path: Path, entry: BlockEntry): Edit[] {
  if (!entry.ownLine) return [{ start: entry.first, end: entry.significantEnd, text: entry.significantEnd === entry.coreEnd ? `{}${dominantEol(document.text)}` : '{}' }];
  const removal = { start: entry.start, end: entry.end, text: '' };
  const key = path.at(-1);
  const parent = nodeAt(document.root, path.slice(0, -1));
  if (typeof key === 'string' && isMapNode(parent)) {
    const at = afterSeparator(requireEntry(entriesOf(parent), key));
    return [{ start: at, end: at, text: ' {}' }, removal];
  }
  if (isSeq(parent) || path.length === 0) throw new EditRefused('not-own-line', 'the only entry of a list item stands on a line of its own', entry.first);
  throw new EditRefused('rewritten-map-is-alias', `${formatPath(path)} is an alias`, entry.first);
}

/** The entry beside `- ` goes: the next one takes its place on that line. */
function slideUp(entries: readonly BlockEntry[], entry: BlockEntry, text: string): Edit {
  const next = entries[entries.indexOf(entry) + 1];
  if (next === undefined || /#/.test(text.slice(entry.significantEnd, next.first)) || columnOf(text, next.first) !== columnOf(text, entry.first)) {
    throw new EditRefused('not-own-line', `${entry.key} shares its line with a list dash and comments follow`, entry.first);
  }
  return { start: entry.first, end: next.first, text: '' };
}

/** Where blank lines stand on both sides of a deleted entry, one side goes with it. */
function withoutDoubleBlank(text: string, entries: readonly BlockEntry[], entry: BlockEntry): Edit {
  const index = entries.indexOf(entry);
  const before = blankStart(text, entry.start);
  const after = blankEnd(text, entry.end);
  const keepChomp = index > 0 && text[(entries[index - 1]?.significantEnd ?? 0) - 1] === '\n';
  const isFirst = index === 0;
  const isLast = index === entries.length - 1;
  if (isLast && !keepChomp && before < entry.start) return { start: before, end: entry.end, text: '' };
  if ((isFirst || before < entry.start) && after > entry.end) return { start: entry.start, end: after, text: '' };
  return { start: entry.start, end: entry.end, text: '' };
}

function blankStart(text: string, from: number): number {
  let at = from;
  while (at > 0 && text.slice(lineStart(text, at - 1), at).trim() === '') at = lineStart(text, at - 1);
  return at;
}

function blankEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.slice(at, lineEnd(text, at)).trim() === '') at = lineEnd(text, at);
  return at;
}

function wrapEntries(document: ParsedDocument, operation: Extract<Operation, { op: 'wrap' }>): Edit[] {
  const map = mapAt(document.root, operation.path);
  const { keys, parent } = operation;
  if (pairOf(map, parent) !== null) throw new EditRefused('target-exists', `${parent} already stands in ${formatPath(operation.path)}`, offsetOf(map));
  if (pairOf(map, '<<') !== null) throw new EditRefused('merge-key', `${formatPath(operation.path)} holds a merge key`, offsetOf(map));
  if (isFlowMap(map)) return wrapFlowEntries(map, keys, parent, document.text);
  const step = columnOf(document.text, offsetOf(map)) - parentColumn(document, operation.path);
  return wrapBlockEntries(map, operation, { text: document.text, step: step > 0 ? step : 2 });
}

/** Column of the key that holds the map at a path. */
function parentColumn(document: ParsedDocument, path: Path): number {
  const parent = nodeAt(document.root, path.slice(0, -1));
  const key = path.at(-1);
  if (!isMapNode(parent) || typeof key !== 'string') return Number.POSITIVE_INFINITY;
  return columnOf(document.text, requireEntry(entriesOf(parent), key).first);
}

function insertEntry(document: ParsedDocument, operation: Extract<Operation, { op: 'insert' }>): Edit[] {
  const map = mapAt(document.root, operation.path);
  const { key, text } = operation;
  return isFlowMap(map) ? insertFlowEntry(map, key, text, document.text) : insertBlockEntry(map, key, text, document.text);
}
