import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli/command.ts';
import { FORMATS, SCAN_FORMATS } from '../../src/report/formats.ts';
import { rules } from '../../src/rules/index.ts';
import { rulePages, version } from '../../src/run/version.ts';
import { temporaryDirectory, temporaryRepository } from '../repo/workspace.ts';
import { findingsOf, reportOf, run, treeOf } from './harness.ts';
import type { Result } from './harness.ts';
import { blocked, configMap, installation } from './manifests.ts';

const root = join(import.meta.dirname, '..', '..');
const out = ({ stdout }: Result): string => stdout.toString();
const isDiff = (text: string): boolean => text.startsWith('diff --git a/');
const withDatabase = (name: string, namespace = ''): string =>
  installation(name, '  database:\n    secret: db\n').replace(
    `  name: ${name}\n`,
    `  name: ${name}\n${namespace === '' ? '' : `  namespace: ${namespace}\n`}`,
  );
const database = (result: Result): string[] => reportOf(result).installations.map(({ name, database: kind }) => `${name} ${kind}`);

describe('convert', () => {
  const chat = (): string => temporaryRepository({ 'chat.yaml': installation() });

  test('prints a diff, says the rest on standard error, and changes nothing', async () => {
    const cwd = chat();
    const before = treeOf(cwd);
    const result = await run(['convert'], { cwd });
    expect(result.code).toBe(0);
    expect(isDiff(out(result))).toBe(true);
    expect(result.stderr).toMatch(/^1 installation: would convert 1 \(run with --write\), 0 blocked; .* 1 file scanned$/m);
    expect(treeOf(cwd)).toEqual(before);
  });

  test.each([
    ['nothing to do', { 'a.yaml': configMap('a') }, 0],
    ['everything converted', { 'a.yaml': installation() }, 0],
    ['one is blocked', { 'a.yaml': installation(), 'b.yaml': blocked() }, 1],
  ] as const)('%s', async (_, files, code) => {
    const result = await run(['convert', '--write'], { cwd: temporaryRepository(files) });
    expect(result.code).toBe(code);
    expect(isDiff(out(result))).toBe('a.yaml' in files && files['a.yaml'] !== configMap('a'));
  });

  test('an empty folder, and no folder of git', async () => {
    expect(await run(['convert'], { cwd: temporaryDirectory() })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('0 files scanned') as string,
    });
  });

  test.each(['--write', '-w'])('%s changes the files', async (flag) => {
    const cwd = chat();
    expect((await run(['convert', flag], { cwd })).code).toBe(0);
    expect(readFileSync(join(cwd, 'chat.yaml'), 'utf8')).toContain('kind: Mattermost\n');
    expect(await run(['convert', flag, '--check'], { cwd })).toMatchObject({ code: 2 });
  });

  test('--check tells by its exit code whether anything would change', async () => {
    const cwd = chat();
    const before = treeOf(cwd);
    expect((await run(['convert', '--check'], { cwd })).code).toBe(1);
    expect(treeOf(cwd)).toEqual(before);
    await run(['convert', '--write'], { cwd });
    expect((await run(['convert', '--check'], { cwd })).code).toBe(0);
  });

  test.each(FORMATS)('--format %s', async (format) => {
    const result = await run(['convert', '--format', format], { cwd: chat() });
    expect(result.code).toBe(0);
    expect(out(result)).toContain('chat.yaml');
    const told = ['diff', 'stat'].includes(format) ? result.stderr : out(result);
    expect(told).toContain('direct-swap');
  });

  test.each(['-o', '--output'])('%s writes to a file what would have been printed', async (flag) => {
    const cwd = chat();
    const printed = out(await run(['convert', '--format', 'json'], { cwd }));
    const result = await run(['convert', '--format', 'json', flag, 'report.json'], { cwd });
    expect(result).toMatchObject({ code: 0, stdout: Buffer.alloc(0) });
    expect(readFileSync(join(cwd, 'report.json'), 'utf8')).toBe(printed);
    expect(result.stderr).toContain('1 installation');
  });

  test.each([
    ['the file that is converted', ['convert', 'chat.yaml', '-o', './chat.yaml']],
    ['a manifest of the tree', ['convert', '--write', '-o', 'chat.yaml']],
    ['a manifest in JSON', ['scan', '-o', 'chat.json']],
    ['a file given by its name', ['scan', 'notes.txt', '--format', 'json', '-o', 'notes.txt']],
  ])('-o does not put a report in the place of %s', async (_, args) => {
    const files = { 'chat.yaml': installation(), 'chat.json': '{\n  "kind": "Other",\n  "apiVersion": "v1"\n}\n', 'notes.txt': 'mine' };
    const cwd = temporaryRepository(files);
    expect(await run(args, { cwd })).toMatchObject({
      code: 2,
      stdout: Buffer.alloc(0),
      stderr: expect.stringMatching(/holds manifests/) as string,
    });
    for (const [name, text] of Object.entries(files)) expect(readFileSync(join(cwd, name), 'utf8')).toBe(text);
  });

  test.each(FORMATS)('-o replaces its own report, --format %s', async (format) => {
    const cwd = temporaryRepository({
      'chat.yaml': installation('chat', '  blueGreen: {enable: true}\n'),
      'other.yaml': installation('other'),
    });
    const name = `report.${/json|sarif/.test(format) ? 'json' : format}`;
    for (const _ of ['made', 'replaced'])
      expect(await run(['convert', 'chat.yaml', 'other.yaml', '--format', format, '-o', name], { cwd })).toMatchObject({ code: 1 });
  });

  test('--target decides which fields there are', async () => {
    const cwd = temporaryRepository({ 'a.yaml': installation('a', '  database:\n    version: "8.0"\n') });
    expect((await run(['convert', '--target', '1.25'], { cwd })).code).toBe(0);
    const old = await run(['convert', '--target', '1.12', '--format', 'json'], { cwd });
    expect(old.code).toBe(0);
    expect(reportOf(old)).toMatchObject({
      target: expect.stringMatching(/^1\.12\./) as string,
      findings: expect.arrayContaining([
        expect.objectContaining({ level: 'warning', rule: 'unknown-field', field: 'spec.database.version' }),
      ]) as unknown,
    });
  });

  test.each(['0.9', '3', 'latest', '1.99', ''])('--target %j is none', async (target) => {
    expect(await run(['convert', '--target', target], { cwd: chat() })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/1\.12/) as string,
      stdout: Buffer.alloc(0),
    });
  });

  test('--ingress modern', async () => {
    const cwd = chat();
    expect(out(await run(['convert'], { cwd }))).not.toContain('+  ingress:');
    expect(out(await run(['convert', '--ingress', 'modern'], { cwd }))).toContain('+  ingress:');
    expect((await run(['convert', '--ingress', 'modern', '--target', '1.15'], { cwd })).code).toBe(1);
    expect((await run(['convert', '--ingress', 'other'], { cwd })).code).toBe(2);
  });

  test('--crd decides in place of a release', async () => {
    const crd = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'mattermosts.installation.mattermost.com' },
      spec: {
        group: 'installation.mattermost.com',
        names: { kind: 'Mattermost' },
        versions: [
          {
            name: 'v1beta1',
            schema: {
              openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { replicas: { type: 'integer' } } } } },
            },
          },
        ],
      },
    };
    const cwd = temporaryRepository({ 'chat.yaml': installation(), 'crd.json': JSON.stringify(crd) });
    const result = await run(['convert', '--crd', 'crd.json', '--format', 'json', 'chat.yaml'], { cwd });
    expect(result.code).toBe(1);
    const fields = reportOf(result).findings.flatMap(({ rule, field }) => (rule === 'invalid-target' ? [field] : []));
    expect(fields).toEqual(['spec', 'spec.ingressName', 'spec.mattermostLicenseSecret']);
  });
});

