import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { reportOf, run } from '../cli/harness.ts';
import { writeAll } from '../repo/workspace.ts';

/**
 * Repositories in which files of many kinds name the old kind in many spellings. Every line with a name carries a word of its own (`u12`), so
 * that a search that knows nothing of the program can tell, after the conversion, which names are left and whether each is accounted for.
 * `CI2MM_NAMES=500` draws more.
 */
const RUNS = Number(process.env['CI2MM_NAMES'] ?? 20);

/** What is to be said of a line: that it is left, by the rule of a finding in its file; nothing where it is converted. */
type Fate =
  | 'told'
  | 'converted'
  | 'blocked'
  | 'vendored'
  | 'reference-left'
  | 'embedded-installation'
  | 'templated-manifest'
  | 'restore-left';

interface Line {
  readonly text: string;
  /** Null for a line that names nothing. */
  readonly fate: Fate | null;
}

const plain = (text: string): Line => ({ text, fate: null });
const naming = (text: string, fate: Fate): Line => ({ text, fate });

const SPELLINGS = [
  'ClusterInstallation',
  'clusterinstallation/chat',
  'clusterinstallations',
  'clusterinstallations.mattermost.com',
  'clusterinstallations.v1alpha1.mattermost.com',
  'mattermost.com/v1alpha1',
  'mattermost.com/v1alpha1/ClusterInstallation',
  'mattermost.com_ClusterInstallation',
  '/apis/mattermost.com/v1alpha1/namespaces/x/clusterinstallations/chat',
  'v1alpha1.mattermost.com/installation',
  'label_v1alpha1_mattermost_com_installation',
  'newClusterInstallations',
  'CLUSTERINSTALLATION_NAME',
];
const spelling = fc.constantFrom(...SPELLINGS);
const INNOCENT = [
  'chat.mattermost.com',
  'kubectl apply -f clusterinstallation.yaml',
  'kind Mattermost',
  'mattermost/mattermost-operator:v1.25.9',
  '',
];

const anyLine = (fate: Fate, around: (name: string) => string) =>
  fc.oneof(
    spelling.map((name) => naming(around(name), fate)),
    fc.constantFrom(...INNOCENT).map((text) => plain(around(text))),
  );

/** Files that are no manifests: what their names are like, and how a line of them may look. */
const OTHERS: readonly (readonly [string, (name: string) => string])[] = [
  ['wait.sh', (name) => `kubectl get ${name}`],
  ['Makefile', (name) => `\tkubectl get ${name}`],
  ['NOTES.md', (name) => `Text about ${name}.`],
  ['main.tf', (name) => `  x = "${name}"`],
  ['flake.nix', (name) => `  x = "${name}";`],
  ['a.toml', (name) => `x = "${name}"`],
  ['a.libsonnet', (name) => `  x: '${name}',`],
  ['a.cue', (name) => `x: "${name}"`],
  ['a.rego', (name) => `x == "${name}"`],
  ['a.yaml.j2', (name) => `x: ${name} {{ y }}`],
  ['a.ts', (name) => `x('${name}');`],
  ['a.go', (name) => `x("${name}")`],
  ['_helpers.tpl', (name) => `{{ x "${name}" }}`],
  ['CODEOWNERS', (name) => `/${name} @x`],
  ['unknown', (name) => name],
];

type Content = readonly [name: string, lines: readonly Line[]];

const otherFile: fc.Arbitrary<Content> = fc
  .tuple(fc.constantFrom(...OTHERS), fc.constantFrom('', 'vendor/'), fc.context())
  .chain(([[name, around], folder]) =>
    fc.array(anyLine(folder === '' ? 'told' : 'vendored', around), { maxLength: 5 }).map((lines): Content => [`${folder}${name}`, lines]),
  );

const comments = fc.array(
  anyLine('told', (name) => `# ${name}`),
  { maxLength: 2 },
);

const installation = (fate: 'converted' | 'blocked', more: readonly Line[] = []): Line[] => [
  naming('apiVersion: mattermost.com/v1alpha1', fate),
  naming('kind: ClusterInstallation', fate),
  plain('metadata:'),
  plain('  name: NAME'),
  ...more,
  plain('spec:'),
  plain('  ingressName: chat.example.com'),
  plain('  mattermostLicenseSecret: x'),
  ...(fate === 'blocked' ? [plain('  blueGreen: {enable: true}')] : []),
];

const configMap = fc.array(
  anyLine('told', (name) => `    x ${name}`),
  { minLength: 1, maxLength: 3 },
);

/** Documents that may stand beside each other in one file. */
const document: fc.Arbitrary<readonly Line[]> = fc.oneof(
  fc.tuple(comments, comments).map(([head, end]) => [...head, ...installation('converted'), ...end]),
  comments.map((head) => [
    ...head.map((line) => ({ ...line, fate: line.fate === null ? null : ('blocked' as const) })),
    ...installation('blocked'),
  ]),
  configMap.map((lines) => [
    plain('apiVersion: v1'),
    plain('kind: ConfigMap'),
    plain('metadata: {name: x}'),
    plain('data:'),
    plain('  x: |'),
    ...lines,
  ]),
  fc.constant([
    plain('apiVersion: example.io/v1'),
    plain('kind: Watch'),
    plain('metadata: {name: x}'),
    plain('rules:'),
    plain('  - apiGroups: [mattermost.com]'),
    naming('    resources: [clusterinstallations]', 'reference-left'),
    plain('    verbs: [get]'),
  ]),
  fc.constant([
    plain('apiVersion: apiextensions.k8s.io/v1'),
    plain('kind: CustomResourceDefinition'),
    naming('metadata: {name: clusterinstallations.mattermost.com}', 'vendored'),
    naming('spec: {names: {kind: ClusterInstallation}}', 'vendored'),
  ]),
);

