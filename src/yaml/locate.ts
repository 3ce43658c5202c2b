import { isMap as isMapNode, isScalar as isScalarNode } from 'yaml';
import type { Path } from '../model/value.ts';
import { nodeAt } from './document.ts';
import type { ParsedDocument } from './document.ts';
import { entriesOf, keyRange } from './layout.ts';
import { lineEnd, lineStart } from './text.ts';

/** Where a field stands in its document's text: key and scalar, or the key alone; a missing field is shown at its nearest parent. */
export function locate(document: ParsedDocument, path: Path): { start: number; end: number } {
  for (let length = path.length; length > 0; length -= 1) {
    const found = locateStep(document, path.slice(0, length));
    if (found !== null) return found;
  }
  const [first] = isMapNode(document.root) ? entriesOf(document.root) : [];
  const start = first?.first ?? document.text.search(/[^\s]/);
  return { start: Math.max(start, 0), end: Math.max(first?.significantEnd ?? start, 0) };
}

function locateStep(document: ParsedDocument, path: Path): { start: number; end: number } | null {
  const step = path.at(-1);
  const parent = nodeAt(document.root, path.slice(0, -1));
  if (typeof step === 'number') return locateItem(document, path);
  if (!isMapNode(parent)) return null;
  const entry = entriesOf(parent).find((each) => each.key === step);
  if (entry === undefined) return null;
  const key = keyRange(entry);
  const oneLine = isScalarNode(entry.pair.value) && !document.text.slice(key.end, entry.significantEnd).includes('\n');
  return { start: entry.first, end: oneLine ? entry.significantEnd : key.end };
}

/** A list item that is a map is shown at its first entry. */
function locateItem(document: ParsedDocument, path: Path): { start: number; end: number } | null {
  const node = nodeAt(document.root, path);
  if (node === null || node.range == null) return null;
  const [first] = isMapNode(node) ? entriesOf(node) : [];
  if (first !== undefined) return { start: first.first, end: first.significantEnd };
  return { start: node.range[0], end: node.range[1] };
}

/** The whole lines of an entry or list item, its value included; null where there is none. */
function entryRange(document: ParsedDocument, path: Path): { start: number; end: number } | null {
  const node = nodeAt(document.root, path);
  const { start } = locate(document, path);
  if (node?.range == null) return null;
  return { start: lineStart(document.text, start), end: lineEnd(document.text, Math.max(node.range[1] - 1, start)) };
}

/** The whole lines of a value; the line of its key, list mark or block scalar header is no part of it where nothing of the value stands there. */
export function contentRange(document: ParsedDocument, path: Path): { start: number; end: number } | null {
  const whole = entryRange(document, path);
  const node = nodeAt(document.root, path);
  if (whole === null || node?.range == null) return null;
  const isBlock = isScalarNode(node) && node.type?.startsWith('BLOCK') === true;
  const start = isBlock ? lineEnd(document.text, node.range[0]) : lineStart(document.text, node.range[0]);
  return { start: Math.min(start, whole.end), end: whole.end };
}
