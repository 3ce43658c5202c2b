import { stringify } from 'yaml';
import { secretReaders } from '../../src/secrets/readers.ts';
import type { SecretReader } from '../../src/secrets/source.ts';
import { resourceOf } from './resources.ts';
import type { Manifest } from './resources.ts';

/** The values of a Secret by their keys. */
export type Values = Readonly<Record<string, string>>;

/** A resource of some source with values wherever it has room for them. */
export type Sample = (values: Values) => Manifest;

const metadata = { name: 'db' };
const resource = (apiVersion: string, kind: string, fields: Manifest): Manifest => ({ apiVersion, kind, metadata, ...fields });
const KUSTOMIZATION = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };
const generated = (entry: Manifest): Manifest => ({ ...KUSTOMIZATION, secretGenerator: [{ name: 'db', ...entry }] });

const literals = (values: Values): string[] => Object.entries(values).map(([name, text]) => `${name}=${text}`);
/** Values where keys belong, as a slip of the hand leaves them. */
const bare = (values: Values): string[] => Object.values(values);
const keyless = (values: Values): string[] => Object.values(values).map((text) => `=${text}`);

const vault =
  (kind: string): Sample =>
  (values) =>
    resource('secrets.hashicorp.com/v1beta1', kind, {
      spec: {
        destination: {
          name: 'db',
          transformation: { excludes: ['.*'], templates: Object.fromEntries(Object.entries(values).map(([key, text]) => [key, { text }])) },
        },
      },
    });

/**
 * Samples of every source. `db.env` is a file of variables, `PASSWORD` one of a single value. The tests of this file's users ask of every
 * reader in the list that it has samples here, and that these cover its kinds.
 */
export const SAMPLES: readonly Sample[] = [
  (values) => resource('v1', 'Secret', { stringData: values }),
  (values) => resource('v1', 'Secret', { data: values }),
  (values) => resource('v1', 'Secret', { data: Object.values(values).join('\n') }),
  (values) => resource('bitnami.com/v1alpha1', 'SealedSecret', { spec: { encryptedData: values, template: { data: values } } }),
  (values) => resource('external-secrets.io/v1', 'ExternalSecret', { spec: { target: { template: { data: values } } } }),
  (values) =>
    resource('external-secrets.io/v1', 'ClusterExternalSecret', {
      spec: { namespaces: ['chat'], externalSecretSpec: { target: { name: 'db', template: { data: values } } } },
    }),
  (values) => resource('kubernetes-client.io/v1', 'ExternalSecret', { spec: { template: { stringData: values } } }),
  (values) => resource('isindir.github.com/v1alpha3', 'SopsSecret', { spec: { secretTemplates: [{ name: 'db', data: values }] } }),
  vault('VaultStaticSecret'),
  vault('VaultDynamicSecret'),
  vault('VaultPKISecret'),
  vault('HCPVaultSecretsApp'),
  ...[literals, bare, keyless].flatMap((spell): Sample[] => [
    (values) => generated({ literals: spell(values) }),
    (values) => ({ ...generated({ literals: spell(values) }), kind: 'Component' }),
    (values) => resource('builtin', 'SecretGenerator', { literals: spell(values) }),
    (values) => resource('goabout.com/v1beta1', 'SopsSecretGenerator', { literals: spell(values) }),
    (values) => resource('goabout.com/v1beta1', 'SopsSecret', { literals: spell(values) }),
  ]),
  () => generated({ envs: ['db.env'], files: ['PASSWORD'] }),
  () => resource('builtin', 'SecretGenerator', { envs: ['db.env'], files: ['PASSWORD'] }),
  () => resource('goabout.com/v1beta1', 'SopsSecretGenerator', { envs: ['db.env'], files: ['PASSWORD'] }),
  () => resource('viaduct.ai/v1', 'ksops', { secretFrom: [{ metadata, envs: ['db.env'], files: ['PASSWORD'] }] }),
  (values) =>
    resource('secrets-store.csi.x-k8s.io/v1', 'SecretProviderClass', {
      spec: { secretObjects: [{ secretName: 'db', data: Object.keys(values).map((key) => ({ key, objectName: key })) }] },
    }),
  (values) =>
    resource('k8s.bitwarden.com/v1', 'BitwardenSecret', {
      spec: { secretName: 'db', map: Object.keys(values).map((secretKeyName) => ({ bwSecretId: 'x', secretKeyName })) },
    }),
  (values) =>
    resource('spv.no/v2beta1', 'AzureKeyVaultSecret', {
      spec: { output: { secret: { name: 'db', dataKey: Object.keys(values)[0] ?? 'A' } } },
    }),
];

/** The reader of a sample; there is exactly one. */
function readerOf(sample: Sample): SecretReader {
  const [reader, ...others] = secretReaders.filter(({ resources }) => resources.matches(resourceOf(sample({ A: 'x' }))));
  if (reader === undefined || others.length > 0) throw new Error(`not one reader of ${JSON.stringify(sample({}))}`);
  return reader;
}

/** Every reader that is in the list, with its samples. */
export const sampled: readonly { readonly name: string; readonly reader: SecretReader; readonly samples: readonly Sample[] }[] =
  secretReaders.map((reader) => {
    const { group, kinds } = reader.resources;
    return { name: `${kinds.join(', ')} (${group})`, reader, samples: SAMPLES.filter((sample) => readerOf(sample) === reader) };
  });

/** Whether a sample holds the values, as most do; whatever its reader says of itself. */
export const holdsValues = (sample: Sample): boolean => JSON.stringify(sample({ A: 'value of A' })).includes('value of A');

export const yamlOf = (manifest: Manifest): string => stringify(manifest, { lineWidth: 0 });
