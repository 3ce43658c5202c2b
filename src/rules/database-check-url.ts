import { compareReleases, release } from '../operator/releases.ts';
import { SECRET_PATH, secretName, secretSource } from './database-secret.ts';
import { documents, installation, secret } from './examples.ts';
import type { InstallationRule } from './rule.ts';

const KEY = 'DB_CONNECTION_CHECK_URL';

/** First release with `validateDBCheckURL` (pkg/mattermost/database_external.go). */
const checkedSince = release('1.25.5');

export const databaseCheckUrl: InstallationRule = {
  id: 'database-check-url',
  level: 'note',
  summary: 'The Mattermost controller checks the DB_CONNECTION_CHECK_URL of the database Secret, which the old one did not.',
  remedy:
    'See that the URL begins with postgres://, http:// or https:// for PostgreSQL, with http:// or https:// for MySQL; or remove the key.',
  explanation:
    'From operator v1.25.5 the Mattermost controller refuses an external database whose `DB_CONNECTION_CHECK_URL` has another scheme ' +
    '(`validateDBCheckURL` in pkg/mattermost/database_external.go). `postgresql://`, which the ClusterInstallation took, is one of those: the ' +
    'installation would never become stable. ci2mm does not read values of Secrets, so it can only say that the key is there.',
  before: documents(
    installation(`
  ingressName: chat.example.com
  database:
    secret: chat-database
`),
    secret(`
  DB_CONNECTION_STRING: postgres://...
  DB_CONNECTION_CHECK_URL: postgres://...
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
    const { database, databaseSecretKeys, target } = subject;
    if (database !== 'external' || !databaseSecretKeys.includes(KEY) || compareReleases(target, checkedSince) < 0) return [];
    const refusal = `which operator ${target.version} refuses for a Mattermost if it begins with postgresql://`;
    return [{ path: SECRET_PATH, message: `${secretName(subject)} holds ${KEY}, ${refusal}.${secretSource(subject)}` }];
  },
};
