import { resolveRef, type SchemaNode } from './schemas.ts';

/** Limits that the API server puts on numbers of a format; the bounds of int64 are exact as doubles. */
const ranges: Readonly<Record<string, object>> = {
  int32: { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  int64: { minimum: -(2 ** 63), exclusiveMaximum: 2 ** 63 },
};

/**
 * What Kubernetes makes of int-or-string, which says nothing of either: a quantity where the string has a pattern, which only takes whole
 * numbers as an exponent whatever the pattern says; else a port or the like.
 */
function intOrString({ type, pattern }: SchemaNode): object {
  if (!Array.isArray(type) || !type.includes('integer') || !type.includes('string')) return {};
  return pattern === undefined ? { ...ranges['int32'] } : { ...ranges['int64'], not: { type: 'string', pattern: BROKEN_EXPONENT } };
}

/** With more than six digits Kubernetes computes for ever, or takes it for another number. */
const BROKEN_EXPONENT = '[eE][+-]?([0-9]*\\.|[0-9]{7})';

const leftOut = new Set([
  '$ref',
  'properties',
  '$defs',
  'format',
  'since',
  'removed',
  'requiredUntil',
  'x-kubernetes-preserve-unknown-fields',
]);

/**
 * Structural schemas as one JSON Schema, each a definition by its name: formats of numbers as ranges, without dates. Every part of some size
 * becomes a definition of its own, equal parts one, and so the compiled code a function each: a manifest then costs no more than what it
 * holds, and CRDs repeat themselves a lot.
 */
export function toJsonSchema(schemas: Readonly<Record<string, SchemaNode>>): object {
  const parts = new Parts();
  const converted = mapValues(schemas, (root) => toPart(root, root, parts));
  return { $defs: { ...parts.definitions, ...converted } };
}

function toPart(root: SchemaNode, written: SchemaNode, parts: Parts): object {
  const node = resolveRef(root, written);
  const convert = (child: SchemaNode): object => toPart(root, child, parts);
  const { format, properties, items, additionalProperties: free } = node;
  return parts.share({
    ...(format !== undefined && Object.hasOwn(ranges, format) ? ranges[format] : {}),
    ...intOrString(node),
    ...Object.fromEntries(Object.entries(node).filter(([keyword]) => !leftOut.has(keyword))),
    ...(properties && gathered(mapValues(properties, convert))),
    ...(items && { items: convert(items) }),
    ...(typeof free === 'object' && { additionalProperties: convert(free) }),
  });
}

/**
 * Properties, those of the same schema gathered under one pattern of their names: most are plain strings, and compiled one by one they
 * make half of the code that has to be read at every start.
 */
function gathered(properties: Readonly<Record<string, object>>): object {
  const groups = new Map<string, string[]>();
  for (const [name, schema] of Object.entries(properties)) {
    const group = /^\w+$/.test(name) ? JSON.stringify(schema) : name;
    groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  const keyed = (several: boolean, key: (names: string[]) => string): object =>
    Object.fromEntries(
      [...groups.values()].filter((names) => names.length > 1 === several).map((names) => [key(names), properties[names[0] ?? '']]),
    );
  return {
    properties: keyed(false, ([name = '']) => name),
    patternProperties: keyed(true, (names) => `^(?:${names.join('|')})$`),
  };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** Below this many characters a schema is worth less than a reference to it. */
const worthNaming = 60;

class Parts {
  readonly definitions: Record<string, object> = {};
  readonly #names = new Map<string, string>();

  /** The schema, or a reference to its definition. Parts of it that were shared before are references already, so its text is short. */
  share(schema: object): object {
    const text = JSON.stringify(schema);
    if (text.length < worthNaming) return schema;
    const name = this.#names.get(text) ?? `part${this.#names.size}`;
    this.#names.set(text, name);
    this.definitions[name] = schema;
    return { $ref: `#/$defs/${name}` };
  }
}
