import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { discover as discoverFiles, discoverAll } from '../../src/repo/discover.ts';
import type { Discovery } from '../../src/repo/discover.ts';
import { RepositoryError } from '../../src/repo/error.ts';
import { asNobody, commitAll, failureOf, git, isRoot, temporaryDirectory, temporaryRepository, writeAll } from './workspace.ts';

/** What is found; whether that is the whole tree has a test of its own. */
async function discover(...args: Parameters<typeof discoverFiles>): Promise<Omit<Discovery, 'isWhole'>> {
  const { isWhole, ...found } = await discoverFiles(...args);
  expect(typeof isWhole).toBe('boolean');
  return found;
}

test('a run over the top of a tree knows that nothing lies beyond', async () => {
  const root = temporaryRepository({ 'a.yaml': 'a: 1\n', 'b/c.yaml': 'c: 1\n' });
  expect((await discoverFiles(['.'], { cwd: root })).isWhole).toBe(true);
  expect((await discoverFiles(['b'], { cwd: root })).isWhole).toBe(false);
  expect((await discoverFiles(['a.yaml'], { cwd: root })).isWhole).toBe(false);
});

/** With git, and in the two ways of doing without it: both must find the same. */
const WAYS: Readonly<Record<string, () => string>> = {
  git: () => temporaryRepository(),
  'no git to run': () => {
    const root = temporaryRepository();
    vi.stubEnv('PATH', '/nonexistent');
    onTestFinished(() => void vi.unstubAllEnvs());
    return root;
  },
  'no repository': () => temporaryDirectory(),
};

const filesIn = async (root: string, ...paths: string[]): Promise<readonly string[]> => (await discover(paths, { cwd: root })).files;

