import type { FileContents } from '../edit/file-secrets.ts';
import type { FamilyAssessment } from '../family/assess-family.ts';
import type { EngineInput, Graph } from '../kustomize/graph.ts';
import type { DocumentPlaces } from '../manifests/places.ts';
import type { Findings } from '../rules/finding.ts';
import type { Settings } from '../rules/settings.ts';

/** What is to be proven, and what it takes to say what came of it. */
export interface Provable {
  readonly families: readonly FamilyAssessment[];
  readonly graph: Graph;
  /** What engines add to directories; kustomizations may build these objects too. */
  readonly engines: readonly EngineInput[];
  readonly contents: FileContents;
  readonly settings: Settings;
  readonly findings: Findings;
  readonly places: DocumentPlaces;
}

export interface Proven {
  readonly families: readonly FamilyAssessment[];
  /** `12 kustomizations proven by kustomize 4.5.4`; null where there was nothing to prove. */
  readonly statement: string | null;
}

/** Installations in templates of charts, and what it takes to say what came of their proof. */
export type ProvableCharts = Pick<Provable, 'families' | 'contents' | 'settings' | 'findings'>;
