import type { Refusal } from '../model/edit.ts';

/** Thrown inside the edit engine and turned into a finding by its caller: an operation has no safe text form here. */
export class EditRefused extends Error {
  readonly refusal: Refusal;

  constructor(code: string, message: string, offset: number) {
    super(message);
    this.refusal = { code, message, offset };
  }
}
