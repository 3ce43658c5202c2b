import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, linkSync, lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RepositoryError } from '../../src/repo/error.ts';
import { filesBelow, withScratchTree } from '../../src/repo/scratch.ts';
import { failureOf, writeAll } from '../repo/workspace.ts';
import { tree } from './harness.ts';

const NONE: ReadonlyMap<string, Buffer> = new Map();

const replaced = (files: Readonly<Record<string, string>>): ReadonlyMap<string, Buffer> =>
  new Map(Object.entries(files).map(([file, text]) => [file, Buffer.from(text)]));

/** Everything below a directory: content of files, `-> target` of links. */
function listing(directory: string, prefix = ''): Record<string, string> {
  const entries = readdirSync(join(directory, prefix), { withFileTypes: true }).map((entry): [string, string][] => {
    const file = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) return Object.entries(listing(directory, file));
    return [[file, entry.isSymbolicLink() ? `-> ${readlinkSync(join(directory, file))}` : readFileSync(join(directory, file), 'utf8')]];
  });
  return Object.fromEntries(entries.flat());
}

const copyOf = (root: string, files: readonly string[], contents = NONE): Promise<Record<string, string>> =>
  withScratchTree(root, files, contents, (directory) => Promise.resolve(listing(directory)));

describe('a copy of a tree', () => {
  test('holds the files that are listed, some with other content, and leaves the tree alone', async () => {
    const root = tree({ 'a/b.yaml': 'b', 'a/c.yaml': 'c', 'd.yaml': 'd' });
    expect(await copyOf(root, ['a/b.yaml', 'd.yaml', 'gone.yaml'], replaced({ 'd.yaml': 'new' }))).toEqual({
      'a/b.yaml': 'b',
      'd.yaml': 'new',
    });
    expect(listing(root)).toEqual({ 'a/b.yaml': 'b', 'a/c.yaml': 'c', 'd.yaml': 'd' });
  });

  test('shares no file with the tree', async () => {
    const root = tree({ 'a.yaml': 'a' });
    linkSync(join(root, 'a.yaml'), join(root, 'b.yaml'));
    await withScratchTree(root, ['a.yaml', 'b.yaml'], NONE, (directory) => {
      writeAll(directory, { 'a.yaml': 'changed' });
      return Promise.resolve();
    });
    expect(listing(root)).toEqual({ 'a.yaml': 'a', 'b.yaml': 'a' });
  });

  test('keeps modes, of replaced files too', async () => {
    const root = tree({ 'a.yaml': 'a', 'b.yaml': 'b' });
    chmodSync(join(root, 'a.yaml'), 0o755);
    chmodSync(join(root, 'b.yaml'), 0o440);
    await withScratchTree(root, ['a.yaml'], replaced({ 'b.yaml': 'new' }), (directory) => {
      expect(lstatSync(join(directory, 'a.yaml')).mode & 0o777).toBe(0o755);
      expect(lstatSync(join(directory, 'b.yaml')).mode & 0o777).toBe(0o440);
      expect(lstatSync(directory).mode & 0o077).toBe(0);
      return Promise.resolve();
    });
  });

  test('links lead to the same place of the copy, or are left out', async () => {
    const root = tree({ 'a/b.yaml': 'b', 'c/d.yaml': 'd' });
    const outside = tree({ 'secret.yaml': 'secret' });
    symlinkSync('../a/b.yaml', join(root, 'c/relative.yaml'));
    symlinkSync(join(root, 'a/b.yaml'), join(root, 'absolute.yaml'));
    symlinkSync('absolute.yaml', join(root, 'chain.yaml'));
    symlinkSync('c', join(root, 'directory'));
    symlinkSync('.', join(root, 'itself'));
    symlinkSync(join(outside, 'secret.yaml'), join(root, 'out.yaml'));
    symlinkSync(outside, join(root, 'outside'));
    symlinkSync('loop.yaml', join(root, 'loop.yaml'));
    symlinkSync('nowhere', join(root, 'broken.yaml'));
    const links = [
      'c/relative.yaml',
      'absolute.yaml',
      'chain.yaml',
      'directory',
      'itself',
      'out.yaml',
      'outside',
      'outside/secret.yaml',
      'loop.yaml',
      'broken.yaml',
    ];
    expect(await copyOf(root, ['a/b.yaml', 'c/d.yaml', ...links])).toEqual({
      'a/b.yaml': 'b',
      'c/d.yaml': 'd',
      'c/relative.yaml': '-> ../a/b.yaml',
      'absolute.yaml': '-> a/b.yaml',
      'chain.yaml': '-> a/b.yaml',
      directory: '-> c',
      itself: '-> .',
    });
  });

  test('waits for no pipe', async () => {
    const root = tree({ 'a.yaml': 'a' });
    execFileSync('mkfifo', [join(root, 'pipe.yaml')]);
    expect(await copyOf(root, ['a.yaml', 'pipe.yaml'])).toEqual({ 'a.yaml': 'a' });
  });

  test.each(['../a.yaml', '/etc/passwd', 'a/../../b.yaml', ''])('refuses %j', async (file) => {
    const root = tree({ 'a.yaml': 'a' });
    expect(await failureOf(copyOf(root, [file]))).toBeInstanceOf(RepositoryError);
    expect(await failureOf(copyOf(root, [], replaced({ [file]: 'x' })))).toBeInstanceOf(RepositoryError);
  });

  test('refuses to replace a link, a directory, or what is behind a link; what is not there is new', async () => {
    const root = tree({ 'a/b.yaml': 'b' });
    symlinkSync('a/b.yaml', join(root, 'link.yaml'));
    symlinkSync('a', join(root, 'directory'));
    for (const file of ['link.yaml', 'directory/b.yaml', 'a']) {
      expect(await failureOf(copyOf(root, ['a/b.yaml'], replaced({ [file]: 'x' })))).toMatchObject({
        kind: 'io',
        message: expect.stringContaining(file) as unknown,
      });
    }
    expect(await failureOf(copyOf(root, ['a/b.yaml'], replaced({ 'new.yaml': 'x' })))).toBeNull();
  });

  test('is not made inside the tree', async () => {
    const root = tree({ 'a.yaml': 'a' });
    const before = process.env['TMPDIR'];
    mkdirSync(join(root, 'tmp'));
    process.env['TMPDIR'] = join(root, 'tmp');
    onTestFinished(() => {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    });
    expect(await failureOf(copyOf(root, ['a.yaml']))).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('set TMPDIR to another') as unknown,
    });
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
  });
});

