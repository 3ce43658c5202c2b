import type { Excerpt } from '../model/excerpt.ts';
import type { Finding } from '../rules/finding.ts';
import { columns } from './columns.ts';
import { printable } from './printable.ts';

/** A line of a code frame, ready to print; `mark` are the columns, from 0, that the finding is about. */
export interface FrameLine {
  readonly number: number;
  readonly text: string;
  readonly mark: { readonly start: number; readonly end: number } | null;
}

/** The lines of an excerpt, the finding marked on its first line. */
export function frameOf(finding: Finding, excerpt: Excerpt): FrameLine[] {
  const lines = excerpt.lines.map((line, index) => frameLine(excerpt.startLine + index, line, finding));
  const says = ({ text, mark }: FrameLine): boolean => text.trim() !== '' || mark !== null;
  return lines.slice(lines.findIndex(says), lines.findLastIndex(says) + 1);
}

function frameLine(number: number, line: string, finding: Finding): FrameLine {
  const text = shown(line);
  if (number !== finding.line) return { number, text, mark: null };
  const from = Math.min(finding.column - 1, line.length);
  const to = finding.endLine > finding.line ? line.trimEnd().length : Math.min(finding.endColumn - 1, line.length);
  const start = shown(line.slice(0, from)).length;
  return { number, text, mark: { start, end: Math.max(start + 1, shown(line.slice(0, to)).length) } };
}

/** A tab takes one column. */
const shown = (line: string): string => printable(line.replaceAll('\t', ' '));

/** How the parts of a frame are dressed. */
export interface FrameStyle {
  gutter(text: string): string;
  caret(text: string): string;
}
const PLAIN: FrameStyle = { gutter: (text) => text, caret: (text) => text };

/** Lines with numbers, and carets below what is marked. */
export function renderFrame(lines: readonly FrameLine[], style: FrameStyle = PLAIN): string[] {
  const width = Math.max(...lines.map(({ number }) => String(number).length));
  const gutter = (text: string): string => style.gutter(`${text.padStart(width)} |`);
  return lines.flatMap(({ number, text, mark }) => {
    const numbered = `${gutter(String(number))} ${text}`.trimEnd();
    return mark === null ? [numbered] : [numbered, `${gutter('')} ${style.caret(caretLine(text, mark))}`];
  });
}

const caretLine = (text: string, { start, end }: { readonly start: number; readonly end: number }): string =>
  ' '.repeat(columns(text.slice(0, start))) + '^'.repeat(Math.max(1, columns(text.slice(start, end))));
