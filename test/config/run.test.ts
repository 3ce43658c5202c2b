import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli/command.ts';
import type { Report } from '../../src/report/report.ts';
import { temporaryDirectory, temporaryRepository } from '../repo/workspace.ts';
import { recordingIo } from '../recording-io.ts';

const installation = (spec: string): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n  ingressName: chat.example.com\n${spec}`;

const PLAIN = installation('');
const BLUE = installation('  blueGreen:\n    enable: true\n');
const UNRESOLVED = installation('  database:\n    secret: db\n');

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(cwd: string, args: readonly string[], stdin = ''): Promise<Ran> {
  const io = recordingIo(cwd, stdin);
  const code = await main(args, io);
  return { code, out: io.out(), err: io.err() };
}

async function reportOf(cwd: string, ...args: string[]): Promise<Report> {
  const { out, err } = await run(cwd, ['convert', '--format', 'json', ...args]);
  expect(err).not.toContain('ci2mm:');
  return JSON.parse(out) as Report;
}

const levelOf = ({ findings }: Report, rule: string): string | undefined => findings.find((finding) => finding.rule === rule)?.level;

describe('where a configuration is looked for', () => {
  test.each(['.ci2mm.yaml', '.ci2mm.yml', '.ci2mm.json'])(
    '%s at the top of the repository, whatever the working directory',
    async (name) => {
      const root = temporaryRepository({ [name]: '{"target": "1.21"}', 'a/b/chat.yaml': PLAIN });
      expect(await reportOf(join(root, 'a/b'))).toMatchObject({ target: '1.21.0' });
      expect(await reportOf(root, 'a/b/chat.yaml')).toMatchObject({ target: '1.21.0' });
      expect(await reportOf(root, '--no-config')).toMatchObject({ target: '1.25.9' });
    },
  );

  test('in the working directory outside of git', async () => {
    const root = temporaryDirectory();
    writeFileSync(join(root, '.ci2mm.yaml'), 'target: "1.21"\n');
    writeFileSync(join(root, 'chat.yaml'), PLAIN);
    expect(await reportOf(root)).toMatchObject({ target: '1.21.0' });
  });

  test('in a folder below it does not count', async () => {
    const root = temporaryRepository({ 'a/.ci2mm.yaml': 'target: "1.21"\n', 'a/chat.yaml': PLAIN });
    expect(await reportOf(root, 'a')).toMatchObject({ target: '1.25.9' });
  });

  test('--config names another, from the working directory', async () => {
    const root = temporaryRepository({ '.ci2mm.yaml': 'target: "1.21"\n', 'a/old.yaml': 'target: "1.12"\n', 'a/chat.yaml': PLAIN });
    expect(await reportOf(join(root, 'a'), '--config', 'old.yaml')).toMatchObject({ target: '1.12.0' });
    expect(await run(root, ['convert', '--config', 'gone.yaml'])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('gone.yaml does not exist') as string,
    });
  });

  test('a stream has that of the repository it is converted in', async () => {
    const root = temporaryRepository({ '.ci2mm.yaml': 'databases:\n  chat: external\n', 'a/x': '' });
    expect(await run(join(root, 'a'), ['convert', '-'], UNRESOLVED)).toMatchObject({
      code: 0,
      out: expect.stringContaining('external:\n      secret: db') as string,
    });
    expect(await run(join(root, 'a'), ['convert', '-', '--no-config'], UNRESOLVED)).toMatchObject({ code: 1, out: '' });
  });

  test('two of them are one too many', async () => {
    const root = temporaryRepository({ '.ci2mm.yaml': '', '.ci2mm.json': '{}', 'chat.yaml': PLAIN });
    expect(await run(root, ['convert'])).toMatchObject({
      code: 2,
      out: '',
      err: 'ci2mm: there are two configurations, .ci2mm.yaml and .ci2mm.json; keep one\n',
    });
  });

  test('a link that leaves the repository is refused', async () => {
    const elsewhere = temporaryDirectory();
    writeFileSync(join(elsewhere, 'c.yaml'), 'target: "1.21"\n');
    const root = temporaryRepository({ 'chat.yaml': PLAIN });
    symlinkSync(join(elsewhere, 'c.yaml'), join(root, '.ci2mm.yaml'));
    expect(await run(root, ['convert'])).toMatchObject({
      code: 3,
      out: '',
      err: expect.stringContaining('leads out of the tree') as string,
    });
  });

  test('a mistake stops the run with every place', async () => {
    const root = temporaryRepository({ '.ci2mm.yaml': 'engine: helm\ncolour: red\n', 'chat.yaml': PLAIN });
    for (const args of [['convert'], ['convert', '--write'], ['scan']]) {
      const { code, out, err } = await run(root, args);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err.split('\n')).toEqual([
        expect.stringMatching(/^ci2mm: \.ci2mm\.yaml:1:9: /),
        expect.stringMatching(/^ci2mm: \.ci2mm\.yaml:2:1: /),
        '',
      ]);
    }
  });
});

describe('keys', () => {
  test('flags win', async () => {
    const root = temporaryRepository({
      '.ci2mm.yaml': 'target: "1.21"\ningress: modern\nassumeDatabase: external\ndatabases:\n  chat: external\n',
      'chat.yaml': UNRESOLVED,
    });
    const diff = async (...args: string[]): Promise<string> => (await run(root, ['convert', ...args])).out;
    expect(await diff()).toMatch(/\+ {2}ingress:[^]*\+ {4}external:/);
    expect(await diff('--ingress', 'keep')).not.toContain('ingress:');
    expect(await diff('--database', 'chat=operator-managed')).not.toContain('external:');
    expect(await reportOf(root, '--target', '1.24')).toMatchObject({ target: '1.24.0' });
  });

  test('the more exact answer about a database counts, and assumeDatabase where there is none', async () => {
    const spaced = (namespace: string): string => UNRESOLVED.replace('  name: chat\n', `  name: chat\n  namespace: ${namespace}\n`);
    const files = { 'a.yaml': spaced('a'), 'b.yaml': spaced('b'), 'c.yaml': UNRESOLVED.replace('chat\n', 'talk\n') };
    const root = temporaryRepository({
      ...files,
      '.ci2mm.yaml': 'databases:\n  chat: operator-managed\n  a/chat: external\nassumeDatabase: external\n',
    });
    const { installations } = await reportOf(root);
    expect(installations.map(({ file, database }) => `${file} ${database}`)).toEqual([
      'a.yaml external',
      'b.yaml operator-managed',
      'c.yaml external',
    ]);
  });

  test('engine goes into messages', async () => {
    const root = temporaryRepository({ '.ci2mm.yaml': 'engine: flux\n', 'chat.yaml': PLAIN });
    expect((await reportOf(root)).findings.find(({ rule }) => rule === 'direct-swap')?.remedy).toContain(
      'kustomize.toolkit.fluxcd.io/prune: disabled',
    );
  });

  test('ignored paths are not scanned, and said to be skipped', async () => {
    const files = { 'chat.yaml': PLAIN, 'vendor/a/chat.yaml': BLUE, 'b/legacy.yaml': BLUE };
    const root = temporaryRepository({ ...files, '.ci2mm.yaml': 'ignore: [vendor, "*/legacy.*"]\n' });
    const { installations, summary } = await reportOf(root);
    expect(installations.map(({ file }) => file)).toEqual(['chat.yaml']);
    expect(summary.filesSkipped).toBe(2);
    expect((await run(join(root, 'b'), ['convert', '-v', 'legacy.yaml'])).err).toContain(
      'skipped b/legacy.yaml: ignored by the configuration',
    );
  });

  test('what is ignored answers for no database Secret', async () => {
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\nstringData:\n  DB_CONNECTION_STRING: x\n';
    const root = temporaryRepository({ 'a/chat.yaml': UNRESOLVED, 'old/secret.yaml': secret, '.ci2mm.yaml': 'ignore: [old/**]\n' });
    expect((await reportOf(root, 'a')).installations[0]?.status).toBe('blocked');
    expect((await reportOf(root, '--no-config', 'a')).installations[0]?.status).toBe('convertible');
  });
});

describe('levels', () => {
  const withRules = (rules: string, manifest: string): string =>
    temporaryRepository({ '.ci2mm.yaml': `rules: {${rules}}\n`, 'chat.yaml': manifest });

  test('a lowered error no longer blocks', async () => {
    const report = await reportOf(withRules('blue-green-enabled: warning', BLUE));
    expect(report.summary).toMatchObject({ convertible: 1, findings: { error: 0 } });
    expect(levelOf(report, 'blue-green-enabled')).toBe('warning');
  });

  test('off drops the findings', async () => {
    const report = await reportOf(withRules('blue-green-enabled: off, direct-swap: off', BLUE));
    expect(report.summary.convertible).toBe(1);
    expect([levelOf(report, 'blue-green-enabled'), levelOf(report, 'direct-swap')]).toEqual([undefined, undefined]);
    expect(levelOf(report, 'operator-managed-until-2')).toBe('note');
  });

  test('a raised warning blocks', async () => {
    const root = withRules('operator-managed-until-2: error', PLAIN);
    expect(await reportOf(root)).toMatchObject({ changes: [], summary: { blocked: 1 } });
    expect(await run(root, ['convert', '-'], PLAIN)).toMatchObject({ code: 1, out: '' });
  });
});
