import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { commitAll, git, temporaryDirectory, temporaryRepository } from '../repo/workspace.ts';
import { toolAt } from '../tools.ts';
import { programs, run } from './programs.ts';

/** Examples by the tools that they are for, where these are: on the PATH, or in the cache that scripts/tools.sh fills. */

const root = join(import.meta.dirname, '../..');
const examples = join(root, 'examples');
beforeAll(() => {
  programs();
});

/** One that is not there is named among what was skipped. */
const by = (name: string, what: string, body: (program: string) => Promise<void>): void => {
  const program = toolAt(name);
  test.skipIf(program === null)(`${name}: ${what}`, { timeout: 120_000 }, () => body(program ?? ''));
};

function repositoryOf(folder: string): string {
  const copy = temporaryRepository();
  cpSync(join(examples, folder), copy, { recursive: true });
  git(copy, ['add', '--all']);
  return copy;
}

describe('hooks', () => {
  by('lefthook', 'the hook converts and adds what it wrote, and a blocked one fails', async (lefthook) => {
    const cwd = repositoryOf('integrations/lefthook');
    expect(await run(lefthook, ['run', 'pre-commit', '--all-files'], { cwd })).toMatchObject({ code: 0 });
    expect(readFileSync(join(cwd, 'mattermost.yaml'), 'utf8')).toContain('kind: Mattermost\n');
    expect((await run(lefthook, ['run', 'pre-push', '--force'], { cwd })).code).toBe(0);
    cpSync(join(examples, 'blue-green/mattermost.yaml'), join(cwd, 'blue.yaml'));
    git(cwd, ['add', '--all']);
    const ran = await run(lefthook, ['run', 'pre-commit', '--all-files'], { cwd });
    expect(ran.code).not.toBe(0);
    expect(ran.out + ran.err).toContain('blue-green-enabled');
  });
});

describe('KRM', () => {
  by('kpt', 'the package is converted as its README says, and keeps its comments', async (kpt) => {
    const cwd = repositoryOf('integrations/krm');
    const [, command = ''] = /^kpt (fn eval .*)$/m.exec(readFileSync(join(cwd, 'README.md'), 'utf8')) ?? [];
    const ran = await run(kpt, command.split(' '), { cwd });
    expect(ran.out + ran.err).toContain('[PASS]');
    const text = readFileSync(join(cwd, 'package/mattermost.yaml'), 'utf8');
    expect(text).toContain('kind: Mattermost\n');
    expect(text).toContain('# see the capacity sheet');
    const withConfig = repositoryOf('integrations/krm');
    expect((await run(kpt, ['fn', 'eval', 'package', '--exec', 'ci2mm-krm', '--fn-config', 'ci2mm.yaml'], { cwd: withConfig })).code).toBe(
      0,
    );
    expect(readFileSync(join(withConfig, 'package/mattermost.yaml'), 'utf8')).toBe(text);
  });
});

describe('GitHub', () => {
  by('actionlint', 'finds nothing in the workflows of examples and of this repository', async (actionlint) => {
    const cwd = temporaryRepository();
    mkdirSync(join(cwd, '.github/workflows'), { recursive: true });
    for (const folder of ['examples/github', 'examples/many-repositories', '.github/workflows']) {
      cpSync(join(root, folder), join(cwd, '.github/workflows'), {
        recursive: true,
        filter: (file) => !/\.(?:md|sh)$/.test(file) && !file.includes('multi-gitter'),
      });
    }
    // A workflow that is called stands in another repository there.
    const { out } = await run(actionlint, ['-no-color', '-oneline', '-shellcheck=', '-pyflakes='], { cwd });
    expect(out).toBe('');
  });

  by('reviewdog', 'reads rdjson and SARIF', async (reviewdog) => {
    const cwd = repositoryOf('blue-green');
    commitAll(cwd);
    for (const format of ['rdjson', 'sarif']) {
      const { out: report } = await run('ci2mm', ['scan', '--format', format], { cwd });
      const ran = await run(reviewdog, [`-f=${format}`, '-reporter=local', '-filter-mode=nofilter'], { cwd, stdin: report });
      expect(ran.code).toBe(0);
      expect(ran.out).toContain('mattermost.yaml:10');
    }
  });
});

