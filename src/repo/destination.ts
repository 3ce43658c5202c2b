import { appendFileSync, lstatSync, mkdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { RepositoryError, ioError, shown } from './error.ts';
import { isInside, isMissing } from './tree.ts';

export interface Bounds {
  /** Where relative paths start. */
  readonly cwd: string;
  /** Absolute. */
  readonly roots: readonly string[];
}

/**
 * The absolute form of a path that must stay below one of the roots. Below its root no symbolic link may stand on the way: in a checkout
 * it could have been put there to lead elsewhere. Throws a `usage` error.
 */
export function confine(path: string, { cwd, roots }: Bounds): string {
  const absolute = resolve(cwd, path);
  const root = roots.find((each) => isInside(each, absolute));
  if (root === undefined) throw new RepositoryError('usage', `${shown(path)} lies outside of ${roots.map(shown).join(' and ')}`);
  const link = firstLink(root, absolute);
  if (link !== null) throw new RepositoryError('usage', `${shown(path)} is refused: ${shown(relative(root, link))} is a symbolic link`);
  return absolute;
}

function firstLink(root: string, absolute: string): string | null {
  let at = root;
  for (const step of relative(root, absolute)
    .split(sep)
    .filter((each) => each !== '')) {
    at = join(at, step);
    const stats = entryAt(at);
    if (stats === undefined) return null;
    if (stats.isSymbolicLink()) return at;
  }
  return null;
}

function entryAt(path: string): ReturnType<typeof lstatSync> | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw ioError('look at', path, error);
  }
}

/** Makes the directory that a file is to be written to. */
export function makeDirectoryOf(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw ioError('create the directory of', path, error);
  }
}

/** Appends to a file, which need not exist. */
export function appendText(path: string, text: string): void {
  try {
    appendFileSync(path, text);
  } catch (error) {
    throw ioError('write', path, error);
  }
}
