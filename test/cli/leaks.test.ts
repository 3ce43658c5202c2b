import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { FORMATS } from '../../src/report/formats.ts';
import { holdsValues, SAMPLES, yamlOf } from '../secrets/samples.ts';
import { temporaryDirectory, temporaryRepository } from '../repo/workspace.ts';
import { run, runProcess } from './harness.ts';
import { blocked, installation } from './manifests.ts';

/** No value of a Secret comes out, whatever is printed: each value here is a word that stands nowhere else. */

let words = 0;
/** A word to be looked for, plain or in base64. */
const value = (): string => `hush${String((words += 1)).padStart(3, '0')}hush`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
/** Base64 of the word wherever it begins in a longer text. */
const LEAK = /hush\d{3}hush|aHVzaD|h1c2g|odXNo/;

const chat = installation('chat', '  database:\n    secret: db\n  bogus: 1\n');
const document = (text: string): string => `---\n${text}`;

/** A manifest of every source in the list that has room for values. */
const everySource = (): string[] =>
  SAMPLES.filter(holdsValues).map((sample) => yamlOf(sample({ DB_CONNECTION_STRING: value(), B: base64(value()) })));

/** An installation whose last line stays as it is: a patch needs a line after a change that it may show. */
const next = (index: number): string => installation(`next-${index}`, '  version: 5.31.0\n');

const listItem = (text: string): string => `- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`;

/** Every source between installations that change, so that a diff would have it as context. */
const between = (render: (text: string) => string): string =>
  everySource()
    .map((text, index) => render(text) + render(next(index)))
    .join('');

