import { readdirSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { ioError } from './error.ts';
import { asTree, batches, git, GitError } from './git.ts';
import type { ObjectFormat } from './blob-id.ts';
import { holdsRepository, isMissing, isToolPath } from './tree.ts';

/** Something that a listing found: not yet looked at. */
export interface ListedEntry {
  /** Relative to the root, `/` between segments. */
  readonly file: string;
  /** `unknown` where the listing can't tell a file from a link; `sparse` where git may have left it out of the working tree. */
  readonly kind: 'file' | 'link' | 'repository' | 'unknown' | 'sparse';
}

/**
 * Lists what lies below directories of a git working tree and is tracked or not ignored. Throws a `GitError` when git can't say (it is
 * missing, or distrusts the owner of the tree) and an `io` error for a directory that may not be read.
 */
export async function listByGit(root: string, directories: readonly string[]): Promise<FileListing> {
  const lists: ListedEntry[][] = [];
  let objectFormat: ObjectFormat | undefined;
  for (const batch of batches(directories)) {
    const pathspecs = batch.includes('') ? [] : ['--', ...batch];
    const { stdout, stderr } = await git(root, [...asTree(root), ...LIST, ...pathspecs]);
    failOnUnreadable(root, stderr);
    const listing = stdout.toString();
    lists.push(parseListing(listing));
    objectFormat ??= objectFormatOf(listing);
  }
  return { entries: lists.flat(), objectFormat, unreadable: [] };
}

export interface FileListing {
  readonly entries: readonly ListedEntry[];
  /** Directories that may not be read, where these are passed over. */
  readonly unreadable: readonly string[];
  /** Undefined where the listing does not tell. */
  readonly objectFormat: ObjectFormat | undefined;
}

/** The length of the ids of tracked files tells. */
function objectFormatOf(listing: string): ObjectFormat | undefined {
  const id = /(?:^|\0)[A-Z] \d+ ([0-9a-f]+) /.exec(listing)?.[1];
  return id === undefined ? undefined : id.length === 64 ? 'sha256' : 'sha1';
}

/** Tags and stages tell files, links and submodules apart without a look at each. */
const LIST = ['ls-files', '-z', '-t', '--stage', '--cached', '--others', '--exclude-standard'];

/** Reads `H <mode> <id> <stage>TAB<path>` for tracked files, with an `S` for those left out of a sparse checkout, and `? <path>` for others, each ended by a NUL. */
function parseListing(listing: string): ListedEntry[] {
  const entries: ListedEntry[] = [];
  for (let start = 0, end; (end = listing.indexOf('\0', start)) !== -1; start = end + 1) {
    const file = listing.slice(listing.indexOf('\t', start) + 1, end);
    if (listing[start] === '?') entries.push(untracked(listing.slice(start + 2, end)));
    else if (listing[start] === 'S') entries.push({ file, kind: 'sparse' });
    else entries.push(tracked(listing.slice(start + 2, start + 8), file));
  }
  return entries;
}

/** git names an untracked repository with a slash at the end and does not list what is in it. */
const untracked = (path: string): ListedEntry =>
  path.endsWith('/') ? { file: path.slice(0, -1), kind: 'repository' } : { file: path, kind: 'unknown' };

function tracked(mode: string, file: string): ListedEntry {
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
 * Lists what lies below directories by walking, heeding the tree's `.gitignore` files: for trees outside git, and where git can't say.
 * Throws an `io` error for a directory that may not be read, unless `passes` such.
 */
export async function listByWalking(root: string, directories: readonly string[], passes = false): Promise<FileListing> {
  // Loaded only here: it takes longer to load than git takes to list.
  const { isGitIgnored } = await import('globby');
  const isIgnored = await isGitIgnored({ cwd: root, followSymbolicLinks: false, suppressErrors: true });
  const walk = new Walk(root, isIgnored, passes);
  for (const directory of directories) walk.enter(directory);
  return { entries: walk.entries, objectFormat: undefined, unreadable: walk.unreadable };
}

/** The files of some names that git ignores, however deep; none outside git, and none in directories of tools. */
export async function listIgnored(root: string, names: readonly string[]): Promise<string[]> {
  if (!holdsRepository(root)) return [];
  try {
    const pathspecs = names.map((name) => `**/${name}`);
    const { stdout } = await git(
      root,
      [...asTree(root), 'ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--', ...pathspecs],
      { pathspecs: 'glob' },
    );
    return stdout
      .toString()
      .split('\0')
      .filter((file) => file !== '' && !isToolPath(file));
  } catch (error) {
    if (error instanceof GitError) return [];
    throw error;
  }
}

/** Looking at so many names takes less time than starting git does. */
const FEW_NAMES = 300;

/**
 * False when nothing below the root, ignored or not, has a wanted name, or a wanted path. True as well where only a listing can tell: in a tree of more than a few
 * hundred names, and in one with a directory that may not be read.
 */
export function mayHoldName(root: string, isWanted: (name: string, file: string) => boolean): boolean {
  let left = FEW_NAMES;
  const pending = [root];
  for (const directory of pending) {
    const found = entriesIfReadable(directory);
    left -= found?.length ?? 0;
    if (found === null || left < 0 || found.some(({ name }) => isWanted(name, relative(root, join(directory, name)).replaceAll(sep, '/'))))
      return true;
    for (const entry of found) if (entry.isDirectory() && !isToolPath(entry.name)) pending.push(join(directory, entry.name));
  }
  return false;
}

function entriesIfReadable(path: string): Dirent[] | null {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return null;
  }
}

class Walk {
  readonly entries: ListedEntry[] = [];
  readonly unreadable: string[] = [];
  readonly #passes: boolean;
  readonly #root: string;
  readonly #isIgnored: (path: string) => boolean;
  readonly #isRepository: boolean;

  constructor(root: string, isIgnored: (path: string) => boolean, passes: boolean) {
    this.#passes = passes;
    this.#root = root;
    this.#isIgnored = isIgnored;
    this.#isRepository = holdsRepository(root);
  }

  enter(directory: string): void {
    for (const found of this.#read(directory)) {
      const file = directory === '' ? found.name : `${directory}/${found.name}`;
      if (found.isDirectory()) this.#descend(file);
      else if (found.isFile()) this.#add({ file, kind: 'file' });
      else if (found.isSymbolicLink()) this.#add({ file, kind: 'link' });
    }
  }

  #read(directory: string): Dirent[] {
    const path = join(this.#root, directory);
    try {
      return readdirSync(path, { withFileTypes: true });
    } catch (error) {
      if (isMissing(error)) return [];
      if (!this.#passes) throw ioError('read the directory', path, error);
      this.unreadable.push(directory);
      return [];
    }
  }

  #descend(directory: string): void {
    const path = join(this.#root, directory);
    // The slash at the end tells a directory from a file of the same name.
    if (isToolPath(directory.slice(directory.lastIndexOf('/') + 1)) || this.#isIgnored(`${path}/`)) return;
    // As git does; a folder of clones that is no repository itself is walked through.
    if (this.#isRepository && holdsRepository(path)) this.entries.push({ file: directory, kind: 'repository' });
    else this.enter(directory);
  }

  #add(entry: ListedEntry): void {
    if (!this.#isIgnored(join(this.#root, entry.file))) this.entries.push(entry);
  }
}
