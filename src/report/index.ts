import { json } from './json.ts';
import type { Reporter } from './reporter.ts';
import { text } from './text.ts';

/** The diff of every file, as `git apply` takes it. */
const diff: Reporter = {
  format: 'diff',
  summary: 'a unified diff that `git apply` takes',
  showsFindings: false,
  render: (report) => report.changes.map((change) => change.diff).join(''),
};

/** Every format of `--format`, the default first. */
export const reporters: readonly Reporter[] = [diff, text, json];

export const reporterFor = (format: string): Reporter | undefined => reporters.find((reporter) => reporter.format === format);
