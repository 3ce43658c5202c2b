import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryRepository } from '../repo/workspace.ts';
import { findingsOf, run } from './harness.ts';

/** Resources that refer to what is converted, and stay as they are. */

const ROLE = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: editor
rules:
  - apiGroups: [mattermost.com]
    resources: [clusterinstallations]
    verbs: [get]
`;
const SERVICE = `apiVersion: v1\nkind: Service\nmetadata:\n  name: chat\nspec:\n  selector:\n    v1alpha1.mattermost.com/installation: chat\n`;
const INSTALLATION =
  'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n  ingressName: chat.example.com\n';
const SECRET = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: keys\nstringData:\n  kind: hunter2 kind="ClusterInstallation"\n';

const references = async (files: Record<string, string>, ...args: string[]): Promise<string[]> => {
  const result = await run(['scan', '--format', 'json', ...args], { cwd: temporaryRepository(files) });
  expect(result.code).toBe(0);
  return findingsOf(result, 'warning').filter((finding) => finding.startsWith('reference-left'));
};

test('are told where no installation is in sight, and are no error', async () => {
  expect(await references({ 'role.yaml': ROLE, 'service.yaml': SERVICE })).toEqual([
    'reference-left role.yaml:7',
    'reference-left service.yaml:7',
  ]);
});

test('are told beside an installation, in Lists and in JSON', async () => {
  const list = `apiVersion: v1\nkind: List\nitems:\n${ROLE.replaceAll(/^/gm, '  ').replace('  apiVersion', '- apiVersion').trimEnd()}\n`;
  const json =
    '{"apiVersion": "v1", "kind": "Service",\n "metadata": {"name": "chat"},\n "spec": {"selector": {"v1alpha1.mattermost.com/resource": "chat"}}}\n';
  expect(await references({ 'chat.yaml': `${INSTALLATION}---\n${SERVICE}`, 'list.yaml': list, 'service.json': json })).toEqual([
    'reference-left chat.yaml:14',
    'reference-left list.yaml:10',
    'reference-left service.json:3',
  ]);
});

test('stay byte for byte when an installation beside them is converted', async () => {
  const cwd = temporaryRepository({ 'chat.yaml': `${INSTALLATION}---\n${SERVICE}---\n${ROLE}` });
  expect((await run(['convert', '--write', '-q'], { cwd })).code).toBe(0);
  const converted = INSTALLATION.replace('mattermost.com/v1alpha1', 'installation.mattermost.com/v1beta1').replace(
    'ClusterInstallation',
    'Mattermost',
  );
  expect(readFileSync(join(cwd, 'chat.yaml'), 'utf8')).toBe(`${converted}---\n${SERVICE}---\n${ROLE}`);
});

test('are told of a stream on standard error only', async () => {
  const { code, stdout, stderr } = await run(['convert', '-'], { cwd: temporaryRepository(), stdin: `${ROLE}---\n${INSTALLATION}` });
  expect(code).toBe(0);
  expect(stdout.toString()).not.toContain('reference-left');
  expect(stdout.toString().startsWith(ROLE)).toBe(true);
  expect(stderr).toContain(
    'stdin:7:17: warning: Role editor names ClusterInstallation (rules[0].resources[0]), and stays as it is. [reference-left]',
  );
});

test('are not looked for where nobody could read: in templates, in what git ignores, in Secrets', async () => {
  const template = ROLE.replace('editor', '{{ .Release.Name }}');
  expect(
    await references({ 'templates/role.yaml': template, '.gitignore': 'old\n', 'old/role.yaml': ROLE, 'secret.yaml': SECRET }),
  ).toEqual([]);
});

test('are left out by a comment and by configuration', async () => {
  const told = ROLE.replace(
    '[clusterinstallations]',
    '[clusterinstallations] # ci2mm: ignore[reference-left] the role goes with the operator',
  );
  expect(await references({ 'role.yaml': told })).toEqual([]);
  expect(await references({ 'role.yaml': ROLE, '.ci2mm.yaml': 'rules:\n  reference-left: off\n' })).toEqual([]);
  const result = await run(['scan', '--format', 'json'], {
    cwd: temporaryRepository({ 'role.yaml': ROLE, '.ci2mm.yaml': 'rules:\n  reference-left: error\n' }),
  });
  expect(result.code).toBe(1);
  expect(findingsOf(result)).toEqual(['reference-left role.yaml:7']);
});

test('are told to be missing where a file can not be read, when asked for more words', async () => {
  const cwd = temporaryRepository({ 'templates/role.yaml': ROLE.replace('editor', '{{ .Release.Name }}') });
  const { code, stderr } = await run(['scan', '--verbose'], { cwd });
  expect(code).toBe(0);
  expect(stderr).toContain('not searched for references templates/role.yaml: the document holds template actions');
  expect((await run(['scan'], { cwd })).stderr).not.toContain('not searched');
});
