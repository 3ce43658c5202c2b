import { stringAt } from '../model/value.ts';
import type { Value } from '../model/value.ts';
import { unite } from './keys.ts';
import { isSettledName } from './source.ts';
import type { SecretName, SecretSource } from './source.ts';

const REFLECTOR = 'reflector.v1.k8s.emberstack.com';
const REPLICATOR = 'replicator.v1.mittwald.de';

/** The Secret that reflector copies over this one, whatever it held. */
export const reflected = (annotations: Value | undefined, namespace: string | null): SecretName | null =>
  secretNamed(stringAt(annotations, [`${REFLECTOR}/reflects`]), namespace);

/** The Secret whose keys the mittwald replicator adds to this one. */
export const replicated = (annotations: Value | undefined, namespace: string | null): SecretName | null =>
  secretNamed(stringAt(annotations, [`${REPLICATOR}/replicate-from`]), namespace);

/** `namespace/name`, or a name in the same namespace. */
function secretNamed(text: string | null, namespace: string | null): SecretName | null {
  if (text === null) return null;
  const [first = '', second] = text.trim().split('/');
  return second === undefined ? { name: first, namespace } : { name: second, namespace: first };
}

/**
 * A source and its copies in the namespaces that its annotations list. Patterns of namespaces are left out: what they match is not in the
 * repository.
 */
export function withCopies(source: SecretSource, annotations: Value | undefined): SecretSource[] {
  const namespaces = [...reflectedTo(annotations), ...listAt(annotations, `${REPLICATOR}/replicate-to`)];
  const copies = namespaces.filter((namespace) => isSettledName(namespace) && namespace !== source.namespace);
  return [source, ...copies.map((namespace) => ({ ...source, namespace }))];
}

function reflectedTo(annotations: Value | undefined): string[] {
  const isOn = (name: string): boolean => stringAt(annotations, [`${REFLECTOR}/${name}`]) === 'true';
  if (!isOn('reflection-allowed') || !isOn('reflection-auto-enabled')) return [];
  const wanted = listAt(annotations, `${REFLECTOR}/reflection-auto-namespaces`);
  return wanted.length > 0 ? wanted : listAt(annotations, `${REFLECTOR}/reflection-allowed-namespaces`);
}

/** A comma-separated annotation. */
export function listAt(annotations: Value | undefined, name: string): string[] {
  const items = (stringAt(annotations, [name]) ?? '').split(',').map((item) => item.trim());
  return items.filter((item) => item !== '');
}

/** Gives every copy the keys of its original; an original that is not there, or is a copy itself, leaves the copy incomplete. */
export function resolveCopies(sources: readonly SecretSource[]): SecretSource[] {
  const originals = sources.filter((source) => source.copyOf === null);
  return sources.flatMap((source) => (source.copyOf === null ? [source] : copiesOf(source, source.copyOf, originals)));
}

function copiesOf(copy: SecretSource, wanted: SecretName, originals: readonly SecretSource[]): SecretSource[] {
  const named = originals.filter((source) => source.name === wanted.name);
  const exact = named.filter((source) => source.namespace === wanted.namespace);
  const found = exact.length > 0 ? exact : named.filter((source) => source.namespace === null);
  if (found.length === 0) return [{ ...copy, complete: false }];
  // Several originals stay several copies, so that their differences show.
  return found.map((original) => ({ ...copy, ...unite([copy, original]), generator: original.generator }));
}
