import type { Path } from '../model/value.ts';

/** What a manifest gets wrong against a structural schema. Messages name fields and types, never values. */
export interface SchemaProblem {
  /** From the resource's root; of a missing field, the path it would have. */
  readonly path: Path;
  readonly code: 'unknown-field' | 'wrong-type' | 'missing-field' | 'invalid-value' | 'not-yet-in-target' | 'removed-in-target';
  /** `must be a string, is a number` */
  readonly message: string;
  /** For an unknown field: the known sibling it probably means, or null. */
  readonly suggestion: string | null;
}
