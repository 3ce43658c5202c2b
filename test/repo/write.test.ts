import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, linkSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Change } from '../../src/model/change.ts';
import { writeChanges, writeOutput } from '../../src/repo/write.ts';
import { asNobody, canMount, failureOf, isRoot, temporaryDirectory, writeAll } from './workspace.ts';

const changeOf = (file: string, before: string | Buffer, after: string | Buffer): Change => ({
  file,
  before: Buffer.from(before),
  after: Buffer.from(after),
  regions: [],
  secret: [],
});

/** Everything below a directory, with its content. */
function contents(root: string): Readonly<Record<string, string>> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => [
      join(entry.parentPath, entry.name).slice(root.length + 1),
      readFileSync(join(entry.parentPath, entry.name), 'latin1'),
    ]),
  );
}

function mount(...args: string[]): void {
  execFileSync('mount', args);
  onTestFinished(() => void execFileSync('umount', ['--lazy', args.at(-1) as string]));
}

describe('changes are written', () => {
  test('with their exact bytes, in any directory', async () => {
    const root = temporaryDirectory();
    const files = { 'a.yaml': 'a\n', 'd/e f/b.yaml': Buffer.from('\xff\0\r\n', 'latin1'), 'd/new\nline ü.yaml': '', '-c.yaml': 'c' };
    writeAll(root, { ...files, 'other.yaml': 'other' });
    const changes = Object.entries(files).map(([file, before]) =>
      changeOf(file, before, Buffer.concat([Buffer.from('\xfe new ', 'latin1'), Buffer.from(before)])),
    );
    await writeChanges(root, changes);
    expect(contents(root)).toEqual({
      'other.yaml': 'other',
      ...Object.fromEntries(changes.map(({ file, after }) => [file, after.toString('latin1')])),
    });
  });

  test('with the mode kept', async () => {
    const root = temporaryDirectory();
    for (const mode of [0o600, 0o644, 0o755, 0o664, 0o200, 0o4755]) {
      const file = `${mode}.yaml`;
      writeAll(root, { [file]: 'a' });
      chmodSync(join(root, file), mode);
      await writeChanges(root, [changeOf(file, 'a', 'b')]);
      expect(statSync(join(root, file)).mode & 0o7777).toBe(mode);
    }
  });

  test.runIf(isRoot)('with the owner kept', async () => {
    const root = temporaryDirectory();
    writeAll(root, { 'a.yaml': 'a' });
    chownSync(join(root, 'a.yaml'), 1234, 5678);
    await writeChanges(root, [changeOf('a.yaml', 'a', 'b')]);
    expect(statSync(join(root, 'a.yaml'))).toMatchObject({ uid: 1234, gid: 5678 });
  });

  test.runIf(isRoot)('although the owner can not be kept', async () => {
    const root = temporaryDirectory();
    writeAll(root, { 'a.yaml': 'a' });
    chmodSync(root, 0o777);
    chmodSync(join(root, 'a.yaml'), 0o666);
    await asNobody(() => writeChanges(root, [changeOf('a.yaml', 'a', 'b')]));
    expect(contents(root)).toEqual({ 'a.yaml': 'b' });
  });

  test('in great numbers', async () => {
    const root = temporaryDirectory();
    const files = Array.from({ length: 500 }, (_, index) => `d${index % 50}/${index}.yaml`);
    writeAll(root, Object.fromEntries(files.map((file) => [file, 'a'])));
    await writeChanges(
      root,
      files.map((file) => changeOf(file, 'a', `b ${file}`)),
    );
    expect(contents(root)).toEqual(Object.fromEntries(files.map((file) => [file, `b ${file}`])));
  });

  test('without touching another hard link', async () => {
    const root = temporaryDirectory();
    writeAll(root, { 'a.yaml': 'a' });
    linkSync(join(root, 'a.yaml'), join(root, 'copy.yaml'));
    await writeChanges(root, [changeOf('a.yaml', 'a', 'b')]);
    expect(contents(root)).toEqual({ 'a.yaml': 'b', 'copy.yaml': 'a' });
  });
});

