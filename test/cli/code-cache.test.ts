import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { isRoot, temporaryDirectory, writeAll } from '../repo/workspace.ts';

// A program of three chunks, started as the built one is, in a process of its own each time.

const CHUNKS = {
  'main.cjs': `const { greet } = require('./greet.cjs');\nif (process.argv[2] === 'more') require('./more.cjs');\nconsole.log(greet(process.argv[2]));\nif (process.argv[2] === 'fail') process.exit(3);\n`,
  'greet.cjs': 'exports.greet = (name) => `hello ${name}`;\n',
  'more.cjs': `console.log('more');\n`,
};

/** Writes which chunks were loaded, and whether V8 took the code that was kept of them. */
const PROBE = `const vm = require('node:vm');
const taken = {};
vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options);
    taken[options.filename] = this.cachedDataRejected === false;
  }
};
process.on('exit', () => require('node:fs').writeFileSync(process.env.TAKEN, JSON.stringify(taken)));
`;

interface World {
  /** Folder of the program. */
  readonly program: string;
  /** Where XDG_CACHE_HOME points. */
  readonly caches: string;
}

function world(build = '1.0.0-abc'): World {
  const root = temporaryDirectory();
  const program = join(root, 'program');
  writeAll(root, Object.fromEntries(Object.entries({ ...CHUNKS, 'probe.cjs': PROBE }).map(([name, text]) => [`program/${name}`, text])));
  const contents = `import { launch } from './src/cli/launch.ts';\nlaunch('main.cjs', __dirname, require, ${JSON.stringify(build)});\n`;
  buildSync({
    stdin: { contents, resolveDir: process.cwd() },
    outfile: join(program, 'start.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
  });
  return { program, caches: join(root, 'caches') };
}

interface Run {
  readonly out: string;
  readonly err: string;
  readonly code: number | null;
  readonly taken: Readonly<Record<string, boolean>>;
}

/** What a process needs to start at all. */
const SYSTEM = { PATH: process.env['PATH'], SystemRoot: process.env['SystemRoot'] };

/** Runs the program without what this process has in its environment. */
function run({ program, caches }: World, word = 'you', env: Readonly<Record<string, string>> = {}, uid?: number): Run {
  const TAKEN = join(temporaryDirectory(), 'taken.json');
  if (uid !== undefined) chmodSync(join(TAKEN, '..'), 0o777);
  const result = spawnSync(process.execPath, ['--require', join(program, 'probe.cjs'), join(program, 'start.cjs'), word], {
    env: { ...SYSTEM, HOME: join(caches, 'none'), XDG_CACHE_HOME: caches, LOCALAPPDATA: caches, ...env, TAKEN },
    encoding: 'utf8',
    ...(uid !== undefined && { uid }),
  });
  const taken = JSON.parse(readFileSync(TAKEN, 'utf8')) as Run['taken'];
  return { out: result.stdout, err: result.stderr, code: result.status, taken };
}

const folderOf = ({ caches }: World): string => join(caches, 'ci2mm');

/** The file with the code, of which there is one. */
function fileOf(of: World): string {
  const [name = '', ...others] = readdirSync(folderOf(of));
  expect(others).toEqual([]);
  return join(folderOf(of), name);
}

const NONE = { 'main.cjs': false, 'greet.cjs': false };
const ALL = { 'main.cjs': true, 'greet.cjs': true };
const HELLO = { out: 'hello you\n', err: '', code: 0 };

test('the first run keeps what V8 has compiled, the second uses it', () => {
  const here = world();
  expect(run(here)).toEqual({ ...HELLO, taken: NONE });
  expect(fileOf(here)).toContain(`code-1.0.0-abc-${process.versions.v8}-${process.platform}-${process.arch}`);
  const { mtimeMs } = statSync(fileOf(here));
  expect(run(here)).toEqual({ ...HELLO, taken: ALL });
  expect(statSync(fileOf(here)).mtimeMs).toBe(mtimeMs);
});

test.skipIf(process.platform === 'win32')('nobody else may read or write it', () => {
  const here = world();
  run(here);
  expect(statSync(folderOf(here)).mode & 0o777).toBe(0o700);
  expect(statSync(fileOf(here)).mode & 0o777).toBe(0o600);
});

test('what a later run loads is added, and what it does not load stays', () => {
  const here = world();
  run(here);
  expect(run(here, 'more').taken).toEqual({ ...ALL, 'more.cjs': false });
  expect(run(here, 'more').taken).toEqual({ ...ALL, 'more.cjs': true });
  expect(run(here).taken).toEqual(ALL);
});

test('a run that fails ends as it would without', () => {
  const here = world();
  for (const taken of [NONE, ALL]) expect(run(here, 'fail')).toEqual({ out: 'hello fail\n', err: '', code: 3, taken });
});

test('another build keeps its own', () => {
  const here = world();
  run(here);
  const other = { ...world('1.0.1-def'), caches: here.caches };
  expect(run(other).taken).toEqual(NONE);
  expect(run(other).taken).toEqual(ALL);
  expect(run(here).taken).toEqual(ALL);
  expect(readdirSync(folderOf(here))).toHaveLength(2);
});

test('what nobody has written for a month goes when something is written', () => {
  const here = world();
  mkdirSync(folderOf(here), { recursive: true });
  for (const [name, age] of [
    ['code-old', 31],
    ['code-new', 29],
  ] as const) {
    writeFileSync(join(folderOf(here), name), '');
    const time = Date.now() / 1000 - age * 86_400;
    utimesSync(join(folderOf(here), name), time, time);
  }
  chmodSync(folderOf(here), 0o700);
  run(here);
  expect(readdirSync(folderOf(here)).map((name) => name.slice(0, 8))).toEqual(['code-1.0', 'code-new']);
});

/** The same with a byte of the code changed. */
function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

describe('a file that is not as it was written is not used, and written anew:', () => {
  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['empty', () => Buffer.alloc(0)],
    ['text', () => Buffer.from('hello\n')],
    ['without a line', () => Buffer.from('12345')],
    ['cut off', (bytes) => bytes.subarray(0, bytes.length / 2)],
    ['cut off by a byte', (bytes) => bytes.subarray(0, -1)],
    ['longer', (bytes) => Buffer.concat([bytes, Buffer.from('x')])],
    ['with another checksum', (bytes) => flipped(bytes, 0)],
    ['with another index', (bytes) => flipped(bytes, bytes.indexOf('greet'))],
    ['with a byte changed in its middle', (bytes) => flipped(bytes, Math.floor(bytes.length / 2))],
    ['with a byte changed at its end', (bytes) => flipped(bytes, bytes.length - 1)],
  ])('%s', (_, changed) => {
    const here = world();
    run(here);
    const written = readFileSync(fileOf(here));
    writeFileSync(fileOf(here), changed(written));
    expect(run(here)).toEqual({ ...HELLO, taken: NONE });
    expect(run(here)).toEqual({ ...HELLO, taken: ALL });
  });

  test('that of other flags', () => {
    const here = world();
    run(here, 'you', { NODE_OPTIONS: '--jitless' });
    expect(run(here)).toEqual({ ...HELLO, taken: NONE });
    expect(run(here)).toEqual({ ...HELLO, taken: ALL });
  });
});

