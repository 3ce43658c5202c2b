import type { Level } from '../../model/place.ts';
import type { Finding } from '../../rules/finding.ts';
import { installationId } from '../../model/installation.ts';
import type { ChangeReport, InstallationReport, InstallationStatus, Report } from '../report.ts';
import { isRuleId, ruleById } from '../../rules/index.ts';
import { blockedFirst, builderOf, count, countByRule, LEVELS, worstFirst } from '../findings.ts';
import { frameOf } from '../frame.ts';
import type { FrameLine } from '../frame.ts';
import { renderHunk } from './html-diff.ts';
import { escapeHtml, escapeProse } from './html-text.ts';
import { countLines, parseHunks } from '../hunks.ts';
import { cut } from '../printable.ts';
import type { RenderOptions } from '../reporter.ts';
import { verdict } from '../verdict.ts';

/** More than anybody reads, less than a browser chokes on. */
const MAX_TEXT = 4000;
const MAX_ITEMS = 5000;
const MAX_DIFFS = 4_000_000;

/** Whether a page is so large that what is far off should be laid out late. */
export const isLarge = ({ findings, changes }: Report): boolean => findings.length + changes.length > 300;

/** What came of a run, in numbers. */
export function renderVerdict(report: Report): string {
  const { target, summary } = report;
  const { findings } = summary;
  const tiles: readonly (readonly [number, string, string])[] = [
    [summary.installations, summary.installations === 1 ? 'installation' : 'installations', ''],
    ...(['convertible', 'converted'] as const).flatMap((status) =>
      summary[status] === 0 ? [] : [[summary[status], status, 'good'] as const],
    ),
    [summary.blocked, 'blocked', summary.blocked > 0 ? 'error' : ''],
    ...LEVELS.map((level) => [findings[level], findings[level] === 1 ? level : `${level}s`, findings[level] > 0 ? level : ''] as const),
  ];
  const skipped = summary.filesSkipped === 0 ? '' : `, ${summary.filesSkipped} skipped`;
  return `<p>For operator ${escapeHtml(target)}; ${count(summary.filesScanned, 'file')} scanned${skipped}</p>
<p class="verdict">${escapeHtml(verdict(report))}</p>
<ul class="tiles">${tiles.map(([amount, label, look]) => `<li class="tile ${look}"><b>${amount}</b> ${label}</li>`).join('')}</ul>`;
}

const sectionOf = (id: string, title: string, amount: number, body: string): string =>
  `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title} <small>${amount}</small></h2>\n${body}\n</section>`;

const noneOf = (noun: string): string => `<p class="empty" id="none-${noun}" hidden>Nothing matches the filter.</p>`;

const more = (sentence: string): string => `<p class="more">${escapeHtml(sentence)}</p>`;

/** The table of installations. */
export function renderInstallations({ installations, findings }: Report): string {
  if (installations.length === 0) return sectionOf('installations', 'Installations', 0, '<p class="empty">None found.</p>');
  const rules = rulesByInstallation(findings);
  const rows = blockedFirst(installations)
    .slice(0, MAX_ITEMS)
    .map((each) => renderInstallation(each, rules.get(keyOf(each.file, installationId(each))) ?? []));
  const left = installations.length - rows.length;
  const heads = ['Installation', 'Place', 'Database', 'File store', 'Status'].map((head) => `<th scope="col">${head}</th>`).join('');
  const table = `<table><thead><tr>${heads}</tr></thead>\n<tbody data-group>${rows.join('\n')}</tbody></table>`;
  return sectionOf(
    'installations',
    'Installations',
    installations.length,
    table + noneOf('installation') + (left === 0 ? '' : more(`+${left} more installations; ci2mm scan --format json lists all.`)),
  );
}

const keyOf = (file: string, installation: string | null): string => JSON.stringify([file, installation]);

function rulesByInstallation(findings: readonly Finding[]): Map<string, string[]> {
  const rules = new Map<string, string[]>();
  for (const { file, installation, rule } of findings) {
    const key = keyOf(file, installation);
    const known = rules.get(key);
    if (known === undefined) rules.set(key, [rule]);
    else if (!known.includes(rule)) known.push(rule);
  }
  return rules;
}

function renderInstallation(each: InstallationReport, rules: readonly string[]): string {
  const { blockedBy } = each;
  const because = blockedBy.length === 0 ? '' : `<span class="because">by ${blockedBy.map(ruleLink).join(', ')}</span>`;
  const builder = each.builtBy === null ? '' : `<span class="because">${escapeHtml(builderOf(each.builtBy))}</span>`;
  return `<tr data-item="installation" data-status="${each.status}" data-rules="${escapeHtml([...new Set([...rules, ...blockedBy])].join(' '))}">
<th scope="row">${escapeHtml(installationId(each))}${builder}</th><td><code>${escapeHtml(each.file)}:${each.line}</code></td>
<td data-label="Database">${escapeHtml(each.database)}</td><td data-label="File store">${escapeHtml(each.fileStore)}</td><td>${badge(each.status, each.status)}${because}</td></tr>`;
}

const badge = (look: Level | InstallationStatus, label: string): string => `<span class="badge ${look}">${label}</span>`;

