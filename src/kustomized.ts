/** What is only needed where there are kustomizations, to be loaded only there. */
export { judgeFamilies } from './conversion/families.ts';
export { rewriteFamilies } from './conversion/family-outcome.ts';
export { readKustomizations } from './kustomizations.ts';
