import { describe, expect, test } from 'vitest';
import { keysOf, secret, sourcesOf } from './resources.ts';
import type { Manifest } from './resources.ts';

const ORIGINAL = secret('vault', { A: 'x', B: '' }, 'infra');

const copy = (annotation: string, value: string, fields: Manifest = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'db', namespace: 'chat', annotations: { [annotation]: value } },
  ...fields,
});

/** Namespace and keys of every source of a name. */
const found = (name: string, manifests: readonly Manifest[]): [string | null, string | undefined][] =>
  sourcesOf(manifests)
    .filter((source) => source.name === name)
    .map((source) => [source.namespace, keysOf(source)]);

describe('a Secret that reflects another', () => {
  const reflects = (value: string): Manifest => copy('reflector.v1.k8s.emberstack.com/reflects', value, { data: { OWN: 'eA==' } });

  test('has the keys of the other and none of its own', () => {
    expect(found('db', [reflects('infra/vault'), ORIGINAL])).toEqual([['chat', 'A B(empty)']]);
  });
  test('is unknown when the other is not there, or a copy itself', () => {
    expect(found('db', [reflects('infra/none')])).toEqual([['chat', '...']]);
    expect(found('db', [reflects('chat/db')])).toEqual([['chat', '...']]);
  });
  test('finds an original without a namespace, one with the right one first', () => {
    expect(found('db', [reflects('infra/vault'), secret('vault', { C: 'x' })])).toEqual([['chat', 'C']]);
    expect(found('db', [reflects('infra/vault'), secret('vault', { C: 'x' }), ORIGINAL])).toEqual([['chat', 'A B(empty)']]);
  });
  test('stays as many as its originals are', () => {
    expect(found('db', [reflects('infra/vault'), ORIGINAL, secret('vault', { C: 'x' }, 'infra')])).toEqual([
      ['chat', 'A B(empty)'],
      ['chat', 'C'],
    ]);
  });
});

describe('a Secret that the replicator fills', () => {
  const replicates = (value: string): Manifest => copy('replicator.v1.mittwald.de/replicate-from', value, { data: { OWN: 'eA==' } });

  test('keeps its own keys', () => {
    expect(found('db', [replicates('infra/vault'), ORIGINAL])).toEqual([['chat', 'A B(empty) OWN']]);
  });
  test('may take them from its own namespace', () => {
    expect(found('db', [replicates('vault'), secret('vault', { C: 'x' }, 'chat')])).toEqual([['chat', 'C OWN']]);
  });
  test('is incomplete when the other is not there', () => {
    expect(found('db', [replicates('infra/vault')])).toEqual([['chat', 'OWN ...']]);
  });
});

describe('a Secret that is handed out', () => {
  const handedOut = (annotations: Manifest): Manifest => ({ ...ORIGINAL, metadata: { name: 'vault', namespace: 'infra', annotations } });
  const reflector = (name: string): string => `reflector.v1.k8s.emberstack.com/${name}`;
  const ALLOWED = { [reflector('reflection-allowed')]: 'true', [reflector('reflection-auto-enabled')]: 'true' };

  test.each<[string, Manifest, string[]]>([
    ['replicate-to', { 'replicator.v1.mittwald.de/replicate-to': 'chat, team-.*, infra' }, ['infra', 'chat']],
    ['reflection to named namespaces', { ...ALLOWED, [reflector('reflection-auto-namespaces')]: 'chat,a' }, ['infra', 'chat', 'a']],
    ['reflection to all that are allowed', { ...ALLOWED, [reflector('reflection-allowed-namespaces')]: 'chat' }, ['infra', 'chat']],
    [
      'reflection that is only allowed',
      { [reflector('reflection-allowed')]: 'true', [reflector('reflection-auto-namespaces')]: 'chat' },
      ['infra'],
    ],
  ])('by %s', (_, annotations, namespaces) => {
    expect(found('vault', [handedOut(annotations)])).toEqual(namespaces.map((namespace) => [namespace, 'A B(empty)']));
  });

  test('through the template of a SealedSecret or an ExternalSecret', () => {
    const template = { metadata: { annotations: { 'replicator.v1.mittwald.de/replicate-to': 'chat' } } };
    const metadata = { name: 'vault', namespace: 'infra' };
    const sealed = { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata, spec: { encryptedData: { A: 'x' }, template } };
    const external = {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata,
      spec: { data: [{ secretKey: 'A' }], target: { template } },
    };
    for (const manifest of [sealed, external])
      expect(found('vault', [manifest])).toEqual([
        ['infra', 'A'],
        ['chat', 'A'],
      ]);
  });
});