const ruleLink = (rule: string): string => (isRuleId(rule) ? `<a href="#rule-${rule}">${rule}</a>` : escapeHtml(rule));

/** Findings by their level. */
export function renderFindings({ findings, installations }: Report, options: RenderOptions): string {
  const statuses = new Map(installations.map((each) => [keyOf(each.file, installationId(each)), each.status]));
  const shown = worstFirst(findings).slice(0, MAX_ITEMS);
  const rest = worstFirst(findings).slice(MAX_ITEMS);
  const groups = LEVELS.flatMap((level) => {
    const ofLevel = shown.filter((finding) => finding.level === level);
    if (ofLevel.length === 0) return [];
    const articles = ofLevel.map((finding) => renderFinding(finding, statuses.get(keyOf(finding.file, finding.installation)), options));
    return [`<div data-group><h3>${GROUP[level]} <small>${ofLevel.length}</small></h3>\n${articles.join('\n')}</div>`];
  });
  const none = findings.length === 0 ? '<p class="empty">None.</p>' : noneOf('finding');
  const left = rest.length === 0 ? '' : more(`+${rest.length} more findings: ${countByRule(rest)}; ci2mm scan --format json lists all.`);
  return sectionOf('findings', 'Findings', findings.length, groups.join('\n') + none + left);
}

const GROUP: Record<Level, string> = { error: 'Errors', warning: 'Warnings', note: 'Notes' };

function renderFinding(finding: Finding, status: InstallationStatus | undefined, { excerpts }: RenderOptions): string {
  const { rule, level, file, line, column, installation, field, message, remedy } = finding;
  const excerpt = excerpts?.get(finding);
  const frame = excerpt === undefined ? '' : `<pre class="frame">${frameOf(finding, excerpt).map(renderFrameLine).join('')}</pre>`;
  const where = [
    `<code>${escapeHtml(file)}:${line}:${column}</code>`,
    ...(installation === null ? [] : [escapeHtml(installation)]),
    ...(field === null ? [] : [`<code>${escapeHtml(field)}</code>`]),
  ].join(' · ');
  return `<article class="finding ${level}" data-item="finding" data-level="${level}" data-rules="${escapeHtml(rule)}" data-status="${status ?? 'none'}">
<h4>${badge(level, level)} ${ruleLink(rule)}</h4>
<p class="message">${escapeHtml(cut(message, MAX_TEXT))}</p>
<p class="place">${where}</p>
${frame}<p class="todo"><strong>What to do:</strong> ${escapeHtml(cut(remedy, MAX_TEXT))}</p>
</article>`;
}

function renderFrameLine({ number, text, mark }: FrameLine): string {
  if (mark === null) return `<span data-n="${number}">${escapeHtml(text)}\n</span>`;
  const marked = `${escapeHtml(text.slice(0, mark.start))}<mark>${escapeHtml(text.slice(mark.start, mark.end))}</mark>${escapeHtml(text.slice(mark.end))}`;
  return `<span class="hit" data-n="${number}">${marked}\n</span>`;
}

/** Diffs, the two sides beside each other. */
export function renderChanges({ changes }: Report): string {
  if (changes.length === 0) return '';
  const shown = changesWithin(changes);
  const left = changes.length - shown.length;
  const note = left === 0 ? '' : more(`+${count(left, 'more file')} of a size that is better read with ci2mm convert.`);
  return sectionOf('changes', 'Changes', changes.length, shown.map(renderChange).join('\n') + noneOf('file') + note);
}

/** Those that together don't make the page too large; a line costs some markup, however short it is. */
function changesWithin(changes: readonly ChangeReport[]): ChangeReport[] {
  let size = 0;
  return changes.slice(0, MAX_ITEMS).filter(({ diff }) => {
    const cost = diff.length + 60 * diff.split('\n').length;
    if (size + cost > MAX_DIFFS) return false;
    size += cost;
    return true;
  });
}

function renderChange({ file, diff }: ChangeReport): string {
  const hunks = parseHunks(diff);
  const { added, removed } = countLines(hunks);
  return `<details class="file" data-item="file" open>
<summary><code>${escapeHtml(file)}</code> <span class="plus">+${added}</span> <span class="minus">−${removed}</span></summary>
${hunks.map(renderHunk).join('')}</details>`;
}

/** The rules of the findings. */
export function renderRules({ findings }: Report): string {
  const found = [...new Set(worstFirst(findings).map(({ rule }) => rule))].filter(isRuleId).map(ruleById);
  if (found.length === 0) return '';
  const articles = found.map(
    ({ id, level, summary, explanation, remedy, before, after }) => `<article class="rule" id="rule-${id}">
<h3>${badge(level, level)} ${id}</h3>
<p>${escapeProse(summary)}</p><p>${escapeProse(explanation)}</p>
<p class="todo"><strong>What to do:</strong> ${escapeProse(remedy)}</p>
<div class="pair"><div><p>Before</p><pre tabindex="0">${escapeYaml(before)}</pre></div><div><p>After</p><pre tabindex="0">${escapeYaml(after)}</pre></div></div>
</article>`,
  );
  return sectionOf('rules', 'Rules', found.length, articles.join('\n'));
}

const escapeYaml = (yaml: string): string => yaml.split('\n').map(escapeHtml).join('\n');
