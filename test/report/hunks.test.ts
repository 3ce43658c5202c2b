import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { countLines, parseHunks, replacementsOf, runsOf } from '../../src/report/hunks.ts';
import type { DiffLine } from '../../src/report/hunks.ts';
import { change, twoTexts } from './samples.ts';

const textOf = (lines: readonly DiffLine[]): string => lines.map(({ text, ended }) => (ended ? `${text}\n` : text)).join('');

/** Does what the replacements say. */
function applied(before: string, diff: string): string {
  const lines = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  for (const { line, removed, added } of replacementsOf(diff).toReversed()) {
    expect(lines.slice(line - 1, line - 1 + removed.length).join('')).toBe(textOf(removed));
    lines.splice(line - 1, removed.length, textOf(added));
  }
  return lines.join('');
}

test('the replacements of a diff turn the old text into the new one', () => {
  fc.assert(
    fc.property(twoTexts, ([before, after]) => {
      expect(applied(before, change('a', before, after).diff)).toBe(after);
    }),
    { numRuns: 500 },
  );
});

test('a side without lines is named by the line before it', () => {
  const inserted = '@@ -2,0 +3,1 @@\n+new\n';
  expect(replacementsOf(inserted)).toEqual([{ line: 3, removed: [], added: [{ kind: 'new', text: 'new', ended: true }] }]);
  expect(parseHunks('@@ -0,0 +1 @@\n+new\n')[0]).toMatchObject({ oldStart: 1, newStart: 1 });
});

test('lines are counted: one that looks like a header is a line', () => {
  const [hunk, ...others] = parseHunks('--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n @@ -9 +9 @@\n--- a\n+++ b\n');
  expect(others).toEqual([]);
  expect(hunk?.lines.map(({ kind, text }) => `${kind} ${text}`)).toEqual(['same @@ -9 +9 @@', 'old -- a', 'new ++ b']);
});

test('runs are stretches of unchanged and of changed lines', () => {
  const hunks = parseHunks('@@ -1,3 +1,3 @@\n a\n-b\n+c\n d\n');
  expect(runsOf(hunks[0]?.lines ?? []).map((run) => run.map(({ text }) => text))).toEqual([['a'], ['b', 'c'], ['d']]);
  expect(countLines(hunks)).toEqual({ added: 1, removed: 1 });
});

test('what is no diff has no hunks', () => {
  for (const text of ['', 'nonsense', '@@ -1,9 +1,9 @@\n a']) expect(replacementsOf(text)).toEqual([]);
});
