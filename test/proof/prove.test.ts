import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { findLocalRequest } from '../../src/proof/local-request.ts';
import { Prover } from '../../src/proof/prover.ts';
import { bytesOf } from '../repo/workspace.ts';
import { binaries, convertedBy, kustomize4, options, prove, proveIn, told, tree } from './harness.ts';
import type { Files } from './harness.ts';

const OLD =
  'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n  ingressName: chat.example.com\n  mattermostLicenseSecret: license\n';
const NEW =
  'apiVersion: installation.mattermost.com/v1beta1\nkind: Mattermost\nmetadata:\n  name: chat\nspec:\n  ingressName: chat.example.com\n  licenseSecret: license\n';

const BASE: Files = { 'base/kustomization.yaml': 'resources: [chat.yaml]\n', 'base/chat.yaml': OLD };
const OVERLAY = 'resources: [../base]\nnamespace: mm\n';

describe.each(binaries)('roots, $description', (binary) => {
  test('each gets an answer of its own', async () => {
    const before = {
      ...BASE,
      'good/kustomization.yaml': OVERLAY,
      'stale/kustomization.yaml': `${OVERLAY}patches:\n- target:\n    kind: ClusterInstallation\n  patch: |-\n    - op: add\n      path: /spec/size\n      value: 100users\n`,
      'broken/kustomization.yaml': 'resources: [../base, missing.yaml]\n',
      'loud/kustomization.yaml':
        'resources: [../base]\npatchesStrategicMerge:\n- |-\n  apiVersion: mattermost.com/v1alpha1\n  kind: ClusterInstallation\n  metadata:\n    name: chat\n  spec:\n    size: 100users\n',
    };
    const proofs = await prove({ binary, before, edits: { 'base/chat.yaml': NEW }, roots: ['good', 'stale', 'broken', 'loud', 'nowhere'] });
    expect(proofs.map(({ root, status }) => [root.directory, status])).toEqual([
      ['good', 'proven'],
      ['stale', 'failed'],
      ['broken', 'not-built'],
      ['loud', 'failed'],
      ['nowhere', 'not-built'],
    ]);
    expect(told(proofs[0])).toEqual(['proven']);
    expect(told(proofs[1])).toEqual(['Mattermost mm/chat: spec.size is lost']);
    expect(told(proofs[2])[0]).toContain('broken/missing.yaml: no such file or directory');
    expect(told(proofs[3])[0]).toMatch(
      /^the result does not build: .*no matches for Id ClusterInstallation\.v1alpha1\.mattermost\.com\/chat\.\[noNs\]/,
    );
  });

  test('cycles and kustomizations that are no YAML are told', async () => {
    const before = {
      ...BASE,
      'a/kustomization.yaml': 'resources: [../b]\n',
      'b/kustomization.yaml': 'resources: [../a]\n',
      'c/kustomization.yaml': '{{ .Values }}\n',
    };
    const proofs = await prove({ binary, before, edits: { 'base/chat.yaml': NEW }, roots: ['a', 'c'] });
    expect(told(proofs[0])[0]).toContain('cycle detected');
    expect(told(proofs[1])[0]).toMatch(/^not built: /);
  });

  test('the root of the tree can be one', async () => {
    const before = { 'kustomization.yaml': 'resources: [chat.yaml]\n', 'chat.yaml': OLD };
    expect((await prove({ binary, before, edits: { 'chat.yaml': NEW }, roots: [''] })).map(told)).toEqual([['proven']]);
  });

  test('files that git ignores take part', async () => {
    const before = {
      ...BASE,
      '.gitignore': '*.env\n',
      'o/kustomization.yaml': 'resources: [../base]\nsecretGenerator:\n- name: s\n  envs: [secret.env]\n',
      'o/secret.env': 'A=b\n',
    };
    expect((await prove({ binary, before, edits: { 'base/chat.yaml': NEW }, roots: ['o'] })).map(told)).toEqual([['proven']]);
  });

  test('a root that is reached through a link', async () => {
    const root = tree({ ...BASE, 'real/kustomization.yaml': OVERLAY });
    symlinkSync('real', join(root, 'linked'));
    const proofs = await proveIn(root, { binary, edits: { 'base/chat.yaml': NEW }, roots: ['linked'], reads: ['linked', 'base'] });
    expect(proofs.map(told)).toEqual([['proven']]);
  });

  test('a change of order is noted', async () => {
    const before = {
      ...BASE,
      'o/kustomization.yaml': 'resources: [../base, other.yaml]\n',
      'o/other.yaml': 'apiVersion: kubernetes.example.com/v1\nkind: Other\nmetadata:\n  name: o\n',
    };
    const [proof] = await prove({ binary, before, edits: { 'base/chat.yaml': NEW }, roots: ['o'] });
    expect(proof?.status).toBe('proven');
  });
});

