import { stringAt, valueAt } from '../model/value.ts';
import { keysInList, mapsIn } from './keys.ts';
import { ofKind, sourceOf } from './source.ts';
import type { SecretReader } from './source.ts';

/** The Secrets that the CSI driver mirrors, for as long as a pod mounts the class. */
export const secretProviderClassReader: SecretReader = {
  resources: ofKind('secrets-store.csi.x-k8s.io', 'SecretProviderClass'),
  bears: 'nothing',
  makes: 'a Secret for each of `spec.secretObjects`, named by `secretName`',
  keys: '`spec.secretObjects[].data[].key`',
  open: null,
  read: (resource) =>
    mapsIn(valueAt(resource.value, ['spec', 'secretObjects'])).map((object) =>
      sourceOf(resource, keysInList(object.get('data'), 'key'), { name: stringAt(object, ['secretName']) ?? '' }),
    ),
};
