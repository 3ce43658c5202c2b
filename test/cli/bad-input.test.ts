import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { temporaryDirectory, temporaryRepository, writeAll } from '../repo/workspace.ts';
import { builtProgram } from './built.ts';
import { findingsOf, reportOf, run, runProcess, treeOf } from './harness.ts';
import type { ProcessResult, ProcessWorld } from './harness.ts';
import { configMap, installation } from './manifests.ts';

// The largest inputs take a while on a machine that does something else as well; what hangs takes longer.
vi.setConfig({ testTimeout: 240_000 });

const MB = 1024 * 1024;
/** Of the whole process, in MB. */
const MEMORY = 300;

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

/** A world in which file modes count: root may do anything, so its tests run the program as nobody. */
async function asOrdinaryUser(cwd: string): Promise<ProcessWorld> {
  if (!isRoot) return { cwd };
  const { program } = builtProgram();
  for (const path of [cwd, join(program, '..')]) chmodSync(path, 0o755);
  for (const path of ['', ...readdirSync(cwd, { recursive: true, encoding: 'utf8' })]) chownSync(join(cwd, path), NOBODY, NOBODY);
  return { cwd, uid: NOBODY, gid: NOBODY };
}

/** Both converting and writing refuse, and not a byte changes. */
async function expectRefusal(args: readonly string[], world: ProcessWorld, expected: { code: number; says: RegExp }): Promise<void> {
  const before = treeOf(world.cwd);
  for (const more of [[], ['--write']]) {
    const result = await runProcess(['convert', ...args, ...more], world);
    expect.soft(result).toMatchObject({ code: expected.code, signal: null, stderr: expect.stringMatching(expected.says) as string });
    expect.soft(result.stdout.toString()).toBe('');
    expect.soft(result.stderr).not.toContain('internal error');
  }
  expect(treeOf(world.cwd)).toEqual(before);
}

describe('paths that can not be read', () => {
  test('a path that does not exist', async () => {
    const cwd = temporaryRepository({ 'chat.yaml': installation() });
    await expectRefusal(['chat.yaml', 'gone.yaml'], { cwd }, { code: 2, says: /gone\.yaml does not exist/ });
  });

  test('an empty path', async () => {
    await expectRefusal([''], { cwd: temporaryRepository({ 'chat.yaml': installation() }) }, { code: 2, says: /a path is empty/ });
  });

  test('a file without permission', async () => {
    const cwd = temporaryRepository({ 'a.yaml': installation('a'), 'b.yaml': installation('b') });
    const world = await asOrdinaryUser(cwd);
    chmodSync(join(cwd, 'b.yaml'), 0o000);
    const before = statSync(join(cwd, 'a.yaml')).mtimeMs;
    for (const args of [['.'], ['b.yaml'], ['--write', '.']]) {
      const result = await runProcess(['convert', ...args], world);
      expect(result).toMatchObject({ code: 3, stderr: expect.stringMatching(/cannot read .*b\.yaml: permission denied/) as string });
      expect(result.stdout.toString()).toBe('');
    }
    expect(statSync(join(cwd, 'a.yaml')).mtimeMs).toBe(before);
  });

  test.each(['git lists', 'the folder is walked'])('a folder without permission, where %s', async (how) => {
    const files = { 'a.yaml': installation('a'), 'closed/b.yaml': installation('b') };
    const cwd = how === 'git lists' ? temporaryRepository(files) : temporaryDirectory();
    writeAll(cwd, files);
    const world = await asOrdinaryUser(cwd);
    chmodSync(join(cwd, 'closed'), 0o000);
    for (const args of [['.'], ['closed'], ['--write', '.']]) {
      const result = await runProcess(['convert', ...args], world);
      expect(result).toMatchObject({ code: 3, stderr: expect.stringMatching(/closed.*: permission denied/) as string });
      expect(result.stdout.toString()).toBe('');
    }
    chmodSync(join(cwd, 'closed'), 0o755);
    expect(readFileSync(join(cwd, 'a.yaml'), 'utf8')).toBe(installation('a'));
  });

  test('what is neither a file nor a folder', async () => {
    const cwd = temporaryRepository({ 'a.yaml': installation('a') });
    execFileSync('mkfifo', [join(cwd, 'pipe.yaml')]);
    await expectRefusal(['pipe.yaml'], { cwd }, { code: 2, says: /pipe\.yaml is neither a file nor a directory/ });
    expect(await runProcess(['convert', '.', '--check'], { cwd })).toMatchObject({ code: 1 });
  });

  test('a file given with --crd that is not there, or no CRD', async () => {
    const cwd = temporaryRepository({ 'chat.yaml': installation() });
    await expectRefusal(['--crd', 'gone.yaml'], { cwd }, { code: 2, says: /gone\.yaml does not exist/ });
    await expectRefusal(['--crd', 'chat.yaml'], { cwd }, { code: 2, says: /chat\.yaml holds no CustomResourceDefinition/ });
  });
});

