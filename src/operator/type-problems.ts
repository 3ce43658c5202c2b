import { hasVariable, isList, isMap, isScalar, type Path, type Value } from '../model/value.ts';
import type { SchemaProblem } from './schema-problem.ts';
import type { SchemaError } from './validator.ts';

type TypeProblem = Pick<SchemaProblem, 'code' | 'message'>;

/** The validator's errors as problems of the value it checked, without those at variables, whose content is not known yet. */
export function typeProblems(errors: readonly SchemaError[], root: Value): SchemaProblem[] {
  return errors.flatMap((error) => {
    const { path, value } = follow(error.instancePath, root);
    if (value === undefined || (isScalar(value) && hasVariable(value))) return [];
    const missing = error.keyword === 'required' ? [String(error.params['missingProperty'])] : [];
    return [{ ...describe(error, value), path: [...path, ...missing], suggestion: null }];
  });
}

/** A JSON pointer's steps and the value they lead to. */
function follow(pointer: string, root: Value): { path: Path; value: Value | undefined } {
  const path: (string | number)[] = [];
  let value: Value | undefined = root;
  for (const part of pointer.split('/').slice(1)) {
    const step: string | number = isList(value) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~');
    value = isList(value) ? value[Number(step)] : isMap(value) ? value.get(String(step)) : undefined;
    path.push(step);
  }
  return { path, value };
}

function describe({ keyword, params }: SchemaError, value: Value): TypeProblem {
  switch (keyword) {
    case 'required':
      return { code: 'missing-field', message: 'is required' };
    case 'type':
      return { code: 'wrong-type', message: `must be ${wanted(params['type'])}, is ${typeName(value)}` };
    case 'enum':
      return { code: 'invalid-value', message: `must be one of ${(params['allowedValues'] as unknown[]).map(String).join(', ')}` };
    case 'pattern':
      return { code: 'invalid-value', message: `must match ${String(params['pattern'])}` };
    case 'not':
      return {
        code: 'invalid-value',
        message: 'must be a quantity such as 500m or 2Gi, an exponent in it a whole number of at most six digits',
      };
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return { code: 'invalid-value', message: `must be ${String(params['comparison'])} ${exact(params['limit'])}` };
    default:
      return { code: 'invalid-value', message: `does not satisfy the schema's ${keyword}` };
  }
}

/** Large whole numbers with all their digits. */
const exact = (limit: unknown): string => (Number.isInteger(limit) ? BigInt(limit as number).toString() : String(limit));

const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'a boolean',
  integer: 'an integer',
  number: 'a number',
  object: 'a map',
  string: 'a string',
};

function wanted(type: unknown): string {
  const types: unknown[] = Array.isArray(type) ? type : String(type).split(',');
  return types.map((name) => typeNames[String(name)] ?? String(name)).join(' or ');
}

function typeName(value: Value): string {
  if (isMap(value)) return 'a map';
  if (isList(value)) return 'a list';
  if (value.value === null) return 'null';
  return typeof value.value === 'bigint' ? 'a number' : `a ${typeof value.value}`;
}
