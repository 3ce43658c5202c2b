/**
 * Characters that no reader sees and some programs obey: control characters, line separators, marks that turn the writing direction or
 * take no room, halves of surrogate pairs. Joiners stay, for words of some languages and emoji need them.
 */
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** Text that comes from files, with unseen characters written as escapes; one line whatever it was. */
export const printable = (text: string): string => text.replaceAll(UNSEEN, (char) => SHORT.get(char) ?? escapeOf(char));

function escapeOf(char: string): string {
  const hex = (char.codePointAt(0) ?? 0).toString(16);
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
}

/** The first characters of a text, never half a pair, with an ellipsis where something is missing. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const kept = text.slice(0, length - 1);
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}
