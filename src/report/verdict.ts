import type { Report } from './report.ts';
import { count, isHazard, leftSentence } from './findings.ts';

/** What a run comes to, in a sentence or two. */
export function verdict(report: Pick<Report, 'summary' | 'changes' | 'findings'>): string {
  const left = leftSentence(report.summary);
  return left === '' ? ofInstallations(report) : `${ofInstallations(report)} ${left.replace(/^./, (first) => first.toUpperCase())}.`;
}

function ofInstallations({ summary, changes, findings: all }: Pick<Report, 'summary' | 'changes' | 'findings'>): string {
  const { installations, blocked, findings } = summary;
  if (installations === 0)
    return findings.error === 0
      ? 'No ClusterInstallation found.'
      : `${count(findings.error, 'error')}, and no ClusterInstallation that could be read.`;
  if (blocked > 0) return `${blocked} of ${count(installations, 'installation')} ${blocked === 1 ? 'is' : 'are'} blocked.`;
  if (all.some(isHazard))
    return `${count(installations, 'installation')} can be converted; read first what rolling that out would do${changes.length > 0 ? '. The conversion is below' : ''}.`;
  return `${count(installations, 'installation')}, and nothing blocks ${installations === 1 ? 'it' : 'them'}${changes.length > 0 ? ': the conversion is below' : ''}.`;
}
