import { describe, expect, test } from 'vitest';
import type { DatabaseKind } from '../../src/model/installation.ts';
import { hitsIn, hitsInSpec, secretOf, secretWith, withSpec } from './subject.ts';

const WITH_SECRET = 'ingressName: chat.example.com\ndatabase:\n  secret: chat-db';
const PATH = ['spec', 'database', 'secret'];

const FOUR = ['ROOT_PASSWORD', 'USER', 'PASSWORD', 'DATABASE'];

describe('database-secret-unresolved', () => {
  test('asks for the kind of database, with the options that answer', () => {
    const [hit] = hitsInSpec('database-secret-unresolved', WITH_SECRET);
    expect(hit?.path).toEqual(PATH);
    expect(hit?.message).toContain('Secret chat-db');
    expect(hit?.remedy).toContain('--database chat=external if it holds DB_CONNECTION_STRING');
    expect(hit?.remedy).toContain('--database chat=operator-managed if it holds ROOT_PASSWORD, USER, PASSWORD and DATABASE');
  });

  test('names the namespace in the option', () => {
    const text = withSpec(WITH_SECRET).replace('  name: chat\n', '  name: chat\n  namespace: talk\n');
    expect(hitsIn('database-secret-unresolved', text)[0]?.remedy).toContain('--database talk/chat=external');
  });

  test('says where an uncertain answer comes from', () => {
    const fetched =
      'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata:\n  name: chat-db\nspec:\n  dataFrom: [{extract: {key: x}}]\n';
    const [hit] = hitsIn('database-secret-unresolved', `${withSpec(WITH_SECRET)}---\n${fetched}`);
    expect(hit?.message).toMatch(/Source: ExternalSecret chat-db \(chat\/manifests\.yaml:10\)\.$/);
  });

  test.each(['external', 'operator-managed', 'invalid'] satisfies DatabaseKind[])('is satisfied with %s', (database) => {
    expect(hitsIn('database-secret-unresolved', withSpec(WITH_SECRET) + secretOf('chat-db', database))).toEqual([]);
  });
});

describe('database-secret-invalid', () => {
  test.each([
    [['username', 'password'], 'ROOT_PASSWORD, USER, PASSWORD and DATABASE are missing'],
    [['ROOT_PASSWORD', 'USER', 'PASSWORD'], 'DATABASE is missing'],
  ])('says what a Secret with %j lacks', (keys, lack) => {
    const [hit] = hitsIn('database-secret-invalid', withSpec(WITH_SECRET) + secretWith('chat-db', ...keys));
    expect(hit?.path).toEqual(PATH);
    expect(hit?.message).toContain(`holds neither DB_CONNECTION_STRING nor all of ROOT_PASSWORD, USER, PASSWORD and DATABASE: ${lack}.`);
    expect(hit?.message).not.toContain('hunter2');
  });

  test('knows that a key may be there and empty', () => {
    const text = withSpec(WITH_SECRET) + secretWith('chat-db', ...FOUR).replace('USER: hunter2', 'USER: ""');
    const [hit] = hitsIn('database-secret-invalid', text);
    expect(hit?.message).toContain('one of these four is empty');
  });

  test.each([[['DB_CONNECTION_STRING']], [FOUR]])('accepts %j', (keys) => {
    expect(hitsIn('database-secret-invalid', withSpec(WITH_SECRET) + secretWith('chat-db', ...keys))).toEqual([]);
  });
});

describe('database-secret-renamed', () => {
  test('names the Secret that Mattermost would use', () => {
    const [hit] = hitsIn('database-secret-renamed', withSpec(WITH_SECRET) + secretWith('chat-db', ...FOUR));
    expect(hit?.path).toEqual(PATH);
    expect(hit?.message).toContain('Secret chat-db would be ignored');
    expect(hit?.remedy).toContain('Create Secret chat-mysql-root-password');
  });

  test('lets the Secret be that has this name already', () => {
    const text = withSpec(WITH_SECRET.replace('chat-db', 'chat-mysql-root-password')) + secretWith('chat-mysql-root-password', ...FOUR);
    expect(hitsIn('database-secret-renamed', text)).toEqual([]);
  });

  test.each(['ingressName: chat.example.com', 'database: {}', 'database: {secret: ""}'])('lets %s be', (spec) => {
    expect(hitsInSpec('database-secret-renamed', spec)).toEqual([]);
  });

  test('lets an external database be', () => {
    expect(hitsIn('database-secret-renamed', withSpec(WITH_SECRET) + secretWith('chat-db', 'DB_CONNECTION_STRING'))).toEqual([]);
  });
});

