import { stringAt, valueAt } from '../model/value.ts';
import { installation } from './examples.ts';
import { inOwnPatch } from './rule.ts';
import type { InstallationRule } from './rule.ts';
import { isOpen } from './written.ts';

const PATH = ['spec', 'minio', 'secret'];

export const fileStoreSecretRenamed: InstallationRule = {
  id: 'file-store-secret-renamed',
  level: 'error',
  mayBeCompleted: true,
  summary: 'An operator-managed file store has a Secret of its own: Mattermost would start with a new, empty file store.',
  remedy:
    'Copy the files to an external file store and set spec.minio.externalURL, externalBucket and secret, and convert when the installation runs on it.',
  remedyWhereShared: inOwnPatch,
  explanation:
    'A ClusterInstallation names its MinIOInstance after `spec.minio.secret` (pkg/components/minio/minio.go). Mattermost has no such field and always ' +
    'names it after the installation with `-minio` appended. Any other Secret therefore means a second, EMPTY file store, and the old one, owned ' +
    'by the ClusterInstallation, goes with it. The same in operator v1.12.0 to v1.25.9. A Secret that is called so already is kept and used.',
  before: installation(`
  ingressName: chat.example.com
  minio:
    secret: files
`),
  after: installation(`
  ingressName: chat.example.com
  minio:
    externalURL: s3.example.com
    externalBucket: chat-files
    secret: s3-credentials
`),
  example: 'manifest',
  check({ installation, fileStore }) {
    const used = `${installation.name}-minio`;
    const secret = stringAt(installation.value, PATH);
    if (fileStore !== 'operator-managed' || secret === null || secret === used) return [];
    if (isOpen(valueAt(installation.value, PATH))) return [];
    return [
      {
        path: PATH,
        message: `The MinIOInstance is named after Secret ${secret}; Mattermost would make a new, empty one called ${used}, and all files would be gone.`,
      },
    ];
  },
};