const SOURCES: Readonly<Record<string, () => Record<string, string>>> = {
  'Secret, data': () => ({
    's.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\ndata:\n  DB_CONNECTION_STRING: ${base64(value())}\n`,
  }),
  'Secret, stringData with comments': () => ({
    's.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n# was ${value()}\nstringData:\n  # before: ${value()}\n  DB_CONNECTION_STRING: "${value()}" # or ${value()}\n`,
  }),
  'Secret of bad base64': () => ({
    's.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\ndata:\n  DB_CONNECTION_STRING: "%%${value()}"\n`,
  }),
  'Secret with a key twice': () => ({
    's.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  DB_CONNECTION_STRING: ${value()}\n  DB_CONNECTION_STRING: ${value()}\n`,
  }),
  'Secret that is broken': () => ({
    's.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  DB_CONNECTION_STRING: "${value()}\n   x: ${value()}: [\n`,
  }),
  'Secret whose data is a text': () => ({ 's.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: ${value()}\n` }),
  SealedSecret: () => ({
    's.yaml': `apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: db}\nspec:\n  encryptedData:\n    DB_CONNECTION_STRING: ${value()}\n`,
  }),
  'ExternalSecret with a template': () => ({
    's.yaml': `apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: db}\nspec:\n  target:\n    template:\n      data:\n        DB_CONNECTION_STRING: postgres://${value()}\n`,
  }),
  SOPS: () => ({
    's.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  DB_CONNECTION_STRING: ENC[AES256_GCM,data:${value()},type:str]\nsops:\n  mac: ENC[${value()}]\n`,
  }),
  'secretGenerator, literals': () => ({
    'k/kustomization.yaml': `resources: [chat.yaml]\nsecretGenerator:\n- name: db\n  literals:\n  - DB_CONNECTION_STRING=${value()}\n`,
    'k/chat.yaml': chat,
  }),
  'secretGenerator, a file of variables': () => ({
    'k/kustomization.yaml': 'resources: [chat.yaml]\nsecretGenerator:\n- name: db\n  envs: [db.env]\n',
    'k/db.env': `DB_CONNECTION_STRING=${value()}\n`,
    'k/chat.yaml': chat,
  }),
  'secretGenerator that does not build': () => ({
    'k/kustomization.yaml': `resources: [chat.yaml, gone.yaml]\nsecretGenerator:\n- name: db\n  literals:\n  - "${value()}"\n  - DB_CONNECTION_STRING=${value()}\n`,
    'k/chat.yaml': chat,
  }),
  'in one file with an installation': () => ({
    'chat.yaml': `${chat}${document(`apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  DB_CONNECTION_STRING: ${value()}\n`)}${document(installation('next'))}`,
  }),
  'before an installation that is blocked': () => ({
    'chat.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  DB_CONNECTION_STRING: ${value()}\n${document(blocked())}`,
  }),
  'an item of a List': () => ({
    'list.yaml': `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: db}\n  stringData: {DB_CONNECTION_STRING: ${value()}}\n- ${chat.trimEnd().replaceAll('\n', '\n  ')}\n- ${blocked().trimEnd().replaceAll('\n', '\n  ')}\n`,
  }),
  'among the values of a chart': () => ({
    'chat.yaml': `extraObjects:\n- apiVersion: v1\n  kind: Secret\n  stringData: {a: ${value()}}\n${document(chat)}${document(`- apiVersion: v1\n  kind: Secret\n  stringData: {a: ${value()}}\n`)}${document(installation('next'))}`,
  }),
  'in no object, of a kustomization': () => ({
    'k/kustomization.yaml': 'resources: [chat.yaml]\n',
    'k/chat.yaml': `extraObjects:\n- stringData: {a: ${value()}}\n${document(chat)}${document(`- stringData: {a: ${value()}}\n`)}${document(installation('next'))}`,
  }),
  'a line of JSON': () => ({
    'list.json': JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, stringData: { DB_CONNECTION_STRING: value() } },
        {
          apiVersion: 'mattermost.com/v1alpha1',
          kind: 'ClusterInstallation',
          metadata: { name: 'chat' },
          spec: { ingressName: 'a', database: { secret: 'db' } },
        },
      ],
    }),
  }),
  'with a broken installation in the file': () => ({
    'chat.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {a: ${value()}}\n---\n${chat}  image: [${value()}\n`,
  }),
  'every source, in a file of its own': () => ({
    'next.yaml': next(0),
    ...Object.fromEntries(everySource().map((text, index) => [`sources/${index}.yaml`, text])),
  }),
  'every source, in one file with installations': () => ({ 'chat.yaml': chat + between(document) }),
  'every source, as items of a List': () => ({ 'list.yaml': `apiVersion: v1\nkind: List\nitems:\n${between(listItem)}` }),
  'every source, within another resource': () => ({
    'chat.yaml':
      chat +
      everySource()
        .map((text, index) => document(`apiVersion: example.com/v1\nkind: Bundle\nobjects:\n${listItem(text)}`) + document(next(index)))
        .join(''),
  }),
  'a last applied configuration': () => ({
    's.yaml': `apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: '{"stringData":{"DB_CONNECTION_STRING":"${value()}"}}'\ndata: {DB_CONNECTION_STRING: ${base64(value())}}\n`,
  }),
};

const PRINTS: readonly (readonly string[])[] = [
  ...FORMATS.map((format) => ['convert', '--format', format, '--verbose', '--color']),
  ['convert', '--write', '--verbose'],
  ['convert', '--target', '1.12', '--ingress', 'keep'],
  ['scan', '--verbose'],
];

describe.each(Object.entries(SOURCES))('%s', (what, files) => {
  test('nothing of it is printed', async () => {
    const cwd = temporaryRepository({ 'chat.yaml': chat, ...files() });
    let changes = '';
    for (const args of PRINTS) {
      const { stdout, stderr, code } = await run(args, { cwd });
      expect.soft({ args, code }).toEqual({ args, code: expect.toBeOneOf([0, 1]) as number });
      expect.soft(`${args.join(' ')}\n${stdout.toString()}${stderr}`).not.toMatch(LEAK);
      if (args[0] === 'convert') changes += stdout.toString();
    }
    if (what.startsWith('every source')) expect(changes).toMatch(/^\+ *kind: Mattermost$/m);
  });

  test('a stream of it gives its values on standard output alone, or nothing', async () => {
    const stdin = Object.values({ ...files(), 'chat.yaml': chat })
      .filter((text) => text.includes('apiVersion'))
      .join('\n---\n');
    const { stdout, stderr, code } = await run(['convert', '-', '--verbose'], { cwd: temporaryDirectory(), stdin });
    expect(stderr).not.toMatch(LEAK);
    if (code !== 0) expect(stdout).toHaveLength(0);
    for (const format of FORMATS) {
      const told = await run(['convert', '-', '--format', format], { cwd: temporaryDirectory(), stdin });
      expect.soft(`${format}\n${told.stdout.toString()}${told.stderr}`).not.toMatch(LEAK);
    }
  });
});