describe('database-type-unsupported', () => {
  test.each(['postgres', 'Postgres', 'MySQL', 'mariadb'])('flags %s', (type) => {
    const [hit] = hitsInSpec('database-type-unsupported', `database: {type: ${type}}`);
    expect(hit?.path).toEqual(['spec', 'database', 'type']);
    expect(hit?.message).toContain(`spec.database.type is ${type}`);
  });

  test.each(['database: {type: mysql}', 'database: {type: ""}', 'database: {type: }', 'database: {}', 'database: {type: "${TYPE}"}'])(
    'lets %s be',
    (spec) => {
      expect(hitsInSpec('database-type-unsupported', spec)).toEqual([]);
    },
  );

  test.each(['external', 'unknown', 'invalid'] satisfies DatabaseKind[])(
    'does not look at the type of a database that is %s',
    (database) => {
      const text = withSpec('database: {type: postgres, secret: chat-db}') + secretOf('chat-db', database);
      expect(hitsIn('database-type-unsupported', text)).toEqual([]);
    },
  );
});

describe('database-check-url', () => {
  const text = withSpec(WITH_SECRET) + secretWith('chat-db', 'DB_CONNECTION_STRING', 'DB_CONNECTION_CHECK_URL');

  test('mentions the key, not its value', () => {
    const [hit] = hitsIn('database-check-url', text);
    expect(hit?.path).toEqual(PATH);
    expect(hit?.message).toContain('Secret chat-db holds DB_CONNECTION_CHECK_URL');
    expect(hit?.message).not.toContain('hunter2');
  });

  test.each([
    ['1.25.5', 1],
    ['1.25.4', 0],
  ])('operator %s', (target, hits) => {
    expect(hitsIn('database-check-url', text, { target })).toHaveLength(hits);
  });

  test('keeps quiet without the key', () => {
    expect(hitsIn('database-check-url', withSpec(WITH_SECRET) + secretWith('chat-db', 'DB_CONNECTION_STRING'))).toEqual([]);
  });
});

describe('mysql-version-default', () => {
  test.each(['ingressName: chat.example.com', 'database: {storageSize: 50Gi}', 'database: {version: ""}'])('notes %s', (spec) => {
    expect(hitsInSpec('mysql-version-default', spec)).toHaveLength(1);
  });

  test('keeps quiet about a version that is written down', () => {
    expect(hitsInSpec('mysql-version-default', 'database: {version: "5.7"}')).toEqual([]);
  });

  test('keeps quiet about an external database', () => {
    expect(hitsInSpec('mysql-version-default', WITH_SECRET, { database: 'external' })).toEqual([]);
  });

  test('keeps quiet before operator 1.21, where the version is fixed', () => {
    expect(hitsInSpec('mysql-version-default', 'database: {}', { target: '1.20' })).toEqual([]);
  });
});

describe('database-answer-contradicted', () => {
  test.each([
    ['external', 'operator-managed'],
    ['operator-managed', 'external'],
  ] as const)('%s is the answer, and the keys say %s', (database, other) => {
    const [hit] = hitsIn('database-answer-contradicted', withSpec(WITH_SECRET) + secretOf('chat-db', other), { database });
    expect(hit?.path).toEqual(PATH);
    expect(hit?.message).toBe(
      `The answer makes the database ${database}, but by its keys Secret chat-db makes it ${other}. Source: Secret chat-db (chat/manifests.yaml:10).`,
    );
  });

  test('says nothing where nobody contradicts', () => {
    expect(hitsInSpec('database-answer-contradicted', WITH_SECRET, { database: 'external' })).toEqual([]);
    const text = withSpec(WITH_SECRET) + secretOf('chat-db', 'external');
    expect(hitsIn('database-answer-contradicted', text, { database: 'external' })).toEqual([]);
  });
});
