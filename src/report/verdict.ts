import type { Report } from './report.ts';
import { count, leftSentence } from './findings.ts';

/** What a run comes to, in a sentence or two. */
export function verdict(summary: Report['summary']): string {
  const left = leftSentence(summary);
  return left === '' ? ofInstallations(summary) : `${ofInstallations(summary)} ${left.replace(/^./, (first) => first.toUpperCase())}.`;
}

function ofInstallations({ installations, blocked, converted, findings }: Report['summary']): string {
  if (installations === 0)
    return findings.error === 0
      ? 'No ClusterInstallation found.'
      : `${count(findings.error, 'error')}, and no ClusterInstallation that could be read.`;
  if (blocked > 0) return `${blocked} of ${count(installations, 'installation')} ${blocked === 1 ? 'is' : 'are'} blocked.`;
  return `${count(installations, 'installation')}, and nothing blocks ${installations === 1 ? 'it' : 'them'}${converted > 0 ? ': the conversion is below' : ''}.`;
}
