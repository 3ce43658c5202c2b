import { groupBy } from '../model/group.ts';
import type { Level } from '../model/place.ts';
import { withoutRoots } from '../rules/finding.ts';
import type { Finding } from '../rules/finding.ts';
import { installationId } from '../model/installation.ts';
import type { InstallationReport, Report } from './report.ts';
import { builderOf, count, leftSentence, worstFirst, worstLast } from './findings.ts';
import { frameOf, renderFrame } from './frame.ts';
import { printable } from './printable.ts';
import { passedOver } from './verdict.ts';
import { wrapped } from './wrap.ts';
import { rulePage } from './reporter.ts';
import type { RenderOptions, Reporter } from './reporter.ts';

type TextStyle = 'bold' | 'dim' | 'red' | 'yellow' | 'cyan' | 'green';
const CODES: Record<TextStyle, number> = { bold: 1, dim: 2, red: 31, yellow: 33, cyan: 36, green: 32 };
const LEVEL_STYLE: Record<Level, TextStyle> = { error: 'red', warning: 'yellow', note: 'cyan' };

const paint = (color: boolean) => (style: TextStyle, text: string) => (color ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
type Paint = ReturnType<typeof paint>;

/** Inventory, findings and one summary line, for people. */
export const text: Reporter = {
  format: 'text',
  summary: 'installations, findings and a summary, for people',
  showsFindings: true,
  render: (report, options) =>
    `${renderInstallations(report, options)}${renderFindings(report.findings, options)}${renderSummary(report, options)}`,
};

/** One line per installation: place, name, what it runs on, what becomes of it. */
function renderInstallations(report: Report, { color }: Pick<RenderOptions, 'color'>): string {
  const style = paint(color);
  const lines = report.installations.map((each) => installationLine(each, style));
  return lines.length === 0 ? '' : `${lines.join('\n')}\n\n`;
}

function installationLine(each: InstallationReport, style: Paint): string {
  const state = style(each.status === 'blocked' ? 'red' : 'green', each.status);
  const why = each.blockedBy.length > 0 ? ` by ${each.blockedBy.join(', ')}` : '';
  const builder = each.builtBy === null ? '' : ` (${printable(builderOf(each.builtBy))})`;
  const kinds = `database ${each.database}, file store ${each.fileStore}`;
  return `${printable(each.file)}:${each.line}: ${style('bold', printable(installationId(each)))}${builder}: ${kinds}: ${state}${why}`;
}

/** Findings as compilers print them, each with its lines, its remedy and, once for every rule, where to read on. */
export function renderFindings(findings: readonly Finding[], options: RenderOptions): string {
  const said = new Set<string>();
  const once = (line: string): string[] => {
    if (said.has(line)) return [];
    said.add(line);
    return [line];
  };
  const inOrder = options.terminal === undefined ? findings : worstLast(findings);
  const all = options.verbose ? inOrder.map((finding) => [finding]) : folded(inOrder);
  return all.map((group) => renderGroup(group, once, options)).join('');
}

/** More places than these of one finding are counted, and the first of them named. */
const MANY = 10;
const NAMED = 3;

/** Findings that say the same, where they are many, stand where the first of them does; all others by themselves. */
function folded(findings: readonly Finding[]): Finding[][] {
  // Of a note the rule says enough.
  const groups = groupBy(findings, ({ rule, level, message, remedy }) =>
    JSON.stringify(level === 'note' ? [rule, level] : [rule, level, withoutRoots(message), remedy]),
  );
  const first = new Map([...groups.values()].filter(({ length }) => length > MANY).map((group) => [group[0], group]));
  const rest = new Set([...first.values()].flatMap((group) => group.slice(1)));
  return findings.flatMap((finding) => (rest.has(finding) ? [] : [first.get(finding) ?? [finding]]));
}

/** A finding, or one of many that say the same; of the lines below the first, those that were said of one before are not said again. */
function renderGroup(group: readonly Finding[], once: (line: string) => string[], options: RenderOptions): string {
  const [finding] = group;
  if (finding === undefined) return '';
  const style = paint(options.color);
  const { level, rule } = finding;
  const fit = (line: string): string => (options.terminal === undefined ? line : wrapped(line, options.terminal.columns));
  const head = (says: string): string =>
    `${style('bold', placeOf(finding))}: ${style(LEVEL_STYLE[level], level)}: ${printable(says)} ${style('dim', `[${rule}]`)}`;
  if (level === 'note' && group.length > 1)
    return `${fit(head(`${group.length} places, the first: ${withoutRoots(finding.message)}`))}\n\n`;
  const lines = [
    fit(head(group.length > 1 ? withoutRoots(finding.message) : finding.message)),
    ...frameLines(finding, options).map((line) => `  ${line}`),
    ...(group.length > 1 ? [fit(`  ${countedPlaces(group)}`)] : []),
    ...once(fit(`  ${style('dim', 'remedy:')} ${printable(finding.remedy)}`)),
    ...once(fit(`  ${style('dim', 'more:')} ${rulePage(rule, options) ?? `ci2mm explain ${rule}`}`)),
  ];
  return `${lines.join('\n')}\n\n`;
}

const placeOf = ({ file, line, column }: Finding): string => `${printable(file)}:${line}:${column}`;

const countedPlaces = (group: readonly Finding[]): string =>
  `in ${group.length} places: ${group.slice(0, NAMED).map(placeOf).join(', ')} and ${group.length - NAMED} more (verbose output and JSON list all)`;

/** A note asks for nothing, so it is not worth the room. */
function frameLines(finding: Finding, { color, excerpts }: RenderOptions): string[] {
  const excerpt = finding.level === 'note' ? undefined : excerpts?.get(finding);
  if (excerpt === undefined) return [];
  const style = paint(color);
  const caret = (line: string): string => style(LEVEL_STYLE[finding.level], line);
  return renderFrame(frameOf(finding, excerpt), { gutter: (line) => style('dim', line), caret });
}

/** Lines that only `--verbose` shows. */
export const renderNotes = (notes: readonly string[]): string => notes.map((note) => `${printable(note)}\n`).join('');

/** More findings than these are counted by their rules. */
const TABLE = 20;

/** How many findings there are of each rule, where they are many, and the summary line. */
export function renderSummary(report: Report, options: Pick<RenderOptions, 'toApply' | 'color' | 'terminal'>): string {
  const line = `${summaryLine(report, options)}\n`;
  const fitting = options.terminal === undefined ? line : `${wrapped(line.trimEnd(), options.terminal.columns)}\n`;
  return (report.findings.length > TABLE ? ruleTable(report.findings, options) : '') + fitting;
}

function ruleTable(findings: readonly Finding[], { color }: Pick<RenderOptions, 'color'>): string {
  const style = paint(color);
  const rows = [...groupBy(worstFirst(findings), ({ level, rule }) => `${level} ${rule}`).values()];
  const width = String(Math.max(...rows.map(({ length }) => length))).length;
  const lines = rows.flatMap((group) =>
    group
      .slice(0, 1)
      .map(({ level, rule }) => `${String(group.length).padStart(width)}  ${style(LEVEL_STYLE[level], level.padEnd(7))}  ${rule}\n`),
  );
  return `${lines.join('')}\n`;
}

/** `3 installations: 2 convertible, 1 blocked; 1 error, 2 warnings, 0 notes; 120 files scanned` */
function summaryLine(report: Report, options: Pick<RenderOptions, 'toApply'>): string {
  const { summary } = report;
  const { findings, notChosen } = summary;
  const states = `${outcomeOf(report, options)}, ${summary.blocked} blocked`;
  const counts = `${count(findings.error, 'error')}, ${count(findings.warning, 'warning')}, ${count(findings.note, 'note')}`;
  const left = leftSentence(summary);
  const skipped = summary.filesSkipped > 0 ? `, ${summary.filesSkipped} skipped` : '';
  return `${count(summary.installations, 'installation')}: ${states}${notChosen === 0 ? '' : `, ${notChosen} ${passedOver(report.stage)}`}${left === '' ? '' : `; ${left}`}; ${counts}; ${count(summary.filesScanned, 'file')} scanned${skipped}`;
}

/** What became, or would become, of the installations that nothing blocks. */
function outcomeOf({ summary, changes, stage }: Report, { toApply }: Pick<RenderOptions, 'toApply'>): string {
  const { convertible, converted, done } = summary;
  const same = done > 0 ? `, ${done} done` : '';
  const { does, did } = VERBS[stage ?? 'convert'];
  if (converted > 0) return `${did} ${converted}${changes.length > 0 ? `, wrote ${count(changes.length, 'file')}` : ''}${same}`;
  if (stage !== null || (convertible > 0 && toApply !== undefined))
    return convertible > 0 ? `would ${does} ${convertible} (${toApply ?? ''})${same}` : `nothing to ${does}${same}`;
  return `${convertible} convertible`;
}

const VERBS = {
  convert: { does: 'convert', did: 'converted' },
  prepare: { does: 'prepare', did: 'prepared' },
  trigger: { does: 'trigger', did: 'triggered' },
  finish: { does: 'finish', did: 'finished' },
} as const;
