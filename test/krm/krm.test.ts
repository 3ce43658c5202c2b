import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli/command.ts';
import { readValues } from '../../src/manifests/values.ts';
import { meaning } from '../kustomize/binary.ts';
import { recordingIo } from '../recording-io.ts';
import { temporaryDirectory } from '../repo/workspace.ts';
import { blocked, configMap, converted, functionConfig, installation, resourceList } from './lists.ts';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly list: List;
}

interface List {
  readonly items: readonly unknown[];
  readonly results?: readonly Result[];
}

interface Result {
  readonly message: string;
  readonly severity: string;
  readonly resourceRef?: unknown;
  readonly field?: unknown;
  readonly file?: { readonly path: string; readonly index?: number };
  readonly tags?: { readonly rule: string };
}

async function run(args: readonly string[], stdin: string | Uint8Array): Promise<Ran> {
  const io = recordingIo(temporaryDirectory(), stdin);
  const code = await main(args, io);
  const [list] = readValues(Buffer.from(io.out()));
  return { code, out: io.out(), err: io.err(), list: (list === undefined ? { items: [] } : meaning(list)) as List };
}

const krm = (stdin: string | Uint8Array): Promise<Ran> => run(['krm'], stdin);

/** The text without the results at its end. */
const withoutResults = (text: string): string => text.replace(/^results:\n[^]*$/m, '');

const rulesOf = ({ list }: Ran, severity: string): string[] =>
  (list.results ?? []).flatMap((result) => (result.severity === severity ? [result.tags?.rule ?? result.message] : []));

describe('a ResourceList', () => {
  test.each(['v1', 'v1beta1', 'v1alpha1'])('of %s is converted by text edits', async (version) => {
    const text = resourceList(
      [configMap, installation('chat')],
      'functionConfig:\n  apiVersion: v1\n  kind: ConfigMap\nunknown: [ kept,   too ] # as it is\n',
      version,
    );
    const ran = await krm(text);
    expect(ran.code).toBe(0);
    expect(withoutResults(ran.out)).toBe(converted(text));
  });

  test('may be JSON', async () => {
    for (const space of [0, 2]) {
      const [list] = readValues(Buffer.from(resourceList([installation('chat'), configMap])));
      const text = JSON.stringify(list === undefined ? null : meaning(list), null, space);
      const { code, out } = await krm(text);
      expect(code).toBe(0);
      const { results, ...rest } = JSON.parse(out) as { results: unknown[] };
      const expected = text
        .replace('mattermost.com/v1alpha1', 'installation.mattermost.com/v1beta1')
        .replace('ClusterInstallation', 'Mattermost')
        .replace('mattermostLicenseSecret', 'licenseSecret');
      expect(rest).toEqual(JSON.parse(expected));
      expect(results.length).toBeGreaterThan(0);
    }
  });

  test.each(['items: []\n', '', 'items:\n'])('may have no items: %j', async (items) => {
    const text = `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n${items}`;
    expect(await krm(text)).toMatchObject({ code: 0, out: text, err: '' });
  });

  test('without installations comes out as it came', async () => {
    const text = `# a list\n---\n${resourceList([configMap])}...\n`;
    expect(await krm(text)).toMatchObject({ code: 0, out: text, err: '' });
  });

  test.each([
    ['nothing', '', 'it holds no resource'],
    ['a manifest', installation('chat'), 'it is no ResourceList'],
    ['a list of another group', resourceList([]).replace('config.kubernetes.io', 'example.com'), 'it is no ResourceList'],
    ['two documents', `${resourceList([configMap])}---\n${configMap}`, 'it holds more than one document'],
    ['what can not be read', 'items: [\n', "it can't be read: "],
    ['no UTF-8', Buffer.from(resourceList([configMap]).replace('other', 'öther'), 'latin1'), 'it is not UTF-8 text'],
  ])('is needed: %s', async (_, stdin, problem) => {
    expect(await krm(stdin)).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining(`ci2mm: standard input must be a ResourceList: ${problem}`) as string,
    });
  });
});

