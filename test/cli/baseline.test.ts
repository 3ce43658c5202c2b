import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commitAll, temporaryRepository, writeAll } from '../repo/workspace.ts';
import { run } from './harness.ts';
import { blocked, configMap, installation } from './manifests.ts';

const kustomization = (...resources: string[]): string => `resources:\n${resources.map((each) => `  - ${each}\n`).join('')}`;

const FILES = {
  'a/chat.yaml': installation('a'),
  'b/chat.yaml': blocked('b'),
  'base/chat.yaml': blocked('c'),
  'base/kustomization.yaml': kustomization('chat.yaml'),
  'eu/kustomization.yaml': `namespace: eu\n${kustomization('../base')}`,
  'us/kustomization.yaml': `namespace: us\n${kustomization('../base')}`,
  'notes.md': 'how to edit a ClusterInstallation\n',
};

async function repository(files: Readonly<Record<string, string>> = FILES): Promise<string> {
  const cwd = temporaryRepository(files);
  commitAll(cwd);
  expect(await run(['scan', '--write-baseline', 'known.txt', '-q'], { cwd })).toMatchObject({ code: 0 });
  return cwd;
}

const judged = async (cwd: string, ...args: string[]): Promise<{ code: number | null; more: string[]; stderr: string }> => {
  const { code, stderr } = await run(['scan', '--baseline', 'known.txt', ...args], { cwd });
  return { code, stderr, more: stderr.split('\n').filter((line) => line.startsWith('not in the baseline: ')) };
};

describe('a baseline', () => {
  test('is sorted, a line for each, without lines of files, and the same each time', async () => {
    const cwd = await repository();
    const text = readFileSync(join(cwd, 'known.txt'), 'utf8');
    const [header, ...lines] = text.trimEnd().split('\n');
    expect(header).toMatch(/^# ci2mm baseline 1/);
    expect(lines).toEqual(lines.toSorted());
    expect(lines).toEqual(
      expect.arrayContaining([
        '["installation","a","a",""]',
        '["installation","eu","eu/c",""]',
        '["installation","us","us/c",""]',
        '["blue-green-enabled","b","b","spec.blueGreen.enable"]',
        '["blue-green-enabled","eu","eu/c","spec.blueGreen.enable"]',
        '["blue-green-enabled","us","us/c","spec.blueGreen.enable"]',
      ]),
    );
    expect(lines.some((line) => line.startsWith('["old-name-left"'))).toBe(true);
    await run(['scan', '--write-baseline', 'again.txt', '-q'], { cwd });
    expect(readFileSync(join(cwd, 'again.txt'), 'utf8')).toBe(text);
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ['nothing changes', {}],
    ['lines move', { 'b/chat.yaml': `# a comment\n\n${blocked('b')}`, 'base/chat.yaml': `# a comment\n${blocked('c')}` }],
    ['a file gets another name', { 'b/chat.yaml': configMap('b'), 'b/other.yaml': blocked('b') }],
    ['something is mended', { 'b/chat.yaml': installation('b') }],
    ['a cluster goes', { 'us/kustomization.yaml': 'resources: []\n' }],
    ['the first cluster goes', { 'eu/kustomization.yaml': 'resources: []\n' }],
  ])('passes where %s', async (_, files) => {
    const cwd = await repository();
    writeAll(cwd, files);
    expect(await judged(cwd, '--fail-on-left')).toMatchObject({ code: 0, more: [] });
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['an installation', { 'd/chat.yaml': installation('d') }, '["installation","d","d",""]'],
    ['a cluster', { 'as/kustomization.yaml': `namespace: as\n${kustomization('../base')}` }, '["installation","as","as/c",""]'],
    ['an error', { 'a/chat.yaml': blocked('a') }, '["blue-green-enabled","a","a","spec.blueGreen.enable"]'],
    ['what can not be read', { 'x/chat.yaml': 'kind: ClusterInstallation\n\tx: y\n' }, '["unparsable-manifest","x/chat.yaml","",""]'],
    ['the same twice', { 'b/again.yaml': blocked('b') }, '["installation","b","b",""]'],
  ])('fails for %s more', async (_, files, line) => {
    const cwd = await repository();
    writeAll(cwd, files);
    const { code, more } = await judged(cwd);
    expect(code).toBe(1);
    expect(more).toContain(`not in the baseline: ${line}`);
  });

  test('a warning more is told, and no failure', async () => {
    const cwd = await repository();
    writeAll(cwd, { 'a/chat.yaml': installation('a', '  nonsense: 1\n') });
    const { code, more } = await judged(cwd);
    expect(code).toBe(0);
    expect(more).toEqual(['not in the baseline: ["unknown-field","a","a","spec.nonsense"]']);
  });

  test('what is gone is told, and --write-baseline takes it out', async () => {
    const cwd = await repository();
    writeAll(cwd, { 'b/chat.yaml': installation('b') });
    expect((await judged(cwd)).stderr).toContain('of the baseline is no longer found; ci2mm scan --write-baseline known.txt takes it out');
    const { stderr } = await run(['scan', '--write-baseline', 'known.txt'], { cwd });
    expect(stderr).toContain('wrote what is known to known.txt');
    expect((await judged(cwd)).stderr).toContain('nothing beyond the baseline known.txt');
    writeAll(cwd, { 'b/chat.yaml': blocked('b') });
    expect((await judged(cwd)).code).toBe(1);
  });

  test('convert is judged by it as well, and what was converted is nothing more', async () => {
    const cwd = await repository();
    expect((await run(['convert', '--check', '--baseline', 'known.txt'], { cwd })).code).toBe(0);
    writeAll(cwd, { 'd/chat.yaml': installation('d') });
    expect((await run(['convert', '--check', '--baseline', 'known.txt'], { cwd })).code).toBe(1);
    expect((await run(['convert', '--write', '--baseline', 'known.txt'], { cwd })).code).toBe(0);
  });

  test('has no value of a Secret', async () => {
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\nstringData:\n  c4n4ry-key: c4n4ry\n';
    const cwd = await repository({ 'a.yaml': `${installation('a', '  database:\n    secret: db\n')}---\n${secret}` });
    expect(readFileSync(join(cwd, 'known.txt'), 'utf8')).toContain('database-secret');
    expect(readFileSync(join(cwd, 'known.txt'), 'utf8')).not.toContain('c4n4ry');
  });

  test.each([
    ['no baseline', 'hello\n', 1],
    ['a line that is none', null, 2],
  ])('%s is refused, with the line', async (_, text, line) => {
    const cwd = await repository();
    const header = readFileSync(join(cwd, 'known.txt'), 'utf8').split('\n')[0];
    writeFileSync(join(cwd, 'known.txt'), text ?? `${header}\nrule a b\n`);
    expect(await judged(cwd)).toMatchObject({ code: 2, stderr: expect.stringContaining(`(line ${line})`) as string });
  });

  test.each([
    [['scan', '--write-baseline', 'x', '--baseline', 'known.txt']],
    [['scan', '--write-baseline', 'x', '--changed-since', 'HEAD']],
    [['scan', '--write-baseline', 'a/chat.yaml']],
    [['scan', '--baseline', 'missing.txt']],
    [['convert', '-', '--baseline', 'known.txt']],
  ])('refused: %s', async (args) => {
    const cwd = await repository();
    expect((await run(args, { cwd })).code).toBe(2);
  });
});
