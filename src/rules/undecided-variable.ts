import { installationId } from '../model/installation.ts';
import type { Path, Value } from '../model/value.ts';
import { formatPath, isMap, isScalar, valueAt } from '../model/value.ts';
import { installation } from './examples.ts';
import { inOwnPatch } from './rule.ts';
import type { Hit, InstallationRule, InstallationSubject } from './rule.ts';
import { isOpen, isOpenName } from './written.ts';

export const undecidedVariable: InstallationRule = {
  id: 'undecided-variable',
  level: 'error',
  mayBeCompleted: true,
  fixed: true,
  summary: 'A variable or template action stands where its value decides how the field is converted.',
  remedy: 'Write the value literally, or run ci2mm on the rendered output.',
  remedyWhereShared: inOwnPatch,
  explanation:
    'Most values are carried over as they are written, so a `${VARIABLE}` in them stays what it was. A few decide the conversion itself:\n\n' +
    '- `replicas`: 0 means "not set" in a ClusterInstallation and no pods at all in a Mattermost, so it must not be carried over.\n' +
    '- `spec.minio.externalURL`: the file store is external exactly when it is not empty. `https://${HOST}` and `${URL:=https://s3.example.com}` cannot ' +
    'be empty and are fine; for others answers are taken from `postBuild.substitute` of a Flux Kustomization that deploys the manifest, from ' +
    '`--file-store`, and from `fileStores` in `.ci2mm.yaml`.\n' +
    '- `spec.minio.secret` and `spec.minio.externalBucket` of an operator-managed file store, and `spec.database.type` of an operator-managed ' +
    'database: safe with one value only (see file-store-secret-renamed, file-store-bucket-renamed and database-type-unsupported).\n' +
    '- A whole map (`spec`, `spec.minio`, `spec.database`) or the name of a field: its fields have to be known to be converted.\n\n' +
    'The operator never sees variables: Flux, envsubst or a template engine fills them in before (`ConvertToMM` in operator v1.12.0 to v1.25.9 ' +
    'decides by the values).',
  before: installation(`
  ingressName: chat.example.com
  replicas: \${REPLICAS}
`),
  after: installation(`
  ingressName: chat.example.com
  replicas: 2
`),
  example: 'manifest',
  check: (subject) => [...valueHits(subject), ...keyHits(subject)],
};

interface Decider {
  readonly path: Path;
  /** Completes "spec.replicas is filled in later, and ...". */
  readonly why: string;
  readonly undecided: (value: Value | undefined, subject: InstallationSubject) => boolean;
  readonly remedy?: (subject: InstallationSubject) => string;
}

const REPLICAS = '0 means "not set" in a ClusterInstallation, but no pods at all in a Mattermost';
const WHOLE_MAP = 'the fields in it must be known to be converted';

const DECIDERS: readonly Decider[] = [
  { path: ['spec'], why: WHOLE_MAP, undecided: isOpen },
  { path: ['spec', 'minio'], why: WHOLE_MAP, undecided: isOpen },
  { path: ['spec', 'database'], why: WHOLE_MAP, undecided: isOpen },
  { path: ['spec', 'replicas'], why: REPLICAS, undecided: isOpen },
  {
    path: ['spec', 'minio', 'replicas'],
    why: REPLICAS,
    undecided: (value, { fileStore }) => fileStore === 'operator-managed' && isOpen(value),
  },
  {
    path: ['spec', 'database', 'replicas'],
    why: REPLICAS,
    undecided: (value, { database }) => database === 'operator-managed' && isOpen(value),
  },
  {
    path: ['spec', 'minio', 'externalURL'],
    why: 'the file store is external only if it turns out not to be empty',
    undecided: (_, { fileStoreUndecided }) => fileStoreUndecided,
    remedy: fileStoreRemedy,
  },
  {
    path: ['spec', 'minio', 'secret'],
    why: 'the files are lost unless it is the name of the installation followed by -minio',
    undecided: (value, { fileStore, installation }) =>
      fileStore === 'operator-managed' && isOpen(value) && !isText(value, `${installation.name}-minio`),
  },
  {
    path: ['spec', 'minio', 'externalBucket'],
    why: 'the files are not found unless it is the name of the installation',
    undecided: (value, { fileStore, installation }) =>
      fileStore === 'operator-managed' && isOpen(value) && !isText(value, installation.name),
  },
  {
    path: ['spec', 'database', 'type'],
    why: 'the Mattermost controller implements only mysql',
    undecided: (value, { database }) => database === 'operator-managed' && isOpen(value),
  },
];

function fileStoreRemedy({ installation }: InstallationSubject): string {
  const answer = `--file-store ${installationId(installation)}`;
  return (
    `Write the value literally or with a default, answer with ${answer}=external if it is not empty, or with ${answer}=operator-managed if it is, ` +
    'or run ci2mm on the rendered output.'
  );
}

const isText = (value: Value | undefined, text: string): boolean => isScalar(value) && value.text === text;

const valueHits = (subject: InstallationSubject): Hit[] =>
  DECIDERS.filter(({ path, undecided }) => undecided(valueAt(subject.installation.value, path), subject)).map(({ path, why, remedy }) => ({
    path,
    message: `${formatPath(path)} is filled in later, and ${why}.`,
    ...(remedy !== undefined && { remedy: remedy(subject) }),
  }));

/** In these maps the conversion keeps only fields that it knows, which is right only where their names are final. */
const REARRANGED: readonly Path[] = [[], ['spec'], ['spec', 'minio'], ['spec', 'database']];

const keyHits = ({ installation }: InstallationSubject): Hit[] =>
  REARRANGED.flatMap((parent) => {
    const map = valueAt(installation.value, parent);
    return isMap(map) ? [...map.keys()].filter(isOpenName).map((name) => [...parent, name]) : [];
  }).map((path) => ({
    path,
    message: `The name of the field ${formatPath(path)} is filled in later, and it decides how the field is converted.`,
  }));
