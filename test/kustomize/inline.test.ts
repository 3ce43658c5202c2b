import { expect, test } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import { binaries, tree } from '../proof/harness.ts';

const IDENTITY = 'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\n';

const familyWith = (merge: string): Record<string, string> => ({
  'kustomization.yaml': `resources: [chat.yaml]\npatchesStrategicMerge:\n- |-\n  ${merge.trimEnd().replaceAll('\n', '\n  ')}\n`,
  'chat.yaml': `${IDENTITY}spec: {ingressName: chat.example.com}\n`,
});

test.each(binaries)('several merges in one string, $description', async ({ program }) => {
  const merges = `${IDENTITY}spec:\n  nodeSelector: {pool: apps}\n---\n${IDENTITY}spec:\n  resources: {limits: {cpu: 2}}\n`;
  const { findings, summary } = await convertRepository({ cwd: tree(familyWith(merges)), prove: 'always', kustomize: program });
  expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
  expect(summary.convertible).toBe(1);
});

test('a merge in a string that is no YAML is told without its text', async () => {
  const merge = 'apiVersion: v1\nkind: Secret\nmetadata: {name: {{ name }}}\nstringData: {password: hunter2}\n';
  const { findings, changes } = await convertRepository({ cwd: tree(familyWith(merge)), prove: 'never' });
  expect(changes).toEqual([]);
  expect(findings.filter(({ level }) => level === 'error')).toHaveLength(1);
  expect(JSON.stringify(findings)).not.toContain('hunter2');
});
