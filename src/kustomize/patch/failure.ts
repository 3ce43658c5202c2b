/** Why a patch does not apply. The codes are stable; messages name paths and keys, never values. */
export type PatchFailureCode =
  /** A map meets a list or a scalar. */
  | 'kind-mismatch'
  /** A `$patch` that is neither `merge`, `replace` nor `delete`. */
  | 'unknown-directive'
  /** Not a list of operations, or an operation without a known `op` or a `path`. */
  | 'not-an-operation'
  /** A step above the last one of a pointer leads nowhere. */
  | 'missing-parent'
  /** The last step of a pointer leads nowhere, and the operation needs it. */
  | 'missing-target'
  /** An index that is no number, or beyond the list. */
  | 'bad-index'
  | 'test-failed';

/** A patch that kustomize would refuse: the whole build fails. */
export class PatchFailure extends Error {
  readonly code: PatchFailureCode;
  /** Index of the JSON6902 operation that failed; null for a strategic merge. */
  readonly operation: number | null;

  constructor(code: PatchFailureCode, message: string, operation: number | null = null) {
    super(message);
    this.name = 'PatchFailure';
    this.code = code;
    this.operation = operation;
  }
}
