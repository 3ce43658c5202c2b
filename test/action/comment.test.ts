import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commitAll, temporaryDirectory, temporaryRepository } from '../repo/workspace.ts';
import { Api, BOT } from './runner/api.ts';
import type { Comment } from './runner/api.ts';
import { Runner } from './runner/runner.ts';
import type { Outcome, World } from './runner/runner.ts';

const action = join(import.meta.dirname, '../..');
const TOKEN = 'ghs_0123456789abcdef';

const MANIFEST =
  'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n  blueGreen: {enable: true}\n';
const DONE = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: nothing\n';

const pullRequest = (repository: string | null = 'example/manifests'): unknown => ({
  pull_request: { number: 7, head: { repo: repository === null ? null : { full_name: repository } } },
});

interface Given extends Partial<World> {
  readonly manifest?: string;
  readonly inputs?: Readonly<Record<string, string>>;
}

function run(api: Api, { manifest = MANIFEST, inputs = {}, ...world }: Given = {}): Promise<Outcome> {
  const workspace = temporaryRepository({ 'chat.yaml': manifest });
  commitAll(workspace);
  const runner = new Runner({ workspace, apiUrl: api.url, token: TOKEN, event: pullRequest(), ...world });
  return runner.use(action, { comment: 'on-findings', 'fail-on': 'never', ...inputs });
}

const notices = ({ commands }: Outcome): string[] =>
  commands.flatMap(({ name, message, properties }) =>
    name === 'notice' && properties['title'] === 'ci2mm' && message.startsWith('The comment') ? [message] : [],
  );

/** A comment as the Action makes it for these runs. */
async function own(): Promise<Comment> {
  const api = await new Api().start();
  await run(api);
  const [comment] = api.comments;
  if (comment === undefined) throw new Error('there is no comment');
  return comment;
}

const others = (count: number): Comment[] =>
  Array.from({ length: count }, (_, id) => ({ id, body: `remark ${id}`, user: { type: 'User', login: 'ann' } }));

