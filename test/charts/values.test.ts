import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reportOf, run } from '../cli/harness.ts';
import { differencesIn } from '../drawn/expected.ts';
import { temporaryRepository } from '../repo/workspace.ts';
import { toolAt } from '../tools.ts';
import { argoText, argoValues, fluxValues, rendered } from './render.ts';
import type { ReadSet } from './render.ts';

/** Charts whose templates write a whole spec out of values: these are converted wherever they stand, and rendered by the real Helm 3 and 4. */

const template = (spec: string): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:${spec}\n`;
const WRITTEN = template('\n  {{- toYaml .Values.mattermost.spec | nindent 2 }}');

const SPEC = `    ingressName: chat.example.com # the host
    mattermostLicenseSecret: license
    database: {secret: db}
    # Where it runs.
    nodeSelector:
      disk: ssd
`;
const VALUES = `# Defaults.\nenabled: true\nmattermost:\n  spec:\n${SPEC}`;

const chart = (more: Record<string, string> = {}): Record<string, string> => ({
  'chart/Chart.yaml': 'apiVersion: v2\nname: chat\nversion: 1.0.0\n',
  'chart/values.yaml': VALUES,
  'chart/templates/chat.yaml': WRITTEN,
  ...more,
});

const flux = (spec: string): string =>
  `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: chat, namespace: apps}\nspec:\n  chart:\n    spec:\n      chart: ./chart\n      sourceRef: {kind: GitRepository, name: fleet}\n${spec}`;
