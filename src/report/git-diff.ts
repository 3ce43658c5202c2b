import type { Reporter } from './reporter.ts';

/** The diff of every file, as `git apply` takes it. */
export const diff: Reporter = {
  format: 'diff',
  summary: 'a unified diff that `git apply` takes',
  showsFindings: false,
  render: ({ changes }, { color }) => changes.map((change) => (color ? coloured(change.diff) : change.diff)).join(''),
};

/** As git colours it. */
const coloured = (text: string): string =>
  text.replaceAll(/^.+$/gm, (line) => {
    const code = HEADER.test(line) ? 1 : CODES.get(line[0] ?? '');
    return code === undefined ? line : `\u001b[${code}m${line}\u001b[0m`;
  });

/** What stands above the hunks of a file. */
const HEADER = /^(?:diff --git |index [\da-f]|--- (?:"?a\/|\/dev\/null)|\+\+\+ (?:"?b\/|\/dev\/null))/;

const CODES: ReadonlyMap<string, number> = new Map([
  ['@', 36],
  ['-', 31],
  ['+', 32],
]);
