import type { Installation } from '../model/installation.ts';
import type { Path } from '../model/value.ts';
import { valueAt } from '../model/value.ts';
import { installation } from './examples.ts';
import { inOwnPatch } from './rule.ts';
import type { Hit, InstallationRule } from './rule.ts';
import { existing, isUnset } from './written.ts';

const BUCKET = ['spec', 'minio', 'externalBucket'];
const SECRET = ['spec', 'minio', 'secret'];

export const externalFileStoreIncomplete: InstallationRule = {
  id: 'external-file-store-incomplete',
  level: 'error',
  mayBeCompleted: true,
  summary: 'An external file store has no bucket or no Secret.',
  remedy: 'Write spec.minio.externalBucket and spec.minio.secret; the Secret must hold the keys accesskey and secretkey.',
  remedyWhereShared: inOwnPatch,
  explanation:
    'Without `externalBucket` a ClusterInstallation uses a bucket called like itself, and without `secret` the operator makes a Secret with random ' +
    'keys. Mattermost does neither: an empty bucket is an error ("external file store bucket is empty"), and so is a missing Secret, and the ' +
    'installation never becomes stable (pkg/mattermost/file_store.go and controllers/mattermost/mattermost of operator v1.25.9). From operator ' +
    'v1.20 a Mattermost may use a service account instead of a Secret; a ClusterInstallation cannot say so.',
  before: installation(`
  ingressName: chat.example.com
  minio:
    externalURL: s3.example.com
`),
  after: installation(`
  ingressName: chat.example.com
  minio:
    externalURL: s3.example.com
    externalBucket: chat
    secret: s3-credentials
`),
  example: 'manifest',
  check({ installation, fileStore }) {
    if (fileStore !== 'external') return [];
    const missing = (path: Path): boolean => isUnset(valueAt(installation.value, path));
    return [...(missing(BUCKET) ? [bucketHit(installation)] : []), ...(missing(SECRET) ? [secretHit(installation)] : [])];
  },
};

const bucketHit = ({ name, value }: Installation): Hit => ({
  path: existing(value, BUCKET),
  message: `spec.minio.externalBucket is not set: a ClusterInstallation uses bucket ${name} then, the Mattermost controller stops with an error.`,
  remedy: `Write spec.minio.externalBucket: ${name}, the bucket that is in use today.`,
});

const secretHit = ({ name, value }: Installation): Hit => ({
  path: existing(value, SECRET),
  message: `spec.minio.secret is not set: a ClusterInstallation gets Secret ${name}-minio with random keys then, the Mattermost controller stops with an error.`,
  remedy: 'Write spec.minio.secret: the name of a Secret that holds the keys accesskey and secretkey of the file store.',
});
