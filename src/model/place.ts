/** SARIF's levels: an error blocks, a warning asks for a look, a note informs. */
export type Level = 'error' | 'warning' | 'note';

/** A range in a file. Lines and columns start at 1, columns count UTF-16 units; the end is exclusive. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Where a file begins: the place of what is about all of it. */
export const startOf = (file: string): Place => ({ file, line: 1, column: 1, endLine: 1, endColumn: 1 });
