import { EXTERNAL_KEY, OPERATOR_MANAGED_KEYS, SECRET_PATH, secretName, secretSource } from './database-secret.ts';
import { documents, installation, secret } from './examples.ts';
import type { InstallationRule } from './rule.ts';
import { listed } from './written.ts';

export const databaseSecretInvalid: InstallationRule = {
  id: 'database-secret-invalid',
  level: 'error',
  mayBeCompleted: true,
  fixed: true,
  summary: 'The database Secret holds neither the key of an external database nor all four of an operator-managed one.',
  remedy:
    'Give the Secret the key DB_CONNECTION_STRING for an external database, or ROOT_PASSWORD, USER, PASSWORD and DATABASE, none of them empty, for an ' +
    'operator-managed one. If something else fills the Secret in, answer with --database NAMESPACE/NAME=external or --database NAMESPACE/NAME=operator-managed.',
  explanation:
    'The operator takes a Secret with `DB_CONNECTION_STRING` for an external database, and otherwise wants non-empty `ROOT_PASSWORD`, `USER`, ' +
    '`PASSWORD` and `DATABASE`. With neither it refuses to convert, and does not reconcile the ClusterInstallation either ' +
    '(`IsValid` in pkg/database/database.go, the same in v1.12.0 to v1.25.9).',
  before: documents(
    installation(`
  ingressName: chat.example.com
  database:
    secret: chat-database
`),
    secret(`
  username: mattermost
  password: ...
`),
  ),
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
    if (subject.database !== 'invalid') return [];
    const wanted = `neither ${EXTERNAL_KEY} nor all of ${listed(OPERATOR_MANAGED_KEYS)}`;
    const message = `${secretName(subject)} holds ${wanted}: ${shortfall(subject.databaseSecretKeys)}.${secretSource(subject)}`;
    return [{ path: SECRET_PATH, message }];
  },
};

function shortfall(keys: readonly string[]): string {
  const missing = OPERATOR_MANAGED_KEYS.filter((key) => !keys.includes(key));
  if (missing.length === 0) return 'one of these four is empty';
  return `${listed(missing)} ${missing.length === 1 ? 'is' : 'are'} missing`;
}
