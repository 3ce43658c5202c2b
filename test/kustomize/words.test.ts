import { expect, test } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import { binaries, tree } from '../proof/harness.ts';

const chat = (field: string): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\nspec:\n  ingressName: chat.example.com\n  ${field}\n`;

/** kustomize reads YAML 1.2 and quotes what Kubernetes would take for a boolean. */
test.each(binaries)('words that a build makes strings of, $description', async ({ program }) => {
  const convert = async (field: string): Promise<string[]> => {
    const cwd = tree({ 'kustomization.yaml': 'resources: [chat.yaml]\n', 'chat.yaml': chat(field) });
    const { findings, summary } = await convertRepository({ cwd, prove: 'always', kustomize: program });
    const errors = findings.filter(({ level }) => level === 'error').map(({ message }) => message);
    expect(summary.convertible).toBe(errors.length === 0 ? 1 : 0);
    return errors;
  };
  expect(await convert('mattermostEnv: [{name: MM_A, value: on}]')).toEqual([]);
  expect(await convert('nodeSelector: {pool: y}')).toEqual([]);
  expect(await convert('useIngressTLS: yes')).toEqual(['spec.useIngressTLS must be a boolean, is a string.']);
});
