import type { ReportedRule } from './rule.ts';
import { mattermost, plainInstallation } from './examples.ts';

export const notReadyFor2: ReportedRule = {
  id: 'not-ready-for-2',
  level: 'error',
  summary: 'Something in the repository does not work with operator 2.0.',
  remedy:
    'Move databases and file stores to external ones, roll every ClusterInstallation out to a Mattermost on operator 1.x, and take old kinds and their CustomResourceDefinitions out of the repository.',
  explanation:
    'Operator v2.0.0 (seen in its preparation branch of August 2026) removes both kinds of mattermost.com/v1alpha1 with the code that migrates them, and `database.operatorManaged` and `fileStore.operatorManaged` of a Mattermost ' +
    'with the MySQL and MinIO that they stand for. `ci2mm scan --target 2.0` looks for all of it, in repositories without a ClusterInstallation too.',
  before: `# ci2mm scan --target 2.0
${plainInstallation}`,
  after: `# ci2mm scan --target 2.0
${mattermost(`
  ingress:
    enabled: true
    host: chat.example.com
  database:
    external:
      secret: chat-database
  fileStore:
    external:
      url: s3.example.com
      bucket: chat
      secret: s3-credentials
`)}`,
  example: 'none',
};
