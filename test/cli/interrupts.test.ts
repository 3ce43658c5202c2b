import { lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { git, temporaryDirectory, temporaryRepository, writeAll } from '../repo/workspace.ts';
import { finished, run, runProcess, startProcess } from './harness.ts';
import { installation } from './manifests.ts';

/** Writes that are ended from outside: by a signal, by a kill, by the power. */

/** Signals sent in all. */
const ROUNDS = Number(process.env['CI2MM_SIGNALS'] ?? 12);

const FAMILIES = 5;
const OVERLAYS = 7;
const ALONE = 160;

const base = (family: string): Record<string, string> => ({
  [`${family}/base/kustomization.yaml`]: 'resources: [chat.yaml]\n',
  [`${family}/base/chat.yaml`]: installation(family),
});

const overlay = (family: string, name: string): Record<string, string> => ({
  [`${family}/${name}/kustomization.yaml`]: 'resources: [../base]\npatches: [{path: patch.yaml}]\n',
  [`${family}/${name}/patch.yaml`]: `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: ${family}}\nspec:\n  ingressName: ${name}.example.com\n`,
});

const numbered = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Two hundred files that change: forty of families, the others by themselves. */
const TREE = Object.assign(
  Object.fromEntries(numbered(ALONE).map((index) => [`alone/d${index % 7}/${index}.yaml`, installation(`alone-${index}`)])),
  ...numbered(FAMILIES).flatMap((family) => [
    base(`chat-${family}`),
    ...numbered(OVERLAYS).map((name) => overlay(`chat-${family}`, `o${name}`)),
  ]),
) as Record<string, string>;

const ARGS = ['convert', '--write', '--prove', 'never', '--quiet', '--format', 'json', '-o', '/dev/null'];

const CHANGING = Object.keys(TREE).filter((file) => !file.endsWith('kustomization.yaml'));

const contentsIn = (root: string): string[] => CHANGING.map((file) => readFileSync(join(root, file), 'utf8'));

const leftovers = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('ci2mm') && !name.startsWith('.git/hooks'));

const exists = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test(
  `${ROUNDS} signals at random moments leave all files old or all new, and nothing beside them`,
  { timeout: 60_000 + ROUNDS * 5000 },
  async () => {
    const probe = temporaryRepository(TREE);
    const started = performance.now();
    expect(await runProcess(ARGS, { cwd: probe })).toMatchObject({ code: 0, stderr: '' });
    const duration = performance.now() - started;
    const [old, converted] = [CHANGING.map((file) => TREE[file]), contentsIn(probe)];
    expect(converted.filter((text) => text.includes('mattermost.com/v1alpha1'))).toEqual([]);

    const seen = new Map<string, number>();
    const round = async (index: number): Promise<void> => {
      const signal = (Object.keys(SIGNALS) as (keyof typeof SIGNALS)[])[index % 3] ?? 'SIGINT';
      const root = temporaryRepository(TREE);
      const child = await startProcess(ARGS, { cwd: root });
      child.stdin?.end();
      const ended = finished(child);
      // Most of a run is reading; two thirds of the signals are kept for the writing, which begins with its journal.
      if (index % 3 === Math.floor(index / 3) % 3) await pause(Math.random() * duration);
      else {
        while (child.exitCode === null && !exists(join(root, '.git/ci2mm-journal'))) await pause(1);
        await pause(Math.random() * duration * 0.4);
      }
      child.kill(signal);
      const { code, signal: by } = await ended;
      const found = contentsIn(root);
      const state = found.every((text, at) => text === old[at])
        ? 'old'
        : found.every((text, at) => text === converted[at])
          ? 'new'
          : 'mixed';
      const status = by === null ? code : SIGNALS[by as keyof typeof SIGNALS];
      expect
        .soft({ index, state, leftovers: leftovers(root) })
        .toEqual({ index, state: expect.not.stringMatching('mixed') as string, leftovers: [] });
      // A signal that comes when all is done changes nothing.
      expect
        .soft({ index, status })
        .toEqual({ index, status: expect.toBeOneOf(state === 'new' ? [0, SIGNALS[signal]] : [SIGNALS[signal]]) as number });
      seen.set(`${state} ${status === 0 ? 'ended' : 'by signal'}`, (seen.get(`${state} ${status === 0 ? 'ended' : 'by signal'}`) ?? 0) + 1);
      rmSync(root, { recursive: true });
    };
    const rounds = numbered(ROUNDS).values();
    const worker = async (): Promise<void> => {
      for (const index of rounds) await round(index);
    };
    await Promise.all([worker(), worker()]);
    if (process.env['CI2MM_SIGNALS'] !== undefined) console.log(Object.fromEntries(seen));
    expect(seen.get('old by signal') ?? 0).toBeGreaterThan(0);
  },
);

