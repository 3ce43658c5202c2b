import { stringAt, valueAt } from '../model/value.ts';
import { installation } from './examples.ts';
import { inOwnPatch } from './rule.ts';
import type { InstallationRule } from './rule.ts';
import { isOpen } from './written.ts';

const PATH = ['spec', 'minio', 'externalBucket'];

export const fileStoreBucketRenamed: InstallationRule = {
  id: 'file-store-bucket-renamed',
  level: 'error',
  summary: 'An operator-managed file store keeps its files in a bucket that Mattermost would not look into.',
  remedy:
    'Copy the files into a bucket called like the installation in the same MinIO, and remove spec.minio.externalBucket; or add spec.minio.externalURL if the store is external.',
  remedyWhereShared: inOwnPatch,
  explanation:
    'A ClusterInstallation uses `spec.minio.externalBucket` even when there is no `externalURL` and the file store is operator managed ' +
    '(`GenerateDeployment` in pkg/mattermost/mattermost.go). Mattermost always uses a bucket called like the installation then ' +
    '(`NewOperatorManagedFileStoreInfo` in pkg/mattermost/file_store.go), and the conversion drops the field. The files would still be in ' +
    'MinIO, but none would be found. The same in v1.12.0 to v1.25.9.',
  before: installation(`
  ingressName: chat.example.com
  minio:
    externalBucket: files
`),
  after: installation(`
  ingressName: chat.example.com
`),
  example: 'manifest',
  check({ installation, fileStore }) {
    const { name, value } = installation;
    const bucket = stringAt(value, PATH);
    if (fileStore !== 'operator-managed' || bucket === null || bucket === name || isOpen(valueAt(value, PATH))) return [];
    return [
      {
        path: PATH,
        message: `The files are in bucket ${bucket} of the operator's MinIO; Mattermost would look into bucket ${name}, and find none of them.`,
        remedy: `Copy bucket ${bucket} to bucket ${name} in the same MinIO and remove spec.minio.externalBucket; or add spec.minio.externalURL if the store is external.`,
      },
    ];
  },
};
