import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { convertRepository, convertText } from '../../src/index.ts';
import { temporaryDirectory, temporaryRepository } from '../repo/workspace.ts';
import { reportOf, run } from './harness.ts';
import { blocked, installation } from './manifests.ts';

/** Three words in every face: an installation that nothing blocks is convertible, one that was written is converted, the others are blocked. */

const two = { 'chat.yaml': installation(), 'blue.yaml': blocked() };
const one = { 'chat.yaml': installation() };

describe.each([
  ['scan', ['scan'], one, '1 installation: 1 convertible, 0 blocked;'],
  ['a dry run', ['convert'], one, '1 installation: would convert 1 (run with --write), 0 blocked;'],
  ['a check', ['convert', '--check'], one, '1 installation: would convert 1 (run with --write), 0 blocked;'],
  ['a dry run as text', ['convert', '--format', 'text'], one, '1 installation: would convert 1 (run with --write), 0 blocked;'],
  ['a run that writes', ['convert', '--write'], one, '1 installation: converted 1, wrote 1 file, 0 blocked;'],
  ['scan', ['scan'], two, '2 installations: 1 convertible, 1 blocked;'],
  ['a dry run', ['convert'], two, '2 installations: would convert 1 (run with --write), 1 blocked;'],
  ['a run that writes', ['convert', '--write'], two, '2 installations: converted 1, wrote 1 file, 1 blocked;'],
  ['a dry run of nothing that can be converted', ['convert'], { 'blue.yaml': blocked() }, '1 installation: 0 convertible, 1 blocked;'],
  ['a run that writes nothing', ['convert', '--write'], { 'blue.yaml': blocked() }, '1 installation: 0 convertible, 1 blocked;'],
  ['a run over nothing', ['convert', '--write'], { 'a.yaml': 'a: 1\n' }, '0 installations: 0 convertible, 0 blocked;'],
] as const)('the summary of %s', (_, args, files, line) => {
  test(line, async () => {
    const { stdout, stderr } = await run(args, { cwd: temporaryRepository(files) });
    expect(`${stdout.toString()}\n${stderr}`.split('\n').filter((each) => /^\d+ installations?: /.test(each))).toEqual([
      expect.stringContaining(line),
    ]);
  });
});

test.each([
  ['converted', installation(), [], '1 installation: converted 1, 0 blocked;'],
  [
    'of which a part is blocked, so that nothing comes out',
    `${installation()}---\n${blocked()}`,
    [],
    '2 installations: 1 convertible, 1 blocked;',
  ],
  ['that is only looked at', installation(), ['--format', 'text', '-o', 'out.txt'], '1 installation: 1 convertible, 0 blocked;'],
  ['that is checked', installation(), ['--check'], '1 installation: 1 convertible, 0 blocked;'],
])('a stream %s', async (_, stdin, args, line) => {
  expect((await run(['convert', '-', ...args], { cwd: temporaryDirectory(), stdin })).stderr).toContain(line);
});

describe('JSON', () => {
  const counts = { installations: 2, blocked: 1 };
  test.each([
    ['scan', ['scan'], { ...counts, convertible: 1, converted: 0 }],
    ['a dry run', ['convert'], { ...counts, convertible: 1, converted: 0 }],
    ['a run that writes', ['convert', '--write'], { ...counts, convertible: 0, converted: 1 }],
  ] as const)('%s counts what the text counts', async (_, args, summary) => {
    const report = reportOf(await run([...args, '--format', 'json'], { cwd: temporaryRepository(two) }));
    expect(report.schemaVersion).toBe(2);
    expect(report.summary).toMatchObject(summary);
    expect(report.summary).not.toHaveProperty('unchanged');
    expect(report.installations.map(({ status, blockedBy }) => ({ status, blockedBy }))).toEqual([
      { status: 'blocked', blockedBy: ['blue-green-enabled'] },
      { status: summary.converted > 0 ? 'converted' : 'convertible', blockedBy: [] },
    ]);
  });

  test('is as its schema says', async () => {
    const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../schema/report.schema.json'), 'utf8')) as object;
    const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
    for (const args of [['scan'], ['convert'], ['convert', '--write']]) {
      validate(reportOf(await run([...args, '--format', 'json'], { cwd: temporaryRepository(two) })));
      expect(validate.errors).toBeNull();
    }
  });

  test('scan and a dry run say the same, but for the diffs', async () => {
    const cwd = temporaryRepository(two);
    const [scanned, dry] = await Promise.all(
      ['scan', 'convert'].map(async (command) => reportOf(await run([command, '--format', 'json'], { cwd }))),
    );
    expect(scanned).toEqual({ ...dry, changes: [] });
  });
});

