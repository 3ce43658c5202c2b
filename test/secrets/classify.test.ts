import { describe, expect, test } from 'vitest';
import { classifyDatabaseSecret, readSecretSources } from '../../src/secrets/index.ts';
import { MANAGED, resourceOf, secret } from './resources.ts';
import type { DatabaseSecret } from '../../src/secrets/index.ts';
import type { Manifest } from './resources.ts';

const URL = { DB_CONNECTION_STRING: 'postgres://x' };
const OTHER = { OTHER: 'x' };

/** Classifies Secret `db`, each manifest in a file of its own: a.yaml, b.yaml, ... */
function classified(namespace: string | null, ...manifests: readonly Manifest[]): DatabaseSecret {
  const resources = manifests.map((manifest, index) => resourceOf(manifest, `${'abcdef'[index]}.yaml`, index + 1));
  return classifyDatabaseSecret(
    'db',
    namespace,
    readSecretSources(resources, () => null),
  );
}

const kustomization = (entry: Manifest, namespace: string | null = null): Manifest => ({
  apiVersion: 'kustomize.config.k8s.io/v1beta1',
  kind: 'Kustomization',
  ...(namespace === null ? {} : { namespace }),
  secretGenerator: [{ name: 'db', ...entry }],
});

const literals = (values: Readonly<Record<string, string>>): string[] => Object.entries(values).map(([key, value]) => `${key}=${value}`);
const creates = (values: Readonly<Record<string, string>>, namespace?: string): Manifest =>
  kustomization({ literals: literals(values) }, namespace);
const merges = (values: Readonly<Record<string, string>>, namespace?: string): Manifest =>
  kustomization({ behavior: 'merge', literals: literals(values) }, namespace);
const replaces = (values: Readonly<Record<string, string>>): Manifest => kustomization({ behavior: 'replace', literals: literals(values) });

const external = (spec: Manifest, namespace = 'chat'): Manifest => ({
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata: { name: 'db', namespace },
  spec,
});
const fetches = (...keys: string[]): Manifest => external({ data: keys.map((secretKey) => ({ secretKey })) });
const FETCHES_UNKNOWN = external({ dataFrom: [{ extract: { key: 'db' } }] });
const sealed = (...keys: string[]): Manifest => ({
  apiVersion: 'bitnami.com/v1alpha1',
  kind: 'SealedSecret',
  metadata: { name: 'db', namespace: 'chat' },
  spec: { encryptedData: Object.fromEntries(keys.map((key) => [key, 'AgB'])) },
});

describe('one source', () => {
  test.each<[string, Manifest, DatabaseSecret['kind'], string[]]>([
    ['the connection string', secret('db', URL, 'chat'), 'external', ['DB_CONNECTION_STRING']],
    ['an empty connection string', secret('db', { DB_CONNECTION_STRING: '' }, 'chat'), 'external', ['DB_CONNECTION_STRING']],
    [
      'both forms',
      secret('db', { ...MANAGED, ...URL }, 'chat'),
      'external',
      ['DATABASE', 'DB_CONNECTION_STRING', 'PASSWORD', 'ROOT_PASSWORD', 'USER'],
    ],
    ['the four keys', secret('db', MANAGED, 'chat'), 'operator-managed', ['DATABASE', 'PASSWORD', 'ROOT_PASSWORD', 'USER']],
    [
      'the four keys, one empty',
      secret('db', { ...MANAGED, USER: '' }, 'chat'),
      'invalid',
      ['DATABASE', 'PASSWORD', 'ROOT_PASSWORD', 'USER'],
    ],
    [
      'three of the four',
      secret('db', { ROOT_PASSWORD: 'a', USER: 'b', PASSWORD: 'c' }, 'chat'),
      'invalid',
      ['PASSWORD', 'ROOT_PASSWORD', 'USER'],
    ],
    ['keys in another case', secret('db', { db_connection_string: 'x' }, 'chat'), 'invalid', ['db_connection_string']],
    ['something else', secret('db', OTHER, 'chat'), 'invalid', ['OTHER']],
    ['nothing', secret('db', {}, 'chat'), 'invalid', []],
    ['more keys than are seen', FETCHES_UNKNOWN, 'unknown', []],
    [
      'more than the four',
      external({ data: Object.keys(MANAGED).map((secretKey) => ({ secretKey })), dataFrom: [{}] }),
      'unknown',
      ['DATABASE', 'PASSWORD', 'ROOT_PASSWORD', 'USER'],
    ],
    [
      'more than the connection string',
      external({ data: [{ secretKey: 'DB_CONNECTION_STRING' }], dataFrom: [{}] }),
      'external',
      ['DB_CONNECTION_STRING'],
    ],
    ['a connection string without a value', { ...secret('db', {}, 'chat'), data: { DB_CONNECTION_STRING: null } }, 'unknown', []],
    ['a generated Secret', creates(URL), 'external', ['DB_CONNECTION_STRING']],
    ['an addition to a Secret that is not there', merges(OTHER), 'unknown', ['OTHER']],
    ['an addition that decides', merges(URL), 'external', ['DB_CONNECTION_STRING']],
    ['a replacement', replaces(MANAGED), 'operator-managed', ['DATABASE', 'PASSWORD', 'ROOT_PASSWORD', 'USER']],
  ])('%s', (_, manifest, kind, keys) => {
    expect(classified('chat', manifest)).toMatchObject({ kind, keys, ambiguous: null });
  });

  test('no source at all', () => {
    expect(classified('chat', secret('other', URL, 'chat'))).toEqual({ kind: 'unknown', keys: [], evidence: null, ambiguous: null });
  });

  test.each(['${DB}', '{{ .Values.secret }}'])('a name that is filled in later: %s', (name) => {
    const sources = readSecretSources([resourceOf(secret('db', URL))], () => null);
    expect(classifyDatabaseSecret(name, null, sources)).toMatchObject({ kind: 'unknown', evidence: null });
  });
});

