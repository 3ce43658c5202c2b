import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commitAll, git, temporaryDirectory, temporaryRepository, writeAll } from '../repo/workspace.ts';
import { reportOf, run } from './harness.ts';
import { blocked, configMap, installation } from './manifests.ts';

const kustomization = (...resources: string[]): string => `resources:\n${resources.map((each) => `  - ${each}\n`).join('')}`;

const FILES = {
  'a/chat.yaml': installation('a'),
  'b/chat.yaml': blocked('b'),
  'base/chat.yaml': installation('c'),
  'base/kustomization.yaml': kustomization('chat.yaml'),
  'eu/kustomization.yaml': `namespace: eu\n${kustomization('../base')}`,
  'us/kustomization.yaml': `namespace: us\n${kustomization('../base')}`,
  'secret/chat.yaml': installation('d', '  database:\n    secret: db\n'),
  'secret/db.yaml': 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\nstringData:\n  DB_CONNECTION_STRING: c4n4ry\n',
  'readme.yaml': configMap('x'),
  '.ci2mm.yaml': 'ignore: []\n',
};

function repository(): string {
  const root = temporaryRepository(FILES);
  commitAll(root);
  git(root, ['tag', 'start']);
  return root;
}

/** The names of the installations that are looked at, and how many are not. */
async function lookedAt(cwd: string, ref = 'start'): Promise<{ readonly names: string[]; readonly notChosen: number }> {
  const { installations, summary } = reportOf(await run(['scan', '--prove', 'never', '--changed-since', ref, '--format', 'json'], { cwd }));
  const names = installations.map(({ namespace, name }) => [namespace, name].filter((each) => each !== null).join('/'));
  return { names: names.sort(), notChosen: summary.notChosen };
}

const ALL = ['a', 'b', 'd', 'eu/c', 'us/c'];

describe('--changed-since', () => {
  test.each([
    ['nothing', {}, []],
    ['a file of no installation', { 'readme.yaml': configMap('y') }, []],
    ['a manifest', { 'a/chat.yaml': installation('a', '  version: 10.1.0\n') }, ['a']],
    ['an overlay, with all of its family', { 'eu/kustomization.yaml': `namespace: eu\nresources: [../base]\n` }, ['eu/c', 'us/c']],
    ['a base', { 'base/chat.yaml': installation('c', '  version: 10.1.0\n') }, ['eu/c', 'us/c']],
    ['the Secret that an installation names', { 'secret/db.yaml': `${FILES['secret/db.yaml']}  MORE: c4n4ry\n` }, ['d']],
    ['a new file', { 'new/chat.yaml': installation('e') }, ['e']],
    ['one that has the name of another', { 'new/chat.yaml': installation('a') }, ['a', 'a']],
    ['the configuration', { '.ci2mm.yaml': 'ignore: [nothing/**]\n' }, ALL],
  ])('%s: changed, staged, committed', async (_, files, names) => {
    const cwd = repository();
    const expected = { names };
    writeAll(cwd, files);
    expect(await lookedAt(cwd)).toMatchObject(expected);
    git(cwd, ['add', '--all']);
    expect(await lookedAt(cwd)).toMatchObject(expected);
    commitAll(cwd);
    expect(await lookedAt(cwd)).toMatchObject(expected);
    expect(await lookedAt(cwd, 'HEAD')).toMatchObject({ names: [], notChosen: expect.any(Number) });
  });

  test('a file that is gone may have been anything', async () => {
    const cwd = repository();
    rmSync(join(cwd, 'secret/db.yaml'));
    expect((await lookedAt(cwd)).names).toEqual(ALL);
  });

  test('what only the other branch has changed is not looked at', async () => {
    const cwd = repository();
    git(cwd, ['checkout', '--quiet', '-b', 'other']);
    writeAll(cwd, { 'a/chat.yaml': installation('a', '  version: 10.1.0\n') });
    commitAll(cwd);
    git(cwd, ['checkout', '--quiet', '-b', 'mine', 'start']);
    writeAll(cwd, { 'b/chat.yaml': installation('b') });
    expect(await lookedAt(cwd, 'other')).toEqual({ names: ['b'], notChosen: 4 });
  });

  test('converts what was changed, and says what was not looked at', async () => {
    const cwd = repository();
    writeAll(cwd, { 'a/chat.yaml': installation('a', '  version: 10.1.0\n') });
    const { code, stderr } = await run(['convert', '--write', '--changed-since', 'start'], { cwd });
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, 'a/chat.yaml'), 'utf8')).toContain('kind: Mattermost\n');
    expect(readFileSync(join(cwd, 'base/chat.yaml'), 'utf8')).toContain('kind: ClusterInstallation\n');
    expect(stderr).toMatch(/^1 installation: converted 1, wrote 1 file, 0 blocked, 4 not looked at;/m);
  });

  test('is never taken for a clean repository', async () => {
    const cwd = repository();
    const { stderr, stdout } = await run(['convert', '--changed-since', 'start', '--format', 'markdown'], { cwd });
    expect(stderr).not.toContain('no ClusterInstallation found');
    expect(stdout.toString()).toContain('5 installations were not looked at. No other ClusterInstallation found.');
  });

  test.each([
    ['a commit that is not there', 'nope', 'git knows no such commit here'],
    ['an option', '--output=x', 'git knows no such commit here'],
    ['a file', 'HEAD:a/chat.yaml', 'git knows no such commit here'],
  ])('%s is refused', async (_, ref, message) => {
    const cwd = repository();
    const { code, stderr } = await run(['scan', `--changed-since=${ref}`], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(`--changed-since ${ref}: ${message}`);
  });

  test('a history without a common commit, a folder without git, and a stream are refused', async () => {
    const cwd = repository();
    git(cwd, ['checkout', '--quiet', '--orphan', 'lonely']);
    writeAll(cwd, { 'lonely.txt': '' });
    commitAll(cwd);
    expect(await run(['scan', '--changed-since', 'start'], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no commit in common') as string,
    });
    expect(await run(['scan', '--changed-since', 'start'], { cwd: temporaryDirectory() })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no git repository') as string,
    });
    expect(await run(['convert', '-', '--changed-since', 'start'], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('a stream') as string,
    });
  });
});
