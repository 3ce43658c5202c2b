import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isolation } from '../../src/repo/isolation.ts';
import { build } from '../../src/repo/kustomize.ts';
import type { KustomizeBinary } from '../../src/repo/kustomize.ts';
import { binaries, proveIn, told, tree } from './harness.ts';
import type { Files } from './harness.ts';

/** Nothing is fetched: something listens on this machine and counts who comes, over every field by which kustomize loads files. */

/** The first line of every request; empty for who connects and says nothing. */
const requests: string[] = [];
const server = createServer((socket) => {
  const at = requests.push('') - 1;
  socket.on('error', () => undefined);
  socket.once('data', (data) => {
    requests[at] = /^.*/.exec(data.toString())?.[0] ?? '';
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '::', resolve)));
afterAll(() => void server.close());
beforeEach(() => void requests.splice(0));

const port = (): number => (server.address() as AddressInfo).port;

const CHAT = 'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\nspec: {ingressName: a}\n';

const inFile = (list: string, config: string): Files => ({
  'kustomization.yaml': `resources: [chat.yaml]\n${list}: [config.yaml]\n`,
  'config.yaml': config,
});

const generator = (fields: string): string => `apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: x}\n${fields}\n`;

const utf16 = (text: string): Buffer => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

/** By what loads; `URL` stands for the address of the listener. */
const CASES: Readonly<Record<string, Readonly<Record<string, string | Buffer>>>> = {
  resources: { 'kustomization.yaml': 'resources: [chat.yaml, "URL/a.yaml"]\n' },
  bases: { 'kustomization.yaml': 'resources: [chat.yaml]\nbases: ["URL/a"]\n' },
  crds: { 'kustomization.yaml': 'resources: [chat.yaml]\ncrds: ["URL/a.json"]\n' },
  configurations: { 'kustomization.yaml': 'resources: [chat.yaml]\nconfigurations: ["URL/a.yaml"]\n' },
  openapi: { 'kustomization.yaml': 'resources: [chat.yaml]\nopenapi: {path: "URL/a.json"}\n' },
  patches: { 'kustomization.yaml': 'resources: [chat.yaml]\npatches: [{path: "URL/a.yaml"}]\n' },
  patchesStrategicMerge: { 'kustomization.yaml': 'resources: [chat.yaml]\npatchesStrategicMerge: ["URL/a.yaml"]\n' },
  patchesJson6902: {
    'kustomization.yaml':
      'resources: [chat.yaml]\npatchesJson6902: [{target: {group: mattermost.com, version: v1alpha1, kind: ClusterInstallation, name: chat}, path: "URL/a.yaml"}]\n',
  },
  replacements: { 'kustomization.yaml': 'resources: [chat.yaml]\nreplacements: [{path: "URL/a.yaml"}]\n' },
  generators: { 'kustomization.yaml': 'resources: [chat.yaml]\ngenerators: ["URL/a.yaml"]\n' },
  transformers: { 'kustomization.yaml': 'resources: [chat.yaml]\ntransformers: ["URL/a.yaml"]\n' },
  validators: { 'kustomization.yaml': 'resources: [chat.yaml]\nvalidators: ["URL/a.yaml"]\n' },
  'files of a generator': { 'kustomization.yaml': 'resources: [chat.yaml]\nconfigMapGenerator: [{name: x, files: ["URL/a"]}]\n' },
  'files with a key': { 'kustomization.yaml': 'resources: [chat.yaml]\nsecretGenerator: [{name: x, files: ["a=URL/a"]}]\n' },
  envs: { 'kustomization.yaml': 'resources: [chat.yaml]\nconfigMapGenerator: [{name: x, envs: ["URL/a"]}]\n' },
  env: { 'kustomization.yaml': 'resources: [chat.yaml]\nsecretGenerator: [{name: x, env: "URL/a"}]\n' },
  'keys in capitals': { 'kustomization.yaml': 'resources: [chat.yaml]\nconfigMapGenerator: [{name: x, FILES: ["URL/a"]}]\n' },
  'a key whose letter folds to another': {
    'kustomization.yaml': 'resources: [chat.yaml]\nconfigMapGenerator: [{name: x, file\u017f: ["URL/a"]}]\n',
  },
  'a scheme in capitals': {
    'kustomization.yaml': 'resources: [chat.yaml]\nconfigMapGenerator: [{name: x, files: ["HTTP://127.0.0.1:PORT/a"]}]\n',
  },
  'a scheme with escapes': {
    'kustomization.yaml': 'resources: [chat.yaml]\nconfigMapGenerator: [{name: x, files: ["\\x68ttp:/\\u002f127.0.0.1:PORT/a"]}]\n',
  },
  localhost: { 'kustomization.yaml': 'resources: [chat.yaml]\nconfigMapGenerator: [{name: x, files: ["http://localhost:PORT/a"]}]\n' },
  'another address of this machine': {
    'kustomization.yaml': 'resources: [chat.yaml]\nconfigMapGenerator: [{name: x, files: ["http://127.9.8.7:PORT/a"]}]\n',
  },
  'an address of version 6': {
    'kustomization.yaml': 'resources: [chat.yaml]\nconfigMapGenerator: [{name: x, files: ["http://[::1]:PORT/a"]}]\n',
  },
  'a user': {
    'kustomization.yaml': 'resources: [chat.yaml]\nconfigMapGenerator: [{name: x, files: ["http://example.com:x@127.0.0.1:PORT/a"]}]\n',
  },
  'an alias': {
    'kustomization.yaml': 'resources: [chat.yaml]\ncommonAnnotations: {a: &u "URL/a"}\nconfigMapGenerator: [{name: x, files: [*u]}]\n',
  },
  'an inline generator of one line': {
    'kustomization.yaml': `resources: [chat.yaml]\ngenerators:\n- "{apiVersion: builtin, kind: ConfigMapGenerator, metadata: {name: x}, files: ['a=URL/a']}"\n`,
  },
  'an inline generator of one line, keys in capitals': {
    'kustomization.yaml': `resources: [chat.yaml]\ngenerators:\n- "{apiVersion: builtin, kind: ConfigMapGenerator, metadata: {name: x}, Files: ['a=URL/a']}"\n`,
  },
  'an inline generator': {
    'kustomization.yaml': `resources: [chat.yaml]\ngenerators:\n- |\n  ${generator('envs: ["URL/a"]').replaceAll('\n', '\n  ')}\n`,
  },
  'an inline validator of one line': {
    'kustomization.yaml': `resources: [chat.yaml]\nvalidators:\n- "{apiVersion: builtin, kind: PatchTransformer, metadata: {name: x}, target: {kind: ClusterInstallation}, path: 'URL/a'}"\n`,
  },
  'an inline transformer in JSON': {
    'kustomization.yaml': `resources: [chat.yaml]\ntransformers:\n- '{"apiVersion": "builtin", "kind": "PatchTransformer", "metadata": {"name": "x"}, "target": {"kind": "ClusterInstallation"}, "path": "URL/a"}'\n`,
  },
  'a generator in a file': inFile('generators', generator('files: ["URL/a"]')),
  'a generator in a file, keys in capitals': inFile('generators', generator('ENVS: ["URL/a"]')),
  'a generator of Secrets in a file': inFile('generators', generator('envs: ["URL/a"]').replace('ConfigMap', 'Secret')),
  'a generator in JSON': inFile(
    'generators',
    '{"apiVersion": "b\\u0075iltin", "kind": "ConfigMapGenerator", "metadata": {"name": "x"}, "files": ["URL/a"]}',
  ),
  'a generator whose version has a slash': inFile('generators', generator('files: ["URL/a"]').replace('builtin', '/builtin')),
  'a generator in a List': inFile(
    'generators',
    `apiVersion: v1\nkind: List\nitems:\n- ${generator('files: ["URL/a"]').trimEnd().replaceAll('\n', '\n  ')}\n`,
  ),
  'a second document': inFile(
    'generators',
    `${generator('literals: [a=b]')}---\n${generator('files: ["URL/a"]').replace('name: x', 'name: y')}`,
  ),
  'a patch of a transformer': inFile(
    'transformers',
    'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: x}\ntarget: {kind: ClusterInstallation}\npath: "URL/a"\n',
  ),
  'operations of a transformer': inFile(
    'transformers',
    'apiVersion: builtin\nkind: PatchJson6902Transformer\nmetadata: {name: x}\ntarget: {group: mattermost.com, version: v1alpha1, kind: ClusterInstallation, name: chat}\npath: "URL/a"\n',
  ),
  'merges of a transformer': inFile(
    'transformers',
    'apiVersion: builtin\nkind: PatchStrategicMergeTransformer\nmetadata: {name: x}\npaths: ["URL/a"]\n',
  ),
  'replacements of a transformer': inFile(
    'transformers',
    'apiVersion: builtin\nkind: ReplacementTransformer\nmetadata: {name: x}\nreplacements: [{path: "URL/a"}]\n',
  ),
  'a kustomization in UTF-16': {
    'kustomization.yaml': utf16('resources: [chat.yaml]\nconfigMapGenerator: [{name: x, files: ["URL/a"]}]\n'),
  },
  'a generator in UTF-16': {
    'kustomization.yaml': 'resources: [chat.yaml]\ngenerators: [config.yaml]\n',
    'config.yaml': utf16(generator('files: ["URL/a"]')),
  },
  'a kustomization with a key twice': {
    'kustomization.yaml': 'resources: [chat.yaml]\nconfigMapGenerator: [{name: x, name: x, files: ["URL/a"]}]\n',
  },
  'a file that is padded': inFile('generators', `${generator('files: ["URL/a"]')}#${' '.repeat(5 << 20)}\n`),
  'generators of a kustomization': {
    'kustomization.yaml': 'resources: [chat.yaml]\ngenerators: [built]\n',
    'built/kustomization.yaml': 'resources: [config.yaml]\n',
    'built/config.yaml': generator('files: ["URL/a"]'),
  },
  'generators that a kustomization patches': {
    'kustomization.yaml': 'resources: [chat.yaml]\ngenerators: [built]\n',
    'built/kustomization.yaml':
      'resources: [config.yaml]\npatches:\n- target: {kind: ConfigMapGenerator}\n  patch: |-\n    - {op: add, path: /files, value: ["URL/a"]}\n',
    'built/config.yaml': generator('literals: [a=b]'),
  },
  'generators that a kustomization makes of parts': {
    'kustomization.yaml': 'resources: [chat.yaml]\ngenerators: [built]\n',
    'built/kustomization.yaml':
      'resources: [config.yaml]\nnameSuffix: "://127.0.0.1:PORT/a"\npatches:\n- target: {kind: ConfigMapGenerator}\n  options: {allowNameChange: true}\n  patch: |-\n    - {op: replace, path: /metadata/name, value: http}\nreplacements:\n- source: {kind: ConfigMapGenerator}\n  targets: [{select: {kind: ConfigMapGenerator}, fieldPaths: [files.0]}]\n',
    'built/config.yaml': generator('files: [x]'),
  },
  'validators of a kustomization elsewhere': {
    'kustomization.yaml': 'resources: [chat.yaml]\nvalidators: [../elsewhere]\n',
    '../elsewhere/kustomization.yaml': 'configMapGenerator: [{name: x, files: ["URL/a"]}]\n',
  },
};

const NAMES = Object.keys(CASES);

/** A tree with the root `k`, in which every request names the case. */
function treeFor(name: string): string {
  const tag = `case-${NAMES.indexOf(name)}-`;
  const address = (text: string): string =>
    text.replaceAll('URL/', `http://127.0.0.1:${port()}/${tag}`).replaceAll('PORT/', `${port()}/${tag}`);
  const place = (content: string | Buffer): string | Buffer =>
    typeof content === 'string' ? address(content) : utf16(address(content.subarray(2).toString('utf16le')));
  const entries = Object.entries(CASES[name] ?? {}).map(([file, content]) => [
    file.startsWith('../') ? file.slice(3) : `k/${file}`,
    place(content),
  ]);
  return tree({ 'k/chat.yaml': CHAT, ...Object.fromEntries(entries) } as Files);
}

const readsOf = (name: string): string[] => [
  ...new Set(Object.keys(CASES[name] ?? {}).map((file) => (file.startsWith('../') ? 'elsewhere' : file.includes('/') ? 'k/built' : 'k'))),
];

const EDIT = { 'k/chat.yaml': CHAT.replace('ingressName: a', 'ingressName: b') };

/** A few at a time. */
async function forAll(work: (name: string) => Promise<unknown>): Promise<void> {
  const names = NAMES.values();
  const worker = async (): Promise<void> => {
    for (const name of names) await work(name);
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}

const LONG = { timeout: 600_000 };

describe.each(binaries)('$description', (binary) => {
  test('a build apart reaches nothing', LONG, async ({ skip }) => {
    if ((await isolation()) === null) skip();
    await forAll((name) => build(binary, { root: treeFor(name), directory: 'k' }));
    expect(requests).toEqual([]);
  });

  test('a proof without that reaches nothing', LONG, async () => {
    const proofs = new Map<string, string | undefined>();
    await forAll(async (name) => {
      const [proof] = await proveIn(treeFor(name), { binary, edits: EDIT, roots: ['k'], reads: readsOf(name), limits: { isolate: false } });
      proofs.set(name, told(proof)[0]);
    });
    expect(requests).toEqual([]);
    for (const [name, said] of proofs) expect.soft({ name, said }).toEqual({ name, said: expect.stringMatching(/^not built: /) as string });
  });
});

/** Builds as anyone would, until the listener has heard of it. */
async function reaches(name: string, { program, args }: KustomizeBinary): Promise<boolean> {
  const heard = (): boolean => requests.some((line) => line.includes(`/case-${NAMES.indexOf(name)}-`));
  const child = spawn(program, [...args, join(treeFor(name), 'k')], { stdio: 'ignore', timeout: 20_000 });
  const ended = once(child, 'close');
  while (!heard() && child.exitCode === null && child.signalCode === null) await pause(5);
  child.kill('SIGKILL');
  await ended;
  return heard();
}

test('by itself kustomize reaches all of them', LONG, async () => {
  const silent: string[] = [];
  await forAll(async (name) => {
    for (const binary of binaries) if (await reaches(name, binary)) return;
    silent.push(name);
  });
  expect(silent).toEqual([]);
});
