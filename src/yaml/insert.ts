import { isMap as isMapNode } from 'yaml';
import type { YAMLMap } from 'yaml';
import type { Edit } from '../model/edit.ts';
import { formatPath, isList, isMap } from '../model/value.ts';
import type { Path, Value } from '../model/value.ts';
import { nodeAt } from './document.ts';
import type { ParsedDocument } from './document.ts';
import { keyLike } from './flow.ts';
import { afterSeparator, blockEntries, endsInKeepScalar, entriesOf, flowInside, isFlowMap, keyRange, separatorText } from './layout.ts';
import type { Entry } from './layout.ts';
import { locate } from './locate.ts';
import { entryLines, keyText, oneLine } from './print.ts';
import type { Style } from './print.ts';
import { EditRefused } from './refused.ts';
import { columnOf, dominantEol, eolAt, isBlank, isJson, lineEnd, lineStart } from './text.ts';

/** Writing entries and values that did not stand in the text before. */

/** Puts a new entry after the last of a map, or before the first where a block scalar would take it for its own. Throws EditRefused. */
export function insertAt(document: ParsedDocument, path: Path, key: string, value: Value): Edit[] {
  const map = nodeAt(document.root, path);
  if (!isMapNode(map)) throw refuse(document, path, 'is an alias or not a map');
  return isFlowMap(map) ? insertInFlow(map, key, value, document.text) : insertInBlock(document, path, key, value);
}

const refuse = (document: ParsedDocument, path: Path, message: string): EditRefused =>
  new EditRefused('rewritten-map-is-alias', `${formatPath(path) || 'the document'} ${message}`, locate(document, path).start);

const styleOf = (text: string): Style => (isJson(text) ? 'json' : 'flow');

function insertInFlow(map: YAMLMap, key: string, value: Value, text: string): Edit[] {
  const last = entriesOf(map).at(-1);
  const style = styleOf(text);
  const content = oneLine(value, style);
  if (last === undefined) return [{ ...flowInside(map), text: `${keyText(key, style)}: ${content}` }];
  const at = last.significantEnd;
  return [{ start: at, end: at, text: `,${between(map, text)}${keyLike(last, key, text)}${content}` }];
}

/** What stands between two members after the comma: a line break and a margin, a blank, or nothing. */
function between(map: YAMLMap, text: string): string {
  const [first, second] = entriesOf(map);
  if (first === undefined) return '';
  const margin = text.slice(lineStart(text, first.first), first.first);
  const { start } = flowInside(map);
  if (isBlank(margin) && text.slice(start, first.first).includes('\n')) return eolAt(text, start) + margin;
  const gap = second === undefined ? '' : text.slice(first.significantEnd, second.first);
  const isTight = second === undefined ? separatorText(first, text).endsWith(':') : gap === ',';
  return isTight ? '' : ' ';
}

function insertInBlock(document: ParsedDocument, path: Path, key: string, value: Value): Edit[] {
  const { text } = document;
  const entries = blockEntries(nodeAt(document.root, path) as YAMLMap, text);
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined) throw refuse(document, path, 'has no entry to stand beside');
  const column = columnOf(text, first.first);
  const eol = eolAt(text, first.first);
  const lines = entryLines(key, value, stepAt(document, path)).map((line) => ' '.repeat(column) + line + eol);
  if (!endsInKeepScalar(last)) return [insertion(last.end, text, lines.join(''))];
  if (first.ownLine) return [insertion(first.start, text, lines.join(''))];
  throw new EditRefused('keep-chomp-neighbour', 'a block scalar would take the new entry for its own', last.first);
}

/** Whole lines at a line boundary, or at the end of a text without a final line break. */
function insertion(at: number, text: string, lines: string): Edit {
  const open = at > 0 && text[at - 1] !== '\n';
  return { start: at, end: at, text: open ? dominantEol(text) + lines.replace(/\r?\n$/, '') : lines };
}

/** Columns that one level of indentation takes at a map: its own, or two. */
function stepAt({ root, text }: ParsedDocument, path: Path): number {
  const [map, parent] = [nodeAt(root, path), nodeAt(root, path.slice(0, -1))];
  if (!isMapNode(map) || !isMapNode(parent) || path.length === 0) return 2;
  const entry = entriesOf(parent).find(({ key }) => key === path.at(-1));
  const step = columnOf(text, entriesOf(map)[0]?.first ?? 0) - columnOf(text, entry?.first ?? 0);
  return step > 0 ? step : 2;
}

/** Gives an entry another value. Throws EditRefused. */
export function replaceValue(document: ParsedDocument, path: Path, value: Value): Edit[] {
  const parent = nodeAt(document.root, path.slice(0, -1));
  const entry = isMapNode(parent) ? entriesOf(parent).find(({ key }) => key === path.at(-1)) : undefined;
  if (entry === undefined || !isMapNode(parent)) throw refuse(document, path, 'does not stand in the text');
  const from = afterSeparator(entry);
  const { text } = document;
  if (!isBlank(text.slice(keyRange(entry).end, from).replace(/^[ \t]*:/, ''))) {
    throw new EditRefused('anchored-scalar', `${formatPath(path)} has an anchor or a tag`, from);
  }
  if (isFlowMap(parent))
    return [{ start: from, end: entry.significantEnd, text: gapAfterColon(entry, text) + oneLine(value, styleOf(text)) }];
  return replaceInBlock(entry, value, text);
}

/** JSON may do without a blank after the colon. */
const gapAfterColon = (entry: Entry, text: string): string =>
  /^["']/.test(text.slice(entry.first)) && separatorText(entry, text).endsWith(':') ? '' : ' ';

/** A comment after the key stays. */
function replaceInBlock(entry: Entry, value: Value, text: string): Edit[] {
  const from = afterSeparator(entry);
  const end = withoutLineBreak(text, entry.significantEnd);
  const isComposed = isMap(value) || isList(value);
  const content = ` ${oneLine(value, isComposed ? 'flow' : 'block')}`;
  const below = withoutLineBreak(text, lineEnd(text, from));
  const lines = end <= below ? [] : blockLines(entry, value, text);
  if (lines.length > 1) return [{ start: from, end, text: lines.join(eolAt(text, entry.first)) }];
  if (end <= below || !/^[ \t]*(?:#.*)?$/.test(text.slice(from, below))) return [{ start: from, end, text: content }];
  return [
    { start: from, end: from, text: content },
    { start: below, end, text: '' },
  ];
}

/** A value on lines of its own where the one before had such, for what stands behind the colon; none where it has room on one, or a comment is there. */
function blockLines(entry: Entry, value: Value, text: string): string[] {
  const from = afterSeparator(entry);
  const header = text.slice(from, withoutLineBreak(text, lineEnd(text, from)));
  if (!/^[ \t]*(?:[|>][-+]?)?[ \t]*$/.test(header) || endsInKeepScalar(entry)) return [];
  const below = text.slice(lineEnd(text, from));
  const column = columnOf(text, entry.first);
  const step = Math.max(/^ */.exec(below.replace(/^(?:[ \t]*\r?\n)+/, ''))?.[0].length ?? 0, column + 1) - column;
  const [first = '', ...rest] = entryLines('', value, step);
  return [first.replace(/^[^:]*:/, ''), ...rest.map((line) => ' '.repeat(column) + line)];
}

function withoutLineBreak(text: string, end: number): number {
  if (text[end - 1] !== '\n') return end;
  return text[end - 2] === '\r' ? end - 2 : end - 1;
}
