import type { Engine } from '../model/installation.ts';
import type { IngressStyle } from '../operator/convert.ts';
import type { CrdSchema } from '../operator/crd.ts';
import type { Release } from '../operator/releases.ts';
import type { ChosenLevel } from './index.ts';

export type KnownDatabase = 'external' | 'operator-managed';

/** A user's answer to what a database Secret holds. */
export interface DatabaseAnswer {
  /** Null answers for the name in every namespace. */
  readonly namespace: string | null;
  readonly name: string;
  readonly database: KnownDatabase;
  /** Where it was given, for messages: `.ci2mm.yaml`. */
  readonly origin?: string;
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
  /** Levels that differ from the rules' own; never of a fixed rule. */
  readonly levels: ReadonlyMap<string, ChosenLevel>;
  /** Named in messages; null where it is not known. */
  readonly engine: Engine | null;
}
