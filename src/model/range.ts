/** A part of a text or of bytes, in the units of whoever uses it; the end is exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}