describe.each(Object.entries(WAYS))('with %s', (_, create) => {
  test('manifests are found below the working directory, sorted', async () => {
    const root = create();
    writeAll(root, {
      'b.yaml': '',
      'a/x.yml': '',
      'a/y.json': '',
      'a.yaml': '',
      '.github/w.yaml': '',
      'README.md': '',
      'a/yaml': '',
      'UPPER.YAML': '',
    });
    expect(await discover([], { cwd: root })).toMatchObject({
      root,
      files: ['.github/w.yaml', 'UPPER.YAML', 'a.yaml', 'a/x.yml', 'a/y.json', 'b.yaml'],
      skipped: [],
    });
  });

  test('what git ignores is left out, as are directories of tools', async () => {
    const root = create();
    writeAll(root, { '.gitignore': 'out/\n*.tmp.yaml\n', 'a/.gitignore': '/local.yaml\n!kept.tmp.yaml\n' });
    writeAll(root, {
      'out/a.yaml': '',
      'x.tmp.yaml': '',
      'a/local.yaml': '',
      'a/kept.tmp.yaml': '',
      'a/b/local.yaml': '',
      'node_modules/m/a.yaml': '',
      'a/node_modules/a.yaml': '',
    });
    expect(await filesIn(root)).toEqual(['a/b/local.yaml', 'a/kept.tmp.yaml']);
  });

  test('a file that is named is taken, whatever it is called and whether git ignores it', async () => {
    const root = create();
    writeAll(root, { '.gitignore': 'ignored*\n', 'ignored.yaml': '', 'manifest.tmpl': '', 'node_modules/a.yaml': '', 'other.yaml': '' });
    expect(await filesIn(root, 'manifest.tmpl', 'ignored.yaml', './node_modules/a.yaml')).toEqual([
      'ignored.yaml',
      'manifest.tmpl',
      'node_modules/a.yaml',
    ]);
  });

  test('a file reached through several paths is there once', async () => {
    const root = create();
    writeAll(root, { 'a/b/c.yaml': '', 'a-b/d.yaml': '', 'e.yaml': '' });
    symlinkSync('a', join(root, 'link'));
    expect(await filesIn(root, 'a', 'a/b', 'a/../a/b/c.yaml', join(root, 'a'), 'link/b', 'a-b', 'a-b/')).toEqual([
      'a-b/d.yaml',
      'a/b/c.yaml',
    ]);
  });

  test('names may hold anything', async () => {
    const root = create();
    const names = [
      'with space.yaml',
      ' lead.yaml',
      'new\nline.yaml',
      'tab\t.yaml',
      'ünïcode 🎉.yaml',
      '-rf.yaml',
      '--.yaml',
      '"quoted".yaml',
      '[a]{b}*?!.yaml',
      ':(glob)x.yaml',
      '#.yaml',
      'replaced \u{FFFD}.yaml',
    ];
    const files = names.flatMap((name) => [name, `-d [x] ü/${name}`]);
    writeAll(root, Object.fromEntries(files.map((name) => [name, ''])));
    expect(await filesIn(root)).toEqual(files.toSorted());
    expect(await filesIn(root, '-d [x] ü')).toEqual(files.filter((name) => name.startsWith('-d')).toSorted());
  });

  test('a name that is no UTF-8 is not lost', async () => {
    const root = create();
    writeFileSync(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9]), Buffer.from('.yaml')]), '');
    expect(await discover([], { cwd: root })).toMatchObject({
      files: [],
      skipped: [{ file: 'caf\u{FFFD}.yaml', code: 'unreadable-name' }],
    });
  });

  test('a directory link is not followed, and reported when it leads out of the tree', async () => {
    const root = create();
    const elsewhere = temporaryDirectory();
    writeAll(elsewhere, { 'out.yaml': '' });
    writeAll(root, { 'a/b.yaml': '' });
    symlinkSync(elsewhere, join(root, 'out'));
    symlinkSync('a', join(root, 'inside'));
    symlinkSync('..', join(root, 'a/loop'));
    symlinkSync('itself', join(root, 'itself'));
    expect(await discover([], { cwd: root })).toMatchObject({ files: ['a/b.yaml'], skipped: [{ file: 'out', code: 'outside-tree' }] });
  });

  test.runIf(isRoot)('a link to where nobody may look is no obstacle', async () => {
    const root = create();
    const elsewhere = temporaryDirectory();
    chmodSync(elsewhere, 0o700);
    symlinkSync(join(elsewhere, 'd'), join(root, 'out'));
    execFileSync('/bin/chown', ['-R', '65534', root]);
    expect(await asNobody(() => discover([], { cwd: root }))).toMatchObject({
      files: [],
      skipped: [{ file: 'out', code: 'outside-tree' }],
    });
  });

  test('a path through a link that leaves the tree is refused', async () => {
    const root = create();
    const elsewhere = temporaryDirectory();
    writeAll(elsewhere, { 'd/out.yaml': '' });
    symlinkSync(elsewhere, join(root, 'out'));
    symlinkSync(join(elsewhere, 'd/out.yaml'), join(root, 'out.yaml'));
    for (const path of ['out', 'out/d', 'out/d/out.yaml', 'out.yaml']) {
      expect(await failureOf(discover([path], { cwd: root }))).toMatchObject({
        kind: 'usage',
        message: expect.stringContaining(`${path} is reached through a symbolic link`),
      });
    }
  });

  test('paths that lead nowhere are named', async () => {
    const root = create();
    symlinkSync('nowhere', join(root, 'broken'));
    symlinkSync('loop', join(root, 'loop'));
    execFileSync('/usr/bin/mkfifo', [join(root, 'pipe')]);
    const messages = {
      'missing.yaml': 'missing.yaml does not exist',
      'a\n/b': 'a\\u{a}/b does not exist',
      broken: 'broken does not exist',
      loop: 'loop is a symbolic link that leads back to itself',
      pipe: 'pipe is neither a file nor a directory',
      '': 'a path is empty',
    };
    for (const [path, message] of Object.entries(messages)) {
      expect(await failureOf(discover(['.', path], { cwd: root }))).toMatchObject({ name: 'RepositoryError', kind: 'usage', message });
    }
  });

  test.runIf(isRoot)('a directory that may not be read is named', async () => {
    const root = create();
    writeAll(root, { 'a/locked/b.yaml': '', 'c.yaml': '', 'node_modules/locked/x': '' });
    execFileSync('/bin/chown', ['-R', '65534', root]);
    chmodSync(join(root, 'a/locked'), 0);
    const message = `cannot read the directory ${join(root, 'a/locked')}: permission denied`;
    expect(await asNobody(() => failureOf(discover([], { cwd: root })))).toMatchObject({ kind: 'io', message });
    expect(await asNobody(() => failureOf(discover(['a/locked/b.yaml'], { cwd: root })))).toMatchObject({
      kind: 'io',
      message: 'cannot read a/locked/b.yaml: permission denied',
    });
    expect(await asNobody(() => filesIn(root, 'c.yaml'))).toEqual(['c.yaml']);
  });

  test('an ignored directory that is named is not passed over in silence', async () => {
    const root = create();
    writeAll(root, { '.gitignore': 'out/\n', 'out/a.yaml': '', 'b/c.txt': '' });
    mkdirSync(join(root, 'empty'));
    expect(await discover(['out', 'b', 'empty'], { cwd: root })).toMatchObject({ files: [], skipped: [{ file: 'out', code: 'ignored' }] });
  });
});

