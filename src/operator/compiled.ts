import { compileSchema } from './compile.ts';
import { schemaOf, type Kind } from './schemas.ts';
import type { Validator } from './validator.ts';

const validators = new Map<Kind, Validator>();

/**
 * The validator of a kind's union schema. Run from sources it is compiled when first asked for; the build puts a module of the same shape in
 * this one's place that holds the compiled code, so that the published program need not load ajv (scripts/build.js).
 */
export function validatorOf(kind: Kind): Validator {
  const known = validators.get(kind) ?? compileSchema(schemaOf(kind));
  validators.set(kind, known);
  return known;
}
