import { scalarAt, stringAt, valueAt } from '../model/value.ts';
import { keysInList, NO_KEYS, unite, UNKNOWN_KEYS } from './keys.ts';
import { ofKind, sourceOf } from './source.ts';
import type { SecretReader } from './source.ts';

/** BitwardenSecrets. What is not mapped is keyed by its UUID, which is no key of ours, unless names are asked for. */
export const bitwardenSecretReader: SecretReader = {
  resources: ofKind('k8s.bitwarden.com', 'BitwardenSecret'),
  bears: 'nothing',
  makes: 'the Secret `spec.secretName`',
  keys: '`spec.map[].secretKeyName`',
  open: '`useSecretNames: true`',
  read(resource) {
    const spec = resource.value.get('spec');
    const unmapped = scalarAt(spec, ['useSecretNames']) === true ? UNKNOWN_KEYS : NO_KEYS;
    const keys = unite([keysInList(valueAt(spec, ['map']), 'secretKeyName'), unmapped]);
    return [sourceOf(resource, keys, { name: stringAt(spec, ['secretName']) ?? '' })];
  },
};
