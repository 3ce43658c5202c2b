import type { ValueMap } from '../model/value.ts';
import { validatorOf } from './compiled.ts';
import type { CrdSchema } from './crd.ts';
import { fieldProblems, type FieldScope } from './field-problems.ts';
import { toPlain } from './plain.ts';
import type { Release } from './releases.ts';
import type { SchemaProblem } from './schema-problem.ts';
import { schemaOf, type Kind } from './schemas.ts';
import { typeProblems } from './type-problems.ts';
import type { Validator } from './validator.ts';

/**
 * Checks a resource against the operator's schema of its kind, as the API server would: nulls in maps count as absent, and a scalar that
 * holds `${...}` fits anywhere. A Mattermost must fit the target release. A ClusterInstallation is held against all releases together:
 * only a field that none of them knows has never had an effect.
 *
 * A resource past the limits of `toPlain` is not looked at further: one problem says so.
 */
export function validate(kind: Kind, value: ValueMap, target: Release): SchemaProblem[] {
  const scope = { root: schemaOf(kind), owner: kind, target: kind === 'Mattermost' ? target : null };
  return problemsOf(value, scope, validatorOf(kind));
}

/** The same against a Mattermost CRD of the user's, read by `readCrd`. */
export function validateAgainstCrd(crd: CrdSchema, value: ValueMap): SchemaProblem[] {
  return problemsOf(value, { root: crd.schema, owner: 'the given CRD', target: null }, crd.validator);
}

function problemsOf(value: ValueMap, scope: FieldScope, validator: Validator): SchemaProblem[] {
  const plain = toPlain(value);
  if (plain === null) return [tooLarge];
  const errors = validator(plain) ? [] : (validator.errors ?? []);
  return [...typeProblems(errors, value), ...fieldProblems(value, scope)];
}

const tooLarge: SchemaProblem = {
  path: [],
  code: 'invalid-value',
  message: 'is too large to check: more than 100,000 values with its aliases written out, or more than 500 levels',
  suggestion: null,
};
