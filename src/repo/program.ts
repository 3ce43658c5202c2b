import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { Ended, Limits } from './confined.ts';
import { RepositoryError, shown } from './error.ts';
import { isInside } from './tree.ts';

/** Where a program is looked for. */
export interface ProgramQuery {
  /** The program that the user named, relative to `cwd`. */
  readonly path?: string | undefined;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The tree that is looked at: what lies in it is not run, unless the user named it. */
  readonly root: string;
}

/** The program that the user named, absolute. Throws a `usage` error where it is none. */
export function namedProgram(path: string, cwd: string): string {
  const program = resolve(cwd, path);
  if (!existsSync(program)) throw new RepositoryError('usage', `${shown(path)} does not exist`);
  if (!isProgram(program)) throw new RepositoryError('usage', `${shown(path)} is not a program`);
  return program;
}

/** Programs of that name on the PATH. Relative entries are left out: they would depend on where the run started. */
export function programsOnPath(name: string, { env, root }: ProgramQuery): string[] {
  const path = Object.entries(env).find(([key]) => key.toUpperCase() === 'PATH')?.[1] ?? '';
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  const directories = [...new Set(path.split(delimiter))].filter((directory) => isAbsolute(directory));
  return directories.map((directory) => join(directory, file)).filter((program) => isProgram(program) && isForeign(program, root));
}

/** Package managers put directories of the tree on the PATH, and who writes to the tree must not choose what is run. */
const isForeign = (program: string, root: string): boolean => ![program, realpathSync.native(program)].some((path) => isInside(root, path));

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The reason says what was looked for and why it would not do. */
export type ProgramSearch<Binary extends object> = { readonly binary: Binary } | { readonly binary: null; readonly reason: string };

/** A search as an option asks for it: `never` looks for nothing, `always` throws a `usage` error when nothing is found. */
export async function searchedFor<Binary extends object>(
  prove: 'auto' | 'always' | 'never',
  wanted: string,
  search: () => Promise<ProgramSearch<Binary>>,
): Promise<ProgramSearch<Binary>> {
  if (prove === 'never') return { binary: null, reason: 'proofs are switched off' };
  const found = await search();
  if ('reason' in found && prove === 'always')
    throw new RepositoryError('usage', `there is no ${wanted} or later to prove with: ${found.reason}`);
  return found;
}

/** What a program that was to print something came to; `message` is one line for people. */
export type Printed = { readonly ok: true; readonly output: Buffer } | { readonly ok: false; readonly message: string };

/**
 * What a program printed, or why it did not.
 *
 * @param messageOf what its own words come to, without any value that they may hold
 */
export function printedBy(
  description: string,
  ended: Ended,
  { timeoutMs, maxOutput }: Limits,
  messageOf: (stderr: string) => string,
): Printed {
  switch (ended.how) {
    case 'timed-out':
      return { ok: false, message: `${description} did not end within ${timeoutMs / 1000} seconds` };
    case 'too-large':
      return { ok: false, message: `${description} printed more than ${Math.floor(maxOutput / 1024 / 1024)} MB` };
    case 'not-started':
      return { ok: false, message: `${description} could not be started${ended.code === null ? '' : ` (${ended.code})`}` };
    case 'exited':
      return ended.code === 0 ? { ok: true, output: ended.stdout } : { ok: false, message: messageOf(ended.stderr) };
  }
}

/** Asking for a version takes milliseconds; a program that takes longer is waiting for something. */
export const VERSION_LIMITS = { timeoutMs: 10_000, maxOutput: 1024 * 1024 };

export function howItEnded(ended: Ended): string {
  if (ended.how === 'not-started') return ended.code ?? 'it can not be started';
  return ended.how === 'exited' ? `exit code ${ended.code}` : ended.how;
}
