import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findingsOf, reportOf, run } from '../cli/harness.ts';
import { temporaryRepository } from '../repo/workspace.ts';
import { toolAt } from '../tools.ts';

/** Charts through the whole program; those that are rendered take the real Helm 3 and 4, and are named where these are missing. */

const HEAD = 'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n';
const NEW_HEAD = 'apiVersion: installation.mattermost.com/v1beta1\nkind: Mattermost\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n';

const chartOf = (template: string, values = '{}\n', more: Record<string, string> = {}): Record<string, string> => ({
  'chart/Chart.yaml': 'apiVersion: v2\nname: chat\nversion: 1.0.0\n',
  'chart/values.yaml': values,
  'chart/templates/chat.yaml': template,
  ...more,
});

interface Converted {
  readonly text: string;
  readonly errors: readonly string[];
  readonly stderr: string;
}

async function convert(files: Record<string, string>, args: readonly string[] = []): Promise<Converted> {
  const cwd = temporaryRepository(files);
  const result = await run(['convert', '--write', '--format', 'json', ...args], { cwd });
  const { findings } = reportOf(result);
  const errors = findings.filter(({ level }) => level === 'error').map(({ rule, message }) => `${rule}: ${message}`);
  expect(findingsOf(result)).toHaveLength(errors.length);
  return { text: readFileSync(join(cwd, 'chart/templates/chat.yaml'), 'utf8'), errors, stderr: result.stderr };
}

const whole = `${HEAD}  # the host
  ingressName: {{ .Values.host | quote }}
  {{- with .Values.resources }}
  resources:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  size: 100users
{{- if .Values.nodeSelector }}
  nodeSelector: {{- toYaml .Values.nodeSelector | nindent 4 }}
{{- end }}
  {{- if .Values.license }}
  mattermostLicenseSecret: {{ .Values.license }}
  {{- else }}
  # unlicensed
  {{- end }}
  mattermostEnv:
    - name: A
      value: "{{ .Values.a }}-b"
{{ toYaml .Values.extra | indent 4 }}
    {{- range .Values.env }}
    - name: {{ .name }}
      value: {{ .value | quote }}
    {{- end }}
`;
const VALUES = `host: chat.example.com
resources: {limits: {cpu: 1}}
nodeSelector: {a: b}
a: x
extra: [{name: X, value: "1"}]
env: [{name: Y, value: "2"}]
`;
const NONE = 'resources: null\nnodeSelector: null\nlicense: a-license\nenv: []\n';

describe('a template is converted around its actions', () => {
  test('conditions, loops and lines from values', async () => {
    const { text, errors } = await convert(chartOf(whole, VALUES));
    expect(errors).toEqual([]);
    expect(text).toBe(`${NEW_HEAD}  # the host
  ingressName: {{ .Values.host | quote }}
  scheduling:
    {{- with .Values.resources }}
    resources:
      {{- toYaml . | nindent 6 }}
    {{- end }}
{{- if .Values.nodeSelector }}
    nodeSelector: {{- toYaml .Values.nodeSelector | nindent 6 }}
{{- end }}
  size: 100users
  {{- if .Values.license }}
  licenseSecret: {{ .Values.license }}
  {{- else }}
  # unlicensed
  {{- end }}
  mattermostEnv:
    - name: A
      value: "{{ .Values.a }}-b"
{{ toYaml .Values.extra | indent 4 }}
    {{- range .Values.env }}
    - name: {{ .name }}
      value: {{ .value | quote }}
    {{- end }}
`);
  });

  test('with line breaks of Windows, and an installation that is there under a condition', async () => {
    const text = `{{- if .Values.enabled -}}\n${HEAD}  nodeSelector:\n    {{- toYaml .Values.nodeSelector | nindent 4 }}\n{{- end }}\n`;
    const { text: after } = await convert(chartOf(text.replaceAll('\n', '\r\n')));
    expect(after).toBe(
      `{{- if .Values.enabled -}}\n${NEW_HEAD}  scheduling:\n    nodeSelector:\n      {{- toYaml .Values.nodeSelector | nindent 6 }}\n{{- end }}\n`.replaceAll(
        '\n',
        '\r\n',
      ),
    );
  });
});