describe('the library', () => {
  test.each([
    [false, 'convertible'],
    [true, 'converted'],
  ] as const)('with write: %s', async (write, status) => {
    const { installations } = await convertRepository({ cwd: temporaryRepository(one), write });
    expect(installations.map((each) => each.status)).toEqual([status]);
  });

  test('converts a text as a whole or not at all', async () => {
    expect((await convertText(installation())).report.summary).toMatchObject({ converted: 1, convertible: 0 });
    expect((await convertText(`${installation()}---\n${blocked()}`)).report.summary).toMatchObject({
      converted: 0,
      convertible: 1,
      blocked: 1,
    });
  });
});

describe('what kustomizations build', () => {
  const overlay = (name: string, rest = ''): Record<string, string> => ({
    [`overlays/${name}/kustomization.yaml`]: `namespace: ${name}\nresources: [../../base]\n${rest}`,
  });
  const BLUE = `patches:\n- target: {kind: ClusterInstallation}\n  patch: |\n    - {op: add, path: /spec/blueGreen, value: {enable: true}}\n`;
  const base = { 'base/kustomization.yaml': 'resources: [chat.yaml]\n', 'base/chat.yaml': installation() };
  const rows = async (files: Record<string, string>): Promise<string[]> => {
    const report = reportOf(await run(['scan', '--prove', 'never', '--format', 'json'], { cwd: temporaryRepository(files) }));
    expect(report.summary.installations).toBe(report.installations.length);
    return report.installations.map(({ builtBy, namespace, name, file, status, blockedBy }) =>
      [builtBy ?? '-', `${namespace ?? ''}/${name}`, file, status, ...blockedBy].join(' '),
    );
  };

  test('has a row for every kustomization that nothing includes: another cluster is another installation', async () => {
    expect(await rows({ ...base, ...overlay('prod') })).toEqual(['overlays/prod/kustomization.yaml prod/chat base/chat.yaml convertible']);
    expect(await rows({ ...base, ...overlay('prod'), ...overlay('test'), 'other.yaml': installation('other') })).toEqual([
      '- /other other.yaml convertible',
      'overlays/prod/kustomization.yaml prod/chat base/chat.yaml convertible',
      'overlays/test/kustomization.yaml test/chat base/chat.yaml convertible',
    ]);
  });

  test('is blocked as a family, and every row says by what', async () => {
    expect(await rows({ ...base, ...overlay('prod'), ...overlay('test', BLUE) })).toEqual([
      'overlays/prod/kustomization.yaml prod/chat base/chat.yaml blocked blue-green-enabled',
      'overlays/test/kustomization.yaml test/chat base/chat.yaml blocked blue-green-enabled',
    ]);
  });

  test('goes with its kustomization where people read it', async () => {
    const { stdout } = await run(['scan', '--prove', 'never'], {
      cwd: temporaryRepository({ ...base, ...overlay('prod'), ...overlay('test') }),
    });
    expect(stdout.toString()).toMatch(/^base\/chat\.yaml:1: prod\/chat \(overlays\/prod\): .*: convertible$/m);
    expect(stdout.toString()).toMatch(/^base\/chat\.yaml:1: test\/chat \(overlays\/test\): .*: convertible$/m);
  });
});

test('an installation beside a document that cannot be read is blocked by that', async () => {
  const cwd = temporaryRepository({ 'chat.yaml': `${installation()}---\na: [\n` });
  const [row] = reportOf(await run(['scan', '--format', 'json'], { cwd })).installations;
  expect(row).toMatchObject({ status: 'blocked', blockedBy: ['unparsable-manifest'] });
});
