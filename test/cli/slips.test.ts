import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli/command.ts';
import { version } from '../../src/run/version.ts';
import { isRoot, temporaryDirectory, temporaryRepository, writeAll } from '../repo/workspace.ts';
import { recordingIo } from '../recording-io.ts';
import { builtProgram } from './built.ts';
import { run, runProcess } from './harness.ts';
import { installation } from './manifests.ts';

/** What people get wrong is told, with what they most likely meant. */

const NAMED = { 'chat.yaml': installation('chat').replace('  name: chat\n', '  name: chat\n  namespace: mattermost\n') };
const told = async (args: readonly string[], files: Record<string, string> = NAMED): Promise<string> =>
  (await run(args, { cwd: temporaryRepository(files) })).stderr;

describe('options that there are not', () => {
  test.each([
    ['--dry-run', 'changes nothing, unless --write is given'],
    ['--diff', 'prints a diff'],
    ['--fix', '--write changes the files'],
    ['--json', '--format'],
    ['-R', 'folders are always searched through'],
    ['--wirte', 'Did you mean --write?'],
  ])('convert %s', async (option, hint) => {
    const { code, stderr } = await run(['convert', option], { cwd: temporaryDirectory() });
    expect(code).toBe(2);
    expect(stderr).toContain(hint);
  });

  test('a command', async () => {
    expect(await told(['plain'])).toContain('Did you mean plan?');
  });

  test.each(['-V', '--version'])('%s is one', async (option) => {
    expect((await run([option], { cwd: temporaryDirectory() })).stdout.toString()).toBe(`${version}\n`);
  });

  test.each(['directswap', 'direct-swp', 'Direct_Swap'])('explain %s', async (rule) => {
    expect(await told(['explain', rule])).toContain('did you mean direct-swap?');
  });
});

describe('answers about nothing that was found', () => {
  test.each([
    [['scan', '--database', 'mattermost/chatt=external'], 'mattermost/chatt in the --database option', 'mattermost/chat'],
    [['scan', '--file-store', 'other/chat=external'], 'other/chat in the --file-store option', 'mattermost/chat'],
    [['convert', '--only', 'chta'], '--only chta: no such installation', null],
  ] as const)('%j', async (args, what, meant) => {
    const stderr = await told(args);
    expect(stderr).toContain(what);
    if (meant !== null) expect(stderr).toContain(`did you mean ${meant}?`);
  });

  test('nothing is guessed where nothing is near', async () => {
    expect(await told(['scan', '--database', 'a/quite-another=external'])).toMatch(
      /quite-another in .* is about no installation that was found$/m,
    );
  });

  test('in the configuration: databases, and globs', async () => {
    const stderr = await told(['scan'], {
      ...NAMED,
      '.ci2mm.yaml': 'databases:\n  mattermost/chats: external\nignore: [vendored/**, old.yaml]\n',
      'old.yaml': 'a: 1\n',
    });
    expect(stderr).toContain(
      'the answer about mattermost/chats in .ci2mm.yaml is about no installation that was found; did you mean mattermost/chat?',
    );
    expect(stderr).toContain('ignore in the configuration: vendored/** matches no file');
    expect(stderr).not.toContain('old.yaml');
  });

  test('a part of the repository tells nothing of globs', async () => {
    expect(await told(['scan', 'chat.yaml'], { ...NAMED, '.ci2mm.yaml': 'ignore: [vendored/**]\n' })).not.toContain('vendored');
  });
});

test.each([
  ['1.25.99', 'target 1.25.99 is not known, and taken for 1.25.9, the newest known release of 1.25'],
  ['1.25.9', null],
  ['1.25.1', null],
  ['1.21', null],
])('--target %s', async (target, note) => {
  const stderr = await told(['scan', '--target', target]);
  if (note === null) expect(stderr).not.toContain('not known');
  else expect(stderr).toContain(note);
});

describe('a report that can not be written leaves everything as it was', () => {
  test.each([
    ['a folder that is not there', 'nowhere/report.md', 3],
    ['a folder', 'folder', 2],
  ])('%s', async (_, output, code) => {
    const cwd = temporaryRepository(NAMED);
    mkdirSync(join(cwd, 'folder'));
    const result = await run(['convert', '--write', '--format', 'markdown', '-o', output], { cwd });
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(output);
    expect(readFileSync(join(cwd, 'chat.yaml'), 'utf8')).toBe(NAMED['chat.yaml']);
  });

  test('and an attempt leaves nothing behind', async () => {
    const cwd = temporaryRepository(NAMED);
    expect(await run(['convert', '-', '-o', 'out.yaml'], { cwd, stdin: 'kind: [' })).toMatchObject({ code: 1 });
    expect(existsSync(join(cwd, 'out.yaml'))).toBe(false);
    expect(readdirSync(cwd).toSorted()).toEqual(['.git', 'chat.yaml']);
  });
});

test.each([
  [['convert', '-'], installation()],
  [['krm'], 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n'],
])('%j on a terminal says what it waits for', async (args, text) => {
  const io = recordingIo(temporaryDirectory());
  const stdin = (terminal: boolean): typeof io.stdin =>
    Object.assign(
      (async function* () {
        yield text;
      })(),
      { isTTY: terminal },
    );
  await main(args, { ...io, stdin: stdin(true) });
  expect(io.err()).toContain('reading from standard input; Ctrl-D ends it\n');
  const piped = recordingIo(temporaryDirectory());
  await main(args, { ...piped, stdin: stdin(false) });
  expect(piped.err()).not.toContain('Ctrl-D');
});

describe.runIf(isRoot)('outside git', () => {
  const somebody = { uid: 65_534, gid: 65_534, env: { HOME: '/nowhere', CI: 'true' } };

  test('what may not be read beside the given paths is told, and is no failure', async () => {
    const cwd = temporaryDirectory();
    writeAll(cwd, { 'mine/chat.yaml': installation(), 'theirs/a.yaml': 'a: 1\n', 'near/secret.yaml': 'a: 1\n' });
    chmodSync(cwd, 0o755);
    chmodSync(join(builtProgram().program, '..'), 0o755);
    chmodSync(join(cwd, 'theirs'), 0o700);
    chmodSync(join(cwd, 'near/secret.yaml'), 0o600);
    const { code, stdout, stderr } = await runProcess(['scan', 'mine'], { cwd, ...somebody });
    expect(stdout.toString()).toContain('1 installation: 1 convertible');
    expect(stderr).toContain('theirs and 1 more skipped: it may not be read');
    expect(code).toBe(0);
    expect(await runProcess(['scan', 'theirs'], { cwd, ...somebody })).toMatchObject({ code: 3 });
  });

  test('from the top of all, nothing but the given paths is walked through', async () => {
    const folder = temporaryDirectory();
    writeAll(folder, { 'chat.yaml': installation() });
    const { code, stdout } = await run(['scan', folder], { cwd: '/' });
    expect(code).toBe(0);
    expect(stdout.toString()).toMatch(/^chat\.yaml:1: /);
  });
});
