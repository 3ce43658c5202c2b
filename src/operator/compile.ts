import { Ajv, type CodeOptions } from 'ajv';
import { toJsonSchema } from './json-schema.ts';
import type { SchemaNode } from './schemas.ts';
import type { Validator } from './validator.ts';

/** Set up so that nothing of the data can reach an error: no `verbose`, no `messages`, no `$data`. */
const options = { allErrors: true, messages: false, inlineRefs: false, strict: false, logger: false, validateFormats: false } as const;

/** An ajv that knows schemas by their names; `code` is ajv's own option, for compiling ahead of time. */
export function ajvWith(schemas: Readonly<Record<string, SchemaNode>>, code: CodeOptions = {}): Ajv {
  return new Ajv({ ...options, code }).addSchema(toJsonSchema(schemas), 'operator');
}

/** What ajv calls the schema of a name. */
export const idOf = (name: string): string => `operator#/$defs/${name}`;

/** Compiles a schema; ajv's own error is thrown where it is none. */
export function compileSchema(schema: SchemaNode): Validator {
  return ajvWith({ schema }).getSchema(idOf('schema')) as Validator;
}
