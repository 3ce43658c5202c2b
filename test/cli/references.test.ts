import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryRepository } from '../repo/workspace.ts';
import { findingsOf, run } from './harness.ts';

/** Resources that refer to what is converted, and stay as they are. */

const WATCH = `apiVersion: example.io/v1
kind: Watch
metadata:
  name: editor
rules:
  - apiGroups: [mattermost.com]
    resources: [clusterinstallations]
    verbs: [get]
`;
const SERVICE = `apiVersion: v1\nkind: Service\nmetadata:\n  name: chat\nspec:\n  selector:\n    v1alpha1.mattermost.com/installation: chat-blue\n`;
const INSTALLATION =
  'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n  ingressName: chat.example.com\n';
const SECRET = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: keys\nstringData:\n  kind: hunter2 kind="ClusterInstallation"\n';

const references = async (files: Record<string, string>, ...args: string[]): Promise<string[]> => {
  const result = await run(['scan', '--format', 'json', ...args], { cwd: temporaryRepository(files) });
  expect(result.code).toBe(0);
  return findingsOf(result, 'warning').filter((finding) => finding.startsWith('reference-left'));
};

test('are told where no installation is in sight, and are no error', async () => {
  expect(await references({ 'watch.yaml': WATCH, 'service.yaml': SERVICE })).toEqual([
    'reference-left service.yaml:7',
    'reference-left watch.yaml:7',
  ]);
});

test('are told beside an installation, in Lists and in JSON', async () => {
  const list = `apiVersion: v1\nkind: List\nitems:\n${WATCH.replaceAll(/^/gm, '  ').replace('  apiVersion', '- apiVersion').trimEnd()}\n`;
  const json =
    '{"apiVersion": "v1", "kind": "Service",\n "metadata": {"name": "chat"},\n "spec": {"selector": {"v1alpha1.mattermost.com/resource": "chat-blue"}}}\n';
  expect(await references({ 'chat.yaml': `${INSTALLATION}---\n${SERVICE}`, 'list.yaml': list, 'service.json': json })).toEqual([
    'reference-left chat.yaml:14',
    'reference-left list.yaml:10',
    'reference-left service.json:3',
  ]);
});

test('stay byte for byte when an installation beside them is converted', async () => {
  const cwd = temporaryRepository({ 'chat.yaml': `${INSTALLATION}---\n${SERVICE}---\n${WATCH}` });
  expect((await run(['convert', '--write', '-q'], { cwd })).code).toBe(0);
  const converted = INSTALLATION.replace('mattermost.com/v1alpha1', 'installation.mattermost.com/v1beta1').replace(
    'ClusterInstallation',
    'Mattermost',
  );
  expect(readFileSync(join(cwd, 'chat.yaml'), 'utf8')).toBe(`${converted}---\n${SERVICE}---\n${WATCH}`);
});

test('are told of a stream on standard error only', async () => {
  const { code, stdout, stderr } = await run(['convert', '-'], { cwd: temporaryRepository(), stdin: `${WATCH}---\n${INSTALLATION}` });
  expect(code).toBe(0);
  expect(stdout.toString()).not.toContain('reference-left');
  expect(stdout.toString().startsWith(WATCH)).toBe(true);
  expect(stderr).toContain(
    'stdin:7:17: warning: Watch editor names ClusterInstallation (rules[0].resources[0]), and stays as it is. [reference-left]',
  );
});

test('are not looked for where nobody could read: in templates, in what git ignores, in Secrets', async () => {
  const template = WATCH.replace('editor', '{{ .Release.Name }}');
  expect(
    await references({ 'templates/watch.yaml': template, '.gitignore': 'old\n', 'old/watch.yaml': WATCH, 'secret.yaml': SECRET }),
  ).toEqual([]);
});

test('are left out by a comment and by configuration', async () => {
  const told = WATCH.replace('[clusterinstallations]', '[clusterinstallations] # ci2mm: ignore[reference-left] it goes with the operator');
  expect(await references({ 'watch.yaml': told })).toEqual([]);
  expect(await references({ 'watch.yaml': WATCH, '.ci2mm.yaml': 'rules:\n  reference-left: off\n' })).toEqual([]);
  const result = await run(['scan', '--format', 'json'], {
    cwd: temporaryRepository({ 'watch.yaml': WATCH, '.ci2mm.yaml': 'rules:\n  reference-left: error\n' }),
  });
  expect(result.code).toBe(1);
  expect(findingsOf(result)).toEqual(['reference-left watch.yaml:7']);
});

test('are told to be missing where a file can not be read, when asked for more words', async () => {
  const cwd = temporaryRepository({ 'templates/watch.yaml': WATCH.replace('editor', '{{ .Release.Name }}') });
  const { code, stderr } = await run(['scan', '--verbose'], { cwd });
  expect(code).toBe(0);
  expect(stderr).toContain('not searched for references templates/watch.yaml: the document holds template actions');
  expect((await run(['scan'], { cwd })).stderr).not.toContain('not searched');
});

