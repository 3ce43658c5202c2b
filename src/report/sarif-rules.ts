import type { ReportingDescriptor } from 'sarif';
import type { Level } from '../model/place.ts';
import { rules } from '../rules/index.ts';
import type { Rule } from '../rules/rule.ts';
import { CONVERTIBLE } from './convertible.ts';
import { cut } from './printable.ts';
import { rulePage } from './reporter.ts';
import type { RenderOptions } from './reporter.ts';

/** GitHub's limit for descriptions. */
const DESCRIPTION = 1024;

/** Every rule, found or not, so that a closed alert keeps its words; and the one that only the report knows. */
export const ruleDescriptors = (options: RenderOptions): ReportingDescriptor[] => [
  ...rules.map((rule) => descriptorOf(rule, options)),
  conversionDescriptor(),
];

function descriptorOf(rule: Rule, options: RenderOptions): ReportingDescriptor {
  const { id, level, summary, explanation, remedy } = rule;
  const helpUri = rulePage(id, options);
  return {
    id,
    shortDescription: { text: summary },
    fullDescription: { text: cut(withoutMarkup(explanation), DESCRIPTION) },
    help: { text: `${summary}\n\n${withoutMarkup(explanation)}\n\nWhat to do: ${remedy}`, markdown: helpMarkdown(rule) },
    ...(helpUri === null ? {} : { helpUri }),
    ...levelOf(level),
  };
}

const levelOf = (level: Level): Pick<ReportingDescriptor, 'defaultConfiguration' | 'properties'> => ({
  defaultConfiguration: { level },
  properties: {
    precision: 'very-high',
    'problem.severity': level === 'note' ? 'recommendation' : level,
    tags: ['mattermost', 'kubernetes'],
  },
});

const withoutMarkup = (markdown: string): string => markdown.replaceAll('`', '');

const helpMarkdown = ({ id, explanation, remedy, before, after }: Rule): string =>
  [explanation, `**What to do:** ${remedy}`, 'Before:', fence(before), 'After:', fence(after), `More: \`ci2mm explain ${id}\``].join(
    '\n\n',
  );

const fence = (yaml: string): string => `\`\`\`yaml\n${yaml}\`\`\``;

function conversionDescriptor(): ReportingDescriptor {
  const { id, level, summary, explanation, remedy } = CONVERTIBLE;
  return {
    id,
    shortDescription: { text: summary },
    fullDescription: { text: withoutMarkup(explanation) },
    help: { text: `${withoutMarkup(explanation)}\n\nWhat to do: ${remedy}`, markdown: `${explanation}\n\n**What to do:** ${remedy}` },
    ...levelOf(level),
  };
}
