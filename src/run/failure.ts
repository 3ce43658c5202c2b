import { ConfigError } from '../config/read.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { CrdError } from '../operator/crd.ts';
import { RepositoryError, shown } from '../repo/error.ts';
import { UsageError } from './usage-error.ts';

/** Says in one line why a run could not finish. Only an internal error shows where it arose, and never any content of a file. */
export function reportFailure(error: unknown, io: Pick<Io, 'stderr'>): number {
  if (error instanceof ConfigError) {
    io.stderr.write(error.problems.map((problem) => `ci2mm: ${shown(problem)}\n`).join(''));
    return EXIT.usage.code;
  }
  if (error instanceof RepositoryError || error instanceof UsageError || error instanceof CrdError) {
    io.stderr.write(`ci2mm: ${error.message}\n`);
    return error instanceof RepositoryError && error.kind === 'io' ? EXIT.failed.code : EXIT.usage.code;
  }
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  const name = error instanceof Error ? error.name : typeof error;
  io.stderr.write(
    `ci2mm: internal error (${name}); no file was changed. Please report it with these lines:\n${frames.slice(0, 8).join('\n')}\n`,
  );
  return EXIT.failed.code;
}
