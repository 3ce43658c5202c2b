import { describe, expect, test } from 'vitest';
import { splitBuild } from '../../src/proof/built.ts';
import { compareBuilds } from '../../src/proof/compare.ts';
import type { Expectation } from '../../src/proof/compare.ts';
import { describeDifference } from '../../src/proof/differences.ts';
import type { ValueMap } from '../../src/model/value.ts';
import { defaultTarget } from '../../src/operator/releases.ts';
import { validate } from '../../src/operator/validate.ts';
import { convertedBy, options } from './harness.ts';

const installation = (spec: string, name = 'chat'): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: ${name}\nspec:\n${spec.replaceAll(/^/gm, '  ')}\n`;

const mattermost = (spec: string, name = 'chat'): string =>
  `apiVersion: installation.mattermost.com/v1beta1\nkind: Mattermost\nmetadata:\n  name: ${name}\nspec:\n${spec.replaceAll(/^/gm, '  ')}\n`;

const config = (data: string, name = 'settings'): string =>
  `apiVersion: v1\ndata:\n  a: ${data}\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

const stream = (...objects: string[]): string[] => splitBuild(Buffer.from(objects.join('---\n'))) ?? [];

function compare(before: readonly string[], after: readonly string[], expectation: Partial<Expectation> = {}) {
  const problems = (value: ValueMap): ReturnType<Expectation['problems']> => validate('Mattermost', value, defaultTarget);
  return compareBuilds(stream(...before), stream(...after), {
    expected: convertedBy(options),
    mayChange: () => [],
    database: () => null,
    problems,
    ordered: false,
    ...expectation,
  });
}

const told = (...args: Parameters<typeof compare>): string[] =>
  compare(...args).differences.map((each) => `${each.level} ${each.code}: ${describeDifference(each)}`);

describe('installations', () => {
  test.each([
    ['as the operator converts them', 'size: 100users\nmattermostLicenseSecret: license', 'licenseSecret: license\nsize: 100users'],
    [
      'empty structs count as absent',
      'minio:\n  storageSize: ""\ndatabase: {}',
      'fileStore:\n  operatorManaged:\n    storageSize: ""\n    resources: {}\nscheduling: {}\ndatabase:\n  operatorManaged: {}',
    ],
    ['nulls count as absent', 'size: 100users\nversion: null', 'image: ~\nsize: 100users'],
    ['replicas of 0 are none, negative ones 0', 'replicas: -1\nminio:\n  replicas: 0', 'replicas: 0'],
    ['quotes and order do not matter', 'size: "100users"\nversion: \'5.30\'\nimage: a', 'image: "a"\nsize: 100users\nversion: "5.30"'],
  ])('%s', (_, before, after) => {
    expect(compare([installation(before)], [mattermost(after)])).toEqual({ differences: [], changed: 1 });
  });

  test.each([
    ['a field that went missing', 'size: a\nimage: b', 'size: a', 'error field-lost: Mattermost chat: spec.image is lost'],
    ['a field that nobody had', 'size: a', 'size: a\nimage: b', 'error field-added: Mattermost chat: spec.image is added'],
    ['another value', 'size: a', 'size: b', 'error field-changed: Mattermost chat: spec.size has another value'],
    ['another type', 'version: "5.30"', 'version: 5.30', 'error schema: Mattermost chat: spec.version must be a string, is a number'],
    [
      'a list of another length',
      'mattermostEnv:\n- name: A',
      'mattermostEnv:\n- name: A\n- name: B',
      'error field-changed: Mattermost chat: spec.mattermostEnv has 2 entries instead of 1',
    ],
    [
      'an entry of a list',
      'mattermostEnv:\n- name: A\n- name: B',
      'mattermostEnv:\n- name: A\n- name: C',
      'error field-changed: Mattermost chat: spec.mattermostEnv[1].name has another value',
    ],
    [
      'a field of the old kind',
      'minio:\n  storageSize: 1Gi',
      'fileStore:\n  operatorManaged:\n    storageSize: 1Gi\nminio:\n  secret: s',
      'error schema: Mattermost chat: spec.minio is not a field of Mattermost',
    ],
    [
      'an empty external store is none',
      'minio: {}',
      'fileStore:\n  external: {}',
      'error field-added: Mattermost chat: spec.fileStore is added',
    ],
  ])('%s', (_, before, after, message) => {
    expect(told([installation(before)], [mattermost(after)])).toEqual([message]);
  });

  test('one that stays as it was is told', () => {
    expect(told([installation('size: a')], [installation('size: a')])).toEqual([
      'error not-converted: ClusterInstallation chat: is still built',
    ]);
    expect(
      told([installation('size: a'), installation('size: a', 'other')], [mattermost('size: a'), installation('size: a', 'other')]),
    ).toEqual(['error not-converted: ClusterInstallation other: is still built']);
  });

  test('one that is meant to stay must stay as it was', () => {
    const expected = convertedBy((value: ValueMap) =>
      ((value.get('metadata') as ValueMap).get('name') as { text: string }).text === 'chat' ? options(value) : null,
    );
    const before = [installation('size: a'), installation('size: a', 'other')];
    expect(compare(before, [mattermost('size: a'), installation('size: a', 'other')], { expected })).toEqual({
      differences: [],
      changed: 1,
    });
    expect(told(before, [mattermost('size: a'), installation('size: b', 'other')], { expected })).toEqual([
      'error field-changed: ClusterInstallation other: spec.size has another value',
    ]);
    expect(told(before, [mattermost('size: a'), mattermost('size: a', 'other')], { expected })).toEqual([
      'error object-lost: ClusterInstallation other: is not built any more',
      'error object-added: Mattermost other: was not built before',
    ]);
  });

  test('problems that the conversion itself has are left to the rules', () => {
    expect(compare([installation('size: 5')], [mattermost('size: 5')]).differences).toEqual([]);
  });

  test('other groups and kinds with the words of the old one are none', () => {
    const foreign = installation('size: a').replace('mattermost.com/v1alpha1', 'install.istio.io/v1alpha1');
    expect(compare([foreign, config('ClusterInstallation')], [foreign, config('ClusterInstallation')])).toEqual({
      differences: [],
      changed: 0,
    });
  });
});

