import type { Path } from '../model/value.ts';
import { formatPath } from '../model/value.ts';
import { changedIn, compareReleases } from '../operator/releases.ts';
import { documents, installation, secret } from './examples.ts';
import { originOf } from './origin.ts';
import { inOwnPatch } from './rule.ts';
import type { Hit, InstallationRule, InstallationSubject } from './rule.ts';
import { existing } from './written.ts';

export const targetRemovedField: InstallationRule = {
  id: 'target-removed-field',
  level: 'error',
  summary: 'The converted manifest needs a field that the Mattermost of the target release does not have.',
  remedy: 'Choose the release that you run with --target, or remove the field.',
  remedyWhereShared: inOwnPatch,
  explanation:
    'The API server drops a field that its CustomResourceDefinition does not know, without a word, so the conversion would lose it. ' +
    'What the ClusterInstallation of the same release lacks as well never had an effect there, and is the matter of unknown-field.\n\n' +
    'Operator 2.0.0 removes `database.operatorManaged` and `fileStore.operatorManaged`: a Mattermost must name an external database and a file ' +
    'store of its own. It also removes ClusterInstallation with the code that migrates it, so the conversion has to be done, and rolled out, ' +
    'on operator 1.x.',
  before: installation(`
  ingressName: chat.example.com
  database:
    storageSize: 50Gi
  minio:
    storageSize: 50Gi
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
  exampleOptions: ['--target', '2.0'],
  check: (subject) => [...managedHits(subject), ...fieldHits(subject)],
};

/** An operator-managed database or file store is one even when nothing is written about it. */
function managedHits({ installation, database, fileStore, target }: InstallationSubject): Hit[] {
  if (compareReleases(target, changedIn.migrationRemoved) < 0) return [];
  const hit = (path: Path, what: string, remedy: string): Hit => ({
    path: existing(installation.value, path),
    message: `The ${what} is operator managed, which the Mattermost of operator ${target.version} no longer knows.`,
    remedy,
  });
  return [
    ...(database === 'operator-managed' ? [hit(['spec', 'database'], 'database', EXTERNAL_DATABASE)] : []),
    ...(fileStore === 'operator-managed' ? [hit(['spec', 'minio'], 'file store', EXTERNAL_FILE_STORE)] : []),
  ];
}

const EXTERNAL_DATABASE =
  'Move the data to an external database and name a Secret with its DB_CONNECTION_STRING in spec.database.secret, or choose a 1.x release with --target.';
const EXTERNAL_FILE_STORE =
  'Move the files to an external store and set spec.minio.externalURL, externalBucket and secret, or choose a 1.x release with --target.';

const fieldHits = ({ installation, targetProblems }: InstallationSubject): Hit[] =>
  targetProblems
    .filter(({ code, path }) => (code === 'removed-in-target' || code === 'not-yet-in-target') && !MANAGED.has(formatPath(path)))
    .map(({ path, message }) => ({
      path: existing(installation.value, originOf(path)),
      message: `${formatPath(path)} of the converted manifest ${message}.`,
    }));

/** What `managedHits` speaks of. */
const MANAGED: ReadonlySet<string> = new Set(['spec.database.operatorManaged', 'spec.fileStore.operatorManaged']);
