import { valueAt } from '../model/value.ts';
import { changedIn, compareReleases } from '../operator/releases.ts';
import { installation } from './examples.ts';
import { inOwnPatch } from './rule.ts';
import type { InstallationRule } from './rule.ts';
import { existing, isUnset } from './written.ts';

const PATH = ['spec', 'database', 'version'];

export const mysqlVersionDefault: InstallationRule = {
  id: 'mysql-version-default',
  level: 'note',
  summary: 'The MySQL version of an operator-managed database is left to the operator.',
  remedy: 'Write spec.database.version with the version that runs today, such as "5.7" or "8.0".',
  remedyWhereShared: inOwnPatch,
  explanation:
    'Up to operator v1.20.1 an operator-managed database runs MySQL 5.7. From v1.21.0 `spec.database.version` decides, and without it 8.0, in both ' +
    'kinds. The conversion changes nothing about that; but an operator that is brought to v1.21.0 or later on the way asks for MySQL 8.0 of a database ' +
    'that holds 5.7. A version that is written down keeps the two changes apart.',
  before: installation(`
  ingressName: chat.example.com
  database:
    storageSize: 50Gi
`),
  after: installation(`
  ingressName: chat.example.com
  database:
    storageSize: 50Gi
    version: "8.0"
`),
  example: 'manifest',
  check({ installation, database, target }) {
    if (database !== 'operator-managed' || compareReleases(target, changedIn.mysqlDefault) < 0) return [];
    if (!isUnset(valueAt(installation.value, PATH))) return [];
    const message = 'spec.database.version is not set: the operator chooses MySQL 8.0, and before v1.21.0 it chose 5.7.';
    return [{ path: existing(installation.value, PATH), message }];
  },
};
