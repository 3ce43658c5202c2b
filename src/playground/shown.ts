import { count } from '../report/findings.ts';
import { isLarge, renderChanges, renderFindings, renderInstallations, renderRules, renderVerdict } from '../report/html/sections.ts';
import { escapeHtml } from '../report/html/html-text.ts';
import type { Judgement } from './judge.ts';

/** The parts of the page, as HTML in which every text of a file is escaped, and the sentence for who does not see them. */
export interface Shown {
  readonly verdict: string;
  readonly findings: string;
  readonly rest: string;
  readonly said: string;
  readonly isLarge: boolean;
}

/** What came of a text or a folder, for the page. */
export function shownOf(judgement: Judgement): Shown {
  if ('problems' in judgement) {
    const lines = judgement.problems.map((problem) => `<p class="trouble">${escapeHtml(problem)}</p>`);
    return { verdict: lines.join(''), findings: '', rest: '', said: 'The configuration can’t be used.', isLarge: false };
  }
  const { report, excerpts } = judgement;
  const { summary } = report;
  const blocked = summary.blocked === 0 ? '' : `, ${summary.blocked} of them blocked`;
  return {
    verdict: renderVerdict(report),
    findings: renderFindings(report, { color: false, verbose: true, excerpts }),
    rest: [renderChanges(report), renderInstallations(report), renderRules(report)].join('\n'),
    said: `${count(summary.installations, 'installation')}${blocked}, ${count(report.findings.length, 'finding')}, ${count(report.changes.length, 'changed file')}.`,
    isLarge: isLarge(report),
  };
}
