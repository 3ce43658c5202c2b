import { documents, installation, mattermost } from './examples.ts';
import { namesakeHits } from './namesake.ts';
import type { InstallationRule } from './rule.ts';

export const mattermostExists: InstallationRule = {
  id: 'mattermost-exists',
  level: 'error',
  summary: 'A Mattermost of the same name is already there, or may be, in the same namespace, in a folder that is rolled out together.',
  remedy:
    'If the Mattermost has replaced the ClusterInstallation, delete the manifest of the ClusterInstallation. If they are meant for different namespaces, write metadata.namespace in both.',
  explanation:
    'The conversion would define the same Mattermost twice, and one would overwrite the other. A Mattermost next to its ClusterInstallation is ' +
    "also what brings the operator's migration to a standstill: when one exists, the operator skips making the Deployment again " +
    '(`HandleMigration`, the same in v1.12.0 to v1.25.9).\n\n' +
    'A manifest without `metadata.namespace`, or with a variable in it, may land in any namespace. So one that names no namespace counts as ' +
    'being in the same one: better a question too many than an installation overwritten. Manifests are taken to be rolled out together when the folder of one ' +
    'holds the other; elsewhere the same is only a warning, `mattermost-elsewhere`.',
  before: documents(
    installation(`
  ingressName: chat.example.com
`),
    mattermost(`
  ingressName: chat.example.com
`),
  ),
  after: mattermost(`
  ingressName: chat.example.com
`),
  example: 'manifest',
  check: (subject) => namesakeHits(subject, 'near'),
};
