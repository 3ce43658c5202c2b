import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ioError } from './error.ts';
import { undoWhenInterrupted } from './interrupt.ts';

/** Runs something with an empty directory that nobody else may read. It goes away afterwards, also on errors and interrupts. */
export async function withTemporaryDirectory<Result>(run: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = create();
  const remove = (): void => rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  const release = undoWhenInterrupted(remove);
  try {
    return await run(directory);
  } finally {
    release();
    remove();
  }
}

function create(): string {
  try {
    return realpathSync.native(mkdtempSync(join(tmpdir(), 'ci2mm-')));
  } catch (error) {
    throw ioError('create a directory in', tmpdir(), error);
  }
}