const ROLE = WATCH.replace('example.io/v1\nkind: Watch', 'rbac.authorization.k8s.io/v1\nkind: Role');
const EXTENDED = ROLE.replace('[mattermost.com]', '[mattermost.com, installation.mattermost.com]').replace(
  '[clusterinstallations]',
  '[clusterinstallations, mattermosts]',
);

test('are written where that is exact, and once only', async () => {
  const cwd = temporaryRepository({ 'chat.yaml': INSTALLATION, 'role.yaml': ROLE });
  const { code, stderr } = await run(['convert', '--write'], { cwd });
  expect([code, stderr]).toEqual([0, expect.stringContaining('; 1 reference extended; ')]);
  expect(readFileSync(join(cwd, 'role.yaml'), 'utf8')).toBe(EXTENDED);
  expect((await run(['convert', '--write'], { cwd })).code).toBe(0);
  expect(readFileSync(join(cwd, 'role.yaml'), 'utf8')).toBe(EXTENDED);
});

test('of which somebody has written the counterpart stay, and are told', async () => {
  const policy = (name: string, group: string): string =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}}\nspec: {podSelector: {matchLabels: {${group}/installation: chat}}}\n`;
  const pair = `${policy('old', 'v1alpha1.mattermost.com')}---\n${policy('new', 'installation.mattermost.com')}`;
  const cwd = temporaryRepository({ 'chat.yaml': INSTALLATION, 'policies.yaml': pair });
  const { stderr } = await run(['convert', '--write'], { cwd });
  expect(readFileSync(join(cwd, 'policies.yaml'), 'utf8')).toBe(pair);
  expect(stderr).toContain('policies.yaml:4:36: warning: NetworkPolicy old goes by the labels');
});

test('for the whole group are written in a file that names no kind', async () => {
  const role = ROLE.replace('[clusterinstallations]', '["*"]');
  const cwd = temporaryRepository({ 'chat.yaml': INSTALLATION, 'role.yaml': role });
  expect((await run(['convert', '--write'], { cwd })).code).toBe(0);
  expect(readFileSync(join(cwd, 'role.yaml'), 'utf8')).toBe(
    `${role}  - apiGroups: [installation.mattermost.com]\n    resources: ["*"]\n    verbs: [get]\n`,
  );
});

test.each([
  ['no installation is converted', INSTALLATION.replace('spec:', 'spec:\n  blueGreen: {enable: true}'), ROLE],
  ['a comment says that it is to stay', INSTALLATION, ROLE.replace('s]\n    verbs', 's] # ci2mm: ignore[reference-left] later\n    verbs')],
  [
    'an anchor says it once for several rules',
    INSTALLATION,
    `${ROLE.replace('[clusterinstallations]', '&r [clusterinstallations]')}  - apiGroups: [mattermost.com]\n    resources: *r\n    verbs: [list]\n`,
  ],
  ['a program writes it', INSTALLATION, `# Code generated by hand. DO NOT EDIT.\n${ROLE}`],
  ['SOPS has sealed it', INSTALLATION, `${ROLE}sops: {mac: x}\n`],
  ['it stands beside what can not be read', INSTALLATION, `${ROLE}---\na: [\n`],
])('stay where %s', async (_, installation, role) => {
  const cwd = temporaryRepository({ 'chat.yaml': installation, 'role.yaml': role });
  await run(['convert', '--write'], { cwd });
  expect(readFileSync(join(cwd, 'role.yaml'), 'utf8')).toBe(role);
});

test('of what some paths hold are those of the paths alone, and mean no installation beyond them', async () => {
  const application = (name: string): string =>
    `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: ${name}\nspec:\n  ignoreDifferences:\n    - {group: mattermost.com, kind: ClusterInstallation, jsonPointers: [/spec/size]}\n`;
  const cwd = temporaryRepository({
    'a/chat.yaml': INSTALLATION,
    'a/app.yaml': application('a'),
    'b/chat.yaml': INSTALLATION,
    'b/app.yaml': application('b'),
  });
  expect((await run(['convert', '--write', 'a'], { cwd })).code).toBe(0);
  const entry = '{group: installation.mattermost.com, kind: Mattermost, jsonPointers: [/spec/size]}';
  expect(readFileSync(join(cwd, 'a/app.yaml'), 'utf8')).toBe(`${application('a')}    - ${entry}\n`);
  expect(readFileSync(join(cwd, 'b/app.yaml'), 'utf8')).toBe(application('b'));
});

const POLICY =
  'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: chat\nspec:\n  selector:\n    matchLabels: {v1alpha1.mattermost.com/installation: chat}\n';

test.each(['diff', 'json', 'sarif', 'markdown', 'html', 'rdjson', 'github', 'text'])(
  'written between Secrets show none of them: %s',
  async (format) => {
    const cwd = temporaryRepository({ 'chat.yaml': INSTALLATION, 'all.yaml': `${SECRET}---\n${POLICY}---\n${SECRET}` });
    const { stdout, stderr } = await run(['convert', '--verbose', '--format', format], { cwd });
    expect(`${stdout.toString()}${stderr}`).not.toContain('hunter2');
    if (format === 'diff') expect(stdout.toString()).toContain('+  name: chat-mattermost');
  },
);
