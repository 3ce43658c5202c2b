import { printable } from '../printable.ts';

/** What has meaning in HTML, in and out of attributes. */
const MARKUP = /[&<>"'`]/g;

/** Text from files as HTML that shows just this text, with unseen characters as escapes. */
export const escapeHtml = (text: string): string =>
  printable(text)
    .replaceAll(MARKUP, (char) => `&#${char.charCodeAt(0)};`)
    // A page that is printed into a runner's log must not hold its commands.
    .replaceAll('##[', '#&#35;[');

/** A line of a file: tabs as blanks, a carriage return at the end left out. */
export const escapeLine = (line: string): string => escapeHtml(line.replace(/\r$/, '').replaceAll('\t', '    '));

/** Our own texts, in which backticks stand for code; line breaks stay. */
export const escapeProse = (text: string): string => text.split('\n').map(escapeProseLine).join('\n');

const escapeProseLine = (line: string): string =>
  line
    .split('`')
    .map((part, index) => (index % 2 === 0 ? escapeHtml(part) : `<code>${escapeHtml(part)}</code>`))
    .join('');
