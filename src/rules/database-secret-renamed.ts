import { stringAt } from '../model/value.ts';
import { OPERATOR_MANAGED_KEYS, SECRET_PATH, secretName, secretSource } from './database-secret.ts';
import { documents, installation, secret } from './examples.ts';
import { inOwnPatch } from './rule.ts';
import type { InstallationRule } from './rule.ts';
import { listed } from './written.ts';

export const databaseSecretRenamed: InstallationRule = {
  id: 'database-secret-renamed',
  level: 'error',
  mayBeCompleted: true,
  summary: 'An operator-managed database has a Secret of its own, which Mattermost would not use.',
  remedy:
    'Create a Secret called NAME-mysql-root-password, where NAME is the name of the installation, with the same four keys and values, and remove spec.database.secret.',
  remedyWhereShared: inOwnPatch,
  explanation:
    'Mattermost has no field for the Secret of an operator-managed database. The MysqlCluster keeps its name and its data, but its Secret ' +
    'becomes the name of the installation followed by `-mysql-root-password`; when there is none, the operator makes one with random ' +
    'passwords that the existing database does not know, and Mattermost can no longer log in (`checkOperatorManagedMySQL` and ' +
    '`GetOrCreateMySQLSecrets`, the same in v1.12.0 to v1.25.9). A Secret that already has this name is used as it is.',
  before: documents(
    installation(`
  ingressName: chat.example.com
  database:
    secret: chat-database
`),
    secret(`
  ROOT_PASSWORD: ...
  USER: ...
  PASSWORD: ...
  DATABASE: ...
`),
  ),
  after: documents(
    installation(`
  ingressName: chat.example.com
`),
    secret(
      `
  ROOT_PASSWORD: ...
  USER: ...
  PASSWORD: ...
  DATABASE: ...
`,
      'chat-mysql-root-password',
    ),
  ),
  example: 'manifest',
  check(subject) {
    const { installation, database } = subject;
    const used = `${installation.name}-mysql-root-password`;
    const secret = stringAt(installation.value, SECRET_PATH);
    if (database !== 'operator-managed' || secret === null || secret === used) return [];
    return [
      {
        path: SECRET_PATH,
        message:
          `${secretName(subject)} would be ignored: the Mattermost controller uses Secret ${used} for an operator-managed database, ` +
          `and makes it with random passwords when it is missing.${secretSource(subject)}`,
        remedy: `Create Secret ${used} with the values of ${listed(OPERATOR_MANAGED_KEYS)} from Secret ${secret}, and remove spec.database.secret.`,
      },
    ];
  },
};