const argo = (helm: string): string =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: chat, namespace: argocd}\nspec:\n  source:\n    path: chart\n    helm:\n${helm}`;

interface Row {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** What is rendered besides the chart's own values. */
  readonly sets?: readonly ReadSet[];
  /** Those with which it renders, where it does not with others. */
  readonly choices?: readonly (readonly ReadSet[])[];
  readonly blocked?: RegExp;
  readonly after?: Readonly<Record<string, string>>;
}

const ROWS: readonly Row[] = [
  {
    name: 'the values of the chart',
    files: chart(),
    after: {
      'chart/values.yaml':
        '# Defaults.\nenabled: true\nmattermost:\n  spec:\n    ingressName: chat.example.com # the host\n    licenseSecret: license\n    database: {external: {secret: db}}\n    scheduling:\n      # Where it runs.\n      nodeSelector:\n        disk: ssd\n',
      'chart/templates/chat.yaml': WRITTEN.replace('mattermost.com/v1alpha1', 'installation.mattermost.com/v1beta1').replace(
        'ClusterInstallation',
        'Mattermost',
      ),
    },
  },
  ...[
    ' {{- toYaml .Values.mattermost.spec | nindent 2 }}',
    '\n{{ toYaml .Values.mattermost.spec | indent 2 }}',
    '\n  {{- .Values.mattermost.spec | toYaml | nindent 2 }}',
    '\n  {{- toYaml $.Values.mattermost.spec | nindent 2 }}',
    '\n  {{- with .Values.mattermost.spec }}\n  {{- toYaml . | nindent 2 }}\n  {{- end }}',
    '\n  {{- if .Values.enabled }}\n  {{- toYaml .Values.mattermost.spec | nindent 2 }}\n  {{- end }}',
  ].map((spec) => ({ name: `written by ${JSON.stringify(spec)}`, files: chart({ 'chart/templates/chat.yaml': template(spec) }) })),
  {
    name: 'at the top of the values, in braces',
    files: chart({
      'chart/templates/chat.yaml': template('\n  {{- toYaml .Values.spec | nindent 2 }}'),
      'chart/values.yaml': 'spec: {ingressName: a.example.com, mattermostLicenseSecret: l, resources: {limits: {cpu: 1}}}\n',
    }),
    after: { 'chart/values.yaml': 'spec: {ingressName: a.example.com, licenseSecret: l, scheduling: {resources: {limits: {cpu: 1}}}}\n' },
  },
  {
    name: 'as JSON, with line breaks of Windows around',
    files: chart({
      'chart/values.yaml': '{\r\n  "mattermost": {\r\n    "spec": {"ingressName": "a", "affinity": {"nodeAffinity": {}}}\r\n  }\r\n}\r\n',
    }),
    after: {
      'chart/values.yaml':
        '{\r\n  "mattermost": {\r\n    "spec": {"ingressName": "a", "scheduling": {"affinity": {"nodeAffinity": {}}}}\r\n  }\r\n}\r\n',
    },
  },
  {
    name: 'a release of Flux, and values beside the chart',
    files: chart({
      'flux.yaml': flux(
        '  values:\n    mattermost:\n      spec:\n        mattermostLicenseSecret: other # ours\n        nodeSelector: {pool: apps}\n        replicas: 3\n',
      ),
      'chart/values-large.yaml': 'mattermost:\n  spec:\n    replicas: 9\n    resources: {limits: {cpu: 4}}\n',
    }),
    sets: [fluxValues, (read) => read('chart/values-large.yaml')],
    after: {
      'flux.yaml': flux(
        '  values:\n    mattermost:\n      spec:\n        licenseSecret: other # ours\n        scheduling:\n          nodeSelector: {pool: apps}\n        replicas: 3\n',
      ),
    },
  },
  {
    name: 'an Application with files, a text and an object of values',
    files: chart({
      'argo.yaml': argo(
        '      valueFiles: [../large.yaml]\n      values: |\n        mattermost:\n          spec: {nodeSelector: {pool: apps}} # text\n      valuesObject:\n        mattermost: {spec: {mattermostLicenseSecret: other}}\n',
      ),
      'large.yaml': 'mattermost: {spec: {replicas: 9}}\n',
    }),
    sets: [(read) => read('large.yaml'), argoText, argoValues],
    after: {
      'argo.yaml': argo(
        '      valueFiles: [../large.yaml]\n      values: |\n        mattermost:\n          spec: {scheduling: {nodeSelector: {pool: apps}}} # text\n      valuesObject:\n        mattermost: {spec: {licenseSecret: other}}\n',
      ),
    },
  },
  {
    name: 'a release that takes a default away',
    files: chart({ 'flux.yaml': flux('  values: {mattermost: {spec: {mattermostLicenseSecret: null, nodeSelector: null}}}\n') }),
    sets: [fluxValues],
  },
  {
    name: 'a release that brings the whole spec',
    files: chart({
      'chart/values.yaml': 'mattermost:\n  spec: {}\n',
      'flux.yaml': flux(`  values:\n    mattermost:\n      spec:\n${SPEC.replaceAll(/^ {4}/gm, '        ')}`),
    }),
    sets: [fluxValues],
  },
  {
    name: 'an anchor that the spec and something else share',
    files: chart({
      'chart/values.yaml': `pool: &pool {disk: ssd}\nmattermost:\n  spec:\n    ingressName: a\n    nodeSelector: *pool\nother: *pool\n`,
    }),
  },
  {
    name: 'values that are filled in before they are applied',
    files: chart({ 'flux.yaml': flux('  values: {mattermost: {spec: {mattermostLicenseSecret: "${LICENSE}"}}}\n') }),
    sets: [fluxValues],
  },
  {
    name: 'the stores alone, beside fields of the template',
    files: chart({
      'chart/templates/chat.yaml': template(
        '\n  ingressName: {{ .Values.host }}\n  nodeSelector: {a: b}\n  minio: {{- toYaml .Values.minio | nindent 4 }}\n  {{- with .Values.db }}\n  database:\n    {{- toYaml . | nindent 4 }}\n  {{- end }}',
      ),
      'chart/values.yaml':
        'host: a\nminio:\n  externalURL: s3.example.com # where\n\n  externalBucket: chat\n  secret: chat-s3\ndb: {secret: chat-db}\n',
      'flux.yaml': flux('  values:\n    minio:\n      # Another one.\n      externalBucket: other\n'),
    }),
    sets: [fluxValues],
    after: {
      'chart/templates/chat.yaml':
        'apiVersion: installation.mattermost.com/v1beta1\nkind: Mattermost\nmetadata:\n  name: chat\nspec:\n  ingressName: {{ .Values.host }}\n  scheduling:\n    nodeSelector: {a: b}\n  fileStore: {{- toYaml .Values.minio | nindent 4 }}\n  {{- with .Values.db }}\n  database:\n    {{- toYaml . | nindent 4 }}\n  {{- end }}\n',
      'chart/values.yaml':
        'host: a\nminio:\n  external:\n    url: s3.example.com # where\n\n    bucket: chat\n    secret: chat-s3\ndb: {external: {secret: chat-db}}\n',
      'flux.yaml': flux('  values:\n    minio:\n      # Another one.\n      external:\n        bucket: other\n'),
    },
  },
  {
    name: 'a store in JSON, of the operator',
    files: chart({
      'chart/templates/chat.yaml': template('\n  ingressName: a\n  minio:\n    {{- toYaml .Values.a.minio | nindent 4 }}'),
      'chart/values.yaml': '{"a": {"minio": {"storageSize": "5Gi", "replicas": 4}}}\n',
    }),
    after: { 'chart/values.yaml': '{"a": {"minio": {"operatorManaged": {"storageSize": "5Gi", "replicas": 4}}}}\n' },
  },
  {
    name: 'a store of which nothing is left',
    files: chart({
      'chart/templates/chat.yaml': template('\n  ingressName: a\n  database:\n    {{- toYaml .Values.database | nindent 4 }}'),
      'chart/values.yaml': 'database:\n  secret: chat-db\n',
      'flux.yaml': flux('  values:\n    database:\n      replicas: 2\n'),
    }),
    sets: [fluxValues],
    after: { 'flux.yaml': flux('  values:\n    database:\n      {}\n') },
  },
  {
    name: 'stores that decide otherwise in a release',
    files: chart({
      'chart/templates/chat.yaml': template('\n  ingressName: a\n  minio:\n    {{- toYaml .Values.minio | nindent 4 }}'),
      'chart/values.yaml': 'minio:\n  storageSize: 5Gi\n',
      'flux.yaml': flux('  values: {minio: {externalURL: s3.example.com, externalBucket: b, secret: s}}\n'),
    }),
    sets: [fluxValues],
  },
  {
    name: 'BlueGreen in a release',
    files: chart({ 'flux.yaml': flux('  values: {mattermost: {spec: {blueGreen: {enable: true}}}}\n') }),
    blocked: /^flux.yaml:\d+ blue-green-enabled/m,
  },
  {
    name: 'replicas that a release fills in later',
    files: chart({ 'flux.yaml': flux('  values: {mattermost: {spec: {replicas: "${N}"}}}\n') }),
    blocked: /^flux.yaml:\d+ undecided-variable: spec.replicas/m,
  },
  {
    name: 'values of a release from elsewhere',
    files: chart({ 'flux.yaml': flux('  valuesFrom: [{kind: ConfigMap, name: a}]\n') }),
    blocked: /^flux.yaml:1 chart-values: HelmRelease chat .* takes values from a ConfigMap or Secret .* fields of mattermost.spec/m,
  },
  {
    name: 'parameters of an Application',
    files: chart({ 'argo.yaml': argo('      parameters: [{name: mattermost.spec.replicas, value: "2"}]\n') }),
    blocked: /^argo.yaml:1 chart-values: .* sets parameters/m,
  },
  {
    name: 'a kustomization that patches the values of a release',
    files: chart({
      'apps/flux.yaml': flux('  values: {mattermost: {spec: {replicas: 2}}}\n'),
      'apps/kustomization.yaml':
        'resources: [flux.yaml]\npatches:\n- target: {kind: HelmRelease}\n  patch: |-\n    - {op: add, path: /spec/values/mattermost/spec/mattermostLicenseSecret, value: x}\n',
    }),
    blocked: /^apps\/flux.yaml:1 chart-values: .* may be changed by apps\/kustomization.yaml/m,
  },
  {
    name: 'a patch of the release in a file of its own',
    files: chart({
      'apps/flux.yaml': flux('  values: {mattermost: {spec: {replicas: 2}}}\n'),
      'prod/release.yaml':
        'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: chat}\nspec:\n  values: {mattermost: {spec: {mattermostLicenseSecret: x}}}\n',
    }),
    blocked: /chart-values: .* may be changed by prod\/release.yaml/,
  },
  {
    name: 'a release of a chart of another repository, which has the same name',
    files: chart({
      'argo.yaml': argo('      valuesObject: {mattermost: {spec: {replicas: 2}}}\n').replace(
        'path: chart',
        'path: chart\n    repoURL: https://git.example.com/acme/one.git',
      ),
      'flux.yaml': `${flux('  values: {mattermost: {spec: {replicas: 2}}}\n')}---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: fleet, namespace: apps}\nspec: {url: ssh://git@git.example.com/acme/other}\n`,
    }),
    blocked: /^flux.yaml:1 chart-values: .* builds from git.example.com\/acme\/other, and nobody here can tell/m,
  },
  {
    name: 'releases of other charts of other repositories',
    files: chart({
      'argo.yaml': argo('      valuesObject: {mattermost: {spec: {replicas: 2}}}\n').replace(
        'path: chart',
        'path: chart\n    repoURL: https://git.example.com/acme/one.git',
      ),
      'other.yaml': argo('      valuesObject: {a: b}\n').replace(
        'path: chart',
        'path: other\n    repoURL: https://git.example.com/acme/other.git',
      ),
    }),
    sets: [argoValues],
  },
  {
    name: 'values that are no map',
    files: chart({ 'flux.yaml': flux('  values: {mattermost: {spec: text}}\n') }),
    blocked: /^flux.yaml:1 chart-values: mattermost.spec is no map in these values/m,
  },
  {
    name: 'values with which nothing is rendered',
    files: chart({
      'chart/templates/chat.yaml': `{{- if .Values.enabled }}\n${WRITTEN}{{- end }}\n`,
      'chart/values.yaml': VALUES.replace('enabled: true', 'enabled: false'),
    }),
    blocked: /chart-proof-failed: The chart renders, and no installation with any values that it brings/,
  },
  {
    name: 'a release with which the chart does not render',
    files: chart({
      'chart/templates/other.yaml': '{{- if .Values.broken }}{{ fail "no" }}{{ end }}\n',
      'flux.yaml': flux('  values: {broken: true, mattermost: {spec: {replicas: 2}}}\n'),
    }),
    blocked: /chart-proof-failed: The chart does not render today with HelmRelease chat/,
  },
  {
    name: 'values that do not render but with those of a release',
    files: chart({
      'chart/templates/other.yaml': '{{- required "a host" .Values.host | substr 0 0 }}\n',
      'flux.yaml': flux('  values: {host: a, mattermost: {spec: {replicas: 2}}}\n'),
    }),
    choices: [[fluxValues]],
  },
  {
    name: 'values that have none',
    files: chart({ 'chart/values.yaml': 'mattermost: {}\n' }),
    blocked: /^chart\/templates\/chat.yaml:1 chart-values: No values in the repository have a map at mattermost.spec/m,
  },
  {
    name: 'values that are no YAML',
    files: chart({ 'chart/values-a.yaml': 'mattermost: {\n' }),
    blocked: /^chart\/values-a.yaml:1 chart-values: These values of a chart can not be read/m,
  },
  {
    name: 'notes that read a field',
    files: chart({ 'chart/templates/NOTES.txt': 'License: {{ .Values.mattermost.spec.mattermostLicenseSecret }}\n' }),
    blocked: /^chart\/templates\/NOTES.txt:1 chart-values: The notes of the chart read/m,
  },
  {
    name: 'another template that reads a field which moves',
    files: chart({
      'chart/templates/other.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata: {license: {{ .Values.mattermost.spec.mattermostLicenseSecret | default "none" }}}\n',
    }),
    blocked: /chart-proof-failed: Rendered before and after .*ConfigMap other/,
  },
  {
    name: 'another template that reads a field which stays',
    files: chart({
      'chart/templates/other.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata: {host: {{ .Values.mattermost.spec.ingressName }}}\n',
    }),
  },
  {
    name: 'a schema of the values that knows the old fields alone',
    files: chart({
      'chart/values.schema.json': JSON.stringify({
        properties: { mattermost: { properties: { spec: { required: ['mattermostLicenseSecret'] } } } },
      }),
    }),
    blocked: /chart-proof-failed: Rendered before and after .* the result does not render/,
  },
  {
    name: 'values that the template reads as a template again',
    files: chart({ 'chart/templates/chat.yaml': template('\n  {{- tpl (toYaml .Values.mattermost.spec) . | nindent 2 }}') }),
    blocked: /undecided-variable: spec is filled in later/,
  },
];