test('V8 refuses that of other sources, which the name of the build should tell apart', () => {
  const here = world();
  run(here);
  writeFileSync(join(here.program, 'greet.cjs'), 'exports.greet = (name) => `good morning ${name}`;\n');
  expect(run(here)).toEqual({ ...HELLO, out: 'good morning you\n', taken: { 'main.cjs': true, 'greet.cjs': false } });
});

describe('nothing is kept', () => {
  test.each([
    ['where it is switched off', { CI2MM_CACHE: 'off' }],
    ['in CI', { CI: 'true' }],
    ['in CI of other words', { CI: '1' }],
  ])('%s, nor is anything used', (_, env) => {
    const here = world();
    expect(run(here, 'you', env)).toEqual({ ...HELLO, taken: NONE });
    expect(existsSync(here.caches)).toBe(false);
    run(here);
    expect(run(here, 'you', env).taken).toEqual(NONE);
  });

  test('where nothing can be made', () => {
    const here = world();
    writeFileSync(here.caches, 'a file');
    expect(run(here)).toEqual({ ...HELLO, taken: NONE });
    expect(readFileSync(here.caches, 'utf8')).toBe('a file');
  });

  test('where something stands in the place of the file', () => {
    const here = world();
    run(here);
    const file = fileOf(here);
    renameSync(file, join(here.caches, 'elsewhere'));
    mkdirSync(join(file, 'full'), { recursive: true });
    expect(run(here)).toEqual({ ...HELLO, taken: NONE });
    expect(readdirSync(folderOf(here))).toHaveLength(1);
  });

  test.skipIf(process.platform === 'win32')('without a home', () => {
    const here = world();
    const cwd = readdirSync('.');
    for (const HOME of ['', 'relative']) {
      expect(run(here, 'you', { XDG_CACHE_HOME: '', HOME })).toEqual({ ...HELLO, taken: NONE });
    }
    expect(readdirSync('.')).toEqual(cwd);
  });
});