describe('nothing is left behind', () => {
  test('after an error', async () => {
    const root = tree({ 'a.yaml': 'a' });
    let directory = '';
    const failure = await failureOf(
      withScratchTree(root, ['a.yaml'], NONE, (scratch) => {
        directory = scratch;
        throw new Error('inside');
      }),
    );
    expect(failure?.message).toBe('inside');
    expect(directory).not.toBe('');
    expect(existsSync(directory)).toBe(false);
  });

  test('nor any listener', async () => {
    const count = (): number => ['exit', 'SIGINT', 'SIGTERM', 'SIGHUP'].reduce((sum, event) => sum + process.listenerCount(event), 0);
    const before = count();
    await Promise.all([copyOf(tree({ 'a.yaml': 'a' }), ['a.yaml']), copyOf(tree({ 'a.yaml': 'a' }), ['a.yaml'])]);
    expect(count()).toBe(before);
  });

  /** Runs a program that makes a copy and then does something; yields how it ended and what it printed. */
  async function interrupted(
    body: string,
    signal: NodeJS.Signals | null,
  ): Promise<{ code: number | null; signal: NodeJS.Signals | null; directories: string[] }> {
    const root = tree({ 'a.yaml': 'a' });
    const source = new URL('../../src/repo/', import.meta.url).pathname;
    const script = `import { withScratchTree } from '${source}scratch.ts'; import { runConfined } from '${source}confined.ts';
      await withScratchTree(${JSON.stringify(root)}, ['a.yaml'], new Map(), async (directory) => { console.log(directory); ${body} });`;
    writeAll(root, { 'main.mjs': '' });
    const program = join(root, 'main.mjs');
    buildSync({
      stdin: { contents: script, resolveDir: source, loader: 'ts' },
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
      absWorkingDir: createRequire(import.meta.url)
        .resolve('../../package.json')
        .replace('/package.json', ''),
    });
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (signal !== null && output.includes('ready')) child.kill(signal);
    });
    return new Promise((resolve) =>
      child.once('close', (code, ended) =>
        resolve({ code, signal: ended, directories: output.split('\n').filter((line) => line.startsWith('/')) }),
      ),
    );
  }

  const WAIT = "console.log('ready'); await new Promise((resolve) => setTimeout(resolve, 30_000));";

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('after %s, which still ends the process', async (signal) => {
    const ended = await interrupted(WAIT, signal);
    expect(ended).toMatchObject({ code: null, signal });
    expect(ended.directories).toHaveLength(1);
    expect(ended.directories.filter(existsSync)).toEqual([]);
  });

  test('after the end of the process', async () => {
    const ended = await interrupted('process.exit(4);', null);
    expect(ended).toMatchObject({ code: 4 });
    expect(ended.directories.filter(existsSync)).toEqual([]);
  });

  test('nor a program that was running', async () => {
    const marker = join(tree(), 'still-alive');
    const script = `/bin/sleep 1; : > ${marker}`;
    const ended = await interrupted(
      `void runConfined('/bin/sh', ['-c', ${JSON.stringify(script)}], { timeoutMs: 20_000, maxOutput: 1000 }); setTimeout(() => console.log('ready'), 200); await new Promise((resolve) => setTimeout(resolve, 30_000));`,
      'SIGTERM',
    );
    expect(ended).toMatchObject({ signal: 'SIGTERM' });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(existsSync(marker)).toBe(false);
    expect(ended.directories.filter(existsSync)).toEqual([]);
  });
});

