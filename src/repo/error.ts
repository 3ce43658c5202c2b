/** `usage`: the request can't be met as given (exit code 2). `io`: files or git stand in the way (exit code 3). */
export type RepositoryErrorKind = 'usage' | 'io';

/** Why files could not be found, read or written. The message names the path and is fit for a terminal. */
export class RepositoryError extends Error {
  override readonly name = 'RepositoryError';
  readonly kind: RepositoryErrorKind;
  /** The system's code, such as `EACCES` or `ENOSPC`, or null when the trouble is not the system's. */
  readonly code: string | null;

  constructor(kind: RepositoryErrorKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
    this.code = systemCode(cause);
  }
}

/** The code of a system error (`ENOENT`, `EACCES`, ...), or null for anything else. */
export function systemCode(error: unknown): string | null {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : null;
}

/** Turns a system error into an `io` error that names the path; passes a `RepositoryError` through. */
export function ioError(doing: string, path: string, cause: unknown): RepositoryError {
  if (cause instanceof RepositoryError) return cause;
  const code = systemCode(cause);
  const reason = (code === null ? undefined : REASONS[code]) ?? (cause instanceof Error ? cause.message : String(cause));
  return new RepositoryError('io', `cannot ${doing} ${shown(path)}: ${reason}`, cause);
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'disk quota exceeded',
  EFBIG: 'file too large for the file system or the limit set for this process',
  EROFS: 'the file system is read-only',
  ENOENT: 'no such file or directory',
  EISDIR: 'is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  EBUSY: 'the file is in use',
  EIO: 'input/output error',
  ENAMETOOLONG: 'the name is too long',
};

/** A path for a message: characters that could disturb a terminal or a log are escaped. */
export const shown = (path: string): string =>
  path.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (control) => `\\u{${control.codePointAt(0)?.toString(16)}}`);