describe('namespaces', () => {
  test.each<[string, string | null, Manifest[], DatabaseSecret['kind']]>([
    ['another namespace', 'chat', [secret('db', URL, 'other')], 'unknown'],
    ['a source without one', 'chat', [secret('db', URL)], 'external'],
    ['an installation without one', null, [secret('db', URL, 'chat')], 'external'],
    ['an installation whose namespace is filled in later', '${NAMESPACE}', [secret('db', URL, 'chat')], 'external'],
    ['neither has one', null, [secret('db', URL)], 'external'],
    ['its own before one without', 'chat', [secret('db', MANAGED), secret('db', URL, 'chat')], 'external'],
    ['its own before another', 'chat', [secret('db', MANAGED, 'other'), secret('db', URL, 'chat')], 'external'],
    ['any namespace, all alike', null, [secret('db', URL, 'a'), secret('db', URL, 'b'), secret('db', URL)], 'external'],
    ['any namespace, not alike', null, [secret('db', URL, 'a'), secret('db', MANAGED, 'b')], 'unknown'],
    ['any namespace, one invalid', null, [secret('db', URL, 'a'), secret('db', OTHER, 'b')], 'unknown'],
    ['any namespace, one not given', null, [secret('db', URL, 'a'), secret('db', MANAGED)], 'unknown'],
    ['an overlay with a namespace adds to a base without', 'prod', [creates(OTHER), merges(URL, 'prod')], 'external'],
    ['the same for a base installation', null, [creates(OTHER), merges(URL, 'prod')], 'external'],
    ['overlays that differ', null, [creates(OTHER), merges(URL, 'prod'), merges(MANAGED, 'test')], 'unknown'],
    ['of those, the one asked for', 'test', [creates(OTHER), merges(URL, 'prod'), merges(MANAGED, 'test')], 'operator-managed'],
  ])('%s', (_, namespace, manifests, kind) => {
    expect(classified(namespace, ...manifests).kind).toBe(kind);
  });
});

