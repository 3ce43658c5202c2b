import type { RuleId } from './index.ts';
import { ruleById, rules } from './index.ts';
import type { Rule } from './rule.ts';

/** docs/rules.md, the list; and a page for each rule below docs/rules/. */
export const renderRules = (): string => `${WRITTEN}\n\n${listInMarkdown()}`;

/** The list of all rules in Markdown. */
export const listInMarkdown = (): string => `${[HEADER, renderIndex()].join('\n\n')}\n`;

/** The pages of all rules, by the names of their files. */
export const renderRulePages = (): ReadonlyMap<string, string> =>
  new Map(rules.map((rule) => [`${rule.id}.md`, `${WRITTEN}\n\n${renderRule(rule)}\n\n[All rules](../rules.md)\n`]));

/** One rule in Markdown. */
export const explainInMarkdown = (id: RuleId): string => `${renderRule(ruleById(id))}\n`;

const WRITTEN = '<!-- Written by scripts/docs.js from src/rules. Do not edit. -->';

const HEADER = `# Rules

An error blocks the installation: its manifest is left as it is. A warning asks for a look, a note informs; neither blocks.
Configuration can change the level of a rule or switch it off, and a comment can suppress a finding ([configuration.md](configuration.md)), except
for rules marked as fixed, which guard what the program cannot work without. The same texts are printed by \`ci2mm explain RULE\`.`;

const renderIndex = (): string =>
  [
    '| Rule | Level | What is found |',
    '| --- | --- | --- |',
    ...rules.map(({ id, level, summary }) => `| [${id}](rules/${id}.md) | ${level} | ${summary.replaceAll('|', '\\|')} |`),
  ].join('\n');

const renderRule = (rule: Rule): string =>
  [
    `# ${rule.id}`,
    `**${levelOf(rule)}**: ${rule.summary}`,
    rule.explanation,
    `**What to do:** ${rule.remedy}`,
    `Before${optionsNote(rule)}:`,
    fence(rule.before),
    'After:',
    fence(rule.after),
  ].join('\n\n');

const levelOf = ({ level, fixed }: Rule): string => (fixed === true ? `${level}, fixed` : level);

const fence = (yaml: string): string => `\`\`\`yaml\n${yaml}\`\`\``;

const optionsNote = ({ exampleOptions = [] }: Rule): string =>
  exampleOptions.length === 0 ? '' : ` (with \`${exampleOptions.join(' ')}\`)`;

const WIDTH = 96;

/** One rule for the terminal. */
export function explain(id: RuleId): string {
  const rule = ruleById(id);
  const sections: readonly (readonly [string, string])[] = [
    ['Why', wrap(rule.explanation)],
    ['What to do', wrap(rule.remedy)],
    [`Before${optionsNote(rule).replaceAll('`', '')}`, rule.before.trimEnd()],
    ['After', rule.after.trimEnd()],
  ];
  const texts = sections.map(([title, text]) => `${title}\n${indent(text)}`);
  return `${[`${rule.id} (${levelOf(rule)})`, wrap(rule.summary), ...texts].join('\n\n')}\n`;
}

/** All rules for the terminal, a line each. */
export function listRules(): string {
  const width = Math.max(...rules.map(({ id }) => id.length));
  return rules.map(({ id, level, summary }) => `${level.padEnd('warning'.length)}  ${id.padEnd(width)}  ${summary}\n`).join('');
}

const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');

const wrap = (text: string): string => text.split('\n').map(wrapLine).join('\n');

/** Breaks a line at blanks; what follows in a list item stays in line with its text. */
function wrapLine(line: string): string {
  const hanging = ' '.repeat(/^(?:- |\d+\. )?/.exec(line)?.[0].length ?? 0);
  const lines = [''];
  for (const word of line.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.at(-1) === '') lines[0] = word;
    else if (longer.length <= WIDTH) lines[lines.length - 1] = longer;
    else lines.push(hanging + word);
  }
  return lines.join('\n');
}
