import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findingsOf, reportOf, run } from '../cli/harness.ts';
import type { Result } from '../cli/harness.ts';
import { commitAll, temporaryDirectory, temporaryRepository, writeAll } from '../repo/workspace.ts';

/** Files of every kind that name the old kind. */

const INSTALLATION =
  'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n  ingressName: chat.example.com\n';
const WATCH =
  'apiVersion: example.io/v1\nkind: Watch\nmetadata:\n  name: editor\nrules:\n  - apiGroups: [mattermost.com]\n    resources: [clusterinstallations]\n    verbs: [get]\n';

type Files = Readonly<Record<string, string | Buffer>>;

function tracked(files: Files): string {
  const cwd = temporaryRepository(files);
  commitAll(cwd);
  return cwd;
}

const scan = (files: Files, ...args: string[]): Promise<Result> => run(['scan', '--format', 'json', ...args], { cwd: tracked(files) });

/** Each finding for names, with its words. */
const said = (result: Result): string[] =>
  reportOf(result).findings.flatMap(({ rule, file, line, message }) =>
    rule.startsWith('old-name-') ? [`${rule} ${file}:${line}: ${message}`] : [],
  );

const naming = (result: Result): string[] =>
  result.stderr.split('\n').flatMap((line) => (line.startsWith('names the old kind ') ? [line.slice('names the old kind '.length)] : []));

describe('a name is found', () => {
  test.each([
    ['scripts/wait.sh', '#!/bin/sh\nkubectl wait clusterinstallation/chat\n', 2, 'This script goes on naming the old kind.'],
    ['bin/wait', '#!/bin/sh\nkubectl get clusterinstallations.mattermost.com\n', 2, 'This script goes on naming the old kind.'],
    ['Makefile', 'wait:\n\tkubectl get clusterinstallations\n', 2, 'This Makefile goes on naming the old kind.'],
    [
      '.github/workflows/w.yml',
      'on: push\nenv:\n  KIND: ClusterInstallation\n',
      3,
      'This file of a CI system goes on naming the old kind.',
    ],
    ['docs/a.md', '# Chat\n\nA ClusterInstallation.\n', 3, 'This page of documentation goes on naming the old kind.'],
    ['main.tf', 'api = "mattermost.com/v1alpha1"\n', 1, 'This Terraform file goes on naming the old kind.'],
    ['flake.nix', '{ kind = "ClusterInstallation"; }\n', 1, 'This Nix file goes on naming the old kind.'],
    ['a.toml', 'kind = "ClusterInstallation"\n', 1, 'This settings file goes on naming the old kind.'],
    ['a.jsonnet', "{ kind: 'ClusterInstallation' }\n", 1, 'This Jsonnet file goes on naming the old kind.'],
    ['a.cue', 'kind: "ClusterInstallation"\n', 1, 'This CUE file goes on naming the old kind.'],
    ['p/a.rego', 'input.kind == "ClusterInstallation"\n', 1, 'This policy goes on naming the old kind.'],
    ['a.yaml.j2', 'kind: ClusterInstallation\n', 1, 'This template goes on naming the old kind.'],
    [
      'chart/templates/_helpers.tpl',
      '{{ .Capabilities.APIVersions.Has "mattermost.com/v1alpha1" }}\n',
      1,
      'This template goes on naming the old kind.',
    ],
    ['roles/mm/tasks/main.yml', '- shell: kubectl get clusterinstallation\n', 1, 'This Ansible file goes on naming the old kind.'],
    ['a.ts', 'const clusterInstallation = 1;\n', 1, 'This source file goes on naming the old kind.'],
    ['a.go', 'r := "v1alpha1.mattermost.com/installation"\n', 1, 'This source file goes on naming the old kind.'],
    ['a.env', 'CLUSTERINSTALLATION_NAME=chat\n', 1, 'This settings file goes on naming the old kind.'],
    ['chart/values-prod.yaml', 'kinds:\n  - ClusterInstallation\n', 2, 'This file of Helm values goes on naming the old kind.'],
    ['query.promql', 'label_v1alpha1_mattermost_com_installation\n', 1, 'This file of another kind goes on naming the old kind.'],
    ['map.yaml', 'kind: ConfigMap\ndata:\n  a: kubectl get clusterinstallations\n', 3, 'This manifest goes on naming the old kind.'],
    [
      'schema.yaml',
      '# $schema=https://x/mattermost.com/clusterinstallation_v1alpha1.json\na: 1\n',
      1,
      'This manifest goes on naming the old kind.',
    ],
    ['windows.ps1', Buffer.from('\uFEFFkubectl get clusterinstallations\r\n', 'utf16le'), 1, 'This script goes on naming the old kind.'],
  ])('in %s', async (file, content, line, message) => {
    const result = await scan({ [file]: content });
    expect(said(result)).toEqual([`old-name-left ${file}:${line}: ${message}`]);
    expect(reportOf(result).summary.left).toEqual({ references: 0, files: 1, vendored: 0 });
    expect(result.code).toBe(0);
  });
});

