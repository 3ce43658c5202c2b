import { isAlias, visit } from 'yaml';
import type { CST, Node, Pair, YAMLMap } from 'yaml';
import { keyText } from './nodes.ts';
import { columnOf, lineEnd, lineStart, linesOf } from './text.ts';

/**
 * Where the entries of a map stand in the text, and which comment and blank lines belong to them. Taken from token offsets: the library's
 * own attribution gives a comment to the wrong neighbour in common layouts.
 */
export interface Entry {
  readonly key: string;
  readonly pair: Pair;
  /** The first character of the entry: its anchor, tag or key. */
  readonly first: number;
  /** After the last character that is neither blank nor comment; after the whole of a block scalar. */
  readonly significantEnd: number;
}

/** An entry of a block map, in whole lines. */
export interface BlockEntry extends Entry {
  /** With the comment lines directly above. */
  readonly start: number;
  readonly coreStart: number;
  readonly coreEnd: number;
  /** With the deeper comment lines below: what a deletion takes. */
  readonly end: number;
  /** For the last entry also the comment lines of its own column below: what a move takes. */
  readonly moveEnd: number;
  /** False after `- ` or `? `. */
  readonly ownLine: boolean;
}

type Token = CST.Token;
type Item = CST.CollectionItem;
const TRIVIA = new Set(['space', 'newline', 'comment', 'comma', 'flow-error-end']);
const isTrivia = (token: CST.SourceToken): boolean => TRIVIA.has(token.type);

/** End of the last significant character of a token. */
export function significantEnd(token: Token): number {
  if (token.type === 'block-scalar') return token.props.reduce((end, prop) => end + sourceLength(prop), token.offset) + token.source.length;
  if (token.type === 'flow-collection') return endOfSource(token.end[0] ?? token.start);
  if ('items' in token) return token.items.reduce((end, item) => Math.max(end, itemEnd(item) ?? 0), token.offset);
  return 'source' in token ? endOfSource(token) : 0;
}

const sourceLength = (token: Token): number => ('source' in token ? token.source.length : 0);
const endOfSource = (token: { offset: number; source: string }): number => token.offset + token.source.length;

function itemEnd(item: Item): number | null {
  const value = item.value == null ? null : significantEnd(item.value);
  if (value !== null && value > 0 && !isEmptyScalar(item.value)) return value;
  const separator = item.sep?.findLast((token) => !isTrivia(token));
  if (separator !== undefined) return endOfSource(separator);
  if (item.key != null) return significantEnd(item.key);
  const start = item.start.findLast((token) => !isTrivia(token));
  return start === undefined ? null : endOfSource(start);
}

const isEmptyScalar = (token: Token | undefined): boolean => token?.type === 'scalar' && token.source === '';

function itemFirst(item: Item): number | null {
  const mark = item.start.find((token) => !isTrivia(token));
  return mark?.offset ?? item.key?.offset ?? item.sep?.[0]?.offset ?? null;
}

const itemOf = (pair: Pair): Item => (pair as { srcToken?: Item }).srcToken as Item;
const tokenOf = (node: Node): Token | undefined => (node as { srcToken?: Token }).srcToken;

/** The entries of a map of either style, in document order. */
export function entriesOf(map: YAMLMap): Entry[] {
  return map.items.map((pair) => {
    const item = itemOf(pair);
    const first = itemFirst(item) ?? 0;
    return { key: keyText(pair) ?? '', pair, first, significantEnd: itemEnd(item) ?? first };
  });
}

export const isFlowMap = (map: YAMLMap): boolean => tokenOf(map)?.type === 'flow-collection';

/** Offsets just inside the brackets of a flow collection. */
export function flowInside(map: YAMLMap): { start: number; end: number } {
  const token = tokenOf(map) as CST.FlowCollection;
  return { start: endOfSource(token.start), end: token.end[0]?.offset ?? endOfSource(token.start) };
}

/** Where a value may be written for an entry: after the colon and any anchor or tag. */
export function afterSeparator(entry: Entry): number {
  const token = itemOf(entry.pair).sep?.findLast((each) => !isTrivia(each));
  return token === undefined ? entry.significantEnd : endOfSource(token);
}

/** The source text range of an entry's key. */
export function keyRange(entry: Entry): { start: number; end: number } {
  const key = itemOf(entry.pair).key;
  return key == null ? { start: entry.first, end: entry.first } : { start: key.offset, end: significantEnd(key) };
}

