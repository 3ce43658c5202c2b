import { CST, Parser } from 'yaml';

/** Every comment of a text, as written, in order. */
export function commentsOf(text: string): string[] {
  const found: string[] = [];
  for (const token of new Parser().parse(text)) collect(token, found);
  return found;
}

function collect(value: unknown, found: string[]): void {
  if (Array.isArray(value)) for (const each of value) collect(each, found);
  else if (typeof value === 'object' && value !== null) collectToken(value as CST.Token, found);
}

function collectToken(token: CST.Token, found: string[]): void {
  if (token.type === 'comment') found.push(token.source.trimEnd());
  else for (const child of Object.values(token)) if (typeof child === 'object') collect(child, found);
}

/** The comments of `before` that `after` has lost, and those it has gained, as multisets. */
export function compareComments(before: string, after: string): { lost: string[]; gained: string[] } {
  const rest = [...commentsOf(after)];
  const lost = commentsOf(before).filter((comment) => {
    const index = rest.indexOf(comment);
    if (index !== -1) rest.splice(index, 1);
    return index === -1;
  });
  return { lost, gained: rest };
}