describe('nothing is told', () => {
  test.each([
    ['of the name of a file', { 'a.sh': 'kubectl apply -f clusterinstallation.yaml mattermost.com_clusterinstallations.yaml\n' }],
    ['of another group', { 'a.sh': 'echo install.mattermost.com/v1alpha1 chat.mattermost.com argoproj.io/v1alpha1\n' }],
    ['of the new kind', { 'a.md': 'A Mattermost of installation.mattermost.com/v1beta1.\n' }],
    ['of binary files', { 'a.bin': Buffer.from('\u0001\u0000\u0002 ClusterInstallation'), 'logo.png': 'ClusterInstallation' }],
    ['of the configuration', { '.ci2mm.yaml': '# A ClusterInstallation of the platform.\ntarget: "1.25"\n' }],
    ['of files that the configuration ignores', { '.ci2mm.yaml': 'ignore: ["docs/**"]\n', 'docs/a.md': 'ClusterInstallation\n' }],
    ['where the rule is off', { '.ci2mm.yaml': 'rules:\n  old-name-left: off\n', 'a.md': 'ClusterInstallation\n' }],
  ])('%s', async (_, files: Files) => {
    const result = await scan(files);
    expect(said(result)).toEqual([]);
    expect(reportOf(result).summary.left).toEqual({ references: 0, files: 0, vendored: 0 });
  });

  test('of what git does not track, as a report of a run before', async () => {
    const cwd = tracked({ 'a.yaml': 'a: 1\n' });
    writeAll(cwd, { 'report.md': 'A ClusterInstallation.\n' });
    expect(said(await run(['scan', '--format', 'json'], { cwd }))).toEqual([]);
  });

  test('of files beyond the given paths, and of links', async () => {
    const cwd = temporaryRepository({ 'apps/a.sh': 'clusterinstallations\n', 'other/b.sh': 'clusterinstallations\n' });
    symlinkSync('a.sh', join(cwd, 'apps/link.sh'));
    commitAll(cwd);
    expect(naming(await run(['scan', 'apps', '--verbose', '--format', 'json'], { cwd }))).toEqual(['apps/a.sh:1']);
  });
});

test('outside git every file is searched', async () => {
  const cwd = temporaryDirectory();
  writeAll(cwd, { 'a.sh': 'kubectl get clusterinstallations\n', 'node_modules/x/a.js': 'ClusterInstallation\n' });
  expect(said(await run(['scan', '--format', 'json'], { cwd })).map((line) => line.split(': ')[0])).toEqual(['old-name-left a.sh:1']);
});

test('one finding stands for a kind of file in a folder, and --verbose lists every line', async () => {
  const lines = 'kubectl get clusterinstallations\n\n';
  const result = await scan({ 's/a.sh': lines.repeat(3), 's/b.sh': lines, 's/c.py': lines, 't/a.sh': lines }, '--verbose');
  expect(said(result)).toEqual([
    'old-name-left s/a.sh:1: 2 scripts go on naming the old kind in 4 lines: s/a.sh:1, s/a.sh:3, s/a.sh:5 and 1 more.',
    'old-name-left s/c.py:1: This source file goes on naming the old kind.',
    'old-name-left t/a.sh:1: This script goes on naming the old kind.',
  ]);
  expect(naming(result).toSorted()).toEqual(['s/a.sh:1', 's/a.sh:3', 's/a.sh:5', 's/b.sh:1', 's/c.py:1', 't/a.sh:1']);
  expect(reportOf(result).summary.left.files).toBe(4);
});

test('a message never shows the content of a line', async () => {
  const result = await scan({ 'a.sh': 'TOKEN=hunter2 kubectl get clusterinstallations\n' }, '--verbose');
  expect(result.stdout.toString() + result.stderr).not.toContain('hunter2');
});

