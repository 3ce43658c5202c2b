import { describe, expect, test } from 'vitest';
import { hitsIn, hitsInSpec, withSpec } from './subject.ts';

const EXTERNAL = 'externalURL: s3.example.com, externalBucket: files, secret: s3';

describe('undecided-variable', () => {
  test.each([
    ['replicas: ${REPLICAS}', 'spec.replicas'],
    ['replicas: "{{ .Values.replicas }}"', 'spec.replicas'],
    ['minio: {replicas: "${N}"}', 'spec.minio.replicas'],
    ['database: {replicas: "${N}"}', 'spec.database.replicas'],
    ['database: {type: "${TYPE}"}', 'spec.database.type'],
    ['minio: {externalURL: "${URL}"}', 'spec.minio.externalURL'],
    ['minio: {externalURL: "${SCHEME}${HOST}"}', 'spec.minio.externalURL'],
    ['minio: {externalURL: "${URL:-${FALLBACK}}"}', 'spec.minio.externalURL'],
    ['minio: {externalURL: "${URL:-{x}}"}', 'spec.minio.externalURL'],
    ['minio: {externalURL: "{{ .Values.url }}"}', 'spec.minio.externalURL'],
    ['minio: {secret: "${SECRET}"}', 'spec.minio.secret'],
    ['minio: {externalBucket: "${BUCKET}"}', 'spec.minio.externalBucket'],
    ['minio: ${MINIO}', 'spec.minio'],
    ['database: ${DATABASE}', 'spec.database'],
    ['${FIELD}: x', 'spec["${FIELD}"]'],
    ['minio: {"${FIELD}": x}', 'spec.minio["${FIELD}"]'],
  ])('%s', (spec, field) => {
    const [hit, ...others] = hitsInSpec('undecided-variable', `ingressName: a\n${spec}`);
    expect(others).toEqual([]);
    expect(hit?.message).toContain(field);
  });

  test('a whole spec', () => {
    expect(hitsIn('undecided-variable', withSpec('x').replace(/spec:[^]*/, 'spec: ${SPEC}\n'))[0]?.path).toEqual(['spec']);
  });

  test('a field of the root', () => {
    expect(hitsIn('undecided-variable', `${withSpec('ingressName: a')}\${EXTRA}: x\n`)[0]?.path).toEqual(['${EXTRA}']);
  });

  test.each([
    'ingressName: ${HOST}',
    'version: ${VERSION}',
    'replicas: 2',
    'minio: {externalURL: "https://${HOST}", externalBucket: "${BUCKET}", secret: "${SECRET}"}',
    'minio: {externalURL: "${HOST}:9000", externalBucket: b, secret: s}',
    'minio: {secret: chat-minio}',
    `minio: {${EXTERNAL}, replicas: "\${N}"}`,
    'database: {secret: "${SECRET}"}',
    'nodeSelector: {"${KEY}": x}',
    'elasticSearch: ${SEARCH}',
    'useIngressTLS: ${TLS}',
  ])('lets %s be', (spec) => {
    expect(hitsInSpec('undecided-variable', spec)).toEqual([]);
  });

  test('does not look at an external database', () => {
    expect(hitsInSpec('undecided-variable', 'database: {secret: db, type: "${T}", replicas: "${N}"}', { database: 'external' })).toEqual(
      [],
    );
  });

  test('knows the name that Mattermost uses, variables and all', () => {
    const named = (spec: string): string => withSpec(spec).replace('name: chat', 'name: ${NAME}');
    expect(hitsIn('undecided-variable', named('minio: {secret: "${NAME}-minio", externalBucket: "${NAME}"}'))).toEqual([]);
    expect(hitsIn('file-store-secret-renamed', named('minio: {secret: "${NAME}-minio"}'))).toEqual([]);
  });

  test.each(['file-store-secret-renamed', 'file-store-bucket-renamed', 'database-type-unsupported'] as const)('speaks for %s', (id) => {
    expect(hitsInSpec(id, 'minio: {secret: "${S}", externalBucket: "${B}"}\ndatabase: {type: "${T}"}')).toEqual([]);
  });
});

describe('replicas-unset', () => {
  test('notes each 0 that is dropped', () => {
    const hits = hitsInSpec('replicas-unset', 'replicas: 0\nminio: {replicas: 0x0}\ndatabase: {replicas: 00}');
    expect(hits.map(({ path }) => path)).toEqual([
      ['spec', 'replicas'],
      ['spec', 'minio', 'replicas'],
      ['spec', 'database', 'replicas'],
    ]);
  });

  test.each(['replicas: 1', 'replicas: -1', 'replicas:', 'replicas: "0"', 'size: 1000users', `minio: {${EXTERNAL}, replicas: 0}`])(
    'lets %s be',
    (spec) => {
      expect(hitsInSpec('replicas-unset', spec)).toEqual([]);
    },
  );
});

describe('replicas-negative', () => {
  test('notes a negative number', () => {
    expect(hitsInSpec('replicas-negative', 'replicas: -3')[0]?.path).toEqual(['spec', 'replicas']);
  });

  test.each(['replicas: 0', 'replicas: 3', `minio: {${EXTERNAL}, replicas: -1}`])('lets %s be', (spec) => {
    expect(hitsInSpec('replicas-negative', spec)).toEqual([]);
  });
});
