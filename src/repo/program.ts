import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { Ended } from './confined.ts';
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

/** Asking for a version takes milliseconds; a program that takes longer is waiting for something. */
export const VERSION_LIMITS = { timeoutMs: 10_000, maxOutput: 1024 * 1024 };

export function howItEnded(ended: Ended): string {
  if (ended.how === 'not-started') return ended.code ?? 'it can not be started';
  return ended.how === 'exited' ? `exit code ${ended.code}` : ended.how;
}