describe('paths in a kustomization', () => {
  const chat = installation('chat', '  database: {secret: db}\n');
  const paths = {
    'a missing file': 'gone',
    'a link out of the tree': 'out',
    'a link to itself': 'loop',
    'a file as a folder': 'chat.yaml/x',
    'no path at all': 'a\\0b',
    'too long a name': 'x'.repeat(300),
  };
  test.each(Object.entries(paths))('%s has a finding, and other files go on', async (_, path) => {
    const cwd = temporaryRepository({ 'other.yaml': installation('other'), 'k/chat.yaml': chat });
    symlinkSync(join(temporaryRepository({ 'db.env': 'DB_CONNECTION_STRING=x\n' }), 'db.env'), join(cwd, 'k/out'));
    symlinkSync('loop', join(cwd, 'k/loop'));
    for (const field of [
      `secretGenerator: [{name: db, envs: ["${path}"]}]`,
      `resources: [chat.yaml, "${path}"]`,
      `resources: [chat.yaml]\npatches: [{path: "${path}"}]`,
    ]) {
      writeAll(cwd, { 'k/kustomization.yaml': field.startsWith('s') ? `resources: [chat.yaml]\n${field}\n` : `${field}\n` });
      const result = await run(['convert', '.', '--format', 'json', '--prove', 'never'], { cwd });
      expect.soft(result).toMatchObject({ code: 1 });
      expect.soft(reportOf(result).changes.map(({ file }) => file)).toEqual(['other.yaml']);
      expect.soft(findingsOf(result).join()).toMatch(/^(?:database-secret-unresolved k\/chat|kustomize-build-fails k\/kustomization)/);
    }
  });
});

describe('manifests that can not be parsed', () => {
  /** The line after an installation. */
  const next = installation('a').split('\n').length;
  const broken: Record<string, [string, number]> = {
    'an open bracket': [`${installation('a')}  list: [1, 2\n`, next + 1],
    'a tab as indentation': [`${installation('a')}\tx: 1\n`, next],
    'a key twice': [`${installation('a')}  replicas: 3\n`, next],
    'a key twice in another document': [`${installation('a')}---\na: 1\nb: 2\na: 3\n`, next + 3],
    'a quote that is never closed': [`${installation('a')}  image: "open\n`, next + 1],
    'wrong indentation': [`${installation('a')}   image: x\n`, next],
    'an alias without anchor': [`${installation('a')}  image: *nowhere\n`, next],
    'an alias within its own anchor': [`${installation('a')}  affinity: &self\n    nodeAffinity: *self\n`, next + 1],
    'text in front': [`some text\n${installation('a')}`, 1],
    'broken JSON': [`{"apiVersion": "mattermost.com/v1alpha1",\n "kind": "ClusterInstallation",\n "spec": {"image": "x"}`, 3],
  };

  test.each(Object.entries(broken))('%s is an error with its line, and the other files go on', async (_, [text, line]) => {
    const cwd = temporaryRepository({ 'a.yaml': text, 'b.yaml': installation('b') });
    const result = await run(['convert', '--format', 'json', '--write'], { cwd });
    expect(findingsOf(result)).toEqual([`unparsable-manifest a.yaml:${line}`]);
    expect(result.code).toBe(1);
    expect(readFileSync(join(cwd, 'a.yaml'), 'utf8')).toBe(text);
    expect(readFileSync(join(cwd, 'b.yaml'), 'utf8')).toContain('kind: Mattermost\n');
  });

  test('without the marker they are nobody’s business', async () => {
    const cwd = temporaryRepository({ 'a.yaml': 'a: [1, 2\n', 'b.yaml': installation('b') });
    expect(await run(['convert', '--write'], { cwd })).toMatchObject({ code: 0 });
  });
});

