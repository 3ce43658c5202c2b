import { EXIT } from '../run/exit-codes.ts';
import type { Report } from '../report/report.ts';
import type { FailOn } from './inputs.ts';

/** Why a step fails under `fail-on`, in words; null when it passes. */
export function failureOf(failOn: FailOn, { summary, changes }: Report): string | null {
  const { error, warning } = summary.findings;
  const isBlocked = error > 0 || summary.blocked > 0;
  switch (failOn) {
    case 'never':
      return null;
    case 'errors':
      return isBlocked ? 'there are errors' : null;
    case 'warnings':
      return isBlocked || warning > 0 ? 'there are errors or warnings' : null;
    case 'changes':
      return isBlocked || changes.length > 0 ? 'there are errors, or manifests to convert' : null;
  }
}

/** The exit code of a run that finished. */
export const exitCodeOf = (failure: string | null): number => (failure === null ? EXIT.ok.code : EXIT.blocked.code);
