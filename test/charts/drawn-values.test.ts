import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import { differencesIn } from '../drawn/expected.ts';
import { diceFor } from '../oracle/dice.ts';
import { temporaryRepository } from '../repo/workspace.ts';
import { toolAt } from '../tools.ts';
import { argoText, argoValues, fluxValues, rendered } from './render.ts';
import type { ReadSet } from './render.ts';

/**
 * Random charts whose spec, or the maps of whose stores, are values: their own, files beside the chart, a HelmRelease, an Application. Each is blocked for a true reason, or every
 * set of values renders the operator's conversion of what it rendered before.
 *
 * CI2MM_CHARTS: how many are drawn. CI2MM_SEED: other ones. CI2MM_FIRST: the first of them, to repeat one.
 */
const COUNT = Number(process.env['CI2MM_CHARTS'] ?? 12);
const SEED = Number(process.env['CI2MM_SEED'] ?? 20_261_128);
const FIRST = Number(process.env['CI2MM_FIRST'] ?? 0);

type Dice = ReturnType<typeof diceFor>;

/** A value in braces, or on a line; and on lines of its own, where it can be. */
type Spelled = readonly [inline: string, lines?: readonly string[]];

/** Fields that move, stay, go, or decide. */
const FIELDS: Readonly<Record<string, readonly Spelled[]>> = {
  ingressName: [['chat.example.com']],
  size: [['100users'], ['1000users']],
  version: [['"7.10"']],
  mattermostLicenseSecret: [['a-license'], ['"${LICENSE}"']],
  resources: [
    ['{limits: {cpu: 1}}', ['limits:', '  cpu: 1 # one']],
    ['{requests: {memory: 1Gi}}', ['requests: {memory: 1Gi}']],
  ],
  nodeSelector: [
    ['{disk: ssd}', ['disk: ssd']],
    ['{pool: apps}', ['pool: apps']],
  ],
  affinity: [['{nodeAffinity: {}}']],
  livenessProbe: [['{httpGet: {path: /, port: 8065}}', ['httpGet:', '  path: /', '  port: 8065']]],
  ingressAnnotations: [['{a/b: "true"}', ['a/b: "true"']]],
  replicas: [['2'], ['3'], ['3'], ['0']],
  minio: [
    ['{storageSize: 5Gi, replicas: 4}', ['storageSize: 5Gi', 'replicas: 4']],
    ['{storageSize: 1Gi}', ['# small', 'storageSize: 1Gi']],
  ],
  database: [
    ['{storageSize: 1Gi, type: mysql, replicas: 2}', ['storageSize: 1Gi', 'type: mysql', 'replicas: 2']],
    ['{storageSize: 2Gi}', ['storageSize: 2Gi']],
  ],
  mattermostEnv: [['[{name: A, value: b}]', ['- name: A', '  value: b']], ['[]']],
};

/** A part of a spec, with comments. */
function specOf(dice: Dice, share: number, nulls: number): string[] {
  return Object.entries(FIELDS).flatMap(([key, spellings]) => {
    if (!dice.chance(share)) return [];
    const [inline, lines] = dice.pick(spellings);
    const comment = dice.chance(20) ? [`# about ${key}`] : [];
    if (dice.chance(nulls)) return [...comment, `${key}: null`];
    const isBlock = lines !== undefined && dice.chance(60);
    return [
      ...comment,
      ...(isBlock ? [`${key}:`, ...lines.map((line) => `  ${line}`)] : [`${key}: ${inline}${dice.chance(15) ? ' # here' : ''}`]),
    ];
  });
}

interface Drawn {
  readonly files: Record<string, string>;
  readonly choices: readonly (readonly ReadSet[])[];
}

