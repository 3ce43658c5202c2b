import { describe, expect, test } from 'vitest';
import { secretReaders } from '../../src/secrets/readers.ts';
import { makesSecrets, SECRET_MARKERS } from '../../src/secrets/index.ts';
import { keysOf, resourceOf, sourcesOf } from './resources.ts';
import type { Manifest } from './resources.ts';
import type { Plain } from '../values.ts';

type Row = readonly [what: string, fields: Manifest, keys: string];

const tabled = new Set<string>();

/** A table of fields of one kind, all named `db` unless the fields say otherwise, against the keys they make. */
function table(apiVersion: string, kind: string, rows: readonly Row[]): void {
  tabled.add(kind);
  describe(`${kind} (${apiVersion})`, () => {
    test.each(rows)('%s', (_, fields, keys) => {
      const manifest = { apiVersion, kind, metadata: { name: 'db', namespace: 'chat' }, ...fields };
      const [source, ...others] = sourcesOf(manifest);
      expect(others).toEqual([]);
      expect(keysOf(source)).toBe(keys);
      expect(source).toMatchObject({ name: 'db', namespace: 'chat', origin: { kind, file: 'manifests/db.yaml', line: 1 } });
      expect(makesSecrets(resourceOf(manifest))).toBe(true);
      expect(SECRET_MARKERS.some((marker) => JSON.stringify(manifest).includes(marker))).toBe(true);
    });
  });
}

const annotated = (annotations: Manifest): Manifest => ({ metadata: { name: 'db', namespace: 'chat', annotations } });

table('v1', 'Secret', [
  ['data and stringData', { data: { A: 'eA==', B: 'eA==' }, stringData: { B: 'x', C: 'y' } }, 'A B C'],
  ['an empty value', { data: { A: '', B: 'eA==' } }, 'A(empty) B'],
  ['stringData wins, empty or not', { data: { A: '', B: 'eA==' }, stringData: { A: 'x', B: '' } }, 'A B(empty)'],
  ['nothing in it', {}, ''],
  ['null data', { data: null }, ''],
  ['a null value', { data: { A: null, B: 'eA==' } }, 'B ...'],
  ['data filled in later', { data: '${DATA}' }, '...'],
  ['a key filled in later', { stringData: { '${KEY}': 'x', A: 'y' } }, 'A ...'],
  ['a value filled in later', { stringData: { A: '${VALUE}' } }, 'A'],
  ['encrypted by SOPS', { data: { A: 'ENC[AES256_GCM,data:x,type:str]', B: '' }, sops: { mac: 'ENC[x]' } }, 'A B(empty)'],
  ['placeholders of a Vault plugin', { stringData: { A: '<path:kv/data/db#url>', B: 'vault:kv/data/db#b' } }, 'A B'],
  [
    'keys that mittwald generates',
    { ...annotated({ 'secret-generator.v1.mittwald.de/autogenerate': 'A, B' }), data: { C: 'eA==' } },
    'A B C',
  ],
]);

table('bitnami.com/v1alpha1', 'SealedSecret', [
  ['encrypted data', { spec: { encryptedData: { A: 'AgB', B: '' } } }, 'A B'],
  ['and what the template adds', { spec: { encryptedData: { A: 'AgB' }, template: { data: { B: '{{ .A }}', C: '' } } } }, 'A B C(empty)'],
  ['the name in the template is ignored', { spec: { encryptedData: { A: 'AgB' }, template: { metadata: { name: 'other' } } } }, 'A'],
  ['the old single blob', { spec: { data: 'AgB' } }, '...'],
  ['patching', { ...annotated({ 'sealedsecrets.bitnami.com/patch': 'true' }), spec: { encryptedData: { A: 'AgB' } } }, 'A ...'],
  [
    'patching, said in the template',
    { spec: { encryptedData: { A: 'AgB' }, template: { metadata: { annotations: { 'sealedsecrets.bitnami.com/patch': 'true' } } } } },
    'A ...',
  ],
]);

const DATA = [{ secretKey: 'A', remoteRef: { key: 'x' } }];
const fetched = (target: Plain, more: Manifest = {}): Manifest => ({ spec: { target, data: DATA, ...more } });

