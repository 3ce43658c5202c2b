import { stringAt, valueAt } from '../model/value.ts';
import { withCopies } from './copies.ts';
import { isGiven, keysOfMap, namesOfMap, NO_KEYS, overlay, unite, UNKNOWN_KEYS } from './keys.ts';
import { ofKind, sourceOf } from './source.ts';
import type { Resource } from '../model/installation.ts';
import type { Value } from '../model/value.ts';
import type { KeySet } from './keys.ts';
import type { SecretReader, SecretSource } from './source.ts';

/** SealedSecrets. The controller gives the Secret the name of the SealedSecret, whatever the template says. */
export const sealedSecretReader: SecretReader = {
  resources: ofKind('bitnami.com', 'SealedSecret'),
  bears: 'values',
  makes: 'the Secret of its own name, whatever its template says',
  keys: '`spec.encryptedData` and `spec.template.data`',
  open: '`spec.data`, the one blob of old; annotation `sealedsecrets.bitnami.com/patch: "true"`',
  read,
};

function read(resource: Resource): SecretSource[] {
  const annotations = valueAt(resource.value, ['spec', 'template', 'metadata', 'annotations']);
  return withCopies(sourceOf(resource, sealedKeys(resource)), annotations);
}

function sealedKeys(resource: Resource): KeySet {
  const spec = resource.value.get('spec');
  const sealed = namesOfMap(valueAt(spec, ['encryptedData']));
  const keys = overlay(sealed, keysOfMap(valueAt(spec, ['template', 'data'])));
  // Before encryptedData there was one blob of everything.
  return unite([keys, isGiven(valueAt(spec, ['data'])) || patchesExisting(resource) ? UNKNOWN_KEYS : NO_KEYS]);
}

/** Such a SealedSecret adds its keys to a Secret that is already there. */
function patchesExisting(resource: Resource): boolean {
  const places: (Value | undefined)[] = [resource.value, valueAt(resource.value, ['spec', 'template'])];
  return places.some((place) => stringAt(place, ['metadata', 'annotations', 'sealedsecrets.bitnami.com/patch']) === 'true');
}