describe('nothing is written', () => {
  const FIRST = changeOf('a.yaml', 'a', 'b');

  /** Expects the second of two changes to fail, and every file to be as before. */
  async function failureOfSecond(root: string, second: Change): Promise<Error | null> {
    writeAll(root, { 'a.yaml': 'a' });
    const before = contents(root);
    const failure = await failureOf(writeChanges(root, [FIRST, second]));
    expect(contents(root)).toEqual(before);
    return failure;
  }

  test('when a file changed in the meantime', async () => {
    const root = temporaryDirectory();
    writeAll(root, { 'b.yaml': 'edited' });
    const message = `cannot write ${root}/b.yaml: it changed while ci2mm was running; run again`;
    expect(await failureOfSecond(root, changeOf('b.yaml', 'b', 'c'))).toMatchObject({ name: 'RepositoryError', kind: 'io', message });
    expect(await failureOfSecond(root, changeOf('gone.yaml', 'b', 'c'))).toMatchObject({
      kind: 'io',
      message: `cannot write ${root}/gone.yaml: no such file or directory`,
    });
  });

  test('when a file is read-only, even for a privileged user', async () => {
    const root = temporaryDirectory();
    writeAll(root, { 'b.yaml': 'b' });
    chmodSync(join(root, 'b.yaml'), 0o444);
    expect(await failureOfSecond(root, changeOf('b.yaml', 'b', 'c'))).toMatchObject({
      kind: 'io',
      message: `cannot write ${root}/b.yaml: the file is read-only`,
    });
  });

  test('when a file is none, or lies behind a link out of the tree', async () => {
    const root = temporaryDirectory();
    const elsewhere = temporaryDirectory();
    writeAll(root, { 'real.yaml': 'b' });
    writeAll(elsewhere, { 'b.yaml': 'b' });
    symlinkSync('real.yaml', join(root, 'link.yaml'));
    symlinkSync(elsewhere, join(root, 'out'));
    mkdirSync(join(root, 'directory'));
    expect(await failureOfSecond(root, changeOf('link.yaml', 'b', 'c'))).toMatchObject({
      kind: 'io',
      message: `cannot write ${root}/link.yaml: not a regular file`,
    });
    expect(await failureOfSecond(root, changeOf('directory', 'b', 'c'))).toMatchObject({ kind: 'io' });
    expect(await failureOfSecond(root, changeOf('out/b.yaml', 'b', 'c'))).toMatchObject({
      kind: 'io',
      message: expect.stringContaining('leads out of the tree'),
    });
    expect(await failureOfSecond(root, changeOf('../b.yaml', 'b', 'c'))).toMatchObject({ kind: 'usage' });
    expect(contents(elsewhere)).toEqual({ 'b.yaml': 'b' });
  });

  test.runIf(isRoot)('when permissions of a file or directory forbid it', async () => {
    const root = temporaryDirectory();
    writeAll(root, { 'a.yaml': 'a', 'd/b.yaml': 'b' });
    execFileSync('chown', ['-R', '65534', root]);
    chmodSync(join(root, 'd'), 0o555);
    const failure = await asNobody(() => failureOf(writeChanges(root, [FIRST, changeOf('d/b.yaml', 'b', 'c')])));
    expect(failure).toMatchObject({ kind: 'io', code: 'EACCES', message: `cannot write ${root}/d/b.yaml: permission denied` });
    expect(contents(root)).toEqual({ 'a.yaml': 'a', 'd/b.yaml': 'b' });
  });

  test.runIf(canMount)('when the disk is full', async () => {
    const root = temporaryDirectory();
    mkdirSync(join(root, 'd'));
    mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', join(root, 'd'));
    writeAll(root, { 'd/b.yaml': 'b' });
    const failure = await failureOfSecond(root, changeOf('d/b.yaml', 'b', Buffer.alloc(100_000, 'c')));
    expect(failure).toMatchObject({ kind: 'io', code: 'ENOSPC', message: `cannot write ${root}/d/b.yaml: no space left on the device` });
  });

  test.runIf(canMount)('when the file system is read-only', async () => {
    const root = temporaryDirectory();
    writeAll(root, { 'd/b.yaml': 'b' });
    mount('--bind', join(root, 'd'), join(root, 'd'));
    execFileSync('mount', ['-o', 'remount,ro,bind', join(root, 'd')]);
    const failure = await failureOfSecond(root, changeOf('d/b.yaml', 'b', 'c'));
    expect(failure).toMatchObject({ kind: 'io', code: 'EROFS', message: `cannot write ${root}/d/b.yaml: the file system is read-only` });
  });

  test.runIf(canMount)('when a file can not be replaced: those before it get their old bytes back', async () => {
    const root = temporaryDirectory();
    writeAll(root, { 'b.yaml': 'b', 'c.yaml': 'c' });
    // Writing to a mounted file works, putting another in its place does not.
    mount('--bind', join(root, 'b.yaml'), join(root, 'b.yaml'));
    chmodSync(join(root, 'c.yaml'), 0o640);
    writeAll(root, { 'a.yaml': 'a' });
    const failure = await failureOf(writeChanges(root, [changeOf('c.yaml', 'c', 'C'), FIRST, changeOf('b.yaml', 'b', 'B')]));
    expect(failure).toMatchObject({ kind: 'io', code: 'EBUSY', message: `cannot write ${root}/b.yaml: the file is in use` });
    expect(contents(root)).toEqual({ 'a.yaml': 'a', 'b.yaml': 'b', 'c.yaml': 'c' });
    expect(statSync(join(root, 'c.yaml')).mode & 0o777).toBe(0o640);
  });

  test('when the run was told to stop', async () => {
    const root = temporaryDirectory();
    writeAll(root, { 'a.yaml': 'a' });
    const stop = new AbortController();
    const writing = failureOf(writeChanges(root, [FIRST], { signal: stop.signal }));
    stop.abort();
    expect(await writing).toMatchObject({ name: 'AbortError' });
    expect(contents(root)).toEqual({ 'a.yaml': 'a' });
  });
});

