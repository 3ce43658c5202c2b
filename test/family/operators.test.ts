import { describe, expect, test } from 'vitest';
import { operatorSightings } from '../../src/manifests/operators.ts';
import { readValues } from '../../src/manifests/values.ts';
import { findingsOf, reportOf, run } from '../cli/harness.ts';
import { installation } from '../cli/manifests.ts';
import { temporaryRepository } from '../repo/workspace.ts';

const deployment = (image: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: mattermost-operator}\nspec:\n  template:\n    spec:\n      containers:\n      - name: mattermost-operator\n        image: ${image}\n`;

describe('sightings', () => {
  test.each([
    ['an image', deployment('mattermost/mattermost-operator:v1.21.0'), ['image 1.21.0']],
    ['a mirror, a suffix', deployment('registry.example.com:5000/mirror/mattermost-operator:1.21.0-hardened'), ['image 1.21.0-hardened']],
    ['a digest beside the tag', deployment('mattermost/mattermost-operator:v1.25.7@sha256:00ff'), ['image 1.25.7']],
    ['a digest alone', deployment('mattermost/mattermost-operator@sha256:00ff'), ['image null']],
    ['no tag', deployment('mattermost/mattermost-operator'), ['image null']],
    ['latest', deployment('mattermost/mattermost-operator:latest'), ['image null']],
    ['a variable', deployment('"mattermost/mattermost-operator:${TAG}"'), []],
    ['images of kustomize', 'images:\n- name: mattermost/mattermost-operator\n  newTag: v1.24.0\n', ['override 1.24.0']],
    [
      'images of kustomize with another name',
      'images:\n- name: mattermost/mattermost-operator\n  newName: mirror.example.com/mattermost-operator\n  newTag: "1.24.0"\n',
      ['override 1.24.0'],
    ],
    ['a digest of kustomize', 'images:\n- name: mattermost/mattermost-operator\n  digest: sha256:00ff\n', ['override null']],
    ['values of a chart', 'image:\n  repository: mattermost/mattermost-operator\n  tag: v1.22.0\n', ['override 1.22.0']],
    ['a remote base', 'resources:\n- https://github.com/mattermost/mattermost-operator//config/default?ref=v1.23.0\n', ['source 1.23.0']],
    [
      'a manifest of a release',
      'resources:\n- https://raw.githubusercontent.com/mattermost/mattermost-operator/v1.23.0/docs/x.yaml\n',
      ['source 1.23.0'],
    ],
    [
      'a subscription of OLM',
      'kind: Subscription\nspec:\n  name: mattermost-operator\n  startingCSV: mattermost-operator.v1.20.1\n',
      ['source 1.20.1'],
    ],
    ['a text', 'kind: ConfigMap\ndata: {image: mattermost/mattermost-operator}\n', []],
    ['names', 'kind: Namespace\nmetadata: {name: mattermost-operator}\n', []],
    ['another image', deployment('example.com/not-mattermost-operator-tools:v1.0.0'), []],
  ] as const)('%s', (_, text, found) => {
    const sightings = readValues(Buffer.from(text)).flatMap((value) => operatorSightings(value));
    expect(sightings.map(({ from, version }) => `${from} ${version?.text ?? null}`)).toEqual(found);
  });
});

const CHAT = installation('chat', '  image: a\n  version: "9"\n');

describe('a run', () => {
  const levels = async (files: Readonly<Record<string, string>>, level: string): Promise<string[]> => {
    const result = await run(['convert', '--format', 'json'], { cwd: temporaryRepository({ 'chat.yaml': CHAT, ...files }) });
    return findingsOf(result, level).filter((line) => line.startsWith('operator-') && !line.startsWith('operator-managed'));
  };

  test.each([
    ['v1.10.2', 'error', 'operator-too-old operator.yaml:9'],
    ['v2.0.0', 'warning', 'operator-without-migration operator.yaml:9'],
    ['latest', 'warning', 'operator-unpinned operator.yaml:9'],
  ])('tells of %s', async (tag, level, line) => {
    expect(await levels({ 'operator.yaml': deployment(`mattermost/mattermost-operator:${tag}`) }, level)).toEqual([line]);
  });

  test('goes by what kustomize puts in place of an image', async () => {
    const files = {
      'operator/deployment.yaml': deployment('mattermost/mattermost-operator:latest'),
      'operator/kustomization.yaml': 'resources: [deployment.yaml]\nimages:\n- name: mattermost/mattermost-operator\n  newTag: v1.25.7\n',
    };
    expect(await levels(files, 'warning')).toEqual([]);
  });

  test('knows the odd images of release manifests', async () => {
    const base = (tag: string): Record<string, string> => ({
      'operator/kustomization.yaml': `resources:\n- https://github.com/mattermost/mattermost-operator//config/default?ref=${tag}\n`,
    });
    expect(await levels(base('v1.25.9'), 'warning')).toEqual(['operator-unpinned operator/kustomization.yaml:2']);
    expect(await levels(base('v1.24.0'), 'warning')).toEqual(['operator-unpinned operator/kustomization.yaml:2']);
    expect(await levels(base('v1.19.0'), 'warning')).toEqual([]);
  });

  test('takes the release for its target, and says so, unless another is asked for', async () => {
    const cwd = temporaryRepository({ 'chat.yaml': CHAT, 'operator.yaml': deployment('mattermost/mattermost-operator:v1.21.0') });
    const result = await run(['convert', '--format', 'json'], { cwd });
    expect(reportOf(result).target).toBe('1.21.0');
    expect(result.stderr).toContain('target 1.21.0, from operator.yaml\n');
    expect(reportOf(await run(['convert', '--format', 'json', '--target', '1.25'], { cwd })).target).toBe('1.25.9');
  });

  test('triggers nothing with an operator that can not migrate', async () => {
    const cwd = temporaryRepository({ 'chat.yaml': CHAT, 'operator.yaml': deployment('mattermost/mattermost-operator:v2.0.0') });
    const options = ['--engine', 'none', '--confirmed-root-password'];
    expect((await run(['trigger', ...options], { cwd })).stderr).toContain('is operator 2.0 or later (operator)');
    const good = temporaryRepository({ 'chat.yaml': CHAT, 'operator.yaml': deployment('mattermost/mattermost-operator:v1.25.7') });
    expect(await run(['trigger', ...options], { cwd: good })).toMatchObject({ code: 0 });
  });
});