describe('GitLab', () => {
  interface Job {
    readonly script: readonly string[];
    readonly artifacts: { readonly reports: Readonly<Record<string, string>> };
  }
  const { ci2mm } = parse(readFileSync(join(examples, 'integrations/gitlab/ci2mm.gitlab-ci.yml'), 'utf8')) as { ci2mm: Job };

  /** The runner joins the lines of a script and ends with the first that fails. */
  const job = (cwd: string, env: Record<string, string> = {}) =>
    run('bash', ['-eo', 'pipefail', '-c', ci2mm.script.join('\n')], {
      cwd,
      env: { ...(process.env as Record<string, string>), CI2MM_PATHS: '.', ...env },
    });

  test('the job writes its reports, and fails while something is left', async () => {
    const cwd = repositoryOf('blue-green');
    const { code, out } = await job(cwd);
    expect(code).toBe(1);
    expect(out).toContain('blocked by blue-green-enabled');
    const quality = JSON.parse(readFileSync(join(cwd, ci2mm.artifacts.reports['codequality'] ?? ''), 'utf8')) as { check_name: string }[];
    expect(quality.map(({ check_name: name }) => name)).toContain('blue-green-enabled');
    expect(readFileSync(join(cwd, ci2mm.artifacts.reports['junit'] ?? ''), 'utf8')).toContain('<failure type="blocked"');
    expect(readFileSync(join(cwd, 'ci2mm.md'), 'utf8')).toContain('### Errors');
    const done = temporaryDirectory();
    expect((await job(done)).code).toBe(0);
  });

  test('one note is made, and kept up to date', async () => {
    const notes: { id: number; body: string }[] = [{ id: 1, body: 'from somebody' }];
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${String(request.headers['private-token'])}`);
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        if (request.method === 'POST') notes.push({ id: 2, ...(JSON.parse(body) as { body: string }) });
        response.end(JSON.stringify(request.method === 'GET' ? notes : {}));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const env = {
      CI2MM_TOKEN: 'token',
      CI_API_V4_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      CI_PROJECT_ID: '7',
      CI_MERGE_REQUEST_IID: '9',
    };
    const cwd = repositoryOf('plain');
    await job(cwd, env);
    await job(cwd, env);
    server.close();
    const at = '/projects/7/merge_requests/9/notes';
    expect(asked).toEqual([`GET ${at}?per_page=100 token`, `POST ${at} token`, `GET ${at}?per_page=100 token`, `PUT ${at}/2 token`]);
    expect(notes[1]?.body).toMatch(/^<!-- ci2mm -->\n## ClusterInstallation to Mattermost/);
  });
});

test.skipIf(spawnSync('python3', ['--version']).status !== 0)('JUnit is XML whatever stands in it', async () => {
  const cwd = temporaryRepository({ 'a&<b>"\u00e9.yaml': readFileSync(join(examples, 'blue-green/mattermost.yaml')) });
  writeFileSync(
    join(cwd, 'odd.yaml'),
    'kind: ClusterInstallation\nmetadata: {name: "a]]>&<x\u0001"}\napiVersion: mattermost.com/v1alpha1\n',
  );
  const { out } = await run('ci2mm', ['scan', '--format', 'junit'], { cwd });
  const read = await run(
    'python3',
    ['-c', 'import sys, xml.dom.minidom as m; print(len(m.parse(sys.stdin.buffer).getElementsByTagName("testcase")))'],
    { stdin: out },
  );
  expect(read.code).toBe(0);
  expect(Number(read.out)).toBeGreaterThan(3);
});
