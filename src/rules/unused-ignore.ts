import { installation } from './examples.ts';
import type { ReportedRule } from './rule.ts';

export const unusedIgnore: ReportedRule = {
  id: 'unused-ignore',
  level: 'warning',
  summary: 'A comment that suppresses findings has none to suppress.',
  remedy: 'Remove the rule from the comment, or the whole comment when it names no other.',
  explanation:
    'A comment `# ci2mm: ignore[RULE] REASON` stands for findings of its own line, or of the next line below when it has a line to itself. Once the ' +
    'manifest is corrected the comment means nothing, and would hide the next finding at this place, which somebody should see. In a converted ' +
    'manifest it has done its work. Comments never reach the operator or the API server.',
  before: installation(`
  ingressName: chat.example.com
  # ci2mm: ignore[replicas-negative] stopped for the winter
  replicas: 2
`),
  after: installation(`
  ingressName: chat.example.com
  replicas: 2
`),
  example: 'manifest',
};
