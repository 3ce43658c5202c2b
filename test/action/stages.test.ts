import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commitAll, temporaryRepository } from '../repo/workspace.ts';
import { Runner } from './runner/runner.ts';
import type { Outcome } from './runner/runner.ts';

const action = join(import.meta.dirname, '../..');

const FILES = {
  'apps/chat.yaml':
    'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\n  namespace: mm\nspec:\n  ingressName: chat.example.com\n  image: a\n  version: "9"\n',
  'flux.yaml':
    'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: chat}\nspec: {path: ./apps, sourceRef: {kind: GitRepository, name: x}}\n',
};

function checkout(): string {
  const root = temporaryRepository(FILES);
  commitAll(root);
  return root;
}

const use = (workspace: string, inputs: Readonly<Record<string, string>>): Promise<Outcome> =>
  new Runner({ workspace, token: 'ghs_x' }).use(action, inputs);

test('the stages of a rollout, each in its turn', async () => {
  const root = checkout();
  const text = (): string => readFileSync(join(root, 'apps/chat.yaml'), 'utf8');
  const next = (confirmed = ''): Promise<Outcome> => use(root, { command: 'next', mode: 'write', confirmed });
  expect(await next()).toMatchObject({ outcome: 'success', printed: expect.stringContaining('Next: ci2mm prepare.') as string });
  expect(text()).toContain('kustomize.toolkit.fluxcd.io/prune: disabled');
  expect(await next('live')).toMatchObject({ outcome: 'failure', printed: expect.stringContaining('(root-password)') as string });
  expect(text()).not.toContain('migrate');
  expect(await next('live\nroot-password')).toMatchObject({ outcome: 'success' });
  expect(text()).toContain('migrate: true');
  expect((await next()).outputs['converted-count']).toBe('1');
  expect(text()).toContain('kind: Mattermost');
  expect(await next()).toMatchObject({ outcome: 'success', printed: expect.stringContaining('Next: ci2mm finish.') as string });
  expect(text()).not.toContain('disabled');
  expect(await next()).toMatchObject({ outcome: 'success', printed: expect.stringContaining('all is finished') as string });
});

const gate = (time: string): string =>
  JSON.stringify({
    schemaVersion: 1,
    time,
    context: 'east',
    cluster: 'https://east.example.com',
    installations: [
      {
        namespace: 'mm',
        name: 'chat',
        root: 'apps/chat.yaml',
        uid: '00000000-1234-4abc-8def-0123456789ab',
        protection: ['flux'],
        rootPassword: 'freed',
      },
    ],
    objects: [],
  });

test('a gate file opens the trigger in place of words, while it is fresh', async () => {
  const root = checkout();
  await use(root, { command: 'prepare', mode: 'write' });
  const trigger = (file: string): Promise<Outcome> => use(root, { command: 'trigger', mode: 'write', 'gate-file': file });
  writeFileSync(join(root, 'gate.json'), gate('2020-01-01T00:00:00Z'));
  expect(await trigger('gate.json')).toMatchObject({ outcome: 'failure', printed: expect.stringContaining('(gate-closed)') as string });
  writeFileSync(join(root, 'gate.json'), gate(`${new Date(Date.now() - 1000).toISOString().slice(0, 19)}Z`));
  expect(await trigger('../gate.json')).toMatchObject({ outcome: 'failure', printed: expect.stringContaining('gate.json') as string });
  expect(await trigger('gate.json')).toMatchObject({ outcome: 'success' });
  expect(readFileSync(join(root, 'apps/chat.yaml'), 'utf8')).toContain('migrate: true');
});

test('a plan is a runbook in the summary and a file, and changes nothing', async () => {
  const root = checkout();
  const ran = await use(root, { command: 'plan', 'markdown-file': 'out/runbook.md', mode: 'write' });
  expect(ran).toMatchObject({ outcome: 'success', summary: expect.stringContaining('# Rollout of ClusterInstallation') as string });
  expect(readFileSync(join(root, 'out/runbook.md'), 'utf8')).toContain('### Stage 1: trigger');
  expect(readFileSync(join(root, 'apps/chat.yaml'), 'utf8')).toBe(FILES['apps/chat.yaml']);
});

test.each([
  [{ command: 'migrate' }, 'input command is "migrate"'],
  [{ engine: 'helm' }, 'input engine is "helm"'],
  [{ confirmed: 'all' }, 'input confirmed has "all"'],
])('%o is a mistake', async (inputs, says) => {
  expect(await use(checkout(), inputs)).toMatchObject({ outcome: 'failure', printed: expect.stringContaining(says) as string });
});
