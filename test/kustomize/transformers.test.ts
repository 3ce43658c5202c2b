import { expect, test } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import { tree } from '../proof/harness.ts';

test('transformers that a kustomization builds keep what they may change as it is', async () => {
  const cwd = tree({
    'kustomization.yaml': 'resources: [chat.yaml]\ntransformers: [probes]\n',
    'chat.yaml':
      'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\nspec: {ingressName: chat.example.com}\n',
    'probes/kustomization.yaml': 'resources: [probes.yaml]\n',
    'probes/probes.yaml':
      'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: probes}\ntarget: {kind: ClusterInstallation}\npatch: \'[{"op": "add", "path": "/spec/readinessProbe", "value": {"periodSeconds": 2}}]\'\n',
  });
  const { findings, changes } = await convertRepository({ cwd, prove: 'never' });
  const errors = findings.filter(({ level }) => level === 'error').map(({ file, message }) => `${file}: ${message}`);
  expect(errors).toEqual(['kustomization.yaml: transformers that a kustomization builds are not followed; list their files here.']);
  expect(changes).toEqual([]);
});