describe('databases', () => {
  const secret = (keys: string): string => `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {${keys}}\n`;
  const cwd = (more: Readonly<Record<string, string>> = {}): string =>
    temporaryRepository({ 'a.yaml': withDatabase('a', 'one'), 'b.yaml': withDatabase('b'), ...more });

  test('are blocked while nobody knows', async () => {
    expect(await run(['convert'], { cwd: cwd() })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--database one/a=external') as string,
    });
  });

  // An operator-managed database whose Secret has a name of its own stays blocked, for another reason.
  test.each([
    [['--database', 'a=external', '--database', 'b=operator-managed'], ['a external', 'b operator-managed'], 1],
    [['--database', 'one/a=external'], ['a external', 'b unknown'], 1],
    [['--database', 'two/a=external'], ['a unknown', 'b unknown'], 1],
    [['--assume-database', 'external'], ['a external', 'b external'], 0],
    [['--assume-database', 'external', '--database', 'one/a=operator-managed'], ['a operator-managed', 'b external'], 1],
  ] as const)('%j', async (args, kinds, code) => {
    const result = await run(['convert', '--format', 'json', ...args], { cwd: cwd() });
    expect(database(result)).toEqual(kinds);
    expect(result.code).toBe(code);
  });

  test('Secrets win over answers', async () => {
    const result = await run(['convert', '--format', 'json', '--assume-database', 'operator-managed'], {
      cwd: cwd({ 's.yaml': secret('DB_CONNECTION_STRING: x') }),
    });
    expect(database(result)).toContain('b external');
  });

  test('an answer that names the namespace counts before one that does not, in any order', async () => {
    const result = await run(
      ['convert', '--format', 'json', '--database', 'a=operator-managed', '--database', 'one/a=external', '--database', 'b=external'],
      { cwd: cwd() },
    );
    expect(database(result)).toEqual(['a external', 'b external']);
  });

  describe('about no installation', () => {
    const says = 'the answer about prod/chta in the --database option is about no installation that was found; did you mean chat?\n';

    test('is told, and so is one about the file store', async () => {
      const cwd = temporaryRepository({ 'a.yaml': installation('chat') });
      const result = await run(
        ['convert', '--database', 'prod/chta=external', '--file-store', 'chat=external', '--file-store', 'b=external'],
        {
          cwd,
        },
      );
      expect(result.stderr).toContain(says);
      expect(result.stderr).toContain('the answer about b in the --file-store option is about no');
      expect(result.stderr).not.toContain('the answer about chat ');
    });

    test('is told of a stream', async () => {
      const result = await run(['convert', '-', '--database', 'prod/chta=external'], {
        cwd: temporaryDirectory(),
        stdin: installation('chat'),
      });
      expect(result.stderr).toContain(says);
    });

    test('in a configuration may be about what was not looked at', async () => {
      const files = {
        'a/a.yaml': installation('chat'),
        'b/b.yaml': installation('b'),
        '.ci2mm.yaml': 'databases: {b: external, c: external}\n',
      };
      const cwd = temporaryRepository(files);
      expect((await run(['convert', 'a'], { cwd })).stderr).not.toContain('the answer');
      const whole = await run(['convert'], { cwd });
      expect(whole.stderr).toContain('the answer about c in .ci2mm.yaml is about no installation that was found');
      expect(whole.stderr).not.toContain('the answer about b');
      expect((await run(['convert', '-q'], { cwd })).stderr).toBe('');
    });
  });

  test('two answers for the same are a mistake', async () => {
    expect(await run(['convert', '--database', 'a=external', '--database', 'a=operator-managed'], { cwd: cwd() })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('two answers for a;') as string,
    });
    expect(
      (await run(['convert', '--database', 'a=external', '--database', 'a=external', '--database', 'b=external'], { cwd: cwd() })).code,
    ).toBe(0);
  });

  test('an answer counts, but not unheard, where the keys of the Secret say something else', async () => {
    const told = async (keys: string): Promise<string[]> => {
      const result = await run(['convert', '--format', 'json', '--database', 'a=external', '--database', 'b=external'], {
        cwd: cwd({ 's.yaml': secret(keys) }),
      });
      expect(database(result)).toEqual(['a external', 'b external']);
      return findingsOf(result, 'warning').filter((finding) => finding.startsWith('database'));
    };
    expect(await told('ROOT_PASSWORD: x, USER: x, PASSWORD: x, DATABASE: x')).toEqual([
      'database-answer-contradicted a.yaml:13',
      'database-answer-contradicted b.yaml:12',
    ]);
    expect(await told('DB_CONNECTION_STRING: x')).toEqual([]);
    expect(await told('placeholder: x')).toEqual([]);
  });

  test('a Secret beside the paths counts, also where one of its name lies below them for another namespace', async () => {
    const inNamespace = (namespace: string): string =>
      secret('DB_CONNECTION_STRING: x').replace('name: db', `name: db, namespace: ${namespace}`);
    const repository = temporaryRepository({
      'here/a.yaml': withDatabase('a', 'one'),
      'here/b.yaml': withDatabase('b', 'two'),
      'here/s.yaml': inNamespace('one'),
      'there/s.yaml': inNamespace('two'),
    });
    expect(database(await run(['convert', 'here', '--format', 'json'], { cwd: repository }))).toEqual(['a external', 'b external']);
  });

  test('two Secrets of one name that differ are both named, with what each says', async () => {
    const other = 'apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {ROOT_PASSWORD: x, USER: x, PASSWORD: x, DATABASE: x}\n';
    const { stderr } = await run(['convert'], { cwd: cwd({ 'dev/s.yaml': secret('DB_CONNECTION_STRING: x'), 'prod/s.yaml': other }) });
    expect(stderr).toContain('Secret db (dev/s.yaml:1) makes the database external, Secret db (prod/s.yaml:1) makes it operator-managed');
  });

  test.each(['a', 'a=', 'a=mysql', '=external', 'a/b/c=external'])('--database %s is no answer', async (answer) => {
    expect(await run(['convert', '--database', answer], { cwd: cwd() })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('[NAMESPACE/]NAME=external') as string,
    });
  });
});

