import { resolveCopies } from './copies.ts';
import { secretReaders } from './readers.ts';
import { isSettledName } from './source.ts';
import type { Resource } from '../model/installation.ts';
import type { ReadText, SecretSource } from './source.ts';

/** A file that holds none of these, in this case, says nothing about Secrets and need not be parsed for them. */
export const SECRET_MARKERS: readonly string[] = ['ecret'];

/** Whether a resource makes Secrets, so that its data is worth building. */
export const makesSecrets = (resource: Resource): boolean => secretReaders.some(({ resources }) => resources.matches(resource));

/**
 * Every Secret that the resources make, with the keys that can be known. Sources with a name that is filled in later are left out: nothing
 * can be told to refer to them. A namespace that is filled in later counts as not given.
 */
export function readSecretSources(resources: Iterable<Resource>, readFile: ReadText): SecretSource[] {
  const sources = [...resources].flatMap((resource) =>
    secretReaders.filter((reader) => reader.resources.matches(resource)).flatMap((reader) => reader.read(resource, readFile)),
  );
  return resolveCopies(sources.map(settled)).filter((source) => isSettledName(source.name));
}

function settled(source: SecretSource): SecretSource {
  const { namespace } = source;
  return namespace === null || isSettledName(namespace) ? source : { ...source, namespace: null };
}
