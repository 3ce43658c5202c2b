import { installationId } from '../model/installation.ts';
import { EXTERNAL_KEY, OPERATOR_MANAGED_KEYS, SECRET_PATH, secretName, secretSource } from './database-secret.ts';
import { documents, installation, secret } from './examples.ts';
import type { InstallationRule } from './rule.ts';
import { listed } from './written.ts';

export const databaseSecretUnresolved: InstallationRule = {
  id: 'database-secret-unresolved',
  level: 'error',
  mayBeCompleted: true,
  fixed: true,
  summary: 'The keys of the database Secret are not known.',
  remedy:
    'Let the run see the Secret (its keys are enough), or answer with --database NAMESPACE/NAME=external or --database NAMESPACE/NAME=operator-managed.',
  explanation:
    '`spec.database.secret` names a Secret whose keys decide where the database goes: with `DB_CONNECTION_STRING` it is external and becomes ' +
    '`spec.database.external.secret`; with `ROOT_PASSWORD`, `USER`, `PASSWORD` and `DATABASE` it is operator managed and becomes ' +
    '`spec.database.operatorManaged`. The operator reads the Secret in the cluster and refuses to convert when it is not there ' +
    '(`convertDatabase`, the same in v1.12.0 to v1.25.9). ci2mm looks for it in the manifests, of which only keys are read and never values, and takes ' +
    'answers from `--database` and from `databases` in `.ci2mm.yaml`.\n\n' +
    '`kubectl describe secret` lists the keys of a Secret without its values.',
  before: installation(`
  ingressName: chat.example.com
  database:
    secret: chat-database
`),
  after: documents(
    installation(`
  ingressName: chat.example.com
  database:
    secret: chat-database
`),
    secret(`
  DB_CONNECTION_STRING: postgres://...
`),
  ),
  example: 'manifest',
  check(subject) {
    if (subject.database !== 'unknown') return [];
    const answer = `--database ${installationId(subject.installation)}`;
    return [
      {
        path: SECRET_PATH,
        message: `The keys of ${secretName(subject)} are not known for certain, and they decide whether the database is external or operator managed.${secretSource(subject)}`,
        remedy:
          `Let the run see the Secret, or answer with ${answer}=external if it holds ${EXTERNAL_KEY}, ` +
          `or with ${answer}=operator-managed if it holds ${listed(OPERATOR_MANAGED_KEYS)}. kubectl describe secret lists keys without values.`,
      },
    ];
  },
};