/** Runs the program on one manifest and expects it to stay within bounds. */
async function convertOne(name: string, content: string | Buffer): Promise<ProcessResult & { errors: string[] }> {
  const cwd = temporaryDirectory();
  writeAll(cwd, { [name]: content, 'other.yaml': installation('other') });
  const before = treeOf(cwd);
  const result = await runProcess(['convert', '--format', 'json'], { cwd });
  expect(result.signal).toBeNull();
  expect(result.peak).toBeLessThanOrEqual(MEMORY);
  expect(treeOf(cwd)).toEqual(before);
  const report = reportOf(result);
  expect(report.installations.filter(({ file, status }) => file === 'other.yaml' && status === 'convertible')).toHaveLength(1);
  const errors = report.findings.filter(({ level }) => level === 'error').map(({ rule, file, message }) => `${file}: ${rule}: ${message}`);
  return { ...result, errors };
}

describe('alias bombs', () => {
  const levels = Array.from(
    { length: 12 },
    (_, level) =>
      `a${level}: &a${level} [${Array(9)
        .fill(level === 0 ? 'lol' : `*a${level - 1}`)
        .join(', ')}]\n`,
  ).join('');

  test.each([
    ['in a field', `${levels}${installation('a')}  affinity: *a11\n`],
    ['in an unknown field', `${installation('a')}${levels.trimEnd().replaceAll(/^/gm, '  ')}\n`],
  ])('%s are refused', async (_, text) => {
    const { errors } = await convertOne('a.yaml', text);
    expect(errors).toEqual([expect.stringMatching(/^a\.yaml: unparsable-manifest: aliases expand to more data/)]);
  });

  test.each([
    ['as items of a List', `apiVersion: v1\nkind: List\n${levels}items:\n${'- *a11\n'.repeat(50)}# ClusterInstallation\n`],
    ['in a document next to an installation', `${levels}---\n${installation('a')}`],
    [
      'in merge keys',
      `${Array.from(
        { length: 20 },
        (_, level) =>
          `m${level}: &m${level}\n  k${level}: 1\n${
            level === 0
              ? ''
              : `  <<: [${Array(9)
                  .fill(`*m${level - 1}`)
                  .join(', ')}]\n`
          }`,
      ).join('')}# ClusterInstallation\n`,
    ],
    [
      'in a Secret',
      `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n${levels}stringData: *a11\n---\n${installation('a', '  database:\n    secret: db\n')}`,
    ],
  ])('%s cost nothing', async (_, text) => {
    await convertOne('a.yaml', text);
  });
});

const document = `---\n${configMap('filler')}`;
const fill = (size: number): string => document.repeat(Math.ceil(size / document.length));

const items = (count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({
    apiVersion: 'mattermost.com/v1alpha1',
    kind: 'ClusterInstallation',
    metadata: { name: `a${index}` },
    spec: { replicas: 2 },
  }));
const listOf = (count: number): object => ({ apiVersion: 'v1', kind: 'List', items: items(count) });
const yamlList = (count: number): string =>
  `apiVersion: v1\nkind: List\nitems:\n${`- ${installation('a').trimEnd().replaceAll('\n', '\n  ')}\n`.repeat(count)}`;

/** They take long for their size alone. */
describe.skipIf(process.env['CI2MM_LARGE'] === undefined)('the largest', () => {
  test('the largest file that is read', async () => {
    const { errors } = await convertOne('a.yaml', installation('a') + fill(15.9 * MB));
    expect(errors).toEqual([]);
  });

  test.each([
    ['a.json', JSON.stringify(listOf(3000))],
    ['a.json', JSON.stringify(listOf(2900), null, 2)],
    ['a.yaml', yamlList(2000)],
  ])('about the largest document that is rewritten, %s, case %#', async (name, text) => {
    const { errors } = await convertOne(name, text);
    expect(errors.filter((error) => error.includes('too large'))).toEqual([]);
  });

  test('words that are only read', async () => {
    const { errors } = await convertOne('a.yaml', `${installation('a')}${`---\nkind: A\na: [${'a,'.repeat(80_000)}]\n`.repeat(20)}`);
    expect(errors).toEqual([]);
  });

  test('50,000 documents in a file', async () => {
    const { errors } = await convertOne('a.yaml', installation('a') + document.repeat(50_000));
    expect(errors).toEqual([]);
  });

  test('5,000 installations of one name in a file', async () => {
    const { errors } = await convertOne('a.yaml', `${installation('a')}---\n`.repeat(5000));
    expect(errors).toEqual([]);
  });
});