describe('results', () => {
  test('say what was found, where, and what to do', async () => {
    const { list } = await krm(resourceList([configMap, blocked('blue', 'a/blue.yaml')]));
    expect(list.results?.[0]).toEqual({
      message: expect.stringMatching(/^spec\.blueGreen\.enable is true, .* What to do: Set spec\.image/) as string,
      severity: 'error',
      resourceRef: { apiVersion: 'mattermost.com/v1alpha1', kind: 'ClusterInstallation', name: 'blue', namespace: 'prod' },
      field: { path: 'spec.blueGreen.enable' },
      file: { path: 'a/blue.yaml', index: 0 },
      tags: { rule: 'blue-green-enabled' },
    });
  });

  test('are sorted by file and severity', async () => {
    const { list } = await krm(resourceList([installation('b'), installation('a'), blocked('c', 'a.yaml')]));
    const keys = (list.results ?? []).map(({ file, severity }) => `${file?.path} ${['error', 'warning', 'info'].indexOf(severity)}`);
    expect(keys).toEqual([...keys].sort());
  });

  test('are repeated on standard error', async () => {
    const { err, list } = await krm(resourceList([blocked('blue')]));
    expect(err.trimEnd().split('\n')).toHaveLength(list.results?.length ?? 0);
    expect(err).toMatch(/^error: ClusterInstallation prod\/blue spec\.blueGreen\.enable in blue\.yaml: .* \[blue-green-enabled\]$/m);
  });

  test.each([
    ['results:\n- message: earlier # a comment\n  severity: info\n', 1],
    ['results: [{message: earlier, severity: info}]\n', 1],
    ['results: []\n', 0],
    ['results:\n', 0],
  ])('come after those of other functions: %j', async (earlier, count) => {
    const { list, out, code } = await krm(
      resourceList([installation('chat')], `${earlier}functionConfig: {apiVersion: v1, kind: ConfigMap}\n`),
    );
    expect(code).toBe(0);
    expect(list.results?.slice(0, count)).toEqual(Array.from({ length: count }, () => ({ message: 'earlier', severity: 'info' })));
    expect(rulesOf({ code, out, err: '', list }, 'warning')).toContain('direct-swap');
    expect(out).toContain('kind: Mattermost');
  });

  test.each([
    [
      'an item in an item',
      resourceList([
        `apiVersion: v1\nkind: List\nitems:\n${blocked('x')
          .replaceAll(/^(?=.)/gm, '  ')
          .replace(/^ {2}/, '- ')}`,
      ]),
      null,
    ],
    [
      "kustomize's origin",
      resourceList([
        blocked('x').replace(/annotations:[^]*spec:/, 'annotations:\n    config.kubernetes.io/origin: |\n      path: base/x.yaml\nspec:'),
      ]),
      'base/x.yaml',
    ],
    ['no annotations', resourceList([blocked('x').replace(/ {2}annotations:[^]*spec:/, 'spec:')]), null],
  ])('find their file: %s', async (_, text, path) => {
    const { list } = await krm(text);
    expect(list.results?.find(({ severity }) => severity === 'error')?.file?.path ?? null).toBe(path);
  });
});

describe('a blocked installation', () => {
  const text = resourceList([installation('chat'), blocked('blue'), configMap]);

  test('fails the function, which gives back the whole list as it was', async () => {
    const ran = await krm(text);
    expect(ran.code).toBe(1);
    expect(withoutResults(ran.out)).toBe(text);
    expect(rulesOf(ran, 'error')).toEqual(['blue-green-enabled']);
  });

  test('with onBlocked: warn stays, and the others are converted', async () => {
    const ran = await krm(text + functionConfig('    onBlocked: warn\n'));
    expect(ran.code).toBe(0);
    expect(withoutResults(ran.out)).toBe(
      resourceList([converted(installation('chat')), blocked('blue'), configMap]) + functionConfig('    onBlocked: warn\n'),
    );
    expect(rulesOf(ran, 'error')).toEqual([]);
    expect(rulesOf(ran, 'warning')).toContain('blue-green-enabled');
    expect(rulesOf(ran, 'info').filter((rule) => rule.startsWith('Converted'))).toHaveLength(1);
  });

  test('is told how to answer in a functionConfig', async () => {
    const { list } = await krm(resourceList([installation('chat', '  database:\n    secret: db\n')]));
    expect(list.results?.find(({ severity }) => severity === 'error')?.message).toContain(
      'answer with "prod/chat: external" below spec.databases of the functionConfig',
    );
  });
});

