import { count } from './findings.ts';
import { countLines, parseHunks } from './hunks.ts';
import { printable } from './printable.ts';
import type { Reporter } from './reporter.ts';

/** What would change, in a line for each file. */
export const stat: Reporter = {
  format: 'stat',
  summary: 'how many lines of each file would change',
  showsFindings: false,
  render: ({ changes }) => {
    const rows = changes.map(({ file, diff }) => ({ file: printable(file), ...countLines(parseHunks(diff)) }));
    const width = Math.max(0, ...rows.map(({ file }) => file.length));
    const added = rows.reduce((sum, row) => sum + row.added, 0);
    const removed = rows.reduce((sum, row) => sum + row.removed, 0);
    const lines = rows.map((row) => `${row.file.padEnd(width)} | +${row.added} -${row.removed}\n`);
    return rows.length === 0 ? '' : `${lines.join('')}${count(rows.length, 'file')}, +${added} -${removed}\n`;
  },
};
