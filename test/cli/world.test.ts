import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { canMount, git, temporaryDirectory, temporaryRepository, writeAll } from '../repo/workspace.ts';
import { finished, reportOf, run, runProcess, startProcess, treeOf } from './harness.ts';
import { configMap, installation } from './manifests.ts';

/** The machine around a run: links, disks, signals and pipes. */

const files = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`d${index % 7}/${index}.yaml`, installation(`chat-${index}`)]));
const convertedFiles = (cwd: string): string[] =>
  reportOf({ code: 0, stderr: '', stdout: readReport(cwd) }).installations.map(({ file }) => file);
const readReport = (cwd: string): Buffer => readFileSync(join(cwd, 'report.json'));

describe('one file, several names', () => {
  const reported = async (cwd: string, ...paths: string[]): Promise<string[]> => {
    await run(['convert', '--format', 'json', '-o', 'report.json', ...paths], { cwd });
    return convertedFiles(cwd);
  };

  test('the same path given in several ways is one file', async () => {
    const cwd = temporaryRepository({ 'd/a.yaml': installation(), 'e/x.txt': '' });
    symlinkSync('d', join(cwd, 'link'));
    symlinkSync('../d/a.yaml', join(cwd, 'e/b.yaml'));
    expect(await reported(cwd, '.', 'd', './d/a.yaml', 'd/../d/a.yaml', join(cwd, 'd/a.yaml'), 'link/a.yaml', 'e', 'e/b.yaml')).toEqual([
      'd/a.yaml',
    ]);
    expect(await reported(cwd, 'e/b.yaml')).toEqual(['d/a.yaml']);
  });

  test('a link is written through: it stays, and its target changes', async () => {
    const cwd = temporaryRepository({ 'real/a.tmpl': installation() });
    symlinkSync('real/a.tmpl', join(cwd, 'a.yaml'));
    expect(await run(['convert', '--write'], { cwd })).toMatchObject({ code: 0 });
    expect(treeOf(cwd)['a.yaml']).toBe('link to real/a.tmpl');
    expect(readFileSync(join(cwd, 'real/a.tmpl'), 'utf8')).toContain('kind: Mattermost\n');
  });

  test('links in a circle, to nowhere and out of the tree end nothing and lead nowhere', async () => {
    const elsewhere = temporaryDirectory();
    writeAll(elsewhere, { 'out.yaml': installation('out') });
    const cwd = temporaryRepository({ 'd/a.yaml': installation() });
    const links = {
      'd/up': '..',
      'itself.yaml': 'itself.yaml',
      'one.yaml': 'two.yaml',
      'two.yaml': 'one.yaml',
      'broken.yaml': 'nowhere',
      'out.yaml': join(elsewhere, 'out.yaml'),
      outside: elsewhere,
    };
    for (const [name, target] of Object.entries(links)) symlinkSync(target, join(cwd, name));
    expect(await run(['convert', '--write', '--verbose'], { cwd })).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(
        /skipped out\.yaml: .*leads out of the tree[^]*skipped itself\.yaml|skipped itself\.yaml[^]*skipped out\.yaml/,
      ) as string,
    });
    expect(readFileSync(join(elsewhere, 'out.yaml'), 'utf8')).toBe(installation('out'));
    expect(await run(['convert', 'outside'], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('symbolic link') as string,
    });
  });

  test('hard links are files of their own: git has both, so both change', async () => {
    const cwd = temporaryRepository({ 'a.yaml': installation() });
    linkSync(join(cwd, 'a.yaml'), join(cwd, 'b.yaml'));
    const { stdout } = await run(['convert'], { cwd });
    expect([...stdout.toString().matchAll(/^\+\+\+ (.*)$/gm)].map(([, name]) => name)).toEqual(['b/a.yaml', 'b/b.yaml']);
    await run(['convert', '--write'], { cwd });
    for (const name of ['a.yaml', 'b.yaml']) expect(readFileSync(join(cwd, name), 'utf8')).toContain('kind: Mattermost\n');
  });

  test('names that differ in case alone are two files where they are', async () => {
    const cwd = temporaryRepository({ 'chat.yaml': installation('a'), 'CHAT.yaml': installation('b') });
    if (readdirSync(cwd).length < 3) return; // the file system of this machine knows no difference
    expect(await reported(cwd)).toEqual(['CHAT.yaml', 'chat.yaml']);
  });
});

