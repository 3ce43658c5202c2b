import { isAlias, visit } from 'yaml';
import type { CST, Node, Pair, YAMLMap } from 'yaml';
import { asNode, keyText, offsetOf } from './nodes.ts';
import { columnOf, isBlank, lineEnd, lineStart } from './text.ts';

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
  /** False after `- ` or `: `. */
  readonly ownLine: boolean;
}

type Token = CST.Token;
const TRIVIA = new Set(['space', 'newline', 'comment', 'comma', 'flow-error-end']);
const isTrivia = (token: CST.SourceToken): boolean => TRIVIA.has(token.type);

/** End of the last significant character of a token. */
export function significantEnd(token: Token): number {
  if (token.type === 'block-scalar') return token.props.reduce((end, prop) => end + sourceLength(prop), token.offset) + token.source.length;
  if (token.type === 'flow-collection') return endOfSource(token.end[0] ?? token.start);
  if ('items' in token) return itemsEnd(token.items) ?? token.offset;
  return 'source' in token ? endOfSource(token) : 0;
}

const sourceLength = (token: Token): number => ('source' in token ? token.source.length : 0);
const endOfSource = (token: { offset: number; source: string }): number => token.offset + token.source.length;

/** The last item may hold nothing but trailing comments. */
function itemsEnd(items: readonly CST.CollectionItem[]): number | null {
  for (let index = items.length - 1; index >= 0; index -= 1) {
    const end = itemEnd(items[index] as CST.CollectionItem);
    if (end !== null) return end;
  }
  return null;
}

function itemEnd(item: CST.CollectionItem): number | null {
  if (item.value != null && !isEmptyScalar(item.value)) return significantEnd(item.value);
  const separator = item.sep?.findLast((token) => !isTrivia(token));
  if (separator !== undefined) return endOfSource(separator);
  if (item.key != null) return significantEnd(item.key);
  const start = item.start.findLast((token) => !isTrivia(token));
  return start === undefined ? null : endOfSource(start);
}

const isEmptyScalar = (token: Token): boolean => token.type === 'scalar' && token.source === '';

function itemFirst(item: CST.CollectionItem): number | null {
  const mark = item.start.find((token) => !isTrivia(token));
  return mark?.offset ?? item.key?.offset ?? item.sep?.[0]?.offset ?? null;
}

const itemOf = (pair: Pair): CST.CollectionItem => (pair as { srcToken?: CST.CollectionItem }).srcToken as CST.CollectionItem;
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

/** The first comment between the entries of a flow map, not counting those inside an entry; null when there is none. */
export function looseComment(map: YAMLMap): number | null {
  const token = tokenOf(map) as CST.FlowCollection;
  const loose = token.items.flatMap(({ start, value }) => [...start, ...trailing(value)]);
  return loose.find(({ type }) => type === 'comment')?.offset ?? null;
}

const trailing = (value: Token | undefined): readonly CST.SourceToken[] => (value !== undefined && 'end' in value ? (value.end ?? []) : []);

/** Whether an entry ends in a block scalar that owns the blank lines after it (`|+`, `>+`). */
export function endsInKeepScalar(entry: Entry): boolean {
  const last = lastToken(itemOf(entry.pair).value);
  return last?.type === 'block-scalar' && /^[|>]\d?\+/.test(headerOf(last));
}

/** Whether such a scalar stands anywhere in an entry, which may come to end in it. */
export const holdsKeepScalar = (entry: Entry, text: string): boolean => firstKeepScalar(asNode(entry.pair.value), text) !== null;

const headerOf = (scalar: CST.BlockScalar): string => {
  const header = scalar.props.find((prop) => prop.type === 'block-scalar-header');
  return header !== undefined && 'source' in header ? header.source : '';
};

/** The last scalar (or other leaf) of block style below a token. */
function lastToken(token: Token | undefined | null): Token | undefined {
  let at = token ?? undefined;
  while (at !== undefined && 'items' in at && at.type !== 'flow-collection') {
    const item: CST.CollectionItem | undefined = at.items.findLast((each) => itemEnd(each) !== null);
    at = item?.value ?? undefined;
  }
  return at;
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
    const start = core.ownLine ? leadingComments(text, { from: result.at(-1)?.end ?? 0, to: core.coreStart }, column) : core.coreStart;
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
  const found = line.search(/[^ \t]/);
  if (found !== -1 && line[found] === '#') return found;
  return isBlank(line) ? null : -1;
}

/** End of the blank and comment lines that start at a line boundary. */
export function endOfTrivia(text: string, from: number): number {
  let at = from;
  while (at < text.length && commentColumn(text.slice(at, lineEnd(text, at))) !== -1) at = lineEnd(text, at);
  return at;
}

/** The comment lines from a column on that follow at once, blank lines between them included. */
function trailingComments(text: string, from: number, to: number, column: number): number {
  let end = from;
  for (let at = from; at < to; at = lineEnd(text, at)) {
    const found = commentColumn(text.slice(at, lineEnd(text, at)));
    if (found === null) continue;
    if (found < column) break;
    end = lineEnd(text, at);
  }
  return end;
}

/** The comment lines from a column on directly above, without a blank line between. Those at the very top belong to the document. */
function leadingComments(text: string, { from, to }: { from: number; to: number }, column: number): number {
  let start = to;
  while (start > from) {
    const previous = lineStart(text, start - 1);
    const found = commentColumn(text.slice(previous, start));
    if (found === null || found < column) break;
    start = previous;
  }
  return column === 0 && from === 0 ? to : start;
}

/** A scalar that spans lines, with what a shift must know of it. */
export interface MultilineScalar {
  readonly start: number;
  readonly end: number;
  readonly block: boolean;
}

/** The scalars below a node whose text spans lines, in document order. */
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

/**
 * Start of a block scalar that ends a text without a final newline, if it is one that keeps a final line break (`|`, `>`, `|+`): readers
 * disagree on whether that line break is there. Null when the text ends otherwise.
 */
export function openBlockScalar({ root, text }: { root: Node | null; text: string }): number | null {
  const last = text.endsWith('\n') || root === null ? undefined : lastToken(tokenOf(root));
  if (last?.type !== 'block-scalar' || headerOf(last).includes('-')) return null;
  return isBlank(text.slice(significantEnd(last))) ? last.offset : null;
}

/** Start of the first block scalar that owns the blank lines after it; null when there is none. */
export const keepScalar = ({ root, text }: { root: Node | null; text: string }): number | null => firstKeepScalar(root, text);

function firstKeepScalar(node: Node | null, text: string): number | null {
  const found = multilineScalars(node, text).find(({ start, block }) => block && /^[|>]\d?\+/.test(text.slice(start, start + 3)));
  return found?.start ?? null;
}

/** Where the first alias with one of the names stands; null where none does. */
export function firstAliasOf({ root }: { root: Node | null }, names: ReadonlySet<string>): number | null {
  let found: number | null = null;
  if (root === null) return found;
  visit(root, {
    Alias: (_, alias) => {
      if (!names.has(alias.source)) return undefined;
      found = offsetOf(alias);
      return visit.BREAK;
    },
  });
  return found;
}
