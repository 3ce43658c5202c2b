/** One replacement of a text range; offsets are UTF-16 units in the text it applies to. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Why a text edit was refused; the code is stable and documented under rule `unsafe-edit`. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** Offset in the document's text where the trouble stands. */
  readonly offset: number;
}
