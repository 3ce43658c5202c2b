import { engineKey, fluxDirectory, isFluxKustomization, shownEngine } from '../kustomize/engine.ts';
import { wordsOf } from '../kustomize/located.ts';
import { directoryOf, fileOfKey, holds, joined } from '../kustomize/paths.ts';
import { KUSTOMIZATION_NAMES, readManifest } from '../manifests/read.ts';
import { isUnreadable } from '../manifests/source.ts';
import type { ListedFile, Source } from '../manifests/source.ts';
import type { Resource } from '../model/installation.ts';
import { valueAt } from '../model/value.ts';

/** The variables that a Kustomization of Flux fills in where it builds a directory. */
export interface Substitution {
  /** For people, with its place. */
  readonly shown: string;
  /** Its key among kustomizations, where it changes more than variables. */
  readonly key: string;
  readonly directory: string;
  /** There is no kustomization in the directory, so that Flux takes every manifest and kustomization below it. */
  readonly generates: boolean;
  /** Those that stand in the object itself, which go before any that it takes from elsewhere. */
  readonly values: ReadonlyMap<string, string>;
}

/** What the objects of Flux in some files fill in. */
export const readSubstitutions = (source: Source, files: readonly ListedFile[]): Substitution[] =>
  files.flatMap(({ file }) => {
    const bytes = source.read(file);
    const resources = isUnreadable(bytes) ? [] : readManifest(file, bytes, { keep: isFluxKustomization }).resources;
    return resources.flatMap((resource) => substitutionOf(resource, source));
  });

function substitutionOf(resource: Resource, source: Source): Substitution[] {
  const directory = fluxDirectory(resource);
  if (directory === null) return [];
  return [
    {
      shown: `${shownEngine(resource)} (${resource.file}:${resource.place.line})`,
      key: engineKey(resource, [...resource.path, 'spec']),
      directory,
      generates: !KUSTOMIZATION_NAMES.some((name) => source.exists(joined(directory, name))),
      values: wordsOf(valueAt(resource.value, ['spec', 'postBuild', 'substitute'])),
    },
  ];
}

/** Those that reach what stands in a file that no kustomization reads. */
export const reachingFile = (substitutions: readonly Substitution[], file: string): Substitution[] =>
  substitutions.filter(({ generates, directory }) => generates && holds(directory, directoryOf(file)));

/** Those that reach what a kustomization builds, or the object of an engine that builds it. */
export const reachingBuild = (substitutions: readonly Substitution[], kustomization: string): Substitution[] =>
  substitutions.filter(({ key, directory, generates }) => {
    if (fileOfKey(kustomization) !== kustomization) return key === kustomization;
    const own = directoryOf(kustomization);
    return directory === own || (generates && holds(directory, own));
  });
