import { describe, expect, test } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import { binaries, tree } from '../proof/harness.ts';
import type { Files } from '../proof/harness.ts';

/** Patches after replacements, of which nobody knows what they wrote. Converted families hold before both kustomizations. */

const CHAT =
  'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\nspec:\n  ingressName: chat.example.com\n';
const SETTINGS =
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {pool: big}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: other}\nspec: {template: {spec: {nodeSelector: {pool: big}}}}\n';

const replacement = (field: string, source = '{kind: ConfigMap, name: settings, fieldPath: data.pool}'): string =>
  `replacements:\n- source: ${source}\n  targets:\n  - select: {kind: ClusterInstallation}\n    fieldPaths: [${field}]\n    options: {create: true}\n`;
const MAP = '{kind: Deployment, name: other, fieldPath: spec.template.spec.nodeSelector}';
const merge = (spec: string): string => `${CHAT.split('spec:')[0] ?? ''}spec:\n  ${spec}\n`;
const operations = (...lines: string[]): string => lines.map((line) => `- {${line}}\n`).join('');

/** The base writes, and an overlay patches what was written. */
const family = (base: string, patch: string, chat = CHAT): Files => ({
  'base/chat.yaml': chat,
  'base/settings.yaml': SETTINGS,
  'base/kustomization.yaml': `resources: [chat.yaml, settings.yaml]\n${base}`,
  'over/patch.yaml': patch,
  'over/kustomization.yaml': 'resources: [../base]\npatches:\n- path: patch.yaml\n  target: {kind: ClusterInstallation}\n',
});

/** The error of each kustomize's run; they must agree. */
async function errorsOf(files: Files): Promise<string[]> {
  const runs = binaries.map(async ({ program }) => {
    const { findings, summary } = await convertRepository({ cwd: tree(files), prove: 'always', kustomize: program });
    const errors = findings.filter(({ level }) => level === 'error').map(({ rule, message }) => `${rule}: ${message}`);
    expect(summary.convertible).toBe(errors.length === 0 ? 1 : 0);
    return errors;
  });
  const [first = [], ...others] = await Promise.all(runs);
  for (const other of others) expect(other).toEqual(first);
  return first;
}

describe('a field that a replacement makes is there for a patch after it', () => {
  test.each([
    ['whose parent goes as a whole', merge('nodeSelector: {$patch: delete}')],
    ['whose parent becomes null', merge('nodeSelector: null')],
    ['that goes', merge('nodeSelector: {pool: null}')],
    ['that gets another value', merge('nodeSelector: {pool: small}')],
    ['that gets a neighbour', merge('nodeSelector: {zone: a}')],
    ['whose parent is replaced', merge('nodeSelector: {$patch: replace, zone: a}')],
    ['removed by an operation', operations('op: remove, path: /spec/nodeSelector/pool')],
    ['removed with its parent by an operation', operations('op: remove, path: /spec/nodeSelector')],
    ['beside which an operation adds', operations('op: add, path: /spec/nodeSelector/zone, value: a')],
    ['copied by an operation', operations('op: copy, from: /spec/nodeSelector/pool, path: /spec/nodeSelector/zone')],
  ])('%s', async (_, patch) => {
    expect(await errorsOf(family(replacement('spec.nodeSelector.pool'), patch))).toEqual([]);
  });

  test('and for a plugin in the same kustomization, which comes after it', async () => {
    const plugin =
      'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: plugin}\npath: patch.yaml\ntarget: {kind: ClusterInstallation}\n';
    const {
      'base/kustomization.yaml': base = '',
      'base/chat.yaml': chat = '',
      'base/settings.yaml': settings = '',
    } = family(replacement('spec.nodeSelector.pool'), '');
    const files = {
      'chat.yaml': chat,
      'settings.yaml': settings,
      'kustomization.yaml': `${base}transformers: [plugin.yaml]\n`,
      'plugin.yaml': plugin,
      'patch.yaml': merge('nodeSelector: {$patch: delete}'),
    };
    expect(await errorsOf(files)).toEqual([]);
  });

  test('and for a transformer that adds a value', async () => {
    const plugin =
      'apiVersion: builtin\nkind: ValueAddTransformer\nmetadata: {name: plugin}\nvalue: big\ntargets:\n- selector: {kind: ClusterInstallation}\n  fieldPath: spec/nodeSelector/pool\n';
    const files = { ...family('transformers: [plugin.yaml]\n', merge('nodeSelector: {$patch: delete}')), 'base/plugin.yaml': plugin };
    expect(await errorsOf(files)).toEqual([]);
  });
});