const manifest: fc.Arbitrary<Content> = fc
  .array(document, { minLength: 1, maxLength: 3 })
  .map((documents): Content => ['all.yaml', documents.flatMap((lines, index) => (index === 0 ? lines : [plain('---'), ...lines]))]);

const values: fc.Arbitrary<Content> = fc
  .array(
    anyLine('told', (name) => `  - x ${name}`),
    { minLength: 1, maxLength: 3 },
  )
  .map((lines): Content => [
    'values.yaml',
    [
      plain('extra:'),
      naming('  - apiVersion: mattermost.com/v1alpha1', 'embedded-installation'),
      naming('    kind: ClusterInstallation', 'embedded-installation'),
      plain('    metadata: {name: x}'),
      plain('words:'),
      ...lines,
    ],
  ]);

const template: fc.Arbitrary<Content> = fc.constant([
  'templates/mm.yaml',
  [
    naming('kind: ClusterInstallation', 'templated-manifest'),
    plain('metadata: {{ x }}'),
    naming('apiVersion: mattermost.com/v1alpha1', 'templated-manifest'),
  ],
]);

const restore: fc.Arbitrary<Content> = fc.constant([
  'restore.yaml',
  [
    ...installation('converted'),
    plain('---'),
    naming('apiVersion: mattermost.com/v1alpha1', 'restore-left'),
    plain('kind: MattermostRestoreDB'),
    plain('metadata: {name: x}'),
    plain('spec: {mattermostClusterName: NAME}'),
  ],
]);

const repository = fc.array(fc.oneof(otherFile, otherFile, manifest, manifest, values, template, restore), { minLength: 1, maxLength: 6 });

interface Planted {
  readonly file: string;
  readonly line: number;
  readonly fate: Fate;
}

/** Files in folders of their own, with installations of names of their own, and where the names stand. */
function planted(contents: readonly Content[]): { files: Record<string, string>; words: Map<string, Planted> } {
  const files: Record<string, string> = {};
  const words = new Map<string, Planted>();
  for (const [index, [name, lines]] of contents.entries()) {
    const file = name.startsWith('vendor/') ? `f${index}/${name}` : `f${index}/${name}`;
    files[file] = lines
      .map(({ text, fate }, at) => {
        if (fate === null) return `${text.replaceAll('NAME', `chat-${index}`)}\n`;
        const word = `u${words.size}`;
        words.set(word, { file, line: at + 1, fate });
        return `${text} # ${word}\n`;
      })
      .join('');
  }
  return { files, words };
}

/** An own idea of an old name, but for what is the name of a file. */
const isNaming = (line: string): boolean => {
  const text = line.toLowerCase().replaceAll('clusterinstallation.yaml', '');
  return ['clusterinstallation', 'mattermost.com/v1alpha1', 'v1alpha1.mattermost.com', 'v1alpha1_mattermost_com'].some((name) =>
    text.includes(name),
  );
};

const git = (cwd: string, ...args: string[]): unknown => execFileSync('git', args, { cwd, stdio: 'ignore' });

test(`every name that is left is accounted for, in ${RUNS} repositories`, { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(repository, async (contents) => {
      const cwd = mkdtempSync(join(tmpdir(), 'ci2mm-names-'));
      try {
        const { files, words } = planted(contents);
        writeAll(cwd, files);
        git(cwd, 'init', '--quiet');
        git(cwd, 'add', '--all');
        const result = await run(['convert', '--write', '--verbose', '--format', 'json'], { cwd });
        const { findings, installations, summary } = reportOf(result);
        const listed = new Set(result.stderr.split('\n').flatMap((line) => /^names the old kind (.*)$/.exec(line)?.[1] ?? []));
        const left = Object.keys(files).flatMap((file) => readFileSync(join(cwd, file), 'utf8').split('\n').filter(isNaming));
        const names = left.map((line) => /# (u\d+)$/.exec(line)?.[1] ?? `without a word: ${line}`);
        expect(new Set(names)).toEqual(new Set([...words].flatMap(([word, { fate }]) => (fate === 'converted' ? [] : [word]))));
        const expected = [...words.values()].filter(({ fate }) => fate === 'told' || fate === 'vendored');
        expect(listed).toEqual(new Set(expected.map(({ file, line }) => `${file}:${line}`)));
        for (const { file, fate } of words.values()) {
          if (fate === 'blocked') expect(installations.some((each) => each.file === file && each.status === 'blocked')).toBe(true);
          else if (fate.includes('-')) expect(findings.some((each) => each.file === file && each.rule === fate)).toBe(true);
        }
        const filesOf = (fate: Fate): number =>
          new Set([...words.values()].flatMap((each) => (each.fate === fate ? [each.file] : []))).size;
        expect(summary.left).toEqual({
          references: findings.filter(({ rule }) => ['reference-left', 'embedded-installation', 'restore-left'].includes(rule)).length,
          files: filesOf('told'),
          vendored: filesOf('vendored'),
        });
      } finally {
        rmSync(cwd, { recursive: true, force: true });
      }
    }),
    { numRuns: RUNS },
  );
});