describe('a functionConfig', () => {
  const DATABASE = installation('chat', '  database:\n    secret: db\n');
  const FULL =
    '    target: 1.21\n    ingress: modern\n    databases:\n      prod/chat: external\n    fileStores:\n      prod/chat: external\n    rules:\n      direct-swap: off\n      operator-managed-until-2: off\n';
  const DATA =
    "    target: '1.21'\n    ingress: modern\n    databases: prod/chat=external\n    fileStores: prod/chat=external\n    rules: direct-swap=off, operator-managed-until-2=off\n    assumeDatabase: ''\n";

  test.each([
    ['as Convert', functionConfig(FULL)],
    ['as ConfigMap', `functionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  data:\n${DATA}`],
  ])('decides the conversion, %s', async (_, config) => {
    const ran = await krm(resourceList([DATABASE], config));
    expect(ran.code).toBe(0);
    expect(ran.list.items[0]).toMatchObject({ spec: { ingress: { host: 'chat.example.com' }, database: { external: { secret: 'db' } } } });
    expect(rulesOf(ran, 'warning')).not.toContain('direct-swap');
  });

  test.each([
    [functionConfig('    tagret: 1.21\n'), 'functionConfig.spec: "tagret" is no key of the configuration; did you mean target?'],
    [functionConfig('    ignore: [a]\n'), 'functionConfig.spec: "ignore" is no key of the configuration; '],
    [functionConfig('    onBlocked: ignore\n'), 'functionConfig.spec: onBlocked must be fail or warn, is "ignore"'],
    [functionConfig('    rules:\n      unsafe-edit: off\n'), 'functionConfig.spec: rules.unsafe-edit can only be error'],
    [functionConfig('    - a\n'), 'functionConfig.spec must be a map'],
    [`${functionConfig('    target: "1.21"\n')}  specs: {}\n`, 'functionConfig.specs: a Convert has nothing but spec to say'],
    [
      'functionConfig: {apiVersion: example.com/v1, kind: Convert}\n',
      'functionConfig must be a Convert of ci2mm.dev/v1alpha1 or a ConfigMap of v1; it is a Convert of example.com/v1',
    ],
    [
      'functionConfig: {apiVersion: v1, kind: ConfigMap, data: {databases: chat}}\n',
      'functionConfig.data.databases: "chat" must be written NAME=VALUE',
    ],
    [
      'functionConfig: {apiVersion: v1, kind: ConfigMap, data: {databases: chat=extern}}\n',
      'functionConfig.data: databases.chat must be external or operator-managed',
    ],
  ])('with a mistake fails the function: %j', async (config, message) => {
    const text = resourceList([installation('chat')], config);
    const ran = await krm(text);
    expect(ran.code).toBe(2);
    expect(withoutResults(ran.out)).toBe(text);
    expect(ran.list.results?.[0]).toEqual({ message: expect.stringContaining(message) as string, severity: 'error' });
    expect(ran.err).toContain(`error: ${message}`);
  });

  test('may say nothing', async () => {
    expect(
      await krm(resourceList([installation('chat')], 'functionConfig:\n  apiVersion: ci2mm.dev/v1alpha1\n  kind: Convert\n')),
    ).toMatchObject({ code: 0 });
  });
});

test('kustomizations among the items are not taken apart', async () => {
  const kustomization = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata:\n  name: x\nresources: [chat.yaml]\n';
  const text = resourceList([kustomization, installation('chat')]);
  const ran = await krm(text);
  expect(ran.code).toBe(1);
  expect(withoutResults(ran.out)).toBe(text);
  expect(ran.list.results).toMatchObject([
    {
      severity: 'error',
      resourceRef: { kind: 'Kustomization' },
      message: expect.stringContaining('run ci2mm convert on the files') as string,
    },
  ]);
  const warned = await krm(text + functionConfig('    onBlocked: warn\n'));
  expect(warned).toMatchObject({ code: 0, list: { items: [{ kind: 'Kustomization' }, { kind: 'ClusterInstallation' }] } });
  expect(await krm(resourceList([kustomization, configMap]))).toMatchObject({ code: 0, err: '' });
});

describe('convert - with a ResourceList', () => {
  const text = resourceList([installation('chat'), configMap]);

  test('gives one back, with results', async () => {
    const ran = await run(['convert', '-'], text);
    expect(ran.code).toBe(0);
    expect(withoutResults(ran.out)).toBe(converted(text));
    expect(ran.err).toContain('warning: ClusterInstallation prod/chat in chat.yaml: ');
    expect(rulesOf(ran, 'warning')).toContain('direct-swap');
  });

  test('gives nothing when an installation is blocked, or with --check', async () => {
    expect(await run(['convert', '-'], resourceList([installation('chat'), blocked('blue')]))).toMatchObject({ code: 1, out: '' });
    expect(await run(['convert', '-', '--check'], text)).toMatchObject({ code: 1, out: '' });
    expect(await run(['convert', '-', '--check'], resourceList([configMap]))).toMatchObject({ code: 0, out: resourceList([configMap]) });
  });

  test('heeds flags before its functionConfig', async () => {
    const list = resourceList(
      [installation('chat', '  database:\n    secret: db\n')],
      functionConfig('    databases:\n      chat: external\n'),
    );
    expect((await run(['convert', '-'], list)).list.items[0]).toMatchObject({ spec: { database: { external: { secret: 'db' } } } });
    const { list: other } = await run(['convert', '-', '--database', 'chat=operator-managed'], list);
    expect(other.items[0]).not.toMatchObject({ spec: { database: { external: {} } } });
  });

  test('reports in a format like any stream', async () => {
    const { out } = await run(['convert', '-', '--format', 'json'], text);
    expect(JSON.parse(out)).toMatchObject({ summary: { convertible: 1 } });
  });
});
