import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import { binaries, tree } from '../proof/harness.ts';

/** Installations that have nothing to do with each other but the kustomization that patches both, in strings of its own. */

const identity = (name: string): string => `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: ${name}}\n`;
const patch = (name: string, comment = ''): string =>
  `- patch: |\n    ${identity(name).trim().replaceAll('\n', '\n    ')}\n    spec:\n      nodeSelector: {pool: apps}${comment}\n`;
const converted = (text: string): string =>
  text
    .replaceAll('mattermost.com/v1alpha1', 'installation.mattermost.com/v1beta1')
    .replaceAll('ClusterInstallation', 'Mattermost')
    .replaceAll('      nodeSelector: {pool: apps}', '      scheduling:\n        nodeSelector: {pool: apps}');

const filesOf = (patches: string, spec = '{}'): Record<string, string> => ({
  'kustomization.yaml': `resources: [a.yaml, b.yaml]\npatches:\n${patches}`,
  'a.yaml': `${identity('a')}spec: {}\n`,
  'b.yaml': `${identity('b')}spec: ${spec}\n`,
});

const PROOFS = [
  ['without a proof', { prove: 'never' }],
  ...binaries.map(({ description, program }) => [description, { prove: 'always', kustomize: program }]),
] as [string, { prove: 'never' | 'always'; kustomize?: string }][];

describe.each(PROOFS)('%s', (_, options) => {
  test('both are converted', async () => {
    const cwd = tree(filesOf(patch('a', ' # one') + patch('b', ' # other')));
    const { summary } = await convertRepository({ cwd, write: true, ...options });
    expect(summary).toMatchObject({ converted: 2, blocked: 0 });
    expect(readFileSync(join(cwd, 'kustomization.yaml'), 'utf8')).toBe(
      `resources: [a.yaml, b.yaml]\npatches:\n${converted(patch('a', ' # one') + patch('b', ' # other'))}`,
    );
  });

  test('one that is blocked keeps its patch, and the other is converted', async () => {
    const cwd = tree(filesOf(patch('a') + patch('b'), '{blueGreen: {enable: true}}'));
    const { summary } = await convertRepository({ cwd, write: true, ...options });
    expect(summary).toMatchObject({ converted: 1, blocked: 1 });
    expect(readFileSync(join(cwd, 'kustomization.yaml'), 'utf8')).toBe(
      `resources: [a.yaml, b.yaml]\npatches:\n${converted(patch('a'))}${patch('b')}`,
    );
  });

  test('one whose string can not take the new text is blocked, and the other is converted', async () => {
    const folded = patch('b')
      .replace('patch: |', 'patch: >')
      .replaceAll(/\n(?= {4})/g, '\n\n')
      .replace('>\n\n', '>\n');
    const cwd = tree(filesOf(patch('a') + folded));
    const { summary, findings } = await convertRepository({ cwd, write: true, ...options });
    expect(findings.filter(({ level }) => level === 'error').map(({ line, message }) => `${line} ${message.replace(/.*\(/, '(')}`)).toEqual(
      ['9 (inline-style)'],
    );
    expect(summary).toMatchObject({ converted: 1, blocked: 1 });
    expect(readFileSync(join(cwd, 'kustomization.yaml'), 'utf8')).toBe(
      `resources: [a.yaml, b.yaml]\npatches:\n${converted(patch('a'))}${folded}`,
    );
  });
});