describe('what is said', () => {
  const cwd = (): string =>
    temporaryRepository({ 'a.yaml': installation(), 'b.yaml': blocked(), 'node_modules/c.yaml': installation('c') });
  // oxlint-disable-next-line no-control-regex
  const colour = /\u001b\[/;

  test.each([['-q'], ['--quiet']])('%s: only errors', async (flag) => {
    const { stderr } = await run(['convert', flag], { cwd: cwd() });
    expect(stderr).toMatch(/error: .*\[blue-green-enabled\]/);
    expect(stderr).not.toMatch(/warning:|note:|installations?:/);
  });

  test.each([['-v'], ['--verbose']])('%s: also what was passed over', async (flag) => {
    const root = temporaryRepository({ 'a.yaml': installation('a', '  migrate: true # gone\n'), 'other/.git': 'gitdir: nowhere\n' });
    const { stderr } = await run(['convert', flag], { cwd: root });
    expect(stderr).toContain('dropped with its field in a.yaml: # gone');
  });

  test('colours: on a terminal, unless told otherwise', async () => {
    const text = async (args: string[], terminal: boolean, env = {}): Promise<string> =>
      (await run(['convert', ...args], { cwd: cwd(), terminal, env })).stderr;
    expect(await text([], false)).not.toMatch(colour);
    expect(await text([], true)).toMatch(colour);
    expect(await text(['--no-color'], true)).not.toMatch(colour);
    expect(await text([], true, { NO_COLOR: '1' })).not.toMatch(colour);
    expect(await text(['--color'], false)).toMatch(colour);
  });

  test('a diff is never coloured where git is to read it', async () => {
    expect(out(await run(['convert'], { cwd: cwd() }))).not.toMatch(colour);
  });
});

describe('scan', () => {
  test('lists installations and findings, and changes nothing', async () => {
    const cwd = temporaryRepository({ 'a.yaml': installation(), 'b.yaml': blocked() });
    const before = treeOf(cwd);
    const result = await run(['scan'], { cwd });
    expect(result.code).toBe(1);
    expect(out(result)).toMatch(/^a\.yaml:1: chat: database operator-managed, file store operator-managed: /m);
    expect(out(result)).toMatch(/^b\.yaml:1: blue: .*: blocked by blue-green-enabled$/m);
    expect(out(result)).not.toContain('diff --git');
    expect(treeOf(cwd)).toEqual(before);
  });

  test.each(SCAN_FORMATS)('--format %s', async (format) => {
    expect(await run(['scan', '--format', format], { cwd: temporaryRepository({ 'a.yaml': installation() }) })).toMatchObject({ code: 0 });
  });

  test.each([['--write'], ['--check'], ['-'], ['--format', 'diff']])('has no %s', async (...args) => {
    expect(await run(['scan', ...args], { cwd: temporaryDirectory() })).toMatchObject({ code: 2, stdout: Buffer.alloc(0) });
  });
});

describe('explain', () => {
  test('lists all rules', async () => {
    const { stdout } = await run(['explain'], { cwd: '/' });
    for (const { id } of rules) expect(stdout.toString()).toContain(id);
  });

  test.each(rules.map(({ id }) => id))('%s', async (id) => {
    const { code, stdout } = await run(['explain', id], { cwd: '/' });
    expect(code).toBe(0);
    expect(stdout.toString()).toContain(id);
  });

  test('the page of a rule', async () => {
    const { stdout } = await run(['explain', 'direct-swap', '--format', 'markdown'], { cwd: '/' });
    expect(stdout.toString()).toMatch(/^# direct-swap\n\n\*\*warning\*\*: /);
    expect(readFileSync(join(root, 'docs/rules/direct-swap.md'), 'utf8')).toContain(stdout.toString());
  });

  test('formats for machines name the page in the repository of package.json', async () => {
    const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { repository: { url: string } };
    expect(`git+${rulePages}`).toBe(`${repository.url.replace(/\.git$/, '')}/blob/v${version}/docs/rules`);
    const { stdout } = await run(['convert', '--format', 'sarif'], { cwd: temporaryRepository({ 'a.yaml': installation() }) });
    expect(stdout.toString()).toContain(`"helpUri":"${rulePages}/direct-swap.md"`);
  });

  test('a rule that is none, with one that is meant', async () => {
    expect(await run(['explain', 'blue-green'], { cwd: '/' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('blue-green-enabled') as string,
    });
  });
});

describe('standard input', () => {
  const filter = (stdin: string, ...args: string[]): Promise<Result> =>
    run(['convert', '-', ...args], { cwd: temporaryDirectory(), stdin });

  test('converted, all of it', async () => {
    const result = await filter(`${configMap('a')}---\n${installation()}`);
    expect(result.code).toBe(0);
    expect(out(result)).toMatch(
      /^apiVersion: v1\nkind: ConfigMap\n[^]*---\napiVersion: installation\.mattermost\.com\/v1beta1\nkind: Mattermost\n/,
    );
  });

  test('its Secrets answer for themselves', async () => {
    const result = await filter(
      `${withDatabase('a')}---\napiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {DB_CONNECTION_STRING: hidden}\n`,
    );
    expect(result.code).toBe(0);
    expect(out(result)).toContain('external:\n      secret: db');
  });

  test.each([
    ['blocked', blocked()],
    ['half of it blocked', `${installation()}---\n${blocked()}`],
    ['no YAML', `${installation()}---\na: [\n`],
  ])('%s: nothing comes out', async (_, stdin) => {
    expect(await filter(stdin)).toMatchObject({ code: 1, stdout: Buffer.alloc(0) });
  });

  test.each(['', '\n', '  \n\n'])('%j is a mistake', async (stdin) => {
    expect(await filter(stdin)).toMatchObject({ code: 2, stdout: Buffer.alloc(0) });
    expect((await filter(stdin, '--allow-empty')).stdout.toString()).toBe(stdin);
  });

  test.each([
    [['--write'], /--write/],
    [['a.yaml'], /-/],
  ])('%j does not go with it', async (args, says) => {
    expect(await filter(installation(), ...args)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(says) as string,
      stdout: Buffer.alloc(0),
    });
  });

  test('--check and --format', async () => {
    expect(await filter(installation(), '--check')).toMatchObject({ code: 1, stdout: Buffer.alloc(0) });
    expect(reportOf(await filter(installation(), '--format', 'json')).summary.convertible).toBe(1);
  });
});

describe('usage', () => {
  test.each(['--help', '-h'])('%s', async (flag) => {
    for (const command of [[], ['convert'], ['scan']]) {
      const result = await run([...command, flag], { cwd: '/' });
      expect(result.code).toBe(0);
      expect(out(result)).toMatch(/Usage: ci2mm[^]*Exit codes:\n {2}0 {2}/);
    }
  });

  test('--version', async () => {
    expect(await run(['--version'], { cwd: '/' })).toMatchObject({ code: 0, stdout: Buffer.from(`${version}\n`) });
  });

  test.each([
    [['convert', '--wirte']],
    [['convrt']],
    [['convert', '--format', 'xml']],
    [['convert', '--target']],
    [['convert', '--prove', 'maybe']],
    [['convert', '--config', 'gone.yaml']],
    [['convert', 'gone']],
    [['convert', '--crd', 'gone.yaml']],
    [['explain', 'a', 'b']],
  ])('%j', async (args) => {
    const result = await run(args, { cwd: temporaryRepository({ 'a.yaml': installation() }) });
    expect(result).toMatchObject({ code: 2, stdout: Buffer.alloc(0) });
    expect(result.stderr).not.toMatch(/^ {4}at |internal error/m);
    expect(result.stderr.trim()).not.toBe('');
  });

  test('an option that is misspelt gets the one that is meant', async () => {
    expect((await run(['convert', '--wirte'], { cwd: '/' })).stderr).toContain('--write');
  });

  test('a file that can not be written is exit code 3', async () => {
    const cwd = temporaryRepository({ 'a.yaml': installation() });
    expect(await run(['convert', '-o', 'no/such/folder/out.diff'], { cwd })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('no/such/folder/out.diff') as string,
    });
  });

  test('a fault of the program itself is exit code 3, and shows no manifest', async () => {
    const io = {
      stdin: [],
      stdout: {
        write: () => {
          throw new Error('password: hunter2');
        },
      },
      stderr: {
        text: '',
        write(text: string | Uint8Array) {
          this.text += text.toString();
        },
      },
      cwd: temporaryRepository({ 'a.yaml': installation() }),
      env: {},
    };
    expect(await main(['convert'], io as never)).toBe(3);
    expect(io.stderr.text).toMatch(/internal error|ci2mm:/);
    expect(io.stderr.text).not.toContain('hunter2');
  });
});
