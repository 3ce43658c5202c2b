import { stringAt, valueAt } from '../model/value.ts';
import { documents, installation, secret } from './examples.ts';
import { inOwnPatch } from './rule.ts';
import type { InstallationRule } from './rule.ts';
import { isOpen } from './written.ts';

const PATH = ['spec', 'database', 'type'];

export const databaseTypeUnsupported: InstallationRule = {
  id: 'database-type-unsupported',
  level: 'error',
  summary: 'An operator-managed database is of a type other than mysql.',
  remedy:
    'If the installation runs on an external database, name the Secret that holds its DB_CONNECTION_STRING in spec.database.secret. If it runs on the MySQL of the operator, write spec.database.type: mysql.',
  remedyWhereShared: inOwnPatch,
  explanation:
    'The Mattermost controller implements `mysql` only: `postgres` ends in "not yet implemented", anything else in "is not supported", and ' +
    '`MySQL` is not `mysql` (`checkOperatorManagedDB`, the same in operator v1.12.0 to v1.25.9). The type of an external database is not asked for.',
  before: installation(`
  ingressName: chat.example.com
  database:
    type: postgres
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
  check({ installation, database }) {
    const type = stringAt(installation.value, PATH);
    if (database !== 'operator-managed' || type === null || type === 'mysql') return [];
    if (isOpen(valueAt(installation.value, PATH))) return [];
    return [
      {
        path: PATH,
        message: `spec.database.type is ${type}, and the Mattermost controller implements only mysql for an operator-managed database.`,
      },
    ];
  },
};