describe('in a process of its own', () => {
  /** Bundles a program that uses the writer, as sources are not run by the oldest supported Node. */
  async function program(source: string): Promise<string> {
    const outfile = join(temporaryDirectory(), 'program.mjs');
    const stdin = {
      contents: `import { writeChanges } from './src/repo/write.ts';\n${source}`,
      resolveDir: join(import.meta.dirname, '../..'),
      loader: 'ts',
    } as const;
    await build({ stdin, bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'error' });
    return outfile;
  }

  test('a limit on the size of files leaves the old ones', async () => {
    const root = temporaryDirectory();
    writeAll(root, { 'a.yaml': 'a', 'b.yaml': 'b' });
    const script = await program(`
      const change = (file, before, after) => ({ file, before: Buffer.from(before), after: Buffer.from(after), regions: [], secret: [] });
      await writeChanges(process.argv[2], [change('a.yaml', 'a', 'A'), change('b.yaml', 'b', 'B'.repeat(1e6))]).catch((error) => console.log(error.kind, error.code, error.message));
    `);
    const said = execFileSync('/bin/bash', ['-c', 'ulimit -f 100; exec "$0" "$1" "$2"', process.execPath, script, root]).toString();
    expect(said).toBe(`io EFBIG cannot write ${root}/b.yaml: file too large for the file system or the limit set for this process\n`);
    expect(contents(root)).toEqual({ 'a.yaml': 'a', 'b.yaml': 'b' });
  });

  test('a kill at any moment leaves each file whole, old or new', async () => {
    const root = temporaryDirectory();
    const [old, now] = [Buffer.alloc(300_000, 'old\n'), Buffer.alloc(300_003, 'new\n')];
    const files = Array.from({ length: 8 }, (_, index) => `d${index % 3}/${index}.yaml`);
    const script = await program(`
      import { readFileSync } from 'node:fs';
      const [root, ...files] = process.argv.slice(2);
      const [old, now] = [Buffer.alloc(300_000, 'old\\n'), Buffer.alloc(300_003, 'new\\n')];
      console.log('ready');
      for (;;) {
        await writeChanges(root, files.map((file) => {
          const before = readFileSync(root + '/' + file);
          return { file, before, after: before.equals(old) ? now : old, regions: [], secret: [] };
        }));
      }
    `);
    const states = new Set<string>();
    for (let round = 0; round < 25; round++) {
      writeAll(root, Object.fromEntries(files.map((file) => [file, old])));
      const child = spawn(process.execPath, [script, root, ...files], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      await new Promise((resolve) => {
        setTimeout(resolve, Math.random() * 60);
      });
      child.kill('SIGKILL');
      await once(child, 'close');
      const found = files.map((file) => readFileSync(join(root, file)));
      expect(found.every((bytes) => bytes.equals(old) || bytes.equals(now))).toBe(true);
      const left = readdirSync(root, { recursive: true })
        .map(String)
        .filter((name) => !/^d\d(\/\d\.yaml)?$/.test(name));
      expect(left.filter((name) => !/^(?:\.ci2mm-journal|d\d\/\.ci2mm-\d+-[0-9a-f]{12}\.tmp)$/.test(name))).toEqual([]);
      states.add(left.length > 0 ? 'killed while writing' : 'killed between');
      await writeChanges(root, []);
      expect(Object.keys(contents(root)).toSorted()).toEqual(files.toSorted());
    }
    expect(states).toContain('killed while writing');
  });
});

describe('a report', () => {
  test('is written whole, to a new file or in place of an old one', async () => {
    const cwd = temporaryDirectory();
    await writeOutput('new.json', 'ü\n', { cwd });
    expect(readFileSync(join(cwd, 'new.json'), 'utf8')).toBe('ü\n');
    expect(statSync(join(cwd, 'new.json')).mode & 0o777).toBe(0o666 & ~process.umask());
    writeFileSync(join(cwd, 'old.json'), 'old');
    chmodSync(join(cwd, 'old.json'), 0o640);
    await writeOutput(join(cwd, 'old.json'), Buffer.from('\xff', 'latin1'), { cwd: '/' });
    expect(readFileSync(join(cwd, 'old.json'), 'latin1')).toBe('\xff');
    expect(statSync(join(cwd, 'old.json')).mode & 0o777).toBe(0o640);
    expect(Object.keys(contents(cwd)).toSorted()).toEqual(['new.json', 'old.json']);
  });

  test('goes to pipes and devices as they are', async () => {
    const cwd = temporaryDirectory();
    execFileSync('mkfifo', [join(cwd, 'pipe')]);
    const reader = spawn('cat', [join(cwd, 'pipe')]);
    const [, [said]] = await Promise.all([writeOutput('pipe', 'report', { cwd }), once(reader.stdout, 'data')]);
    expect(String(said)).toBe('report');
    await writeOutput('/dev/null', 'report', { cwd });
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('is refused where none can be', async () => {
    const cwd = temporaryDirectory();
    writeAll(cwd, { 'real.json': 'real', 'read-only.json': 'x' });
    symlinkSync('real.json', join(cwd, 'link.json'));
    symlinkSync('nowhere.json', join(cwd, 'broken.json'));
    chmodSync(join(cwd, 'read-only.json'), 0o444);
    expect(await failureOf(writeOutput('.', 'x', { cwd }))).toMatchObject({ kind: 'usage', message: 'cannot write .: is a directory' });
    expect(await failureOf(writeOutput('link.json', 'x', { cwd }))).toMatchObject({
      kind: 'usage',
      message: 'cannot write link.json: is a symbolic link',
    });
    expect(await failureOf(writeOutput('broken.json', 'x', { cwd }))).toMatchObject({ kind: 'usage' });
    expect(await failureOf(writeOutput('missing/x.json', 'x', { cwd }))).toMatchObject({
      kind: 'io',
      message: 'cannot write missing/x.json: no such file or directory',
    });
    expect(await failureOf(writeOutput('read-only.json', 'x', { cwd }))).toMatchObject({
      kind: 'io',
      message: `cannot write ${cwd}/read-only.json: the file is read-only`,
    });
    expect(contents(cwd)).toEqual({ 'real.json': 'real', 'read-only.json': 'x' });
  });

  test.runIf(canMount)('leaves the old one when the disk is full', async () => {
    const cwd = temporaryDirectory();
    mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', cwd);
    writeAll(cwd, { 'old.json': 'old' });
    expect(await failureOf(writeOutput('old.json', 'x'.repeat(100_000), { cwd }))).toMatchObject({ kind: 'io', code: 'ENOSPC' });
    expect(contents(cwd)).toEqual({ 'old.json': 'old' });
  });
});
