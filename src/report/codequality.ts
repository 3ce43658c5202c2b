import type { Level } from '../model/place.ts';
import type { Finding } from '../rules/finding.ts';
import { worstFirst } from './findings.ts';
import { fingerprint, howManieth } from './fingerprint.ts';
import { cut, printable } from './printable.ts';
import type { Reporter } from './reporter.ts';

/** Findings as GitLab shows them beside the lines of a merge request. */
export const codequality: Reporter = {
  format: 'codequality',
  summary: "findings for GitLab's code quality report",
  showsFindings: false,
  render: ({ findings }) => `${JSON.stringify(withFingerprints(worstFirst(findings)), null, 2)}\n`,
};

const SEVERITY: Record<Level, string> = { error: 'blocker', warning: 'major', note: 'info' };
const MESSAGE = 4000;

/** An identity that survives when lines move: what was found in which field of which installation, and the how-manieth such it is. */
function withFingerprints(findings: readonly Finding[]): object[] {
  const nth = howManieth();
  return findings.map(({ rule, level, file, line, field, installation, message, remedy }) => {
    const identity = JSON.stringify([rule, file, installation, field]);
    return {
      description: cut(printable(`${message} ${remedy}`), MESSAGE),
      check_name: rule,
      fingerprint: fingerprint(`${identity}:${nth(identity)}`),
      severity: SEVERITY[level],
      location: { path: file, lines: { begin: line } },
    };
  });
}