/** Helm 4 renders as Helm 3 does; some of the rows show that it is found and asked as well. */
describe.each([
  ['helm', ROWS],
  ['helm4', ROWS.filter((_, index) => index % 6 === 0)],
] as const)('%s', (name, rows) => {
  const helm = toolAt(name) ?? '';

  describe.skipIf(helm === '').each(rows)(
    '$name',
    ({ files, blocked, sets = [], choices = [[], ...sets.map((set) => [set]), sets], after }) => {
      test('is converted wherever it stands, or stays', { timeout: 60_000 }, async () => {
        const cwd = temporaryRepository(files);
        const before = blocked === undefined ? rendered(helm, cwd, choices) : new Map<string, never[]>();
        const result = await run(['convert', '--write', '--format', 'json', '--assume-database', 'external', '--helm', helm], { cwd });
        const errors = reportOf(result).findings.filter(({ level }) => level === 'error');
        const told = errors.map(({ file, line, rule, message }) => `${file}:${line} ${rule}: ${message}`).join('\n');
        if (blocked === undefined) expect(told).toBe('');
        else {
          expect(told).toMatch(blocked);
          for (const [file, text] of Object.entries(files)) expect(readFileSync(join(cwd, file), 'utf8')).toBe(text);
          return;
        }
        expect(differencesIn(before, rendered(helm, cwd, choices), () => true)).toEqual([]);
        for (const [file, text] of Object.entries(after ?? {})) expect(readFileSync(join(cwd, file), 'utf8')).toBe(text);
      });
    },
  );
});

test('without helm the values stay, and the reason is told', async () => {
  const cwd = temporaryRepository(chart());
  const result = await run(['convert', '--write', '--format', 'json', '--prove', 'never', '--assume-database', 'external'], { cwd });
  expect(reportOf(result).findings.map(({ rule }) => rule)).toContain('chart-values');
  expect(readFileSync(join(cwd, 'chart/values.yaml'), 'utf8')).toBe(VALUES);
});
