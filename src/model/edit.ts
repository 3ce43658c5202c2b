/** One replacement of a text range; offsets are UTF-16 units in the text it applies to. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Every reason for which an edit is refused. The codes are stable; rule `unsafe-edit` says of each what it means and what helps. */
export type RefusalCode =
  // Characters that YAML readers disagree on.
  | 'lone-cr'
  | 'unicode-line-break'
  | 'control-char'
  | 'inner-bom'
  // What stands in the manifest can't be read, or is no whole installation.
  | 'parse-error'
  | 'not-a-map'
  | 'complex-key'
  | 'kustomize-directive'
  | 'list-partly-blocked'
  // A new key would meet one of the same name.
  | 'target-exists'
  // Anchors, aliases and merge keys.
  | 'merge-key'
  | 'spec-is-alias'
  | 'rewritten-map-is-alias'
  | 'anchored-map-rewritten'
  | 'anchored-scalar'
  | 'anchored-key'
  | 'dropped-anchor-in-use'
  | 'alias-before-anchor'
  | 'alias-target-changed'
  | 'unresolved-alias'
  | 'recursive-alias'
  // The layout leaves no safe place for the edit.
  | 'not-plain-scalar'
  | 'not-own-line'
  | 'flow-with-comments'
  | 'keep-chomp-neighbour'
  | 'comment-becomes-text'
  | 'block-scalar-without-final-newline'
  | 'block-scalar-would-lose-final-newline'
  // Patches of kustomizations.
  | 'applies-nowhere'
  | 'not-a-patch'
  | 'already-converted'
  | 'patch-does-not-apply'
  | 'variants-disagree'
  | 'test-on-dropped-field'
  | 'moves-dropped-field'
  | 'writes-dropped-metadata'
  | 'moves-whole-map'
  | 'changes-identity'
  | 'inline-style'
  // Templates of charts.
  | 'template-conditions'
  // A proof failed: a fault of ours, found before anything was written.
  | 'post-parse'
  | 'post-value'
  | 'post-comments'
  | 'post-layout'
  | 'post-json';

/** Why a text edit was refused. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  /** Offset in the document's text of what it is about; 0 where that is the whole. */
  readonly offset: number;
}
