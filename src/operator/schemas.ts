import clusterInstallation from './schemas/ClusterInstallation.json' with { type: 'json' };
import mattermost from './schemas/Mattermost.json' with { type: 'json' };
import { compareReleases, release, type Release } from './releases.ts';

export type Kind = 'ClusterInstallation' | 'Mattermost';

/**
 * A structural schema as CRDs know it, reduced to names and types. In the schemas of this package `since`, `removed` and `requiredUntil` say in
 * which operator release a field came, went, or ceased to be required; without `since` a field is as old as its parent.
 */
export interface SchemaNode {
  /** JSON Schema's types; int-or-string is `['integer', 'string']`. */
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
  readonly since?: string;
  readonly removed?: string;
  readonly requiredUntil?: Readonly<Record<string, string>>;
}

const schemas: Readonly<Record<Kind, SchemaNode>> = { ClusterInstallation: clusterInstallation, Mattermost: mattermost };

/** The union of a kind's schemas in all known operator releases, written by scripts/schemas.js from the operator's CRDs. */
export const schemaOf = (kind: Kind): SchemaNode => schemas[kind];

/** The node itself, or what its `$ref` into the root's `$defs` means. The node keeps its own dates: read these before. */
export function resolveRef(root: SchemaNode, node: SchemaNode): SchemaNode {
  if (node.$ref === undefined) return node;
  const target = root.$defs?.[node.$ref.slice('#/$defs/'.length)];
  if (target === undefined) throw new Error(`the schema has no ${node.$ref}`);
  return target;
}

/** The schema of one property of a map, or undefined for an unknown one. */
export function propertyOf(node: SchemaNode, name: string): SchemaNode | undefined {
  return node.properties !== undefined && Object.hasOwn(node.properties, name) ? node.properties[name] : undefined;
}

/** Whether the operator's CRDs have a field, and since or until when it was missing from the CRDs of a release. */
export type Availability =
  | { readonly in: true }
  | { readonly in: false; readonly since: string }
  | { readonly in: false; readonly removed: string };

/** Whether a field belongs to a release, as far as its own dates say: its parents have theirs. */
export function availabilityIn(target: Release, { since, removed }: SchemaNode): Availability {
  if (since !== undefined && compareReleases(target, release(since)) < 0) return { in: false, since };
  if (removed !== undefined && compareReleases(target, release(removed)) >= 0) return { in: false, removed };
  return { in: true };
}
