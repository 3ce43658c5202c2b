import { documents, plainInstallation } from './examples.ts';
import { operator } from './examples-operator.ts';
import type { ReportedRule } from './rule.ts';

export const operatorWithoutMigration: ReportedRule = {
  id: 'operator-without-migration',
  level: 'warning',
  summary: 'The operator in the repository is 2.0 or later, which knows no ClusterInstallation and can not migrate one.',
  remedy: 'Keep the operator at a 1.x release until no ClusterInstallation is left in any cluster that it runs in.',
  explanation:
    'Release 2.0 of the operator removes ClusterInstallation with its CRD and the code that migrates it. A ClusterInstallation that is left then has nobody who looks after it, and when its ' +
    'CRD goes, it goes with everything that it owns.',
  before: documents(operator('v2.0.0'), plainInstallation),
  after: documents(operator('v1.25.7'), plainInstallation),
  example: 'manifest',
};