/** What a ResourceList says besides its items, which hold what they held. */
function besidesItems(list: string): string {
  if (list === '') return '';
  const { items: _, ...rest } = parse(list) as { items: unknown };
  return JSON.stringify(rest);
}

test.each(Object.entries(SOURCES))('a ResourceList: %s', async (_, files) => {
  const resources = Object.values({ ...files(), 'chat.yaml': chat })
    .filter((text) => text.includes('apiVersion'))
    .join('\n---\n')
    .split(/^---\n/m);
  const items = resources.map((text) => `- ${text.trim().replaceAll('\n', '\n  ')}\n`).join('');
  const stdin = `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n${items}`;
  for (const args of [['krm'], ['convert', '-'], ['convert', '-', '--verbose']]) {
    const { stdout, stderr } = await run(args, { cwd: temporaryDirectory(), stdin });
    expect.soft(`${args.join(' ')}\n${besidesItems(stdout.toString())}${stderr}`).not.toMatch(LEAK);
  }
});

/** Manifests that are cut, doubled and disturbed at random places: whatever the message, it quotes nothing. */
test('nor do mistakes at random places', { timeout: 180_000 }, async () => {
  const whole = `${chat}---\napiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  DB_CONNECTION_STRING: ${value()}\n  b: |\n    ${value()}\ndata: {c: "${base64(value())}"}\n---\n${blocked()}`;
  const disturb = (at: number, with_: string): string => `${whole.slice(0, at)}${with_}${whole.slice(at)}`;
  const texts = fc.sample(
    fc.tuple(
      fc.nat(whole.length),
      fc.constantFrom(
        '"',
        "'",
        '[',
        '{',
        '&a ',
        '*b ',
        '!!x ',
        '\t',
        '\n',
        ': ',
        '- ',
        '<<: ',
        '? ',
        '\0',
        '%',
        '{{ x }}',
        '---\n',
        '...\n',
        '#',
      ),
    ),
    { numRuns: 150, seed: 7 },
  );
  const cwd = temporaryRepository(
    Object.fromEntries(
      texts.flatMap(([at, mark], index) => [
        [`in/${index}.yaml`, disturb(at, mark)],
        [`cut/${index}.yaml`, whole.slice(0, at)],
      ]),
    ),
  );
  for (const format of FORMATS) {
    const { stdout, stderr, code } = await run(['convert', '--verbose', '--format', format], { cwd });
    expect(code).toBe(1);
    const leaks = `${stdout.toString()}${stderr}`.split('\n').filter((line) => LEAK.test(line));
    expect.soft({ format, leaks: leaks.slice(0, 3) }).toEqual({ format, leaks: [] });
  }
});

test('init writes down no value', async () => {
  for (const files of Object.values(SOURCES)) {
    const cwd = temporaryRepository({ 'chat.yaml': chat, ...files() });
    const { stdout, stderr } = await run(['init'], { cwd });
    const written = readdirSync(cwd)
      .filter((name) => name.startsWith('.ci2mm'))
      .map((name) => readFileSync(join(cwd, name), 'utf8'));
    expect([stdout.toString(), stderr, ...written].join('')).not.toMatch(LEAK);
  }
});

test('variables that make Node tell more make it tell none of it', async () => {
  const files = SOURCES['in one file with an installation']?.() ?? {};
  const result = await runProcess(['convert', '--verbose'], {
    cwd: temporaryRepository(files),
    env: { NODE_DEBUG: 'fs,module', DEBUG: '*' },
  });
  expect(`${result.stdout.toString()}${result.stderr}`).not.toMatch(LEAK);
});
