import type { Level } from '../model/place.ts';
import { groupBy } from '../model/group.ts';
import { withoutRoots } from '../rules/finding.ts';
import type { Finding } from '../rules/finding.ts';
import { rules } from '../rules/index.ts';
import { installationId } from '../model/installation.ts';
import type { ChangeReport, InstallationReport, Report } from './report.ts';
import { blockedFirst, count, countByRule, builderOf, isHazard } from './findings.ts';
import { frameOf, renderFrame } from './frame.ts';
import { countLines, parseHunks } from './hunks.ts';
import type { Hunk } from './hunks.ts';
import { code, escapeMarkdown, fence } from './markdown-text.ts';
import { rulePage } from './reporter.ts';
import type { RenderOptions, Reporter } from './reporter.ts';
import { verdict } from './verdict.ts';

/** GitHub takes comments of 65,536 characters; what posts one adds a line of its own. A job summary may have 1 MiB. */
const LENGTH = 60_000;
/** No section takes more, so that what follows it in importance has room; what one leaves is there for the next. */
const MOST = { hazards: 8000, errors: 20_000, installations: 10_000, warnings: 15_000 };
/** Kept free for saying what was left out. */
const REST = 2500;

/** A page for a comment on a pull request or the summary of a job: what is dangerous, what is blocked, what changes, what stays. */
export const markdown: Reporter = {
  format: 'markdown',
  summary: 'a page for a pull-request comment or a job summary',
  showsFindings: true,
  render: (report, options) => {
    const head = `${header(report)}\n`;
    const foot = footer(report);
    let room = LENGTH - head.length - foot.length;
    // What matters most takes its room first, wherever it stands.
    const section = (render: (room: number) => string, most = LENGTH): string => {
      const text = render(Math.min(room, most));
      room -= text.length;
      return text;
    };
    const told = report.findings.filter((finding) => !isHazard(finding));
    const hazards = section((free) => hazardsSection(report.findings.filter(isHazard), free, options), MOST.hazards);
    const errors = section((free) => findingsSection('error', told, { room: free, options }), MOST.errors);
    const installations = section((free) => installationsSection(report, free), MOST.installations);
    const warnings = section((free) => findingsSection('warning', told, { room: free, options }), MOST.warnings);
    const changes = section((free) => changesSection(report, free));
    const notes = section((free) => findingsSection('note', told, { room: free, options }));
    return head + hazards + errors + installations + warnings + changes + notes + foot;
  },
};

function header(report: Report): string {
  const { summary, changes } = report;
  const { findings } = summary;
  const heads = ['Installations', 'Convertible', 'Converted', 'Blocked', 'Errors', 'Warnings', 'Notes', 'Files changed'];
  const cells = [
    summary.installations,
    summary.convertible,
    summary.converted,
    summary.blocked,
    findings.error,
    findings.warning,
    findings.note,
    changes.length,
  ];
  const unused = new Set(['Converted', 'Convertible'].filter((head) => cells[heads.indexOf(head)] === 0));
  const kept = heads.map((_, index) => index).filter((index) => !unused.has(heads[index] ?? ''));
  const row = (values: readonly (string | number | undefined)[]): string => `| ${kept.map((index) => values[index]).join(' | ')} |`;
  return [
    '## ClusterInstallation to Mattermost',
    '',
    `**${verdict(report)}**`,
    '',
    row(heads),
    row(heads.map(() => '---:')),
    row(cells),
    '',
  ].join('\n');
}

/** As many blocks as fit, and the items that don't. */
function fit<T>(items: readonly T[], render: (item: T) => string, room: number): { text: string; rest: readonly T[] } {
  let text = '';
  for (const [index, item] of items.entries()) {
    const block = render(item);
    if (text.length + block.length > room) return { text, rest: items.slice(index) };
    text += block;
  }
  return { text, rest: [] };
}

function installationsSection({ installations }: Report, room: number): string {
  if (installations.length === 0) return '';
  const head = '### Installations\n\n| Installation | Place | Database | File store | Status |\n| --- | --- | --- | --- | --- |\n';
  const { text, rest } = fit(blockedFirst(installations), installationRow, room - REST);
  const blocked = rest.filter(({ status }) => status === 'blocked').length;
  const more = rest.length === 0 ? '' : `\n+${rest.length} more: ${blocked} blocked, ${rest.length - blocked} not.\n`;
  return `${head}${text}${more}\n`;
}

function installationRow(each: InstallationReport): string {
  const status =
    each.status === 'blocked'
      ? `**blocked** ${each.blockedBy
          .slice(0, 5)
          .map((rule) => code(rule))
          .join(' ')}`
      : each.status;
  const builder = each.builtBy === null ? '' : ` (${code(builderOf(each.builtBy), 120)})`;
  const cells = [code(installationId(each), 120) + builder, code(`${each.file}:${each.line}`), each.database, each.fileStore, status];
  return `| ${cells.join(' | ')} |\n`;
}

/** What happens when this is rolled out, once for all installations of which the same is to be said. */
function hazardsSection(findings: readonly Finding[], room: number, options: RenderOptions): string {
  const groups = [
    ...groupBy(findings, ({ rule, level, message, remedy }) => JSON.stringify([rule, level, withoutRoots(message), remedy])).values(),
  ];
  if (groups.length === 0) return '';
  const { text, rest } = fit(groups, (group) => hazardBlock(group, options), room - REST);
  const more = rest.length === 0 ? '' : `+${rest.flat().length} more: ${countsOf(rest.flat())}.\n\n`;
  return `### Before this is rolled out\n\n${text}${more}`;
}

