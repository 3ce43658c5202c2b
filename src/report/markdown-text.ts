import { cut, printable } from './printable.ts';

/** What GitHub's Markdown, its tables, formulas, emoji names and links are made of. */
const MARKUP = /[&<>"'`|\\*_{}[\]()#+!~@$=^:]/g;

/** Invisible; keeps a mention, a reference or an address from being made into a link. */
const BREAK = '&#8203;';

/**
 * Text from files as Markdown that shows just this text. Every character of markup becomes an entity, so nothing can open, close or link;
 * and as entities are undone before GitHub looks for mentions, these are broken besides.
 */
export const escapeMarkdown = (text: string, length = 700): string =>
  breakAddresses(entities(cut(printable(text), length)).replaceAll('&#35;', `&#35;${BREAK}`));

/** A name as code: by tags, for a table cuts at pipes within backticks, and addresses are broken, for within tags they are made into links. */
export const code = (text: string, length = 200): string => `<code>${breakAddresses(entities(cut(printable(text), length)))}</code>`;

const entities = (text: string): string => text.replaceAll(MARKUP, (char) => `&#${char.charCodeAt(0)};`);

const breakAddresses = (escaped: string): string =>
  escaped
    .replaceAll('&#64;', `&#64;${BREAK}`)
    .replaceAll('&#58;//', `&#58;${BREAK}//`)
    .replaceAll(/\b(www|gh)(?=[.-])/gi, (word) => word + BREAK);

/** Lines in a fence that none of them can close. What a runner that prints them would obey is broken by an invisible character. */
export function fence(lines: readonly string[], language: string): string {
  const shown = lines.map((line) => disarmed(printable(line.replace(/\r$/, ''))));
  const longest = Math.max(2, ...shown.flatMap((line) => [...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}${language}\n${shown.join('\n')}\n${ticks}`;
}

/** Workflow commands start a line, old ones stand anywhere. */
const disarmed = (line: string): string => line.replace(/^(\s*):(?=:)/, '$1:\u200b').replaceAll('##[', '##\u200b[');