for (const version of ['v1alpha1', 'v1beta1', 'v1']) {
  table(`external-secrets.io/${version}`, 'ExternalSecret', [
    ['fetched one by one', fetched({}), 'A'],
    ['without a target', { spec: { data: DATA } }, 'A'],
    ['named by the target', { ...fetched({ name: 'db' }), metadata: { name: 'other', namespace: 'chat' } }, 'A'],
    ['an item without a key', { spec: { data: [{ remoteRef: {} }] } }, '...'],
    ['dataFrom', fetched({}, { dataFrom: [{ extract: { key: 'x' } }] }), 'A ...'],
    ['empty dataFrom', fetched({}, { dataFrom: [] }), 'A'],
    ['an empty template', fetched({ template: { type: 'Opaque', data: {} } }), 'A'],
    ['a template replaces by default', fetched({ template: { data: { B: '{{ .A }}', C: '' } } }), 'B C(empty)'],
    ['whatever dataFrom brings', fetched({ template: { data: { B: 'x' } } }, { dataFrom: [{ find: {} }] }), 'B'],
    ['Replace in words', fetched({ template: { mergePolicy: 'Replace', data: { B: 'x' } } }), 'B'],
    ['Merge', fetched({ template: { mergePolicy: 'Merge', data: { B: 'x' } } }), 'A B'],
    ['Merge with dataFrom', fetched({ template: { mergePolicy: 'Merge', data: { B: 'x' } } }, { dataFrom: [{ find: {} }] }), 'A B ...'],
    ['a template filled in later', fetched({ template: '${TEMPLATE}' }), '...'],
    ['into an existing Secret', fetched({ creationPolicy: 'Merge' }), 'A ...'],
    ['into an existing Secret or a new one', fetched({ creationPolicy: 'CreateOrMerge' }), 'A ...'],
    ['an orphan', fetched({ creationPolicy: 'Orphan' }), 'A'],
    ['templateFrom', fetched({ template: { templateFrom: [{ configMap: { name: 'c', items: [{ key: 'B' }] } }] } }), 'B'],
    [
      'templateFrom a Secret, of values',
      fetched({ template: { templateFrom: [{ target: 'Data', secret: { name: 's', items: [{ key: 'B', templateAs: 'Values' }] } }] } }),
      'B',
    ],
    [
      'templateFrom of keys and values',
      fetched({
        template: { data: { B: 'x' }, templateFrom: [{ configMap: { name: 'c', items: [{ key: 'C', templateAs: 'KeysAndValues' }] } }] },
      }),
      'B ...',
    ],
    ['templateFrom a literal', fetched({ template: { templateFrom: [{ literal: 'B: x' }] } }), '...'],
    [
      'templateFrom for annotations',
      fetched({ template: { data: { B: 'x' }, templateFrom: [{ target: 'Annotations', literal: 'a: b' }] } }),
      'B',
    ],
    ['templateFrom filled in later', fetched({ template: { templateFrom: '${FROM}' } }), '...'],
  ]);
}

