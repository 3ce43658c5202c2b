import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import { binaries, tree } from '../proof/harness.ts';

const FAMILY = {
  'base/kustomization.yaml':
    'resources: [chat.yaml]\nconfigurations: [names.yaml]\nsecretGenerator:\n- name: db\n  literals: [DB_CONNECTION_STRING=none]\n- name: files\n  literals: [accesskey=none, secretkey=none]\n',
  'base/names.yaml':
    'nameReference:\n- kind: Secret\n  fieldSpecs:\n  - {kind: ClusterInstallation, path: spec/database/secret}\n  - {kind: ClusterInstallation, path: spec/minio/secret}\n',
  'base/chat.yaml':
    'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\nspec:\n  ingressName: chat.example.com\n  minio: {externalURL: s3.example.com, externalBucket: chat, secret: files}\n  database: {secret: db}\n',
  'prod/kustomization.yaml': 'resources: [../base]\nnamespace: prod\n',
  'dev/kustomization.yaml': 'resources: [../base]\nnamespace: dev\npatches:\n- path: own.yaml\n',
  'dev/own.yaml':
    'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\nspec:\n  minio: {$patch: replace, storageSize: 1Gi}\n  database: {$patch: replace, storageSize: 1Gi}\n',
};

test.each(binaries)('names of Secrets that only some overlays still have, $description', async ({ program }) => {
  const cwd = tree(FAMILY);
  const { findings, summary } = await convertRepository({ cwd, prove: 'always', kustomize: program, write: true });
  expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
  expect(summary.converted).toBe(2);
  const names = readFileSync(join(cwd, 'base/names.yaml'), 'utf8');
  expect(names).toContain('spec/database/external/secret');
  expect(names).toContain('spec/fileStore/external/secret');
});

test('names of Secrets that only a base by itself still has', async () => {
  const { 'prod/kustomization.yaml': _, ...files } = FAMILY;
  const cwd = tree(files);
  const { findings } = await convertRepository({ cwd, prove: 'never', write: true });
  expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
  const names = readFileSync(join(cwd, 'base/names.yaml'), 'utf8');
  expect(names).toContain('spec/database/external/secret');
  expect(names).toContain('spec/fileStore/external/secret');
});
