import { Ajv } from 'ajv';
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

/** Limits that the API server puts on numbers of a format; the bounds of int64 are exact as doubles. */
const ranges: Readonly<Record<string, object>> = {
  int32: { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  int64: { minimum: -(2 ** 63), exclusiveMaximum: 2 ** 63 },
};

/** Set up so that nothing of the data can reach an error: no `verbose`, no `messages`, no `$data`. */
export const ajvOptions = {
  allErrors: true,
  messages: false,
  inlineRefs: false,
  strict: false,
  logger: false,
  validateFormats: false,
} as const;

/** Compiles a schema; ajv's own error is thrown where it is none. */
export function compileSchema(schema: SchemaNode): Validator {
  return new Ajv(ajvOptions).compile(toJsonSchema(schema)) as Validator;
}

/** The same schema with the formats of numbers as ranges: all that a structural schema says differently from JSON Schema. */
export function toJsonSchema({ format, ...node }: SchemaNode): object {
  return {
    ...(format !== undefined && Object.hasOwn(ranges, format) ? ranges[format] : {}),
    ...node,
    ...(node.properties && { properties: mapValues(node.properties, toJsonSchema) }),
    ...(node.$defs && { $defs: mapValues(node.$defs, toJsonSchema) }),
    ...(node.items && { items: toJsonSchema(node.items) }),
    ...(typeof node.additionalProperties === 'object' && { additionalProperties: toJsonSchema(node.additionalProperties) }),
  };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