const NAMED = 10;

function hazardBlock(group: readonly Finding[], options: RenderOptions): string {
  const [finding] = group;
  if (finding === undefined) return '';
  const places = group
    .slice(0, NAMED)
    .map((each) => `${code(placeOf(each), 200)}${each.installation === null ? '' : ` in ${code(each.installation, 120)}`}`);
  const more = group.length > NAMED ? ` and ${group.length - NAMED} more` : '';
  const parts = [
    `**${titleOf(finding, options)}**, ${count(group.length, 'place')}: ${escapeMarkdown(withoutRoots(finding.message))}`,
    `*What to do:* ${escapeMarkdown(finding.remedy)}`,
    `${HEADING[finding.level]} at ${places.join(', ')}${more}.`,
  ];
  return `${parts.join('\n\n')}\n\n`;
}

const placeOf = ({ file, line, column }: Finding): string => `${file}:${line}:${column}`;

/** Findings of a level; what only goes on naming the old kind comes last. */
function findingsSection(
  level: Level,
  findings: readonly Finding[],
  { room, options }: { readonly room: number; readonly options: RenderOptions },
): string {
  const own = findings.filter((finding) => finding.level === level);
  if (own.length === 0) return '';
  const ordered = [...own.filter(({ rule }) => !STAYS.has(rule)), ...own.filter(({ rule }) => STAYS.has(rule))];
  const { text, rest } = fit(ordered, (finding) => findingBlock(finding, options), room - REST);
  const more = rest.length === 0 ? '' : `+${count(rest.length, 'more finding')}: ${countsOf(rest)}.\n\n`;
  return `### ${HEADING[level]} (${own.length})\n\n${text}${more}`;
}

const STAYS: ReadonlySet<string> = new Set(rules.filter(({ left }) => left !== undefined).map(({ id }) => id));

const HEADING: Record<Level, string> = { error: 'Errors', warning: 'Warnings', note: 'Notes' };

const countsOf = (findings: readonly Finding[]): string => escapeMarkdown(countByRule(findings), 400);

function titleOf({ rule }: Finding, options: RenderOptions): string {
  const page = rulePage(rule, options);
  return page === null ? code(rule) : `[${code(rule)}](${page})`;
}

function findingBlock(finding: Finding, options: RenderOptions): string {
  const { installation, message, remedy } = finding;
  const whose = installation === null ? '' : ` in ${code(installation)}`;
  const excerpt = options.excerpts?.get(finding);
  const frame = excerpt === undefined ? [] : [fence(renderFrame(frameOf(finding, excerpt)), 'text')];
  const parts = [
    `**${titleOf(finding, options)}** at ${code(placeOf(finding))}${whose}<br>${escapeMarkdown(message)}`,
    ...frame,
    `*What to do:* ${escapeMarkdown(remedy)}`,
  ];
  return `${parts.join('\n\n')}\n\n`;
}

function changesSection({ changes }: Report, room: number): string {
  if (changes.length === 0) return '';
  const { text, rest } = fit(changes, changeBlock, room - REST);
  const names = fit(rest, ({ file }) => `${code(file, 120)}, `, REST - 200);
  const unnamed = names.rest.length === 0 ? '' : ` and ${count(names.rest.length, 'other')}`;
  const more = rest.length === 0 ? '' : `+${count(rest.length, 'more file')}: ${names.text.replace(/, $/, '')}${unnamed}.\n\n`;
  return `### Changes\n\n${text}${more}`;
}

/** Hunks of a file that is shown in part. */
const FILE_LENGTH = 12_000;

function changeBlock({ file, diff }: ChangeReport): string {
  const hunks = parseHunks(diff);
  const { added, removed } = countLines(hunks);
  const shown = hunksWithin(hunks, FILE_LENGTH);
  const more = hunks.length - shown.length;
  const note = more === 0 ? '' : `\n+${count(more, 'more hunk')}; \`ci2mm convert\` prints all.\n`;
  const body = shown.length === 0 ? '' : `${fence(shown.flatMap(hunkLines), 'diff')}\n`;
  return `<details><summary>${code(file)} (+${added} −${removed})</summary>\n\n${body}${note}\n</details>\n\n`;
}

function hunksWithin(hunks: readonly Hunk[], length: number): Hunk[] {
  const shown: Hunk[] = [];
  let size = 0;
  for (const hunk of hunks) {
    size += hunkLines(hunk).reduce((sum, line) => sum + line.length + 1, 0);
    if (size > length) break;
    shown.push(hunk);
  }
  return shown;
}

const MARK = { same: ' ', old: '-', new: '+' } as const;

function hunkLines({ oldStart, newStart, lines }: Hunk): string[] {
  const length = (not: 'old' | 'new'): number => lines.filter(({ kind }) => kind !== not).length;
  const header = `@@ -${oldStart},${length('new')} +${newStart},${length('old')} @@`;
  return [
    header,
    ...lines.flatMap(({ kind, text, ended }) => [MARK[kind] + text, ...(ended ? [] : [String.raw`\ No newline at end of file`])]),
  ];
}

const footer = ({ tool, target }: Report): string =>
  `<sub>ci2mm ${escapeMarkdown(tool.version)}, for operator ${escapeMarkdown(target)}. <code>ci2mm explain RULE</code> says more about a rule.</sub>\n`;
