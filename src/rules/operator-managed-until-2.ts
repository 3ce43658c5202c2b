import { changedIn, compareReleases } from '../operator/releases.ts';
import { documents, installation, secret } from './examples.ts';
import type { Hit, InstallationRule, InstallationSubject } from './rule.ts';
import { existing } from './written.ts';

export const operatorManagedUntil2: InstallationRule = {
  id: 'operator-managed-until-2',
  level: 'note',
  summary: 'An operator-managed database or file store works with operator 1.x only.',
  remedy:
    'Plan to move to an external database and file store before operator 2, and pin the image of the operator to a 1.x release until then.',
  explanation:
    'Operator v2.0.0 (seen in its preparation branch of August 2026) removes `database.operatorManaged` and `fileStore.operatorManaged`, with the ' +
    'MySQL and MinIO they stand for. A database and a file store must then be given. The release manifests of the operator pin the image ' +
    '`latest` in v1.20.0 to v1.22.0, v1.25.8 and v1.25.9, so an unpinned repository drifts into v2 by itself.',
  before: installation(`
  ingressName: chat.example.com
`),
  after: documents(
    installation(`
  ingressName: chat.example.com
  database:
    secret: chat-database
  minio:
    externalURL: s3.example.com
    externalBucket: chat
    secret: s3-credentials
`),
    secret(`
  DB_CONNECTION_STRING: postgres://...
`),
  ),
  example: 'manifest',
  check(subject) {
    if (compareReleases(subject.target, changedIn.migrationRemoved) >= 0) return [];
    return [
      ...(subject.database === 'operator-managed' ? [hit(subject, 'database', 'database')] : []),
      ...(subject.fileStore === 'operator-managed' ? [hit(subject, 'minio', 'file store')] : []),
    ];
  },
};

const hit = ({ installation }: InstallationSubject, field: string, what: string): Hit => ({
  path: existing(installation.value, ['spec', field]),
  message: `The ${what} is operator managed, which ends with operator 2.0.0.`,
});
