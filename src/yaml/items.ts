import { isMap as isMapNode, isSeq } from 'yaml';
import type { CST, YAMLMap, YAMLSeq } from 'yaml';
import type { Edit } from '../model/edit.ts';
import { isList, isMap } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { nodeAt, usedAnchorAt } from './document.ts';
import type { ParsedDocument } from './document.ts';
import { commentColumn, endOfTrivia, entriesOf, isFlowMap, significantEnd } from './layout.ts';
import { offsetOf, pairOf } from './nodes.ts';
import { entryLines, itemLines, keyText, oneLine } from './print.ts';
import { EditRefused } from './refused.ts';
import { columnOf, dominantEol, eolAt, isBlank, isJson, lineEnd, lineStart } from './text.ts';
import { resourceTextAt } from './resource-text.ts';
import type { ResourceText } from './resource-text.ts';

/** Edits of lists: items that go and items that come. */

/** Takes items out of a list that keeps others, with the comments that belong to them. Throws EditRefused. */
export function deleteItems(document: ParsedDocument, path: Path, indexes: readonly number[]): Edit[] {
  if (indexes.length === 0) return [];
  const list = listAt(document, path);
  return isFlowList(list) ? flowRemovals(list, new Set(indexes)) : blockRemovals(list, indexes, document.text);
}

/** Puts an item before the one at an index, or after the last. Written like its neighbour: in braces or on lines of its own. Throws EditRefused. */
export function insertItem(document: ParsedDocument, path: Path, index: number, value: Value): Edit[] {
  const list = listAt(document, path);
  return isFlowList(list) ? [flowInsertion(list, index, value, document.text)] : [blockInsertion(list, index, value, document.text)];
}

/** Puts an item after the last of a list, which may be empty where it stands in brackets. Throws EditRefused. */
export function appendItem(document: ParsedDocument, path: Path, value: Value): Edit[] {
  return insertItem(document, path, Number.POSITIVE_INFINITY, value);
}

interface ItemRange {
  /** The dash, or the first character of an item in brackets. */
  readonly first: number;
  readonly significantEnd: number;
}

type ListToken = CST.BlockSequence | CST.FlowCollection;

function listAt({ root }: ParsedDocument, path: Path): YAMLSeq {
  const list = nodeAt(root, path);
  if (isSeq(list) && list.items.length > 0) return list;
  throw new EditRefused('rewritten-map-is-alias', 'the list is an alias, or empty', list?.range?.[0] ?? 0);
}

const tokenOf = (list: YAMLSeq): ListToken => (list as { srcToken?: ListToken }).srcToken as ListToken;
const isFlowList = (list: YAMLSeq): boolean => tokenOf(list).type === 'flow-collection';

const TRIVIA: ReadonlySet<string> = new Set(['space', 'newline', 'comment', 'comma']);

/** A last item without a value holds trailing comments only. */
function itemsOf(list: YAMLSeq): ItemRange[] {
  return tokenOf(list)
    .items.slice(0, list.items.length)
    .map(({ start, value }) => {
      const mark = start.find(({ type }) => !TRIVIA.has(type));
      const first = mark?.offset ?? value?.offset ?? 0;
      return { first, significantEnd: value == null ? first + 1 : significantEnd(value) };
    });
}

function itemAt(items: readonly ItemRange[], index: number): ItemRange {
  const item = items.at(index);
  if (item === undefined) throw new EditRefused('not-a-map', 'an item of a list was not found in the text', 0);
  return item;
}

interface ItemLines {
  readonly start: number;
  readonly end: number;
  readonly ownLine: boolean;
}

/** An item in whole lines, with the comments directly above it and the deeper ones below. */
function linesOfItem({ first, significantEnd }: ItemRange, text: string): ItemLines {
  const column = columnOf(text, first);
  const coreStart = lineStart(text, first);
  let start = coreStart;
  while (start > 0 && isOwnComment(text, lineStart(text, start - 1), column)) start = lineStart(text, start - 1);
  let end = text[significantEnd - 1] === '\n' ? significantEnd : lineEnd(text, significantEnd);
  while (end < text.length && isOwnComment(text, end, column + 1)) end = lineEnd(text, end);
  return { start, end, ownLine: isBlank(text.slice(coreStart, first)) };
}

const isOwnComment = (text: string, line: number, column: number): boolean =>
  (commentColumn(text.slice(line, lineEnd(text, line))) ?? -1) >= column;

function blockRemovals(list: YAMLSeq, indexes: readonly number[], text: string): Edit[] {
  const items = itemsOf(list);
  return indexes.map((index) => {
    const { start, end, ownLine } = linesOfItem(itemAt(items, index), text);
    if (!ownLine) throw new EditRefused('not-own-line', 'a list item that goes shares its line', start);
    return { start: index === 0 ? start : Math.max(start, linesOfItem(itemAt(items, index - 1), text).end), end, text: '' };
  });
}

