import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryRepository } from '../repo/workspace.ts';
import { findingsOf, reportOf, run } from './harness.ts';

/** Installations that are part of something else: told, and never touched. */

const INSTALLATION =
  'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n  ingressName: chat.example.com\n';
const nested = (column: number): string => INSTALLATION.replaceAll(/^/gm, ' '.repeat(column)).trimEnd();

/** What is told of a file, which stays byte for byte. */
async function toldOf(file: string, text: string): Promise<string[]> {
  const cwd = temporaryRepository({ [file]: text });
  const result = await run(['convert', '--write', '--format', 'json'], { cwd });
  expect(result.code).toBe(0);
  expect(readFileSync(join(cwd, file), 'utf8')).toBe(text);
  expect(reportOf(result).summary).toMatchObject({ installations: 0 });
  return findingsOf(result, 'warning');
}

describe('is told', () => {
  test.each([
    ['the values of a chart', 'values.yaml', `replicas: 1\nextraObjects:\n  -${nested(4).slice(3)}\n`, 3],
    ['a list without a kind', 'all.yaml', `-${nested(2).slice(1)}\n`, 1],
    [
      'a release of Flux',
      'release.yaml',
      `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: chat}\nspec:\n  values:\n    extraObjects:\n      -${nested(8).slice(7)}\n`,
      7,
    ],
    [
      'an object of Crossplane',
      'object.yaml',
      `apiVersion: kubernetes.crossplane.io/v1alpha2\nkind: Object\nmetadata: {name: chat}\nspec:\n  forProvider:\n    manifest:\n${nested(6)}\n`,
      6,
    ],
    [
      'JSON',
      'values.json',
      JSON.stringify({
        extraObjects: [{ apiVersion: 'mattermost.com/v1alpha1', kind: 'ClusterInstallation', metadata: { name: 'chat' } }],
      }),
      1,
    ],
    ['a document after another', 'two.yaml', `a: 1\n---\nobject:\n${nested(2)}\n`, 3],
  ])('%s', async (_, file, text, line) => {
    expect(await toldOf(file, text)).toEqual([`embedded-installation ${file}:${line}`]);
  });

  test('each of several, and the message names the place', async () => {
    const cwd = temporaryRepository({ 'values.yaml': `a:\n  b:\n${nested(4)}\n  c:\n${nested(4)}\n` });
    const { findings } = reportOf(await run(['scan', '--format', 'json'], { cwd }));
    expect(findings.map(({ rule, field, message }) => [rule, field, message])).toEqual(
      ['a.b', 'a.c'].map((field) => [
        'embedded-installation',
        field,
        `A ClusterInstallation stands in ${field}, as a part of something else, and stays as it is.`,
      ]),
    );
  });

  test.each([
    ['work.open-cluster-management.io/v1', 'ManifestWork', 'deleted in the other cluster', 'spec.deleteOption'],
    ['kubernetes.crossplane.io/v1alpha2', 'Object', 'makes a second object', 'a second Object'],
    ['kubernetes.m.crossplane.io/v1alpha1', 'Object', 'makes a second object', 'a second Object'],
    ['template.openshift.io/v1', 'Template', 'filled in with parameters', 'oc process'],
    ['fluxcd.controlplane.io/v1', 'ResourceSet', 'inputs are filled in later', '<< inputs >>'],
    ['policy.open-cluster-management.io/v1', 'ConfigurationPolicy', 'a part of an object only', 'docs/fields.md'],
    ['core.oam.dev/v1beta1', 'Application', 'traits and policies', 'ci2mm convert -'],
    ['apiextensions.crossplane.io/v1', 'Composition', 'patches of its own', 'fieldPaths'],
  ])('in %s %s, with the reason', async (apiVersion, kind, why, remedy) => {
    const cwd = temporaryRepository({ 'a.yaml': `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\npart:\n${nested(2)}\n` });
    const { findings } = reportOf(await run(['scan', '--format', 'json'], { cwd }));
    expect(findings).toHaveLength(1);
    expect(findings[0]?.message).toMatch(`as a part of ${kind} a, and stays as it is: `);
    expect(findings[0]?.message).toContain(why);
    expect(findings[0]?.remedy).toContain(remedy);
  });

  test('beside an installation that is converted', async () => {
    const cwd = temporaryRepository({ 'chat.yaml': `${INSTALLATION}---\nobject:\n${nested(2)}\n` });
    expect((await run(['convert', '--write', '-q'], { cwd })).code).toBe(0);
    const after = readFileSync(join(cwd, 'chat.yaml'), 'utf8');
    expect(after.startsWith('apiVersion: installation.mattermost.com/v1beta1\nkind: Mattermost\n')).toBe(true);
    expect(after.endsWith(`---\nobject:\n${nested(2)}\n`)).toBe(true);
  });
});

describe('is not told', () => {
  test.each([
    ['items of Lists', `apiVersion: v1\nkind: List\nitems:\n-${nested(2).slice(1)}\n`],
    ['lists in Lists', `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  -${nested(4).slice(3)}\n`],
  ])('of %s, which are installations', async (_, text) => {
    const result = await run(['scan', '--format', 'json'], { cwd: temporaryRepository({ 'list.yaml': text }) });
    expect(reportOf(result).summary).toMatchObject({ installations: 1 });
    expect(findingsOf(result, 'warning')).toEqual([expect.stringContaining('direct-swap')]);
  });

  test.each([
    ['texts', `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a.yaml: |\n${nested(4)}\n`],
    ['other groups', `object:\n${nested(2).replace('mattermost.com', 'example.io')}\n`],
    ['what only names a kind', 'target: {apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation}\n'],
  ])('of %s', async (_, text) => {
    expect(await toldOf('a.yaml', text)).toEqual([]);
  });
});
