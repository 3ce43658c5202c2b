import { directoryOf, resolveFrom } from './paths.ts';

/**
 * The kustomizations that may have to do with some files: those that name one of them, and those that include such a kustomization, however
 * far up. A cheap look at words, so that of thousands only the relevant are parsed; naming one too many does no harm.
 */
export function relevantKustomizations(
  kustomizations: readonly string[],
  textOf: (file: string) => string,
  files: Iterable<string>,
  word: string,
): string[] {
  const users = new Map<string, string[]>();
  const reached = new Set<string>(files);
  for (const kustomization of kustomizations) {
    const text = textOf(kustomization);
    if (text.includes(word)) reached.add(kustomization);
    for (const path of pathsIn(text, directoryOf(kustomization))) {
      const known = users.get(path);
      if (known === undefined) users.set(path, [kustomization]);
      else known.push(kustomization);
    }
  }
  const all = new Set(kustomizations);
  // A set grows while it is walked.
  for (const file of reached) {
    const asDirectory = all.has(file) ? (users.get(directoryOf(file)) ?? []) : [];
    for (const user of [...(users.get(file) ?? []), ...asDirectory]) reached.add(user);
  }
  return kustomizations.filter((file) => reached.has(file));
}

/** Every word that could be a path, as it leads from the directory. */
export function pathsIn(text: string, directory: string): Set<string> {
  const words = text.match(/[^\s"',[\]{}]+/g) ?? [];
  return new Set(words.flatMap((word) => resolveFrom(directory, word) ?? []));
}
