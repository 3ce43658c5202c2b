import type { Report } from './report.ts';
import { count, isHazard, leftSentence } from './findings.ts';

/** What a run comes to, in a sentence or a few. */
export function verdict(report: Pick<Report, 'summary' | 'changes' | 'findings' | 'stage'>): string {
  const { notChosen } = report.summary;
  const left = leftSentence(report.summary);
  const sentences = [
    ...(notChosen === 0 ? [] : [`${count(notChosen, 'installation')} ${notChosen === 1 ? 'was' : 'were'} ${passedOver(report.stage)}.`]),
    ofInstallations(report),
    ...(left === '' ? [] : [`${left.replace(/^./, (first) => first.toUpperCase())}.`]),
  ];
  return sentences.join(' ');
}

/** A stage looks at all, and takes as many as it is asked for. */
export const passedOver = (stage: Report['stage']): string => (stage === null ? 'not looked at' : 'not chosen');

function ofInstallations({ summary, changes, findings: all }: Pick<Report, 'summary' | 'changes' | 'findings'>): string {
  const { installations, notChosen, blocked, findings } = summary;
  if (installations === 0)
    return findings.error === 0
      ? `No ${notChosen > 0 ? 'other ' : ''}ClusterInstallation found.`
      : `${count(findings.error, 'error')}, and no ClusterInstallation that could be read.`;
  if (blocked > 0) return `${blocked} of ${count(installations, 'installation')} ${blocked === 1 ? 'is' : 'are'} blocked.`;
  if (all.some(isHazard))
    return `${count(installations, 'installation')} can be converted; read first what rolling that out would do${changes.length > 0 ? '. The conversion is below' : ''}.`;
  return `${count(installations, 'installation')}, and nothing blocks ${installations === 1 ? 'it' : 'them'}${changes.length > 0 ? ': the conversion is below' : ''}.`;
}
