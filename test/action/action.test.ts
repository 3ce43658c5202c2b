import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli/command.ts';
import { recordingIo } from '../recording-io.ts';
import { commitAll, git, temporaryDirectory, temporaryRepository, writeAll } from '../repo/workspace.ts';
import { Runner } from './runner/runner.ts';
import type { Outcome, World } from './runner/runner.ts';

const action = join(import.meta.dirname, '../..');

export const CHAT = `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat
spec:
  ingressName: chat.example.com # the public name
  database:
    secret: chat-database
---
apiVersion: v1
kind: Secret
metadata:
  name: chat-database
stringData:
  DB_CONNECTION_STRING: postgres://chat:hunter2@db.example.com/chat
`;
const BLOCKED = CHAT.replace('  database:\n', '  blueGreen: {enable: true}\n  database:\n');
const DONE = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: nothing\n';

const CONVERTED = CHAT.replace('mattermost.com/v1alpha1', 'installation.mattermost.com/v1beta1')
  .replace('ClusterInstallation', 'Mattermost')
  .replace('    secret: chat-database\n', '    external:\n      secret: chat-database\n');

/** A checkout of manifests. */
function checkout(files: Readonly<Record<string, string>> = { 'apps/chat.yaml': CHAT }): string {
  const root = temporaryRepository(files);
  commitAll(root);
  return root;
}

type Inputs = Readonly<Record<string, string>>;

const run = (workspace: string, inputs: Inputs = {}, world: Partial<World> = {}): Promise<Outcome> =>
  new Runner({ workspace, token: 'ghs_secret', ...world }).use(action, inputs);

const annotations = ({ commands }: Outcome): string[] =>
  commands.flatMap(({ name, properties, message }) =>
    name === 'error' || name === 'warning' || name === 'notice' ? [`${name} ${properties['file'] ?? ''} ${message}`] : [],
  );

const read = (root: string, file: string): string => readFileSync(join(root, file), 'utf8');

describe('modes', () => {
  test('check reports and changes nothing', async () => {
    const root = checkout();
    const ran = await run(root);
    expect(ran.outcome).toBe('success');
    expect(ran.outputs).toEqual({
      changed: 'true',
      'changed-files': '["apps/chat.yaml"]',
      'installation-count': '1',
      'convertible-count': '1',
      'converted-count': '0',
      'blocked-count': '0',
      'error-count': '0',
      'warning-count': '1',
      'left-count': '0',
      'patch-file': '',
      'sarif-file': '',
      'markdown-file': '',
    });
    expect(ran.log).toContain('1 installation: would convert 1 (set mode: write)');
    expect(ran.log).not.toContain('+kind: Mattermost');
    expect(git(root, ['status', '--porcelain']).toString()).toBe('');
  });

  test('diff prints the diff as well', async () => {
    const root = checkout();
    const ran = await run(root, { mode: 'diff' });
    expect(ran.log).toContain('\n+kind: Mattermost\n');
    expect(git(root, ['status', '--porcelain']).toString()).toBe('');
  });

  test('write changes the files', async () => {
    const root = checkout();
    const ran = await run(root, { mode: 'write' });
    expect(ran.outcome).toBe('success');
    expect(read(root, 'apps/chat.yaml')).toBe(CONVERTED);
    expect(ran.outputs).toMatchObject({
      changed: 'true',
      'changed-files': '["apps/chat.yaml"]',
      'convertible-count': '0',
      'converted-count': '1',
    });
    expect(ran.log).toContain('1 installation: converted 1, wrote 1 file');
    expect(annotations(ran).join('\n')).not.toContain('would change');
  });

  test('nothing to do is a success with nothing to say', async () => {
    const ran = await run(checkout({ 'a.yaml': DONE }), { 'fail-on': 'changes', 'patch-file': 'ci2mm.patch' });
    expect(ran.outcome).toBe('success');
    expect(ran.outputs).toMatchObject({ changed: 'false', 'changed-files': '[]', 'installation-count': '0', 'patch-file': '' });
    expect(annotations(ran)).toEqual([]);
  });
});

