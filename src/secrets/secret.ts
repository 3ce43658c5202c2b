import { valueAt } from '../model/value.ts';
import { listAt, reflected, replicated, withCopies } from './copies.ts';
import { keysOfMap, namedKeys, NO_KEYS, overlay, unite } from './keys.ts';
import { sourceOf } from './source.ts';
import type { Resource } from '../model/installation.ts';
import type { SecretReader, SecretSource } from './source.ts';

/** Where mittwald's secret generator is told which keys to fill with random values. */
const AUTOGENERATE = 'secret-generator.v1.mittwald.de/autogenerate';

/**
 * `v1` Secrets, those that SOPS has encrypted included: it leaves keys in the clear. Placeholders of Vault plugins stand for values only.
 */
export const secretReader: SecretReader = {
  resources: { group: '', kinds: ['Secret'], matches: isSecret },
  bears: 'values',
  makes: 'itself',
  keys: '`data` and `stringData`, also where SOPS has encrypted the values or a placeholder stands for them; annotation `secret-generator.v1.mittwald.de/autogenerate`',
  open: '`data` that is filled in later; a key that is null; a copy of a Secret that is not in the repository',
  read,
};

/** Whether a resource is a `v1` Secret. */
function isSecret({ apiVersion, kind }: Resource): boolean {
  return apiVersion === 'v1' && kind === 'Secret';
}

function read(resource: Resource): SecretSource[] {
  const annotations = valueAt(resource.value, ['metadata', 'annotations']);
  const overwritten = reflected(annotations, resource.namespace);
  if (overwritten !== null) return [sourceOf(resource, NO_KEYS, { copyOf: overwritten })];
  // What is in stringData wins over data; the generator leaves keys alone that have a value.
  const written = overlay(keysOfMap(resource.value.get('data')), keysOfMap(resource.value.get('stringData')));
  const keys = unite([written, namedKeys(listAt(annotations, AUTOGENERATE))]);
  return withCopies(sourceOf(resource, keys, { copyOf: replicated(annotations, resource.namespace) }), annotations);
}
