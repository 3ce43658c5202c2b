import { describe, expect, test } from 'vitest';
import type { Value } from '../../src/model/value.ts';
import { PatchFailure } from '../../src/kustomize/patch/failure.ts';
import { applyJson6902, readOperations } from '../../src/kustomize/patch/json6902.ts';
import { meaning } from '../kustomize/binary.ts';
import { fromYaml, objectFromYaml } from './yaml.ts';

const INSTALLATION = `{
  kind: ClusterInstallation, metadata: {labels: {a: b}},
  spec: {mattermostEnv: [{name: A}, {name: B}], minio: {storageSize: 10Gi, secret: s3}, database: {secret: db}, replicas: 2}}`;

interface Installation {
  kind: string;
  metadata: { labels: Record<string, string> };
  spec: Record<string, unknown>;
}

const patched = (...operations: readonly string[]): Installation =>
  meaning(
    applyJson6902(objectFromYaml(INSTALLATION), fromYaml(operations.map((text) => `- {${text}}`).join('\n')) as Value[]),
  ) as Installation;

const ENV = [{ name: 'A' }, { name: 'B' }];

describe('JSON6902 as kustomize applies it', () => {
  test.each([
    [
      'a parent, then its leaf',
      ['op: add, path: /spec/canary, value: {}', 'op: add, path: /spec/canary/enable, value: true'],
      'canary',
      { enable: true },
    ],
    ['replace creates a missing leaf', ['op: replace, path: /spec/database/replicas, value: 1'], 'database', { secret: 'db', replicas: 1 }],
    ['add replaces a whole map', ['op: add, path: /spec/minio, value: {externalURL: u}'], 'minio', { externalURL: 'u' }],
    ['copy of a missing leaf writes null', ['op: copy, from: /spec/nope, path: /spec/x'], 'x', null],
    ['add without a value writes null', ['op: add, path: /spec/x'], 'x', null],
    ['move', ['op: move, from: /spec/minio/secret, path: /spec/database/type'], 'database', { secret: 'db', type: 's3' }],
    ['append', ['op: add, path: /spec/mattermostEnv/-, value: {name: C}'], 'mattermostEnv', [...ENV, { name: 'C' }]],
    ['insert', ['op: add, path: /spec/mattermostEnv/0, value: {name: C}'], 'mattermostEnv', [{ name: 'C' }, ...ENV]],
    ['insert at -1 is at the end', ['op: add, path: /spec/mattermostEnv/-1, value: {name: C}'], 'mattermostEnv', [...ENV, { name: 'C' }]],
    ['remove the last item', ['op: remove, path: /spec/mattermostEnv/-1'], 'mattermostEnv', [{ name: 'A' }]],
    ['a field of an item', ['op: replace, path: /spec/mattermostEnv/1/name, value: X'], 'mattermostEnv', [{ name: 'A' }, { name: 'X' }]],
    ['a test that holds', ['op: test, path: /spec/replicas, value: 2', 'op: replace, path: /spec/replicas, value: 3'], 'replicas', 3],
    [
      'a test of a missing key against null',
      ['op: test, path: /spec/nope, value: null', 'op: replace, path: /spec/replicas, value: 3'],
      'replicas',
      3,
    ],
    ['yes is read as Kubernetes reads it', ['op: add, path: /spec/useIngressTLS, value: yes'], 'useIngressTLS', true],
  ])('%s', (_title, operations, field, expected) => {
    expect(patched(...operations).spec[field]).toEqual(expected);
  });

  test('identity and escaped keys', () => {
    expect(patched('op: replace, path: /kind, value: Mattermost').kind).toBe('Mattermost');
    expect(patched('op: add, path: /metadata/labels/v1alpha1.mattermost.com~1installation, value: chat').metadata.labels).toEqual({
      a: 'b',
      'v1alpha1.mattermost.com/installation': 'chat',
    });
  });

  test.each([
    ['missing-parent', 'op: add, path: /spec/fileStore/external/secret, value: s'],
    ['missing-parent', 'op: replace, path: /spec/fileStore/secret, value: s'],
    ['missing-parent', 'op: remove, path: /spec/fileStore/secret'],
    ['missing-parent', 'op: add, path: /spec/replicas/x, value: s'],
    ['missing-parent', 'op: add, path: "", value: s'],
    ['missing-target', 'op: remove, path: /spec/nope'],
    ['missing-target', 'op: move, from: /spec/nope, path: /spec/x'],
    ['bad-index', 'op: add, path: /spec/mattermostEnv/7, value: s'],
    ['bad-index', 'op: add, path: /spec/mattermostEnv/A, value: s'],
    ['bad-index', 'op: replace, path: /spec/mattermostEnv/-1/name, value: s'],
    ['bad-index', 'op: replace, path: /spec/mattermostEnv/-, value: s'],
    ['test-failed', 'op: test, path: /kind, value: Mattermost'],
    ['test-failed', 'op: test, path: /spec/replicas, value: "2"'],
    ['test-failed', 'op: test, path: /spec/replicas, value: null'],
    ['not-an-operation', 'op: merge, path: /spec'],
    ['not-an-operation', 'op: add, value: x'],
    ['not-an-operation', 'op: copy, path: /spec/x'],
  ])('%s: %s', (code, operation) => {
    expect(() => patched('op: add, path: /spec/ok, value: 1', operation)).toThrow(
      expect.objectContaining({ code, operation: 1 }) as PatchFailure,
    );
  });

  test('operations are read from a list only', () => {
    expect(() => readOperations(fromYaml('op: add'))).toThrow(PatchFailure);
    expect(readOperations(fromYaml('- {op: remove, path: /a}'))).toEqual([{ op: 'remove', path: '/a', from: null, value: undefined }]);
  });
});
