import { EXIT } from './exit-codes.ts';
import type { CommonFlags } from './flags.ts';
import { isLeft, LEVELS } from '../report/findings.ts';
import { usesColor } from './io.ts';
import type { Io, Output } from './io.ts';
import type { Report } from '../report/report.ts';
import { diff } from '../report/git-diff.ts';
import type { RenderOptions, Reporter } from '../report/reporter.ts';
import { renderFindings, renderSummary } from '../report/text.ts';
import type { Finding } from '../rules/finding.ts';
import type { Run } from './pipeline.ts';
import { UsageError } from './usage-error.ts';
import { rulePages } from './version.ts';

/** What must not be let pass, besides what is blocked. */
export interface Demands {
  /** Changes that are pending. */
  readonly check?: boolean;
  /** Whatever goes on naming the old kind. */
  readonly failOnLeft?: boolean;
}

/** The exit code of a run that is judged by what it found beyond a baseline: an installation more is enough. */
export const exitCodeBeyond = (beyond: Report, demands: Demands): number =>
  beyond.summary.installations > 0 ? EXIT.blocked.code : exitCode(beyond, 0, demands);

/** The exit code of a run that would make some changes. */
export function exitCode({ summary }: Report, changes: number, { check, failOnLeft }: Demands): number {
  const blocked = summary.blocked > 0 || summary.findings.error > 0;
  const pending = check === true && changes > 0;
  const left = failOnLeft === true && isLeft(summary);
  return blocked || pending || left ? EXIT.blocked.code : EXIT.ok.code;
}

/** A report with the lines that its findings are about, and how to have it applied. */
export interface Published extends Pick<Run, 'report' | 'excerpts'>, Pick<RenderOptions, 'toApply'> {}

/** The chosen format goes to standard output (or a file), findings and summary to standard error unless the format shows them. */
export async function publish(published: Published, format: string, flags: CommonFlags, io: Io): Promise<void> {
  const reporter = await reporterOf(format);
  if (reporter === undefined) throw new UsageError(`there is no format ${format}`);
  const color = flags.output === undefined && usesColor(flags.color, io.stdout, io.env);
  const { report, excerpts, toApply } = published;
  const terminal = flags.output === undefined ? terminalOf(io.stdout) : undefined;
  const shown = { ...report, findings: wanted(report.findings, flags) };
  const text = reporter.render(shown, { color, verbose: flags.verbose === true, excerpts, toApply, terminal, ...pagesFor(reporter) });
  const bytes = Buffer.from(text);
  if (!(await isPaged(bytes, format, flags, io))) await emit(bytes, flags, io);
  if (bytes.length > 0 && flags.quiet !== true && !reporter.showsFindings && isOneTerminal(io)) io.stderr.write('\n');
  if (!reporter.showsFindings || flags.output !== undefined) showFindings(published, flags, io);
}

/** Where what is told would follow at once upon what was asked for. */
const isOneTerminal = ({ stdout, stderr }: Io): boolean => stdout.isTTY === true && stderr.isTTY === true;

/** A diff at a terminal is shown as git shows one. */
const isPaged = async (bytes: Uint8Array, format: string, { pager, output }: CommonFlags, { stdout, page }: Io): Promise<boolean> =>
  format === diff.format &&
  pager !== false &&
  output === undefined &&
  stdout.isTTY === true &&
  bytes.length > 0 &&
  page !== undefined &&
  (await page(bytes));

/** Whoever reads text has `ci2mm explain` at hand; everybody else gets an address. */
const pagesFor = ({ format }: Reporter): Pick<RenderOptions, 'rulePages'> => (format === 'text' ? {} : { rulePages });

/** The one that runs most often need not wait for the others. */
async function reporterOf(format: string): Promise<Reporter | undefined> {
  if (format === diff.format) return diff;
  const { reporterFor } = await import('../report/index.ts');
  return reporterFor(format);
}

/** To standard output, or to the file that `--output` names. */
export async function emit(bytes: Uint8Array, flags: CommonFlags, io: Io): Promise<void> {
  if (flags.output === undefined) {
    if (bytes.length > 0) io.stdout.write(bytes);
    return;
  }
  const { writeOutput } = await import('../repo/write.ts');
  await writeOutput(flags.output, bytes, { cwd: io.cwd });
}

/** Findings and a summary on standard error. */
export function showFindings({ report, excerpts, toApply }: Published, flags: CommonFlags, io: Io): void {
  const color = usesColor(flags.color, io.stderr, io.env);
  const terminal = terminalOf(io.stderr);
  const shown = wanted(report.findings, flags.quiet === true ? { ...flags, minLevel: 'error' } : flags);
  io.stderr.write(renderFindings(shown, { color, verbose: flags.verbose === true, excerpts, terminal }));
  if (flags.quiet !== true) io.stderr.write(renderSummary({ ...report, findings: shown }, { toApply, color, terminal }));
}

/** A terminal that tells no width, or none to speak of, is taken for one of the usual width. */
export const terminalOf = ({ isTTY, columns = 80 }: Output): RenderOptions['terminal'] =>
  isTTY === true ? { columns: Math.max(columns, 40) } : undefined;

/** What is to be shown; counts and exit codes are of all. */
function wanted(findings: readonly Finding[], { rule = [], minLevel = 'note' }: CommonFlags): readonly Finding[] {
  const levels = new Set(LEVELS.slice(0, LEVELS.indexOf(minLevel) + 1));
  return findings.filter((finding) => levels.has(finding.level) && (rule.length === 0 || rule.includes(finding.rule)));
}