describe('fail-on', () => {
  test.each([
    { failOn: 'never', chat: 'success', blocked: 'success' },
    { failOn: 'errors', chat: 'success', blocked: 'failure' },
    { failOn: 'warnings', chat: 'failure', blocked: 'failure' },
    { failOn: 'changes', chat: 'failure', blocked: 'failure' },
    { failOn: 'left', chat: 'failure', blocked: 'failure' },
    { failOn: '', chat: 'success', blocked: 'failure' },
  ])('$failOn', async ({ failOn, chat, blocked }) => {
    const ran = await Promise.all([CHAT, BLOCKED].map((text) => run(checkout({ 'chat.yaml': text }), { 'fail-on': failOn })));
    expect(ran.map(({ outcome }) => outcome)).toEqual([chat, blocked]);
    for (const { outputs } of ran) expect(outputs['installation-count']).toBe('1');
  });
});

test('with a baseline only what it does not have fails', async () => {
  const workspace = checkout({ 'chat.yaml': BLOCKED });
  await main(['scan', '--write-baseline', 'known.txt', '-q'], recordingIo(workspace));
  const known = await run(workspace, { 'fail-on': 'left', baseline: 'known.txt' });
  expect(known).toMatchObject({ outcome: 'success', outputs: { 'installation-count': '1', 'blocked-count': '1' } });
  expect(known.log).toContain('nothing beyond the baseline known.txt');
  writeFileSync(join(workspace, 'more.yaml'), CHAT.replace('name: chat', 'name: more'));
  const more = await run(workspace, { baseline: 'known.txt' });
  expect(more).toMatchObject({ outcome: 'failure', outputs: { 'installation-count': '2' } });
  expect(more.log).toContain('not in the baseline: ["installation",');
  expect(more.log).toContain('there are installations that the baseline does not have');
});

test('fail-on: left fails where nothing is to be converted and the old kind is named, and says so', async () => {
  const named = 'kind: ConfigMap\ndata:\n  a: kubectl get clusterinstallations\n';
  const outcomes = await Promise.all(
    (['left', 'changes'] as const).map(async (failOn) => {
      const { outcome, outputs } = await run(checkout({ 'a.yaml': named }), { 'fail-on': failOn });
      return [outcome, outputs['left-count']];
    }),
  );
  expect(outcomes).toEqual([
    ['failure', '1'],
    ['success', '1'],
  ]);
});

describe('what reviewers see', () => {
  test('annotations on the lines', async () => {
    const ran = await run(checkout({ 'apps/chat.yaml': BLOCKED }));
    const first = ran.commands.find(({ name }) => name === 'error');
    expect(first?.properties).toMatchObject({ file: 'apps/chat.yaml', line: '7' });
    expect(ran.outputs['error-count']).toBe('1');
  });

  test('no annotations where they are switched off', async () => {
    const ran = await run(checkout({ 'chat.yaml': BLOCKED }), { annotations: 'false' });
    expect(annotations(ran)).toEqual([]);
  });

  test('a summary of the job, unless it is switched off', async () => {
    const root = checkout();
    expect((await run(root)).summary).toContain('## ClusterInstallation to Mattermost');
    expect((await run(root)).summary).toContain('(https://github.com/example/ci2mm/blob/v1/docs/rules/direct-swap.md)');
    expect((await run(root, { summary: 'false' })).summary).toBe('');
    expect((await run(root, {}, { env: { GITHUB_STEP_SUMMARY: '' } })).outcome).toBe('success');
  });

  test('the lines that findings are about', async () => {
    const ran = await run(checkout({ 'apps/chat.yaml': BLOCKED }));
    for (const text of [ran.log, ran.summary]) expect(text).toMatch(/7 \| +blueGreen: \{enable: true\}/);
  });

  test('5,000 findings stay within what the runner takes', async () => {
    const document = (index: number): string =>
      `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat-${index}\nspec:\n  blueGreen: {enable: true}\n  colour: red\n`;
    const root = checkout(
      Object.fromEntries(
        Array.from({ length: 50 }, (_, file) => [
          `apps/${file}.yaml`,
          Array.from({ length: 50 }, (_, index) => document(file * 50 + index)).join('---\n'),
        ]),
      ),
    );
    const ran = await run(root);
    expect(Number(ran.outputs['error-count']) + Number(ran.outputs['warning-count'])).toBeGreaterThanOrEqual(5000);
    for (const kind of ['error', 'warning', 'notice'])
      expect(ran.commands.filter(({ name }) => name === kind).length).toBeLessThanOrEqual(10);
    for (const { name, message } of ran.commands) if (name !== 'stop-commands') expect(message.length).toBeLessThanOrEqual(4096);
    expect(ran.summary.length).toBeLessThanOrEqual(60_000);
  }, 120_000);
});

