import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from '../cli/harness.ts';
import type { Result } from '../cli/harness.ts';
import { kustomize5 } from '../kustomize/binary.ts';
import { commitAll, git, temporaryRepository, writeAll } from '../repo/workspace.ts';

/** References in other resources on their way through the stages, by what `git apply` takes of each command. */

const FOLDER = join(import.meta.dirname, '..', 'repositories', 'references-built');

const FILES: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [relative(FOLDER, path), readFileSync(path, 'utf8')]),
);

const proofs = kustomize5 === null ? ['never'] : ['never', 'auto'];

describe.each(proofs)('prove: %s', (prove) => {
  const commandIn =
    (cwd: string) =>
    (...args: readonly string[]): Promise<Result> =>
      run([...args, '--prove', prove], { cwd, env: { PATH: process.env['PATH'] ?? '' } });

  function apply(cwd: string, { stdout }: Result): void {
    if (stdout.length === 0) return;
    writeAll(cwd, { '.git/stage.patch': stdout });
    git(cwd, ['apply', '.git/stage.patch']);
    commitAll(cwd);
  }

  test('from both kinds to the new one', async () => {
    const cwd = temporaryRepository(FILES);
    commitAll(cwd);
    const command = commandIn(cwd);
    const text = (file: string): string => readFileSync(join(cwd, file), 'utf8');
    const namesOld = (file: string): boolean => /ClusterInstallation|clusterinstallations|v1alpha1\.mattermost/.test(text(file));
    const namesNew = (file: string): boolean =>
      /Mattermost|mattermosts|installation\.mattermost\.com/.test(text(file).replaceAll('v1alpha1.', 'v1alpha1-'));

    apply(cwd, await command('prepare'));
    const extended = [
      'apps/chat/base/rbac.yaml',
      'apps/chat/base/network.yaml',
      'apps/chat/base/quota.yaml',
      'apps/chat/prod/rules.yaml',
      'projects/team.yaml',
    ];
    for (const file of extended) expect([file, namesOld(file), namesNew(file)]).toEqual([file, true, true]);
    expect(text('clusters/prod/chat.yaml')).toMatch(/healthChecks:\n {4}- apiVersion: mattermost.com/);
    expect(text('apps/chat/base/network.yaml')).toContain('name: servers-mattermost');
    expect(await command('prepare')).toMatchObject({
      stdout: Buffer.alloc(0),
      stderr: expect.stringMatching(/; \d+ references name both kinds until finish, /) as string,
    });
    expect((await command('finish')).stderr).toMatch(/; \d+ references name both kinds until finish; 0 errors, .*\nno Mattermost found: /);
    expect((await command('scan')).stderr).not.toMatch(/(?:network|rbac|quota)\.yaml.*\[old-name-left\]/);

    const triggered = await command('trigger', '--confirmed-live');
    expect(triggered.code).toBe(0);
    expect(triggered.stdout.toString()).not.toMatch(/^diff --git a\/(?!apps\/chat\/(?:base\/chat\.yaml|prod\/))/m);
    apply(cwd, triggered);
    expect((await command('finish')).stdout).toHaveLength(0);

    apply(cwd, await command('convert'));
    expect(text('clusters/prod/chat.yaml')).toMatch(/healthChecks:\n {4}- apiVersion: installation.mattermost.com/);
    for (const file of extended) expect([file, namesOld(file), namesNew(file)]).toEqual([file, true, true]);

    apply(cwd, await command('finish'));
    for (const file of extended) expect([file, namesNew(file)]).toEqual([file, true]);
    expect(extended.filter(namesOld)).toEqual([]);
    expect(text('apps/chat/base/network.yaml')).not.toContain('servers-mattermost');
    expect(text('apps/chat/base/rbac.yaml')).toContain('"mattermostrestoredbs"');
    expect(text('clusters/prod/chat.yaml')).toContain('name: nobody-knows');
    expect((await command('finish')).stdout).toHaveLength(0);
  });
});

test.skipIf(kustomize5 === null)(
  'what a kustomization builds to something else than was meant stays, and keeps no installation back',
  async () => {
    const files: Readonly<Record<string, string>> = {
      ...FILES,
      'apps/chat/prod/kustomization.yaml':
        'namespace: chat\nresources: [../base]\npatches:\n  - target: {kind: Role}\n    patch: |-\n      - {op: replace, path: /rules/1/resources, value: [clusterinstallations]}\n',
    };
    const cwd = temporaryRepository(files);
    commitAll(cwd);
    const { code, stderr } = await run(['convert', '--write'], { cwd, env: { PATH: process.env['PATH'] ?? '' } });
    expect([code, stderr]).toEqual([0, expect.stringContaining('converted 1') as string]);
    expect(readFileSync(join(cwd, 'apps/chat/base/rbac.yaml'), 'utf8')).toBe(files['apps/chat/base/rbac.yaml']);
    expect(stderr).toMatch(
      /rbac\.yaml:\d+:\d+: warning: Role chat-operators names ClusterInstallation .*, and stays as it is, because of apps\/chat\/prod\/kustomization\.yaml: Built before and after, it differs: Role .* \[reference-left\]$/m,
    );
    expect(readFileSync(join(cwd, 'apps/chat/base/quota.yaml'), 'utf8')).toContain('count/mattermosts');
  },
);
