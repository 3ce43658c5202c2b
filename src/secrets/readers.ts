import { azureKeyVaultSecretReader } from './azure-key-vault-secret.ts';
import { bitwardenSecretReader } from './bitwarden-secret.ts';
import { clusterExternalSecretReader, externalSecretReader } from './external-secret.ts';
import { ksopsReader } from './ksops.ts';
import { kustomizationReader, secretGeneratorReader } from './kustomize.ts';
import { legacyExternalSecretReader } from './legacy-external-secret.ts';
import { sealedSecretReader } from './sealed-secret.ts';
import { secretProviderClassReader } from './secret-provider-class.ts';
import { secretReader } from './secret.ts';
import { sopsSecretGeneratorReader } from './sops-secret-generator.ts';
import { sopsSecretReader } from './sops-secret.ts';
import { vaultReader } from './vault.ts';
import type { SecretReader } from './source.ts';

/** Every kind of resource that Secrets are read from. */
export const secretReaders: readonly SecretReader[] = [
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
