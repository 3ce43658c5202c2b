/** A request that can't be met as it was made: exit code 2. In a file of its own, for it is needed before much else is loaded. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
