import { expect, test } from 'vitest';
import { temporaryRepository } from '../repo/workspace.ts';
import { findingsOf, reportOf, run } from './harness.ts';
import { installation } from './manifests.ts';

const mattermost = (spec: string): string =>
  `apiVersion: installation.mattermost.com/v1beta1\nkind: Mattermost\nmetadata: {name: chat}\nspec:\n${spec}`;
const EXTERNAL = '  database: {external: {secret: db}}\n  fileStore: {external: {url: s3.example.com, bucket: b, secret: s}}\n';
const definition = (name: string): string =>
  `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ${name}}\nspec: {group: mattermost.com, names: {kind: ClusterInstallation}}\n`;

const notReady = async (files: Readonly<Record<string, string>>): Promise<{ lines: string[]; code: number | null; said: string }> => {
  const result = await run(['scan', '--target', '2.0', '--format', 'json'], { cwd: temporaryRepository(files) });
  const said = /^(?:not )?ready for operator 2\.0$/m.exec(result.stderr)?.[0] ?? '';
  return { lines: findingsOf(result).filter((line) => line.startsWith('not-ready')), code: result.code, said };
};

test.each([
  ['a ClusterInstallation', { 'a.yaml': installation('a') }, ['not-ready-for-2 a.yaml:1']],
  ['stores that are the default', { 'a.yaml': mattermost('  size: 100users\n') }, ['not-ready-for-2 a.yaml:1', 'not-ready-for-2 a.yaml:1']],
  [
    'a store of the operator',
    { 'a.yaml': mattermost('  database: {external: {secret: db}}\n  fileStore: {operatorManaged: {storageSize: 1Gi}}\n') },
    ['not-ready-for-2 a.yaml:1'],
  ],
  [
    'a restore',
    {
      'a.yaml': mattermost(EXTERNAL),
      'r.yaml':
        'apiVersion: mattermost.com/v1alpha1\nkind: MattermostRestoreDB\nmetadata: {name: r}\nspec: {mattermostClusterName: chat}\n',
    },
    ['not-ready-for-2 r.yaml:1'],
  ],
  [
    'a definition of an old kind',
    { 'a.yaml': mattermost(EXTERNAL), 'crds/c.yaml': definition('clusterinstallations.mattermost.com') },
    ['not-ready-for-2 crds/c.yaml:1'],
  ],
] as const)('%s is not ready', async (_, files, lines) => {
  expect(await notReady(files)).toEqual({ lines, code: 1, said: 'not ready for operator 2.0' });
});

test.each([
  ['external stores', { 'a.yaml': mattermost(EXTERNAL) }],
  ['a volume', { 'a.yaml': mattermost('  database: {external: {secret: db}}\n  fileStore: {externalVolume: {volumeClaimName: c}}\n') }],
  [
    'stores that an overlay brings',
    {
      'base/kustomization.yaml': 'resources: [a.yaml]\n',
      'base/a.yaml': mattermost('  size: 100users\n'),
      'prod/kustomization.yaml': 'resources: [../base]\npatches:\n- path: stores.yaml\n',
      'prod/stores.yaml': mattermost(EXTERNAL),
    },
  ],
  ['nothing of ours', { 'a.yaml': 'kind: ConfigMap\n' }],
] as const)('%s are ready', async (_, files) => {
  expect(await notReady(files)).toEqual({ lines: [], code: 0, said: 'ready for operator 2.0' });
});

test('nobody is asked for another target, or by convert', async () => {
  const cwd = temporaryRepository({ 'a.yaml': mattermost('  size: 100users\n') });
  for (const args of [['scan'], ['convert', '--target', '2.0']]) {
    const result = await run([...args, '--format', 'json'], { cwd });
    expect([result.code, reportOf(result).findings]).toEqual([0, []]);
  }
});

test('what a comment ignores fails nothing, and is not ready all the same', async () => {
  const file = `# ci2mm: ignore[not-ready-for-2] moves with the next release\n${mattermost('  size: 100users\n')}`;
  expect(await notReady({ 'a.yaml': file })).toEqual({ lines: [], code: 0, said: 'not ready for operator 2.0' });
});