function drawn(dice: Dice): Drawn {
  const path = dice.pick([['spec'], ['mattermost', 'spec'], ['chat', 'server', 'spec']]);
  const under = (lines: readonly string[], column: number): string[] =>
    lines.length === 0
      ? []
      : [
          ...path.map((key, depth) => `${' '.repeat(column + 2 * depth)}${key}:`),
          ...lines.map((line) => ' '.repeat(column + 2 * path.length) + line),
        ];
  const expression = `.Values.${path.join('.')}`;
  const written = dice.pick([
    [`spec: {{- toYaml ${expression} | nindent 2 }}`],
    ['spec:', `  {{- toYaml ${expression} | nindent 2 }}`],
    ['spec:', `  {{- with ${expression} }}`, '  {{- toYaml . | nindent 2 }}', '  {{- end }}'],
    ['spec:', `{{ ${expression} | toYaml | indent 2 }}`],
  ]);
  // Without a part of the spec, and with all that the template asks for.
  const none = `${path.map((key) => `${key}: {`).join('')}${'}'.repeat(path.length)}\n`;
  const head = ['apiVersion: mattermost.com/v1alpha1', 'kind: ClusterInstallation', 'metadata:', '  name: {{ .Release.Name }}'];
  const values = (share: number, nulls: number): string => [...under(specOf(dice, share, nulls), 0), 'other: 1', ''].join('\n');
  const [hasProd, hasFlux, hasArgo, isText, takesFile] = [60, 50, 50, 50, 40].map((chance) => dice.chance(chance));
  const flux = `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: chat}\nspec:\n  chart: {spec: {chart: chart, sourceRef: {kind: GitRepository, name: a}}}\n  values:\n    other: 2\n${under(specOf(dice, 40, 15), 4).join('\n')}\n`;
  const argo = `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: chat}\nspec:\n  source:\n    path: chart\n    helm:\n${takesFile && hasProd ? '      valueFiles: [values-prod.yaml]\n' : ''}      ${isText ? 'values: |' : 'valuesObject:'}\n        other: 3\n${under(specOf(dice, 40, 15), 8).join('\n')}\n`;
  const prod: ReadSet = (read) => read('chart/values-prod.yaml');
  return {
    files: {
      'chart/Chart.yaml': 'apiVersion: v2\nname: chat\nversion: 1.0.0\n',
      'chart/templates/chat.yaml': `${[...head, ...written].join('\n')}\n`,
      'chart/values.yaml': dice.chance(15) ? `other: 0\n${none}` : values(60, 0),
      ...(hasProd ? { 'chart/values-prod.yaml': values(30, 15) } : {}),
      ...(hasFlux ? { 'flux.yaml': flux } : {}),
      ...(hasArgo ? { 'argo.yaml': argo } : {}),
    },
    choices: [
      [],
      ...(hasProd ? [[prod]] : []),
      ...(hasFlux ? [[fluxValues]] : []),
      ...(hasArgo ? [[...(takesFile && hasProd ? [prod] : []), isText ? argoText : argoValues]] : []),
    ],
  };
}

/** What the maps of stores hold, as values or beside others. */
const STORES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  minio: [
    ['storageSize: 5Gi', 'replicas: 4 # four'],
    ['externalURL: s3.example.com', '# theirs', 'externalBucket: chat', 'secret: chat-s3'],
    ['externalBucket: other'],
    ['replicas: 3'],
  ],
  database: [
    ['storageSize: 1Gi', 'type: mysql'],
    ['replicas: 2', 'type: mysql # not postgres'],
    ['secret: chat-database'],
    ['version: "8.0"'],
  ],
};

/** A chart whose template has a spec, and its stores from values. */
function drawnStores(dice: Dice): Drawn {
  const keys = Object.keys(STORES).filter(() => dice.chance(80));
  const top = dice.chance(50) ? [] : ['chat'];
  const written = keys.flatMap((key) => {
    const expression = ['.Values', ...top, key].join('.');
    return dice.pick([
      [`  ${key}: {{- toYaml ${expression} | nindent 4 }}`],
      [`  ${key}:`, `    {{- toYaml ${expression} | nindent 4 }}`],
      [`  {{- with ${expression} }}`, `  ${key}:`, '    {{- toYaml . | nindent 4 }}', '  {{- end }}'],
    ]);
  });
  const beside = [
    '  ingressName: {{ .Values.host | default "a.example.com" }}',
    '  mattermostLicenseSecret: license',
    '  nodeSelector: {a: b}',
  ];
  const head = ['apiVersion: mattermost.com/v1alpha1', 'kind: ClusterInstallation', 'metadata:', '  name: chat', 'spec:'];
  const template = [...head, ...beside.filter(() => dice.chance(70)), ...written, '  size: 100users', ''];
  const under = (share: number, column: number): string[] => {
    const indented = (lines: readonly string[], by: number): string[] => lines.map((line) => ' '.repeat(by) + line);
    const entries = keys.flatMap((key) => {
      const own = dice.pick(STORES[key] ?? []);
      if (!dice.chance(share)) return [];
      return own.some((line) => line.includes('#')) || dice.chance(60) ? [`${key}:`, ...indented(own, 2)] : [`${key}: {${own.join(', ')}}`];
    });
    return entries.length === 0
      ? []
      : [
          ...indented(
            top.map((key) => `${key}:`),
            column,
          ),
          ...indented(entries, column + 2 * top.length),
        ];
  };
  const hasFlux = dice.chance(60);
  const flux = `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: chat}\nspec:\n  chart: {spec: {chart: chart, sourceRef: {kind: GitRepository, name: a}}}\n  values:\n    other: 2\n${under(50, 4).join('\n')}\n`;
  return {
    files: {
      'chart/Chart.yaml': 'apiVersion: v2\nname: chat\nversion: 1.0.0\n',
      'chart/templates/chat.yaml': template.join('\n'),
      'chart/values.yaml': [...under(100, 0), 'other: 1', ''].join('\n'),
      ...(hasFlux ? { 'flux.yaml': flux } : {}),
    },
    choices: [[], ...(hasFlux ? [[fluxValues]] : [])],
  };
}