test('the tree is never touched, and no copy stays behind', async () => {
  const root = tree({ ...BASE, 'o/kustomization.yaml': OVERLAY });
  const temporary = tree();
  vi.stubEnv('TMPDIR', temporary);
  onTestFinished(() => void vi.unstubAllEnvs());
  await proveIn(root, { binary: kustomize4, edits: { 'base/chat.yaml': NEW }, roots: ['o'], reads: ['o', 'base'] });
  expect(bytesOf(root, 'base/chat.yaml')).toBe(OLD);
  expect(readdirSync(temporary)).toEqual([]);
});

test('a second proof builds only what changed', async () => {
  const root = tree({ ...BASE, 'o/kustomization.yaml': OVERLAY });
  const roots = [{ id: 'o', directory: 'o', reads: ['o', 'base'], made: null }];
  const claim = { expected: convertedBy(options), mayChange: () => [], database: () => null, links: [], problems: () => [] };
  const prover = new Prover(kustomize4, root);
  const edit = (after: string) => prover.prove(roots, { ...claim, changes: [{ file: 'base/chat.yaml', after: Buffer.from(after) }] });
  expect((await edit(NEW.replace('licenseSecret: license', 'licenseSecret: other'))).map(told)).toEqual([
    ['Mattermost mm/chat: spec.licenseSecret has another value'],
  ]);
  expect((await edit(NEW)).map(told)).toEqual([['proven']]);
});

test('progress is told', async () => {
  const seen: [number, number][] = [];
  const before = { ...BASE, 'a/kustomization.yaml': OVERLAY, 'b/kustomization.yaml': OVERLAY };
  await prove({
    binary: kustomize4,
    before,
    edits: { 'base/chat.yaml': NEW },
    roots: ['a', 'b'],
    limits: { atOnce: 1, onProgress: (done, total) => seen.push([done, total]) },
  });
  expect(seen).toEqual([
    [1, 2],
    [2, 2],
  ]);
});

test('a root that hangs holds nothing else up', async () => {
  const before = { ...BASE, 'a/kustomization.yaml': OVERLAY };
  const hanging = { program: '/bin/sh', args: ['-c', 'case $1 in */a) exec /bin/sleep 60;; esac; echo', 'sh'], description: 'fake 1.0.0' };
  const proofs = await prove({
    binary: hanging,
    before,
    edits: { 'base/chat.yaml': NEW },
    roots: ['a', 'base'],
    limits: { timeoutMs: 300 },
  });
  expect(told(proofs[0])).toEqual(['not built: fake 1.0.0 did not end within 0.3 seconds']);
  expect(told(proofs[1])).toEqual(['proven']);
});

