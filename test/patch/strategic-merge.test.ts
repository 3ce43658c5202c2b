import { describe, expect, test } from 'vitest';
import { PatchFailure } from '../../src/kustomize/patch/failure.ts';
import { strategicMerge } from '../../src/kustomize/patch/strategic-merge.ts';
import { meaning } from '../kustomize/binary.ts';
import { objectFromYaml } from './yaml.ts';

const INSTALLATION = `{
  mattermostEnv: [{name: A, value: "1"}, {name: B, value: "2"}], minio: {storageSize: 10Gi, secret: s3}, database: {secret: db},
  nodeSelector: {disk: ssd, zone: a}, replicas: 2}`;
const MATTERMOST = '{ingressName: chat.example.com, fileStore: {operatorManaged: {storageSize: 10Gi}}}';

function merged(target: string, patch: string): unknown {
  const result = strategicMerge(objectFromYaml(target), objectFromYaml(patch));
  return result === null ? null : meaning(result);
}

const untouched = meaning(objectFromYaml(INSTALLATION)) as Record<string, unknown>;

describe('strategic merge without a schema', () => {
  test.each([
    [
      'a list replaces the whole list',
      'mattermostEnv: [{name: B, value: "9"}]',
      { ...untouched, mattermostEnv: [{ name: 'B', value: '9' }] },
    ],
    ['maps merge, null deletes', 'nodeSelector: {zone: b, disk: null}', { ...untouched, nodeSelector: { zone: 'b' } }],
    [
      '$patch: delete and replace work on maps',
      '{minio: {$patch: delete}, database: {$patch: replace, type: mysql}}',
      { mattermostEnv: untouched['mattermostEnv'], database: { type: 'mysql' }, nodeSelector: untouched['nodeSelector'], replicas: 2 },
    ],
    [
      '$patch in a list item stays',
      'mattermostEnv: [{name: B, $patch: delete}]',
      { ...untouched, mattermostEnv: [{ name: 'B', $patch: 'delete' }] },
    ],
    ['$patch: delete at the top removes the object', '$patch: delete', null],
    ['$patch: replace at the top', '{$patch: replace, ingressName: q}', { ingressName: 'q' }],
    [
      'other directives stay',
      '{nodeSelector: {$retainKeys: [disk], disk: hdd}, $setElementOrder/mattermostEnv: [{name: A}]}',
      { ...untouched, nodeSelector: { disk: 'hdd', zone: 'a', $retainKeys: ['disk'] }, '$setElementOrder/mattermostEnv': [{ name: 'A' }] },
    ],
    ['an empty map clears nothing', '{minio: {}, nodeSelector: {}}', untouched],
    ['an empty list clears', 'mattermostEnv: []', { ...untouched, mattermostEnv: [] }],
    ['null on an absent key', '{canary: null, blueGreen: {$patch: delete}}', untouched],
    ['null under an absent parent leaves the parent', 'canary: {deployment: {name: null}}', { ...untouched, canary: { deployment: {} } }],
    ['an unknown directive under an absent parent stays', 'canary: {$patch: x}', { ...untouched, canary: { $patch: 'x' } }],
    ['a scalar over an absent one', 'replicas: 0', { ...untouched, replicas: 0 }],
  ])('%s', (_title, patch, expected) => {
    expect(merged(INSTALLATION, patch)).toEqual(expected);
  });

  test.each([
    ['minio: x', 'kind-mismatch'],
    ['minio: [x]', 'kind-mismatch'],
    ['replicas: {a: 1}', 'kind-mismatch'],
    ['mattermostEnv: {a: 1}', 'kind-mismatch'],
    ['minio: {$patch: x}', 'unknown-directive'],
  ])('%s is refused', (patch, code) => {
    expect(() => merged(INSTALLATION, patch)).toThrow(expect.objectContaining({ code }) as PatchFailure);
  });

  test('null deletes a list and a scalar', () => {
    const { mattermostEnv: _env, replicas: _replicas, ...rest } = untouched;
    expect(merged(INSTALLATION, '{mattermostEnv: null, replicas: ~}')).toEqual(rest);
  });

  test('replace and new parents on the new kind', () => {
    expect(merged(MATTERMOST, 'fileStore: {$patch: replace, external: {url: u}}')).toEqual({
      ingressName: 'chat.example.com',
      fileStore: { external: { url: 'u' } },
    });
    expect(merged(MATTERMOST, '{fileStore: {external: {secret: s}}, scheduling: {nodeSelector: {a: b}}}')).toEqual({
      ingressName: 'chat.example.com',
      fileStore: { operatorManaged: { storageSize: '10Gi' }, external: { secret: 's' } },
      scheduling: { nodeSelector: { a: 'b' } },
    });
  });

  test('the quotes of the target stay, so a number over a string is a string', () => {
    expect(merged('{version: "7.0", size: 100users}', '{version: 7.1, size: 5}')).toEqual({ version: '7.1', size: 5 });
    expect(merged('{replicas: 2}', '{replicas: "3"}')).toEqual({ replicas: '3' });
  });

  test('nulls of the target go away wherever they stand, except in lists', () => {
    expect(merged('{a: null, b: {c: null}, l: [{d: null}]}', '{}')).toEqual({ b: {}, l: [{ d: null }] });
  });

  test('neither side is changed', () => {
    const [target, patch] = [objectFromYaml('{a: {b: 1}}'), objectFromYaml('{a: {$patch: replace, c: 2}}')];
    const before = [meaning(target), meaning(patch)];
    strategicMerge(target, patch);
    expect([meaning(target), meaning(patch)]).toEqual(before);
  });
});
