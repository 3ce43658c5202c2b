/** What is only needed where there are kustomizations, to be loaded only there. */
export { assessFamilies } from './families.ts';
export { rewriteFamilies } from './outcome.ts';
export { readKustomizations } from './kustomizations.ts';
