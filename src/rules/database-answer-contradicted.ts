import { SECRET_PATH, secretName } from './database-secret.ts';
import { documents, installation, secret } from './examples.ts';
import type { InstallationRule } from './rule.ts';

export const databaseAnswerContradicted: InstallationRule = {
  id: 'database-answer-contradicted',
  level: 'warning',
  summary: 'The manifests say something else about the database Secret than your answer.',
  remedy:
    'Look at the keys of the Secret in the cluster (kubectl describe secret lists them without values), and correct the answer, or take it back.',
  explanation:
    'An answer from `--database` or from `databases` in `.ci2mm.yaml` counts before what the manifests say. If it is wrong, the Mattermost gets the ' +
    'wrong kind of database: the operator finds no `DB_CONNECTION_STRING` in the Secret of an external one and stops, and an operator-managed one is made anew and empty.',
  before: documents(
    '# ci2mm convert --database chat=external\n' +
      installation(`
  ingressName: chat.example.com
  database:
    secret: chat-database
`),
    secret(`
  ROOT_PASSWORD: ...
  USER: mattermost
  PASSWORD: ...
  DATABASE: mattermost
`),
  ),
  after: documents(
    '# ci2mm convert\n' +
      installation(`
  ingressName: chat.example.com
  database:
    secret: chat-database
`),
    secret(`
  ROOT_PASSWORD: ...
  USER: mattermost
  PASSWORD: ...
  DATABASE: mattermost
`),
  ),
  example: 'none',
  check(subject) {
    const { databaseContradiction: evidence, database } = subject;
    if (evidence === null) return [];
    const other = database === 'external' ? 'operator-managed' : 'external';
    return [
      {
        path: SECRET_PATH,
        message: `The answer makes the database ${database}, but by its keys ${secretName(subject)} makes it ${other}. Source: ${evidence}.`,
      },
    ];
  },
};