describe('a disk that takes nothing more', () => {
  test('a read-only file keeps all others as they are', async () => {
    const cwd = temporaryRepository({ 'a.yaml': installation('a'), 'b.yaml': installation('b'), 'c.yaml': installation('c') });
    chmodSync(join(cwd, 'b.yaml'), 0o444);
    const before = treeOf(cwd);
    const result = await run(['convert', '--write'], { cwd });
    expect(result).toMatchObject({ code: 3, stderr: expect.stringMatching(/cannot write .*b\.yaml: the file is read-only/) as string });
    expect(treeOf(cwd)).toEqual(before);
    expect(await run(['convert', '--write', 'a.yaml', 'c.yaml'], { cwd })).toMatchObject({ code: 0 });
  });

  test.runIf(canMount)('a full disk keeps all files as they are', async () => {
    const cwd = temporaryRepository({ 'a.yaml': installation('a') });
    mkdirSync(join(cwd, 'd'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', join(cwd, 'd')]);
    onTestFinished(() => void execFileSync('umount', ['--lazy', join(cwd, 'd')]));
    writeAll(cwd, { 'd/b.yaml': `${installation('b')}---\n${configMap('filler')}  text: ${'x'.repeat(40_000)}\n` });
    const before = treeOf(cwd);
    expect(await run(['convert', '--write'], { cwd })).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/cannot write .*d\/b\.yaml: no space left on the device/) as string,
    });
    expect(treeOf(cwd)).toEqual(before);
  });

  test('a limit on the size of files is told, and leaves them', async () => {
    const cwd = temporaryRepository({
      'a.yaml': installation('a'),
      'b.yaml': `${installation('b')}---\n${configMap('filler')}  text: ${'x'.repeat(400_000)}\n`,
    });
    const before = treeOf(cwd);
    const result = await runProcess(['convert', '--write'], { cwd, shell: 'ulimit -f 200; exec "$@"' });
    expect(result).toMatchObject({ code: 3, stderr: expect.stringMatching(/cannot write .*b\.yaml: file too large/) as string });
    expect(treeOf(cwd)).toEqual(before);
  });
});

