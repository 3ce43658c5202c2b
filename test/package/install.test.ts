import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commitAll, git, temporaryRepository } from '../repo/workspace.ts';
import { toolAt } from '../tools.ts';

// Every way that the README names to get the program, with the real tools, from a repository that holds what is tracked here.

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'ci2mm-install-'));
const origin = join(folder, 'origin');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
afterAll(() => rmSync(folder, { recursive: true, force: true }), 120_000);

const PACKED = [
  'src',
  'scripts',
  'schema',
  'docs',
  'package.json',
  'package-lock.json',
  '.npmrc',
  'tsconfig.json',
  'tsconfig.build.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
];

beforeAll(() => {
  const files = git(root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...PACKED, '.pre-commit-hooks.yaml'])
    .toString()
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(root, file)));
  for (const file of files) cpSync(join(root, file), join(origin, file));
  git(origin, ['init', '--quiet']);
  commitAll(origin);
});

/** The registry is asked in the same way as it was for the tests themselves; nothing else of this process is handed on. */
const env = {
  HOME: homedir(),
  PATH: process.env['PATH'],
  CI2MM_CACHE: 'off',
  npm_config_prefer_offline: 'true',
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => /_proxy$|^node_extra_ca_certs$|^npm_config_(?:registry|userconfig|cafile)$/i.test(name)),
  ),
};

const run = (command: string, args: readonly string[], cwd: string, more: Record<string, string> = {}) => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env: { ...env, ...more }, encoding: 'utf8' });
  return { code: status, said: `${stdout}${stderr}`, stdout };
};

test('npm install --global from git leaves a program that works when npm has cleared its clone away', { timeout: 600_000 }, () => {
  const prefix = join(folder, 'global');
  mkdirSync(prefix);
  const { code, said } = run('npm', ['install', '--global', '--prefix', prefix, '--no-audit', '--no-fund', `git+file://${origin}`], folder);
  expect(said).not.toMatch(/npm error/);
  expect(code).toBe(0);
  for (const name of ['ci2mm', 'ci2mm-krm']) expect(existsSync(join(prefix, 'bin', name))).toBe(true);
  expect(run(join(prefix, 'bin/ci2mm'), ['--version'], folder).stdout).toBe(`${version}\n`);
  const installed = join(prefix, 'lib/node_modules/ci2mm');
  expect(existsSync(join(installed, 'src'))).toBe(false);
  expect(existsSync(join(installed, 'node_modules'))).toBe(false);
});

test('npm pack says nothing but the name of what it packed, and packs less than 1 MB', { timeout: 600_000 }, () => {
  const clone = join(folder, 'clone');
  git(folder, ['clone', '--quiet', origin, clone]);
  expect(run('npm', ['pack'], clone).stdout).toBe(`ci2mm-${version}.tgz\n`);
  expect(readFileSync(join(clone, `ci2mm-${version}.tgz`)).length).toBeLessThan(1_000_000);
  const npx = run('npx', ['--yes', '--package', join(clone, `ci2mm-${version}.tgz`), 'ci2mm', '--version'], folder);
  expect(npx.stdout).toBe(`${version}\n`);
  expect(npx.said).not.toContain('npm error');
});

test('the package depends on nothing', () => {
  expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).not.toHaveProperty('dependencies');
});

describe.each(['pre-commit', 'prek'])('%s', (name) => {
  const program = toolAt(name) ?? '';
  const config = (rev: string): string => `repos:\n- repo: ${origin}\n  rev: ${rev}\n  hooks:\n  - id: ci2mm\n`;

  test.skipIf(program === '')('installs the hook, which converts and fails as a hook does', { timeout: 600_000 }, () => {
    const home = join(folder, name);
    const cwd = temporaryRepository({
      'chat.yaml':
        'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\nspec: {ingressName: a.example.com}\n',
    });
    writeFileSync(join(cwd, '.pre-commit-config.yaml'), config(git(origin, ['rev-parse', 'HEAD']).toString().trim()));
    git(cwd, ['add', '--all']);
    const ran = run(program, ['run', '--all-files'], cwd, { PRE_COMMIT_HOME: home, PREK_HOME: home });
    expect(ran.said).toContain('converted 1, wrote 1 file');
    expect(ran.code).toBe(1);
    git(cwd, ['add', '--all']);
    expect(run(program, ['run', '--all-files'], cwd, { PRE_COMMIT_HOME: home, PREK_HOME: home }).code).toBe(0);
  });
});
