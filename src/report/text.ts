import type { Finding, Level } from '../model/finding.ts';
import { installationId } from '../model/installation.ts';
import type { InstallationReport, Report } from '../model/report.ts';
import type { RenderOptions, Reporter } from './reporter.ts';

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'cyan' | 'green';
const CODES: Record<Style, number> = { bold: 1, dim: 2, red: 31, yellow: 33, cyan: 36, green: 32 };
const LEVEL_STYLE: Record<Level, Style> = { error: 'red', warning: 'yellow', note: 'cyan' };

const paint = (color: boolean) => (style: Style, text: string) => (color ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
type Paint = ReturnType<typeof paint>;

/** Inventory, findings and one summary line, for people. */
export const text: Reporter = {
  format: 'text',
  summary: 'installations, findings and a summary, for people',
  showsFindings: true,
  render: (report, options) => `${renderInstallations(report, options)}${renderFindings(report.findings, options)}${summaryLine(report)}\n`,
};

/** One line per installation: place, name, what it runs on, what becomes of it. */
export function renderInstallations(report: Report, { color }: Pick<RenderOptions, 'color'>): string {
  const style = paint(color);
  const lines = report.installations.map((each) => installationLine(each, blockedBy(report.findings, each), style));
  return lines.length === 0 ? '' : `${lines.join('\n')}\n\n`;
}

function installationLine(each: InstallationReport, rules: readonly string[], style: Paint): string {
  const state = { converted: style('green', 'converted'), unchanged: style('green', 'convertible'), blocked: style('red', 'blocked') }[each.status];
  const why = rules.length > 0 ? ` by ${rules.join(', ')}` : '';
  const kinds = `database ${each.database}, file store ${each.fileStore}`;
  return `${printable(each.file)}:${each.line}: ${style('bold', printable(installationId(each)))}: ${kinds}: ${state}${why}`;
}

function blockedBy(findings: readonly Finding[], each: InstallationReport): string[] {
  if (each.status !== 'blocked') return [];
  const errors = findings.filter((finding) => finding.level === 'error' && finding.file === each.file);
  const own = errors.filter((finding) => finding.installation === null || finding.installation === installationId(each));
  return [...new Set(own.map((finding) => finding.rule))];
}

/** Findings as compilers print them, each with its remedy. */
export function renderFindings(findings: readonly Finding[], { color }: Pick<RenderOptions, 'color'>): string {
  const style = paint(color);
  return findings
    .map((finding) => {
      const place = `${printable(finding.file)}:${finding.line}:${finding.column}`;
      const level = style(LEVEL_STYLE[finding.level], finding.level);
      return `${style('bold', place)}: ${level}: ${printable(finding.message)} ${style('dim', `[${finding.rule}]`)}\n  ${style('dim', 'remedy:')} ${printable(finding.remedy)}\n`;
    })
    .join('');
}

/** Lines that only `--verbose` shows. */
export const renderNotes = (notes: readonly string[]): string => notes.map((note) => `${printable(note)}\n`).join('');

/** `3 installations: 2 converted, 1 blocked; 1 error, 2 warnings, 0 notes in 120 files` */
export function summaryLine({ summary }: Report): string {
  const { findings } = summary;
  const states = [
    `${summary.converted} converted`,
    `${summary.blocked} blocked`,
    ...(summary.unchanged > 0 ? [`${summary.unchanged} unchanged`] : []),
  ].join(', ');
  const counts = `${count(findings.error, 'error')}, ${count(findings.warning, 'warning')}, ${count(findings.note, 'note')}`;
  const skipped = summary.filesSkipped > 0 ? `, ${summary.filesSkipped} skipped` : '';
  return `${count(summary.installations, 'installation')}: ${states}; ${counts}; ${count(summary.filesScanned, 'file')} scanned${skipped}`;
}

const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? '' : 's'}`;

/** Names come from files: control characters must not reach a terminal. */
// oxlint-disable-next-line no-control-regex
export const printable = (name: string): string => name.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (char) => JSON.stringify(char).slice(1, -1));
