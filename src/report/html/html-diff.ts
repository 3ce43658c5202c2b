import { runsOf } from '../hunks.ts';
import type { DiffLine, Hunk } from '../hunks.ts';
import { escapeLine } from './html-text.ts';

/** A hunk side by side. Every run of lines is a row with two cells, so that a narrow page can put the cells below each other. */
export function renderHunk(hunk: Hunk): string {
  let { oldStart, newStart } = hunk;
  const rows = runsOf(hunk.lines).map((run) => {
    const row = renderRun(run, oldStart, newStart);
    oldStart += run.filter(({ kind }) => kind !== 'new').length;
    newStart += run.filter(({ kind }) => kind !== 'old').length;
    return row;
  });
  return `<div class="hunk">${rows.join('')}</div>\n`;
}

function renderRun(run: readonly DiffLine[], oldStart: number, newStart: number): string {
  if (run[0]?.kind === 'same') {
    const [before, after] = [oldStart, newStart].map((start) =>
      run.map((line, index) => renderLine('div', start + index, escapeLine(line.text))).join(''),
    );
    return `<div class="run same"><div class="side old">${before}</div><div class="side new" aria-hidden="true">${after}</div></div>`;
  }
  const removed = run.filter(({ kind }) => kind === 'old');
  const added = run.filter(({ kind }) => kind === 'new');
  const pair = (others: readonly DiffLine[]) => (index: number) => (removed.length === added.length ? others[index] : undefined);
  const before = side('del', removed, oldStart, pair(added));
  const after = side('ins', added, newStart, pair(removed));
  return `<div class="run changed"><div class="side old">${before}</div><div class="side new">${after}</div></div>`;
}

function side(tag: 'del' | 'ins', lines: readonly DiffLine[], start: number, counterpart: (index: number) => DiffLine | undefined): string {
  return lines
    .map((line, index) => {
      const other = counterpart(index);
      const text = other === undefined ? escapeLine(line.text) : marked(line.text, other.text);
      return renderLine(tag, start + index, line.ended ? text : `${text}<i> no line break at the end</i>`);
    })
    .join('');
}

const renderLine = (tag: string, number: number, text: string): string => `<${tag} class="line" data-n="${number}">${text}\n</${tag}>`;

/** What two versions of a line don't share is marked, in whole words, if they share anything to speak of. */
function marked(line: string, other: string): string {
  const start = wordStart(line, commonStart(line, other));
  const tail = Math.min(commonEnd(line, other), line.length - start, other.length - start);
  const end = wordEnd(line, line.length - tail);
  const middle = line.slice(start, end);
  if (middle === '' || (line.slice(0, start) + line.slice(end)).trim().length < 3) return escapeLine(line);
  return `${escapeLine(line.slice(0, start))}<mark>${escapeLine(middle)}</mark>${escapeLine(line.slice(end))}`;
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

function commonEnd(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a.at(-1 - length) === b.at(-1 - length)) length += 1;
  return length;
}

/** Anything but blanks and ASCII punctuation, so that no surrogate pair is cut either. */
const isWord = (char: string): boolean => /[^\s!-/:-@[-`{-~]/.test(char);

function wordStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && isWord(text.charAt(start - 1))) start -= 1;
  return start;
}

function wordEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && isWord(text.charAt(end))) end += 1;
  return end;
}
