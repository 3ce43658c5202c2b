import type { Edit, Refusal, RefusalCode } from '../model/edit.ts';
import { EditRefused } from './refused.ts';

/** Whether a text is empty but for what YAML takes for blanks; other Unicode blanks are content. */
export const isBlank = (text: string): boolean => !/[^ \t\r\n]/.test(text);

/** Start of the line that holds the offset. */
export const lineStart = (text: string, offset: number): number => (offset <= 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1);

/** End of the line that holds the offset, its line break included. */
export function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  return newline === -1 ? text.length : newline + 1;
}

export const columnOf = (text: string, offset: number): number => offset - lineStart(text, offset);

/** Start of the blank lines that end at a line boundary. */
export function blankStart(text: string, from: number): number {
  let at = from;
  while (at > 0 && isBlank(text.slice(lineStart(text, at - 1), at))) at = lineStart(text, at - 1);
  return at;
}

/** End of the blank lines that start at a line boundary. */
export function blankEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBlank(text.slice(at, lineEnd(text, at)))) at = lineEnd(text, at);
  return at;
}

/** The line break that most lines of the text end with; LF for a text of one line. */
export function dominantEol(text: string): '\r\n' | '\n' {
  let balance = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) balance += text[at - 1] === '\r' ? 1 : -1;
  return balance > 0 ? '\r\n' : '\n';
}

/** The line break at the end of the line that holds the offset; the usual one where the text ends without. */
export function eolAt(text: string, offset: number): string {
  const newline = text.indexOf('\n', offset);
  if (newline === -1) return dominantEol(text);
  return text[newline - 1] === '\r' ? '\r\n' : '\n';
}

/** The whole lines in a range that starts and ends at line boundaries. */
export function linesOf(text: string, start: number, end: number): { start: number; end: number; text: string }[] {
  const lines = [];
  for (let at = start; at < end;) {
    const next = Math.min(lineEnd(text, at), end);
    lines.push({ start: at, end: next, text: text.slice(at, next) });
    at = next;
  }
  return lines;
}

const inOrder = (edits: readonly Edit[]): Edit[] => [...edits].sort((a, b) => a.start - b.start || a.end - b.end);

/** Applies edits, given in any order. Edits that overlap are a fault of their maker, and refused. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const edit of inOrder(edits)) {
    if (edit.start < at) throw new EditRefused('post-layout', 'two edits would overlap', edit.start);
    pieces.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  return pieces.join('') + text.slice(at);
}

/** Where an offset of the edited text stood in the text before; the start of the edit for what an edit wrote. */
export function offsetBefore(edits: readonly Edit[], offset: number): number {
  let shift = 0;
  for (const { start, end, text } of inOrder(edits)) {
    if (offset < start + shift) break;
    if (offset < start + shift + text.length) return start;
    shift += text.length - (end - start);
  }
  return offset - shift;
}

const HAZARDS: readonly (readonly [RefusalCode, RegExp, string])[] = [
  ['lone-cr', /\r(?!\n)/, 'a carriage return without a line feed is a line break to some YAML readers and text to others'],
  ['unicode-line-break', /[\u0085\u2028\u2029]/, 'NEL, LS and PS are line breaks to some YAML readers and text to others'],
  [
    'control-char',
    // oxlint-disable-next-line no-control-regex
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/,
    'Kubernetes rejects control characters in YAML',
  ],
  ['inner-bom', /(?<!^)\uFEFF/, 'a byte order mark inside the file becomes part of a key to Kubernetes'],
];

/** Characters that YAML readers disagree on; a text that holds one is never edited. */
export function findHazard(text: string): Refusal | null {
  for (const [code, pattern, message] of HAZARDS) {
    const offset = text.search(pattern);
    if (offset !== -1) return { code, message, offset };
  }
  return null;
}

/** Decodes UTF-8 and keeps a byte order mark; null when the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Whether a text looks like JSON: its first key or item has double quotes. */
export const isJson = (text: string): boolean => /^\uFEFF?\s*[[{][\s[{]*"/.test(text);
