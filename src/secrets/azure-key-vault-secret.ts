import { stringAt, valueAt } from '../model/value.ts';
import { namedKeys, UNKNOWN_KEYS } from './keys.ts';
import { ofKind, sourceOf } from './source.ts';
import type { SecretReader } from './source.ts';

/** AzureKeyVaultSecrets: one key each, and several may fill one Secret. An object of many values brings its own keys. */
export const azureKeyVaultSecretReader: SecretReader = {
  resources: ofKind('spv.no', 'AzureKeyVaultSecret'),
  bears: 'nothing',
  makes: 'the Secret `spec.output.secret.name`',
  keys: '`spec.output.secret.dataKey`',
  open: 'no `dataKey`, or an object of type `multi-key-value-secret`',
  read(resource) {
    const output = valueAt(resource.value, ['spec', 'output', 'secret']);
    const key = stringAt(output, ['dataKey']);
    const many = stringAt(resource.value, ['spec', 'vault', 'object', 'type']) === 'multi-key-value-secret';
    const keys = key === null || many ? UNKNOWN_KEYS : namedKeys([key]);
    return [sourceOf(resource, keys, { name: stringAt(output, ['name']) ?? '' })];
  },
};
