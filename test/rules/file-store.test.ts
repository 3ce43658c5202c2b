import { describe, expect, test } from 'vitest';
import type { Hit } from '../../src/rules/rule.ts';
import { hitsIn, hitsInSpec, secretOf, withSpec } from './subject.ts';

const EXTERNAL = 'externalURL: s3.example.com, externalBucket: files, secret: s3';

describe('file-store-secret-renamed', () => {
  test('flags a Secret that Mattermost would not use', () => {
    const [hit] = hitsInSpec('file-store-secret-renamed', 'minio: {secret: files}');
    expect(hit?.path).toEqual(['spec', 'minio', 'secret']);
    expect(hit?.message).toContain('Secret files');
    expect(hit?.message).toContain('chat-minio');
  });

  test.each(['minio: {secret: chat-minio}', 'minio: {secret: ""}', 'minio: {secret: }', 'minio: {}', 'ingressName: chat.example.com'])(
    'lets %s be',
    (spec) => {
      expect(hitsInSpec('file-store-secret-renamed', spec)).toEqual([]);
    },
  );

  test('lets an external file store be', () => {
    expect(hitsInSpec('file-store-secret-renamed', `minio: {${EXTERNAL}}`)).toEqual([]);
  });
});

describe('file-store-bucket-renamed', () => {
  test('flags a bucket that Mattermost would not look into', () => {
    const [hit] = hitsInSpec('file-store-bucket-renamed', 'minio: {externalBucket: files}');
    expect(hit?.path).toEqual(['spec', 'minio', 'externalBucket']);
    expect(hit?.remedy).toContain('Copy bucket files to bucket chat');
  });

  test.each(['minio: {externalBucket: chat}', 'minio: {externalBucket: ""}', 'minio: {}', `minio: {${EXTERNAL}}`])('lets %s be', (spec) => {
    expect(hitsInSpec('file-store-bucket-renamed', spec)).toEqual([]);
  });
});

describe('external-file-store-incomplete', () => {
  test('says what to write for the bucket', () => {
    const [hit, ...others] = hitsInSpec('external-file-store-incomplete', 'minio: {externalURL: s3.example.com, secret: s3}');
    expect(others).toEqual([]);
    expect(hit?.path).toEqual(['spec', 'minio']);
    expect(hit?.remedy).toContain('Write spec.minio.externalBucket: chat');
  });

  test('points at fields that are there and empty', () => {
    const hits = hitsInSpec('external-file-store-incomplete', 'minio: {externalURL: s3.example.com, externalBucket: "", secret: }');
    expect(hits.map(({ path }) => path)).toEqual([
      ['spec', 'minio', 'externalBucket'],
      ['spec', 'minio', 'secret'],
    ]);
  });

  test.each([
    `minio: {${EXTERNAL}}`,
    'minio: {}',
    'minio: {externalURL: ""}',
    'minio: {externalURL: s3.example.com, externalBucket: "${B}", secret: "${S}"}',
  ])('lets %s be', (spec) => {
    expect(hitsInSpec('external-file-store-incomplete', spec)).toEqual([]);
  });
});

describe('s3-tls-default', () => {
  test('warns about the switch to TLS', () => {
    const [hit] = hitsInSpec('s3-tls-default', `minio: {${EXTERNAL}}`);
    expect(hit?.path).toEqual(['spec', 'minio', 'externalURL']);
    expect(hit?.message).toContain('MM_FILESETTINGS_AMAZONS3SSL');
  });

  test.each(['true', 'false'])('keeps quiet when the variable is %s', (value) => {
    const env = `mattermostEnv:\n- {name: OTHER, value: x}\n- {name: MM_FILESETTINGS_AMAZONS3SSL, value: "${value}"}`;
    expect(hitsInSpec('s3-tls-default', `minio: {${EXTERNAL}}\n${env}`)).toEqual([]);
  });

  test.each([
    ['1.13', 1],
    ['1.12', 0],
  ])('operator %s', (target, hits) => {
    expect(hitsInSpec('s3-tls-default', `minio: {${EXTERNAL}}`, { target })).toHaveLength(hits);
  });

  test('keeps quiet about an operator-managed file store', () => {
    expect(hitsInSpec('s3-tls-default', 'minio: {storageSize: 50Gi}')).toEqual([]);
  });
});

describe('ignored-field', () => {
  const fieldsOf = (hits: readonly Hit[]) => new Set(hits.map(({ path }) => path.at(-1)));

  test('warns about each setting of a MinIO that is not there', () => {
    const hits = hitsInSpec('ignored-field', `minio: {${EXTERNAL}, storageSize: 1Gi, replicas: 0, resources: {}}`);
    expect(fieldsOf(hits)).toEqual(new Set(['replicas', 'resources', 'storageSize']));
    expect(hits[0]?.message).toContain('is dropped');
  });

  test('warns about each setting of a MySQL that is not there', () => {
    const spec = 'database: {secret: chat-db, type: mysql, storageSize: 1Gi, backupURL: "s3://b", version: "8.0"}';
    const hits = hitsInSpec('ignored-field', spec, { database: 'external' });
    expect(fieldsOf(hits)).toEqual(new Set(['backupURL', 'storageSize', 'type', 'version']));
  });

  test.each(['operator-managed', 'unknown', 'invalid'] as const)('keeps quiet when the database is %s', (database) => {
    const text = withSpec('database: {secret: chat-db, storageSize: 1Gi}') + secretOf('chat-db', database);
    expect(hitsIn('ignored-field', text)).toEqual([]);
  });

  test('leaves unknown fields to unknown-field', () => {
    expect(hitsInSpec('ignored-field', 'database: {secret: chat-db, externalSecret: x}', { database: 'external' })).toEqual([]);
  });

  test('keeps quiet about an operator-managed file store', () => {
    expect(hitsInSpec('ignored-field', 'minio: {storageSize: 1Gi, replicas: 4}')).toEqual([]);
  });
});

describe('file-store-answer-contradicted', () => {
  test.each([
    ['a URL that is written out', `minio: {${EXTERNAL}}`, 'operator-managed'],
    ['no URL', 'minio: {storageSize: 10Gi}', 'external'],
  ] as const)('flags an answer against %s', (_, spec, fileStore) => {
    const [hit] = hitsInSpec('file-store-answer-contradicted', spec, { fileStore });
    expect(hit?.path).toEqual(['spec', 'minio', 'externalURL']);
    expect(hit?.message).toContain(`makes the file store ${fileStore}`);
  });

  test.each([
    [`minio: {${EXTERNAL}}`, 'external'],
    ['minio: {storageSize: 10Gi}', 'operator-managed'],
    [`minio: {${EXTERNAL.replace('s3.example.com', '${HOST}')}}`, 'operator-managed'],
  ] as const)('lets %s with %s be', (spec, fileStore) => {
    expect(hitsInSpec('file-store-answer-contradicted', spec, { fileStore })).toEqual([]);
  });
});
