import type { Installation } from '../model/installation.ts';
import { formatPath, valueAt } from '../model/value.ts';
import { FIELDS } from '../operator/fields.ts';
import type { Condition } from '../operator/fields.ts';
import { installation } from './examples.ts';
import type { Hit, InstallationRule } from './rule.ts';

export const ignoredField: InstallationRule = {
  id: 'ignored-field',
  level: 'warning',
  summary: 'A setting of an operator-managed database or file store is dropped, as the database or file store is external.',
  remedy:
    'Delete the field: it has no effect. If it was meant to have one, check whether the database or file store should be external at all.',
  remedyWhereShared: () =>
    'Nothing has to be done. Leave the field: others that are built from this file have it, and for what is named above the conversion leaves it out.',
  explanation:
    'With an external file store (`spec.minio.externalURL` is not empty) the operator makes no MinIO, and with an external database (the Secret of ' +
    '`spec.database.secret` holds `DB_CONNECTION_STRING`) no MySQL, so sizes, replicas, resources and backups of either are not looked at. Its ' +
    'own conversion leaves them out (`convertFileStore` and `convertDatabase`, the same in v1.12.0 to v1.25.9).',
  before: installation(`
  ingressName: chat.example.com
  minio:
    externalURL: s3.example.com
    externalBucket: chat
    secret: s3-credentials
    storageSize: 50Gi
`),
  after: installation(`
  ingressName: chat.example.com
  minio:
    externalURL: s3.example.com
    externalBucket: chat
    secret: s3-credentials
`),
  example: 'manifest',
  check: ({ installation, fileStore, database }) => [
    ...(fileStore === 'external' ? hits(installation, 'operator-managed file store') : []),
    ...(database === 'external' ? hits(installation, 'operator-managed database') : []),
  ],
};

const hits = (installation: Installation, kind: Condition & `operator-managed ${string}`): Hit[] =>
  FIELDS.filter(({ from, when }) => when === kind && valueAt(installation.value, from) !== undefined).map(({ from }) => ({
    path: from,
    message: `${formatPath(from)} is dropped: it is about an ${kind}, and this one is external.`,
  }));
