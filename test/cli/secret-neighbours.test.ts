import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { git, temporaryRepository } from '../repo/workspace.ts';
import { holdsValues, SAMPLES } from '../secrets/samples.ts';
import { stringify } from 'yaml';
import { run } from './harness.ts';
import { installation } from './manifests.ts';

/** What holds a secret may follow an installation at once: its first lines hold none, and one of them is all that a diff needs. */

const VALUES = { DB_CONNECTION_STRING: 'hunter2', PASSWORD: 'aHVudGVyMg==' };
const LEAK = /hunter2|aHVudGVyMg/;

const item = (text: string): string => `- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`;
const listOf = (...items: readonly string[]): string => `apiVersion: v1\nkind: List\nitems:\n${items.map(item).join('')}`;

/** The last line of it changes. */
const LAST = installation('chat', '  nodeSelector: {a: b}\n');

async function shown(cwd: string): Promise<{ code: number | null; diff: string; said: string }> {
  const { code, stdout, stderr } = await run(['convert', '--assume-database', 'external'], { cwd });
  return { code, diff: stdout.toString(), said: stderr };
}

/** The diff leaks nothing, and git makes of it what `--write` does. */
async function requireApplies(file: string, text: string): Promise<void> {
  const cwd = temporaryRepository({ [file]: text });
  const { code, diff, said } = await shown(cwd);
  expect(said).not.toContain('secret-next-to-change');
  expect(code).toBe(0);
  expect(`${diff}${said}`).not.toMatch(LEAK);
  git(cwd, ['apply', '-'], { input: diff });
  const applied = readFileSync(join(cwd, file), 'utf8');
  expect(applied).toMatch(/kind"?: "?Mattermost/);
  const other = temporaryRepository({ [file]: text });
  await run(['convert', '--write', '--assume-database', 'external'], { cwd: other });
  expect(readFileSync(join(other, file), 'utf8')).toBe(applied);
}

const BEARING = SAMPLES.filter(holdsValues)
  .map((sample) => sample(VALUES))
  .filter((manifest) => !/kustomize|^"builtin"$/.test(JSON.stringify(manifest['apiVersion'])));

describe('every source of Secrets with values', () => {
  test.each(BEARING.map((manifest, index) => [`${index} ${JSON.stringify(manifest['kind'])}`, manifest] as const))(
    '%s',
    async (_, manifest) => {
      const text = stringify(manifest);
      await requireApplies('list.yaml', listOf(LAST, text));
      await requireApplies('list.yaml', listOf(text, LAST, text, installation('two', '  nodeSelector: {a: b}\n'), text));
      await requireApplies('file.yaml', `${LAST}---\n${text}---\n${installation('two')}`);
      await requireApplies('file.yaml', `${LAST.trimEnd()}\n---\n${text}`);
    },
  );
});

test.each([
  ['a namespace', 'apiVersion: v1\nkind: Secret\nmetadata:\n  namespace: mm\n  name: "db"\nstringData: {a: hunter2}\n'],
  ['metadata in braces', "apiVersion: v1\nkind: Secret\nmetadata: {name: 'db', namespace: mm}\nstringData: {a: hunter2}\n"],
  ['the kind first', 'kind: Secret\napiVersion: v1\nstringData: {a: hunter2}\nmetadata: {name: db}\n'],
  ['metadata first', 'metadata:\n  name: db\nstringData: {a: hunter2}\nkind: Secret\napiVersion: v1\n'],
  ['annotations', 'apiVersion: v1\nkind: Secret\nmetadata:\n  annotations: {was: hunter2}\n  name: db\ndata: {a: aHVudGVyMg==}\n'],
  ['a comment at the end of a line', 'apiVersion: v1\nkind: Secret # hunter2\nmetadata: {name: db}\nstringData: {a: hunter2}\n'],
  [
    'SOPS',
    'apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {a: "ENC[AES256_GCM,data:hunter2,type:str]"}\nsops: {mac: hunter2}\n',
  ],
])('a Secret with %s', async (_, secret) => {
  await requireApplies('list.yaml', listOf(LAST, secret));
});

test('JSON of several lines', async () => {
  const items = [
    {
      apiVersion: 'mattermost.com/v1alpha1',
      kind: 'ClusterInstallation',
      metadata: { name: 'chat' },
      spec: { ingressName: 'a', nodeSelector: { a: 'b' } },
    },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, stringData: { a: 'hunter2' } },
    {
      apiVersion: 'mattermost.com/v1alpha1',
      kind: 'ClusterInstallation',
      metadata: { name: 'two' },
      spec: { ingressName: 'a', nodeSelector: { a: 'b' } },
    },
  ];
  await requireApplies('list.json', `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2)}\n`);
});

describe('a line that may be secret is shown to nobody, and blocks', () => {
  test.each([
    ['the value comes first', 'stringData: {a: hunter2}\napiVersion: v1\nkind: Secret\nmetadata: {name: db}\n'],
    ['a comment comes first', '# hunter2\napiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {a: hunter2}\n'],
    [
      'a comment stands beside the dash of the item',
      '# x\n# hunter2\napiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {a: hunter2}\n',
    ],
    ['a comment comes after the dash', '\n# hunter2\napiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {a: hunter2}\n'],
    ['a comment stands beside', 'apiVersion: v1 # hunter2\nkind: Secret\nmetadata: {name: db}\nstringData: {a: hunter2}\n'],
    ['all stands in one line', '{apiVersion: v1, kind: Secret, metadata: {name: db}, stringData: {a: hunter2}}\n'],
    ['a name that is none', 'name: hunter2\napiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {a: hunter2}\n'],
    ['a name that goes on', 'metadata:\n  name: db\n    hunter2\napiVersion: v1\nkind: Secret\nstringData: {a: hunter2}\n'],
  ])('%s', async (_, secret) => {
    const { diff, said } = await shown(temporaryRepository({ 'list.yaml': listOf(LAST, secret) }));
    expect(`${diff}${said}`).not.toMatch(LEAK);
    if (diff === '') expect(said).toContain('secret-next-to-change');
  });
});

test('items of a List that share an anchor are hidden with all that is around them', async () => {
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata: &m {name: db}\nstringData: {a: hunter2}\n';
  const other = 'apiVersion: v1\nkind: Secret\nmetadata: *m\nstringData: {a: hunter2}\n';
  const { code, diff, said } = await shown(temporaryRepository({ 'list.yaml': listOf(LAST, secret, other) }));
  expect([0, 1]).toContain(code);
  expect(`${diff}${said}`).not.toMatch(LEAK);
});