const FAMILY = { ...base('chat'), ...overlay('chat', 'prod'), ...overlay('chat', 'test dir') };
const WRITTEN = ['chat/base/chat.yaml', 'chat/prod/patch.yaml', 'chat/test dir/patch.yaml'];

/** A process that kills itself instead of replacing a file for the n-th time. */
function killer(renames: number): string {
  const path = join(temporaryDirectory(), 'killer.cjs');
  writeFileSync(
    path,
    `const fs = require('node:fs'); const rename = fs.renameSync; let left = ${renames};
     fs.renameSync = (...args) => { if (left-- === 0) process.kill(process.pid, 'SIGKILL'); rename(...args); };`,
  );
  return path;
}

const killedAt = (renames: number, cwd: string) =>
  runProcess(['convert', '--write', '--prove', 'never'], { cwd, env: { NODE_OPTIONS: `--require ${killer(renames)}` } });

test('before the first file is replaced: the next run goes on and clears up', async () => {
  const cwd = temporaryRepository(FAMILY);
  git(cwd, ['add', '.']);
  expect(await killedAt(0, cwd)).toMatchObject({ signal: 'SIGKILL' });
  expect(leftovers(cwd)).toHaveLength(4);
  expect(await run(['scan', '--prove', 'never'], { cwd })).toMatchObject({ code: 0 });
  expect(await run(['convert', '--write', '--prove', 'never'], { cwd })).toMatchObject({ code: 0 });
  expect(leftovers(cwd)).toEqual([]);
  for (const file of WRITTEN) expect(readFileSync(join(cwd, file), 'utf8')).toContain('kind: Mattermost\n');
});

test.each([1, 2])('with %i of three files replaced: the next run says so, and how to get out', async (renames) => {
  const cwd = temporaryRepository(FAMILY);
  git(cwd, ['add', '.']);
  const sub = join(cwd, 'chat/prod');
  expect(await killedAt(renames, cwd)).toMatchObject({ signal: 'SIGKILL' });
  // What is left of the writing itself is no noise to git.
  expect(git(cwd, ['status', '--short']).toString()).not.toContain('journal');
  const left = leftovers(cwd);
  for (const args of [['convert'], ['convert', '--write'], ['scan'], ['scan', 'chat/prod'], ['init']]) {
    const told = await run(args, { cwd });
    expect(told).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^ci2mm: an earlier run was ended while it was writing: of 3 files /) as string,
    });
    expect(told.stdout).toHaveLength(0);
  }
  expect(leftovers(cwd)).toEqual(left);
  const { stderr } = await run(['convert', '.'], { cwd: sub });
  const command = /by: (git .*), then run ci2mm again$/m.exec(stderr)?.[1] ?? '';
  expect(command).toContain(' checkout -- ');
  await runProcess([], { cwd: sub, shell: command });
  expect(await run(['convert', '--write', '--prove', 'never'], { cwd })).toMatchObject({ code: 0 });
  expect(leftovers(cwd)).toEqual([]);
  for (const file of WRITTEN) expect(readFileSync(join(cwd, file), 'utf8')).not.toContain('ClusterInstallation');
});

test('with all files replaced: nothing is half done', async () => {
  const cwd = temporaryRepository(FAMILY);
  git(cwd, ['add', '.']);
  // The report is written by a rename as well.
  await runProcess(['convert', '--write', '--prove', 'never', '-o', 'report.diff'], {
    cwd,
    env: { NODE_OPTIONS: `--require ${killer(3)}` },
  });
  expect(await run(['convert', '--write', '--prove', 'never'], { cwd })).toMatchObject({ code: 0 });
  for (const file of WRITTEN) expect(readFileSync(join(cwd, file), 'utf8')).not.toContain('ClusterInstallation');
});