describe('what is below a field that a replacement writes is not known', () => {
  const blocked = (field: string): unknown[] => [
    expect.stringMatching(new RegExp(`^kustomize-obstacle: .*${field} gets its value from elsewhere, and the patch changes a part of it`)),
  ];

  test.each([
    ['a merge', merge('nodeSelector: {pool: null}')],
    ['an operation', operations('op: remove, path: /spec/nodeSelector/pool')],
    ['an operation that moves', operations('op: move, from: /spec/nodeSelector/pool, path: /spec/size')],
  ])('%s there is an obstacle', async (_, patch) => {
    expect(await errorsOf(family(replacement('spec.nodeSelector', MAP), patch))).toEqual(blocked('spec.nodeSelector'));
  });

  test('but may be replaced as a whole, and matters only where a parent may come to be empty', async () => {
    expect(
      await errorsOf(family(replacement('spec.nodeSelector', MAP), operations('op: replace, path: /spec/nodeSelector, value: {a: b}'))),
    ).toEqual([]);
    expect(await errorsOf(family(replacement('spec.resourceLabels', MAP), merge('resourceLabels: {pool: null}')))).toEqual([]);
  });
});

describe('what says which object an installation is, or whether it is selected, must not come from elsewhere', () => {
  const adds = (target: string): string =>
    `patches:\n- target: ${target}\n  patch: |\n    - {op: add, path: /spec/nodeSelector, value: {a: b}}\n`;
  const valueAdd = (field: string): Files => ({
    'base/plugin.yaml': `apiVersion: builtin\nkind: ValueAddTransformer\nmetadata: {name: plugin}\nvalue: big\ntargets:\n- selector: {kind: ClusterInstallation}\n  fieldPath: ${field}\n`,
  });
  const over = (base: string, patches: string, more: Files = {}): Files => {
    const { 'over/patch.yaml': _, ...others } = family(base, '');
    return { ...others, ...more, 'over/kustomization.yaml': `resources: [../base]\n${patches}` };
  };
  const BY_LABEL = adds('{labelSelector: pool=big}');

  test.each([
    ['metadata.name', over(replacement('metadata.name'), '')],
    [
      'metadata.name',
      over(
        'replacements:\n- source: {kind: ConfigMap, name: settings, fieldPath: data.pool}\n  targets:\n  - select: {kind: ClusterInstallation}\n',
        '',
      ),
    ],
    ['metadata.namespace', over(replacement('metadata.namespace'), adds('{namespace: big}'))],
    ['metadata.namespace', over('transformers: [plugin.yaml]\n', '', valueAdd('metadata/namespace'))],
  ])('%s', async (field, files) => {
    expect(await errorsOf(files)).toContainEqual(
      expect.stringMatching(new RegExp(`^kustomize-obstacle: .*${field} says which object it is, and its value comes from elsewhere`)),
    );
  });

  test.each([
    ['metadata.labels.pool', over(replacement('metadata.labels.pool'), BY_LABEL)],
    ['metadata.labels', over(replacement('metadata.labels', MAP), BY_LABEL)],
    ['metadata.labels.pool', over('transformers: [plugin.yaml]\n', BY_LABEL, valueAdd('metadata/labels/pool'))],
    ['metadata.annotations.pool', over(replacement('metadata.annotations.pool'), adds('{annotationSelector: pool=big}'))],
    [
      'metadata.labels.pool',
      over(
        replacement('metadata.labels.pool'),
        replacement('spec.nodeSelector.pool').replace(
          '{kind: ClusterInstallation}',
          '{kind: ClusterInstallation, labelSelector: pool=big}',
        ),
      ),
    ],
  ])('%s', async (field, files) => {
    expect(await errorsOf(files)).toEqual([
      expect.stringMatching(
        new RegExp(`^kustomize-obstacle: .*${field} gets its value from elsewhere, and decides whether the installation is selected`),
      ),
    ]);
  });

  test('but a label that nothing selects by may', async () => {
    expect(await errorsOf(over(replacement('metadata.labels.pool'), adds('{kind: ClusterInstallation}')))).toEqual([]);
  });

  test.each(['kind', 'apiVersion'])('and %s of an installation must not go elsewhere', async (field) => {
    const reads = `replacements:\n- source: {kind: ClusterInstallation, fieldPath: ${field}}\n  targets:\n  - select: {kind: ConfigMap}\n    fieldPaths: [data.pool]\n`;
    expect(await errorsOf(over(reads, ''))).toEqual([
      expect.stringMatching(new RegExp(`^kustomize-obstacle: .*${field} of an installation changes with the conversion`)),
    ]);
  });
});

