import { execFileSync } from 'node:child_process';
import { chmodSync, ftruncateSync, linkSync, mkdirSync, openSync, closeSync, renameSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { discover } from '../../src/repo/discover.ts';
import { fileExists, readManifest, readOutside } from '../../src/repo/read.ts';
import { scan } from '../../src/repo/scan.ts';
import type { Scan } from '../../src/repo/scan.ts';
import { encode, searchFor } from '../../src/repo/search.ts';
import type { Encoding, SearchMarker } from '../../src/repo/search.ts';
import { asNobody, commitAll, failureOf, isRoot, temporaryDirectory, temporaryRepository, writeAll } from './workspace.ts';

const marker = (text: string, name = text): SearchMarker => ({ name, bytes: Buffer.from(text) });
const KIND = marker('ClusterInstallation');
const KEY = marker('DB_CONNECTION_STRING');

const scanAll = async (root: string, markers: readonly SearchMarker[] = [KIND, KEY], paths: readonly string[] = []): Promise<Scan> =>
  scan(await discover(paths, { cwd: root }), markers);

/** Files and the markers found in each. */
const namesIn = (result: Scan): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries([...result.hits].map(([file, hit]) => [file, [...hit.markers].toSorted()]));

test('each file is searched for every marker', async () => {
  const root = temporaryRepository({
    'a.yaml': 'kind: ClusterInstallation\n',
    'b.yaml': 'kind: Deployment\n',
    'c.json': '{"DB_CONNECTION_STRING": "ClusterInstallation"}',
    'empty.yaml': '',
  });
  const result = await scanAll(root);
  expect(namesIn(result)).toEqual({ 'a.yaml': [KIND.name], 'c.json': [KIND.name, KEY.name].toSorted() });
  expect(result).toMatchObject({ scanned: 4, skipped: [] });
});

test('what a longer file left in the buffer is not found again', async () => {
  const long = `${'x'.repeat(20)}ClusterInstallation`;
  const root = temporaryRepository({
    'a.yaml': long,
    'b.yaml': 'short',
    'c.yaml': long.slice(0, -1),
    'd.yaml': '',
    'e.yaml': 'y'.repeat(9000),
    'f.yaml': `${'z'.repeat(8999)}${long}`,
    'g.yaml': 'y'.repeat(9010),
  });
  expect(Object.keys(namesIn(await scanAll(root)))).toEqual(['a.yaml', 'f.yaml']);
});

test('a marker is found wherever it lies in a long file', async () => {
  const [small, large] = [8 * 1024, 1024 * 1024];
  const root = temporaryDirectory();
  const offsets = [small, large, 2 * large - KIND.bytes.length * 4, 2 * large, 3 * large].flatMap((edge) =>
    [-40, -19, -18, -10, -1, 0, 1].map((near) => edge + near),
  );
  writeAll(
    root,
    Object.fromEntries(
      offsets.map((offset) => [`${offset}.yaml`, Buffer.concat([Buffer.alloc(offset, '.'), KIND.bytes, Buffer.alloc(5000, '.')])]),
    ),
  );
  writeAll(
    root,
    Object.fromEntries(
      [small, large].flatMap((size) => [
        [`${size}-end.yaml`, Buffer.concat([Buffer.alloc(size - 19, '.'), KIND.bytes])],
        [`${size}-cut.yaml`, Buffer.concat([Buffer.alloc(size - 18, '.'), KIND.bytes.subarray(0, 18)])],
      ]),
    ),
  );
  expect(Object.keys(namesIn(await scanAll(root))).toSorted()).toEqual(
    [...offsets.map((offset) => `${offset}.yaml`), `${small}-end.yaml`, `${large}-end.yaml`].toSorted(),
  );
});

test('a huge file is searched without being loaded', async () => {
  const root = temporaryDirectory();
  const descriptor = openSync(join(root, 'huge.yaml'), 'w');
  ftruncateSync(descriptor, 1_000_000_000);
  writeSync(descriptor, 'ClusterInstallation', 900_000_000);
  closeSync(descriptor);
  const before = process.memoryUsage().rss;
  expect(namesIn(await scanAll(root))).toEqual({ 'huge.yaml': [KIND.name] });
  expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
  expect(readManifest(root, 'huge.yaml', 1_000_000)).toEqual({ tooLarge: 1_000_000_000 });
});

describe('files that are not UTF-8', () => {
  const ENCODINGS: readonly (readonly [Encoding, number[]])[] = [
    ['utf-16le', [0xff, 0xfe]],
    ['utf-16be', [0xfe, 0xff]],
    ['utf-32le', [0xff, 0xfe, 0, 0]],
    ['utf-32be', [0, 0, 0xfe, 0xff]],
  ];
  test.each(ENCODINGS)('%s is recognised with and without a byte order mark', async (encoding, mark) => {
    const text = encode('# 🎉\nkind: ClusterInstallation\n', encoding);
    const long = encode(`a: ${'.'.repeat(3_000_000)}\nkind: ClusterInstallation\n`, encoding);
    const root = temporaryRepository({
      'bom.yaml': Buffer.concat([Buffer.from(mark), text]),
      'none.yaml': text,
      'long.yaml': long,
      'other.yaml': encode('kind: Deployment\n', encoding),
    });
    const { hits } = await scanAll(root);
    expect([...hits].map(([file, hit]) => [file, hit.encoding])).toEqual([
      ['bom.yaml', encoding],
      ['long.yaml', encoding],
      ['none.yaml', encoding],
    ]);
  });

  test('a byte order mark of UTF-8, stray bytes and NULs hide nothing', async () => {
    const files = {
      'bom.yaml': '\u{FEFF}kind: ClusterInstallation',
      'nul.yaml': '\0kind: ClusterInstallation',
      'nuls.yaml': '\0\0\0ClusterInstallation',
      'latin1.yaml': Buffer.from('\xff\xe9: ClusterInstallation', 'latin1'),
    };
    expect(Object.keys(namesIn(await scanAll(temporaryRepository(files))))).toEqual(['bom.yaml', 'latin1.yaml', 'nul.yaml', 'nuls.yaml']);
  });

  test('encoding agrees with the platform', () => {
    expect(encode('aé🎉', 'utf-16le').toString('utf16le')).toBe('aé🎉');
    expect(encode('aé', 'utf-16be')).toEqual(Buffer.from([0, 0x61, 0, 0xe9]));
    expect(encode('a🎉', 'utf-32le')).toEqual(Buffer.from([0x61, 0, 0, 0, 0x89, 0xf3, 1, 0]));
    expect(encode('a🎉', 'utf-32be')).toEqual(Buffer.from([0, 0, 0, 0x61, 0, 1, 0xf3, 0x89]));
  });
});

test('many markers are found like few', () => {
  const bytes = fc.string({ unit: fc.constantFrom('a', 'b', 'ä'), minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(
      fc.uniqueArray(bytes, { minLength: 17, maxLength: 40 }),
      fc.array(bytes, { maxLength: 30 }),
      fc.nat(5),
      (texts, content, extra) => {
        const buffer = Buffer.from(content.join(''));
        const end = Math.max(0, buffer.length - extra);
        const found = new Set<string>();
        searchFor(texts.map((text) => marker(text)))(buffer, end, found);
        expect([...found].toSorted()).toEqual(texts.filter((text) => buffer.subarray(0, end).includes(text)).toSorted());
      },
    ),
    { numRuns: 500 },
  );
});

test('ten thousand names are looked for in one pass', async () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `mattermost-database-${index}`);
  const root = temporaryRepository(
    Object.fromEntries(names.slice(0, 2000).map((name, index) => [`${index}.yaml`, `name: ${name}\n${'field: value\n'.repeat(40)}`])),
  );
  const { hits } = await scanAll(
    root,
    names.map((name) => marker(name)),
  );
  expect(hits.get('1999.yaml')?.markers).toContain('mattermost-database-1999');
  expect(hits.size).toBe(2000);
}, 20_000);