describe('files', () => {
  test('a SARIF report, a patch that git applies, and Markdown', async () => {
    const root = checkout();
    const runner = new Runner({ workspace: root });
    const ran = await runner.use(action, {
      'sarif-file': 'out/ci2mm.sarif',
      'patch-file': join(runner.temporary, 'ci2mm.patch'),
      'markdown-file': 'out/ci2mm.md',
    });
    const { 'sarif-file': sarif = '', 'patch-file': patch = '', 'markdown-file': markdown = '' } = ran.outputs;
    expect([sarif, patch, markdown]).toEqual([
      join(root, 'out/ci2mm.sarif'),
      join(runner.temporary, 'ci2mm.patch'),
      join(root, 'out/ci2mm.md'),
    ]);
    expect(JSON.parse(readFileSync(sarif, 'utf8'))).toMatchObject({ version: '2.1.0', runs: [{ tool: { driver: { name: 'ci2mm' } } }] });
    expect(readFileSync(markdown, 'utf8')).toContain('## ClusterInstallation to Mattermost');
    git(root, ['apply', '--index', patch]);
    expect(read(root, 'apps/chat.yaml')).toBe(CONVERTED);
  });

  test('SARIF is written where there is nothing to report, a patch is not', async () => {
    const root = checkout({ 'a.yaml': DONE });
    const ran = await run(root, { 'sarif-file': 'a.sarif', 'patch-file': 'a.patch' });
    expect(ran.outputs['sarif-file']).toBe(join(root, 'a.sarif'));
    expect(existsSync(join(root, 'a.patch'))).toBe(false);
  });
});

describe('settings', () => {
  test('path takes several lines', async () => {
    const root = checkout({ 'a/chat.yaml': CHAT, 'b c/chat.yaml': CHAT, 'd/chat.yaml': CHAT });
    const ran = await run(root, { path: '\n  a\nb c/chat.yaml\n\n' });
    expect(JSON.parse(ran.outputs['changed-files'] ?? '')).toEqual(['a/chat.yaml', 'b c/chat.yaml']);
  });

  test('target decides which schema the result must fit', async () => {
    const root = checkout();
    await expect(run(root, { target: '1.21', 'markdown-file': 'a.md' })).resolves.toMatchObject({ outcome: 'success' });
    expect(read(root, 'a.md')).toContain('for operator 1.21');
    const unknown = await run(root, { target: '9.9' });
    expect(unknown.outcome).toBe('failure');
    expect(annotations(unknown).join()).toContain('9.9');
  });

  test('config names a file; without it the one at the top is read', async () => {
    const root = checkout({ 'apps/chat.yaml': CHAT, '.ci2mm.yaml': 'ignore: [apps]\n', 'other.yaml': 'target: "1.20"\n' });
    expect((await run(root)).outputs['installation-count']).toBe('0');
    expect((await run(root, { config: 'other.yaml' })).outputs['installation-count']).toBe('1');
    const missing = await run(root, { config: 'missing.yaml' });
    expect([missing.outcome, annotations(missing).length]).toEqual(['failure', 1]);
  });

  test.each([
    [{ mode: 'destroy' }, 'input mode is "destroy"; it takes check, diff, write'],
    [{ 'fail-on': 'Errors' }, 'input fail-on is "Errors"; it takes never, left, changes, warnings, errors'],
    [{ annotations: 'yes' }, 'input annotations is "yes"; it takes true, false'],
    [{ comment: 'maybe' }, 'input comment is "maybe"; it takes never, on-findings, always'],
    [{ path: 'missing' }, 'missing'],
  ])('a value that is none is said, and fails: %j', async (inputs, words) => {
    const ran = await run(checkout(), inputs);
    expect(ran.outcome).toBe('failure');
    expect(annotations(ran)).toEqual([expect.stringContaining(words)]);
  });
});