/** Why a chart may be blocked, by rule and words, and what has to stand in its files then. */
const KNOWN: readonly (readonly [rule: string, words: RegExp, needs: RegExp])[] = [
  ['unsafe-edit', /variants-disagree/, /replicas|null|minio|database/],
  // What the operator drops would have to take away what other values bring.
  ['unsafe-edit', /post-value/, /replicas: 0/],
  ['chart-values', /No values in the repository have a map at/, /other: 0/],
  ['chart-values', /are the first of some that the chart is rendered with/, /other: 0/],
  ['undecided-variable', /spec is filled in later/, /other: 0/],
  ['external-file-store-incomplete', /./, /externalURL/],
  ['file-store-bucket-renamed', /./, /externalBucket/],
  ['file-store-secret-renamed', /./, /chat-s3/],
];

const helm = toolAt('helm') ?? toolAt('helm4');

test.skipIf(helm === null)(
  `helm: ${COUNT} random charts with a spec of values are converted, or blocked for a true reason`,
  { timeout: 60_000 + COUNT * 5000 },
  async () => {
    const blocked = new Map<string, number>();
    for (let index = FIRST; index < FIRST + COUNT; index += 1) {
      const dice = diceFor(SEED, index);
      const { files, choices } = dice.chance(35) ? drawnStores(dice) : drawn(dice);
      const cwd = temporaryRepository(files);
      const before = rendered(helm ?? '', cwd, choices);
      const report = await convertRepository({ cwd, write: true, helm: helm ?? '', assumeDatabase: 'external' });
      const context = `CI2MM_SEED=${SEED} CI2MM_FIRST=${index}`;
      const errors = report.findings.filter(({ level }) => level === 'error');
      const strange = errors.filter(
        ({ rule, message }) =>
          !KNOWN.some(([id, words, needs]) => id === rule && words.test(message) && needs.test(Object.values(files).join('\n'))),
      );
      expect({ context, strange: strange.map(({ rule, message, file }) => `${file} ${rule}: ${message}`) }).toEqual({
        context,
        strange: [],
      });
      if (errors.length > 0) {
        for (const [file, text] of Object.entries(files))
          expect({ context, text: readFileSync(join(cwd, file), 'utf8') }).toEqual({ context, text });
        const reason = `${errors[0]?.rule}: ${KNOWN.find(([id, words]) => id === errors[0]?.rule && words.test(errors[0].message))?.[1].source}`;
        blocked.set(reason, (blocked.get(reason) ?? 0) + 1);
      } else
        expect({ context, differences: differencesIn(before, rendered(helm ?? '', cwd, choices), () => true) }).toEqual({
          context,
          differences: [],
        });
    }
    const share = [...blocked.values()].reduce((sum, count) => sum + count, 0) / COUNT;
    if (COUNT >= 100) console.log(`blocked: ${JSON.stringify(Object.fromEntries(blocked))} of ${COUNT}`);
    expect(share).toBeLessThan(COUNT >= 100 ? 0.4 : 0.8);
  },
);
