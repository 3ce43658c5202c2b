import { builtinPlugins } from './builtin-plugins.ts';
import { configurations } from './configurations.ts';
import { crds } from './crds.ts';
import type { KustomizeReferrer } from './kustomize-referrer.ts';
import { labels } from './labels.ts';
import { openapi } from './openapi.ts';
import { patchTargets } from './patch-targets.ts';
import { replacements } from './replacements.ts';
import { sortOptions } from './sort-options.ts';
import { variables } from './variables.ts';

/** The referrers of kustomize's own documents. */
export const kustomizeReferrers: readonly KustomizeReferrer[] = [
  patchTargets,
  replacements,
  variables,
  labels,
  sortOptions,
  configurations,
  builtinPlugins,
  openapi,
  crds,
];
