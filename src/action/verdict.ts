import { isLeft } from '../report/findings.ts';
import { EXIT } from '../run/exit-codes.ts';
import type { Report } from '../report/report.ts';
import type { FailOn } from './inputs.ts';

/** Why a step fails under `fail-on`, in words; null when it passes. With a baseline nothing else but what it does not have fails it. */
export function failureOf(failOn: FailOn, whole: Report, beyond: Report | null = null): string | null {
  if (beyond !== null && beyond.summary.installations > 0 && failOn !== 'never')
    return 'there are installations that the baseline does not have';
  const failure = failureIn(failOn, beyond ?? whole);
  return failure === null || beyond === null ? failure : `${failure}, beyond the baseline`;
}

function failureIn(failOn: FailOn, report: Report): string | null {
  const isBlocked = report.summary.findings.error > 0 || report.summary.blocked > 0;
  const { reason, also } = FAILURES[failOn];
  return reason !== null && (isBlocked || also(report)) ? reason : null;
}

/** What fails a step, in words, and what does besides errors. */
const FAILURES: Readonly<Record<FailOn, { readonly reason: string | null; readonly also: (report: Report) => boolean }>> = {
  never: { reason: null, also: () => false },
  errors: { reason: 'there are errors', also: () => false },
  warnings: { reason: 'there are errors or warnings', also: ({ summary }) => summary.findings.warning > 0 },
  changes: { reason: 'there are errors, or manifests to convert', also: ({ changes }) => changes.length > 0 },
  left: {
    reason: 'there are errors, manifests to convert, or references and files that name the old kind',
    also: ({ summary, changes }) => changes.length > 0 || isLeft(summary),
  },
};

/** The exit code of a run that finished. */
export const exitCodeOf = (failure: string | null): number => (failure === null ? EXIT.ok.code : EXIT.blocked.code);