describe('one comment', () => {
  test('is created, left alone while nothing changes, and updated', async () => {
    const api = await new Api().start();
    expect((await run(api)).log).toContain('Comment: created.');
    expect(api.comments).toHaveLength(1);
    expect(api.comments[0]?.body).toMatch(/^<!-- ci2mm:sticky:[0-9a-f]{16} -->\n## ClusterInstallation to Mattermost\n/);
    expect((await run(api)).log).toContain('Comment: unchanged.');
    expect((await run(api, { manifest: DONE })).log).toContain('Comment: updated.');
    expect(api.comments).toHaveLength(1);
    expect(api.comments[0]?.body).toContain('No ClusterInstallation found.');
    expect(api.methods).toEqual(['GET', 'POST', 'GET', 'GET', 'PATCH']);
  });

  test('counts as unchanged with the line breaks that GitHub may store', async () => {
    const { body, ...comment } = await own();
    const api = await new Api({ comments: [{ ...comment, body: body.replaceAll('\n', '\r\n').trimEnd() }] }).start();
    expect((await run(api)).log).toContain('Comment: unchanged.');
  });

  test('is not made for nothing, unless always', async () => {
    const api = await new Api().start();
    expect((await run(api, { manifest: DONE })).log).toContain('Comment: not needed.');
    expect((await run(api, { manifest: DONE, inputs: { comment: 'always' } })).log).toContain('Comment: created.');
  });

  test('is another one for another job and for other paths', async () => {
    const api = await new Api().start();
    await run(api);
    await run(api, { env: { GITHUB_JOB: 'other' } });
    await run(api, { inputs: { path: 'chat.yaml' } });
    expect(api.comments).toHaveLength(3);
  });

  test('is found behind many others', async () => {
    const ours = await own();
    const api = await new Api({ comments: [...others(250), ours] }).start();
    expect((await run(api)).log).toContain('Comment: unchanged.');
    expect(api.requests.map(({ path }) => path.replace(/^.*\?/, ''))).toEqual([1, 2, 3].map((page) => `per_page=100&page=${page}`));
  });

  test('is searched no further than the last page', async () => {
    const api = await new Api({ comments: others(200) }).start();
    await run(api);
    expect(api.methods).toEqual(['GET', 'GET', 'GET', 'POST']);
  });
});

describe('comments of others', () => {
  test.each([
    { who: 'a person who copied the marker', change: { user: { type: 'User', login: 'mallory' } } },
    { who: 'a deleted account', change: { user: null } },
  ])('$who: a comment of our own is made', async ({ change }) => {
    const ours = await own();
    const api = await new Api({ comments: [{ ...ours, ...change }] }).start();
    expect((await run(api)).log).toContain('Comment: created.');
    expect(api.comments[0]).toEqual({ ...ours, ...change });
  });

  test('a bot that quotes us is left alone', async () => {
    const ours = await own();
    const quote = { ...ours, body: `> ${ours.body}` };
    const api = await new Api({ comments: [quote] }).start();
    await run(api);
    expect(api.comments[0]).toEqual(quote);
  });
});

describe('no comment', () => {
  test.each([
    { why: 'for the branch of a fork', world: { event: pullRequest('mallory/manifests') }, words: 'comes from a fork' },
    { why: 'for the branch of a fork that is gone', world: { event: pullRequest(null) }, words: 'comes from a fork' },
    { why: 'outside of pull requests', world: { event: { ref: 'refs/heads/main' }, eventName: 'push' }, words: 'runs for no pull request' },
    { why: 'without a token', world: { token: '' }, words: 'there is no token' },
    { why: 'for a number that is none', world: { event: { pull_request: { number: '7/../../x' } } }, words: 'runs for no pull request' },
    { why: 'unless asked for', world: { inputs: { comment: 'never' } }, words: '' },
  ])('$why', async ({ world, words }) => {
    const api = await new Api().start();
    const ran = await run(api, world);
    expect(ran.outcome).toBe('success');
    expect(ran.log).toContain(words);
    expect(api.requests).toEqual([]);
    expect(notices(ran)).toEqual([]);
  });
});

describe('trouble', () => {
  test('a token that may not write: told, and nothing fails', async () => {
    const api = await new Api({ forbidden: true }).start();
    const ran = await run(api);
    expect(ran.outcome).toBe('success');
    expect(notices(ran)).toEqual([
      'The comment could not be written: GitHub answered with 403. The job needs the permission pull-requests: write.',
    ]);
    expect(api.methods).toEqual(['GET', 'POST']);
  });

  test.each([[401], [404], [422], [302]])('%d is not tried again', async (status) => {
    const api = await new Api({ troubles: [status] }).start();
    const ran = await run(api);
    expect(ran.outcome).toBe('success');
    expect(notices(ran)).toEqual([expect.stringContaining(`GitHub answered with ${status}.`)]);
    expect(api.requests).toHaveLength(1);
  });

  test('what passes is waited for', async () => {
    const api = await new Api({ troubles: [502, 'hang up', 429] }).start();
    expect((await run(api)).log).toContain('Comment: created.');
    expect(api.comments).toHaveLength(1);
  });

  test('what stays is told', async () => {
    const api = await new Api({ troubles: [500, 500, 500, 500] }).start();
    const ran = await run(api);
    expect(ran.outcome).toBe('success');
    expect(notices(ran)).toEqual(['The comment could not be written: GitHub answered with 500.']);
    expect(ran.printed).not.toContain('from the server');
  });
});

describe('the token', () => {
  test('goes to the API and nowhere else', async () => {
    const api = await new Api().start();
    const ran = await run(api);
    expect(new Set(api.requests.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${TOKEN}`]));
    expect(ran.printed.replace(`::add-mask::${TOKEN}\n`, '')).not.toContain(TOKEN);
    expect(ran.commands[0]).toMatchObject({ name: 'add-mask', message: TOKEN });
  });

  test.skipIf(process.platform === 'win32')('is unknown to the programs that are started', async () => {
    const folder = temporaryDirectory();
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    writeFileSync(join(folder, 'git'), `#!/bin/sh\nenv >> '${join(folder, 'env')}'\nexec '${real}' "$@"\n`, { mode: 0o755 });
    const api = await new Api().start();
    const { path } = new Runner({ workspace: folder });
    await run(api, { env: { PATH: `${folder}:${path}` } });
    const seen = readFileSync(join(folder, 'env'), 'utf8');
    expect(seen).toContain('GITHUB_WORKSPACE=');
    expect(seen).not.toContain(TOKEN);
  });

  test('may be another one', async () => {
    const api = await new Api().start();
    const ran = await run(api, { inputs: { token: 'ghs_of_an_app' } });
    expect(api.requests[0]?.authorization).toBe('Bearer ghs_of_an_app');
    expect(ran.log).not.toContain('ghs_of_an_app');
  });

  test('stays out of a run that writes no comment', async () => {
    const api = await new Api().start();
    expect((await run(api, { inputs: { comment: 'never' } })).printed).not.toContain(TOKEN);
  });
});

test('a page too long for a comment is cut in time', async () => {
  const many = Array.from({ length: 600 }, (_, index) => MANIFEST.replace('chat', `chat-${index}`)).join('---\n');
  const api = await new Api().start();
  expect((await run(api, { manifest: many })).log).toContain('Comment: created.');
  expect(api.comments[0]?.body.length).toBeLessThanOrEqual(60_000);
  expect(api.comments[0]?.user).toEqual(BOT);
});
