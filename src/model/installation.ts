import type { Path, ValueMap } from './value.ts';
import type { Place } from './place.ts';

export type FileStoreKind = 'external' | 'operator-managed';
/** `unknown`: the keys of the database Secret could not be found. `invalid`: they were, and neither form is complete. */
export type DatabaseKind = 'external' | 'operator-managed' | 'unknown' | 'invalid';

/** What brings manifests into the cluster. */
export type Engine = 'argo-cd' | 'flux' | 'both' | 'other';

/** One object of a manifest: a document's root, or an item of a List. */
export interface Resource {
  readonly file: string;
  /** Index of the document in its file, from 0. */
  readonly document: number;
  /** Steps from the document's root to the object: `[]`, or `['items', 2]`. */
  readonly path: Path;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Null where the manifest names none (an overlay, a flag or the engine may set it). */
  readonly namespace: string | null;
  readonly value: ValueMap;
  readonly place: Place;
}

/** One ClusterInstallation resource of group mattermost.com. */
export type Installation = Resource;

/** A file that a program writes, and what shows that, for messages. */
export interface Generated {
  readonly file: string;
  readonly evidence: string;
}

/** What decides where conditional fields go. */
export interface Decision {
  readonly fileStore: FileStoreKind;
  readonly database: DatabaseKind;
}

/** `namespace/name`, or the name alone. */
export const installationId = (resource: Pick<Resource, 'name' | 'namespace'>): string =>
  resource.namespace === null ? resource.name : `${resource.namespace}/${resource.name}`;