/** Neighbours go together, with one comma each. */
function flowRemovals(list: YAMLSeq, gone: ReadonlySet<number>): Edit[] {
  const items = itemsOf(list);
  const starts = [...gone].filter((index) => !gone.has(index - 1));
  return starts.map((from) => {
    let to = from;
    while (gone.has(to + 1)) to += 1;
    const [previous, first, last, next] = [items[from - 1], itemAt(items, from), itemAt(items, to), items[to + 1]];
    if (next !== undefined) return { start: first.first, end: next.first, text: '' };
    return { start: previous?.significantEnd ?? first.first, end: last.significantEnd, text: '' };
  });
}

function blockInsertion(list: YAMLSeq, index: number, value: Value, text: string): Edit {
  const items = itemsOf(list);
  const sibling = itemAt(items, Math.min(index, items.length - 1));
  const lines = linesOfItem(sibling, text);
  if (!lines.ownLine) throw new EditRefused('not-own-line', 'a new list item would share its line', sibling.first);
  const at = index < items.length ? lines.start : lines.end;
  const eol = eolAt(text, sibling.first);
  const content = likeSibling(list, Math.min(index, items.length - 1), value, text)
    .map((line) => ' '.repeat(columnOf(text, sibling.first)) + line + eol)
    .join('');
  const open = at > 0 && text[at - 1] !== '\n';
  return { start: at, end: at, text: open ? dominantEol(text) + content.replace(/\r?\n$/, '') : content };
}

function likeSibling(list: YAMLSeq, index: number, value: Value, text: string): string[] {
  const sibling = list.items[index];
  if (!isMapNode(sibling)) return itemLines(value);
  if (isFlowMap(sibling)) return [`- ${oneLine(value, isQuoted(sibling.range?.[0] ?? 0, text) ? 'json' : 'flow')}`];
  const gap = columnOf(text, entriesOf(sibling)[0]?.first ?? 0) - columnOf(text, itemAt(itemsOf(list), index).first);
  const lines = isMap(value) ? linesLikeSibling(sibling, value, text) : itemLines(value);
  return lines.map((line) => line.slice(0, 1) + ' '.repeat(Math.max(gap - 2, 0)) + line.slice(1));
}

/** Lists are written as the sibling writes them under the same key: in brackets, or on lines with its margin. */
function linesLikeSibling(sibling: YAMLMap, value: ValueMap, text: string): string[] {
  const lines = [...value].flatMap(([key, child]) => {
    const own = pairOf(sibling, key)?.value;
    const isFlow = isSeq(own) && isFlowList(own);
    if (isList(child) && isFlow) return [`${keyText(key, 'block')}: ${oneLine(child, 'flow')}`];
    const [first, ...rest] = entryLines(key, child, 2);
    const margin =
      isSeq(own) && !isFlow ? columnOf(text, itemAt(itemsOf(own), 0).first) - columnOf(text, entriesOf(sibling)[0]?.first ?? 0) : 0;
    return [first ?? '', ...rest.map((line) => (isList(child) ? ' '.repeat(margin) + line : line))];
  });
  return value.size === 0 ? itemLines(value) : lines.map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`));
}

const isQuoted = (brace: number, text: string): boolean => /^\{\s*"/.test(text.slice(brace, brace + 1000));

function flowInsertion(list: YAMLSeq, index: number, value: Value, text: string): Edit {
  const items = itemsOf(list);
  const content = oneLine(value, isJson(text) ? 'json' : 'flow');
  const gap = betweenItems(items, tokenOf(list).offset, text);
  const next = items[index];
  if (next !== undefined) return { start: next.first, end: next.first, text: `${content},${gap}` };
  const at = itemAt(items, -1).significantEnd;
  return { start: at, end: at, text: `,${gap}${content}` };
}

/** A line break and a margin where items have lines of their own, else a blank. */
function betweenItems(items: readonly ItemRange[], bracket: number, text: string): string {
  const { first } = itemAt(items, 0);
  const margin = text.slice(lineStart(text, first), first);
  return isBlank(margin) && text.slice(bracket, first).includes('\n') ? eolAt(text, bracket) + margin : ' ';
}

/** The part of a document that a list takes up, as a text that can be read and edited by itself. Throws EditRefused. */
export function listTextAt(document: ParsedDocument, path: Path): ResourceText {
  const { text } = document;
  if (path.length === 0) return resourceTextAt(document, path);
  const list = listAt(document, path);
  if (path.some((_, length) => usedAnchorAt(document, path.slice(0, length + 1)) !== null)) {
    throw new EditRefused('anchored-map-rewritten', 'the list has an anchor that is used elsewhere', offsetOf(list));
  }
  const items = itemsOf(list);
  const [first, last] = [itemAt(items, 0), itemAt(items, -1)];
  const token = tokenOf(list);
  if (token.type === 'flow-collection') return plainText(text, token.offset, significantEnd(token));
  const start = lineStart(text, first.first);
  if (!isBlank(text.slice(start, first.first))) throw new EditRefused('not-own-line', 'a list shares its first line', first.first);
  return plainText(
    text,
    start,
    endOfTrivia(text, text[last.significantEnd - 1] === '\n' ? last.significantEnd : lineEnd(text, last.significantEnd)),
  );
}

const plainText = (text: string, start: number, end: number): ResourceText => ({ start, end, text: text.slice(start, end), prefix: '' });
