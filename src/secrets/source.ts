import type { Resource } from '../model/installation.ts';
import type { KeySet } from './keys.ts';

/** The text of a file, named the way `Resource.file` is; null when there is none: ignored by git, made by CI, out of the tree. */
export type ReadFile = (file: string) => string | null;

export interface SecretName {
  readonly name: string;
  /** Null where nothing says: an overlay, a flag or the engine may set it. */
  readonly namespace: string | null;
}

/** One place that makes a Secret, or some of its keys. Never holds a value. */
export interface SecretSource extends SecretName, KeySet {
  readonly origin: { readonly kind: string; readonly file: string; readonly line: number };
  /** Set for what kustomize generates. `name` is the one without a hash, which references carry before the build. */
  readonly generator: Generator | null;
  /** The Secret that a controller copies into this one; its keys are added once all sources are read. */
  readonly copyOf: SecretName | null;
}

export interface Generator {
  /** `merge` adds to a Secret that a lower layer makes, `replace` takes its place. */
  readonly behavior: 'create' | 'merge' | 'replace';
  /** Whether a hash is appended to the name. */
  readonly hashed: boolean;
}

/** Reads one kind of resource. */
export interface SecretReader {
  matches(resource: Resource): boolean;
  read(resource: Resource, readFile: ReadFile): SecretSource[];
}

/** The group of an apiVersion; the core group is empty. */
export const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '');

/** A test for group and kind, in any version. */
export function ofKind(group: string, ...kinds: readonly string[]): (resource: Resource) => boolean {
  return (resource) => groupOf(resource.apiVersion) === group && kinds.includes(resource.kind);
}

/** A source that carries the name and namespace of its resource, unless told otherwise. */
export function sourceOf(resource: Resource, keys: KeySet, other: Partial<Omit<SecretSource, keyof KeySet>> = {}): SecretSource {
  const { keys: known, emptyKeys, complete } = keys;
  const origin = { kind: resource.kind, file: resource.file, line: resource.place.line };
  const { name, namespace } = resource;
  return { name, namespace, origin, generator: null, copyOf: null, ...other, keys: known, emptyKeys, complete };
}

/** A name as Kubernetes accepts it, so none with `${...}`, `{{ ... }}` or `ENC[...]` in it. */
export const isSettledName = (name: string): boolean => /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/.test(name);
