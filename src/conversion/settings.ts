import type { IngressStyle } from '../operator/convert.ts';
import type { CrdSchema } from '../operator/crd.ts';
import type { Release } from '../operator/releases.ts';

export type KnownDatabase = 'external' | 'operator-managed';

/** A user's answer to what a database Secret holds. */
export interface DatabaseAnswer {
  /** Null answers for the name in every namespace. */
  readonly namespace: string | null;
  readonly name: string;
  readonly database: KnownDatabase;
}

/** What decides a conversion besides the manifests. */
export interface Settings {
  readonly target: Release;
  readonly ingress: IngressStyle;
  readonly databases: readonly DatabaseAnswer[];
  /** For database Secrets that neither an answer nor the manifests explain; null blocks them. */
  readonly assumeDatabase: KnownDatabase | null;
  /** The user's own CRD to validate against in place of the target's schema. */
  readonly crd: CrdSchema | null;
}
