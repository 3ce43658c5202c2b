import type { Finding } from '../rules/finding.ts';
import type { DatabaseKind, FileStoreKind } from '../model/installation.ts';
import type { StageName } from '../model/rollout.ts';
import type { RuleId } from '../rules/index.ts';

/** `convertible`: nothing blocks it, and the run writes nothing. `converted`: it was written. `done`: a stage has nothing to do. */
export type InstallationStatus = 'convertible' | 'converted' | 'done' | 'blocked';

/** One installation: a manifest that stands alone, or what one kustomization builds, so that a base has one for every overlay. */
export interface InstallationReport {
  readonly name: string;
  readonly namespace: string | null;
  readonly file: string;
  readonly line: number;
  /** The kustomization, or the object of Flux or Argo CD, whose build it is, by its file; null for a manifest that stands alone. */
  readonly builtBy: string | null;
  readonly status: InstallationStatus;
  /** The rules whose errors block it: its own, those of what has to change with it, and those of its file. */
  readonly blockedBy: readonly RuleId[];
  readonly database: Exclude<DatabaseKind, 'invalid'>;
  readonly fileStore: FileStoreKind;
}

/** One file's unified diff, as `git apply` takes it from the top level of the repository. */
export interface ChangeReport {
  readonly file: string;
  readonly diff: string;
}

/** What a run found and would change: the JSON report, and what every reporter reads. Paths are relative to the git top level, else to the working directory. */
export interface Report {
  readonly schemaVersion: 2;
  readonly tool: { readonly name: 'ci2mm'; readonly version: string };
  /** Operator release the result must fit, such as `1.25.9`. */
  readonly target: string;
  /** The stage of the rollout that the changes belong to; null for the conversion. */
  readonly stage: StageName | null;
  readonly summary: {
    readonly filesScanned: number;
    readonly filesSkipped: number;
    readonly installations: number;
    readonly convertible: number;
    readonly converted: number;
    /** Those that a stage has nothing to do for. */
    readonly done: number;
    readonly blocked: number;
    /** Those that were not chosen, and of which nothing is said. */
    readonly notChosen: number;
    /** References in other resources: those that come to name the new kind in place of the old one, those that come to name both, and those that named both before. */
    readonly references: { readonly rewritten: number; readonly extended: number; readonly both: number };
    /** What goes on naming the old kind: references to edit by hand, and files that do elsewhere, those that come from elsewhere apart. */
    readonly left: { readonly references: number; readonly files: number; readonly vendored: number };
    readonly findings: { readonly error: number; readonly warning: number; readonly note: number };
  };
  readonly installations: readonly InstallationReport[];
  readonly findings: readonly Finding[];
  readonly changes: readonly ChangeReport[];
}
