import { Ajv, type CodeOptions } from 'ajv';
import { toJsonSchema } from './json-schema.ts';
import type { SchemaNode } from './schemas.ts';

/** The part of ajv's errors that says what is wrong and where, without data. */
export interface SchemaError {
  /** JSON pointer. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Checks plain data; when it returns false, `errors` holds what is wrong until the next call. */
export interface Validator {
  (data: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}

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
