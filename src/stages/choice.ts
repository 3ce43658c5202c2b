import { directoryOf, fileOfKey } from '../kustomize/paths.ts';
import { installationId } from '../model/installation.ts';
import type { VariantAssessment } from '../family/assess-family.ts';

/** What a user limits a stage to. */
export interface Choice {
  /** `namespace/name`, or a name in every namespace; empty for all. */
  readonly only: readonly string[];
  /** Folders with a kustomization, or files, relative to the root; empty for all. */
  readonly roots: readonly string[];
  /** Files of which one has to have a part in the installation; left out for all. */
  readonly changed?: ReadonlySet<string>;
  /** Keys of families that somebody has picked; left out for all. */
  readonly families?: ReadonlySet<string>;
}

/** Whether a choice includes an installation. */
export function isChosen({ only, roots }: Choice, { installation, variant }: Pick<VariantAssessment, 'installation' | 'variant'>): boolean {
  const isNamed = only.length === 0 || only.includes(installationId(installation)) || only.includes(installation.name);
  const file = variant.kustomization === '' ? installation.file : fileOfKey(variant.kustomization);
  return isNamed && (roots.length === 0 || roots.some((root) => root === file || root === directoryOf(file)));
}
