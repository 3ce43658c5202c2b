import { installation } from './examples.ts';
import { namesakeHits } from './namesake.ts';
import type { InstallationRule } from './rule.ts';

export const mattermostElsewhere: InstallationRule = {
  id: 'mattermost-elsewhere',
  level: 'warning',
  summary: 'Another folder defines a Mattermost of the same name, perhaps for the same namespace.',
  remedy:
    'Nothing has to be done if the two are for different clusters or namespaces. If they are for the same, delete the manifest of the one that is no longer used.',
  explanation:
    'In a repository for several clusters some are moved before others, so a ClusterInstallation in one folder and its namesake in another are ' +
    'usually two installations. If both reach the same namespace, one overwrites the other, and the migration of the operator stands still ' +
    '(`HandleMigration`, the same in v1.12.0 to v1.25.9). Within one folder that is an error, `mattermost-exists`.',
  before: installation(`
  ingressName: chat.example.com
`),
  after: `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat
  namespace: staging
spec:
  ingressName: chat.example.com
`,
  example: 'none',
  check: (subject) => namesakeHits(subject, 'far'),
};
