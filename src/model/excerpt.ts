/** Lines of a manifest around a finding, fit to be printed: no line of a Secret and no value that may be one. */
export interface Excerpt {
  readonly file: string;
  /** Number of the first line, from 1. */
  readonly startLine: number;
  readonly lines: readonly string[];
}

/** Stands for what is not shown. */
export const MASK = '***';