describe('what a build can read', () => {
  test('is every file below its directories, ignored ones too, and no directory of tools', () => {
    const root = tree({
      '.gitignore': '*.env',
      'a/kustomization.yaml': '',
      'a/b/c.env': '',
      'a/.git/config': '',
      'a/node_modules/x.yaml': '',
      'd/e.yaml': '',
      'f.yaml': '',
    });
    expect(filesBelow(root, ['a'])).toEqual(['a/b/c.env', 'a/kustomization.yaml']);
    expect(filesBelow(root, ['a/b', 'd'])).toEqual(['a/b/c.env', 'd/e.yaml']);
    expect(filesBelow(root, [''])).toEqual(['.gitignore', 'a/b/c.env', 'a/kustomization.yaml', 'd/e.yaml', 'f.yaml']);
    expect(filesBelow(root, ['missing', 'f.yaml'])).toEqual([]);
  });

  test('includes links and where they lead, as long as that is in the tree', () => {
    const root = tree({ 'a/x.yaml': '', 'b/y.yaml': '', 'c/z.yaml': '' });
    const outside = tree({ 'secret.yaml': '' });
    symlinkSync('../b', join(root, 'a/linked'));
    symlinkSync('../c/z.yaml', join(root, 'a/file.yaml'));
    symlinkSync(outside, join(root, 'a/outside'));
    symlinkSync('..', join(root, 'a/up'));
    symlinkSync('a', join(root, 'alias'));
    expect(filesBelow(root, ['alias'])).toEqual([
      'a/file.yaml',
      'a/linked',
      'a/outside',
      'a/up',
      'a/x.yaml',
      'alias',
      'b/y.yaml',
      'c/z.yaml',
    ]);
  });
});
