import type { Path } from '../model/value.ts';

/** What can be wrong with a graph of kustomizations, or keeps a build of it from being followed. */
export type KustomizeProblemCode =
  /** A kustomization that is no YAML, or no map. */
  | 'unreadable-kustomization'
  /** A file of the right name that is of another kind, such as a Flux Kustomization. */
  | 'not-a-kustomization'
  /** kustomize refuses fields that it does not know. */
  | 'unknown-field'
  /** A directory with more than one of the three file names. */
  | 'several-kustomizations'
  /** A Component under `resources`, or a Kustomization under `components`. */
  | 'wrong-kind'
  | 'missing'
  | 'outside-root'
  | 'remote'
  | 'cycle'
  | 'unreadable-manifest'
  | 'unreadable-patch'
  | 'patch-fails'
  /** A strategic-merge patch without a target whose body names no resource of the build. */
  | 'patch-without-match'
  /** The same, and more than one resource fits. */
  | 'patch-with-several-matches'
  | 'bad-selector'
  /** A resource that is there already: kustomize refuses it. */
  | 'duplicate-resource'
  /** More resources than a kustomization is followed with. */
  | 'too-many-resources'
  /** A generator, chart or transformer that is a program of its own. */
  | 'plugin'
  | 'replacement'
  | 'variable'
  | 'field-spec'
  /** An OpenAPI schema changes how patches merge. */
  | 'schema'
  /** The build changes what kind of object it is. */
  | 'identity'
  /** kustomize 4 and 5 build different things. */
  | 'version';

/** Something that is wrong, unreadable or beyond this reading, with its place. */
export interface KustomizeProblem extends NodePath {
  readonly code: KustomizeProblemCode;
  readonly message: string;
}

/** A field of a document. */
export interface NodePath {
  readonly file: string;
  readonly document: number;
  readonly path: Path;
}

export const problemAt = (code: KustomizeProblemCode, { file, document, path }: NodePath, message: string): KustomizeProblem => ({
  code,
  file,
  document,
  path,
  message,
});
