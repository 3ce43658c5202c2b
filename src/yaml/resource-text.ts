import { isMap as isMapNode } from 'yaml';
import type { YAMLMap } from 'yaml';
import { sameValue } from '../model/same.ts';
import type { Range } from '../model/range.ts';
import { valueAt } from '../model/value.ts';
import type { Path, Value } from '../model/value.ts';
import { nodeAt, parseDocument, usedAnchorAt } from './document.ts';
import type { ParsedDocument } from './document.ts';
import { endOfTrivia, entriesOf, flowInside, isFlowMap } from './layout.ts';
import { offsetOf } from './nodes.ts';
import { EditRefused } from './refused.ts';
import type { Anchor, OuterAnchors } from './shape.ts';
import { eolAt, lineEnd, lineStart } from './text.ts';

/**
 * The part of a document that one resource covers, as a text that can be read and edited by itself: the whole document, or an item of a
 * List with its dash blanked out. Editing parts keeps a List of thousands linear. An offset in this text is `start` less than in the document.
 */
export interface ResourceText {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** What the first characters of the part are in the document; this text has blanks there. */
  readonly prefix: string;
}

/** The range of a resource in its document, in whole lines or braces. Throws EditRefused. */
export const resourceRange = (document: ParsedDocument, path: Path): Range => resourceTextAt(document, path);

/** Throws EditRefused where the resource can't be told from its surroundings. */
export function resourceTextAt(document: ParsedDocument, path: Path): ResourceText {
  const { text, root } = document;
  if (path.length === 0) return wholeText(text);
  const node = nodeAt(root, path);
  if (!isMapNode(node)) throw new EditRefused('rewritten-map-is-alias', 'the list item is an alias or not a map', offsetOf(node));
  refuseSharedAncestors(document, path);
  return isFlowMap(node) ? flowText(node, text) : blockText(node, text);
}

/** A byte order mark stays outside. */
function wholeText(text: string): ResourceText {
  const start = text.startsWith('\uFEFF') ? 1 : 0;
  return { start, end: text.length, text: text.slice(start), prefix: '' };
}

function flowText(node: YAMLMap, text: string): ResourceText {
  const inside = flowInside(node);
  const start = inside.start - 1;
  const end = inside.end + 1;
  return { start, end, text: text.slice(start, end), prefix: '' };
}

/** It ends before the next line with content: a block scalar may own the blank lines between, before the edit or after. */
function blockText(node: YAMLMap, text: string): ResourceText {
  const entries = entriesOf(node);
  const first = entries[0]?.first ?? 0;
  const start = lineStart(text, first);
  const prefix = text.slice(start, first);
  if (!/^[ -]*$/.test(prefix)) throw new EditRefused('not-own-line', 'an anchor, a tag or a key shares the line of the list item', first);
  const last = entries.at(-1)?.significantEnd ?? first;
  const end = endOfTrivia(text, text[last - 1] === '\n' ? last : lineEnd(text, last));
  return { start, end, text: ' '.repeat(prefix.length) + text.slice(first, end), prefix };
}

/** A resource's text read by itself, knowing the anchors that stand before it. It must mean what it means in the document. Throws EditRefused. */
export function readResourceText(
  document: ParsedDocument,
  { text, start }: ResourceText,
  path: Path,
): { read: ParsedDocument; outer: OuterAnchors } {
  if (text === document.text) return { read: document, outer: () => undefined };
  const outer: OuterAnchors = (name) => document.anchors.findLast((anchor) => anchor.name === name && anchor.offset < start)?.value;
  const read = parseDocument(text, outer);
  const whole = valueAt(document.shape ?? undefined, path);
  if (read.problems.length === 0 && (whole === undefined || read.shape === null || !sameValue(whole, read.shape))) {
    throw new EditRefused('parse-error', 'the list item can not be read on its own', 0);
  }
  return { read, outer };
}

/** What holds the resource, and the resource itself, must not be used elsewhere under an anchor. */
function refuseSharedAncestors(document: ParsedDocument, path: Path): void {
  for (const index of path.keys()) {
    const anchor = usedAnchorAt(document, path.slice(0, index + 1));
    if (anchor !== null)
      throw new EditRefused('anchored-map-rewritten', 'the list or the list item has an anchor that is used elsewhere', anchor.offset);
  }
}

/** The anchors of a resource's text that aliases after it use, with their offsets in that text. */
export function exportedAnchors({ anchors }: ParsedDocument, { start, end }: Range): Anchor[] {
  const from = firstAnchor(anchors, start);
  const to = firstAnchor(anchors, end);
  return anchors
    .slice(from, to)
    .filter(({ lastUse }) => lastUse >= end)
    .map((anchor) => ({ ...anchor, offset: anchor.offset - start }));
}

/** Index of the first anchor from an offset on. */
function firstAnchor(anchors: readonly Anchor[], offset: number): number {
  let low = 0;
  let high = anchors.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((anchors[middle]?.offset ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What a name stands for after a text. */
const finalValue = ({ anchors }: ParsedDocument, name: string): Value | undefined =>
  anchors.findLast((anchor) => anchor.name === name)?.value;

/** Anchors that aliases after the text use must stand for the same as before. Throws EditRefused. */
export function requireSameAnchors(exported: readonly Anchor[], before: ParsedDocument, after: ParsedDocument): void {
  for (const { name, offset } of exported) {
    const [old, now] = [finalValue(before, name), finalValue(after, name)];
    if (now === undefined)
      throw new EditRefused('dropped-anchor-in-use', 'a field that is dropped holds an anchor that is used after the list item', offset);
    if (old !== undefined && !sameValue(old, now))
      throw new EditRefused('anchored-map-rewritten', 'a map that must change has an anchor that is used after the list item', offset);
  }
}

/** The edited text as it stands in the document. Where the entry beside the dash went and a comment or blank line follows, the dash stands alone. */
export function restoreResourceText({ prefix }: ResourceText, edited: string): string {
  const { length } = prefix;
  if (prefix.trim() === '') return edited;
  return edited.startsWith(' '.repeat(length)) ? prefix + edited.slice(length) : `${prefix.trimEnd()}${eolAt(edited, 0)}${edited}`;
}
