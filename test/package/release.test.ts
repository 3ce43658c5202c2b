import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const script = join(root, 'scripts/release-check.js');
const { obstacles } = (await import(script)) as { obstacles: (manifest: unknown, changelog: string, tag: string) => string[] };
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const manifest = JSON.parse(read('package.json')) as { version: string };
const folder = mkdtempSync(join(tmpdir(), 'ci2mm-release-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what keeps a release from being published', () => {
  const ready = {
    version: '1.2.3',
    repository: { url: 'git+https://forge.test/someone/ci2mm.git' },
    homepage: 'https://forge.test/someone/ci2mm',
    bugs: { url: 'https://forge.test/someone/ci2mm/issues' },
  };
  const changes = '# Changelog\n\n## 1.2.3\n';

  test('nothing, where all is filled in', () => {
    expect(obstacles(ready, changes, 'v1.2.3')).toEqual([]);
  });

  test.each([
    ['the placeholders of this repository', { ...manifest, version: '1.2.3' }, changes, 'v1.2.3', 3],
    ['an address that is missing', { ...ready, bugs: undefined }, changes, 'v1.2.3', 1],
    ['another tag', ready, changes, 'v1.2.4', 1],
    ['no tag', ready, changes, '', 1],
    ['a change log without it', ready, '# Changelog\n\n## Unreleased\n', 'v1.2.3', 1],
    ['a dependency at run time', { ...ready, dependencies: { yaml: '2.9.1' } }, changes, 'v1.2.3', 1],
  ])('%s', (_, given, changelog, tag, amount) => {
    expect(obstacles(given, changelog, tag)).toHaveLength(amount);
  });
});

describe('the container', () => {
  const file = read('Dockerfile');
  const ignore = read('.dockerignore').split('\n');

  test('is given what its build reads, and nothing else', () => {
    expect(ignore[0]).toBe('*');
    for (const line of ignore.slice(1).filter((each) => each !== '')) expect(existsSync(join(root, line.replace(/^!/, '')))).toBe(true);
    for (const [, names = ''] of file.matchAll(/^COPY ((?:package|\.npmrc).*) \.\/$/gm)) {
      for (const name of names.split(' ')) expect(ignore).toContain(`!${name}`);
    }
  });

  test('builds what it links, and does not run as root', () => {
    const dist = join(folder, 'dist');
    execFileSync(process.execPath, [join(root, 'scripts/build.js'), dist], { cwd: root });
    const removed = /rm -rf (dist\/.*)$/m.exec(file)?.[1]?.split(' ') ?? [];
    expect(removed.length).toBeGreaterThan(0);
    for (const path of removed) rmSync(join(folder, path), { recursive: true });
    for (const [, name = ''] of file.matchAll(/\/opt\/ci2mm\/([\w-]+\.cjs)/g)) {
      expect(existsSync(join(dist, name))).toBe(true);
    }
    expect(execFileSync(process.execPath, [join(dist, 'cli.cjs'), '--version'], { encoding: 'utf8' })).toBe(`${manifest.version}\n`);
    expect(execFileSync(process.execPath, [join(dist, 'cli.cjs'), 'convert', 'examples/plain'], { cwd: root, encoding: 'utf8' })).toContain(
      '+kind: Mattermost',
    );
    const lines = file.split('\n');
    expect(lines.findIndex((line) => line === 'USER node')).toBeLessThan(lines.findIndex((line) => line.startsWith('ENTRYPOINT')));
    expect(lines).toContain('USER node');
  }, 120_000);

  test('a single file does what the package does', { timeout: 300_000 }, () => {
    const program = join(folder, 'ci2mm');
    execFileSync(process.execPath, [join(root, 'scripts/executable.js'), program, join(folder, 'dist')], { cwd: root, stdio: 'pipe' });
    const run = (...args: string[]): string =>
      execFileSync(program, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    expect(run('--version')).toBe(`${manifest.version}\n`);
    expect(run('convert', 'examples/plain')).toContain('+kind: Mattermost');
    expect(run('scan', '--format', 'json', 'examples/kustomize')).toContain('"convertible"');
  });
});
