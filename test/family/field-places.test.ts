import { expect, test } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import { temporaryDirectory, writeAll } from '../repo/workspace.ts';

/** A finding of what a kustomization builds points at the layer that holds the field, whatever its form. ◆ marks the place, and is no part of the text. */

const HEAD = 'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\n';
const BASE = `${HEAD}spec:\n  ingressName: chat.example.com\n`;
const indented = (text: string, by: string): string => text.replaceAll(/^(?=.)/gm, by);

interface Row {
  readonly name: string;
  readonly rule: string;
  readonly files: Readonly<Record<string, string>>;
}

/** The same field, set in every form that a layer can have: in a merge by lines of `spec`, in operations by `path` and `value`. */
function layers(rule: string, lines: string, operations: readonly string[]): Row[] {
  const merge = `${HEAD}spec:\n${indented(lines, '  ')}`;
  const patches = (entry: string): string => `resources: [../base]\npatches:\n${entry}`;
  const over = (kustomization: string, files: Record<string, string> = {}): Row['files'] => ({
    'base/kustomization.yaml': 'resources: [chat.yaml]\n',
    'base/chat.yaml': BASE,
    'over/kustomization.yaml': kustomization,
    ...files,
  });
  return [
    { name: 'the manifest', rule, files: { ...over('resources: [../base]\n'), 'base/chat.yaml': BASE + indented(lines, '  ') } },
    { name: 'a merge in a file', rule, files: over(patches('- path: patch.yaml\n'), { 'over/patch.yaml': merge }) },
    {
      name: 'a merge with a target',
      rule,
      files: over(patches('- path: patch.yaml\n  target: {kind: ClusterInstallation}\n'), { 'over/patch.yaml': merge }),
    },
    { name: 'a merge in a string', rule, files: over(patches(`- patch: |\n${indented(merge, '    ')}`)) },
    { name: 'a merge in a string with a chomping mark', rule, files: over(patches(`- patch: |-\n${indented(merge, '      ')}`)) },
    {
      name: 'a merge in a List',
      rule,
      files: over(patches('- path: patch.yaml\n'), {
        'over/patch.yaml': `apiVersion: v1\nkind: List\nitems:\n- ${indented(merge, '  ').trimStart()}`,
      }),
    },
    {
      name: 'a merge of kustomize 2',
      rule,
      files: over('resources: [../base]\npatchesStrategicMerge:\n- patch.yaml\n', { 'over/patch.yaml': merge }),
    },
    {
      name: 'a merge in a string with other documents',
      rule,
      files: over(`resources: [../base]\npatchesStrategicMerge:\n- |-\n${indented(`${HEAD}spec: {version: "9"}\n---\n${merge}`, '  ')}`),
    },
    {
      name: 'a component',
      rule,
      files: over('resources: [../base]\ncomponents: [../part]\n', {
        'part/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n- path: patch.yaml\n',
        'part/patch.yaml': merge,
      }),
    },
    ...operations.flatMap((list) => [
      {
        name: `operations in a file: ${list}`,
        rule,
        files: over(patches('- path: patch.yaml\n  target: {kind: ClusterInstallation}\n'), { 'over/patch.yaml': list }),
      },
      {
        name: `operations in a string: ${list}`,
        rule,
        files: over(patches(`- target: {kind: ClusterInstallation}\n  patch: |-\n${indented(list, '    ')}`)),
      },
    ]),
  ];
}

const target = '- target: {kind: ClusterInstallation}\n  patch: ';
const overlay = (patches: string, spec = '', files: Record<string, string> = {}): Row['files'] => ({
  'base/kustomization.yaml': 'resources: [chat.yaml]\n',
  'base/chat.yaml': BASE + spec,
  'over/kustomization.yaml': `resources: [../base]\npatches:\n${patches}`,
  ...files,
});

