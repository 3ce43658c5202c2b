import { isMap as isMapNode, isSeq } from 'yaml';
import type { YAMLMap } from 'yaml';
import type { Path } from '../model/value.ts';
import { nodeAt } from './document.ts';
import type { ParsedDocument } from './document.ts';
import { entriesOf, flowInside, isFlowMap } from './geometry.ts';
import { EditRefused } from './refused.ts';
import { columnOf, lineEnd, lineStart } from './text.ts';

/**
 * The part of a document that one resource covers, as a text that can be read and edited by itself: the whole document, or an item of a
 * List with its dash blanked out. Editing parts keeps a List of thousands linear.
 */
export interface Unit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** What the first characters of the part are in the document; the unit's text has blanks there. */
  readonly prefix: string;
}

/** The range of a resource in its document, in whole lines or braces. Throws EditRefused. */
export const unitRange = (document: ParsedDocument, path: Path): { start: number; end: number } => unitAt(document, path);

/** Throws EditRefused where the resource can't be told from its surroundings. */
export function unitAt(document: ParsedDocument, path: Path): Unit {
  const { text } = document;
  if (path.length === 0) return { start: 0, end: text.length, text, prefix: '' };
  const node = nodeAt(document.root, path);
  if (!isMapNode(node)) throw new EditRefused('rewritten-map-is-alias', 'the list item is an alias or not a map', node?.range?.[0] ?? 0);
  return isFlowMap(node) ? flowUnit(node, text) : blockUnit(document, path, node);
}

function flowUnit(node: YAMLMap, text: string): Unit {
  const inside = flowInside(node);
  const start = inside.start - 1;
  const end = inside.end + 1;
  return { start, end, text: text.slice(start, end), prefix: '' };
}

function blockUnit({ root, text }: ParsedDocument, path: Path, node: YAMLMap): Unit {
  const entries = entriesOf(node);
  const first = entries[0]?.first ?? 0;
  const start = lineStart(text, first);
  const prefix = text.slice(start, first);
  if (!/^[ -]*$/.test(prefix)) throw new EditRefused('not-own-line', 'an anchor, a tag or a key shares the line of the list item', first);
  const list = nodeAt(root, path.slice(0, -1));
  const next = isSeq(list) ? list.items[Number(path.at(-1)) + 1] : undefined;
  const nextStart = isMapNode(next) ? lineStart(text, entriesOf(next)[0]?.first ?? text.length) : null;
  const end = nextStart ?? itemEnd(text, entries.at(-1)?.significantEnd ?? first, columnOf(text, first));
  return { start, end, text: ' '.repeat(prefix.length) + text.slice(first, end), prefix };
}

/** The last item ends with the comment lines of its own column or deeper. */
function itemEnd(text: string, significant: number, column: number): number {
  let end = text[significant - 1] === '\n' ? significant : lineEnd(text, significant);
  for (let at = end; at < text.length; at = lineEnd(text, at)) {
    const line = text.slice(at, lineEnd(text, at));
    if (line.trim() === '') continue;
    if (!/^[ \t]*#/.test(line) || line.search(/[^ \t]/) < column) break;
    end = lineEnd(text, at);
  }
  return end;
}

/** The edited unit as it stands in the document. */
export function restoreUnit(unit: Unit, edited: string): string {
  if (!edited.startsWith(' '.repeat(unit.prefix.length))) throw new EditRefused('not-own-line', 'the first entry of a list item would move', unit.start);
  return unit.prefix + edited.slice(unit.prefix.length);
}
