import type { Edit, Refusal } from '../model/edit.ts';

/** Start of the line that holds the offset. */
export const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** End of the line that holds the offset, its line break included. */
export function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  return newline === -1 ? text.length : newline + 1;
}

export const columnOf = (text: string, offset: number): number => offset - lineStart(text, offset);

/** The line break that most lines of the text end with; LF for a text of one line. */
export function dominantEol(text: string): '\r\n' | '\n' {
  const crlf = text.split('\r\n').length - 1;
  const all = text.split('\n').length - 1;
  return crlf * 2 > all ? '\r\n' : '\n';
}

/** The whole lines in a range that starts and ends at line boundaries. */
export function linesOf(text: string, start: number, end: number): { start: number; end: number; text: string }[] {
  const lines = [];
  for (let at = start; at < end; ) {
    const next = Math.min(lineEnd(text, at), end);
    lines.push({ start: at, end: next, text: text.slice(at, next) });
    at = next;
  }
  return lines;
}

/** Applies edits, given in any order. Overlapping edits are a programming error. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let result = '';
  let at = 0;
  for (const edit of sorted) {
    if (edit.start < at) throw new Error(`overlapping edits at offset ${edit.start}`);
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

const HAZARDS: readonly (readonly [string, RegExp, string])[] = [
  ['lone-cr', /\r(?!\n)/, 'a carriage return without a line feed is a line break to some YAML readers and text to others'],
  ['unicode-line-break', /[\u0085\u2028\u2029]/, 'NEL, LS and PS are line breaks to some YAML readers and text to others'],
  // oxlint-disable-next-line no-control-regex
  ['control-char', /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/, 'Kubernetes rejects control characters in YAML'],
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