describe('size', () => {
  test('100 MB with the marker', async () => {
    const { errors } = await convertOne('a.yaml', installation('a') + fill(100 * MB));
    expect(errors).toEqual([
      expect.stringMatching(/^a\.yaml: unparsable-manifest: the file has 10\d MB, more than the \d+ MB that are read/),
    ]);
  });

  test('100 MB without the marker', async () => {
    const { errors } = await convertOne('a.yaml', fill(100 * MB));
    expect(errors).toEqual([]);
  });

  test('100 MB on standard input', async () => {
    const result = await runProcess(['convert', '-'], { cwd: temporaryDirectory(), stdin: installation('a') + fill(100 * MB) });
    expect(result).toMatchObject({ code: 1, signal: null, stderr: expect.stringContaining('MB that are read') as string });
    expect(result.stdout).toHaveLength(0);
    expect(result.peak).toBeLessThanOrEqual(MEMORY);
  });

  const long = 'x'.repeat(10 * MB);
  test.each([
    [
      'a.json',
      JSON.stringify({
        apiVersion: 'mattermost.com/v1alpha1',
        kind: 'ClusterInstallation',
        metadata: { name: 'a' },
        spec: { image: long },
      }),
    ],
    [
      'a.json',
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: Array(60_000).fill({
          apiVersion: 'mattermost.com/v1alpha1',
          kind: 'ClusterInstallation',
          metadata: { name: 'a' },
          spec: {},
        }),
      }),
    ],
    ['a.yaml', installation('a', `  image: ${long}\n`)],
    ['a.yaml', installation('a', `  image: "${long}"\n`)],
    ['a.yaml', `${installation('a')}# ${long}\n`],
    ['a.yaml', installation('a', `  affinity: {${'a: 1, '.repeat(MB)}}\n`)],
  ])('one line of 10 MB in %s, case %#', async (name, text) => {
    const { errors } = await convertOne(name, text);
    expect(errors).toEqual([expect.stringMatching(/^a\.\w+: unparsable-manifest: the document is too large to be read/)]);
  });

  test('a List of more words than can be rewritten', async () => {
    const { errors } = await convertOne('a.yaml', yamlList(3000));
    expect(errors).toEqual(['a.yaml: unparsable-manifest: the document is too large to be rewritten; split it into files']);
  });

  test('a document of more words than can be read', async () => {
    const { errors } = await convertOne('a.yaml', `${installation('a')}---\na: [${'a,'.repeat(500_000)}]\n`);
    expect(errors).toEqual(['a.yaml: unparsable-manifest: the document is too large to be read; split it into files']);
  });

  test('a list of 50,000 wrong items', async () => {
    const { errors } = await convertOne('a.yaml', installation('a', `  mattermostEnv: [${'a,'.repeat(50_000)}]\n`));
    expect(errors).toHaveLength(1000);
    expect(new Set(errors.map((error) => error.replace(/\d+/, 'N')))).toEqual(
      new Set(['a.yaml: invalid-installation: spec.mattermostEnv[N] must be a map, is a string.']),
    );
  });

  test('100,000 keys in a map', async () => {
    const { errors } = await convertOne(
      'a.yaml',
      installation('a', `  resourceLabels:\n${Array.from({ length: 100_000 }, (_, index) => `    k${index}: v\n`).join('')}`),
    );
    expect(errors).toEqual([expect.stringMatching(/^a\.yaml: .*too large/)]);
  });

  test('50,000 installations in a file', async () => {
    const { errors } = await convertOne('a.yaml', Array.from({ length: 50_000 }, (_, index) => installation(`a${index}`)).join('---\n'));
    expect(errors).toEqual(['a.yaml: unparsable-manifest: the file holds more than 10,000 installations; split it']);
  });

  test('50,000 empty documents in a file', async () => {
    const { errors } = await convertOne('a.yaml', installation('a') + '---\n'.repeat(50_000));
    expect(errors).toEqual([]);
  });
});