describe('what another finding tells of is not told again', () => {
  test.each<[string, Files, string[]]>([
    ['a converted installation, but for its comments', { 'a.yaml': `# The ClusterInstallation of chat\n${INSTALLATION}` }, ['a.yaml:1']],
    ['a comment on the line that changes', { 'a.yaml': INSTALLATION.replace('tion\n', 'tion # a ClusterInstallation\n') }, ['a.yaml:2']],
    [
      'an unchanged document beside it',
      { 'a.yaml': `${INSTALLATION}---\nkind: ConfigMap\ndata:\n  a: |\n    kind: ClusterInstallation\n` },
      ['a.yaml:11'],
    ],
    ['a blocked installation', { 'a.yaml': `# ClusterInstallation\n${INSTALLATION}  blueGreen: {enable: true}\n` }, []],
    ['a reference', { 'a.yaml': `# for a ClusterInstallation\n${WATCH}` }, []],
    [
      'a reference that a comment suppresses',
      { 'a.yaml': WATCH.replace('[clusterinstallations]', '[clusterinstallations] # ci2mm: ignore[reference-left] later') },
      [],
    ],
    ['a template', { 'a.yaml': INSTALLATION.replace('chat', '{{ .Name }}') }, []],
    ['a template without one, which nothing else tells of', { 'a.yaml': WATCH.replace('editor', '{{ .Name }}') }, ['a.yaml:7']],
    ['what can not be read', { 'a.yaml': 'kind: ClusterInstallation\n a: [\n' }, []],
    [
      'an embedded installation, but for what stands beside it',
      { 'v.yaml': `extra:\n  - ${INSTALLATION.replaceAll('\n', '\n    ').trimEnd()}\nkinds: [ClusterInstallation]\n` },
      ['v.yaml:8'],
    ],
    [
      'a selector of the installation itself',
      {
        'a.yaml': `${INSTALLATION}  affinity:\n    podAffinity:\n      requiredDuringSchedulingIgnoredDuringExecution:\n        - topologyKey: a\n          labelSelector:\n            matchLabels:\n              v1alpha1.mattermost.com/installation: chat\n`,
      },
      [],
    ],
  ])('%s', async (_, files, lines) => {
    const result = await scan(files, '--verbose');
    expect(naming(result)).toEqual(lines);
    expect(reportOf(result).summary.left.files).toBe(new Set(lines.map((line) => line.split(':')[0])).size);
  });

  test('a family that is blocked, its patches and kustomizations', async () => {
    const result = await scan(
      {
        'base/kustomization.yaml': 'resources: [a.yaml]\n',
        'base/a.yaml': INSTALLATION,
        'over/kustomization.yaml': 'resources: [../base]\npatches:\n  - target: {kind: ClusterInstallation}\n    path: p.txt\n',
        'over/p.txt': '# of a ClusterInstallation\n- {op: add, path: /spec/blueGreen, value: {enable: true}}\n',
      },
      '--verbose',
      '--prove',
      'never',
    );
    expect(reportOf(result).summary.blocked).toBe(1);
    expect(naming(result)).toEqual([]);
  });
});

test('convert and scan find the same', async () => {
  const cwd = tracked({ 'a.yaml': `# ClusterInstallation\n${INSTALLATION}`, 'watch.yaml': WATCH, 'a.sh': 'clusterinstallations\n' });
  const [scanned, converted] = [
    await run(['scan', '--format', 'json', '--verbose'], { cwd }),
    await run(['convert', '--format', 'json', '--verbose'], { cwd }),
  ];
  expect(naming(scanned)).toEqual(naming(converted));
  expect(reportOf(scanned).summary.left).toEqual({ references: 1, files: 2, vendored: 0 });
  expect(reportOf(converted).summary.left).toEqual({ references: 1, files: 2, vendored: 0 });
});

test('what comes from elsewhere is told once, and as that', async () => {
  const result = await scan({
    'crds/a.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  names: {kind: ClusterInstallation}\n',
    'vendor/m/types.go': 'type ClusterInstallation struct{}\n',
    'go.sum': 'mattermost.com/v1alpha1 h1:\n',
    'schemas/clusterinstallation_v1alpha1.json': '{"title": "ClusterInstallation"}\n',
    'own.go': 'ClusterInstallation\n',
  });
  expect(said(result)).toEqual([
    'old-name-vendored crds/a.yaml:4: 4 files that come from elsewhere go on naming the old kind in 4 lines: crds/a.yaml:4, schemas/clusterinstallation_v1alpha1.json:1, go.sum:1 and 1 more.',
    'old-name-left own.go:1: This source file goes on naming the old kind.',
  ]);
  expect(reportOf(result).summary.left).toEqual({ references: 0, files: 1, vendored: 4 });
});

