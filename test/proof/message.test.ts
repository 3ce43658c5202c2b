import { describe, expect, test } from 'vitest';
import { build } from '../../src/repo/kustomize.ts';
import { kustomizeMessage } from '../../src/repo/kustomize-message.ts';
import { binaries, tree } from './harness.ts';
import type { Files } from './harness.ts';

const SECRET = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\nstringData:\n  password: hunter2\n';

async function messages(files: Files, directory = ''): Promise<string[]> {
  const root = tree(files);
  const built = await Promise.all(binaries.map((binary) => build(binary, { root, directory })));
  return built.map((result) => (result.ok ? 'built' : result.message));
}

describe('tells the cause, in kustomize’s own words', () => {
  test.each<[string, Files, string, RegExp]>([
    [
      'a missing file',
      { 'o/kustomization.yaml': 'resources: [missing.yaml]\n' },
      'o',
      /evalsymlink failure on 'o\/missing\.yaml' : lstat o\/missing\.yaml: no such file or directory/,
    ],
    ['a missing base', { 'o/kustomization.yaml': 'resources: [../base]\n' }, 'o', /lstat base: no such file or directory/],
    [
      'a directory without a kustomization',
      { 'o/a.yaml': SECRET },
      'o',
      /unable to find one of 'kustomization\.yaml', 'kustomization\.yml' or 'Kustomization' in directory 'o'/,
    ],
    [
      'YAML that is none',
      { 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': 'a: "x\n' },
      '',
      /'a\.yaml': MalformedYAMLError: yaml: line \d: found unexpected end of stream in File: a\.yaml/,
    ],
    ['a kustomization that is no YAML', { 'kustomization.yaml': 'a: b: c\n' }, '', /yaml: mapping values are not allowed in this context/],
    ['a kustomization that is a list', { 'kustomization.yaml': '- a\n' }, '', /json: cannot unmarshal array into Go value of type/],
    ['an unknown field', { 'kustomization.yaml': 'helmCharst: []\n' }, '', /json: unknown field "helmCharst"/],
    [
      'a cycle',
      { 'a/kustomization.yaml': 'resources: [../b]\n', 'b/kustomization.yaml': 'resources: [../a]\n' },
      'a',
      /cycle detected: candidate root 'a' contains visited root 'a'/,
    ],
    [
      'the same object twice',
      { 'kustomization.yaml': 'resources: [a.yaml, b.yaml]\n', 'a.yaml': SECRET, 'b.yaml': SECRET },
      '',
      /'b\.yaml': may not add resource with an already registered id: Secret\.v1\.\[noGrp\]\/a\.\[noNs\]/,
    ],
    [
      'a patch without its object',
      {
        'kustomization.yaml': 'resources: [a.yaml]\npatchesStrategicMerge: [p.yaml]\n',
        'a.yaml': SECRET,
        'p.yaml': SECRET.replace('name: a', 'name: b'),
      },
      '',
      /no matches for Id Secret\.v1\.\[noGrp\]\/b\.\[noNs\]/,
    ],
  ])('%s', async (_, files, directory, message) => {
    for (const told of await messages(files, directory)) expect(told).toMatch(message);
  });

  test('keeps the end of a long message, where the cause is', () => {
    const stderr = `Error: ${"accumulating resources: accumulation err='".repeat(40)}no such file or directory`;
    const told = kustomizeMessage(stderr, { root: '/', directory: '' });
    expect(told.length).toBeLessThan(510);
    expect(told).toMatch(/no such file or directory$/);
  });

  test('says so when nothing can be told', () => {
    expect(kustomizeMessage('', { root: '/', directory: '' })).toBe('kustomize fails without a message that can be shown');
    expect(kustomizeMessage('Error: hunter2 {}', { root: '/', directory: '' })).toBe('kustomize fails without a message that can be shown');
  });

  test('never has line breaks or control characters', () => {
    const told = kustomizeMessage('Error: file\n\u001b[31mfile\u0000\r\nfile\t', { root: '/', directory: '' });
    expect(told).toMatch(/^[\x20-\x7e…]+$/);
  });
});

describe('never tells a value', () => {
  test.each<[string, Files]>([
    ['a literal without =', { 'kustomization.yaml': 'secretGenerator:\n- name: x\n  literals: [hunter2]\n' }],
    [
      'a patch that is none',
      {
        'kustomization.yaml':
          'resources: [a.yaml]\npatches:\n- target: {kind: Secret}\n  patch: |-\n    stringData:\n      password: hunter2\n',
        'a.yaml': SECRET,
      },
    ],
    [
      'a patch of one line',
      {
        'kustomization.yaml': 'resources: [a.yaml]\npatches:\n- target: {kind: Secret}\n  patch: "stringData: {password: hunter2}"\n',
        'a.yaml': SECRET,
      },
    ],
    [
      'a JSON patch that fails',
      {
        'kustomization.yaml':
          'resources: [a.yaml]\npatches:\n- target: {kind: Secret}\n  patch: |-\n    - op: test\n      path: /stringData/password\n      value: hunter3\n',
        'a.yaml': SECRET,
      },
    ],
    [
      'an inline patch without kind',
      { 'kustomization.yaml': 'resources: [a.yaml]\npatchesStrategicMerge:\n- "stringData: {password: hunter2}"\n', 'a.yaml': SECRET },
    ],
    [
      'a scalar where a map is',
      {
        'kustomization.yaml':
          'resources: [a.yaml]\npatches:\n- patch: |-\n    apiVersion: v1\n    kind: Secret\n    metadata:\n      name: a\n    stringData: hunter2\n',
        'a.yaml': SECRET,
      },
    ],
    ['an alias without an anchor', { 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': 'a: *hunter2\n' }],
    ['a document that is a scalar', { 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': `${SECRET}---\nhunter2\n` }],
    [
      'a plugin with a configuration',
      {
        'kustomization.yaml': 'transformers: [t.yaml]\n',
        't.yaml': 'apiVersion: builtin\nkind: PatchTransformer\nmetadata:\n  name: t\npatch: "hunter2 `hunter2` hunter2"\n',
      },
    ],
    ['a URL with a password', { 'kustomization.yaml': 'resources: ["https://user:hunter2@github.com/example/hunter2?token=hunter2"]\n' }],
    [
      'a data that is no base64',
      {
        'kustomization.yaml': 'resources: [a.yaml]\nsecretGenerator:\n- name: a\n  behavior: merge\n  literals: [a=b]\n',
        'a.yaml': SECRET.replace('stringData', 'data'),
      },
    ],
    ['a key that is twice there', { 'kustomization.yaml': 'secretGenerator:\n- name: x\n  literals: [a=hunter2, a=hunter3]\n' }],
  ])('%s', async (_, files) => {
    for (const told of await messages(files)) expect(told).not.toContain('hunter');
  });

  test.each([
    'Error: invalid value hunter2: for key password',
    'Error: something [hunter2 {"a": "hunter2"}] and `hunter2`',
    'Error: file hunter2/hunter.txt not found',
    'E1123 09:23:05.173935 9337 run.go:72] "command failed" err=<\n\twrong node kind: expected MappingNode but got ScalarNode: node contents:\n\thunter2\n >',
    'E1123 09:23:05.173935 9337 run.go:72] "command failed" err="value \\"hunter2\\" is wrong"',
    'error: hunter2',
    'panic: hunter2\n\ngoroutine 1 [running]:\nmain.main()\n',
  ])('%s', (stderr) => {
    expect(kustomizeMessage(stderr, { root: '/', directory: '' })).not.toContain('hunter');
  });

  test('numbers but those of lines are values', () => {
    expect(kustomizeMessage('Error: yaml: line 12: unexpected 987654', { root: '/', directory: '' })).toBe('yaml: line 12: unexpected …');
  });
});
