import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import { tree } from '../proof/harness.ts';

const CHAT =
  'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\nspec: {ingressName: chat.example.com}\n';
const PATCH = '- op: add\n  path: /spec/nodeSelector\n  value: {pool: apps}\n';

test.each(['kustomization.yaml', 'kustomization.yml', 'Kustomization'])(
  '%s is found in a directory with nothing else in it',
  async (name) => {
    const inline = PATCH.trimEnd().replaceAll('\n', '\n    ');
    const cwd = tree({
      [`base/${name}`]: 'resources: [chat/chat.yaml]\n',
      'base/chat/chat.yaml': CHAT,
      [`over/${name}`]: `resources: [../base]\npatches:\n- target: {kind: ClusterInstallation}\n  patch: |-\n    ${inline}\n`,
    });
    const { summary } = await convertRepository({ cwd, prove: 'never', write: true });
    expect(summary.converted).toBe(1);
    expect(readFileSync(join(cwd, 'over', name), 'utf8')).toContain('kind: Mattermost');
  },
);

test('a patch may have any name', async () => {
  const cwd = tree({
    'kustomization.yaml': 'resources: [chat.yaml]\npatches:\n- path: pool.patch\n  target: {kind: ClusterInstallation}\n',
    'chat.yaml': CHAT,
    'pool.patch': PATCH,
  });
  const { changes } = await convertRepository({ cwd, prove: 'never' });
  expect(changes.map(({ file }) => file).sort()).toEqual(['chat.yaml', 'kustomization.yaml', 'pool.patch']);
});

test('a merge that renames the installation is told as what it is', async () => {
  const cwd = tree({
    'kustomization.yaml':
      'resources: [chat.yaml]\npatches:\n- path: name.yaml\n  target: {kind: ClusterInstallation}\n  options: {allowNameChange: true}\n',
    'chat.yaml': CHAT,
    'name.yaml': CHAT.replace('name: chat', 'name: talk'),
  });
  const { findings } = await convertRepository({ cwd, prove: 'never' });
  const errors = findings.filter(({ level }) => level === 'error').map(({ rule, message }) => `${rule}: ${message}`);
  expect(errors).toEqual([expect.stringMatching(/^kustomize-obstacle: the patch renames the installation/)]);
});