describe('a run that is ended', () => {
  /** Each file must be one of these. */
  async function outcomes(contents: Readonly<Record<string, string>>): Promise<Record<string, string[]>> {
    const done = temporaryDirectory();
    writeAll(done, contents);
    await run(['convert', '--write', '-q'], { cwd: done });
    return Object.fromEntries(Object.entries(contents).map(([file, before]) => [file, [before, readFileSync(join(done, file), 'utf8')]]));
  }

  test('by a kill at any moment leaves each file whole, old or new, and can be done again', async () => {
    const rounds = 8;
    const contents = files(60);
    const allowed = await outcomes(contents);
    const whole = performance.now();
    const probe = temporaryDirectory();
    writeAll(probe, contents);
    await runProcess(['convert', '--write'], { cwd: probe });
    const duration = performance.now() - whole;
    for (let round = 0; round < rounds; round += 1) {
      const cwd = temporaryDirectory();
      writeAll(cwd, contents);
      const child = await startProcess(['convert', '--write'], { cwd });
      child.stdin?.end();
      setTimeout(() => child.kill('SIGKILL'), duration * (0.3 + (0.8 * round) / rounds));
      await finished(child);
      for (const [file, texts] of Object.entries(allowed)) expect(texts).toContain(readFileSync(join(cwd, file), 'utf8'));
      const left = readdirSync(cwd, { recursive: true, encoding: 'utf8' }).filter((name) => !/^d\d(?:\/\d+\.yaml)?$/.test(name));
      expect(left.filter((name) => !/(?:\/\.ci2mm-\d+-[0-9a-f]{12}\.tmp|^\.ci2mm-journal)$/.test(name))).toEqual([]);
      expect(await run(['convert', '--write'], { cwd })).toMatchObject({ code: 0 });
      for (const [file, [, after]] of Object.entries(allowed)) expect(readFileSync(join(cwd, file), 'utf8')).toBe(after);
      expect(readdirSync(cwd, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('ci2mm'))).toEqual([]);
    }
  });

  test('by a reader that has seen enough: no error, and exit code as ever', async () => {
    const cwd = temporaryRepository(files(300));
    const seen = await runProcess(['convert', '-q'], { cwd, shell: '("$@"; echo "code $?" >&2) | head -n 1' });
    expect(seen.stdout.toString()).toMatch(/^diff --git .*\n$/);
    expect(seen.stderr).toBe('code 0\n');
    const closed = await runProcess(['convert'], { cwd, shell: '("$@"; echo "code $?" >&3) 2>&1 >/dev/null 3>/dev/null | head -n 1' });
    expect(closed.stdout.toString().split('\n')).toHaveLength(2);
    const nowhere = await runProcess(['convert'], { cwd, shell: '"$@" >&- 2>&-; exit $?' });
    expect(nowhere.code).toBe(0);
  });

  test.skipIf(process.platform !== 'linux')('by a full disk behind standard output', async () => {
    const cwd = temporaryRepository({ 'a.yaml': installation() });
    expect(await runProcess(['convert'], { cwd, shell: 'exec "$@" >/dev/full' })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('cannot write to standard output') as string,
    });
  });

  test('what a killed run left behind is no manifest', async () => {
    const cwd = temporaryRepository({ 'a.yaml': configMap('a'), '.ci2mm-1-0123456789ab.tmp': installation() });
    expect(await run(['convert', '--check'], { cwd })).toMatchObject({ code: 0 });
  });
});

describe('deep and wide trees', () => {
  test('folders within folders', async () => {
    const cwd = temporaryRepository();
    const path = `${Array.from({ length: 300 }, (_, level) => `level-${level}`).join('/')}/a.yaml`;
    writeAll(cwd, { [path]: installation() });
    const { stdout } = await run(['convert'], { cwd });
    git(cwd, ['apply', '-'], { input: stdout });
    expect(readFileSync(join(cwd, path), 'utf8')).toContain('kind: Mattermost\n');
  });

  test('a path that is longer than a system call takes', async () => {
    const cwd = temporaryDirectory();
    const deep = Array(9).fill('x'.repeat(250)).join('/');
    execFileSync('/bin/bash', [
      '-c',
      `cd "$1" && for i in 1 2; do mkdir -p "$2" && cd "$2" || exit 1; done; printf %s "$3" > a.yaml`,
      'bash',
      cwd,
      deep,
      installation(),
    ]);
    onTestFinished(() => void execFileSync('rm', ['-rf', cwd]));
    const result = await run(['convert'], { cwd });
    expect(result).toMatchObject({ code: 3, stderr: expect.stringMatching(/^ci2mm: cannot read /) as string });
    expect(result.stdout).toHaveLength(0);
  });

  test('files that go while they are looked for', async () => {
    const cwd = temporaryRepository({ 'a.yaml': installation('a'), 'gone.yaml': installation('b') });
    git(cwd, ['add', '.']);
    rmSync(join(cwd, 'gone.yaml'));
    expect(await run(['convert', '--write'], { cwd })).toMatchObject({ code: 0 });
  });

  test('a socket, a pipe and a device are passed over', async () => {
    const cwd = temporaryRepository({ 'a.yaml': installation() });
    execFileSync('mkfifo', [join(cwd, 'pipe.yaml')]);
    symlinkSync('/dev/zero', join(cwd, 'zero.yaml'));
    const result = await run(['convert', '--verbose'], { cwd });
    expect(result).toMatchObject({ code: 0, stderr: expect.stringContaining('skipped zero.yaml') as string });
  });
});
