import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Value } from '../../src/model/value.ts';
import { run } from '../cli/harness.ts';
import type { Result } from '../cli/harness.ts';
import { buildAll } from '../family/roots.ts';
import { meaning } from '../kustomize/binary.ts';
import { temporaryRepository } from '../repo/workspace.ts';

const chat = (spec: string): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\n  namespace: mm\n  annotations:\n    kustomize.toolkit.fluxcd.io/prune: disabled\nspec:\n  ingressName: chat.example.com\n${spec}`;
const EXTERNAL =
  '  database: {secret: db}\n  minio: {externalURL: s3.example.com, externalBucket: b, secret: s}\n  mattermostEnv: [{name: MM_FILESETTINGS_AMAZONS3SSL, value: "true"}]\n';
const operator = (tag: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: mattermost-operator}\nspec: {template: {spec: {containers: [{name: o, image: "mattermost/mattermost-operator:${tag}"}]}}}\n`;

interface Outcome extends Pick<Result, 'code' | 'stderr'> {
  readonly text: string;
  readonly cwd: string;
}

async function prepared(files: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Outcome> {
  const cwd = temporaryRepository(files);
  const options = ['--engine', 'flux', '--assume-database', 'external', '--explicit-size', '--write', ...args];
  const { code, stderr } = await run(['prepare', ...options], { cwd, env: { PATH: process.env['PATH'] ?? '' } });
  return { code, stderr, text: readFileSync(join(cwd, 'chat.yaml'), 'utf8'), cwd };
}

test('the servers alone, where stores are external', async () => {
  const { code, text, stderr, cwd } = await prepared({ 'chat.yaml': chat(`  size: 1000users # of last year\n  replicas: 7\n${EXTERNAL}`) });
  expect([code, text]).toEqual([
    0,
    chat(
      `  replicas: 2\n${EXTERNAL}  resources:\n    requests:\n      cpu: 150m\n      memory: 256Mi\n    limits:\n      cpu: 2000m\n      memory: 4Gi\n`,
    ),
  ]);
  expect(stderr).toContain('spec.size 1000users is written out as the operator reads it');
  const again = await run(['prepare', '--engine', 'flux', '--explicit-size'], { cwd });
  expect([again.code, again.stdout.length]).toEqual([0, 0]);
});

test('the stores of the operator, too', async () => {
  const { code, text } = await prepared(
    { 'chat.yaml': chat('  size: 100users\n  database:\n    storageSize: 10Gi\n  minio:\n    storageSize: 10Gi\n') },
    '--database',
    'chat=operator-managed',
  );
  expect(code).toBe(0);
  expect(text).toBe(
    chat(
      '  database:\n    storageSize: 10Gi\n    replicas: 1\n    resources:\n      requests:\n        cpu: 200m\n        memory: 512Mi\n  minio:\n    storageSize: 10Gi\n    replicas: 1\n    resources:\n      requests:\n        cpu: 100m\n        memory: 256Mi\n  replicas: 1\n  resources:\n    requests:\n      cpu: 100m\n      memory: 256Mi\n    limits:\n      cpu: 2000m\n      memory: 4Gi\n',
    ),
  );
});

test.each([
  ['what the repository deploys', { 'operator.yaml': operator('v1.20.1') }, [], '500m'],
  ['what the repository deploys now', { 'operator.yaml': operator('v1.21.0') }, [], '1000m'],
  ['what is said', {}, ['--target', '1.18.1'], '500m'],
] as const)('a size that differs between releases, by %s', async (_, files, args, cpu) => {
  const { code, text } = await prepared({ ...files, 'chat.yaml': chat(`  size: 25000users\n${EXTERNAL}`) }, ...args);
  expect(code).toBe(0);
  expect(text).toContain(`requests:\n      cpu: ${cpu}\n`);
});

test.each([
  ['a size that differs between releases, without one', '25000users', 'is not the same in all releases of the operator'],
  ['a size that nobody knows', 'huge', 'is no size that the operator knows'],
  ['a word of every object', 'constructor', 'is no size that the operator knows'],
])('%s is refused', async (_, size, reason) => {
  const manifest = chat(`  size: ${size}\n${EXTERNAL}`);
  const { code, stderr, text } = await prepared({ 'chat.yaml': manifest });
  expect([code, text]).toEqual([1, manifest]);
  expect(stderr).toContain(reason);
  expect(stderr).toContain('(size-unknown)');
});

test('no replicas are those that the operator runs; what says more stays', async () => {
  expect((await prepared({ 'chat.yaml': chat(`  replicas: 0\n${EXTERNAL}`) })).text).toBe(chat(`  replicas: 2\n${EXTERNAL}`));
  const explicit = chat(`  replicas: 3\n${EXTERNAL}`);
  expect((await prepared({ 'chat.yaml': explicit })).text).toBe(explicit);
});

test('of a shared base, an overlay gets what only it wants', async () => {
  const base = chat(`  replicas: 4\n${EXTERNAL}`);
  const files = {
    'chat.yaml': chat(`  replicas: 5\n${EXTERNAL}`).replace('name: chat', 'name: lone'),
    'base/chat.yaml': base,
    'base/kustomization.yaml': 'resources: [chat.yaml]\n',
    'over/kustomization.yaml': 'resources: [../base]\npatches:\n- path: size.yaml\n',
    'over/size.yaml':
      'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\n  namespace: mm\nspec:\n  size: 5000users\n',
    'other/kustomization.yaml': 'resources: [../base]\n',
  };
  const { code, cwd } = await prepared(files, '--prove', 'always');
  expect([code, readFileSync(join(cwd, 'base/chat.yaml'), 'utf8')]).toEqual([0, base]);
  const built = [...(buildAll(cwd).get('over') ?? new Map<string, Value>()).values()].map(meaning)[0];
  expect(built).toMatchObject({ spec: { replicas: 2, resources: { requests: { cpu: '500m' }, limits: { memory: '8Gi' } } } });
  expect(built).not.toHaveProperty('spec.size');
});