describe('nesting of 10,000', () => {
  const depth = 10_000;
  test.each([
    ['brackets', 'a.yaml', installation('a', `  affinity: ${'['.repeat(depth)}${']'.repeat(depth)}\n`)],
    ['braces', 'a.yaml', installation('a', `  affinity: ${'{a: '.repeat(depth)}1${'}'.repeat(depth)}\n`)],
    [
      'JSON',
      'a.json',
      `{"apiVersion": "mattermost.com/v1alpha1", "kind": "ClusterInstallation", "spec": ${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`,
    ],
    ['dashes', 'a.yaml', installation('a', `  affinity:\n  ${'- '.repeat(depth)}x\n`)],
    ['indented keys', 'a.yaml', installation('a', Array.from({ length: depth }, (_, level) => `${' '.repeat(level + 2)}a:\n`).join(''))],
    [
      'indented keys, 2,000',
      'a.yaml',
      installation('a', Array.from({ length: 2000 }, (_, level) => `${' '.repeat(level + 2)}a:\n`).join('')),
    ],
    [
      'Lists in Lists',
      'a.json',
      `${'{"apiVersion":"v1","kind":"List","items":['.repeat(depth)}{"kind":"ClusterInstallation"}${']}'.repeat(depth)}`,
    ],
  ])('of %s', async (_, name, text) => {
    const { errors } = await convertOne(name, text);
    expect(errors).toEqual([
      expect.stringMatching(/^a\.\w+: unparsable-manifest: (?:the document is nested too deeply|the (?:file|document) .*(?:MB|too large))/),
    ]);
  });

  test.each([100, 250, 450, 800])('%i levels are read or refused with words', async (levels) => {
    const { errors } = await convertOne('a.yaml', installation('a', `  affinity: ${'{a: '.repeat(levels)}1${'}'.repeat(levels)}\n`));
    for (const error of errors) expect(error).toMatch(/nested too deeply|too large to check/);
  });
});

describe('bytes that are no UTF-8 text', () => {
  const text = installation('a');
  const utf16 = Buffer.from(text, 'utf16le');
  const cases: Readonly<Record<string, readonly [Buffer, RegExp]>> = {
    'invalid UTF-8': [Buffer.concat([Buffer.from(text), Buffer.from('  image: ä\n', 'latin1')]), /not UTF-8/],
    'a surrogate in UTF-8': [
      Buffer.concat([Buffer.from(text), Buffer.from([0x20, 0x20, 0x61, 0x3a, 0x20, 0xed, 0xa0, 0x80, 0x0a])]),
      /not UTF-8/,
    ],
    'UTF-16, little endian': [utf16, /UTF-16LE/],
    'UTF-16, little endian, with its mark': [Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), /UTF-16LE/],
    'UTF-16, big endian': [Buffer.from(utf16).swap16(), /UTF-16BE/],
    'UTF-16, big endian, with its mark': [Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()]), /UTF-16BE/],
    'UTF-32': [Buffer.from(Uint32Array.from(text, (character) => character.codePointAt(0) ?? 0).buffer), /UTF-32LE/],
    'a NUL at the end': [Buffer.from(`${text}\0`), /control characters/],
    'a NUL in the middle': [Buffer.from(text.replace('chat', 'ch\0at').replace('2', '2\0')), /control characters/],
    'an escape character': [Buffer.from(`${text}# \u001b[31m\n`), /control characters/],
    'a lone carriage return': [Buffer.from(text.replace('  replicas', '  # c\r  replicas')), /carriage return/],
    'a Unicode line break': [Buffer.from(`${text}# \u2028\n`), /line breaks to some/],
    'a second byte order mark': [Buffer.from(`${text}---\n\uFEFF${text}`), /byte order mark/],
  };

  test.each(Object.entries(cases))('%s', async (_, [bytes, says]) => {
    const cwd = temporaryRepository({ 'a.yaml': bytes, 'b.yaml': installation('b') });
    const result = await run(['convert', '--write', '--format', 'json'], { cwd });
    const errors = reportOf(result).findings.filter(({ level }) => level === 'error');
    expect(errors).toMatchObject([{ rule: 'unparsable-manifest', file: 'a.yaml', message: expect.stringMatching(says) as string }]);
    expect(result.code).toBe(1);
    expect(readFileSync(join(cwd, 'a.yaml')).equals(bytes)).toBe(true);
    expect(readFileSync(join(cwd, 'b.yaml'), 'utf8')).toContain('kind: Mattermost\n');
  });

  test.each(Object.entries(cases))('%s on standard input', async (_, [bytes]) => {
    const result = await run(['convert', '-'], { cwd: temporaryDirectory(), stdin: bytes });
    expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining('unparsable-manifest') as string });
    expect(result.stdout).toHaveLength(0);
  });
});
