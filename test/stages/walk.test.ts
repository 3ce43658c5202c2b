import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import type { Value } from '../../src/model/value.ts';
import { readValues } from '../../src/manifests/values.ts';
import { plannedId } from '../../src/report/plan.ts';
import type { Plan } from '../../src/report/plan.ts';
import { reportOf, run } from '../cli/harness.ts';
import type { Result } from '../cli/harness.ts';
import { buildAll } from '../family/roots.ts';
import { kustomize5, meaning } from '../kustomize/binary.ts';
import { commitAll, git, temporaryRepository, writeAll } from '../repo/workspace.ts';
import { installation, REPOSITORIES } from './repositories.ts';
import type { Repository } from './repositories.ts';

/** Each repository goes through the stages of a rollout by what `git apply` takes of each command; what is built in between is looked at by kubectl. */

type Objects = ReadonlyMap<string, unknown>;

/** Every installation that is built, or stands alone, by where and name, as plain data. */
function objectsOf(root: string, alone: readonly string[]): Objects {
  const built = [...buildAll(root)].flatMap(([directory, objects]) => {
    if (objects === null) throw new Error(`${directory} does not build`);
    return [...objects].map(([key, value]): [string, Value] => [`${directory} ${key}`, value]);
  });
  const files = alone.flatMap((file) => readValues(readFileSync(join(root, file))).map((value): [string, Value] => [file, value]));
  return new Map([...built, ...files].map(([key, value]) => [key, meaning(value)]));
}

const changedKeys = (before: Objects, after: Objects): string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((key) => JSON.stringify(before.get(key)) !== JSON.stringify(after.get(key)));

/** Applies what a command printed. */
function apply(root: string, { stdout }: Result): void {
  if (stdout.length === 0) return;
  writeAll(root, { '.git/stage.patch': stdout });
  git(root, ['apply', '.git/stage.patch']);
  commitAll(root);
}

/** What *prepare* writes out of the connection to the file store. */
function withoutPlainHttp(value: unknown): unknown {
  const { spec, ...rest } = structuredClone(value) as { spec?: { mattermostEnv?: { name: string }[] } };
  if (spec === undefined) return rest;
  const { mattermostEnv, ...others } = spec;
  const left = mattermostEnv?.filter(({ name }) => name !== 'MM_FILESETTINGS_AMAZONS3SSL') ?? [];
  return { ...rest, spec: { ...others, ...(left.length === 0 ? {} : { mattermostEnv: left }) } };
}

interface Installation {
  metadata: { annotations?: Record<string, string> };
  spec: { migrate?: boolean };
}