test('in a worktree the journal lies where git keeps what belongs to it, and no other worktree minds', async () => {
  const main = temporaryRepository(FAMILY);
  git(main, ['add', '.']);
  git(main, ['commit', '--quiet', '--message', 'all']);
  const cwd = join(temporaryDirectory(), 'other');
  git(main, ['worktree', 'add', '--quiet', cwd]);
  expect(await killedAt(1, cwd)).toMatchObject({ signal: 'SIGKILL' });
  expect(exists(join(main, '.git/worktrees/other/ci2mm-journal'))).toBe(true);
  expect(await run(['convert'], { cwd })).toMatchObject({ code: 3 });
  expect(await run(['convert', '--prove', 'never'], { cwd: main })).toMatchObject({ code: 0 });
});

test('outside git the journal lies beside the files', async () => {
  const cwd = temporaryDirectory();
  writeAll(cwd, FAMILY);
  expect(await killedAt(1, cwd)).toMatchObject({ signal: 'SIGKILL' });
  expect(exists(join(cwd, '.ci2mm-journal'))).toBe(true);
  expect(await run(['convert'], { cwd })).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('give back their former content to chat/') as string,
  });
  const converted = WRITTEN.find((file) => !readFileSync(join(cwd, file), 'utf8').includes('ClusterInstallation')) ?? '';
  writeAll(cwd, { [converted]: FAMILY[converted] ?? '' });
  expect(await run(['convert', '--write', '--prove', 'never'], { cwd })).toMatchObject({ code: 0 });
  expect(leftovers(cwd)).toEqual([]);
});

test('while another run writes, none begins; the journal of a process that is gone keeps nobody', async () => {
  const cwd = temporaryRepository(FAMILY);
  const path = join(cwd, '.git/ci2mm-journal');
  const journal = (process: number, host: string): string => JSON.stringify({ process, host, groups: [] });
  const { hostname } = await import('node:os');
  writeFileSync(path, journal(process.ppid, hostname()));
  const args = ['convert', '--write', '--prove', 'never'];
  expect(await run(args, { cwd })).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('another run of ci2mm is writing here') as string,
  });
  expect(await run(['convert', '--prove', 'never'], { cwd })).toMatchObject({ code: 0 });
  writeFileSync(path, journal(process.ppid, 'another.example.com'));
  expect(await run(args, { cwd })).toMatchObject({ code: 0 });
  expect(exists(path)).toBe(false);
});

test.each([
  ['is cut off', '{"process":1,"host":"x","groups":[[{"file":"chat/base/chat.yaml"'],
  ['holds something else', '[1, {"groups": 7}]'],
  ['holds null', 'null'],
  [
    'names files that are not its own',
    JSON.stringify({
      process: 1,
      host: 'x',
      groups: [
        [
          { file: 'chat/base/chat.yaml', temporary: '../../keep.txt', before: '', after: '' },
          { file: '../keep.txt', temporary: '.ci2mm-1-0123456789ab.tmp', before: '', after: '' },
          { file: 'chat/prod/patch.yaml', temporary: 'kustomization.yaml', before: '', after: '' },
        ],
      ],
    }),
  ],
])('a journal that %s does no harm', async (_, content) => {
  const outer = temporaryDirectory();
  writeAll(outer, { 'keep.txt': 'keep', '.ci2mm-1-0123456789ab.tmp': 'keep' });
  const cwd = join(outer, 'tree');
  writeAll(cwd, { ...FAMILY, '.ci2mm-journal': content, 'keep.txt': 'keep' });
  expect(await run(['convert', '--write', '--prove', 'never'], { cwd })).toMatchObject({ code: 0 });
  expect(readdirSync(outer).toSorted()).toEqual(['.ci2mm-1-0123456789ab.tmp', 'keep.txt', 'tree']);
  expect(readdirSync(cwd).toSorted()).toEqual(['chat', 'keep.txt']);
  expect(exists(join(cwd, 'chat/prod/kustomization.yaml'))).toBe(true);
});