describe('in a git repository', () => {
  test('tracked and untracked files are found, from any directory', async () => {
    const root = temporaryRepository({ 'a/tracked.yaml': '', 'a/ignored.yaml': '', '.gitignore': 'ignored.yaml\n' });
    git(root, ['add', '--force', '.']);
    writeAll(root, { 'a/untracked.yaml': '', 'b.yaml': '' });
    expect(await discover([], { cwd: join(root, 'a') })).toMatchObject({
      root,
      files: ['a/ignored.yaml', 'a/tracked.yaml', 'a/untracked.yaml'],
      skipped: [],
    });
    expect(await filesIn(join(root, 'a'), '..')).toContain('b.yaml');
    expect((await discoverAll(root)).files).toHaveLength(4);
  });

  test('an unmerged file is there once', async () => {
    const root = temporaryRepository({ 'a.yaml': 'a\n' });
    commitAll(root);
    git(root, ['checkout', '--quiet', '-b', 'other']);
    writeAll(root, { 'a.yaml': 'b\n' });
    commitAll(root);
    git(root, ['checkout', '--quiet', '-']);
    writeAll(root, { 'a.yaml': 'c\n' });
    commitAll(root);
    expect(() => git(root, ['merge', 'other'])).toThrow('Command failed');
    expect(await filesIn(root)).toEqual(['a.yaml']);
  });

  test('a path decides by itself to which repository it belongs', async () => {
    const [one, other] = [temporaryRepository({ 'a/b.yaml': '' }), temporaryRepository({ 'c/d.yaml': '' })];
    expect(await discover([join(other, 'c')], { cwd: one })).toMatchObject({ root: other, files: ['c/d.yaml'], skipped: [] });
    const failure = await failureOf(discover(['a', join(other, 'c')], { cwd: one }));
    expect(failure).toMatchObject({
      kind: 'usage',
      message: `a belongs to the git repository ${one}, but ${other}/c belongs to the git repository ${other}; run ci2mm once for each`,
    });
    expect(await failureOf(discover(['a', temporaryDirectory()], { cwd: one }))).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('is in no git repository'),
    });
  });

  test('repositories inside are left to themselves, and said to be', async () => {
    const root = temporaryRepository({ 'a.yaml': '' });
    git(root, ['init', '--quiet', 'nested']);
    writeAll(root, { 'nested/b.yaml': '' });
    expect(await discover([], { cwd: root })).toMatchObject({ files: ['a.yaml'], skipped: [{ file: 'nested', code: 'other-repository' }] });
    commitAll(join(root, 'nested'));
    git(root, ['-c', 'advice.addEmbeddedRepo=false', 'add', 'nested']);
    expect(await discover([], { cwd: root })).toMatchObject({ files: ['a.yaml'], skipped: [{ file: 'nested', code: 'other-repository' }] });
    expect(await discover(['nested'], { cwd: root })).toMatchObject({ root: join(root, 'nested'), files: ['b.yaml'], skipped: [] });
  });

  test('a worktree is a top level of its own', async () => {
    const root = temporaryRepository({ 'a.yaml': '' });
    commitAll(root);
    const tree = join(temporaryDirectory(), 'tree');
    git(root, ['worktree', 'add', '--quiet', tree]);
    expect(await discover(['a.yaml', '.'], { cwd: tree })).toMatchObject({ root: tree, files: ['a.yaml'], skipped: [] });
  });

  test('an empty directory called .git makes no repository', async () => {
    const root = temporaryRepository({ 'a/b.yaml': '' });
    mkdirSync(join(root, 'a/.git'));
    expect(await discover([], { cwd: join(root, 'a') })).toMatchObject({ root, files: ['a/b.yaml'] });
  });

  test('variables of a running hook lead nowhere else', async () => {
    const [root, other] = [temporaryRepository({ 'a.yaml': '' }), temporaryRepository({ 'b.yaml': '' })];
    vi.stubEnv('GIT_DIR', join(other, '.git'));
    vi.stubEnv('GIT_WORK_TREE', other);
    vi.stubEnv('GIT_INDEX_FILE', join(other, '.git/index'));
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await discover([], { cwd: root })).toMatchObject({ root, files: ['a.yaml'] });
  });

  test('nothing that the repository configures is started', async () => {
    const root = temporaryRepository({ 'a.yaml': '' });
    commitAll(root);
    const trace = join(temporaryDirectory(), 'started');
    const program = join(root, 'program');
    writeFileSync(program, `#!/bin/sh\ntouch ${trace}\n`, { mode: 0o755 });
    git(root, ['config', 'core.fsmonitor', program]);
    git(root, ['ls-files', '--others']);
    expect(existsSync(trace)).toBe(true);
    rmSync(trace);
    expect(await filesIn(root)).toEqual(['a.yaml']);
    expect(existsSync(trace)).toBe(false);
  });

  test.runIf(isRoot)('files of another owner are found although git refuses', async () => {
    const root = temporaryRepository({ 'a.yaml': '', 'out/b.yaml': '', '.gitignore': 'out\n' });
    chownSync(root, 65534, 65534);
    expect(() => git(root, ['ls-files'])).toThrow('dubious ownership');
    vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await discover([], { cwd: root })).toMatchObject({ root, files: ['a.yaml'], skipped: [] });
  });

  test('more directories than fit on a command line', async () => {
    const directories = Array.from({ length: 900 }, (_, index) => `clusters/with-a-rather-long-name/${index}`);
    const root = temporaryRepository(Object.fromEntries(directories.map((directory) => [`${directory}/a.yaml`, ''])));
    expect(await filesIn(root, ...directories)).toHaveLength(900);
  });

  test('a tracked link is told from a file without a look at either', async () => {
    const elsewhere = temporaryDirectory();
    const root = temporaryRepository({ 'a.yaml': '' });
    symlinkSync(elsewhere, join(root, 'out'));
    commitAll(root);
    expect(await discover([], { cwd: root })).toMatchObject({ files: ['a.yaml'], skipped: [{ file: 'out', code: 'outside-tree' }] });
  });
});

