import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RepositoryError } from '../../src/repo/error.ts';
import { isolation } from '../../src/repo/isolation.ts';
import { build, findKustomize, kustomizeFor } from '../../src/repo/kustomize.ts';
import type { KustomizeBinary } from '../../src/repo/kustomize.ts';
import { failureOf, writeAll } from '../repo/workspace.ts';
import { binaries, kustomize4, kustomize4Path, tree } from './harness.ts';

/** A directory with programs: shell scripts that find no other program. */
function programs(scripts: Readonly<Record<string, string>>): string {
  const directory = tree();
  for (const [name, script] of Object.entries(scripts)) {
    writeAll(directory, { [name]: `#!/bin/sh\n${script}\n` });
    chmodSync(join(directory, name), 0o755);
  }
  return directory;
}

const search = (path: string, root = '/nowhere') => findKustomize({ cwd: '/', root, env: { PATH: path } });

const kustomize = (version: string): string => `[ "$1" = version ] && echo '${version}'`;

const kubectl = (version: string): string =>
  `echo '{ "clientVersion": {"gitVersion": "v1.30.0"}${version === '' ? '' : `, "kustomizeVersion": "${version}"`} }'`;

describe('finding the program', () => {
  test.each([
    [
      '{Version:kustomize/v4.5.4 GitCommit:cf3a452ddd6f83945d39d582243b8592ec627ae3 BuildDate:2022-03-28T23:12:45Z GoOs:linux GoArch:amd64}',
      'kustomize 4.5.4',
    ],
    ['{Version:4.5.7 GitCommit: BuildDate: GoOs:linux GoArch:amd64}', 'kustomize 4.5.7'],
    ['v5.4.3', 'kustomize 5.4.3'],
    ['5.0.0', 'kustomize 5.0.0'],
    ['v10.1.0', 'kustomize 10.1.0'],
  ])('reads %s', async (version, description) => {
    const directory = programs({ kustomize: kustomize(version) });
    expect(await search(directory)).toEqual({ binary: { program: join(directory, 'kustomize'), args: ['build'], description } });
  });

  test('takes kubectl where there is no kustomize', async () => {
    const directory = programs({ kubectl: kubectl('v5.5.0') });
    expect(await search(directory)).toEqual({
      binary: { program: join(directory, 'kubectl'), args: ['kustomize'], description: 'kubectl kustomize 5.5.0' },
    });
  });

  test('prefers kustomize to kubectl, and passes over what is too old or does not run', async () => {
    const old = programs({ kustomize: kustomize('{Version:kustomize/v3.8.7 GitCommit:x}'), kubectl: kubectl('v5.5.0') });
    const broken = programs({ kustomize: 'exit 3' });
    const good = programs({ kustomize: kustomize('v5.0.1') });
    expect(await search([broken, old, good].join(':'))).toMatchObject({ binary: { program: join(good, 'kustomize') } });
    expect(await search([broken, old].join(':'))).toMatchObject({ binary: { program: join(old, 'kubectl') } });
  });

  test('says what it looked at', async () => {
    const directory = programs({ kustomize: kustomize('v4.4.1'), kubectl: kubectl('') });
    const { binary, ...rest } = await search(directory);
    expect(binary).toBeNull();
    expect(rest).toEqual({
      reason: `${directory}/kustomize is kustomize 4.4.1, and 4.5 or later is needed; ${directory}/kubectl is kubectl kustomize 4.4.1 or older, and 4.5 or later is needed`,
    });
    expect(await search('')).toEqual({ binary: null, reason: 'no kustomize on the PATH; no kubectl on the PATH' });
  });

  test('runs nothing out of the tree that is looked at, nor what a relative entry of the PATH leads to', async () => {
    const root = programs({ 'bin/kustomize': `touch "${tmpdir()}/ci2mm-must-not-exist"; echo v5.0.0` });
    const elsewhere = tree();
    symlinkSync(join(root, 'bin/kustomize'), join(elsewhere, 'kustomize'));
    expect(await search([join(root, 'bin'), elsewhere].join(':'), root)).toMatchObject({ binary: null });
    const query = { cwd: root, root: '/nowhere', env: { PATH: 'bin:.:' } };
    expect(await findKustomize(query)).toMatchObject({ binary: null });
    expect(existsSync(join(tmpdir(), 'ci2mm-must-not-exist'))).toBe(false);
  });

  test('takes the program that is named, relative to the working directory, of a version that it does not tell too', async () => {
    const directory = programs({ mine: kustomize('(devel)') });
    const named = await findKustomize({ path: './mine', cwd: directory, root: directory, env: {} });
    expect(named).toEqual({
      binary: { program: join(directory, 'mine'), args: ['build'], description: 'kustomize of an unknown version' },
    });
  });

  test.each([
    ['missing', './missing does not exist'],
    ['data', './data is not a program'],
    ['old', './old is kustomize 4.4.0, and 4.5 or later is needed'],
    ['wrapper', './wrapper does not run by itself (exit code 127); name the program, not a script around it'],
    ['garbage', './garbage does not run by itself'],
  ])('refuses to take %s', async (name, message) => {
    const directory = programs({ old: kustomize('v4.4.0'), wrapper: 'exec node kustomize.js' });
    writeAll(directory, { data: 'text', garbage: '\u007fELF no program' });
    chmodSync(join(directory, 'garbage'), 0o755);
    const failure = await failureOf(findKustomize({ path: `./${name}`, cwd: directory, root: directory, env: {} }));
    expect(failure).toBeInstanceOf(RepositoryError);
    expect(failure).toMatchObject({ kind: 'usage', message: expect.stringContaining(message) as unknown });
  });

  test('demands it, looks for it or leaves it, as asked', async () => {
    const query = { cwd: '/', root: '/nowhere', env: { PATH: '/nowhere' } };
    expect(await kustomizeFor('auto', query)).toMatchObject({ binary: null });
    expect(await failureOf(kustomizeFor('always', query))).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('there is no kustomize 4.5 or later') as unknown,
    });
    expect(await kustomizeFor('never', { ...query, env: process.env, path: kustomize4Path })).toMatchObject({ binary: null });
  });
});