describe('a comment suppresses', () => {
  test.each([
    ['its line', 'a.sh', 'get clusterinstallations # ci2mm: ignore[old-name-left] until May\nget clusterinstallations\n', ['a.sh:2']],
    [
      'the next line',
      'a.ts',
      'run();\n// ci2mm: ignore[old-name-left] until May\na(ClusterInstallation);\nClusterInstallation;\n',
      ['a.ts:4'],
    ],
    ['in markup', 'a.md', 'Text\n\n<!-- ci2mm: ignore[old-name-left] history -->\nClusterInstallation\n', []],
    ['the whole file from its head', 'a.sh', '#!/bin/sh\n# ci2mm: ignore[old-name-left] until May\nset -e\nclusterinstallations\n', []],
    ['the whole manifest from its head', 'a.yaml', '# ci2mm: ignore[old-name-left] history\na: 1\nb: ClusterInstallation\n', []],
    ['nothing without a reason', 'a.sh', 'clusterinstallations # ci2mm: ignore[old-name-left]\n', ['a.sh:1']],
    ['nothing of another rule', 'a.sh', 'clusterinstallations # ci2mm: ignore[unknown-field] no\n', ['a.sh:1']],
  ])('%s', async (_, file, content, lines) => {
    const result = await scan({ [file]: content }, '--verbose');
    expect(naming(result)).toEqual(lines);
    expect(findingsOf(result, 'warning')).toEqual([]);
  });
});

describe('--fail-on-left', () => {
  test.each<[string, Files, number]>([
    ['a script', { 'a.sh': 'clusterinstallations\n' }, 1],
    ['a reference', { 'a.yaml': WATCH }, 1],
    ['only what comes from elsewhere', { 'vendor/a.go': 'ClusterInstallation\n' }, 0],
    ['nothing', { 'a.sh': 'mattermosts\n' }, 0],
  ])('with %s', async (_, files, code) => {
    const cwd = tracked(files);
    expect((await run(['convert', '--check', '--fail-on-left'], { cwd })).code).toBe(code);
    expect((await run(['scan', '--fail-on-left'], { cwd })).code).toBe(code);
    expect((await run(['convert', '--check'], { cwd })).code).toBe(0);
  });

  test('holds a ResourceList back', async () => {
    const item = WATCH.trimEnd().replaceAll('\n', '\n    ');
    const stdin = `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n  - ${item}\n`;
    const { code, stdout } = await run(['convert', '-', '--fail-on-left'], { cwd: temporaryDirectory(), stdin });
    expect([code, stdout.toString()]).toEqual([1, '']);
    expect((await run(['convert', '-'], { cwd: temporaryDirectory(), stdin })).code).toBe(0);
  });

  test('holds a stream back', async () => {
    const { code, stdout } = await run(['convert', '-', '--fail-on-left'], {
      cwd: temporaryDirectory(),
      stdin: `${INSTALLATION}---\n${WATCH}`,
    });
    expect([code, stdout.toString()]).toEqual([1, '']);
  });
});

test.each([
  [
    { 'a.yaml': WATCH, 'a.sh': 'clusterinstallations\n', 'vendor/a.go': 'ClusterInstallation\n' },
    '; 1 reference to edit by hand, 1 other file and 1 from elsewhere name the old kind; ',
  ],
  [{ 'a.sh': 'clusterinstallations\n' }, '; 1 other file names the old kind; '],
  [{ 'vendor/a.go': 'ClusterInstallation\n', 'vendor/b.go': 'ClusterInstallation\n' }, '; 2 files from elsewhere name the old kind; '],
  [{ 'a.sh': 'mattermosts\n' }, '0 installations: 0 convertible, 0 blocked; 0 errors, 0 warnings, 0 notes; '],
] as [Files, string][])('the summary accounts for %j', async (files, words) => {
  expect((await run(['scan'], { cwd: tracked(files) })).stdout.toString()).toContain(words);
});
