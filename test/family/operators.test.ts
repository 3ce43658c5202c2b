import { describe, expect, test } from 'vitest';
import { operatorSightings } from '../../src/manifests/operators.ts';
import { readValues } from '../../src/manifests/values.ts';
import { findingsOf, reportOf, run } from '../cli/harness.ts';
import { installation } from '../cli/manifests.ts';
import { temporaryRepository } from '../repo/workspace.ts';

const deployment = (image: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: mattermost-operator}\nspec:\n  template:\n    spec:\n      containers:\n      - name: mattermost-operator\n        image: ${image}\n`;

const chart = (version: string): string =>
  `kind: HelmRelease\nspec:\n  chart:\n    spec:\n      chart: mattermost-operator\n      ${version}\n`;

const values = (indent: string): string =>
  `    values:\n${indent}  mattermostOperator:\n${indent}    image:\n${indent}      tag: v1.22.0\n`;

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
    ['a chart of Flux', chart('version: 1.0.4'), ['chart 1.24.0']],
    ['a chart whose appVersion is another', chart('version: "0.1.0"'), ['chart 1.14.0']],
    ['a range of charts', chart('version: 1.0.x'), ['chart null']],
    ['a chart without a version', chart('interval: 1h'), ['chart null']],
    ['a chart that came later', chart('version: 1.0.99'), ['chart null']],
    [
      'a chart with an image of its own',
      `${chart('version: 1.0.4')}${values('')
        .replace('    values', '  values')
        .replaceAll(/^(?=  mattermost|    image|      tag)/gm, '  ')}`,
      ['chart 1.24.0', 'override 1.22.0'],
    ],
    ['a chart with values from elsewhere', `${chart('version: 1.0.4')}  valuesFrom:\n  - {kind: ConfigMap, name: v}\n`, ['chart null']],
    [
      'a source of Argo CD with a file of values',
      'spec:\n  source:\n    chart: mattermost-operator\n    targetRevision: 1.0.2\n    helm:\n      valueFiles: [$values/operator.yaml]\n',
      ['chart null'],
    ],
    ['a source of Argo CD', 'spec:\n  source:\n    chart: mattermost-operator\n    targetRevision: 1.0.2\n', ['chart 1.22.0']],
    [
      'a source of Argo CD in a registry, with values as a text',
      `spec:\n  sources:\n  - chart: charts/mattermost-operator\n    targetRevision: 1.0.2\n    helm:\n      values: |\n${values('        ').replace('    values:\n', '')}`,
      ['chart 1.22.0', 'override 1.22.0'],
    ],
    [
      'a parameter of Argo CD',
      'spec:\n  source:\n    chart: mattermost-operator\n    helm:\n      parameters:\n      - name: mattermostOperator.image.tag\n        value: v1.23.0\n',
      ['chart null', 'override 1.23.0'],
    ],
    ['a chart of kustomize', 'helmCharts:\n- name: mattermost-operator\n  version: 1.0.1\n', ['chart 1.21.0']],
    ['a dependency of a chart', 'dependencies:\n- name: mattermost-operator\n  version: 1.0.1\n', ['chart 1.21.0']],
    ['another chart', chart('version: 1.0.4').replaceAll('mattermost-operator', 'mattermost-team-edition'), []],
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

  const OLD_CRD =
    'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: clusterinstallations.mattermost.com\nspec:\n  names: {kind: ClusterInstallation}\n';
  const NEW_CRD = OLD_CRD.replace('clusterinstallations.mattermost', 'mattermosts.installation.mattermost');

  test.each<[string, Readonly<Record<string, string>>, string[]]>([
    ['alone', { 'crds.yaml': OLD_CRD }, ['operator-too-old crds.yaml:4']],
    [
      'beside a new operator',
      { 'crds.yaml': OLD_CRD, 'operator.yaml': deployment('mattermost/mattermost-operator:v1.24.0') },
      ['operator-too-old crds.yaml:4'],
    ],
    [
      'beside an old operator, told once',
      { 'crds.yaml': OLD_CRD, 'operator.yaml': deployment('mattermost/mattermost-operator:v1.7.0') },
      ['operator-too-old operator.yaml:9'],
    ],
    ['beside that of the new kind', { 'crds.yaml': `${OLD_CRD}---\n${NEW_CRD}` }, []],
    ['beside a chart, which brings that of the new kind', { 'crds.yaml': OLD_CRD, 'release.yaml': chart('version: 1.0.4') }, []],
  ])('the definition of the old kind %s', async (_, files, found) => {
    expect(await levels(files, 'error')).toEqual(found);
  });

  test('before the operator is asked to do anything, it is told that nobody knows which one runs', async () => {
    const prepare = async (files: Readonly<Record<string, string>>): Promise<string[]> => {
      const cwd = temporaryRepository({ 'chat.yaml': CHAT, ...files });
      return findingsOf(await run(['prepare', '--engine', 'flux', '--format', 'json'], { cwd }), 'note');
    };
    expect(await prepare({ 'mail.yaml': CHAT.replace('name: chat', 'name: mail') })).toEqual(['operator-not-found chat.yaml:1']);
    expect(await prepare({ 'operator.yaml': deployment('mattermost/mattermost-operator:v1.24.0') })).toEqual([]);
  });

  test.each<[readonly string[], string[]]>([
    [[], ['spec.image and spec.version are not set']],
    [['--image', 'a'], ['spec.version is not set']],
    [['--image', 'a', '--version', '9'], []],
  ])('prepare %j asks for what the operator would fill in', async (args, messages) => {
    const cwd = temporaryRepository({ 'chat.yaml': installation('chat', '') });
    const { findings } = reportOf(await run(['prepare', '--engine', 'flux', '--format', 'json', ...args], { cwd }));
    expect(findings.filter(({ rule }) => rule === 'image-defaulted').map(({ message }) => message.replace(/\.$/, ''))).toEqual(messages);
  });

  test('triggers nothing with an operator that can not migrate', async () => {
    const cwd = temporaryRepository({ 'chat.yaml': CHAT, 'operator.yaml': deployment('mattermost/mattermost-operator:v2.0.0') });
    const options = ['--engine', 'none', '--confirmed-root-password'];
    expect((await run(['trigger', ...options], { cwd })).stderr).toContain('is operator 2.0 or later (operator)');
    const good = temporaryRepository({ 'chat.yaml': CHAT, 'operator.yaml': deployment('mattermost/mattermost-operator:v1.25.7') });
    expect(await run(['trigger', ...options], { cwd: good })).toMatchObject({ code: 0 });
  });
});
