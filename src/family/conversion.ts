import type { Graph } from '../kustomize/graph.ts';
import type { Change } from '../model/change.ts';
import type { Excerpt } from '../model/excerpt.ts';
import type { Finding } from '../model/finding.ts';
import type { Assessment } from './assess.ts';
import type { FamilyAssessment } from './families.ts';

/** Everything a run found out and would change. */
export interface Outcome {
  readonly assessments: readonly Assessment[];
  readonly converted: ReadonlySet<Assessment>;
  readonly findings: readonly Finding[];
  readonly changes: readonly Change[];
  readonly droppedComments: readonly { readonly file: string; readonly comment: string }[];
}

/** Called now and then with the number of files done and of files in all. */
export type OnProgress = (done: number, total: number) => void;

/** A conversion that is ready but for the proof of its families. */
export interface Conversion {
  /** Families that nothing blocks yet. */
  readonly families: readonly FamilyAssessment[];
  readonly graph: Graph | null;
  /** The outcome; families that a proof has failed stay as they are, with its findings. */
  outcome(failed?: ReadonlyMap<FamilyAssessment, readonly Finding[]>, notes?: readonly Finding[]): Outcome;
  /** Files that were not searched for references, because they can't be read; nothing else depends on them. */
  readonly unsearched: readonly { readonly file: string; readonly reason: string }[];
  /** The lines around findings that may be shown. */
  readonly excerpts: (findings: readonly Finding[]) => ReadonlyMap<Finding, Excerpt>;
}
