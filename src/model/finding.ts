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

export interface Finding extends Place {
  /** Id of the rule in kebab-case. */
  readonly rule: string;
  readonly level: Level;
  /** What is wrong, for people. Never holds a value of a Secret. */
  readonly message: string;
  /** Field path such as `spec.blueGreen.enable`, or null when the finding is about a whole file or document. */
  readonly field: string | null;
  /** `namespace/name` or `name` of the installation, or null. */
  readonly installation: string | null;
  /** What to do about it. */
  readonly remedy: string;
}
