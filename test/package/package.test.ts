import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/command.ts';
import { recordingIo } from '../recording-io.ts';

const run = promisify(execFile);
const root = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'ci2mm-package-'));
const stage = join(folder, 'stage');
const consumer = join(folder, 'consumer');
const installed = join(consumer, 'node_modules/ci2mm');
const program = join(consumer, 'node_modules/.bin/ci2mm');
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string; files: string[] };

const installation = `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat
spec:
  ingressName: chat.example.com # the public name
`;

/** The package is built and packed beside the checkout, for other tests may be using the checkout's own build. */
beforeAll(async () => {
  for (const name of ['package.json', 'README.md', 'LICENSE', ...manifest.files]) {
    if (!name.includes('dist') && existsSync(name)) cpSync(name, join(stage, name), { recursive: true });
  }
  await run(process.execPath, ['scripts/build.js', join(stage, 'dist')]);
  await npm(stage, 'pack', '--ignore-scripts', '--pack-destination', folder);
  mkdirSync(consumer);
  writeFileSync(join(consumer, 'package.json'), '{ "type": "module", "private": true }');
  await npm(
    consumer,
    'install',
    '--ignore-scripts',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    join(folder, `ci2mm-${manifest.version}.tgz`),
  );
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const npm = (cwd: string, ...args: string[]) => run('npm', args, { cwd });

/** Runs the installed program on standard input. */
async function convert(input: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const running = run(program, ['convert', '-'], { cwd: consumer, env: { ...process.env, ...env } });
  running.child.stdin?.end(input);
  return (await running).stdout;
}

describe('the packed package', () => {
  test('holds the build, the schemas and the licences, and no sources', () => {
    const entries = readdirSync(installed);
    expect(entries).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist', 'package.json']));
    expect(entries).not.toContain('src');
    expect(entries).not.toContain('test');
    expect(readFileSync(join(installed, 'dist/LICENSES.txt'), 'utf8')).toContain('commander');
  });

  test('has nothing for publint to say', async () => {
    const { messages, pkg } = await publint({ pkgDir: installed, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test('names no place on the machine that built it', () => {
    const dist = join(installed, 'dist');
    const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(dist, name)).isFile());
    expect(files.filter((name) => readFileSync(join(dist, name), 'utf8').includes(root))).toEqual([]);
  });
});

/** The chunks that a run loads, and whether it had code for them that was compiled before. */
async function chunksOf(dist: string, args: readonly string[]): Promise<{ name: string; compiled: boolean }[]> {
  const list = join(folder, 'list.cjs');
  writeFileSync(
    list,
    `const vm = require('node:vm');
    const chunks = [];
    vm.Script = class extends vm.Script {
      constructor(source, options) {
        super(source, options);
        chunks.push({ name: options.filename, compiled: this.cachedDataRejected === false });
      }
    };
    process.on('exit', () => require('node:fs').writeFileSync(process.env.LIST, JSON.stringify(chunks)));`,
  );
  const env = { ...process.env, LIST: join(folder, 'list.json') };
  await run(process.execPath, ['--require', list, join(dist, 'cli.cjs'), ...args], { cwd: consumer, env });
  return JSON.parse(readFileSync(env.LIST, 'utf8')) as { name: string; compiled: boolean }[];
}

/** Each chunk with the code of another. */
function rotated(code: string): string {
  const lineEnd = code.indexOf('\n');
  const entries = Object.entries(JSON.parse(code.slice(0, lineEnd)) as Record<string, unknown>);
  const index = Object.fromEntries(entries.map(([name], at) => [name, entries[(at + 1) % entries.length]?.[1]]));
  return JSON.stringify(index) + code.slice(lineEnd);
}

describe('code compiled by the build', () => {
  const dist = join(stage, 'dist');
  const codeFiles = (at: string): string[] => readdirSync(at).filter((name) => name.startsWith('code-'));
  const commandLine = ['convert', '--no-config', join(root, 'examples/plain/mattermost.yaml')];

  test('is used for every chunk that a small manifest needs', async () => {
    const chunks = await chunksOf(dist, commandLine);
    expect(chunks.length).toBeGreaterThan(20);
    expect(chunks.filter(({ compiled }) => !compiled)).toEqual([]);
  });

  test('is left out of the package, where it would fit few and be read by nobody', async () => {
    expect(codeFiles(dist)).toHaveLength(1);
    expect(codeFiles(join(installed, 'dist'))).toEqual([]);
    const chunks = await chunksOf(join(installed, 'dist'), commandLine);
    expect(chunks.filter(({ compiled }) => compiled)).toEqual([]);
  });

  test.each([
    ['empty', () => ''],
    ['cut off', (code: string) => code.slice(0, code.length / 2)],
    ['of other chunks', (code: string) => code.replaceAll('.cjs', '.old')],
    ['for other sources', rotated],
  ])('that is %s changes nothing', async (_, changed) => {
    const copy = mkdtempSync(join(folder, 'copy-'));
    cpSync(dist, copy, { recursive: true });
    const [name = ''] = codeFiles(copy);
    writeFileSync(join(copy, name), changed(readFileSync(join(copy, name), 'latin1')), 'latin1');
    const [expected, found] = await Promise.all(
      [dist, copy].map((at) => run(process.execPath, [join(at, 'cli.cjs'), ...commandLine], { cwd: consumer })),
    );
    expect(found).toEqual(expected);
  });
});

describe('the installed program', () => {
  test('prints its version', async () => {
    expect((await run(program, ['--version'], { cwd: consumer })).stdout).toBe(`${manifest.version}\n`);
  });

  test('loads neither the YAML library nor the schemas for it', async () => {
    const chunks = await chunksOf(join(installed, 'dist'), ['--version']);
    const bytes = chunks.reduce((sum, { name }) => sum + statSync(join(installed, 'dist', name)).size, 0);
    expect(bytes).toBeGreaterThan(40_000);
    expect(bytes).toBeLessThan(60_000);
  });

  test('converts', async () => {
    const expected = installation
      .replace('mattermost.com/v1alpha1', 'installation.mattermost.com/v1beta1')
      .replace('ClusterInstallation', 'Mattermost');
    expect(await convert(installation)).toBe(expected);
  });

  test('makes the page that the sources make', async () => {
    const args = ['scan', '--format', 'html', 'examples/plain'];
    const io = recordingIo(root);
    await main(args, io);
    const { stdout } = await run(program, args, { cwd: root });
    expect(stdout).toBe(io.out());
    expect(stdout).toContain('color-scheme: light dark');
  });

  test('is deaf to the variables of the YAML library', async () => {
    expect(await convert(installation, { LOG_TOKENS: '1', LOG_STREAM: '1' })).toBe(await convert(installation));
  });

  test('checks with its compiled schemas as the sources do with theirs', async () => {
    const unknown = installation.replace('ingressName', 'IngressName');
    const failed = convert(`${unknown}  replicas: many\n`);
    await expect(failed).rejects.toMatchObject({ stdout: '', stderr: expect.stringMatching(/must be an integer, is a string/) as string });
  });
});

const source = `import { convertText, type TextResult } from 'ci2mm';

const result: TextResult = await convertText(${JSON.stringify(installation)});
if (result.text === null || !result.text.includes('kind: Mattermost')) throw new Error('not converted');
`;

describe('the library', () => {
  test('type-checks for a consumer that knows nothing of Node', async () => {
    writeFileSync(join(consumer, 'consumer.ts'), source);
    const options = { module: 'nodenext', target: 'es2023', lib: ['es2023'], types: [], strict: true, noEmit: true };
    writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['consumer.ts'] }));
    const compiler = createRequire(import.meta.url)
      .resolve('typescript/package.json')
      .replace('package.json', 'bin/tsc');
    const { stdout } = await run(process.execPath, [compiler, '-p', consumer]).catch((error: { stdout: string }) => error);
    expect(stdout).toBe('');
  });

  test('runs when imported', async () => {
    writeFileSync(join(consumer, 'consumer.js'), source.replace(', type TextResult', '').replace(': TextResult', ''));
    await expect(run(process.execPath, ['consumer.js'], { cwd: consumer })).resolves.toMatchObject({ stderr: '' });
  });
});

test('the same sources give the same files', async () => {
  const again = join(folder, 'again');
  await run(process.execPath, ['scripts/build.js', again]);
  const contents = (dist: string): Record<string, string> =>
    Object.fromEntries(
      readdirSync(dist).flatMap((name) =>
        name === 'types' || name.startsWith('code-') ? [] : [[name, readFileSync(join(dist, name), 'utf8')]],
      ),
    );
  expect(contents(again)).toEqual(contents(join(stage, 'dist')));
}, 120_000);
