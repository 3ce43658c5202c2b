import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import { actionsOf } from '../../src/charts/actions.ts';
import { diceFor } from '../oracle/dice.ts';
import { temporaryRepository } from '../repo/workspace.ts';
import { toolAt } from '../tools.ts';

/**
 * Random charts: entries as literals, from values, as lines of values, under conditions in several styles, in any order, with one to three sets of values. Each is
 * blocked for a known reason, or rendered by the real helm it is the operator's conversion of what it rendered before, with all of its values; and what is blocked
 * for a difference has values that decide otherwise.
 *
 * CI2MM_CHARTS: how many are drawn. CI2MM_SEED: other ones. CI2MM_FIRST: the first of them, to repeat one.
 */
const COUNT = Number(process.env['CI2MM_CHARTS'] ?? 12);
const SEED = Number(process.env['CI2MM_SEED'] ?? 20_261_127);
const FIRST = Number(process.env['CI2MM_FIRST'] ?? 0);

type Dice = ReturnType<typeof diceFor>;

interface Entry {
  readonly value: string;
  /** Lines of the entry at a column, without it. */
  readonly lines: readonly string[];
}

const map = (key: string, value: string): Entry[] => [
  { value: key, lines: [`${key}:`, `  {{- toYaml .Values.${value} | nindent 4 }}`] },
  { value: key, lines: [`${key}: {{- toYaml .Values.${value} | nindent 4 }}`] },
  { value: key, lines: [`${key}:`, `  {{ toYaml .Values.${value} | indent 4 | trim }}`] },
];
const scalar = (key: string, value: string): Entry[] => [
  { value: key, lines: [`${key}: {{ .Values.${value} }}`] },
  { value: key, lines: [`${key}: {{ .Values.${value} | quote }} # from values`] },
  { value: key, lines: [`${key}: "{{ .Values.${value} }}"`] },
];

const ENTRIES: readonly (readonly Entry[])[] = [
  [{ value: 'size', lines: ['size: 100users'] }, ...scalar('size', 'size')],
  [{ value: 'ingressName', lines: ['ingressName: chat.example.com'] }, ...scalar('ingressName', 'host')],
  scalar('version', 'version'),
  scalar('image', 'image'),
  scalar('mattermostLicenseSecret', 'license'),
  map('resources', 'resources'),
  map('nodeSelector', 'selector'),
  [...map('affinity', 'affinity'), { value: 'affinity', lines: ['affinity: {}'] }],
  map('livenessProbe', 'probe'),
  map('ingressAnnotations', 'annotations'),
  [
    { value: 'replicas', lines: ['replicas: 2'] },
    { value: 'replicas', lines: ['replicas: {{ .Values.replicas }}'] },
  ],
  [
    { value: 'minio', lines: ['minio:', '  storageSize: {{ .Values.storage }}'] },
    { value: 'minio', lines: ['minio:', '  storageSize: 5Gi', '  replicas: 4'] },
  ],
  [{ value: 'database', lines: ['database:', '  storageSize: {{ .Values.storage | default "1Gi" }}', '  type: mysql'] }],
  [
    {
      value: 'mattermostEnv',
      lines: ['mattermostEnv:', '  {{- range .Values.env }}', '  - name: {{ .name }}', '    value: {{ .value | quote }}', '  {{- end }}'],
    },
    {
      value: 'mattermostEnv',
      lines: ['mattermostEnv:', '  - name: A', '    value: "{{ .Values.size }}"', '  {{- toYaml .Values.env | nindent 4 }}'],
    },
  ],
];

const VALUES: Readonly<Record<string, readonly string[]>> = {
  size: ['100users', '1000users'],
  host: ['chat.example.com'],
  version: ['"7.10"'],
  image: ['mattermost/mattermost'],
  license: ['a-license'],
  resources: ['{limits: {cpu: 1}, requests: {memory: 1Gi}}', '{limits: {cpu: "2"}}'],
  selector: ['{disk: ssd}'],
  affinity: ['{nodeAffinity: {}}'],
  probe: ['{httpGet: {path: /, port: 8065}}'],
  annotations: ['{a/b: "true"}'],
  replicas: ['2', '3', '3', '0'],
  storage: ['10Gi'],
  env: ['[{name: X, value: "1"}]', '[{name: X, value: "1"}, {name: Y, value: "#"}]'],
};

const valuesOf = (dice: Dice, isWhole: boolean): string => {
  const lines = Object.entries(VALUES).flatMap(([key, values]) => (isWhole || dice.chance(40) ? [`${key}: ${dice.pick(values)}`] : []));
  const flags = ['a', 'b', 'c'].flatMap((flag) => (isWhole || dice.chance(50) ? [`${flag}: ${dice.chance(50)}`] : []));
  return [...lines, ...flags, ''].join('\n');
};