const ROWS: readonly Row[] = [
  ...layers('unknown-field', '◆colour: blue\n', [
    '- op: test\n  path: /kind\n  value: ClusterInstallation\n- op: add\n  ◆path: /spec/colour\n  value: blue\n',
    '- {op: add, ◆path: /spec/colour, value: blue}\n- {op: add, path: /spec/version, value: "9"}\n',
    '- op: replace\n  path: /spec\n  value:\n    ingressName: chat.example.com\n    ◆colour: blue\n',
  ]),
  ...layers('blue-green-enabled', 'blueGreen:\n  ◆enable: true\n', [
    '- op: add\n  path: /spec/blueGreen\n  value:\n    productionDeployment: blue\n    ◆enable: true\n',
    '- {op: add, path: /spec/blueGreen, value: {}}\n- {op: add, ◆path: /spec/blueGreen/enable, value: true}\n',
  ]),
  ...layers('canary-enabled', 'canary:\n  deployment: {}\n  ◆enable: true\n', [
    '- {op: add, path: /spec/canary, value: {◆enable: true}}\n',
  ]),
  ...layers('replicas-unset', '◆replicas: 0\n', ['- {op: add, ◆path: /spec/replicas, value: 0}\n']),
  {
    name: 'the last of several',
    rule: 'blue-green-enabled',
    files: overlay(
      `- path: merge.yaml\n${target}'[{"op": "replace", ◆"path": "/spec/blueGreen/enable", "value": true}]'\n`,
      '  blueGreen: {enable: false}\n',
      { 'over/merge.yaml': `${HEAD}spec: {blueGreen: {enable: false}}\n` },
    ),
  },
  {
    name: 'a string in double quotes',
    rule: 'unknown-field',
    files: overlay(`${target}"[{\\"op\\": \\"add\\", ◆\\"path\\": \\"/spec/colour\\", \\"value\\": 1}]"\n`),
  },
  {
    name: 'a string that is folded: the line of the string',
    rule: 'unknown-field',
    files: overlay('- target: {kind: ClusterInstallation}\n  ◆patch: >-\n    [{"op": "add", "path": "/spec/colour", "value": 1}]\n'),
  },
  {
    name: 'a patch that writes beside the field',
    rule: 'unknown-field',
    files: overlay(`${target}'[{"op": "add", "path": "/spec/version", "value": "9"}]'\n`, '  ◆colour: blue\n'),
  },
  {
    name: 'a map that a patch adds to',
    rule: 'disabled-feature-dropped',
    files: overlay('- path: merge.yaml\n', '  ◆blueGreen:\n    enable: false\n', {
      'over/merge.yaml': `${HEAD}spec:\n  blueGreen:\n    productionDeployment: blue\n`,
    }),
  },
  {
    name: 'a map that a patch replaces',
    rule: 'disabled-feature-dropped',
    files: overlay('- path: merge.yaml\n', '  blueGreen:\n    enable: true\n', {
      'over/merge.yaml': `${HEAD}spec:\n  ◆blueGreen:\n    $patch: replace\n    enable: false\n`,
    }),
  },
  {
    name: 'a map that a patch removes, and another brings in again',
    rule: 'disabled-feature-dropped',
    files: overlay(
      `${target}'[{"op": "remove", "path": "/spec/blueGreen"}]'\n${target}'[{"op": "add", ◆"path": "/spec/blueGreen", "value": {"enable": false}}]'\n`,
      '  blueGreen: {enable: true}\n',
    ),
  },
  {
    name: 'a field that is moved',
    rule: 'unknown-field',
    files: overlay(`${target}'[{"op": "move", "from": "/spec/version", ◆"path": "/spec/release"}]'\n`, '  version: "9"\n'),
  },
  {
    name: 'a missing field: its parent in the manifest',
    rule: 'missing-ingress-name',
    files: {
      ...overlay('- path: merge.yaml\n', '', { 'over/merge.yaml': `${HEAD}spec: {version: "9"}\n` }),
      'base/chat.yaml': `${HEAD}◆spec:\n  replicas: 2\n`,
    },
  },
  ...(
    [
      ['an item at the end', '"/spec/mattermostEnv/-"', '{"name": "B", ◆"colour": 1}', 'add'],
      ['an item by its number', '"/spec/mattermostEnv/0"', '{"name": "B", ◆"colour": 1}', 'replace'],
      ['a field of an item', '"/spec/mattermostEnv/0/colour"', '1', 'add'],
    ] as const
  ).map(([name, path, value, op]) => ({
    name,
    rule: 'unknown-field',
    files: overlay(
      `${target}'[{"op": "${op}", ${value.includes('◆') ? '' : '◆'}"path": ${path}, "value": ${value}}]'\n`,
      '  mattermostEnv:\n  - name: A\n',
    ),
  })),
  {
    name: 'an item of the manifest, behind one that is put before it',
    rule: 'unknown-field',
    files: overlay(
      `${target}'[{"op": "add", "path": "/spec/mattermostEnv/0", "value": {"name": "B"}}, {"op": "remove", "path": "/spec/mattermostEnv/-1"}]'\n`,
      '  mattermostEnv:\n  - name: A\n    ◆colour: 1\n  - name: C\n',
    ),
  },
  {
    name: 'an item of a patch, when another patch takes one away before it',
    rule: 'unknown-field',
    files: overlay(
      `${target}'[{"op": "add", "path": "/spec/mattermostEnv/-", "value": {"name": "B", ◆"colour": 1}}]'\n${target}'[{"op": "remove", "path": "/spec/mattermostEnv/0"}]'\n`,
      '  mattermostEnv:\n  - name: A\n',
    ),
  },
];

test.each(ROWS)('$rule in $name', async ({ rule, files }) => {
  const cwd = temporaryDirectory();
  writeAll(cwd, Object.fromEntries(Object.entries(files).map(([file, text]) => [file, text.replace('◆', '')])));
  const { findings } = await convertRepository({ cwd, prove: 'never' });
  const places = findings.filter((finding) => finding.rule === rule).map(({ file, line, column }) => `${file}:${line}:${column}`);
  expect(places).toEqual(Object.entries(files).flatMap(([file, text]) => markIn(file, text)));
});

function markIn(file: string, text: string): string[] {
  const before = text.split('◆')[0] ?? '';
  const lines = before.split('\n');
  return before === text ? [] : [`${file}:${lines.length}:${(lines.at(-1) ?? '').length + 1}`];
}
