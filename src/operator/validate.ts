import type { Path, ValueMap } from '../model/value.ts';
import { validatorOf } from './compiled.ts';
import type { CrdSchema } from './crd.ts';
import { fieldProblems, type FieldScope } from './field-problems.ts';
import { shortened, toPlain, type Plain } from './plain.ts';
import type { Release } from './releases.ts';
import type { SchemaProblem } from './schema-problem.ts';
import { schemaOf, type Kind } from './schemas.ts';
import { typeProblems } from './type-problems.ts';
import type { SchemaError, Validator } from './validator.ts';

/**
 * Checks a resource against the operator's schema of its kind, as the API server would: nulls in maps count as absent, and a scalar that
 * holds `${...}` fits anywhere. A Mattermost must fit the target release. Of a ClusterInstallation the API server of that release knows the
 * fields of its time, and prunes the others, be they null or not.
 *
 * A resource past the limits of `toPlain` is not looked at further: one problem says so.
 */
export function validate(kind: Kind, value: ValueMap, target: Release): SchemaProblem[] {
  const scope = { root: schemaOf(kind), owner: kind, target, passNulls: kind === 'Mattermost' };
  return problemsOf(value, scope, validatorOf(kind));
}

/** Of the problems of a ClusterInstallation, the paths of the fields that its API server prunes. */
export const prunedPaths = (problems: readonly SchemaProblem[]): Path[] =>
  problems.filter(({ code }) => code === 'unknown-field' || code === 'not-yet-in-target').map(({ path }) => path);

/** The same against a Mattermost CRD of the user's, read by `readCrd`. */
export function validateAgainstCrd(crd: CrdSchema, value: ValueMap): SchemaProblem[] {
  return problemsOf(value, { root: crd.schema, owner: 'the given CRD', target: null, passNulls: true }, crd.validator);
}

function problemsOf(value: ValueMap, scope: FieldScope, validator: Validator): SchemaProblem[] {
  const plain = toPlain(value);
  if (plain === null) return [tooLarge];
  return [...typeProblems(errorsOf(plain, validator), value), ...fieldProblems(value, scope)];
}

/** Enough to know what is wrong with a list. */
const MANY_ITEMS = 1000;

/** The time that the validator takes grows with the square of the errors, so a list whose beginning is wrong is not looked at further. */
function errorsOf(plain: Plain, validator: Validator): readonly SchemaError[] {
  const beginning = shortened(plain, MANY_ITEMS);
  if (!validator(beginning)) return validator.errors ?? [];
  return beginning === plain || validator(plain) ? [] : (validator.errors ?? []);
}

const tooLarge: SchemaProblem = {
  path: [],
  code: 'invalid-value',
  message: 'is too large to check: more than 100,000 values with its aliases written out, or more than 500 levels',
  suggestion: null,
};
