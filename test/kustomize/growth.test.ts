import { describe, expect, test } from 'vitest';
import { buildVariants } from '../../src/kustomize/build.ts';
import { Files } from '../../src/kustomize/files.ts';
import { readGraph } from '../../src/kustomize/graph.ts';
import { run } from '../cli/harness.ts';
import { installation } from '../cli/manifests.ts';
import { temporaryRepository } from '../repo/workspace.ts';
import { binaries, buildFiles } from './binary.ts';
import { callsIn } from './calls.ts';

/** What a build costs grows with what it is made of, and not with the ways that lead there. */

type Tree = Readonly<Record<string, string>>;

/** Levels of which each includes two overlays of the one below. */
function diamond(levels: number, overlay: (side: 'a' | 'b') => string = () => ''): Tree {
  const files: Record<string, string> = {
    'l0/kustomization.yaml': 'resources: [chat.yaml, other.yaml]\nconfigurations: [config.yaml]\n',
    'l0/chat.yaml': installation(),
    'l0/other.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n',
    'l0/config.yaml': 'commonLabels: [{path: spec/x, kind: Other}]\n',
  };
  for (let level = 1; level <= levels; level += 1) {
    for (const side of ['a', 'b'] as const)
      files[`l${level}${side}/kustomization.yaml`] = `resources: [../l${level - 1}]\n${overlay(side)}`;
    files[`l${level}/kustomization.yaml`] = `resources: [../l${level}a, ../l${level}b]\n`;
  }
  return files;
}

const builtOf = (files: Tree): ReturnType<typeof buildVariants> =>
  buildVariants(
    readGraph({
      kustomizations: Object.keys(files).filter((file) => file.endsWith('kustomization.yaml')),
      files: new Files((file) => (files[file] === undefined ? null : Buffer.from(files[file]))),
    }),
  );

const codesOf = ({ problems }: ReturnType<typeof buildVariants>): string[] => [...new Set(problems.map(({ code }) => code))];

describe('diamonds of overlays', () => {
  test.each([1, 10, 17, 25, 200])('of %i levels build a resource once at each level, and say what kustomize refuses', (levels) => {
    const build = builtOf(diamond(levels));
    expect(build.variants).toHaveLength(1 + 3 * levels);
    expect(codesOf(build)).toEqual(['duplicate-resource']);
    expect(build.problems).toHaveLength(levels);
    expect(build.problems.at(-1)).toMatchObject({
      file: `l${levels}/kustomization.yaml`,
      path: ['resources', 1],
      message: `../l${levels}b brings ClusterInstallation chat, which is there already, and kustomize refuses to add a resource twice`,
    });
  });

  test.each(binaries)('$name refuses them', (binary) => {
    expect(buildFiles(diamond(1), 'l1', binary)).toMatchObject({
      error: expect.stringContaining('may not add resource with an already registered id') as string,
    });
  });

  test('are what they were where each way makes other resources of it', () => {
    const build = builtOf(diamond(3, (side) => `namePrefix: ${side}-\n`));
    expect(build.problems).toEqual([]);
    expect(build.variants).toHaveLength(1 + 2 + 2 + 4 + 4 + 8 + 8);
  });

  test('and are refused where there are more of these than can be followed', () => {
    const build = builtOf(diamond(25, (side) => `namePrefix: ${side}-\n`));
    expect(codesOf(build)).toEqual(['too-many-resources']);
    expect(build.problems[0]).toMatchObject({
      message: expect.stringMatching(/^\S+ brings more than 10,000 installations together/) as string,
    });
    expect(build.variants.length).toBeLessThan(60_000);
  });
});

const other = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n';

test.each<[string, Tree, string[]]>([
  ['one file twice', { 'k/kustomization.yaml': 'resources: [chat.yaml, chat.yaml]\n' }, ['duplicate-resource']],
  [
    'the same resource of another file',
    { 'k/kustomization.yaml': 'resources: [chat.yaml, again.yaml]\n', 'k/again.yaml': installation() },
    ['duplicate-resource'],
  ],
  [
    'the same name without a namespace and in default',
    {
      'k/kustomization.yaml': 'resources: [chat.yaml, again.yaml]\n',
      'k/again.yaml': installation().replace('name: chat', 'name: chat\n  namespace: default'),
    },
    ['duplicate-resource'],
  ],
  [
    'the same name in another namespace',
    {
      'k/kustomization.yaml': 'resources: [chat.yaml, again.yaml]\n',
      'k/again.yaml': installation().replace('name: chat', 'name: chat\n  namespace: two'),
    },
    [],
  ],
  [
    'the same name of another kind',
    { 'k/kustomization.yaml': 'resources: [chat.yaml, other.yaml]\n', 'k/other.yaml': other.replace('name: other', 'name: chat') },
    [],
  ],
  [
    'one that is no installation twice',
    { 'k/kustomization.yaml': 'resources: [chat.yaml, other.yaml, other.yaml]\n', 'k/other.yaml': other },
    ['duplicate-resource'],
  ],
  [
    'a resource of a component',
    {
      'k/kustomization.yaml': 'resources: [chat.yaml]\ncomponents: [../c]\n',
      'c/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [again.yaml]\n',
      'c/again.yaml': installation(),
    },
    ['duplicate-resource'],
  ],
  [
    'a base and an overlay of it that renames',
    {
      'k/kustomization.yaml': 'resources: [chat.yaml, ../o]\n',
      'o/kustomization.yaml': 'resources: [chat.yaml]\nnameSuffix: -two\n',
      'o/chat.yaml': installation(),
    },
    [],
  ],
  [
    'two items of a List',
    {
      'k/kustomization.yaml': 'resources: [list.yaml]\n',
      'k/list.yaml': `apiVersion: v1\nkind: List\nitems:\n${`- ${installation().trimEnd().replaceAll('\n', '\n  ')}\n`.repeat(2)}`,
    },
    ['duplicate-resource'],
  ],
])('%s', (_, files, codes) => {
  const tree = { 'k/chat.yaml': installation(), ...files };
  expect(codesOf(builtOf(tree))).toEqual(codes);
  for (const binary of binaries) expect('error' in buildFiles(tree, 'k', binary)).toBe(codes.length > 0);
});