test.each([
  ['creationPolicy None', { creationPolicy: 'None' }],
  ['a target that is no Secret', { manifest: { apiVersion: 'v1', kind: 'ConfigMap' } }],
])('an ExternalSecret with %s makes no Secret', (_, target) => {
  expect(sourcesOf({ apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', metadata: { name: 'db' }, ...fetched(target) })).toEqual(
    [],
  );
});

describe('ClusterExternalSecret', () => {
  const sources = (spec: Manifest): [string, string | null, string | undefined][] =>
    sourcesOf({ apiVersion: 'external-secrets.io/v1', kind: 'ClusterExternalSecret', metadata: { name: 'cluster' }, spec }).map(
      (source) => [source.name, source.namespace, keysOf(source)],
    );

  test('takes its own name, and any namespace where a selector decides', () => {
    expect(sources({ namespaceSelector: { matchLabels: {} }, externalSecretSpec: { data: DATA } })).toEqual([['cluster', null, 'A']]);
  });
  test('takes the name of the ExternalSecret, then of its target', () => {
    expect(sources({ externalSecretName: 'db', externalSecretSpec: { data: DATA } })).toEqual([['db', null, 'A']]);
    expect(sources({ externalSecretName: 'x', externalSecretSpec: { target: { name: 'db' }, data: DATA } })).toEqual([['db', null, 'A']]);
  });
  test('makes one Secret for each namespace it names', () => {
    expect(sources({ namespaces: ['a', 'b'], externalSecretSpec: { data: DATA } })).toEqual([
      ['cluster', 'a', 'A'],
      ['cluster', 'b', 'A'],
    ]);
  });
  test('and for those that a selector adds', () => {
    expect(sources({ namespaces: ['a'], namespaceSelectors: [{ matchLabels: {} }], externalSecretSpec: { data: DATA } })).toEqual([
      ['cluster', 'a', 'A'],
      ['cluster', null, 'A'],
    ]);
  });
});

table('kubernetes-client.io/v1', 'ExternalSecret', [
  ['fetched one by one', { spec: { data: [{ key: 'x', name: 'A' }] } }, 'A'],
  ['the first name of the spec', { secretDescriptor: { data: [{ key: 'x', name: 'A' }] } }, 'A'],
  ['dataFrom', { spec: { data: [{ name: 'A' }], dataFrom: ['x'] } }, 'A ...'],
  ['dataFromWithOptions', { spec: { dataFromWithOptions: [{ key: 'x' }] } }, '...'],
  ['a path of many values', { spec: { data: [{ path: '/db', recursive: true }] } }, '...'],
  ['a template', { spec: { data: [{ name: 'A' }], template: { data: { B: 'x' }, stringData: { C: 'y' } } } }, 'A B C'],
]);

const vaulted = (transformation: Manifest): Manifest => ({ spec: { destination: { name: 'db', transformation } } });

for (const kind of ['VaultStaticSecret', 'VaultDynamicSecret', 'VaultPKISecret', 'HCPVaultSecretsApp']) {
  table('secrets.hashicorp.com/v1beta1', kind, [
    ['what Vault holds', { spec: { destination: { name: 'db', create: true } } }, '...'],
    ['templates', vaulted({ templates: { A: { text: '{{ get .Secrets "url" }}' } } }), 'A ...'],
    ['templates alone', vaulted({ excludes: ['.*'], templates: { A: { text: 'x' } } }), 'A'],
    ['other exclusions', vaulted({ excludes: ['^x$'], templates: { A: { text: 'x' } } }), 'A ...'],
    [
      'templates by reference',
      vaulted({ excludes: ['^.*$'], transformationRefs: [{ name: 't', templateRefs: [{ name: 'A' }, { name: 'x', keyOverride: 'B' }] }] }),
      'A B',
    ],
    ['all templates of a reference', vaulted({ excludes: ['.*'], transformationRefs: [{ name: 't' }] }), '...'],
  ]);
}

for (const version of ['v1alpha1', 'v1alpha2', 'v1alpha3']) {
  table(`isindir.github.com/${version}`, 'SopsSecret', [
    ['templates', { spec: { secretTemplates: [{ name: 'db', data: { A: 'ENC[x]' }, stringData: { B: 'ENC[y]' } }] } }, 'A B'],
    ['the older spelling', { spec: { secret_templates: [{ name: 'db', data: { A: 'ENC[x]' } }] } }, 'A'],
    [
      'another with its name encrypted',
      {
        spec: {
          secretTemplates: [
            { name: 'ENC[x]', data: { C: 'x' } },
            { name: 'db', data: { A: 'x' } },
          ],
        },
      },
      'A',
    ],
  ]);
}

table('secrets-store.csi.x-k8s.io/v1', 'SecretProviderClass', [
  [
    'secret objects',
    {
      spec: {
        secretObjects: [
          {
            secretName: 'db',
            data: [
              { key: 'A', objectName: 'x' },
              { key: 'B', objectName: 'y' },
            ],
          },
        ],
      },
    },
    'A B',
  ],
]);

table('k8s.bitwarden.com/v1', 'BitwardenSecret', [
  ['mapped', { spec: { secretName: 'db', onlyMappedSecrets: true, map: [{ bwSecretId: 'x', secretKeyName: 'A' }] } }, 'A'],
  [
    'others under their UUID',
    { spec: { secretName: 'db', onlyMappedSecrets: false, map: [{ bwSecretId: 'x', secretKeyName: 'A' }] } },
    'A',
  ],
  ['others under their name', { spec: { secretName: 'db', onlyMappedSecrets: false, useSecretNames: true } }, '...'],
]);

table('spv.no/v2beta1', 'AzureKeyVaultSecret', [
  ['one key', { spec: { vault: { object: { type: 'secret' } }, output: { secret: { name: 'db', dataKey: 'A' } } } }, 'A'],
  ['no key', { spec: { output: { secret: { name: 'db' } } } }, '...'],
  [
    'an object of many values',
    { spec: { vault: { object: { type: 'multi-key-value-secret' } }, output: { secret: { name: 'db', dataKey: 'A' } } } },
    '...',
  ],
]);

describe('what is no source', () => {
  test.each<[string, string]>([
    ['example.com/v1', 'Secret'],
    ['v1', 'ConfigMap'],
    ['v1', 'ExternalSecret'],
    ['example.com/v1', 'ExternalSecret'],
    ['example.com/v1alpha1', 'SealedSecret'],
    ['external-secrets.io/v1alpha1', 'PushSecret'],
    ['kustomize.toolkit.fluxcd.io/v1', 'Kustomization'],
    ['bitwarden-secret-operator.io/v1beta1', 'BitwardenSecret'],
  ])('%s %s', (apiVersion, kind) => {
    const manifest = { apiVersion, kind, metadata: { name: 'db' }, data: { A: 'x' }, secretGenerator: [{ name: 'db', literals: ['A=x'] }] };
    expect(sourcesOf(manifest)).toEqual([]);
  });

  test.each(['', '${DB}', 'x-${ENV}', '{{ .Release.Name }}-db', 'ENC[x]'])('a Secret named %o', (name) => {
    expect(sourcesOf({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, data: { A: 'x' } })).toEqual([]);
  });

  test('a namespace filled in later counts as none', () => {
    const [source] = sourcesOf({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db', namespace: '${NAMESPACE}' }, data: { A: 'x' } });
    expect(source?.namespace).toBeNull();
  });
});

/** Tested elsewhere: what makes more than one Secret, or depends on files beside it. */
const ELSEWHERE = ['ClusterExternalSecret', 'Kustomization', 'Component', 'SecretGenerator', 'ksops', 'SopsSecretGenerator'];

test('every kind of every reader has a table', () => {
  const kinds = new Set(secretReaders.flatMap(({ resources }) => resources.kinds));
  expect([...kinds].filter((kind) => !tabled.has(kind) && !ELSEWHERE.includes(kind))).toEqual([]);
});