describe('outside git', () => {
  test('paths elsewhere share the directory above them as root', async () => {
    const [here, there] = [temporaryDirectory(), temporaryDirectory()];
    writeAll(there, { 'a/b/c.yaml': '', 'a/d.yaml': '', 'e.yaml': '' });
    expect(await discover([join(there, 'a')], { cwd: here })).toMatchObject({ root: join(there, 'a'), files: ['b/c.yaml', 'd.yaml'] });
    expect(await discover([join(there, 'a/b'), join(there, 'a/d.yaml')], { cwd: here })).toMatchObject({
      root: join(there, 'a'),
      files: ['b/c.yaml', 'd.yaml'],
    });
  });

  test('a repository below the working directory is the root of its paths', async () => {
    const directory = temporaryDirectory();
    git(directory, ['init', '--quiet', 'repository']);
    writeAll(directory, { 'repository/a/b.yaml': '' });
    expect(await discover(['repository/a'], { cwd: directory })).toMatchObject({
      root: join(directory, 'repository'),
      files: ['a/b.yaml'],
    });
  });
});

test('an error of the system keeps its code', async () => {
  const failure = await failureOf(discover(['missing'], { cwd: temporaryDirectory() }));
  expect(failure).toBeInstanceOf(RepositoryError);
  expect(failure).toMatchObject({ code: 'ENOENT' });
});