describe.skipIf(process.platform === 'win32')('the folder', () => {
  test('is below the home, where no other is chosen', () => {
    const here = world();
    const home = temporaryDirectory();
    for (const XDG_CACHE_HOME of ['', 'relative']) run(here, 'you', { XDG_CACHE_HOME, HOME: home });
    expect(readdirSync(join(home, process.platform === 'darwin' ? 'Library/Caches' : '.cache', 'ci2mm'))).toHaveLength(1);
  });

  test('is not used where others may write to it', () => {
    const here = world();
    run(here);
    for (const mode of [0o777, 0o720, 0o702]) {
      chmodSync(folderOf(here), mode);
      expect(run(here)).toEqual({ ...HELLO, taken: NONE });
    }
    chmodSync(folderOf(here), 0o755);
    expect(run(here).taken).toEqual(ALL);
  });

  test("is not used where the file could be somebody else's", () => {
    const here = world();
    run(here);
    chmodSync(fileOf(here), 0o620);
    expect(run(here).taken).toEqual(NONE);
    expect(statSync(fileOf(here)).mode & 0o777).toBe(0o600);
    expect(run(here).taken).toEqual(ALL);
  });

  test('is no link, and neither is the file', () => {
    const here = world();
    run(here);
    const file = fileOf(here);
    renameSync(file, join(here.caches, 'code'));
    symlinkSync(join(here.caches, 'code'), file);
    expect(run(here).taken).toEqual(NONE);
    expect(run(here).taken).toEqual(ALL);
    renameSync(folderOf(here), join(here.caches, 'other'));
    symlinkSync(join(here.caches, 'other'), folderOf(here));
    expect(run(here).taken).toEqual(NONE);
    expect(run(here).taken).toEqual(NONE);
  });

  const NOBODY = 65_534;

  test.runIf(isRoot)("is not used where it is somebody else's, and not made in somebody else's home", () => {
    const here = world();
    run(here);
    chownSync(folderOf(here), NOBODY, NOBODY);
    expect(run(here)).toEqual({ ...HELLO, taken: NONE });
    chownSync(folderOf(here), 0, 0);
    chownSync(fileOf(here), NOBODY, NOBODY);
    expect(run(here).taken).toEqual(NONE);
    const home = temporaryDirectory();
    chownSync(home, NOBODY, NOBODY);
    expect(run(here, 'you', { XDG_CACHE_HOME: '', HOME: home })).toEqual({ ...HELLO, taken: NONE });
    expect(readdirSync(home)).toEqual([]);
  });

  test.runIf(isRoot)('may be closed, or not to be written to', () => {
    const here = world();
    chmodSync(join(here.program, '..'), 0o755);
    mkdirSync(here.caches, { mode: 0o555 });
    expect(run(here, 'you', {}, NOBODY)).toEqual({ ...HELLO, taken: NONE });
    chownSync(here.caches, NOBODY, NOBODY);
    chmodSync(here.caches, 0o555);
    expect(run(here, 'you', {}, NOBODY)).toEqual({ ...HELLO, taken: NONE });
    chmodSync(here.caches, 0);
    expect(run(here, 'you', {}, NOBODY)).toEqual({ ...HELLO, taken: NONE });
    chmodSync(here.caches, 0o755);
    expect([run(here, 'you', {}, NOBODY).taken, run(here, 'you', {}, NOBODY).taken]).toEqual([NONE, ALL]);
  });
});

test('runs beside each other leave one whole file', async () => {
  const here = world();
  const { execFile } = await import('node:child_process');
  const env = { ...SYSTEM, XDG_CACHE_HOME: here.caches, LOCALAPPDATA: here.caches };
  await Promise.all(
    Array.from(
      { length: 6 },
      () => new Promise((resolve) => execFile(process.execPath, [join(here.program, 'start.cjs'), 'you'], { env }, resolve)),
    ),
  );
  expect(run(here).taken).toEqual(ALL);
  expect(fileOf(here)).not.toMatch(/\.\d+$/);
});
