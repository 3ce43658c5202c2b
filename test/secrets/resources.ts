import { readSecretSources } from '../../src/secrets/index.ts';
import { stringAt } from '../../src/model/value.ts';
import { toValue } from '../values.ts';
import type { Resource } from '../../src/model/installation.ts';
import type { SecretSource } from '../../src/secrets/index.ts';
import type { Plain } from '../values.ts';

export type Manifest = { readonly [key: string]: Plain };

/** A resource as a manifest reader would hand it over. */
export function resourceOf(manifest: Manifest, file = 'manifests/db.yaml', line = 1): Resource {
  const value = toValue(manifest);
  return {
    file,
    document: 0,
    path: [],
    apiVersion: stringAt(value, ['apiVersion']) ?? '',
    kind: stringAt(value, ['kind']) ?? '',
    name: stringAt(value, ['metadata', 'name']) ?? '',
    namespace: stringAt(value, ['metadata', 'namespace']),
    value,
    place: { file, line, column: 1, endLine: line, endColumn: 1 },
  };
}

/** The sources of manifests that stand in one file, next to other files of the repository. */
export function sourcesOf(
  manifests: Manifest | readonly Manifest[],
  files: Readonly<Record<string, string>> = {},
  file?: string,
): SecretSource[] {
  const list = (Array.isArray(manifests) ? manifests : [manifests]) as readonly Manifest[];
  return readSecretSources(
    list.map((manifest) => resourceOf(manifest, file)),
    (path) => files[path] ?? null,
  );
}

/** The tables of these tests write a source as its keys in order, empty ones marked, and `...` where there may be more. */
export function keysOf(source: SecretSource | undefined): string | undefined {
  if (source === undefined) return undefined;
  const keys = [...source.keys].sort().map((key) => (source.emptyKeys.has(key) ? `${key}(empty)` : key));
  return [...keys, ...(source.complete ? [] : ['...'])].join(' ');
}

/** Everything about a result as text, sets and maps included. */
export const everything = (result: unknown): string =>
  JSON.stringify(result, (_, value: unknown) => (value instanceof Set || value instanceof Map ? [...value] : value));

export const secret = (name: string, stringData: Readonly<Record<string, string>>, namespace: string | null = null): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, ...(namespace === null ? {} : { namespace }) },
  stringData,
});

export const MANAGED = { ROOT_PASSWORD: 'a', USER: 'b', PASSWORD: 'c', DATABASE: 'd' } as const;
