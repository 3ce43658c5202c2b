import type { CST } from 'yaml';
import type { ParsedDocument } from './document.ts';

export interface Comment {
  readonly offset: number;
  readonly text: string;
}

/** Every comment of a document, as written, in order. */
export function commentsOf({ tokens }: Pick<ParsedDocument, 'tokens'>): Comment[] {
  const found: Comment[] = [];
  collectAll(tokens, found);
  return found;
}

function collectAll(tokens: readonly CST.Token[] | undefined, found: Comment[]): void {
  for (const token of tokens ?? []) collect(token, found);
}

function collect(token: CST.Token, found: Comment[]): void {
  if (token.type === 'comment') found.push({ offset: token.offset, text: token.source.trimEnd() });
  if (token.type === 'document') {
    collectAll(token.start, found);
    if (token.value !== undefined) collect(token.value, found);
  }
  if ('props' in token) collectAll(token.props, found);
  if ('items' in token) for (const item of token.items) collectItem(item, found);
  if ('end' in token) collectAll(token.end, found);
}

function collectItem({ start, key, sep, value }: CST.CollectionItem, found: Comment[]): void {
  collectAll(start, found);
  if (key != null) collect(key, found);
  collectAll(sep, found);
  if (value !== undefined) collect(value, found);
}

/** Those of a document's comments that stand inside a range. */
export function commentsWithin(
  document: Pick<ParsedDocument, 'tokens'>,
  ranges: readonly { readonly start: number; readonly end: number }[],
): Comment[] {
  if (ranges.length === 0) return [];
  const sorted = [...ranges].sort((a, b) => a.start - b.start);
  let next = 0;
  return commentsOf(document).filter(({ offset }) => {
    while ((sorted[next]?.end ?? Number.POSITIVE_INFINITY) <= offset) next += 1;
    return offset >= (sorted[next]?.start ?? Number.POSITIVE_INFINITY);
  });
}

/** Whether two lists hold the same texts, in any order. */
export function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  const counts = new Map<string, number>();
  for (const text of a) counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const text of b) counts.set(text, (counts.get(text) ?? 0) - 1);
  return [...counts.values()].every((count) => count === 0);
}