const fake = (script: string): KustomizeBinary => ({
  program: join(programs({ fake: script }), 'fake'),
  args: [],
  description: 'fake 1.0.0',
});

const OBJECT = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n';

describe('limits of a build', () => {
  test('a hanging program is killed with what it started', async () => {
    const marker = join(tree(), 'still-alive');
    const binary = fake(`(/bin/sleep 1; : > ${marker}) & /bin/sleep 60`);
    const start = Date.now();
    expect(await build(binary, { root: '/', directory: '' }, { timeoutMs: 300 })).toEqual({
      ok: false,
      message: 'fake 1.0.0 did not end within 0.3 seconds',
    });
    expect(Date.now() - start).toBeLessThan(30_000);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(existsSync(marker)).toBe(false);
  });

  test('a program that ends but leaves its output open does not hold the run up', async () => {
    const binary = fake('/bin/sleep 60 &');
    expect(await build(binary, { root: '/', directory: '' }, { timeoutMs: 300 })).toMatchObject({ ok: false });
  });

  test.each(binaries)('$description: a pipe among the resources is waited for no longer than allowed', async (binary) => {
    const root = tree({ 'kustomization.yaml': 'resources: [pipe.yaml]\n' });
    execFileSync('mkfifo', [join(root, 'pipe.yaml')]);
    expect(await build(binary, { root, directory: '' }, { timeoutMs: 500 })).toMatchObject({ ok: false });
  });

  test('endless output is cut', async () => {
    const binary = fake('while :; do echo 0123456789012345678901234567890123456789; done');
    expect(await build(binary, { root: '/', directory: '' }, { maxOutput: 3 * 1024 * 1024 })).toEqual({
      ok: false,
      message: 'fake 1.0.0 printed more than 3 MB',
    });
  });

  test('endless complaints are not kept', async () => {
    const binary = fake('while :; do echo file >&2; done');
    expect(await build(binary, { root: '/', directory: '' }, { timeoutMs: 500 })).toMatchObject({ ok: false });
  });

  test('a program that is gone', async () => {
    const binary = { ...kustomize4, program: '/nowhere/kustomize' };
    expect(await build(binary, { root: '/', directory: '' })).toEqual({
      ok: false,
      message: 'kustomize 4.5.4 could not be started (ENOENT)',
    });
  });

  test('the program sees neither the environment nor the working directory of the run, and leaves nothing behind', async () => {
    const root = tree({
      'kustomization.yaml': 'resources: [a.yaml]\nconfigMapGenerator:\n- name: b\n  envs: [b.env]\n',
      'a.yaml': OBJECT,
      'b.env': 'CI2MM_TEST_SECRET\n',
    });
    process.env['CI2MM_TEST_SECRET'] = 'hunter2';
    onTestFinished(() => delete process.env['CI2MM_TEST_SECRET'] as unknown as void);
    const built = await build(kustomize4, { root, directory: '' });
    expect(built.ok ? built.output.toString() : built.message).not.toContain('hunter2');
    const shows = await build(fake('pwd; echo "$HOME $PATH"'), { root, directory: '' });
    const [cwd = '', home = ''] = (shows.ok ? shows.output.toString() : '').split('\n');
    expect(dirname(cwd)).not.toBe(process.cwd());
    expect(home).toBe(`${cwd} ${cwd}/bin`);
    expect(existsSync(cwd)).toBe(false);
  });
});