describe('where the Action may read and write', () => {
  const outside = (): string => join(temporaryDirectory(), 'outside');

  test.each(['path', 'config', 'sarif-file', 'patch-file', 'markdown-file'])('%s stays below the workspace', async (input) => {
    for (const path of [outside(), '../x', 'apps/../../x']) {
      const root = checkout();
      const ran = await run(root, { [input]: path });
      expect(ran.outcome).toBe('failure');
      expect(annotations(ran)).toEqual([expect.stringContaining('lies outside of')]);
      expect(existsSync(resolve(root, path))).toBe(false);
    }
  });

  test('the workspace itself may be a symbolic link', async () => {
    const link = join(temporaryDirectory(), 'workspace');
    symlinkSync(checkout(), link);
    const ran = await run(link, { mode: 'write', 'patch-file': 'a.patch' });
    expect(ran.outcome).toBe('success');
    expect(read(link, 'apps/chat.yaml')).toBe(CONVERTED);
  });

  test.each(['sarif-file', 'patch-file', 'markdown-file'])('%s is not written through a symbolic link', async (input) => {
    const root = checkout();
    const elsewhere = temporaryDirectory();
    writeFileSync(join(elsewhere, 'target'), 'precious');
    symlinkSync(elsewhere, join(root, 'folder'));
    symlinkSync(join(elsewhere, 'target'), join(root, 'file'));
    symlinkSync(join(elsewhere, 'new'), join(root, 'dangling'));
    for (const path of ['folder/report', 'file', 'dangling']) {
      const ran = await run(root, { [input]: path });
      expect(ran.outcome).toBe('failure');
      expect(annotations(ran)).toEqual([expect.stringContaining('is a symbolic link')]);
    }
    expect(read(elsewhere, 'target')).toBe('precious');
    expect(existsSync(join(elsewhere, 'new'))).toBe(false);
    expect(existsSync(join(elsewhere, 'report'))).toBe(false);
  });

  test('a configuration is not read through a symbolic link, and nothing of where it leads is shown', async () => {
    const root = checkout();
    const secret = join(temporaryDirectory(), 'secret');
    writeFileSync(secret, 'hunter2: hunter3\n');
    symlinkSync(secret, join(root, 'linked.yaml'));
    symlinkSync(secret, join(root, '.ci2mm.yaml'));
    const ran = await Promise.all([run(root, { config: 'linked.yaml' }), run(root)]);
    for (const { printed, summary } of ran) expect(printed + summary).not.toMatch(/hunter[23]/);
  });

  test('manifests are not read through links that lead out', async () => {
    const root = checkout({ 'a.yaml': DONE });
    const elsewhere = temporaryDirectory();
    writeAll(elsewhere, { 'chat.yaml': CHAT });
    symlinkSync(join(elsewhere, 'chat.yaml'), join(root, 'chat.yaml'));
    symlinkSync(elsewhere, join(root, 'folder'));
    const ran = await run(root, { mode: 'write' });
    expect(ran.outputs['installation-count']).toBe('0');
    expect(read(elsewhere, 'chat.yaml')).toBe(CHAT);
  });
});

test('needs a Node.js that is new enough, and says so', async () => {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/node'), '#!/bin/sh\nif [ "$1" = --version ]; then echo v20.1.0; else exit 1; fi\n', { mode: 0o755 });
  const ran = await run(checkout(), {}, { env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin` } });
  expect(ran.outcome).toBe('failure');
  expect(annotations(ran)).toEqual([expect.stringContaining('needs Node.js 20.20 or later on the PATH and found v20.1.0')]);
});

test('no value of a Secret reaches any output', async () => {
  const root = checkout();
  const ran = await run(root, { mode: 'diff', 'sarif-file': 'a.sarif', 'patch-file': 'a.patch', 'markdown-file': 'a.md' });
  const everything = [
    ran.printed,
    ran.summary,
    JSON.stringify(ran.outputs),
    ...['a.sarif', 'a.patch', 'a.md'].map((file) => read(root, file)),
  ].join('\n');
  expect(everything).not.toContain('hunter2');
});
