import type { AppliedBy } from '../model/rollout.ts';

/** Annotations that keep an engine from deleting an object whose manifest is gone. They count once they are on the live object. */
export const PRUNE_ANNOTATIONS: Readonly<Record<AppliedBy, string>> = {
  'argo-cd': 'argocd.argoproj.io/sync-options',
  flux: 'kustomize.toolkit.fluxcd.io/prune',
};

/** What protects, as it is written where the annotation says nothing else. Source: Argo CD's gitops-engine, kustomize-controller. */
export const PROTECTING: Readonly<Record<AppliedBy, string>> = { 'argo-cd': 'Prune=false,Delete=false', flux: 'disabled' };

/** What keeps Helm from deleting an object that its chart renders no more, on the release before. Source: Helm's resource policies, in Helm 3 and 4. */
export const HELM_KEEP = { annotation: 'helm.sh/resource-policy', value: 'keep' } as const;

/** Options that delete an object, make it anew, or let its children go, whatever else stands beside them. */
const HARMFUL = /^(?:Prune|Delete|PrunePropagationPolicy)=|^(?:Replace|Force)=true$/;

const optionsOf = (text: string): string[] =>
  text
    .split(',')
    .map((option) => option.trim())
    .filter((option) => option !== '');

const PROTECTING_OPTIONS = optionsOf(PROTECTING['argo-cd']);

/** Whether an annotation keeps its engine from deleting the object; null for an annotation that is not there. */
export function protects(engine: AppliedBy, annotation: string | null): boolean {
  if (annotation === null) return false;
  if (engine === 'flux') return annotation === PROTECTING.flux;
  const options = optionsOf(annotation);
  return PROTECTING_OPTIONS.every((option) => options.includes(option)) && harmfulIn(annotation).length === 0;
}

/** The options of an annotation of Argo CD that work against the protection. */
export const harmfulIn = (annotation: string): string[] =>
  optionsOf(annotation).filter((option) => HARMFUL.test(option) && !PROTECTING_OPTIONS.includes(option));

/** The annotation with protection in it; what else it says stays, but for options that work against it. */
export function protecting(engine: AppliedBy, annotation: string | null): string {
  if (engine === 'flux' || annotation === null) return PROTECTING[engine];
  const kept = optionsOf(annotation).filter((option) => !HARMFUL.test(option));
  return [...kept, ...PROTECTING_OPTIONS].join(',');
}

/** The annotation as it was without the protection; null where nothing is left of it. */
export function unprotecting(engine: AppliedBy, annotation: string): string | null {
  if (engine === 'flux') return annotation === PROTECTING.flux ? null : annotation;
  const kept = optionsOf(annotation).filter((option) => !PROTECTING_OPTIONS.includes(option));
  return kept.length === 0 ? null : kept.join(',');
}
