import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Api } from '../action/runner/api.ts';
import { valueOf } from '../action/runner/expressions.ts';
import { Runner } from '../action/runner/runner.ts';
import type { Outcome, StandIn, Step, World } from '../action/runner/runner.ts';
import { commitAll, git, temporaryDirectory, temporaryRepository, writeAll } from '../repo/workspace.ts';
import { programs } from '../integrations/programs.ts';

const root = join(import.meta.dirname, '../..');

interface Job {
  readonly steps?: readonly Step[];
  readonly strategy?: { readonly matrix: Readonly<Record<string, unknown>> };
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly on: { readonly workflow_call?: { readonly inputs: Readonly<Record<string, { readonly default?: string }>> } };
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflow = (file: string): Workflow => parse(readFileSync(join(root, 'examples', file), 'utf8')) as Workflow;

function onlyJob(file: string): Job {
  const [job, ...others] = Object.values(workflow(file).jobs);
  if (job === undefined || others.length > 0) throw new Error(`${file} has one job`);
  return job;
}

const manifest = (name: string, more = ''): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: ${name}\nspec:\n  ingressName: ${name}.example.com\n${more}`;
const BLOCKED = '  blueGreen: {enable: true}\n';

/** What the actions of others were given. */
interface Given {
  readonly uses: string;
  readonly inputs: Readonly<Record<string, string>>;
}

/** Runs the steps of an example's only job; the actions of others stand by, but for what is given for them. */
async function run(
  file: string,
  world: Partial<World> & { readonly workspace: string },
): Promise<{ outcomes: readonly Outcome[]; failed: boolean; given: Given[] }> {
  const given: Given[] = [];
  const names = (onlyJob(file).steps ?? []).flatMap(({ uses }) => (uses === undefined ? [] : [uses.replace(/@.*$/, '')]));
  const note =
    (uses: string): StandIn =>
    (inputs, runner) => {
      given.push({ uses, inputs });
      const standIn = world.actions?.[uses];
      return typeof standIn === 'function' ? standIn(inputs, runner) : undefined;
    };
  const actions = { ...Object.fromEntries(names.map((name) => [name, note(name)])), 'OWNER/ci2mm': root };
  const { steps: outcomes, failed } = await new Runner({ token: 'ghs_token', ...world, actions }).job(onlyJob(file).steps ?? []);
  return { outcomes, failed, given };
}

const inputsOf = (given: readonly Given[], uses: string): Readonly<Record<string, string>> | undefined =>
  given.find((each) => each.uses === uses)?.inputs;

function checkout(files: Readonly<Record<string, string>>): string {
  const repository = temporaryRepository(files);
  commitAll(repository);
  return repository;
}

const pullRequest = (from = 'example/manifests', sha = ''): unknown => ({
  pull_request: { number: 7, head: { repo: { full_name: from } }, base: { sha } },
});

describe('check.yml', () => {
  test('comments, annotates and keeps a patch that git applies', async () => {
    const workspace = checkout({ 'chat.yaml': manifest('chat') });
    const api = await new Api().start();
    const { failed, given, outcomes } = await run('github/check.yml', { workspace, event: pullRequest(), apiUrl: api.url });
    expect(failed).toBe(false);
    expect(api.comments).toHaveLength(1);
    expect(outcomes[1]?.summary).toContain('## ClusterInstallation to Mattermost');
    git(workspace, ['apply', '--check', inputsOf(given, 'actions/upload-artifact')?.['path'] ?? '']);
  });

  test('fails for what is blocked, and keeps the patch of the rest all the same', async () => {
    const workspace = checkout({ 'chat.yaml': manifest('chat'), 'blocked.yaml': manifest('blocked', BLOCKED) });
    const api = await new Api().start();
    const { failed, given } = await run('github/check.yml', { workspace, event: pullRequest(), apiUrl: api.url });
    expect(failed).toBe(true);
    expect(inputsOf(given, 'actions/upload-artifact')).toMatchObject({ archive: 'false' });
  });

  test('uploads nothing where nothing changes', async () => {
    const { failed, given } = await run('github/check.yml', {
      workspace: checkout({ 'a.yaml': 'a: 1\n' }),
      event: pullRequest('mallory/fork'),
    });
    expect(failed).toBe(false);
    expect(given.map(({ uses }) => uses)).toEqual(['actions/checkout']);
  });
});

describe('code-scanning.yml', () => {
  test.each([
    ['push', { ref: 'refs/heads/main' }, true],
    ['pull_request', pullRequest(), true],
    ['pull_request', pullRequest('mallory/fork'), false],
  ])('%s %j: uploads: %s', async (eventName, event, uploads) => {
    const workspace = checkout({ 'blocked.yaml': manifest('blocked', BLOCKED) });
    const { failed, given } = await run('github/code-scanning.yml', { workspace, event, eventName });
    expect(failed).toBe(false);
    const inputs = inputsOf(given, 'github/codeql-action/upload-sarif');
    expect(inputs === undefined).toBe(!uploads);
    if (inputs !== undefined)
      expect(JSON.parse(readFileSync(inputs['sarif_file'] ?? '', 'utf8'))).toMatchObject({
        runs: [{ results: expect.arrayContaining([expect.objectContaining({ level: 'error' })]) as unknown[] }],
      });
  });
});

describe('fix.yml', () => {
  test('opens a pull request with the change, and the report as its text', async () => {
    const workspace = checkout({ 'chat.yaml': manifest('chat'), 'blocked.yaml': manifest('blocked', BLOCKED) });
    const { failed, given } = await run('github/fix.yml', { workspace, eventName: 'schedule', event: {} });
    expect(failed).toBe(false);
    expect(git(workspace, ['status', '--porcelain']).toString()).toBe(' M chat.yaml\n');
    const body = readFileSync(inputsOf(given, 'peter-evans/create-pull-request')?.['body-path'] ?? '', 'utf8');
    expect(body).toContain('1 of 2 installations is blocked');
    expect(body.length).toBeLessThan(65_536);
  });

  test('opens none where nothing changes', async () => {
    const { given } = await run('github/fix.yml', {
      workspace: checkout({ 'blocked.yaml': manifest('blocked', BLOCKED) }),
      eventName: 'schedule',
      event: {},
    });
    expect(inputsOf(given, 'peter-evans/create-pull-request')).toBeUndefined();
  });
});

describe('ratchet.yml', () => {
  /** A repository with a pull request of one commit, and checkout as far as the example needs it. */
  async function ratchet(
    before: Readonly<Record<string, string>>,
    after: Readonly<Record<string, string>>,
  ): Promise<{ failed: boolean; outcomes: readonly Outcome[] }> {
    const origin = checkout(before);
    const base = git(origin, ['rev-parse', 'HEAD']).toString().trim();
    git(origin, ['rm', '--quiet', '-r', '.']);
    writeAll(origin, after);
    commitAll(origin);
    const clone: StandIn = ({ path = '', ref = 'HEAD' }, { workspace }) => {
      git(workspace, ['clone', '--quiet', origin, path]);
      git(join(workspace, path), ['checkout', '--quiet', ref === 'HEAD' ? '--' : ref]);
    };
    return run('github/ratchet.yml', {
      workspace: temporaryDirectory(),
      event: pullRequest('example/manifests', base),
      actions: { 'actions/checkout': clone },
    });
  }

  test.each([
    [
      'a new one',
      { 'a.yaml': manifest('a') },
      { 'a.yaml': manifest('a'), 'b.yaml': manifest('b') },
      'error: 2 ClusterInstallations, and 1 before.',
    ],
    ['as many', { 'a.yaml': manifest('a') }, { 'b.yaml': manifest('a') }, '1 ClusterInstallations, and 1 before.'],
    ['fewer', { 'a.yaml': manifest('a') }, { 'a.yaml': 'a: 1\n' }, '0 ClusterInstallations, and 1 before.'],
    ['the first', { 'a.yaml': 'a: 1\n' }, { 'a.yaml': manifest('a', BLOCKED) }, 'error: 1 ClusterInstallations, and 0 before.'],
  ])('%s', async (_, before, after, words) => {
    const { failed, outcomes } = await ratchet(before, after);
    expect(failed).toBe(words.startsWith('error'));
    expect(outcomes.at(-1)?.log).toContain(words);
  });
});

describe('convert-all.yml and convert-one.yml', () => {
  const caller = onlyJob('many-repositories/convert-all.yml');
  const called = workflow('many-repositories/convert-one.yml').on.workflow_call;

  test('one calls the other for each repository, with what it takes', () => {
    expect(caller.uses).toBe('./.github/workflows/convert-one.yml');
    const list = valueOf(caller.strategy?.matrix['repository'], { vars: { CI2MM_REPOSITORIES: '["apps", "platform"]' } });
    expect(list).toEqual(['apps', 'platform']);
    expect(Object.keys(called?.inputs ?? {})).toEqual(expect.arrayContaining(Object.keys(caller.with ?? {})));
  });

  test.each(['apps', 'platform'])('a pull request in %s', async (repository) => {
    const inputs = {
      ...Object.fromEntries(Object.entries(called?.inputs ?? {}).map(([name, { default: value = '' }]) => [name, value])),
      ...Object.fromEntries(Object.entries(caller.with ?? {}).map(([name, value]) => [name, valueOf(value, { matrix: { repository } })])),
    };
    const workspace = checkout({ 'chat.yaml': manifest(repository) });
    const { failed, given } = await run('many-repositories/convert-one.yml', {
      workspace,
      eventName: 'schedule',
      event: {},
      contexts: { inputs, vars: { CI2MM_APP_CLIENT_ID: 'Iv1' }, secrets: { 'app-private-key': 'key' } },
      actions: { 'actions/create-github-app-token': () => ({ token: `token of ${repository}` }) },
    });
    expect(failed).toBe(false);
    expect(inputsOf(given, 'actions/create-github-app-token')).toMatchObject({
      owner: 'example',
      repositories: repository,
      'private-key': 'key',
    });
    expect(inputsOf(given, 'actions/checkout')).toMatchObject({ repository: `example/${repository}`, token: `token of ${repository}` });
    const opened = inputsOf(given, 'peter-evans/create-pull-request');
    expect(opened).toMatchObject({ token: `token of ${repository}` });
    expect(readFileSync(opened?.['body-path'] ?? '', 'utf8')).toContain(repository);
    expect(readFileSync(join(workspace, 'chat.yaml'), 'utf8')).toContain('kind: Mattermost');
  });
});

describe('multi-gitter', () => {
  const folder = join(root, 'examples/many-repositories');

  const IDENTITY = {
    GIT_AUTHOR_NAME: 'bot',
    GIT_AUTHOR_EMAIL: 'bot@example.com',
    GIT_COMMITTER_NAME: 'bot',
    GIT_COMMITTER_EMAIL: 'bot@example.com',
  };

  /** A clone on a new branch, in which the script runs as multi-gitter runs it: its folder, its own environment and two variables more. */
  async function multiGitter(
    files: Readonly<Record<string, string>>,
    who: Readonly<Record<string, string>> = IDENTITY,
  ): Promise<{ readonly clone: string; readonly code: number | null; readonly said: string; readonly message: string | null }> {
    const clone = checkout(files);
    git(clone, ['checkout', '--quiet', '-b', 'ci2mm/convert']);
    const before = git(clone, ['rev-parse', 'HEAD']).toString();
    const env = {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:GIT_(?:AUTHOR|COMMITTER)_|EMAIL$)/.test(name))),
      ...who,
      GIT_CONFIG_GLOBAL: '/dev/null',
      PATH: [programs(), process.env['PATH']].join(delimiter),
      REPOSITORY: 'example/apps',
      DRY_RUN: 'true',
    };
    const { status, stdout, stderr } = spawnSync(join(folder, 'convert.sh'), { cwd: clone, env, encoding: 'utf8' });
    const committed = git(clone, ['rev-parse', 'HEAD']).toString() !== before;
    return { clone, code: status, said: stdout + stderr, message: committed ? git(clone, ['log', '-1', '--format=%B']).toString() : null };
  }

  test('the script commits the change with its report, which becomes the pull request', async () => {
    const { clone, code, message } = await multiGitter({
      'chat.yaml': manifest('chat'),
      'blocked.yaml': manifest('blocked', BLOCKED),
      '.git-hooks/x': '',
    });
    expect(code).toBe(0);
    const [title, blank, ...body] = (message ?? '').split('\n');
    expect([title, blank, body[0]]).toEqual(['Convert ClusterInstallation to Mattermost', '', '## ClusterInstallation to Mattermost']);
    expect(body.join('\n')).toContain('1 of 2 installations is blocked');
    expect(git(clone, ['show', '--name-only', '--format=']).toString()).toBe('chat.yaml\n');
    expect(git(clone, ['status', '--porcelain']).toString()).toBe('');
  });

  test('no commit where there is nothing to convert', async () => {
    await expect(multiGitter({ 'a.yaml': 'a: 1\n' })).resolves.toMatchObject({ code: 0, message: null });
  });

  test('a repository in which everything is blocked is told', async () => {
    const { code, message, said } = await multiGitter({ 'blocked.yaml': manifest('blocked', BLOCKED) });
    expect({ code, message }).toEqual({ code: 1, message: null });
    expect(said).toContain('blue-green-enabled');
    expect(said).toContain('example/apps: nothing could be converted');
  });

  test('the script commits where nobody has said who commits', async () => {
    const { code, message } = await multiGitter({ 'chat.yaml': manifest('chat') }, {});
    expect(code).toBe(0);
    expect(message).not.toBeNull();
  });

  test('a run that fails fails the script, and multi-gitter leaves the repository alone', async () => {
    await expect(multiGitter({ 'chat.yaml': manifest('chat'), '.ci2mm.yaml': 'colour: red\n' })).resolves.toMatchObject({
      code: 2,
      message: null,
    });
  });

  test('a path that looks like an option is none', async () => {
    const { message } = await multiGitter({ '--output': 'x', '-.yaml': manifest('chat') });
    expect(message).toContain('-.yaml');
  });

  test('the configuration has the script commit', () => {
    const config = parse(readFileSync(join(folder, 'multi-gitter.yaml'), 'utf8')) as Record<string, unknown>;
    expect(config).toMatchObject({ 'manual-commit': true, branch: 'ci2mm/convert' });
    expect(config).not.toHaveProperty('pr-title');
    expect(config).not.toHaveProperty('pr-body');
  });
});

test('links of the READMEs lead somewhere', () => {
  for (const folder of ['examples/github', 'examples/many-repositories']) {
    const links = [...readFileSync(join(root, folder, 'README.md'), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(
      ([, link = '']) => link,
    );
    expect(links.length).toBeGreaterThan(1);
    for (const link of links) expect(existsSync(join(root, folder, link))).toBe(true);
  }
});
