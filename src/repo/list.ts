import { join } from 'node:path';
import type { GlobbyOptions } from 'globby';
import { ioError, systemCode } from './error.ts';
import { batches, git } from './git.ts';

/** Something that a listing found: not yet looked at. */
export interface Entry {
  /** Relative to the root, `/` between segments. */
  readonly file: string;
  /** `unknown` where the listing can't tell a file from a link. */
  readonly kind: 'file' | 'link' | 'repository' | 'unknown';
}

/**
 * Lists what lies below directories of a git working tree and is tracked or not ignored. Throws a `GitError` when git can't say (it is
 * missing, or distrusts the owner of the tree) and an `io` error for a directory that may not be read.
 */
export async function listByGit(root: string, directories: readonly string[]): Promise<Entry[]> {
  const lists: Entry[][] = [];
  for (const batch of batches(directories)) {
    const pathspecs = batch.includes('') ? [] : ['--', ...batch];
    const { stdout, stderr } = await git(root, [...LIST, ...pathspecs]);
    failOnUnreadable(root, stderr);
    lists.push(parseListing(stdout.toString()));
  }
  return lists.flat();
}

/** Tags and stages tell files, links and submodules apart without a look at each. */
const LIST = ['ls-files', '-z', '-t', '--stage', '--cached', '--others', '--exclude-standard'];

/** Reads `H <mode> <id> <stage>TAB<path>` for tracked and `? <path>` for other files, each ended by a NUL. */
function parseListing(listing: string): Entry[] {
  const entries: Entry[] = [];
  for (let start = 0, end; (end = listing.indexOf('\0', start)) !== -1; start = end + 1) {
    if (listing[start] === '?') entries.push(untracked(listing.slice(start + 2, end)));
    else entries.push(tracked(listing.slice(start + 2, start + 8), listing.slice(listing.indexOf('\t', start) + 1, end)));
  }
  return entries;
}

/** git names an untracked repository with a slash at the end and does not list what is in it. */
const untracked = (path: string): Entry =>
  path.endsWith('/') ? { file: path.slice(0, -1), kind: 'repository' } : { file: path, kind: 'unknown' };

function tracked(mode: string, file: string): Entry {
  if (mode === '120000') return { file, kind: 'link' };
  return { file, kind: mode === '160000' ? 'repository' : 'file' };
}

/** git only warns about a directory that it may not read; what lies in it would go missing without a word. */
function failOnUnreadable(root: string, stderr: string): void {
  const match = /could not open directory '(.*?)\/?': (.*)/s.exec(stderr);
  if (match === null) return;
  const error = Object.assign(new Error(match[2]), match[2]?.startsWith('Permission denied') ? { code: 'EACCES' } : {});
  throw ioError('read the directory', join(root, match[1] ?? ''), error);
}

/**
 * Lists what lies below directories by walking, heeding `.gitignore` files: for trees outside git, and where git can't say. Throws an
 * `io` error for a directory that may not be read.
 */
export async function listByWalking(root: string, directories: readonly string[]): Promise<Entry[]> {
  // Loaded only here: it takes longer to load than git takes to list.
  const { globby } = await import('globby');
  const lists = directories.map(async (directory) => {
    const cwd = join(root, directory);
    const found = await globby('**', { ...WALK, cwd }).catch((error: unknown) => failOnWalk(cwd, error));
    const prefix = directory === '' ? '' : `${directory}/`;
    const kept = found.filter(({ dirent }) => dirent.isFile() || dirent.isSymbolicLink());
    return kept.map(({ path, dirent }): Entry => ({ file: prefix + path, kind: dirent.isFile() ? 'file' : 'link' }));
  });
  return (await Promise.all(lists)).flat();
}

const WALK: GlobbyOptions & { objectMode: true } = {
  dot: true,
  gitignore: true,
  ignore: ['**/.git', '**/node_modules'],
  followSymbolicLinks: false,
  onlyFiles: false,
  objectMode: true,
};

function failOnWalk(directory: string, error: unknown): never {
  const root = error instanceof Error && error.cause !== undefined && systemCode(error) === null ? error.cause : error;
  const path = (root as NodeJS.ErrnoException).path ?? directory;
  throw ioError('read', path, root);
}
