import type { Range } from './range.ts';

/** A file that a run would replace. Contents are bytes, so that nothing is lost to decoding. */
export interface Change {
  /** Relative to the git top level, else to the working directory; `/` between segments. */
  readonly file: string;
  readonly before: Buffer;
  readonly after: Buffer;
  /**
   * Byte ranges of `before` that were replaced, one per edited document, in order, each with its replacement's length. A diff needs to
   * look at nothing else.
   */
  readonly regions: readonly Region[];
  /** Byte ranges of `before` that hold Secrets: a diff must never print a line of them. */
  readonly secret: readonly Range[];
  /** Files of a kustomize family that change together or not at all, this one included. */
  readonly together?: readonly string[];
}

export interface Region extends Range {
  /** Length in bytes of the text that replaces the range. */
  readonly newLength: number;
}
