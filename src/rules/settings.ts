import type { Engine, FileStoreKind, Installation } from '../model/installation.ts';
import type { IngressStyle } from '../operator/convert.ts';
import type { CrdSchema } from '../operator/crd.ts';
import type { Release } from '../operator/releases.ts';
import type { ChosenLevel } from './index.ts';

export type KnownDatabase = 'external' | 'operator-managed';

/** What a user says about an installation. */
export interface Answer {
  /** Null answers for the name in every namespace. */
  readonly namespace: string | null;
  readonly name: string;
  /** Where it was given, for messages: `.ci2mm.yaml`. */
  readonly origin?: string;
}

/** A user's answer to what a database Secret holds. */
export interface DatabaseAnswer extends Answer {
  readonly database: KnownDatabase;
}

/** A user's answer to whether a URL that is filled in later turns out empty: then the file store is operator managed. */
export interface FileStoreAnswer extends Answer {
  readonly fileStore: FileStoreKind;
}

/** Whether an answer is about an installation. */
export const isAbout = (answer: Answer, { name, namespace }: Pick<Installation, 'name' | 'namespace'>): boolean =>
  answer.name === name && (answer.namespace === null || answer.namespace === namespace);

/** What decides a conversion besides the manifests. */
export interface Settings {
  readonly target: Release;
  readonly ingress: IngressStyle;
  readonly databases: readonly DatabaseAnswer[];
  readonly fileStores: readonly FileStoreAnswer[];
  /** For database Secrets that neither an answer nor the manifests explain; null blocks them. */
  readonly assumeDatabase: KnownDatabase | null;
  /** The user's own CRD to validate against in place of the target's schema. */
  readonly crd: CrdSchema | null;
  /** Levels that differ from the rules' own; never of a fixed rule. */
  readonly levels: ReadonlyMap<string, ChosenLevel>;
  /** Named in messages; null where it is not known. */
  readonly engine: Engine | null;
}