describe('other objects', () => {
  test('must stay', () => {
    const converted: [string, string] = [installation('size: a'), mattermost('size: a')];
    expect(told([converted[0], config('1')], [converted[1]])).toEqual(['error object-lost: ConfigMap settings: is not built any more']);
    expect(told([converted[0]], [converted[1], config('1')])).toEqual(['error object-added: ConfigMap settings: was not built before']);
    expect(told([converted[0], config('1')], [converted[1], config('2')])).toEqual([
      'error field-changed: ConfigMap settings: data.a has another value',
    ]);
    expect(told([converted[0], config('1')], [converted[1], config('"1"')])).toEqual([
      'error field-changed: ConfigMap settings: data.a has another value',
    ]);
  });

  test('written in another way they are the same', () => {
    expect(told([config('"x"')], [config('x').replace('  a: x', '  "a": \'x\'')])).toEqual([]);
  });

  test('change where that is meant, and only there', () => {
    const mayChange = () => [['data', 'a']];
    expect(told([config('1')], [config('2')], { mayChange })).toEqual([]);
    expect(told([config('1')], [`${config('2')}  namespace: x\n`], { mayChange })).toHaveLength(2);
    expect(told([config('1')], [config('2').replace('data:\n', 'data:\n  b: 1\n')], { mayChange })).toEqual([
      'error field-added: ConfigMap settings: data.b is added',
    ]);
    expect(told([config('1')], [config('2').replace('data:\n', 'data:\n  b: 1\n')], { mayChange: () => [[]] })).toEqual([]);
  });

  test('a generated name may follow a content that may change, everywhere', () => {
    const mount = (name: string): string =>
      `apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  volumes:\n  - configMap:\n      name: ${name}\n`;
    const before = [config('1', 'c-2b7k6h4tft'), mount('c-2b7k6h4tft')];
    const mayChange: Expectation['mayChange'] = ({ kind }) => (kind === 'ConfigMap' ? [['data'], ['metadata', 'name']] : []);
    expect(told(before, [config('2', 'c-9mbg25c8dd'), mount('c-9mbg25c8dd')], { mayChange })).toEqual([]);
    expect(told(before, [config('2', 'c-9mbg25c8dd'), mount('c-2b7k6h4tft')], { mayChange })).toEqual([
      'error field-changed: Pod p: spec.volumes[0].configMap.name has another value',
    ]);
    expect(told(before, [config('2', 'd-9mbg25c8dd'), mount('d-9mbg25c8dd')], { mayChange })).toHaveLength(3);
    expect(told(before, [config('2', 'c-9mbg25c8dd'), mount('c-9mbg25c8dd')])).toHaveLength(3);
  });

  test('the namespace is part of who they are', () => {
    const spaced = (namespace: string): string => `apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  namespace: ${namespace}\n`;
    expect(told([spaced('x')], [spaced('y')])).toEqual([
      'error object-lost: Service x/a: is not built any more',
      'error object-added: Service y/a: was not built before',
    ]);
  });

  test('what can not be read is told', () => {
    expect(told([config('1')], [config('[')])).toContain('error unreadable: object 1 of the build can not be read');
  });
});