describe('several sources of one Secret', () => {
  test.each<[string, Manifest[], DatabaseSecret['kind']]>([
    ['parts of the four keys', [sealed('ROOT_PASSWORD', 'USER'), fetches('PASSWORD', 'DATABASE')], 'operator-managed'],
    ['the connection string and something else', [secret('db', URL, 'chat'), sealed('OTHER')], 'external'],
    ['the connection string and an unknown rest', [sealed('DB_CONNECTION_STRING'), FETCHES_UNKNOWN], 'external'],
    ['the four keys and an unknown rest', [secret('db', MANAGED, 'chat'), FETCHES_UNKNOWN], 'unknown'],
    ['two answers', [secret('db', MANAGED, 'chat'), fetches('DB_CONNECTION_STRING')], 'unknown'],
    ['twice the same answer', [secret('db', URL, 'chat'), fetches('DB_CONNECTION_STRING')], 'external'],
    ['only something else', [secret('db', OTHER, 'chat'), sealed('MORE')], 'invalid'],
    ['an overlay adds the connection string', [creates(OTHER), merges(URL)], 'external'],
    ['an overlay adds to a plain Secret', [secret('db', OTHER, 'chat'), merges(URL)], 'external'],
    [
      'an overlay completes the four keys',
      [creates({ ROOT_PASSWORD: 'a', USER: 'b' }), merges({ PASSWORD: 'c', DATABASE: 'd' })],
      'operator-managed',
    ],
    ['an overlay changes the answer of the base', [creates(MANAGED), merges(URL)], 'unknown'],
    ['overlays that differ', [creates(OTHER), merges(URL), merges(MANAGED)], 'unknown'],
    ['an overlay replaces with the same answer', [creates(URL), replaces(URL)], 'external'],
    ['an overlay replaces with another', [creates(URL), replaces(MANAGED)], 'unknown'],
    ['an overlay replaces with neither', [creates(URL), replaces(OTHER)], 'unknown'],
    ['two generators alike', [creates(URL), creates(URL)], 'external'],
    ['two generators of which one is invalid', [creates(URL), creates(OTHER)], 'unknown'],
    ['a generator and a plain Secret that differ', [creates(URL), secret('db', MANAGED)], 'unknown'],
  ])('%s', (_, manifests, kind) => {
    expect(classified('chat', ...manifests).kind).toBe(kind);
  });

  test('a key counts as empty only where no source fills it', () => {
    const empty = secret('db', { ...MANAGED, USER: '' }, 'chat');
    expect(classified('chat', empty, sealed('USER')).kind).toBe('operator-managed');
  });

  test('keys are those that every way of making the Secret has', () => {
    expect(classified(null, secret('db', { ...URL, A: 'x' }, 'a'), secret('db', { ...URL, B: 'x' }, 'b')).keys).toEqual([
      'DB_CONNECTION_STRING',
    ]);
    expect(classified('chat', secret('db', URL, 'chat'), sealed('A')).keys).toEqual(['A', 'DB_CONNECTION_STRING']);
  });
});

describe('the words', () => {
  test('name the source that decides', () => {
    expect(classified('chat', sealed('OTHER'), secret('db', URL, 'chat')).evidence).toBe('Secret db (b.yaml:2)');
    expect(classified('chat', secret('db', OTHER, 'chat')).evidence).toBe('Secret db (a.yaml:1)');
    expect(classified('chat', FETCHES_UNKNOWN).evidence).toBe('ExternalSecret db (a.yaml:1)');
    expect(classified('chat', creates(URL)).evidence).toBe('secretGenerator db (a.yaml:1)');
  });
  test('say when the connection string is empty', () => {
    expect(classified('chat', secret('db', { DB_CONNECTION_STRING: '' }, 'chat')).evidence).toBe(
      'Secret db (a.yaml:1), where DB_CONNECTION_STRING is empty',
    );
  });
  test('name both places of two answers', () => {
    expect(classified(null, secret('db', URL, 'a'), secret('db', MANAGED, 'b'))).toEqual({
      kind: 'unknown',
      keys: [],
      evidence: 'Secret db (a.yaml:1) and Secret db (b.yaml:2)',
      ambiguous: 'Secret db (a.yaml:1) makes the database external, Secret db (b.yaml:2) makes it operator-managed',
    });
    expect(classified('chat', secret('db', MANAGED, 'chat'), FETCHES_UNKNOWN).ambiguous).toBe(
      'ExternalSecret db (b.yaml:2) may hold keys that are not in the repository, Secret db (a.yaml:1) makes it operator-managed',
    );
    expect(classified(null, secret('db', URL, 'a'), secret('db', OTHER, 'b')).ambiguous).toContain(
      'Secret db (b.yaml:2) is complete for neither kind',
    );
  });
  test('do not go on for ever', () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((namespace) => secret('db', URL, namespace));
    expect(classified(null, ...many).evidence).toBe('Secret db (a.yaml:1) and Secret db (b.yaml:2) and Secret db (c.yaml:3) and 2 more');
  });
});
