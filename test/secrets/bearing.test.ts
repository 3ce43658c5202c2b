import { describe, expect, test } from 'vitest';
import { isSecretBearing } from '../../src/secrets/index.ts';
import { resourceOf } from './resources.ts';
import { holdsValues, sampled } from './samples.ts';
import type { Manifest } from './resources.ts';
import type { Value } from '../../src/model/value.ts';

const KUSTOMIZATION = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };

const VALUES = { DB_CONNECTION_STRING: 'x' };
const hasLiterals = (manifest: Manifest): boolean => JSON.stringify(manifest).includes('"literals"');

describe.each(sampled)('$name says what it bears', ({ reader, samples }) => {
  test('and has samples of all its kinds', () => {
    const kinds = new Set(samples.map((sample) => sample(VALUES)['kind']));
    expect(kinds).toEqual(new Set(reader.resources.kinds));
  });

  test('and says nothing only where no sample holds a value', () => {
    expect(reader.bears === 'nothing').toBe(!samples.some(holdsValues));
  });

  test.each(samples.map((sample) => sample(VALUES)))('and is treated so: %j', (manifest) => {
    const bears = { values: true, literals: hasLiterals(manifest), nothing: false }[reader.bears];
    expect(isSecretBearing(resourceOf(manifest))).toBe(bears);
    // Within something else it is what it was.
    const value = { apiVersion: 'example.com/v1', kind: 'Bundle', spec: { objects: [manifest] } };
    expect(isSecretBearing(resourceOf(value))).toBe(bears);
  });

  test.runIf(reader.bears === 'values')('and is treated so with nothing in it', () => {
    for (const sample of samples) {
      const { apiVersion = '', kind = '' } = sample(VALUES);
      expect(isSecretBearing(resourceOf({ apiVersion, kind, metadata: { name: 'db' } }))).toBe(true);
    }
  });
});

describe('no line may be printed of', () => {
  test.each<[string, Manifest]>([
    ['a Secret', { apiVersion: 'v1', kind: 'Secret', data: { A: 'eA==' } }],
    ['a Secret with stringData', { apiVersion: 'v1', kind: 'Secret', stringData: { A: 'x' } }],
    ['a Secret with nothing in it', { apiVersion: 'v1', kind: 'Secret' }],
    ['a list of Secrets', { apiVersion: 'v1', kind: 'SecretList', items: [{ data: { A: 'eA==' } }] }],
    ['a Secret in a list', { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Secret', data: { A: 'eA==' } }] }],
    [
      'a Secret that a policy makes',
      { apiVersion: 'kyverno.io/v1', kind: 'ClusterPolicy', spec: { rules: [{ generate: { kind: 'Secret', data: {} } }] } },
    ],
    ['a Secret in a string', { apiVersion: 'v1', kind: 'ConfigMap', data: { 'db.yaml': 'apiVersion: v1\nkind: Secret\n' } }],
    ['a Secret in a string of JSON', { apiVersion: 'v1', kind: 'ConfigMap', data: { 'db.json': '{"kind": "Secret"}' } }],
    ['a SealedSecret', { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', spec: { encryptedData: { A: 'AgB' } } }],
    [
      'an ExternalSecret',
      { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', spec: { target: { template: { data: { A: 'x' } } } } },
    ],
    ['a generator of fixed values', { apiVersion: 'generators.external-secrets.io/v1alpha1', kind: 'Fake', spec: { data: { A: 'x' } } }],
    ['an ExternalSecret of old', { apiVersion: 'kubernetes-client.io/v1', kind: 'ExternalSecret' }],
    ['a VaultStaticSecret', { apiVersion: 'secrets.hashicorp.com/v1beta1', kind: 'VaultStaticSecret' }],
    ['a SopsSecret', { apiVersion: 'isindir.github.com/v1alpha3', kind: 'SopsSecret' }],
    ['what SOPS has encrypted', { apiVersion: 'v1', kind: 'ConfigMap', sops: { version: '3.8.1' } }],
    ['a value that SOPS has encrypted', { apiVersion: 'v1', kind: 'ConfigMap', data: { A: 'ENC[AES256_GCM,data:x]' } }],
    ['literals of a secretGenerator', { ...KUSTOMIZATION, secretGenerator: [{ name: 'db', literals: ['A=x'] }] }],
    ['a SecretGenerator with literals', { apiVersion: 'builtin', kind: 'SecretGenerator', literals: ['A=x'] }],
    [
      'a patch of a Secret by its target',
      { ...KUSTOMIZATION, patches: [{ target: { kind: 'Secret' }, patch: '- {op: add, path: /data/A, value: x}' }] },
    ],
    ['a patch of a Secret by its text', { ...KUSTOMIZATION, patches: [{ patch: 'apiVersion: v1\nkind: "Secret"\n' }] }],
    ['a strategic merge patch of a Secret', { ...KUSTOMIZATION, patchesStrategicMerge: ['metadata: {name: db}\nstringData: {A: x}'] }],
  ])('%s', (_, manifest) => {
    expect(isSecretBearing(resourceOf(manifest))).toBe(true);
  });
});

describe('lines may be printed of', () => {
  test.each<[string, Manifest]>([
    ['an installation', { apiVersion: 'mattermost.com/v1alpha1', kind: 'ClusterInstallation', spec: { database: { secret: 'db' } } }],
    [
      'a Deployment',
      { apiVersion: 'apps/v1', kind: 'Deployment', spec: { template: { spec: { volumes: [{ secret: { secretName: 'db' } }] } } } },
    ],
    [
      'a reference to a Secret',
      {
        apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
        kind: 'Kustomization',
        spec: { postBuild: { substituteFrom: [{ kind: 'Secret', name: 'x' }] } },
      },
    ],
    ['a secretGenerator that names files', { ...KUSTOMIZATION, secretGenerator: [{ name: 'db', envs: ['db.env'], files: ['a'] }] }],
    [
      'a patch of something else',
      { ...KUSTOMIZATION, patches: [{ target: { kind: 'ClusterInstallation' }, patch: 'spec: {replicas: 2}' }] },
    ],
    [
      'a class of Secrets kept elsewhere',
      { apiVersion: 'secrets-store.csi.x-k8s.io/v1', kind: 'SecretProviderClass', spec: { secretObjects: [{ secretName: 'db' }] } },
    ],
  ])('%s', (_, manifest) => {
    expect(isSecretBearing(resourceOf(manifest))).toBe(false);
  });
});

test('deep nesting and shared parts are no burden', () => {
  const leaf: Value = { text: 'x', plain: true, tag: null, value: 'x' };
  let deep: Value = leaf;
  for (let level = 0; level < 20_000; level += 1) deep = [deep];
  let shared: Value = leaf;
  for (let level = 0; level < 60; level += 1) shared = [shared, shared];
  const plain = resourceOf({ apiVersion: 'v1', kind: 'ConfigMap' });
  const resource = { ...plain, value: new Map<string, Value>([...plain.value, ['deep', deep], ['shared', shared]]) };
  expect(isSecretBearing(resource)).toBe(false);
});
