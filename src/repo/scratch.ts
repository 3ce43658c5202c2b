import {
  chmodSync,
  constants,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { RepositoryError, ioError, shown } from './error.ts';
import { withTemporaryDirectory } from './temporary.ts';
import { isInside, isMissing, isToolPath, locate, toFile } from './tree.ts';

/**
 * Runs something with a copy of some files of a tree, a few of them with other content. The copy lies outside the tree and goes away afterwards,
 * also on errors and interrupts. Modes and layout are kept; a symbolic link that stays inside the tree leads to the same place of the
 * copy, any other is left out. Throws a `RepositoryError` for a file that is not below the root or can't be copied.
 *
 * @param files relative to the root, `/` between segments; those that are gone, and what is neither file nor link, are left out
 * @param replaced new contents by file, each a regular file of the tree or one that it has not
 */
export function withScratchTree<Result>(
  root: string,
  files: readonly string[],
  replaced: ReadonlyMap<string, Uint8Array>,
  run: (directory: string) => Promise<Result>,
): Promise<Result> {
  return withTemporaryDirectory(async (scratch) => {
    const tree = realpathSync.native(root);
    if (isInside(tree, scratch))
      throw new RepositoryError('usage', `the directory for temporary files lies inside ${shown(root)}; set TMPDIR to another`);
    copyTree(tree, scratch, new Set([...files, ...replaced.keys()]), replaced);
    return run(scratch);
  });
}

/** Links come last, when every directory is there: nothing is ever written through one. */
function copyTree(root: string, scratch: string, files: ReadonlySet<string>, replaced: ReadonlyMap<string, Uint8Array>): void {
  const links: string[] = [];
  const directories = new Set<string>();
  for (const file of files) {
    const stats = lstatSync(locate(root, file), { throwIfNoEntry: false });
    const content = replaced.get(file);
    if (stats?.isFile() === true && isReached(root, file, directories))
      copy(root, scratch, file, content === undefined ? null : { content, mode: stats.mode });
    else if (content !== undefined && stats === undefined) copy(root, scratch, file, { content, mode: 0o644 });
    else if (content !== undefined)
      throw new RepositoryError('io', `cannot replace ${shown(file)} in a copy: not a regular file, or behind a symbolic link`);
    else if (stats?.isSymbolicLink() === true) links.push(file);
  }
  for (const file of links) recreateLink(root, scratch, file);
}

/** Whether the way to a file passes real directories only; what lies behind a link is copied where it really is. */
function isReached(root: string, file: string, known: Set<string>): boolean {
  const directory = dirname(join(root, file));
  if (known.has(directory)) return true;
  if (realpathSync.native(directory) !== directory) return false;
  known.add(directory);
  return true;
}

function copy(
  root: string,
  scratch: string,
  file: string,
  replacement: { readonly content: Uint8Array; readonly mode: number } | null,
): void {
  const target = locate(scratch, file);
  try {
    mkdirSync(dirname(target), { recursive: true });
    if (replacement === null) copyFileSync(locate(root, file), target, COPY);
    else writeNew(target, replacement.content, replacement.mode);
  } catch (error) {
    throw ioError('copy', file, error);
  }
}

/** Shares the blocks of the original where the file system can, and never overwrites. */
const COPY = constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL;

function writeNew(target: string, content: Uint8Array, mode: number): void {
  writeFileSync(target, content, { flag: 'wx' });
  chmodSync(target, mode & 0o777);
}

function recreateLink(root: string, scratch: string, file: string): void {
  const target = realTarget(root, file);
  const path = locate(scratch, file);
  const directory = dirname(path);
  if (target === null || lstatSync(path, { throwIfNoEntry: false }) !== undefined) return;
  try {
    mkdirSync(directory, { recursive: true });
    // A link that was made before stands for this directory; what lies in it is reached through that one.
    if (realpathSync.native(directory) === directory) symlinkSync(relative(directory, join(scratch, target)) || '.', path);
  } catch (error) {
    throw ioError('copy', file, error);
  }
}

/** Where a link leads, relative to the root; null for a broken link, and for one that leaves the tree. */
function realTarget(root: string, file: string): string | null {
  try {
    const real = realpathSync.native(locate(root, file));
    return isInside(root, real) ? toFile(root, real) : null;
  } catch (error) {
    if (isMissing(error) || (error as NodeJS.ErrnoException).code === 'ELOOP') return null;
    throw ioError('follow the symbolic link', file, error);
  }
}

/**
 * Every file and symbolic link below directories of a tree, relative to the root and sorted, ignored and untracked ones included: what a build of
 * these directories can read, as kustomize loads files only from its own directory and below. Links are followed inside the tree;
 * directories of tools (`.git`, `node_modules`) are left out.
 */
export function filesBelow(root: string, directories: readonly string[]): string[] {
  const lister = new Lister(realpathSync.native(root));
  for (const directory of directories) lister.enter(directory);
  return [...lister.files].sort();
}

class Lister {
  readonly files = new Set<string>();
  readonly #root: string;
  readonly #seen = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Lists a directory where it really is, and the links on the way to it. */
  enter(directory: string): void {
    const steps = directory.split('/').filter((step) => step !== '' && step !== '.');
    let at = '';
    for (const [index, step] of steps.entries()) {
      at = at === '' ? step : `${at}/${step}`;
      if (lstatSync(locate(this.#root, at), { throwIfNoEntry: false })?.isSymbolicLink() !== true) continue;
      this.files.add(at);
      const target = realTarget(this.#root, at);
      return target === null ? undefined : this.enter([target, ...steps.slice(index + 1)].join('/'));
    }
    this.#list(at);
  }

  #list(directory: string): void {
    if (this.#seen.has(directory) || isToolPath(directory)) return;
    this.#seen.add(directory);
    const path = join(this.#root, directory);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
    for (const entry of readEntries(path)) {
      const file = directory === '' ? entry.name : `${directory}/${entry.name}`;
      if (entry.isDirectory()) this.#list(file);
      else if (entry.isFile()) this.files.add(file);
      else if (entry.isSymbolicLink()) this.#follow(file);
    }
  }

  #follow(link: string): void {
    this.files.add(link);
    const target = realTarget(this.#root, link);
    if (target === null || target === '') return;
    const stats = statSync(join(this.#root, target), { throwIfNoEntry: false });
    if (stats?.isFile() === true) this.files.add(target);
    else if (stats?.isDirectory() === true) this.#list(target);
  }
}

function readEntries(path: string): ReturnType<typeof readDirectory> {
  try {
    return readDirectory(path);
  } catch (error) {
    throw ioError('read the directory', path, error);
  }
}

const readDirectory = (path: string) => readdirSync(path, { withFileTypes: true });
