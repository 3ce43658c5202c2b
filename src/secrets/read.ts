import { azureKeyVaultSecretReader } from './azure-key-vault-secret.ts';
import { bitwardenSecretReader } from './bitwarden-secret.ts';
import { resolveCopies } from './copies.ts';
import { clusterExternalSecretReader, externalSecretReader } from './external-secret.ts';
import { ksopsReader } from './ksops.ts';
import { kustomizationReader, secretGeneratorReader } from './kustomize.ts';
import { legacyExternalSecretReader } from './legacy-external-secret.ts';
import { sealedSecretReader } from './sealed-secret.ts';
import { secretProviderClassReader } from './secret-provider-class.ts';
import { secretReader } from './secret.ts';
import { sopsSecretGeneratorReader } from './sops-secret-generator.ts';
import { sopsSecretReader } from './sops-secret.ts';
import { isSettledName } from './source.ts';
import { vaultReader } from './vault.ts';
import type { Resource } from '../model/installation.ts';
import type { ReadFile, SecretReader, SecretSource } from './source.ts';

/** A file that holds none of these, in this case, says nothing about Secrets and need not be parsed for them. */
export const SECRET_MARKERS: readonly string[] = ['ecret'];

/** Every kind of resource that Secrets are read from. */
const READERS: readonly SecretReader[] = [
  secretReader,
  sealedSecretReader,
  externalSecretReader,
  clusterExternalSecretReader,
  legacyExternalSecretReader,
  kustomizationReader,
  secretGeneratorReader,
  ksopsReader,
  sopsSecretGeneratorReader,
  sopsSecretReader,
  vaultReader,
  secretProviderClassReader,
  bitwardenSecretReader,
  azureKeyVaultSecretReader,
];

/** Whether a resource makes Secrets, so that its data is worth building. */
export const makesSecrets = (resource: Resource): boolean => READERS.some((reader) => reader.matches(resource));

/**
 * Every Secret that the resources make, with the keys that can be known. Sources with a name that is filled in later are left out: nothing
 * can be told to refer to them. A namespace that is filled in later counts as not given.
 */
export function readSecretSources(resources: Iterable<Resource>, readFile: ReadFile): SecretSource[] {
  const sources = [...resources].flatMap((resource) =>
    READERS.filter((reader) => reader.matches(resource)).flatMap((reader) => reader.read(resource, readFile)),
  );
  return resolveCopies(sources.map(settled)).filter((source) => isSettledName(source.name));
}

function settled(source: SecretSource): SecretSource {
  const { namespace } = source;
  return namespace === null || isSettledName(namespace) ? source : { ...source, namespace: null };
}