describe('plugins that select by little', () => {
  const built = (plugin: string, more: Files = {}): Files => ({
    'chat.yaml': `${CHAT}  nodeSelector: {pool: small}\n`,
    'kustomization.yaml': 'resources: [chat.yaml]\ntransformers: [plugin.yaml]\n',
    'plugin.yaml': plugin,
    ...more,
  });

  test('a value for every kind of resource, in a field that moves for one', async () => {
    const plugin =
      'apiVersion: builtin\nkind: ValueAddTransformer\nmetadata: {name: plugin}\nvalue: big\ntargets:\n- fieldPath: spec/nodeSelector/pool\n';
    expect(await errorsOf(built(plugin))).toEqual([expect.stringMatching(/^kustomize-obstacle: .*this target names no kind/)]);
  });

  test('a namespace for what has none', async () => {
    expect(
      await errorsOf(
        built('apiVersion: builtin\nkind: NamespaceTransformer\nmetadata: {name: plugin, namespace: chats}\nunsetOnly: true\n'),
      ),
    ).toEqual([]);
  });
});

describe('an operation that needs what comes from elsewhere is an obstacle, and no build that fails', () => {
  const ITEM = "'spec.mattermostEnv.[name=B].value'";

  test.each([
    ['spec.size', 'spec.size', 'op: remove, path: /spec/size'],
    ['spec.size', 'spec.size', 'op: move, from: /spec/size, path: /spec/mattermostLicenseSecret'],
    ['spec.resourceLabels.pool', 'spec.resourceLabels.pool', 'op: add, path: /spec/resourceLabels/zone, value: a'],
    ['metadata.annotations.pool', 'metadata.annotations.pool', 'op: add, path: /metadata/annotations/zone, value: a'],
    ['spec.nodeSelector.pool', 'spec.nodeSelector.pool', 'op: test, path: /spec/nodeSelector/pool, value: big'],
    ['spec.mattermostEnv', ITEM, 'op: test, path: /spec/mattermostEnv/1/name, value: B'],
  ])('%s', async (field, written, operation) => {
    const chat = `${CHAT}  mattermostEnv: [{name: A, value: a}]\n`;
    expect(await errorsOf(family(replacement(written), operations(operation), chat))).toEqual([
      expect.stringMatching(new RegExp(`^kustomize-obstacle: .*${field} gets its value from elsewhere, and the patch depends on it`)),
    ]);
  });

  test('and what is copied from there is not known either', async () => {
    const copies = operations(
      'op: add, path: /spec/minio, value: {externalURL: s3.example.com, externalBucket: b, secret: s}',
      'op: copy, from: /spec/size, path: /spec/minio/externalURL',
    );
    expect(await errorsOf(family(replacement('spec.size'), copies, `${CHAT}  size: ''\n`))).toContainEqual(
      expect.stringMatching(
        /^kustomize-obstacle: .*spec\.minio\.externalURL decides how the installation is converted, and its value comes from elsewhere/,
      ),
    );
  });
});
