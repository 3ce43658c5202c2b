import type { Refusal, RefusalCode } from '../model/edit.ts';

/** Thrown inside the edit engine and turned into a finding by its caller: an operation has no safe text form here. */
export class EditRefused extends Error {
  readonly refusal: Refusal;

  constructor(code: RefusalCode, message: string, offset: number) {
    super(message);
    this.refusal = { code, message, offset };
  }

  /** The same refusal for another text: `origin` tells where an offset of the text it was met in stands in that one. */
  movedTo(origin: (offset: number) => number): EditRefused {
    const { code, message, offset } = this.refusal;
    return new EditRefused(code, message, origin(offset));
  }
}
