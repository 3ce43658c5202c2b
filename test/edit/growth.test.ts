import { beforeEach, expect, test, vi } from 'vitest';
import { convertRepository, convertText } from '../../src/index.ts';
import { tree } from '../proof/harness.ts';

/** What is read while a text is rewritten grows with the text, and not with its square. */

const parsed = vi.hoisted(() => ({ texts: [] as number[], split: 0 }));

vi.mock(import('../../src/yaml/document.ts'), async (original) => {
  const actual = await original();
  return {
    ...actual,
    parseDocument: (text, outer) => {
      parsed.texts.push(text.length);
      return actual.parseDocument(text, outer);
    },
    splitDocuments: (text) => {
      parsed.split += 1;
      return actual.splitDocuments(text);
    },
  };
});

beforeEach(() => {
  parsed.texts = [];
});

const IDENTITY = 'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\n';
const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '    ');
const count = (length: number, each: (index: number) => string): string => Array.from({ length }, (_, index) => each(index)).join('');

/** Writes, adds below a map that the conversion moves, removes, and has no effect. */
const operation = (index: number): string =>
  [
    '- {op: replace, path: /spec/replicas, value: 3}\n',
    `- op: add\n  path: /spec/nodeSelector/zone-${index}\n  value: a # zone\n`,
    `- {op: add, path: /spec/mattermostEnv/-, value: {name: "E${index}", value: x}}\n`,
    `- op: add\n  path: /spec/canary\n  value: {enable: false}\n- op: remove\n  path: /spec/canary\n`,
  ][index % 4] ?? '';

const patch = (text: string): string => `- target: {kind: ClusterInstallation}\n  patch: |-\n${indented(text)}`;
const merge = (index: number): string => `- patch: |-\n${indented(`${IDENTITY}spec:\n  nodeSelector: {zone-${index}: a}\n`)}`;

const SHAPES: Readonly<Record<string, (length: number) => string>> = {
  'operations of one patch': (length) => patch(count(length, operation)),
  'JSON6902 patches': (length) => count(length, (index) => patch(operation(index))),
  'strategic-merge patches': (length) => count(length, merge),
};

/** How often something was parsed, and how many characters. */
async function readFor(patches: string): Promise<{ times: number; characters: number }> {
  parsed.texts = [];
  const cwd = tree({
    'kustomization.yaml': `resources: [chat.yaml]\npatches:\n${patches}`,
    'chat.yaml': `${IDENTITY}spec: {ingressName: a, replicas: 2, nodeSelector: {}, mattermostEnv: []}\n`,
  });
  const { summary } = await convertRepository({ cwd, prove: 'never' });
  expect(summary).toMatchObject({ convertible: 1, blocked: 0 });
  return { times: parsed.texts.length, characters: parsed.texts.reduce((sum, each) => sum + each, 0) };
}

test.each(Object.entries(SHAPES))('%s', async (_, shape) => {
  const few = await readFor(shape(10));
  const many = await readFor(shape(80));
  expect(many.characters / few.characters).toBeLessThan(9);
});

test('a patch is read no more often the more operations it has', async () => {
  const few = await readFor(patch(count(8, operation)));
  expect(await readFor(patch(count(80, operation)))).toMatchObject({ times: few.times });
});

test('a List of installations', async () => {
  const item = (index: number): string =>
    `- ${IDENTITY.replace('chat', `chat-${index}`).trim().replaceAll('\n', '\n  ')}\n  spec: {size: 5users}\n`;
  const charactersOf = async (length: number): Promise<number> => {
    parsed.texts = [];
    const { report } = await convertText(`apiVersion: v1\nkind: List\nitems:\n${count(length, item)}`);
    expect(report.summary.converted).toBe(length);
    return parsed.texts.reduce((sum, each) => sum + each, 0);
  };
  expect((await charactersOf(160)) / (await charactersOf(20))).toBeLessThan(9);
});

test('a file of many documents is split once for all of them', async () => {
  const document = (index: number): string => `---\n${IDENTITY.replace('chat', `chat-${index}`)}spec: {size: 5users}\n`;
  const splitFor = async (length: number): Promise<number> => {
    parsed.split = 0;
    const { report } = await convertText(count(length, document));
    expect(report.summary.converted).toBe(length);
    return parsed.split;
  };
  expect(await splitFor(40)).toBe(await splitFor(4));
});
