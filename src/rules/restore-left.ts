import { documents, plainInstallation } from './examples.ts';
import type { ReportedRule } from './rule.ts';

export const restoreLeft: ReportedRule = {
  id: 'restore-left',
  level: 'warning',
  left: 'reference',
  summary: 'A MattermostRestoreDB names an installation that is converted.',
  remedy:
    'Delete the MattermostRestoreDB from Git and from the cluster before spec.migrate is set. A Mattermost has no counterpart: restore into its database by hand.',
  explanation:
    'A restore never counts as done: whenever the operator looks at a MattermostRestoreDB again, it scales the MySQL of the ClusterInstallation down to nothing, deletes its volumes and starts from the ' +
    'backup (`mattermostrestoredb` controller, v1.12.0 to v1.25.9). In the middle of a migration that is the loss of the database. Once the ClusterInstallation is gone it fails ' +
    'for want of one, and operator 2.0.0 no longer knows the kind.',
  before: documents(
    `apiVersion: mattermost.com/v1alpha1
kind: MattermostRestoreDB
metadata:
  name: restore
spec:
  mattermostClusterName: chat
  restoreSecret: backup
`,
    plainInstallation,
  ),
  after: plainInstallation,
  example: 'manifest',
};
