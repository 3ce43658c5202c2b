import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plainOf } from '../../src/model/value.ts';
import { reportOf, run } from '../cli/harness.ts';
import { buildFiles, quickest } from '../kustomize/binary.ts';
import { temporaryRepository } from '../repo/workspace.ts';
import { installation } from './repositories.ts';

const SPEC = '  migrate: true\n';
const overlay = (namespace: string): string => `namespace: ${namespace}\nresources: [../base]\n`;

const FILES = {
  'base/kustomization.yaml': 'resources: [chat.yaml]\n',
  'base/chat.yaml': installation('chat', '', SPEC),
  'eu/kustomization.yaml': overlay('eu'),
  'us/kustomization.yaml': overlay('us'),
  'solo/solo.yaml': installation('solo', '  namespace: so\n', SPEC),
  'pair/kustomization.yaml': 'namespace: pair\nresources: [one.yaml, two.yaml]\n',
  'pair/one.yaml': installation('one', '', SPEC),
  'pair/two.yaml': installation('two', '', SPEC),
  'roles.yaml':
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules:\n- {apiGroups: [mattermost.com], resources: [clusterinstallations], verbs: [get]}\n',
};

interface Outcome {
  readonly code: number | null;
  readonly stderr: string;
  readonly files: Readonly<Record<string, string>>;
  readonly rows: readonly string[];
}

async function converted(args: readonly string[], prove = 'auto'): Promise<Outcome> {
  const cwd = temporaryRepository(FILES);
  const result = await run(['convert', '--write', '--assume-database', 'external', '--prove', prove, '--format', 'json', ...args], { cwd });
  const files = Object.fromEntries(Object.keys(FILES).map((file) => [file, readFileSync(join(cwd, file), 'utf8')]));
  const rows =
    result.code === 2 ? [] : reportOf(result).installations.map(({ namespace, name, status }) => `${namespace}/${name} ${status}`);
  return { code: result.code, stderr: result.stderr, files, rows };
}

const changed = ({ files }: Outcome): string[] => Object.entries(FILES).flatMap(([file, text]) => (files[file] === text ? [] : [file]));

const kinds = (files: Outcome['files'], root: string): string[] => {
  const built = buildFiles(files, root, quickest);
  if ('error' in built) throw new Error(built.error);
  return built.values.map((value) => (plainOf(value) as { kind: string }).kind).toSorted();
};

test.each<[string, readonly string[], readonly string[], readonly string[]]>([
  ['a manifest by its name', ['--only', 'so/solo'], ['solo/solo.yaml', 'roles.yaml'], ['so/solo converted']],
  ['a manifest by its file', ['--root', 'solo/solo.yaml'], ['solo/solo.yaml', 'roles.yaml'], ['so/solo converted']],
  ['all that share a base', ['--root', 'eu', '--root', 'us'], ['base/chat.yaml', 'roles.yaml'], ['eu/chat converted', 'us/chat converted']],
  ['one of two that one kustomization builds', ['--only', 'pair/two'], ['pair/two.yaml', 'roles.yaml'], ['pair/two converted']],
])('%s alone is converted', async (_, args, files, rows) => {
  for (const prove of ['auto', 'never']) {
    const outcome = await converted(args, prove);
    expect([outcome.code, changed(outcome), outcome.rows]).toEqual([0, files, rows]);
    // Somebody goes on needing the old kind.
    expect(outcome.files['roles.yaml']).toContain('[clusterinstallations, mattermosts]');
    expect(outcome.stderr).toMatch(/, \d not (?:looked at|chosen)/);
  }
});

test('what was not chosen builds what it did', async () => {
  const { files } = await converted(['--only', 'pair/two', '--only', 'solo']);
  expect([kinds(files, 'pair'), kinds(files, 'eu'), kinds(files, 'us')]).toEqual([
    ['ClusterInstallation', 'Mattermost'],
    ['ClusterInstallation'],
    ['ClusterInstallation'],
  ]);
});

test('a part of those that share a base is blocked, and nothing changes', async () => {
  const outcome = await converted(['--root', 'eu']);
  expect([outcome.code, changed(outcome), outcome.rows]).toEqual([1, [], ['eu/chat blocked']]);
});

test('without what was not chosen, nothing is said to be found that is not', async () => {
  const { code, stderr, rows } = await converted(['--only', 'nope']);
  expect([code, rows]).toEqual([0, []]);
  expect(stderr).toContain('--only nope: no such installation was found');
  expect(stderr).toMatch(/, 5 not (?:looked at|chosen)/);
  expect(stderr).not.toContain('no ClusterInstallation found');
});

test('a stream is converted as a whole', async () => {
  const { code, stderr } = await run(['convert', '--only', 'chat', '-'], { cwd: temporaryRepository({}), stdin: FILES['base/chat.yaml'] });
  expect([code, stderr]).toEqual([2, expect.stringContaining('a stream is converted as a whole')]);
});