describe('selectors', () => {
  const OLD = 'v1alpha1.mattermost.com/installation';
  const NEW = 'installation.mattermost.com/installation';
  const policy = (selector: string): string =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: p\nspec:\n${selector.replaceAll(/^/gm, '  ')}\n`;
  const mayChange = () => [[]];

  test.each([
    ['labels', `podSelector:\n  matchLabels:\n    ${OLD}: chat\n    ${NEW}: chat`, 'spec.podSelector'],
    [
      'expressions',
      `selector:\n  matchLabels:\n    ${OLD}: chat\n  matchExpressions:\n  - key: ${NEW}\n    operator: Exists`,
      'spec.selector',
    ],
    ['texts', `labelSelector: ${OLD}=chat,${NEW}=chat`, 'spec.labelSelector'],
    [
      'lists',
      `ingress:\n- from:\n  - podSelector:\n      matchLabels:\n        v1alpha1.mattermost.com/resource: chat\n        ${NEW}: chat`,
      'spec.ingress[0].from[0].podSelector',
    ],
  ])('that mix operator generations in %s', (_, selector, path) => {
    expect(told([policy('podSelector: {}')], [policy(selector)], { mayChange })).toEqual([
      `error mixed-labels: NetworkPolicy p: ${path} names labels of both operator generations, and so selects nothing`,
    ]);
    expect(told([policy(selector)], [policy(`${selector}\npolicyTypes: []`)], { mayChange })).toEqual([]);
  });

  test('beside each other may be of either', () => {
    const both = `ingress:\n- from:\n  - podSelector:\n      matchLabels:\n        ${OLD}: chat\n  - podSelector:\n      matchLabels:\n        ${NEW}: chat\norLabelSelectors:\n- matchLabels:\n    ${OLD}: chat\n- matchLabels:\n    ${NEW}: chat`;
    expect(told([policy('podSelector: {}')], [policy(both)], { mayChange })).toEqual([]);
  });
});

describe('the order of objects', () => {
  const before = [installation('size: a'), config('1', 'a'), config('1', 'b')];
  const after = [config('1', 'a'), mattermost('size: a'), config('1', 'b')];

  test('is noted, and demanded only where someone asked for it', () => {
    expect(told(before, after)).toEqual(['note order: Mattermost chat: is built at another place among the objects']);
    expect(told(before, after, { ordered: true })).toEqual(['error order: Mattermost chat: is built at another place among the objects']);
    expect(told([config('1', 'a'), config('1', 'b')], [config('1', 'b'), config('1', 'a')])).toEqual([
      'note order: ConfigMap b: is built at another place among the objects',
    ]);
  });

  test('does not count what came or went', () => {
    expect(told(before, [mattermost('size: a'), config('1', 'b')])).toEqual(['error object-lost: ConfigMap a: is not built any more']);
  });
});

test('messages never hold a value', () => {
  const before = [installation('size: hunter2\nmattermostEnv:\n- name: A\n  value: hunter2'), config('hunter2')];
  const after = [mattermost('size: hunter3\nimage: hunter3\nfoo: hunter3\nmattermostEnv:\n- name: A\n  value: hunter3'), config('hunter3')];
  const lines = told(before, after);
  expect(lines.length).toBeGreaterThan(4);
  expect(lines.join('\n')).not.toContain('hunter');
});

test('many objects are compared in little time', () => {
  const objects = Array.from({ length: 20_000 }, (_, index) => config(String(index), `c-${index}`));
  const changed = objects.map((text, index) => (index % 10 === 0 ? text.replace('kind: ConfigMap', 'kind: ConfigMap # x') : text));
  expect(told(objects, [...changed].reverse())).toHaveLength(1);
});
