import type { Level, Place } from '../model/place.ts';
import type { Finding } from '../rules/finding.ts';
import { rules } from '../rules/index.ts';
import type { InstallationReport, Report } from './report.ts';

/** Worst first. */
export const LEVELS: readonly Level[] = ['error', 'warning', 'note'];

/** Findings by level, the worst first, otherwise in the order they came. */
export const worstFirst = (findings: readonly Finding[]): Finding[] =>
  LEVELS.flatMap((level) => findings.filter((finding) => finding.level === level));

/** Findings by level, the worst at the end, otherwise in the order they came. */
export const worstLast = (findings: readonly Finding[]): Finding[] =>
  LEVELS.toReversed().flatMap((level) => findings.filter((finding) => finding.level === level));

/** What happens when the changes are rolled out. */
export const isHazard = ({ rule }: Finding): boolean => HAZARDS.has(rule);

const HAZARDS: ReadonlySet<string> = new Set(rules.filter((rule) => rule.isHazard).map(({ id }) => id));

/** Installations that need somebody first, otherwise in the order they came. */
export const blockedFirst = (installations: readonly InstallationReport[]): InstallationReport[] => [
  ...installations.filter(({ status }) => status === 'blocked'),
  ...installations.filter(({ status }) => status !== 'blocked'),
];

/** What builds an installation, as people name it: a kustomization by its folder, anything else by its file. */
export const builderOf = (file: string): string => file.replace(/(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/, '') || '.';

/** `1 error`, `2 errors` */
export const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? '' : 's'}`;

/** Whether anything goes on naming the old kind that is to be edited here. */
export const isLeft = ({ left: { references, files } }: Pick<Report['summary'], 'left'>): boolean => references + files > 0;

/** `3 references rewritten, 2 extended, 2 references to edit by hand, 1 other file names the old kind`; empty where nothing is left, or was. */
export function leftSentence({
  references: along,
  left: { references, files, vendored },
}: Pick<Report['summary'], 'references' | 'left'>): string {
  const named = [
    ...(files > 0 ? [count(files, 'other file')] : []),
    ...(vendored > 0 ? [`${files > 0 ? vendored : count(vendored, 'file')} from elsewhere`] : []),
  ];
  return [
    ...writtenAlong(along),
    ...(references > 0 ? [`${count(references, 'reference')} to edit by hand`] : []),
    ...(named.length > 0 ? [`${named.join(' and ')} ${files + vendored === 1 ? 'names' : 'name'} the old kind`] : []),
  ].join(', ');
}

function writtenAlong({ rewritten, extended, both }: Report['summary']['references']): string[] {
  const amounts = [
    [rewritten, 'rewritten'],
    [extended, 'extended'],
    [both, `${both === 1 ? 'names' : 'name'} both kinds until finish`],
  ] as const;
  return amounts
    .filter(([amount]) => amount > 0)
    .map(([amount, what], index) => `${index === 0 ? count(amount, 'reference') : amount} ${what}`);
}

/** `2 errors, 1 warning`; levels without a finding are left out. */
export function countByLevel(findings: readonly Pick<Finding, 'level'>[]): string {
  const amounts = LEVELS.map((level) => ({ level, amount: findings.filter((finding) => finding.level === level).length }));
  return amounts.flatMap(({ level, amount }) => (amount === 0 ? [] : [count(amount, level)])).join(', ');
}

/** Findings of each rule, the most frequent first: `unknown-field (12), ignored-field (1)`. */
export function countByRule(findings: readonly Pick<Finding, 'rule'>[]): string {
  const amounts = new Map<string, number>();
  for (const { rule } of findings) amounts.set(rule, (amounts.get(rule) ?? 0) + 1);
  return [...amounts]
    .sort(([, a], [, b]) => b - a)
    .map(([rule, amount]) => `${rule} (${amount})`)
    .join(', ');
}

/** The last line that a place covers: one that ends before the first column ends on the line before. */
export const lastLineOf = ({ line, endLine, endColumn }: Place): number => (endColumn === 1 && endLine > line ? endLine - 1 : endLine);
