import { installation } from './examples.ts';
import type { ReportedRule } from './rule.ts';

export const invalidIgnore: ReportedRule = {
  id: 'invalid-ignore',
  level: 'warning',
  summary: 'A comment that is meant to suppress findings cannot be understood, and suppresses none.',
  remedy: 'Write `# ci2mm: ignore[RULE, ...] REASON`, with ids of rules as findings show them and a reason that tells the next reader why.',
  explanation:
    'A comment that starts with `# ci2mm:` is taken for one that suppresses findings. It must name its rules, so that it hides nothing else, and say ' +
    'why. Rules that guard what ci2mm cannot work without are not suppressed: a manifest that the API server would reject, or that cannot be read or ' +
    'edited safely, stays as it is whatever a comment says.',
  before: installation(`
  ingressName: chat.example.com
  replicas: -1 # ci2mm: ignore[replicas-negative]
`),
  after: installation(`
  ingressName: chat.example.com
  replicas: -1 # ci2mm: ignore[replicas-negative] stopped for the winter
`),
  example: 'manifest',
};