describe('is blocked, and stays as it is', () => {
  test.each([
    ['replicas from values', '  replicas: {{ .Values.replicas }}\n', /^undecided-variable: spec.replicas is filled in later/],
    [
      'the URL of a file store from values',
      '  minio:\n    externalURL: {{ .Values.url }}\n    secret: a\n    externalBucket: b\n',
      /^undecided-variable: spec.minio.externalURL/,
    ],
    ['a database Secret from values', '  database:\n    secret: {{ .Values.db }}\n', /^database-secret-unresolved/],
    ['BlueGreen from values', '  blueGreen:\n    enable: {{ .Values.blue }}\n', /^blue-green-enabled: .* is filled in later/],
    [
      'entries from values beside others',
      '  size: 1users\n  {{- include "more" . | nindent 2 }}\n',
      /^undecided-variable: The name of the field spec.*\{\{- include "more" \. \| nindent 2 \}\}/,
    ],
    [
      'a condition around what decides',
      '  minio:\n    storageSize: 1Gi\n    {{- if .Values.s3 }}\n    externalURL: s3.example.com\n    secret: a\n    externalBucket: b\n    {{- end }}\n',
      /^unsafe-edit: what a condition encloses, or leaves out, decides/,
    ],
    [
      'lines that move and are indented by hand',
      '  resources:\n    {{ .Values.a | toYaml | indent 4 | trimPrefix "x" }}\n',
      /^unsafe-edit: .* is moved, and whether/,
    ],
    ['lines of a helper that move', '  minio:\n    storageSize: {{ include "size" . }}\n', /^unsafe-edit: .*include "size".* is moved/],
    [
      'a condition around entries that part',
      '  {{- if .Values.x }}\n  size: 1users\n  resources: {limits: {cpu: 1}}\n  version: 7.1.0\n  nodeSelector: {a: b}\n  {{- end }}\n',
      /^unsafe-edit/,
    ],
  ])('%s', async (_, spec, message) => {
    const { text, errors } = await convert(chartOf(HEAD + spec));
    expect(text).toBe(HEAD + spec);
    expect(errors).toEqual([expect.stringMatching(message)]);
    expect(errors.join()).not.toMatch(/[\uE000-\uE002]/);
  });

  test('a branch for either kind', async () => {
    const text = `{{- if .Capabilities.APIVersions.Has "installation.mattermost.com/v1beta1" }}\n${NEW_HEAD}  ingress: {enabled: true}\n{{- else }}\n${HEAD}  ingressName: a\n{{- end }}\n`;
    const { text: after, errors } = await convert(chartOf(text));
    expect(after).toBe(text);
    expect(errors).toEqual([
      expect.stringMatching(/it has a branch for either kind: once nothing is installed by the old one, take that branch away/),
    ]);
  });

  test('at a stage of the rollout', async () => {
    const cwd = temporaryRepository(chartOf(whole, VALUES));
    expect(findingsOf(await run(['prepare', '--format', 'json'], { cwd }))).toEqual(['templated-manifest chart/templates/chat.yaml:4']);
  });

  test('a template of 10,000 lines is read in reasonable time', async () => {
    const spec = `${HEAD}  mattermostEnv:\n${'    {{- if .Values.a }}\n    - name: A\n      value: {{ .Values.b }}\n    {{- end }}\n'.repeat(2500)}`;
    const start = performance.now();
    const { errors } = await convert(chartOf(spec));
    expect(errors).toEqual(['unsafe-edit: the template holds too many conditions to try each with each other (template-conditions)']);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

test('a chart that changes is told to be a new version, once', async () => {
  const cwd = temporaryRepository(chartOf(whole, VALUES, { 'chart/templates/other.yaml': whole.replace('.Release.Name', '.Chart.Name') }));
  const { findings } = reportOf(await run(['convert', '--format', 'json'], { cwd }));
  expect(findings.filter(({ rule }) => rule === 'chart-version').map(({ file }) => file)).toEqual(['chart/Chart.yaml']);
});

test('without a helm it is told that nothing was proven', async () => {
  const cwd = temporaryRepository(chartOf(whole, VALUES));
  const { findings } = reportOf(await run(['convert', '--format', 'json'], { cwd }));
  expect(findings.filter(({ rule }) => rule === 'chart-not-proven').map(({ message }) => message)).toEqual([
    'Not proven by rendering: no helm on the PATH.',
  ]);
  expect((await run(['convert', '--prove', 'always'], { cwd })).stderr).toContain('there is no Helm 3 or later to prove with');
});

describe.each(['helm', 'helm4'])('rendered by %s', (name) => {
  const helm = toolAt(name);
  const args = ['--helm', helm ?? ''];
  const proven = (what: string, body: (args: readonly string[]) => Promise<void>): void =>
    test.skipIf(helm === null)(`${name}: ${what}`, { timeout: 60_000 }, () => body(args));

  proven('the example', async (args) => {
    const cwd = temporaryRepository();
    cpSync(join(import.meta.dirname, '../../examples/helm'), cwd, { recursive: true });
    const result = await run(['convert', '--write', ...args], { cwd });
    expect(result.code).toBe(0);
    expect(result.stderr).toContain('3 of 3 renderings of charts proven');
    expect(readFileSync(join(cwd, 'chart/templates/mattermost.yaml'), 'utf8')).not.toContain('ClusterInstallation');
  });

  proven('with each file of values', async (args) => {
    const files = chartOf(whole, VALUES, {
      'chart/ci/none-values.yaml': NONE,
      'chart/values-large.yaml': 'a: large\n',
      'chart/other.yaml': '[',
    });
    const { errors, stderr } = await convert(files, args);
    expect(errors).toEqual([]);
    expect(stderr).toMatch(/3 of 3 renderings of charts proven by Helm [34]\.\d+/);
  });

  proven('a chart that does not render today stays, and no value is told', async (args) => {
    const text = whole.replace('.Values.host |', 'required "c4n4ry" .Values.c4n4ry |');
    const converted = await convert(chartOf(text, VALUES), args);
    expect(converted.text).toBe(text);
    expect(converted.errors).toEqual([
      expect.stringMatching(
        /^chart-proof-failed: The chart does not render today with the values of the chart: Helm \S+ fails at templates\/chat\.yaml:7:\d+\.$/,
      ),
    ]);
    expect(JSON.stringify(converted)).not.toMatch(/c4n4ry"\s/);
  });

  proven('a cycle of templates is told', async (args) => {
    const helpers = '{{- define "a" }}{{ include "b" . }}{{ end }}\n{{- define "b" }}{{ include "a" . }}{{ end }}\n';
    const text = `${HEAD}  size: {{ include "a" . }}\n`;
    const converted = await convert(chartOf(text, '{}\n', { 'chart/templates/_helpers.tpl': helpers }), args);
    expect(converted.text).toBe(text);
    expect(converted.errors).toEqual([expect.stringMatching(/^chart-proof-failed: The chart does not render today/)]);
  });

  proven('a value that brings more than stands there is found out', async (args) => {
    const text = `${HEAD}  image: {{ .Values.image }}\n`;
    const converted = await convert(chartOf(text, 'image: "a\\n  replicas: 0"\n'), args);
    expect(converted.text).toBe(text);
    expect(converted.errors).toEqual([expect.stringMatching(/^chart-proof-failed: Rendered before and after .*spec\.replicas/)]);
  });

  const counted = `${HEAD}  replicas: {{ .Values.replicas }}\n  {{- if .Values.minio }}\n  minio:\n    replicas: {{ .Values.minio.replicas | int }}\n  {{- end }}\n`;

  proven('replicas that no values set to 0 stay where they are', async (args) => {
    const files = chartOf(counted, 'replicas: 2\n', { 'chart/ci/minio-values.yaml': 'minio: {replicas: 4}\n' });
    const { errors, text } = await convert(files, args);
    expect(errors).toEqual([]);
    expect(text).toContain('  replicas: {{ .Values.replicas }}\n');
    expect(text).toContain('      replicas: {{ .Values.minio.replicas | int }}\n');
  });

  proven('replicas that some values set to 0, or that some do not render, are left', async (args) => {
    for (const values of ['replicas: 0\n', 'minio: {replicas: 0}\n', 'minio: 1\n']) {
      const { errors, text } = await convert(chartOf(counted, 'replicas: 2\n', { 'chart/values-small.yaml': values }), args);
      expect(text).toBe(counted);
      expect(errors.join('\n')).toContain('undecided-variable: spec.replicas is filled in later');
    }
  });

  const flux = (values: string): string =>
    `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: chat\nspec:\n  chart:\n    spec:\n      chart: ./chart\n      sourceRef: {kind: GitRepository, name: repo}\n${values}`;
  const argo = (helm: string): string =>
    `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: chat\nspec:\n  source:\n    path: chart\n    helm:\n${helm}`;

  proven('with the values of each release', async (args) => {
    const releases = {
      'flux.yaml': flux('  values: {replicas: 3}\n'),
      'argo.yaml': argo(
        '      valueFiles: [../large.yaml]\n      values: |\n        replicas: 4\n      valuesObject: {minio: {replicas: 3}}\n',
      ),
      'large.yaml': 'minio: {replicas: 2}\n',
    };
    const { errors, stderr } = await convert(chartOf(counted, 'replicas: 2\n', releases), args);
    expect(errors).toEqual([]);
    expect(stderr).toContain('3 of 3 renderings of charts proven');
  });

  test.skipIf(helm === null).each([
    ['of Flux', flux('  values: {replicas: 0}\n'), 'differs'],
    [
      'of Flux with values from elsewhere',
      flux('  valuesFrom: [{kind: ConfigMap, name: a}]\n'),
      'which takes values from a ConfigMap or Secret',
    ],
    ['of Argo CD', argo('      valuesObject: {replicas: 0}\n'), 'differs'],
    ['of Argo CD in a text', argo('      values: "replicas: 0"\n'), 'differs'],
    ['of Argo CD with parameters', argo('      parameters: [{name: replicas, value: "0"}]\n'), 'which sets parameters'],
    [
      'of Argo CD with values of another repository',
      argo('      valueFiles: [$other/values.yaml]\n'),
      'which takes values from another source',
    ],
  ])('a release that decides otherwise, or of which not all values are known, %s', async (_, release, message) => {
    const cwd = temporaryRepository(chartOf(counted, 'replicas: 2\n', { 'release.yaml': release }));
    const result = await run(['convert', '--format', 'json', ...args], { cwd });
    expect(findingsOf(result)).toContain('undecided-variable chart/templates/chat.yaml:6');
    expect(
      reportOf(result)
        .findings.map((each) => each.message)
        .join('\n'),
    ).toContain(message);
  });

  proven('a dependency that is not vendored is told', async (args) => {
    const files = chartOf(whole, VALUES);
    const chart = `${files['chart/Chart.yaml']}dependencies:\n  - {name: x, version: 1.0.0, repository: "https://charts.example.com"}\n`;
    const converted = await convert({ ...files, 'chart/Chart.yaml': chart }, args);
    expect(converted.errors).toEqual([expect.stringContaining('misses a dependency of the chart')]);
  });

  proven('what no values render is told', async (args) => {
    const text = `{{- if .Values.enabled }}\n${HEAD}  size: 1users\n{{- end }}\n`;
    const cwd = temporaryRepository(chartOf(text));
    const { findings } = reportOf(await run(['convert', '--format', 'json', ...args], { cwd }));
    expect(findings.filter(({ rule }) => rule === 'chart-not-proven').map(({ message }) => message)).toEqual([
      'The chart renders, and no installation with any values that it brings.',
    ]);
  });
});