test('a replacement may give other names, of which this reading knows nothing', () => {
  const rename = (name: string): string =>
    `resources: [../base]\nreplacements:\n- source: {kind: ClusterInstallation, fieldPath: spec.ingressName}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [metadata.name]}]\npatches:\n- target: {kind: ClusterInstallation}\n  patch: |-\n    - {op: replace, path: /metadata/name, value: ${name}}\n    - {op: replace, path: /spec/ingressName, value: ${name}}\n`;
  const tree = {
    'base/kustomization.yaml': 'resources: [chat.yaml, other.yaml]\n',
    'base/chat.yaml': installation(),
    'base/other.yaml': other,
    'a/kustomization.yaml': rename('a'),
    'b/kustomization.yaml': rename('b'),
    'k/kustomization.yaml': 'resources: [../a, ../b]\n',
  };
  expect(codesOf(builtOf(tree))).toEqual([]);
  for (const binary of binaries) expect(buildFiles(tree, 'k', binary)).toHaveProperty('values');
});

test('such a family is blocked with the reason', async () => {
  const cwd = temporaryRepository(diamond(17));
  const { code, stderr } = await run(['convert', '--prove', 'never'], { cwd });
  expect(code).toBe(1);
  expect(stderr).toMatch(/l17\/kustomization\.yaml:1:\d+: error: \.\.\/l17b brings ClusterInstallation chat, which is there already/);
});

const numbered = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const merge = (field: string): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\nspec:\n  nodeSelector: {${field}: v}\n`;

const operation = (path: string, target = ''): string =>
  `- target: {kind: ClusterInstallation${target}}\n  patch: |-\n    - {op: add, path: ${path}, value: v}\n`;

/** Kustomizations with so many patches. */
const PATCHES: Readonly<Record<string, (count: number) => Tree>> = {
  'merges of one map': (count) => ({
    'chat.yaml': installation(),
    'kustomization.yaml': `resources: [chat.yaml]\npatches:\n${numbered(count)
      .map((index) => `- path: p${index}.yaml\n`)
      .join('')}`,
    ...Object.fromEntries(numbered(count).map((index) => [`p${index}.yaml`, merge(`k${index}`)])),
  }),
  'operations on one map': (count) => ({
    'chat.yaml': installation('chat', '  nodeSelector: {a: b}\n'),
    'kustomization.yaml': `resources: [chat.yaml]\npatches:\n${numbered(count)
      .map((index) => operation(`/spec/nodeSelector/k${index}`))
      .join('')}`,
  }),
  'operations on one list': (count) => ({
    'chat.yaml': installation('chat', '  mattermostEnv: []\n'),
    'kustomization.yaml': `resources: [chat.yaml]\npatches:\n${numbered(count)
      .map(() => operation('/spec/mattermostEnv/-'))
      .join('')}`,
  }),
  'operations on as many installations': (count) => ({
    ...Object.fromEntries(numbered(count).map((index) => [`c${index}.yaml`, installation(`c${index}`, '  nodeSelector: {a: b}\n')])),
    'kustomization.yaml': `resources:\n${numbered(count)
      .map((index) => `- c${index}.yaml\n`)
      .join('')}patches:\n${numbered(count)
      .map((index) => operation('/spec/nodeSelector/k', `, name: c${index}`))
      .join('')}`,
  }),
};

/** Twice as many cost twice as much, but for copies that native code makes of what grows. */
const TWICE = 2.4;

describe('many patches of one kustomization are followed in proportion', () => {
  test.each(Object.entries(PATCHES))('%s', async (_, files) => {
    const [few, many] = [files(200), files(400)];
    const before = await callsIn(() => builtOf(few));
    const after = await callsIn(() => builtOf(many));
    expect(after / before).toBeLessThan(TWICE);
  });
});

describe('and converted', () => {
  test.each(Object.entries(PATCHES))('%s', async (_, files) => {
    const cost = async (count: number): Promise<number> => {
      const cwd = temporaryRepository(files(count));
      return callsIn(() => run(['convert', '--prove', 'never'], { cwd }));
    };
    await cost(1);
    const before = await cost(60);
    expect((await cost(120)) / before).toBeLessThan(TWICE);
  });
});
