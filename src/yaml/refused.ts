import type { Refusal, RefusalCode } from '../model/edit.ts';

/** Thrown inside the edit engine and turned into a finding by its caller: an operation has no safe text form here. */
export class EditRefused extends Error {
  readonly refusal: Refusal;

  constructor(code: RefusalCode, message: string, offset: number) {
    super(message);
    this.refusal = { code, message, offset };
  }
}

/** Runs something that refuses at offsets of a text; the refusal then tells where that stands in another one. */
export function refusingAt<T>(origin: (offset: number) => number, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof EditRefused)) throw error;
    const { code, message, offset } = error.refusal;
    throw new EditRefused(code, message, origin(offset));
  }
}