function entryOf(dice: Dice, { lines }: Entry): string[] {
  const own = lines.map((line) => `  ${line}`);
  if (!dice.chance(45)) return own;
  const edge = dice.chance(30) ? '' : '  ';
  const dash = dice.chance(70) ? '-' : '';
  const open = dice.pick(['if .Values.a', 'if .Values.b', 'if and .Values.b .Values.c', 'if not .Values.c']);
  const comment = dice.chance(20) ? ['  # optional'] : [];
  return [...comment, `${edge}{{${dash} ${open} }}`, ...own, `${edge}{{${dash} end }}`];
}

function drawn(dice: Dice): Record<string, string> {
  const chosen = ENTRIES.filter(() => dice.chance(55)).map((choices) => dice.pick(choices));
  const order = chosen.map((entry) => ({ entry, at: dice.below(1000) })).sort((a, b) => a.at - b.at);
  const spec = order.flatMap(({ entry }) => entryOf(dice, entry));
  const labels = dice.chance(50)
    ? ['  labels:', '    {{- include "chat.labels" . | nindent 4 }}', ...(dice.chance(50) ? ['    b: c'] : [])]
    : [];
  const template = [
    'apiVersion: mattermost.com/v1alpha1',
    'kind: ClusterInstallation',
    'metadata:',
    '  name: {{ .Release.Name }}-chat',
    ...labels,
    'spec:',
    ...spec,
    '',
  ];
  const eol = dice.chance(10) ? '\r\n' : '\n';
  return {
    'chart/Chart.yaml': 'apiVersion: v2\nname: chat\nversion: 1.0.0\n',
    'chart/templates/_helpers.tpl': '{{- define "chat.labels" -}}\na: b\n{{- end }}\n',
    'chart/templates/chat.yaml': template.join(eol),
    'chart/values.yaml': valuesOf(dice, true),
    ...(dice.chance(60) ? { 'chart/ci/some-values.yaml': valuesOf(dice, false) } : {}),
    ...(dice.chance(40) ? { 'chart/values-prod.yaml': valuesOf(dice, false) } : {}),
  };
}

/** Why a chart may be blocked. */
const isTrue = (rule: string, message: string, files: Readonly<Record<string, string>>): boolean => {
  const has = (pattern: RegExp): boolean => Object.values(files).some((text) => pattern.test(text));
  if (rule === 'undecided-variable') return /replicas/.test(message) && has(/^replicas: 0$/m);
  if (rule === 'chart-proof-failed') return /spec\.replicas/.test(message) && has(/^replicas: 0$/m);
  return rule === 'unsafe-edit' && /what a condition encloses/.test(message) && has(/\{\{-? if/);
};

/** Actions but for the numbers of what indents. */
const actionsIn = (text: string): string[] => {
  const actions = actionsOf(text);
  return 'message' in actions ? [] : actions.map((action) => action.text.replace(/indent \d+/, 'indent')).sort();
};

const helm = toolAt('helm') ?? toolAt('helm4');

test.skipIf(helm === null)(
  `helm: ${COUNT} random charts are converted, or blocked for a true reason`,
  { timeout: 60_000 + COUNT * 5000 },
  async () => {
    const blocked = new Map<string, number>();
    for (let index = FIRST; index < FIRST + COUNT; index += 1) {
      const files = drawn(diceFor(SEED, index));
      const cwd = temporaryRepository(files);
      const report = await convertRepository({ cwd, write: true, helm: helm ?? '' });
      const context = `CI2MM_SEED=${SEED} CI2MM_FIRST=${index}\n${files['chart/templates/chat.yaml']}`;
      const errors = report.findings.filter(({ level }) => level === 'error');
      for (const { rule, message } of errors)
        expect({ context, rule, message, isTrue: isTrue(rule, message, files) }).toMatchObject({ isTrue: true });
      const text = readFileSync(join(cwd, 'chart/templates/chat.yaml'), 'utf8');
      if (errors.length > 0) {
        expect({ context, text }).toEqual({ context, text: files['chart/templates/chat.yaml'] });
        const [rule = ''] = errors.map((error) => error.rule);
        blocked.set(rule, (blocked.get(rule) ?? 0) + 1);
      } else {
        const unproven = report.findings.filter(({ rule }) => rule === 'chart-not-proven');
        const actions = actionsIn(files['chart/templates/chat.yaml'] ?? '');
        expect({ context, isNew: text.includes('kind: Mattermost'), actions: actionsIn(text), unproven }).toEqual({
          context,
          isNew: true,
          actions,
          unproven: [],
        });
      }
    }
    const share = [...blocked.values()].reduce((sum, count) => sum + count, 0) / COUNT;
    if (COUNT >= 100) console.log(`blocked: ${JSON.stringify(Object.fromEntries(blocked))} of ${COUNT}`);
    expect(share).toBeLessThan(COUNT >= 100 ? 0.4 : 0.8);
  },
);
