import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commitAll, git, temporaryRepository } from '../repo/workspace.ts';
import { Runner } from './runner/runner.ts';
import type { Outcome } from './runner/runner.ts';

// The Action as a runner gets it: the committed files and nothing else, or with the build that a release brings.

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'ci2mm-clean-'));
const copy = join(folder, 'ci2mm');
const release = join(folder, 'release');
afterAll(() => rmSync(folder, { recursive: true, force: true }), 120_000);

const CHAT =
  'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n  ingressName: chat.example.com\n  version: [1\n';
const GOOD = CHAT.replace('  version: [1\n', '');

/** The registry is asked in the same way as it was for the tests themselves. */
const env = {
  HOME: homedir(),
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => /^npm_config_|_proxy$|^node_extra_ca_certs$/i.test(name))),
};

beforeAll(() => {
  // What is tracked, as it is now: before a commit as well as after it.
  const sources = [
    'src',
    'scripts',
    'docs',
    'schema',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'action.yml',
    '.npmrc',
  ];
  const files = git(root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...sources])
    .toString()
    .split('\0')
    .filter((file) => existsSync(join(root, file)) && file !== '');
  for (const file of files) cpSync(join(root, file), join(copy, file));
});

const use = (action: string, workspace: string, inputs: Readonly<Record<string, string>>, more = {}): Promise<Outcome> =>
  new Runner({ workspace, env: { ...env, PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter), ...more } }).use(
    action,
    inputs,
  );

const failedToInstall = ({ printed }: Outcome): boolean =>
  /npm error code (?:ENOTFOUND|ECONN|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|E40\d|E5\d\d)/.test(printed);

describe('a clean copy', () => {
  test('builds what it runs, and starts nothing of the checkout', { timeout: 600_000 }, async () => {
    const traces = join(folder, 'traces');
    const workspace = temporaryRepository({
      'chat.yaml': GOOD,
      '.npmrc': `registry=http://127.0.0.1:9/\nignore-scripts=false\nscript-shell=${join(folder, 'never')}\n`,
      'package.json': JSON.stringify({ workspaces: ['.'], scripts: { preinstall: `echo x > ${traces}`, prepare: `echo x > ${traces}` } }),
      'package-lock.json': '{}',
    });
    commitAll(workspace);
    let ran = await use(copy, workspace, { mode: 'diff', 'fail-on': 'changes' });
    if (failedToInstall(ran)) {
      console.warn('The registry was not reached: the clean copy ran with the node_modules of this checkout.');
      rmSync(join(copy, 'node_modules'), { recursive: true, force: true });
      symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
      ran = await use(copy, workspace, { mode: 'diff', 'fail-on': 'changes' });
    }
    expect(ran.log).toContain('+kind: Mattermost');
    expect(ran.log).toContain('fail-on is changes');
    expect(ran.outcome).toBe('failure');
    expect(ran.log).not.toMatch(/ExperimentalWarning|at file:|internal error/);
    expect(existsSync(traces)).toBe(false);
  });

  test('validates against its schemas, and installs and builds nothing a second time', async () => {
    const workspace = temporaryRepository({
      'bad.yaml': CHAT,
      'good.yaml': `${GOOD}  replicas: many\n`,
      '.ci2mm.yaml': 'target: "1.20"\n',
    });
    commitAll(workspace);
    const ran = await use(copy, workspace, { 'sarif-file': 'a.sarif', 'markdown-file': 'a.md' });
    expect(ran.outcome).toBe('failure');
    expect(Number(ran.outputs['error-count'])).toBeGreaterThan(1);
    expect(readFileSync(join(workspace, 'a.sarif'), 'utf8')).toContain('must be an integer');
    expect(ran.printed).not.toContain('added ');
  });
});

test('a release needs no registry, nothing installed, and no sources', async () => {
  for (const file of ['action.yml', 'package.json', 'dist']) cpSync(join(copy, file), join(release, file), { recursive: true });
  const workspace = temporaryRepository({ 'chat.yaml': GOOD });
  commitAll(workspace);
  const ran = await use(release, workspace, { mode: 'write' }, { npm_config_registry: 'http://127.0.0.1:9/' });
  expect(ran.outcome).toBe('success');
  expect(readFileSync(join(workspace, 'chat.yaml'), 'utf8')).toContain('kind: Mattermost\n');
  expect(readdirSync(release).toSorted()).toEqual(['action.yml', 'dist', 'package.json']);
});
