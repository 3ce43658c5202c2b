import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { commitAll, git, isRoot, temporaryDirectory, temporaryRepository, writeAll } from '../repo/workspace.ts';
import { reportOf, run } from './harness.ts';
import { configMap, installation } from './manifests.ts';

/** However git is set up: the installation is found where the user points, or it is said why nothing was. */

const CHAT = { 'chat.yaml': installation() };

function committed(files: Readonly<Record<string, string>> = CHAT, ...settings: readonly string[]): string {
  const root = temporaryRepository(files);
  commitAll(root);
  for (const setting of settings) git(root, ['config', ...setting.split('=')]);
  return root;
}

/** Variables of the process, for one test. */
function withEnvironment(variables: Readonly<Record<string, string>>): void {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  Object.assign(process.env, variables);
  onTestFinished(() => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
}

/** Each makes a tree with one installation, and returns where to look. */
const FOUND: Readonly<Record<string, () => string>> = {
  'a plain repository': () => committed(),
  'core.worktree elsewhere': () => committed(CHAT, `core.worktree=${temporaryDirectory()}`),
  'core.worktree elsewhere, nothing committed': () => temporaryRepository(CHAT, [`core.worktree=${temporaryDirectory()}`]),
  'core.worktree that is gone': () => temporaryRepository(CHAT, ['core.worktree=/nowhere']),
  'core.worktree in a file that is included': () => {
    const inclusion = join(temporaryDirectory(), 'config');
    writeFileSync(inclusion, `[core]\n\tworktree = ${temporaryDirectory()}\n`);
    return temporaryRepository(CHAT, [`include.path=${inclusion}`]);
  },
  'core.worktree of a worktree': () => {
    const root = temporaryRepository(CHAT, ['extensions.worktreeConfig=true']);
    git(root, ['config', '--worktree', 'core.worktree', temporaryDirectory()]);
    return root;
  },
  'core.bare beside files': () => temporaryRepository(CHAT, ['core.bare=true']),
  'GIT_DIR of another repository': () => {
    withEnvironment({ GIT_DIR: join(committed({}), '.git') });
    return temporaryRepository(CHAT);
  },
  'GIT_DIR, GIT_WORK_TREE and GIT_INDEX_FILE of a hook': () => {
    const other = committed({});
    withEnvironment({ GIT_DIR: join(other, '.git'), GIT_WORK_TREE: other, GIT_INDEX_FILE: join(other, '.git/index') });
    return temporaryRepository(CHAT);
  },
  'a worktree': () => {
    const path = join(temporaryDirectory(), 'tree');
    git(committed(), ['worktree', 'add', '--quiet', path]);
    return path;
  },
  'a worktree whose repository is gone': () => {
    const [root, path] = [committed(), join(temporaryDirectory(), 'tree')];
    git(root, ['worktree', 'add', '--quiet', path]);
    rmSync(root, { recursive: true });
    return path;
  },
  'a submodule': () => {
    const root = committed({});
    git(root, ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', committed(), 'sub']);
    return join(root, 'sub');
  },
  'a repository within another': () => {
    const root = committed({});
    const inner = join(root, 'inner');
    mkdirSync(inner);
    git(inner, ['init', '--quiet']);
    writeAll(inner, CHAT);
    return inner;
  },
  'a link to the directory of git': () => {
    const root = committed();
    const elsewhere = join(temporaryDirectory(), 'git');
    renameSync(join(root, '.git'), elsewhere);
    symlinkSync(elsewhere, join(root, '.git'));
    return root;
  },
  'a broken index': () => {
    const root = committed();
    writeFileSync(join(root, '.git/index'), 'no index');
    return root;
  },
  'a broken configuration': () => {
    const root = committed();
    writeFileSync(join(root, '.git/config'), '[core\n');
    return root;
  },
  'a split index, sparse and cached': () => committed(CHAT, 'core.splitIndex=true', 'core.untrackedCache=true', 'index.sparse=true'),
  'SHA-256': () => {
    const root = temporaryDirectory();
    git(root, ['init', '--quiet', '--object-format=sha256']);
    writeAll(root, CHAT);
    return root;
  },
  'no git at all': () => {
    withEnvironment({ PATH: '/nowhere' });
    const root = temporaryDirectory();
    writeAll(root, { ...CHAT, '.git/HEAD': 'ref: refs/heads/main\n', '.git/objects/x': '', '.git/refs/x': '' });
    return root;
  },
  'no repository': () => {
    const root = temporaryDirectory();
    writeAll(root, CHAT);
    return root;
  },
};

test.each(Object.entries(FOUND))('found: %s', async (_, make) => {
  const cwd = make();
  const { stderr, code, ...rest } = await run(['convert', '--format', 'json'], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('no ClusterInstallation') as string });
  expect(reportOf({ code, stderr, ...rest }).installations).toMatchObject([{ file: 'chat.yaml', status: 'convertible' }]);
  // What git would be asked for besides must not lead elsewhere either.
  expect(await run(['convert', '--write'], { cwd })).toMatchObject({ code: 0 });
  expect(readFileSync(join(cwd, 'chat.yaml'), 'utf8')).toContain('kind: Mattermost\n');
});

test.runIf(isRoot)('found: a repository of somebody else, whom git does not trust', async () => {
  const cwd = committed({ ...CHAT, 'out/x.yaml': installation('ignored'), '.gitignore': 'out/\n' });
  execFileSync('chown', ['-R', '12345', cwd]);
  const { stderr, ...rest } = await run(['scan', '--format', 'json'], { cwd });
  expect(reportOf({ stderr, ...rest }).installations).toMatchObject([{ file: 'chat.yaml' }]);
  expect(stderr).not.toContain('no ClusterInstallation');
});

/** Each makes a tree, and says where to look, by which paths, and what is to be told. */
const NOTHING: Readonly<Record<string, () => { cwd: string; paths?: string[]; told: RegExp }>> = {
  'manifests of other kinds': () => ({
    cwd: committed({ 'a.yaml': configMap('a'), 'd/b.yml': configMap('b'), 'README.md': '' }),
    told: /^no ClusterInstallation found: git lists 3 files below \. in \/\S+; 2 of them manifests, 2 searched for ClusterInstallation$/,
  }),
  'paths that lead past it': () => ({
    cwd: committed({ ...CHAT, 'd/b.yaml': configMap('b') }),
    paths: ['d'],
    told: /git lists 1 file below d in \/\S+; 1 of them manifests, 1 searched/,
  }),
  'many paths': () => ({
    cwd: committed(Object.fromEntries('abcde'.split('').map((name) => [`${name}.yaml`, configMap(name)]))),
    paths: 'abcde'.split('').map((name) => `${name}.yaml`),
    told: /git lists 5 files below a\.yaml, b\.yaml, c\.yaml, 2 more in/,
  }),
  'an empty repository': () => ({
    cwd: temporaryRepository(),
    told: /git lists 0 files below \. in \/\S+, and what it ignores is not looked at$/,
  }),
  'what git ignores': () => ({
    cwd: temporaryRepository({ ...CHAT, '.git/info/exclude': 'chat.yaml\n' }),
    told: /git lists 0 files below \. in \/\S+, and what it ignores is not looked at$/,
  }),
  'a directory that git ignores': () => ({
    cwd: temporaryRepository({ 'out/chat.yaml': installation(), '.gitignore': 'out/\n' }),
    paths: ['out'],
    told: /git lists 0 files below out in/,
  }),
  'what the configuration ignores': () => ({
    cwd: temporaryRepository({ ...CHAT, 'b.yaml': installation('b'), '.ci2mm.yaml': 'ignore: ["**/*.yaml"]\n' }),
    told: /git lists 3 files below \. in \/\S+; 3 of them manifests, 0 searched for ClusterInstallation; \S+ and 2 more skipped: ignored by the configuration$/,
  }),
  'a submodule below': () => {
    const root = committed({});
    git(root, ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', committed(), 'sub']);
    return { cwd: root, told: /sub skipped: belongs to another git repository; run ci2mm there$/ };
  },
  'a bare repository': () => {
    const path = join(temporaryDirectory(), 'bare.git');
    git('/', ['clone', '--quiet', '--bare', committed(), path]);
    return { cwd: path, told: /bare\.git is a bare git repository, which holds no files; name a working tree$/ };
  },
  'no repository': () => {
    const root = temporaryDirectory();
    writeAll(root, { 'a.yaml': configMap('a') });
    return { cwd: root, told: /1 file lies below \. in \/\S+, which is no git repository; 1 of them manifests, 1 searched/ };
  },
  'no git at all': () => {
    const cwd = committed({ 'a.yaml': configMap('a') });
    withEnvironment({ PATH: '/nowhere' });
    return { cwd, told: /git could not be asked \(git is not installed\); 1 file lies below \. in/ };
  },
  'a broken configuration': () => {
    const cwd = committed({ 'a.yaml': configMap('a') });
    writeFileSync(join(cwd, '.git/config'), '[core\n');
    return { cwd, told: /git could not be asked \(bad config line 1 in file \S+\); 1 file lies below/ };
  },
};

describe('nothing is found, and it is said why', () => {
  test.each(Object.entries(NOTHING))('%s', async (_, make) => {
    const { cwd, paths = [], told } = make();
    for (const command of ['convert', 'scan']) {
      const { code, stderr } = await run([command, ...paths], { cwd });
      const lines = stderr.split('\n').filter((line) => line.startsWith('no ClusterInstallation'));
      expect({ code, lines }).toEqual({ code: 0, lines: [expect.stringMatching(told) as string] });
    }
    expect(await run(['convert', '--quiet', ...paths], { cwd })).toMatchObject({ code: 0, stderr: '' });
  });

  test.runIf(isRoot)('somebody else owns the repository', async () => {
    const cwd = committed({ 'a.yaml': configMap('a') });
    execFileSync('chown', ['-R', '12345', cwd]);
    expect((await run(['convert'], { cwd })).stderr).toMatch(
      /git could not be asked \(detected dubious ownership in repository at .*\); 1 file lies below/,
    );
  });
});

test('what a sparse checkout leaves out is told', async () => {
  const base = { 'base/kustomization.yaml': 'resources: [chat.yaml]\n', 'base/chat.yaml': installation() };
  const cwd = committed({ ...base, 'over/kustomization.yaml': 'resources: [../base]\n', 'over/README.md': '' });
  git(cwd, ['sparse-checkout', 'set', 'base']);
  const told = '1 manifest is not checked out (sparse checkout) and not looked at\n';
  const { stderr } = await run(['convert', '--verbose'], { cwd });
  expect(stderr).toContain(told);
  expect(stderr).toContain('skipped over/kustomization.yaml: not checked out (sparse checkout)');
  const below = await run(['convert', 'base'], { cwd });
  expect(below.stderr).not.toContain(told);
  expect(below.stderr).toContain('and it is not checked out (sparse checkout)');
  // A file that is there all the same is looked at.
  writeAll(cwd, { 'over/kustomization.yaml': 'resources: [../base]\nnamePrefix: a-\n' });
  expect((await run(['convert'], { cwd })).stderr).not.toContain('sparse');
});

test.skipIf(isRoot)('a directory that may not be read is an error', async () => {
  const cwd = temporaryRepository({ 'd/chat.yaml': installation() });
  chmodSync(join(cwd, 'd'), 0);
  onTestFinished(() => chmodSync(join(cwd, 'd'), 0o755));
  expect(await run(['convert'], { cwd })).toMatchObject({ code: 3, stderr: expect.stringContaining('permission denied') as string });
});