/** Between key and value as written: `: `, `:`, ` : `. */
export function separatorText(entry: Entry, text: string): string {
  const { end } = keyRange(entry);
  return /^[ \t]*:[ \t]*/.exec(text.slice(end, end + 40))?.[0] ?? ': ';
}

/** The entries of a block map with the lines they own. */
export function blockEntries(map: YAMLMap, text: string): BlockEntry[] {
  const entries = entriesOf(map);
  const column = columnOf(text, entries[0]?.first ?? 0);
  const cores = entries.map((entry) => ({ ...entry, ...coreLines(entry, text) }));
  const result: BlockEntry[] = [];
  for (const [index, core] of cores.entries()) {
    const next = cores[index + 1];
    const gapEnd = next?.coreStart ?? endOfTrivia(text, core.coreEnd);
    const end = trailingComments(text, core.coreEnd, gapEnd, column + 1);
    const moveEnd = next === undefined ? trailingComments(text, core.coreEnd, gapEnd, column) : end;
    const gapStart = result.at(-1)?.end ?? startOfTrivia(text, core.coreStart);
    const start = core.ownLine ? leadingComments(text, gapStart, core.coreStart, column) : core.coreStart;
    result.push({ ...core, start, end, moveEnd });
  }
  return result;
}

function coreLines(entry: Entry, text: string): Pick<BlockEntry, 'coreStart' | 'coreEnd' | 'ownLine'> {
  const coreStart = lineStart(text, entry.first);
  const atLineEnd = entry.significantEnd > 0 && text[entry.significantEnd - 1] === '\n';
  return {
    coreStart,
    coreEnd: atLineEnd ? entry.significantEnd : lineEnd(text, entry.significantEnd),
    ownLine: /^[ ]*$/.test(text.slice(coreStart, entry.first)),
  };
}

/** Column of a comment line; null for a blank line; -1 for any other. */
export function commentColumn(line: string): number | null {
  const found = /^[ \t]*/.exec(line)?.[0].length ?? 0;
  if (line[found] === '#') return found;
  return line.slice(found).trim() === '' ? null : -1;
}

function endOfTrivia(text: string, from: number): number {
  const stop = linesOf(text, from, text.length).find((line) => commentColumn(line.text) === -1);
  return stop?.start ?? text.length;
}

function startOfTrivia(text: string, from: number): number {
  let at = from;
  while (at > 0) {
    const previous = lineStart(text, at - 1);
    if (commentColumn(text.slice(previous, at)) === -1) break;
    at = previous;
  }
  return at;
}

/** The comment lines from a column on that follow at once, blank lines between them included. */
function trailingComments(text: string, from: number, to: number, column: number): number {
  let end = from;
  for (const line of linesOf(text, from, to)) {
    const found = commentColumn(line.text);
    if (found === null) continue;
    if (found < column) break;
    end = line.end;
  }
  return end;
}

/** The comment lines from a column on directly above, without a blank line between. */
function leadingComments(text: string, from: number, to: number, column: number): number {
  let start = to;
  for (const line of linesOf(text, from, to).reverse()) {
    const found = commentColumn(line.text);
    if (found === null || found < column) break;
    start = line.start;
  }
  return column === 0 && from === 0 ? to : start;
}

/** A scalar that spans lines, with what a shift must know of it. */
export interface MultilineScalar {
  readonly start: number;
  readonly end: number;
  readonly block: boolean;
}

/** The scalars below a node whose text spans lines. */
export function multilineScalars(node: Node | null, text: string): MultilineScalar[] {
  const found: MultilineScalar[] = [];
  if (node === null || isAlias(node)) return found;
  visit(node, {
    Scalar: (_, scalar) => {
      const token = tokenOf(scalar);
      if (token === undefined) return;
      const end = significantEnd(token);
      if (text.slice(token.offset, end).includes('\n')) found.push({ start: token.offset, end, block: token.type === 'block-scalar' });
    },
  });
  return found;
}

/** Whether the text ends inside a block scalar that keeps a final line break (`|`, `>`, `|+`), which readers disagree on without a final newline. */
export function endsInOpenBlockScalar({ root, text }: { root: Node | null; text: string }): boolean {
  const last = multilineScalars(root, text).findLast((scalar) => scalar.block);
  return last !== undefined && last.end === text.length && !/^[|>]\d?-/.test(text.slice(last.start));
}
