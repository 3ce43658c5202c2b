import { lineEnd } from '../yaml/text.ts';

/** The text of a ResourceList as orchestrators write it, taken apart at its items without being read. */
export interface SplitText {
  /** Up to and with the line `items:`. */
  readonly head: string;
  readonly items: readonly SplitItem[];
  /** From the next key on. */
  readonly tail: string;
}

interface SplitItem {
  /** From the dash to the last line that is its own. */
  readonly text: string;
  /** Comments and blank lines before the next item. */
  readonly gap: string;
}

/**
 * Takes a block-style list apart at lines: what belongs to an item is indented deeper than its dash, whatever it is. Null for any other
 * layout, which has to be read as a whole.
 */
export function splitItems(text: string): SplitText | null {
  const items = /^items:[ \t]*(?:#.*)?\r?\n/m.exec(text);
  if (items === null || /^(?:%|\.\.\.|---[ \t]*[^\s#])/m.test(text) || text.lastIndexOf('\n---') > items.index) return null;
  const start = items.index + items[0].length;
  const first = /^(?:[ \t]*(?:#.*)?\r?\n)*( *)-[ \t\r\n]/.exec(text.slice(start));
  if (first === null) return null;
  const lines = linesFrom(text, start, first[1]?.length ?? 0);
  if (lines === null) return null;
  const [before = start] = lines.dashes;
  return {
    head: text.slice(0, before),
    items: lines.dashes.map((at, index) => splitItem(text.slice(at, lines.dashes[index + 1] ?? lines.end), first[1]?.length ?? 0)),
    tail: text.slice(lines.end),
  };
}

/** Where items start, and where the list ends; null where a line belongs to neither an item nor the next key. */
function linesFrom(text: string, start: number, column: number): { dashes: number[]; end: number } | null {
  const dashes: number[] = [];
  for (let at = start; at < text.length; at = lineEnd(text, at)) {
    const indent = indentAt(text, at);
    const mark = text[at + indent];
    if (indent > column || mark === '\n' || mark === '\r' || mark === '#' || mark === undefined) continue;
    if (indent === column && mark === '-' && /^[ \t\r\n]$/.test(text[at + indent + 1] ?? '\n')) dashes.push(at);
    else return indent === 0 && mark !== '\t' && mark !== '-' ? { dashes, end: at } : null;
  }
  return { dashes, end: text.length };
}

function indentAt(text: string, line: number): number {
  let at = line;
  while (text[at] === ' ') at += 1;
  return at - line;
}

/** Comments that are indented no deeper than the dash stand before what comes next; blank lines may be part of a text. */
function splitItem(text: string, column: number): SplitItem {
  const comment = new RegExp(`^ {0,${column}}#`);
  let end = text.length;
  for (let at = lineStartBefore(text, end); at > 0; at = lineStartBefore(text, at)) {
    const line = text.slice(at, lineEnd(text, at));
    if (comment.test(line)) end = at;
    else if (line.trim() !== '') break;
  }
  return { text: text.slice(0, end), gap: text.slice(end) };
}

const lineStartBefore = (text: string, at: number): number => text.lastIndexOf('\n', at - 2) + 1;
