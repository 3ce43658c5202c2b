/**
 * The steps of a JSON pointer, unescaped. Read as kustomize reads it: what stands before the first slash is ignored, so `spec/size` is
 * `/size`. Null for a text without a slash, which kustomize can't follow.
 */
export function parsePointer(text: string): string[] | null {
  const [, ...steps] = text.split('/');
  return steps.length === 0 ? null : steps.map(unescapeStep);
}

/** The pointer of steps: `['a/b', 'c~']` is `/a~1b/c~0`. */
export const formatPointer = (steps: readonly (string | number)[]): string =>
  steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** In one pass, so that `~01` is `~1` and not a slash. */
const unescapeStep = (step: string): string => step.replaceAll(/~[01]/g, (escape) => (escape === '~1' ? '/' : '~'));
