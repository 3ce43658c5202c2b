import { documents, plainInstallation } from './examples.ts';
import { operator } from './examples-operator.ts';
import type { ReportedRule } from './rule.ts';

export const operatorTooOld: ReportedRule = {
  id: 'operator-too-old',
  level: 'error',
  summary: 'The operator in the repository is older than 1.12 and knows no Mattermost.',
  remedy: 'First move to operator 1.12 or later, best to the newest 1.x, in a rollout of its own.',
  explanation:
    'The kind Mattermost of installation.mattermost.com/v1beta1, and the migration to it, are stable from operator 1.12 on. With an older one the converted ' +
    'manifest can not be applied, and spec.migrate does nothing. Kubernetes 1.22 and later needs operator 1.16 or later.',
  before: documents(operator('v1.10.0'), plainInstallation),
  after: documents(operator('v1.25.7'), plainInstallation),
  example: 'manifest',
};