test('files that are gone or no files are passed over', async () => {
  const root = temporaryRepository({
    'a.yaml': 'ClusterInstallation',
    'gone.yaml': '',
    'directory.yaml': '',
    'pipe.yaml': '',
    'd/e.yaml': '',
  });
  commitAll(root);
  for (const file of ['gone.yaml', 'directory.yaml', 'pipe.yaml', 'd']) rmSync(join(root, file), { recursive: true });
  mkdirSync(join(root, 'directory.yaml'));
  execFileSync('mkfifo', [join(root, 'pipe.yaml')]);
  writeAll(root, { d: 'a file now' });
  const result = await scanAll(root);
  expect(Object.keys(namesIn(result))).toEqual(['a.yaml']);
  expect(result.skipped).toMatchObject([{ file: 'directory.yaml', code: 'not-a-file' }]);
});

describe('links', () => {
  test('inside the tree they stand for their targets, once', async () => {
    const root = temporaryRepository({ 'real.yaml': 'ClusterInstallation', 'templates/base.tmpl': 'ClusterInstallation' });
    symlinkSync('real.yaml', join(root, 'a.yaml'));
    symlinkSync('a.yaml', join(root, 'b.yaml'));
    symlinkSync('templates/base.tmpl', join(root, 'c.yaml'));
    symlinkSync('templates/base.tmpl', join(root, 'd.yaml'));
    symlinkSync('templates', join(root, 'e.yaml'));
    const result = await scanAll(root);
    expect(Object.keys(namesIn(result))).toEqual(['real.yaml', 'templates/base.tmpl']);
    expect(result).toMatchObject({ scanned: 2, skipped: [{ file: 'e.yaml', code: 'not-a-file' }] });
    expect(Object.keys(namesIn(await scanAll(root, [KIND], ['b.yaml', 'd.yaml'])))).toEqual(['real.yaml', 'templates/base.tmpl']);
  });

  test('out of the tree, broken and looping ones are skipped with the reason', async () => {
    const root = temporaryRepository({ 'a.yaml': 'x' });
    const elsewhere = temporaryDirectory();
    writeAll(elsewhere, { 'out.yaml': 'ClusterInstallation' });
    writeAll(root, { '.git/x.yaml': 'ClusterInstallation' });
    symlinkSync(join(elsewhere, 'out.yaml'), join(root, 'out.yaml'));
    symlinkSync('nowhere.yaml', join(root, 'broken.yaml'));
    symlinkSync('loop.yaml', join(root, 'loop.yaml'));
    symlinkSync('.git/x.yaml', join(root, 'tool.yaml'));
    const { hits, skipped } = await scanAll(root);
    expect(hits.size).toBe(0);
    expect(skipped.map(({ file, code }) => [file, code])).toEqual([
      ['broken.yaml', 'broken-link'],
      ['loop.yaml', 'link-loop'],
      ['out.yaml', 'outside-tree'],
      ['tool.yaml', 'ignored'],
    ]);
    expect(skipped[2]?.reason).toBe('a symbolic link leads out of the tree');
  });

  test('a tracked directory that became a link out of the tree is not read', async () => {
    const root = temporaryRepository({ 'd/a.yaml': 'ClusterInstallation' });
    commitAll(root);
    renameSync(join(root, 'd'), join(temporaryDirectory(), 'd'));
    const elsewhere = temporaryDirectory();
    writeAll(elsewhere, { 'a.yaml': 'ClusterInstallation' });
    symlinkSync(elsewhere, join(root, 'd'));
    const { hits, skipped } = await scanAll(root);
    expect(hits.size).toBe(0);
    expect(skipped).toMatchObject([{ file: 'd/a.yaml', code: 'outside-tree' }]);
    expect(() => readManifest(root, 'd/a.yaml', 1000)).toThrow('leads out of the tree');
  });

  test('hard links are files of their own, other spellings of a name are not', async () => {
    const root = temporaryRepository({ 'b.yaml': 'ClusterInstallation', 'd/one.yaml': 'ClusterInstallation' });
    linkSync(join(root, 'b.yaml'), join(root, 'a.yaml'));
    const { hits, skipped } = await scanAll(root, [KIND], ['a.yaml', 'b.yaml', 'd/one.yaml']);
    expect([...hits.keys()]).toEqual(['a.yaml', 'b.yaml', 'd/one.yaml']);
    expect(skipped).toEqual([]);
    const spelled = scan({ root, files: ['d/one.yaml', 'd/../d/one.yaml'] }, [KIND]);
    expect([...spelled.hits.keys()]).toEqual(['d/one.yaml']);
    expect(spelled.skipped.map(({ reason }) => reason)).toEqual(['the same file as one already read: d/one.yaml']);
  });
});

