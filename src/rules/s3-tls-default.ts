import { isList, stringAt, valueAt } from '../model/value.ts';
import { changedIn, compareReleases } from '../operator/releases.ts';
import type { Installation } from '../model/installation.ts';
import { installation } from './examples.ts';
import { inOwnPatch } from './rule.ts';
import type { InstallationRule, InstallationSubject } from './rule.ts';

export const S3_TLS_VARIABLE = 'MM_FILESETTINGS_AMAZONS3SSL';

export const s3TlsDefault: InstallationRule = {
  id: 's3-tls-default',
  level: 'warning',
  summary: 'The connection to the external file store switches from plain HTTP to TLS.',
  remedy: `Add ${S3_TLS_VARIABLE} to spec.mattermostEnv: "false" keeps plain HTTP, as ci2mm prepare writes it; "true" means TLS in both kinds.`,
  remedyWhereShared: inOwnPatch,
  explanation:
    'A ClusterInstallation runs Mattermost with `MM_FILESETTINGS_AMAZONS3SSL=false` (`GenerateDeployment`). From operator v1.13.0 a Mattermost with ' +
    'an external file store gets `true` (`NewExternalFileStoreInfo`). A store that speaks plain HTTP only, such as a MinIO inside the cluster, ' +
    'is then out of reach. A value in `mattermostEnv` wins over both defaults.',
  before: installation(`
  ingressName: chat.example.com
  minio:
    externalURL: minio.storage.svc:9000
    externalBucket: chat
    secret: minio-credentials
`),
  after: installation(`
  ingressName: chat.example.com
  minio:
    externalURL: minio.storage.svc:9000
    externalBucket: chat
    secret: minio-credentials
  mattermostEnv:
    - name: MM_FILESETTINGS_AMAZONS3SSL
      value: "false"
`),
  example: 'manifest',
  check(subject) {
    if (!losesPlainHttp(subject)) return [];
    return [
      {
        path: ['spec', 'minio', 'externalURL'],
        message: `${S3_TLS_VARIABLE} is not set: a ClusterInstallation talks plain HTTP to its external file store, a Mattermost TLS.`,
      },
    ];
  },
};

/** Whether the connection to the file store comes to be another one with the kind. */
export const losesPlainHttp = ({
  installation,
  fileStore,
  target,
}: Pick<InstallationSubject, 'installation' | 'fileStore' | 'target'>): boolean =>
  fileStore === 'external' && compareReleases(target, changedIn.s3TlsDefault) >= 0 && !setsVariable(installation);

function setsVariable({ value }: Installation): boolean {
  const variables = valueAt(value, ['spec', 'mattermostEnv']);
  return isList(variables) && variables.some((variable) => stringAt(variable, ['name']) === S3_TLS_VARIABLE);
}
