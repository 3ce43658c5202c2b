import { valueAt } from '../model/value.ts';
import { isGiven, keysInList, keysOfMap, NO_KEYS, unite, UNKNOWN_KEYS } from './keys.ts';
import { ofKind, sourceOf } from './source.ts';
import type { Value } from '../model/value.ts';
import type { KeySet } from './keys.ts';
import type { SecretReader } from './source.ts';

/** ExternalSecrets of the retired kubernetes-external-secrets; its first releases called the spec `secretDescriptor`. */
export const legacyExternalSecretReader: SecretReader = {
  resources: ofKind('kubernetes-client.io', 'ExternalSecret'),
  bears: 'values',
  makes: 'the Secret of its own name',
  keys: '`spec.data[].name`, `spec.template.data` and `stringData`; `secretDescriptor` in place of `spec`',
  open: '`dataFrom` and `dataFromWithOptions`',
  read: (resource) => [sourceOf(resource, specKeys(resource.value.get('spec') ?? resource.value.get('secretDescriptor')))],
};

function specKeys(spec: Value | undefined): KeySet {
  const at = (...path: string[]): Value | undefined => valueAt(spec, path);
  return unite([
    keysInList(at('data'), 'name'),
    keysOfMap(at('template', 'data')),
    keysOfMap(at('template', 'stringData')),
    isGiven(at('dataFrom')) || isGiven(at('dataFromWithOptions')) ? UNKNOWN_KEYS : NO_KEYS,
  ]);
}
