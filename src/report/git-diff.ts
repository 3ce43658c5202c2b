import type { Reporter } from './reporter.ts';

/** The diff of every file, as `git apply` takes it. */
export const diff: Reporter = {
  format: 'diff',
  summary: 'a unified diff that `git apply` takes',
  showsFindings: false,
  render: (report) => report.changes.map((change) => change.diff).join(''),
};
