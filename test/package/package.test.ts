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

/** A folder for caches, as Windows and others call it. */
function emptyCaches(): { XDG_CACHE_HOME: string; LOCALAPPDATA: string } {
  const caches = mkdtempSync(join(folder, 'caches-'));
  return { XDG_CACHE_HOME: caches, LOCALAPPDATA: caches };
}

/** The chunks that a run loads, and whether it had code for them that an earlier one has compiled. */
async function chunksOf(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<{ name: string; compiled: boolean }[]> {
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
  const all = { ...process.env, ...emptyCaches(), CI: '', ...env, LIST: join(folder, 'list.json') };
  await run(process.execPath, ['--require', list, join(installed, 'dist/cli.cjs'), ...args], { cwd: consumer, env: all });
  return JSON.parse(readFileSync(all.LIST, 'utf8')) as { name: string; compiled: boolean }[];
}

describe('compiled code', () => {
  /** A folder with one manifest of so many more lines. */
  function folderWith(lines: number): string[] {
    const manifests = mkdtempSync(join(folder, 'manifests-'));
    writeFileSync(join(manifests, 'mattermost.yaml'), installation + '# and a comment\n'.repeat(lines));
    return ['convert', '--no-config', manifests];
  }
  const small = folderWith(0);

  const refused = (chunks: readonly { name: string; compiled: boolean }[]): string[] =>
    chunks.flatMap(({ name, compiled }) => (compiled ? [] : [name]));

  test('of one run serves the next for every chunk', async () => {
    const env = emptyCaches();
    const first = await chunksOf(small, env);
    expect(first.length).toBeGreaterThan(20);
    expect(refused(first)).toHaveLength(first.length);
    expect(refused(await chunksOf(small, env))).toEqual([]);
  });

  test('of a run that limits the heap, which V8 takes for another way to compile, serves others too', async () => {
    const env = emptyCaches();
    const large = folderWith(20_000);
    const timesOf = (): number[] =>
      readdirSync(join(env.XDG_CACHE_HOME, 'ci2mm')).map((name) => statSync(join(env.XDG_CACHE_HOME, 'ci2mm', name)).mtimeMs);
    await chunksOf(large, env);
    expect(refused(await chunksOf(small, env))).toEqual([]);
    const times = timesOf();
    await chunksOf(large, env);
    expect(timesOf()).toEqual(times);
  });

  test('is kept for nobody who wants none', async () => {
    const env = { ...emptyCaches(), CI2MM_CACHE: 'off' };
    await chunksOf(small, env);
    expect(readdirSync(env.XDG_CACHE_HOME)).toEqual([]);
  });
});

describe('the installed program', () => {
  test('prints its version', async () => {
    expect((await run(program, ['--version'], { cwd: consumer })).stdout).toBe(`${manifest.version}\n`);
  });

  test('loads neither the YAML library nor the schemas for it', async () => {
    const chunks = await chunksOf(['--version']);
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
    Object.fromEntries(readdirSync(dist).flatMap((name) => (name === 'types' ? [] : [[name, readFileSync(join(dist, name), 'utf8')]])));
  expect(contents(again)).toEqual(contents(join(stage, 'dist')));
}, 120_000);
