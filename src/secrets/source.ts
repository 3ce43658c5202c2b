import type { Resource } from '../model/installation.ts';
import type { KeySet } from './keys.ts';

/** The text of a file, named the way `Resource.file` is; null when there is none: ignored by git, made by CI, out of the tree. */
export type ReadText = (file: string) => string | null;

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

/**
 * What of the values of Secrets a kind of resource has room for: `values`, in the clear or encrypted, so that no line of it is ever printed;
 * `literals`, where it is a generator that spells some out; `nothing` but names, keys and files.
 */
export type Bears = 'values' | 'literals' | 'nothing';

/** Kinds of one API group; the core group is empty. */
export interface ResourceKinds {
  readonly group: string;
  readonly kinds: readonly string[];
  matches(resource: Resource): boolean;
}

/** Reads Secrets from one kind of resource: one file each, listed in readers.ts. The words go to docs/secrets.md. */
export interface SecretReader {
  readonly resources: ResourceKinds;
  readonly bears: Bears;
  /** Which Secrets such a resource makes, and what they are called. */
  readonly makes: string;
  /** Where the keys are read. */
  readonly keys: string;
  /** Where there may be other keys as well, so that none can be said to be missing; null where the keys are all there. */
  readonly open: string | null;
  read(resource: Resource, readFile: ReadText): SecretSource[];
}

/** The group of an apiVersion; the core group is empty. */
export const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '');

/** Kinds of a group, in any version. */
export const ofKind = (group: string, ...kinds: readonly string[]): ResourceKinds => ({
  group,
  kinds,
  matches: ({ apiVersion, kind }) => groupOf(apiVersion) === group && kinds.includes(kind),
});

/** A source that carries the name and namespace of its resource, unless told otherwise. */
export function sourceOf(resource: Resource, keys: KeySet, other: Partial<Omit<SecretSource, keyof KeySet>> = {}): SecretSource {
  const { keys: known, emptyKeys, complete } = keys;
  const origin = { kind: resource.kind, file: resource.file, line: resource.place.line };
  const { name, namespace } = resource;
  return { name, namespace, origin, generator: null, copyOf: null, ...other, keys: known, emptyKeys, complete };
}

/** A name as Kubernetes accepts it, so none with `${...}`, `{{ ... }}` or `ENC[...]` in it. */
export const isSettledName = (name: string): boolean => /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/.test(name);
