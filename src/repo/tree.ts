import { lstatSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { RepositoryError, ioError, shown, systemCode } from './error.ts';

/** Why a file or directory was not looked into. */
export type SkipCode =
  | 'outside-tree'
  | 'broken-link'
  | 'link-loop'
  | 'not-a-file'
  | 'same-file'
  | 'unreadable-name'
  | 'unreadable'
  | 'unreadable-elsewhere'
  | 'too-large'
  | 'other-repository'
  | 'ignored'
  | 'not-checked-out'
  | 'excluded';

export interface Skipped {
  /** Relative to the root, `/` between segments. */
  readonly file: string;
  readonly code: SkipCode;
  /** The code in words, for people. */
  readonly reason: string;
}

/** Root-relative path in the form used everywhere: `/` between segments, empty for the root itself. */
export const toFile = (root: string, absolute: string): string => relative(root, absolute).replaceAll(sep, '/');

/** True for the directory itself and everything below it. Both paths are absolute; links are not looked at. */
export function isInside(directory: string, path: string): boolean {
  const steps = relative(directory, path);
  return steps !== '..' && !steps.startsWith(`..${sep}`) && !isAbsolute(steps);
}

/** Directories whose content belongs to tools and not to the user's manifests. */
export const isToolPath = (file: string): boolean =>
  (file.includes('node_modules') || file.includes('.git')) && /(?:^|\/)(?:node_modules|\.git)(?:\/|$)/.test(file);

/**
 * The top level of the git working tree that holds a directory, or null. Found by looking, not by asking git, so that it stays the same
 * where git is missing or refuses the owner.
 */
export function topLevel(directory: string): string | null {
  for (let at = directory; ; at = dirname(at)) {
    if (holdsRepository(at)) return at;
    if (at === dirname(at)) return null;
  }
}

/** The top level of a working tree: `.git` is a repository, or in a worktree or submodule a file that points to one. */
export function holdsRepository(directory: string): boolean {
  const path = join(directory, '.git');
  const entry = lookAt(path);
  if (entry === undefined) return false;
  return entry.isFile() || ['HEAD', 'objects', 'refs'].every((part) => lookAt(join(path, part)) !== undefined);
}

/** Where git keeps what belongs to the working tree with this top level alone: `.git`, or the place that it points to; null outside git. */
export function gitDirectory(root: string): string | null {
  const path = join(root, '.git');
  const directory = lookAt(path)?.isFile() === true ? pointedTo(path) : path;
  return directory !== null && lookAt(join(directory, 'HEAD')) !== undefined ? directory : null;
}

/** Worktrees and submodules have a file that says `gitdir: PATH`. */
function pointedTo(file: string): string | null {
  try {
    const path = /^gitdir: (.+?)\r?\n?$/.exec(readFileSync(file, 'utf8'))?.[1];
    return path === undefined ? null : resolve(dirname(file), path);
  } catch {
    return null;
  }
}

/** What stands at a path, links not followed; undefined when that can't be seen. */
export function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** The absolute path of a root-relative file. Throws a `usage` error for a path that is absolute or climbs out of the root. */
export function locate(root: string, file: string): string {
  const path = resolve(root, file);
  if (isAbsolute(file) || path === root || !isInside(root, path)) {
    throw new RepositoryError('usage', `${shown(file)} is not a file below ${shown(root)}`);
  }
  return path;
}

/** Remembers where directories really are: one look per directory, not per file. */
export class Directories {
  readonly #root: string;
  readonly #inside = new Map<string, boolean>();

  constructor(root: string) {
    this.#root = root;
  }

  /** True when the way to the file passes no link that leaves the root. */
  reaches(path: string): boolean {
    const directory = dirname(path);
    const known = this.#inside.get(directory);
    if (known !== undefined) return known;
    const inside = isInside(this.#root, realpathSync.native(directory));
    this.#inside.set(directory, inside);
    return inside;
  }
}

/** Where a symbolic link leads: a regular file inside the root, or the reason to skip it. Throws `io` when it can't be followed for want of permission. */
export function followLink(root: string, file: string): { readonly target: string } | Skipped {
  const path = locate(root, file);
  try {
    const real = realpathSync.native(path);
    if (!isInside(root, real)) return skip(file, 'outside-tree');
    if (isToolPath(toFile(root, real))) return skip(file, 'ignored');
    return statSync(real).isFile() ? { target: toFile(root, real) } : skip(file, 'not-a-file');
  } catch (error) {
    if (isMissing(error)) return skip(file, 'broken-link');
    if (systemCode(error) === 'ELOOP') return skip(file, 'link-loop');
    if (!isInside(root, resolve(dirname(path), readlinkSync(path)))) return skip(file, 'outside-tree');
    throw ioError('follow the symbolic link', path, error);
  }
}

/** The file or a directory above it is not there. */
export function isMissing(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

const REASONS = {
  'outside-tree': 'a symbolic link leads out of the tree',
  'broken-link': 'a symbolic link to a file that does not exist',
  'link-loop': 'a symbolic link that leads back to itself',
  'not-a-file': 'not a regular file',
  'same-file': 'the same file as one already read',
  'unreadable-name': 'the name is not valid UTF-8',
  unreadable: 'it may not be read',
  'unreadable-elsewhere': 'it may not be read, and what is built there of the given files is not seen',
  'too-large': 'it is so large that only its start was searched',
  'other-repository': 'belongs to another git repository; run ci2mm there',
  ignored: 'ignored by git, or a directory of tools',
  'not-checked-out': 'not checked out (sparse checkout)',
  excluded: 'ignored by the configuration',
} satisfies Record<SkipCode, string>;

export const skip = (file: string, code: SkipCode, detail?: string): Skipped => ({
  file,
  code,
  reason: detail === undefined ? REASONS[code] : `${REASONS[code]}: ${detail}`,
});
