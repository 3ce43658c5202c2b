import { isList, isMap, scalarAt, valueAt, type Value } from '../model/value.ts';
import { toPlain, type Plain } from './plain.ts';
import { schemaOf, type SchemaNode } from './schemas.ts';
import type { Validator } from './validator.ts';

/** The schema of a user's own Mattermost CRD, ready to check with. */
export interface CrdSchema {
  readonly schema: SchemaNode;
  readonly validator: Validator;
}

/** The document is not a CRD that can tell what a Mattermost may hold. The message completes `FILE: …`. */
export class CrdError extends Error {
  override readonly name = 'CrdError';
}

const group = 'installation.mattermost.com';
const version = 'v1beta1';

/**
 * Reads the schema of Mattermost from a CustomResourceDefinition document (apiextensions.k8s.io/v1 or v1beta1) and compiles it, which loads
 * ajv. Of a schema's validations those of the operator's own CRDs count, and the plain limits on lengths and numbers; `oneOf`, `not` and CEL
 * rules are left to the API server.
 * @throws CrdError
 */
export async function readCrd(document: Value): Promise<CrdSchema> {
  expectMattermostCrd(document);
  const plain = schemaOfVersion(document);
  const schema = withHeader(readStructural(plain));
  const { compileSchema } = await import('./compile.ts');
  try {
    return { schema, validator: compileSchema(schema) };
  } catch (error) {
    throw new CrdError(`its schema of ${version} is not valid: ${(error as Error).message}`);
  }
}

function expectMattermostCrd(document: Value): void {
  const apiVersion = scalarAt(document, ['apiVersion']);
  const isCrd = apiVersion === 'apiextensions.k8s.io/v1' || apiVersion === 'apiextensions.k8s.io/v1beta1';
  if (!isCrd || scalarAt(document, ['kind']) !== 'CustomResourceDefinition') throw new CrdError('is not a CustomResourceDefinition');
  if (scalarAt(document, ['spec', 'group']) !== group || scalarAt(document, ['spec', 'names', 'kind']) !== 'Mattermost') {
    throw new CrdError(`is not the CRD of kind Mattermost in group ${group}`);
  }
}

/** The version's own schema; apiextensions v1beta1 may give one for all versions instead. */
function schemaOfVersion(document: Value): Plain {
  const versions = valueAt(document, ['spec', 'versions']);
  const named = isList(versions) ? versions.find((entry) => scalarAt(entry, ['name']) === version) : undefined;
  if (named === undefined && scalarAt(document, ['spec', 'version']) !== version) throw new CrdError(`has no version ${version}`);
  const schema = valueAt(named, ['schema', 'openAPIV3Schema']) ?? valueAt(document, ['spec', 'validation', 'openAPIV3Schema']);
  if (!isMap(schema)) throw new CrdError(`has no schema for version ${version}`);
  const plain = toPlain(schema);
  if (plain === null) throw new CrdError(`its schema of ${version} is too large`);
  return plain;
}

/** Keywords that mean the same in JSON Schema. */
const sameKeywords = [
  'type',
  'format',
  'enum',
  'required',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'minimum',
  'maximum',
  'x-kubernetes-preserve-unknown-fields',
];

/** A CRD's schema in the form of this package's own. */
function readStructural(schema: Plain | undefined): SchemaNode {
  if (!isRecord(schema)) return {};
  const same = Object.fromEntries(sameKeywords.flatMap((keyword) => (schema[keyword] === undefined ? [] : [[keyword, schema[keyword]]])));
  const { properties, items, additionalProperties: free, pattern } = schema;
  return {
    ...same,
    ...(schema['x-kubernetes-int-or-string'] === true && { type: ['integer', 'string'] }),
    ...(schema['nullable'] === true && { type: [same['type'] as string, 'null'] }),
    ...(typeof pattern === 'string' && isPattern(pattern) && { pattern }),
    ...(isRecord(properties) && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, child]) => [name, readStructural(child)])),
    }),
    ...(items !== undefined && { items: readStructural(items) }),
    ...(free !== undefined && { additionalProperties: isRecord(free) ? readStructural(free) : free === true }),
  };
}

const isRecord = (plain: Plain | undefined): plain is { [name: string]: Plain } =>
  typeof plain === 'object' && plain !== null && !Array.isArray(plain);

/** Go's patterns may use what JavaScript's lack; such a pattern is left to the API server. */
function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').source !== '';
  } catch {
    return false;
  }
}

/** CRDs need not name what every object has, and leave metadata to the API server: what this package knows of these is added. */
function withHeader(schema: SchemaNode): SchemaNode {
  const { properties: known = {}, $defs = {} } = schemaOf('Mattermost');
  const header = ['apiVersion', 'kind', 'metadata'].flatMap((name) => (known[name] === undefined ? [] : [[name, known[name]] as const]));
  return { ...schema, properties: { ...schema.properties, ...Object.fromEntries(header) }, $defs };
}
