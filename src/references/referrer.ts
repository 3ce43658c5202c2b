import type { FieldDecision } from '../edit/field-path.ts';
import type { BuiltResource } from '../kustomize/resource.ts';
import type { Path } from '../model/value.ts';
import type { Operation } from '../yaml/primitives.ts';

/**
 * A step of a migration. *prepare* extends: what names the old kind comes to name the new one too. *cutover* replaces what can name only one of
 * them. *finish* takes the old name away. *convert* is prepare and cutover in one, for a conversion without stages.
 */
export type ReferrerStage = 'prepare' | 'cutover' | 'finish' | 'convert';

/** What is named: the kind in any of its spellings, or the labels that the operator gives to what it makes of one. */
export type Referent = 'kind' | 'label';

/** A place that names what a conversion replaces. */
export interface Reference {
  readonly referent: Referent;
  /** Leads to a value, or to a key that is itself the reference. */
  readonly path: Path;
}

/** What is known of the installations that a reference is about. */
export interface ReferenceContext {
  /** Where their fields go. */
  readonly decision: FieldDecision;
  /** With `--ingress modern`: their host gives a TLS Secret its name. */
  readonly hostNamesSecret: boolean;
  /** Resources of the new kind that are there already, which an edit must not reach. */
  readonly mattermosts: readonly BuiltResource[];
}

/** What a reference needs at a stage. Paths lead from the root of the document in which it stands. */
export interface ReferencePlan {
  /** Operations of one batch are read off the same text; each batch starts from the result of the one before. */
  readonly batches: readonly (readonly Operation[])[];
  /** Why it can't be carried over, where it can't. */
  readonly obstacles: readonly ReferenceObstacle[];
}

interface ReferenceObstacle {
  readonly path: Path;
  readonly message: string;
}

/** What a reader is told of a reference that stays as it is. */
export interface Flag {
  /** Follows the name of what refers: `names ClusterInstallation`. */
  readonly message: string;
  readonly remedy: string;
}

/** A referrer's row in docs/references.md. */
export interface ReferrerText {
  /** Kebab-case, one for each referrer. */
  readonly id: string;
  /** One sentence: where the references stand. */
  readonly found: string;
  /** A small document that refers. */
  readonly example: string;
  /** What is written at each stage; at a stage that is left out, nothing. Where none has a text, references are only flagged. */
  readonly written: Readonly<Partial<Record<Exclude<ReferrerStage, 'convert'>, string>>>;
}

/** A kind of place that can name an installation. `Subject` is what it is looked for in, and `Found` what is found there. */
export interface Referrer<Subject, Found extends Reference, Context = ReferenceContext, Plan = ReferencePlan> extends ReferrerText {
  find(subject: Subject): readonly Found[];
  /** Null where nothing exact can be written at this stage. */
  plan(reference: Found, stage: ReferrerStage, context: Context): Plan | null;
  /** What is left to the reader where nothing is written. */
  flag(reference: Found): Flag;
}