describe('requests to this machine', () => {
  test('are not made', async () => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests += 1;
      response.end(OLD);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.yaml`;
    const before = {
      ...BASE,
      'a/kustomization.yaml': `resources: [../base, "${url}"]\n`,
      'b/kustomization.yaml': 'resources: [../base]\ntransformers: [t.txt]\n',
      'b/t.txt': `apiVersion: "b\\u0075iltin"\nkind: PatchTransformer\nmetadata:\n  name: t\ntarget: {}\npath: "htt\\u0070${url.slice(4)}"\n`,
      'c/kustomization.yaml': OVERLAY,
    };
    const root = tree(before);
    for (const directory of ['a', 'b', 'c']) {
      const [proof] = await proveIn(root, {
        binary: kustomize4,
        edits: { 'base/chat.yaml': NEW },
        roots: [directory],
        reads: [directory, 'base'],
      });
      expect(told(proof)[0]).toMatch(
        directory === 'c' ? /^proven$/ : /^not built: [ab]\/\S+ loads a URL on this machine, and nothing is fetched$/,
      );
    }
    expect(requests).toBe(0);
  });

  const find = (text: string, file = 'a/kustomization.yaml') => findLocalRequest(file, Buffer.from(text), (entry) => entry === 'folder');

  test.each([
    ['resources: ["http://localhost/a"]', 'url'],
    ['resources: [HTTPS://LOCALHOST:8080/a]', 'url'],
    ['Resources: ["http://localhost/a"]', 'url'],
    ['patches: [{path: "http://127.0.0.1/a"}]', 'url'],
    ['openapi: {path: "http://127.1.2.3/a"}', 'url'],
    ['components: ["http://[::1]/a"]', 'url'],
    ['crds: ["http://[::ffff:127.0.0.1]/a"]', 'url'],
    ['secretGenerator: [{files: ["a=http://localhost/a"]}]', 'url'],
    ['resources: ["http://user:x@localhost/a"]', 'url'],
    ['resources: ["http://example.com:x@localhost/a"]', 'url'],
    ['resources: ["http://local host/a"]', 'url'],
    ['resources: ["http://server/a"]', 'url'],
    ['transformers:\n- |-\n  apiVersion: builtin\n  path: http://localhost/a\n', 'url'],
    ['transformers: ["{apiVersion: builtin, path: \'http://localhost/a\'}"]', 'url'],
    ['validators: ["{apiVersion: builtin, PATH: \'http://localhost/a\'}"]', 'url'],
    ['generators: ["{apiVersion: builtin, path: [\'http://x"]', 'unreadable'],
    ['generators: [folder]', 'built-plugins'],
    ['validators: [folder]', 'built-plugins'],
    ['resources: [!!binary aHR0cDovL2xvY2FsaG9zdC9h]', 'unreadable'],
    ['%TAG !e! tag:yaml.org,2002:bin\n---\nresources: [!e!ary aHR0cDovL2xvY2FsaG9zdC9h]', 'unreadable'],
    ['resources: ["http://x', 'unreadable'],
    ['resources: ["https://github.com/a"]', null],
    ['resources: ["https://token:secret@github.com/a"]', null],
    ['resources: ["http://192.0.2.1:8080/a"]', null],
    ['resources: [folder]', null],
    ['generators: [file.yaml]', null],
    ['commonAnnotations: {path: x, url: "http://localhost/a"}', null],
    ['configMapGenerator: [{literals: ["a=http://localhost/a"]}]', null],
    ['patches: [{patch: "a: http://localhost/a"}]', null],
    ['configMapGenerator: [{files: ["{a=http://localhost/a"]}]', 'url'],
    ['patchesStrategicMerge: ["{spec: {args: [--a=http://localhost/a]}}"]', null],
    ['patchesStrategicMerge: ["{spec: {path: /a, host: \'http://localhost/a\'}}"]', null],
    ['resources: [localhost.yaml]', null],
    ['- a', null],
    ['{', null],
  ])('are seen in %s', (text, request) => {
    expect(find(text)).toBe(request);
  });

  test('are not looked for in other objects', () => {
    const config = 'apiVersion: builtin\nkind: PatchTransformer\npath: http://localhost/a\n';
    expect(find('kind: X\nspec:\n  path: http://localhost/builtin\n', 'a/b.yaml')).toBeNull();
    expect(find(config, 'a/b.yaml')).toBe('url');
    expect(
      find('kind: ConfigMap\ndata:\n  a.lua: |\n    return os.date("!%Y-%m-%dT%XZ")\n  url: http://localhost/a\n  b: c\\d\n', 'a/b.yaml'),
    ).toBeNull();
    expect(find(`kind: List\nitems:\n- ${config.trimEnd().replaceAll('\n', '\n  ')}\n`, 'a/b.yaml')).toBe('url');
    expect(find(`${config}---\nkind: X\npath: [http\n`, 'a/b.yaml')).toBe('url');
    expect(find('apiVersion: builtin\npath: [http://localhost/a', 'a/b.yaml')).toBe('unreadable');
  });
});