describe.each(binaries)('a hostile tree, $description', (binary) => {
  const MARKER = join(tmpdir(), `ci2mm-marker-${process.pid}`);
  const script = `#!/bin/sh\n/bin/touch ${MARKER}\ncat\n`;

  function hostile(files: Readonly<Record<string, string>>): string {
    const root = tree({ 'a.yaml': OBJECT, 'run.sh': script, ...files });
    chmodSync(join(root, 'run.sh'), 0o755);
    return root;
  }

  const exec =
    'apiVersion: example.com/v1\nkind: Runner\nmetadata:\n  name: r\n  annotations:\n    config.kubernetes.io/function: |\n      exec:\n        path: ./run.sh\n';

  test.each<[string, Readonly<Record<string, string>>]>([
    ['an executable transformer', { 'kustomization.yaml': 'resources: [a.yaml]\ntransformers: [f.yaml]\n', 'f.yaml': exec }],
    ['an executable generator', { 'kustomization.yaml': 'generators: [f.yaml]\n', 'f.yaml': exec }],
    ['an executable validator', { 'kustomization.yaml': 'resources: [a.yaml]\nvalidators: [f.yaml]\n', 'f.yaml': exec }],
    [
      'a container',
      {
        'kustomization.yaml': 'resources: [a.yaml]\ntransformers: [f.yaml]\n',
        'f.yaml': exec.replace('exec:\n        path: ./run.sh', 'container:\n        image: example.com/f'),
      },
    ],
    [
      'a plugin by name',
      {
        'kustomization.yaml': 'resources: [a.yaml]\ntransformers: [f.yaml]\n',
        'f.yaml': 'apiVersion: example.com/v1\nkind: Runner\nmetadata:\n  name: r\n',
        'kustomize/plugin/example.com/v1/runner/Runner': script,
      },
    ],
    ['a chart', { 'kustomization.yaml': 'helmCharts:\n- name: x\n  repo: https://charts.example.com\n', 'bin/helm': script }],
  ])('%s is not run', async (_, files) => {
    const root = hostile(files);
    expect(await build(binary, { root, directory: '' })).toMatchObject({ ok: false });
    expect(existsSync(MARKER)).toBe(false);
  });

  test.each([
    'https://raw.githubusercontent.com/example/repo/main/a.yaml',
    'https://github.com/example/repo//base?ref=v1',
    'http://192.0.2.1/a.yaml',
    'github.com/example/repo',
    'git@github.com:example/repo',
    'ssh://git@github.com/example/repo',
  ])('%s is not fetched', async (resource) => {
    const root = tree({ 'kustomization.yaml': `resources: ["${resource}"]\n` });
    const start = Date.now();
    const built = await build(binary, { root, directory: '' });
    expect(built).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^something remote is needed, and nothing is fetched: /) as unknown,
    });
    expect(Date.now() - start).toBeLessThan(30_000);
  });

  test('a repository on this machine is not cloned', async () => {
    const root = tree({ 'kustomization.yaml': 'resources: ["file:///etc"]\n' });
    expect(await build(binary, { root, directory: '' })).toMatchObject({ ok: false });
  });

  test('files outside the kustomization are not read', async () => {
    const root = tree({ 'secret.yaml': OBJECT, 'k/kustomization.yaml': 'resources: [link.yaml]\n' });
    symlinkSync('../secret.yaml', join(root, 'k/link.yaml'));
    expect(await build(binary, { root, directory: 'k' })).toMatchObject({ ok: false });
  });

  test('nothing in the tree is written', async () => {
    const root = tree({
      'kustomization.yaml': 'resources: [a.yaml]\nhelmCharts:\n- name: x\n  repo: https://charts.example.com\n',
      'a.yaml': OBJECT,
    });
    await build(binary, { root, directory: '' });
    expect(readdirSync(root).toSorted()).toEqual(['a.yaml', 'kustomization.yaml']);
  });
});

test('what listens on this machine is reached where the network is left, which is why a prover looks first', async () => {
  let requests = 0;
  const server = createServer((_, response) => {
    requests += 1;
    response.end(OBJECT);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const root = tree({ 'kustomization.yaml': `resources: ["http://127.0.0.1:${(server.address() as AddressInfo).port}/a.yaml"]\n` });
  expect(await build(kustomize4, { root, directory: '' }, { isolate: false })).toMatchObject({ ok: true });
  expect(requests).toBe(1);
  if ((await isolation()) === null) return;
  expect(await build(kustomize4, { root, directory: '' })).toMatchObject({
    ok: false,
    message: expect.stringMatching(/^something remote is needed, and nothing is fetched: /) as unknown,
  });
  expect(requests).toBe(1);
});

test('paths with spaces and other characters are built', async () => {
  const root = tree();
  mkdirSync(join(root, 'a b/ü?ref=x'), { recursive: true });
  writeAll(root, { 'a b/ü?ref=x/kustomization.yaml': 'resources: [a.yaml]\n', 'a b/ü?ref=x/a.yaml': OBJECT });
  for (const binary of binaries) expect(await build(binary, { root, directory: 'a b/ü?ref=x' })).toMatchObject({ ok: true });
});
