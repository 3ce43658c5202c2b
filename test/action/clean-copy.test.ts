import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pageFiles } from '../../src/report/html/page-files.ts';
import { commitAll, git, temporaryRepository } from '../repo/workspace.ts';
import { runsTypeScript } from './runner/node.ts';
import { Runner } from './runner/runner.ts';
import type { Outcome } from './runner/runner.ts';

// The Action as a runner gets it: the committed files and nothing else, on a Node.js that takes TypeScript by itself.

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'ci2mm-clean-'));
const copy = join(folder, 'ci2mm');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CHAT =
  'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n  ingressName: chat.example.com\n  version: [1\n';
const GOOD = CHAT.replace('  version: [1\n', '');

/** The registry is asked in the same way as it was for the tests themselves. */
const env = {
  HOME: homedir(),
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => /^npm_config_|_proxy$|^node_extra_ca_certs$/i.test(name))),
};

/** A folder with that Node.js: the one that runs the tests, or the oldest that the Action is for; null where it can't be had. */
function fittingNode(): string | null {
  if (runsTypeScript) return dirname(process.execPath);
  const to = join(folder, 'node');
  cpSync(join(import.meta.dirname, 'oldest-node'), to, { recursive: true });
  spawnSync('npm', ['ci', '--ignore-scripts', '--prefer-offline', '--fetch-retries=0', '--no-audit', '--no-fund'], {
    cwd: to,
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  });
  const bin = join(to, `node_modules/node-linux-${process.arch}/bin`);
  return existsSync(join(bin, 'node')) ? bin : null;
}

let node: string | null = null;

beforeAll(() => {
  // What is tracked, as it is now: before a commit as well as after it.
  const files = git(root, ['ls-files', '-z', 'src', 'package.json', 'package-lock.json', 'action.yml', '.npmrc', 'test/action/oldest-node'])
    .toString()
    .split('\0')
    .filter((file) => existsSync(join(root, file)) && file !== '');
  for (const file of files) cpSync(join(root, file), join(copy, file));
  node = fittingNode();
}, 300_000);

const use = (workspace: string, inputs: Readonly<Record<string, string>>): Promise<Outcome> =>
  new Runner({ workspace, env: { ...env, PATH: [node, dirname(process.execPath), process.env['PATH']].join(delimiter) } }).use(
    copy,
    inputs,
  );

const failedToInstall = ({ printed }: Outcome): boolean =>
  /npm error code (?:ENOTFOUND|ECONN|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|E40\d|E5\d\d)/.test(printed);

describe('a clean copy', () => {
  test('installs what it needs and nothing for development, and runs its sources as they are', { timeout: 300_000 }, async (context) => {
    if (node === null) {
      console.warn('Not tried: this Node.js is too old for the sources as they are, and the registry gave no other.');
      return context.skip();
    }
    const traces = join(folder, 'traces');
    const workspace = temporaryRepository({
      'chat.yaml': GOOD,
      '.npmrc': `registry=http://127.0.0.1:9/\nignore-scripts=false\nscript-shell=${join(folder, 'never')}\n`,
      'package.json': JSON.stringify({ workspaces: ['.'], scripts: { preinstall: `echo x > ${traces}`, prepare: `echo x > ${traces}` } }),
      'package-lock.json': '{}',
    });
    commitAll(workspace);
    let ran = await use(workspace, { mode: 'diff', 'fail-on': 'changes' });
    if (failedToInstall(ran)) {
      console.warn('The registry was not reached: the clean copy ran with the node_modules of this checkout.');
      rmSync(join(copy, 'node_modules'), { recursive: true, force: true });
      symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
      ran = await use(workspace, { mode: 'diff', 'fail-on': 'changes' });
    } else {
      const installed = readdirSync(join(copy, 'node_modules'));
      expect(installed).toEqual(expect.arrayContaining(['ajv', 'commander', 'diff', 'globby', 'yaml']));
      for (const other of ['esbuild', 'vitest', 'typescript', '@actions', 'playwright-core']) expect(installed).not.toContain(other);
    }
    expect(ran.log).toContain('+kind: Mattermost');
    expect(ran.log).toContain('fail-on is changes');
    expect(ran.outcome).toBe('failure');
    expect(ran.log).not.toMatch(/ExperimentalWarning|at file:|internal error/);
    expect(existsSync(traces)).toBe(false);
    expect(existsSync(join(copy, 'dist'))).toBe(false);
  });

  test('validates against its schemas without a build, and installs nothing a second time', async (context) => {
    if (node === null || !existsSync(join(copy, 'node_modules'))) return context.skip('there is no installed copy');
    const workspace = temporaryRepository({
      'bad.yaml': CHAT,
      'good.yaml': `${GOOD}  replicas: many\n`,
      '.ci2mm.yaml': 'target: "1.20"\n',
    });
    commitAll(workspace);
    const ran = await use(workspace, { 'sarif-file': 'a.sarif', 'markdown-file': 'a.md' });
    expect(ran.outcome).toBe('failure');
    expect(Number(ran.outputs['error-count'])).toBeGreaterThan(1);
    expect(readFileSync(join(workspace, 'a.sarif'), 'utf8')).toContain('must be an integer');
    expect(ran.printed).not.toContain('added ');
  });

  test('reads the style and the script of the HTML page beside its sources', (context) => {
    if (node === null || !existsSync(join(copy, 'node_modules'))) return context.skip('there is no installed copy');
    const args = [join(copy, 'src/cli/cli.ts'), 'scan', '--format', 'html', join(root, 'examples/plain')];
    const { stdout } = spawnSync(join(node, 'node'), args, { encoding: 'utf8' });
    const { style, script } = pageFiles();
    expect(stdout).toContain(`<style>${style.text}</style>`);
    expect(stdout).toContain(`<script>${script.text}</script>`);
  });
});