test.runIf(isRoot)('a file that may not be read is named', async () => {
  const root = temporaryRepository({ 'a.yaml': '', 'new\nline.yaml': '' });
  chmodSync(join(root, 'new\nline.yaml'), 0);
  chmodSync(root, 0o755);
  const discovery = await discover([], { cwd: root });
  const failure = await asNobody(() => failureOf(Promise.resolve().then(() => scan(discovery, [KIND]))));
  expect(failure).toMatchObject({
    name: 'RepositoryError',
    kind: 'io',
    code: 'EACCES',
    message: `cannot read ${root}/new\\u{a}line.yaml: permission denied`,
  });
});

test('progress is told now and then', () => {
  const root = temporaryDirectory();
  const files = Array.from({ length: 1000 }, (_, index) => `${index}.yaml`);
  const seen: [number, number][] = [];
  scan({ root, files }, [KIND], { onProgress: (done, total) => seen.push([done, total]) });
  expect(seen).toEqual([
    [256, 1000],
    [512, 1000],
    [768, 1000],
  ]);
});

describe('reading', () => {
  test('files are read whole, within limits', () => {
    const root = temporaryDirectory();
    writeAll(root, { 'd/a.yaml': 'héllo', 'empty.yaml': '' });
    symlinkSync('d/a.yaml', join(root, 'link.yaml'));
    expect(readManifest(root, 'd/a.yaml', 6)).toEqual(Buffer.from('héllo'));
    expect(readManifest(root, 'link.yaml', 6)).toEqual(Buffer.from('héllo'));
    expect(readManifest(root, 'd/a.yaml', 5)).toEqual({ tooLarge: 6 });
    expect(readManifest(root, 'empty.yaml', 5)).toEqual(Buffer.alloc(0));
    expect(fileExists(root, 'd/a.yaml')).toBe(true);
    expect(fileExists(root, 'd/b.yaml')).toBe(false);
  });

  test('a file exists where it can be read', () => {
    const root = temporaryDirectory();
    const elsewhere = temporaryDirectory();
    writeAll(root, { 'd/a.yaml': 'x' });
    writeAll(elsewhere, { 'a.yaml': 'x' });
    const links = {
      'in.yaml': 'd/a.yaml',
      'folder.yaml': 'd',
      'out.yaml': join(elsewhere, 'a.yaml'),
      'loop.yaml': 'loop.yaml',
      'broken.yaml': 'gone',
      away: elsewhere,
    };
    for (const [name, target] of Object.entries(links)) symlinkSync(target, join(root, name));
    expect(fileExists(root, 'in.yaml')).toBe(true);
    for (const file of [
      'folder.yaml',
      'out.yaml',
      'loop.yaml',
      'broken.yaml',
      'away/a.yaml',
      'd',
      'd/a.yaml/x',
      'gone/a.yaml',
      'x'.repeat(300),
      'a\0b',
    ]) {
      expect.soft([file, fileExists(root, file)]).toEqual([file, false]);
    }
  });

  test('nothing outside the root is read', () => {
    const root = temporaryDirectory();
    const elsewhere = temporaryDirectory();
    writeAll(elsewhere, { 'a.yaml': 'x' });
    symlinkSync(elsewhere, join(root, 'd'));
    for (const file of ['../a.yaml', 'd/../../a.yaml', join(elsewhere, 'a.yaml'), '', '.']) {
      expect(() => readManifest(root, file, 10)).toThrow('is not a file below');
    }
    expect(() => readManifest(root, 'd/a.yaml', 10)).toThrow('leads out of the tree');
    expect(() => readManifest(root, 'missing.yaml', 10)).toThrow(`cannot read ${root}/missing.yaml: no such file or directory`);
    expect(() => readManifest(root, 'd', 10)).toThrow('cannot read');
  });

  test('a file that an option names is read wherever it lies', () => {
    const root = temporaryDirectory();
    writeAll(root, { 'd/crd.yaml': 'x' });
    expect(readOutside(join(root, 'd'), '../d/crd.yaml')).toEqual(Buffer.from('x'));
    expect(() => readOutside(root, 'crd.yaml')).toThrow(`${root}/crd.yaml does not exist`);
    expect(() => readOutside(root, 'd')).toThrow('is a directory');
  });
});