describe.each(Object.entries(REPOSITORIES))('%s', (_, { files, options, roots, protection }) => {
  const alone = roots.filter((root) => root.endsWith('chat/chat.yaml'));
  const start = (): string => {
    const root = temporaryRepository(files);
    commitAll(root);
    return root;
  };
  // Without a proof the roots go one after the other, below; all at once they do at night.
  const isWhole = process.env['CI2MM_KUSTOMIZE'] === 'all';
  const proofs = kustomize5 === null ? ['never'] : isWhole ? ['never', 'auto'] : ['auto'];

  test.each(proofs)('all at once, prove: %s', async (prove) => {
    const cwd = start();
    const command = (...args: readonly string[]): Promise<Result> =>
      run([...args, ...options, '--prove', prove], { cwd, env: { PATH: process.env['PATH'] ?? '' } });
    const before = objectsOf(cwd, alone);
    expect(await command('finish')).toMatchObject({ code: 0, stdout: Buffer.alloc(0) });
    expect(await command('trigger')).toMatchObject({
      code: 1,
      stdout: Buffer.alloc(0),
      stderr: expect.stringContaining('not-protected') as string,
    });

    const prepared = await command('prepare');
    expect(prepared).toMatchObject({ code: 0 });
    apply(cwd, prepared);
    const protectedObjects = objectsOf(cwd, alone);
    for (const [key, value] of protectedObjects) {
      if (!isInstallationKey(key, alone) || !roots.some((root) => key.startsWith(root))) continue;
      const annotations = (value as Installation).metadata.annotations ?? {};
      const [name = '', text = ''] = protection.split(': ');
      if (!text.includes('ServerSideApply') || annotations['team'] !== undefined) expect(annotations[name]).toBe(text);
      else expect(annotations[name]).toMatch(/Prune=false,Delete=false$/);
    }
    expect((await command('prepare')).stdout).toHaveLength(0);
    expect(await command('trigger')).toMatchObject({ code: 1, stderr: expect.stringContaining('not-confirmed-live') as string });

    const triggered = await command('trigger', '--confirmed-live');
    expect(triggered).toMatchObject({ code: 0 });
    apply(cwd, triggered);
    const migrating = objectsOf(cwd, alone);
    for (const [key, value] of migrating) {
      const own = structuredClone(value) as Installation;
      if (isInstallationKey(key, alone)) {
        expect(own.spec.migrate).toBe(true);
        delete own.spec.migrate;
      }
      expect(own).toEqual(protectedObjects.get(key));
    }
    expect((await command('trigger', '--confirmed-live')).stdout).toHaveLength(0);
    expect((await command('prepare')).stdout).toHaveLength(0);

    const converted = await command('convert');
    expect(converted).toMatchObject({ code: 0 });
    apply(cwd, converted);
    const after = [...objectsOf(cwd, alone)] as [string, { kind: string; metadata: { annotations?: Record<string, string> } }][];
    expect(after.filter(([, { kind }]) => kind === 'ClusterInstallation')).toEqual([]);
    const mattermosts = after.filter(([key, { kind }]) => kind === 'Mattermost' && roots.some((root) => key.startsWith(root)));
    expect(mattermosts.length).toBeGreaterThan(0);
    for (const [, { metadata }] of mattermosts) expect(metadata.annotations).toHaveProperty([protection.split(': ')[0] ?? '']);
    for (const stage of ['prepare', 'trigger']) expect(await command(stage)).toMatchObject({ code: 0, stdout: Buffer.alloc(0) });
    expect(before.size).toBe(objectsOf(cwd, alone).size);

    const finished = await command('finish');
    expect(finished).toMatchObject({ code: 0 });
    apply(cwd, finished);
    expect((await command('finish')).stdout).toHaveLength(0);
    // All stages come to what the conversion alone would have been, but for how the file store is talked to, and what the user had in place of the protection.
    const direct = start();
    expect(await run(['convert', ...options, '--prove', 'never', '--write'], { cwd: direct })).toMatchObject({ code: 0 });
    const isSame = ([key, value]: [string, unknown]): boolean =>
      JSON.stringify(objectsOf(direct, alone).get(key)) === JSON.stringify(withoutPlainHttp(value));
    const others = [...objectsOf(cwd, alone)]
      .filter((entry) => !isSame(entry))
      .map(([, value]) => (value as Installation).metadata.annotations);
    expect(others.every((annotations) => annotations?.['team'] === 'chat')).toBe(true);
  });

  test('one root after the other', async () => {
    const cwd = start();
    const command = (...args: readonly string[]): Promise<Result> => run([...args, ...options, '--prove', 'never'], { cwd });
    for (const root of roots) {
      const before = objectsOf(cwd, alone);
      const prepared = await command('prepare', '--root', root);
      expect(prepared).toMatchObject({ code: 0 });
      apply(cwd, prepared);
      const between = objectsOf(cwd, alone);
      const triggered = await command('trigger', '--root', root, '--confirmed-live');
      expect(triggered).toMatchObject({ code: 0 });
      apply(cwd, triggered);
      const after = objectsOf(cwd, alone);
      // The part of an engine stands in no kustomization that kubectl could build here.
      if (root.endsWith('.yaml') && !alone.includes(root)) continue;
      for (const changed of [changedKeys(before, between), changedKeys(between, after)])
        expect(changed).toEqual([expect.stringContaining(root) as string]);
    }
    const { installations } = reportOf(await command('trigger', '--confirmed-live', '--format', 'json'));
    expect(installations.map(({ status }) => status)).toEqual(roots.map(() => 'done'));
  });
});

const isInstallationKey = (key: string, alone: readonly string[]): boolean => key.includes('ClusterInstallation ') || alone.includes(key);

test('a shared manifest is not converted for one of its overlays, while another has not set out', async () => {
  const { files, options } = REPOSITORIES['a base with three overlays'] as Repository;
  const cwd = temporaryRepository(files);
  commitAll(cwd);
  const command = (...args: readonly string[]): Promise<Result> => run([...args, ...options, '--prove', 'never'], { cwd });
  await command('prepare', '--write');
  expect((await command('convert')).stderr).toContain('protected from pruning and not triggered');
  await command('trigger', '--write', '--confirmed-live', '--root', 'overlays/dev', '--root', 'overlays/prod');
  expect(await command('convert')).toMatchObject({
    code: 1,
    stdout: Buffer.alloc(0),
    stderr: expect.stringContaining(
      'As built by overlays/dev it has spec.migrate, as built by overlays/test it has not, and both are built from this (stages-differ)',
    ) as string,
  });
  await command('trigger', '--write', '--confirmed-live');
  expect(await command('convert')).toMatchObject({ code: 0, stderr: expect.not.stringContaining('direct-swap') as string });
});

