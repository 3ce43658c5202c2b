import { scalarAt, valueAt } from '../model/value.ts';
import { installation } from './examples.ts';
import type { InstallationRule } from './rule.ts';

const PATH = ['spec', 'migrate'];

export const migrateDropped: InstallationRule = {
  id: 'migrate-dropped',
  level: 'note',
  summary: 'spec.migrate is dropped: it belongs to the hand-over in the cluster, not to the new resource.',
  remedy:
    'With migrate: true, roll the converted manifest out only when the Mattermost in the cluster is stable and its ClusterInstallation is gone.',
  explanation:
    '`spec.migrate: true` starts the migration of the operator: it makes the Mattermost from the live ClusterInstallation, waits until ' +
    '`status.state` of the Mattermost is `stable` (`ready` is not enough), and deletes the ClusterInstallation (`HandleMigration`, the same in ' +
    'v1.12.0 to v1.25.9, gone in v2.0.0). Mattermost has no such field. The converted manifest must not reach the cluster before that is over: ' +
    'a Mattermost that is there too early brings the migration to a standstill.',
  before: installation(`
  ingressName: chat.example.com
  migrate: true
`),
  after: installation(`
  ingressName: chat.example.com
`),
  example: 'manifest',
  check({ installation }) {
    if (valueAt(installation.value, PATH) === undefined) return [];
    if (scalarAt(installation.value, PATH) === false) {
      return [{ path: PATH, message: 'spec.migrate is false and is dropped.', remedy: 'Nothing has to be done.' }];
    }
    return [
      {
        path: PATH,
        message: 'spec.migrate is dropped. The migration that it starts must be over before the converted manifest is rolled out.',
      },
    ];
  },
};