test('next is each stage in its turn, for those that are furthest behind', async () => {
  const { files, options } = REPOSITORIES['a base with three overlays'] as Repository;
  const cwd = temporaryRepository(files);
  commitAll(cwd);
  const next = async (...args: readonly string[]): Promise<string> => {
    const { code, stderr } = await run(['next', ...args, ...options, '--prove', 'never', '--write'], { cwd });
    return `${code} ${stderr.split('\n')[0]}`;
  };
  const answers = ['--confirmed-live'];
  expect(await next('--root', 'overlays/dev')).toBe('0 next: ci2mm prepare');
  expect(await next('--root', 'overlays/dev')).toBe('1 next: ci2mm trigger');
  expect(await next('--root', 'overlays/dev', ...answers)).toBe('0 next: ci2mm trigger');
  expect(await next()).toBe('0 next: ci2mm prepare');
  expect(await next(...answers)).toBe('0 next: ci2mm trigger');
  // A conversion reaches all that share the base.
  expect(await next('--root', 'overlays/dev')).toBe('1 next: ci2mm convert');
  expect(await next()).toBe('0 next: ci2mm convert');
  expect(await next()).toBe('0 next: ci2mm finish');
  expect(await next()).toBe('0 nothing comes next: all is finished');
  expect(readFileSync(join(cwd, 'base/chat.yaml'), 'utf8')).toContain('kind: Mattermost\n');
});

test('a plan is of what was chosen', async () => {
  const { files, options } = REPOSITORIES['a base with three overlays'] as Repository;
  const cwd = temporaryRepository(files);
  const plan = async (...args: readonly string[]): Promise<string[]> => {
    const { stdout } = await run(['plan', '--format', 'json', ...args, ...options], { cwd });
    return (JSON.parse(stdout.toString()) as Plan).installations.map((each) => `${each.root} ${plannedId(each)} ${each.standing}`);
  };
  const all = ['overlays/dev dev/chat unprepared', 'overlays/prod prod/chat unprepared', 'overlays/test test/test-chat unprepared'];
  expect((await plan()).toSorted()).toEqual(all);
  expect(await plan('--root', 'overlays/prod')).toEqual([all[1]]);
  expect(await plan('--only', 'test/test-chat')).toEqual([all[2]]);
});

test('what was chosen and is not there is told', async () => {
  const { files, options } = REPOSITORIES['a base with three overlays'] as Repository;
  const cwd = temporaryRepository(files);
  const said = async (...args: readonly string[]): Promise<string> =>
    (await run(['prepare', ...args, ...options, '--prove', 'never'], { cwd })).stderr;
  expect(await said('--only', 'dev/chta')).toContain('--only dev/chta: no such installation was found\n');
  expect(await said('--root', 'overlays')).toContain('--root overlays: nothing that is built there');
  expect(await said('--root', 'overlays/dev', '--only', 'chat')).not.toMatch(/--(?:only|root)/);
});

test('options that protection does not hold against are told, and hold the trigger up where they stand in an Application', async () => {
  const chat = installation(
    'chat',
    '  namespace: mm\n  annotations:\n    argocd.argoproj.io/sync-options: Replace=true, ServerSideApply=true\n',
  );
  const application =
    'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: chat}\nspec:\n  source: {repoURL: x, path: chat}\n  syncPolicy: {syncOptions: [CreateNamespace=true, Force=true]}\n';
  const cwd = temporaryRepository({ 'chat/chat.yaml': chat, 'app.yaml': application });
  const options = ['--prove', 'never', '--assume-database', 'external', '--write'];
  const { code, stderr } = await run(['prepare', ...options], { cwd });
  expect(code).toBe(0);
  expect(stderr).toContain('Replace=true goes from the sync options of the ClusterInstallation');
  expect(stderr).toContain('Application chat (app.yaml) syncs with Force=true');
  expect(readFileSync(join(cwd, 'chat/chat.yaml'), 'utf8')).toContain('sync-options: ServerSideApply=true,Prune=false,Delete=false\n');
  expect((await run(['trigger', '--confirmed-live', ...options], { cwd })).stderr).toContain(
    'syncs with Force=true, which protection does not hold',
  );
});
