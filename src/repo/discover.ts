import { readdirSync, realpathSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { RepositoryError, ioError, shown, systemCode } from './error.ts';
import { GitError } from './git.ts';
import type { ObjectFormat } from './blob-id.ts';
import { isManifestName } from '../model/manifest-name.ts';
import { matcherOf } from './glob.ts';
import { journalsOf } from './journal-places.ts';
import { listByGit, listByWalking } from './list.ts';
import type { ListedEntry, FileListing } from './list.ts';
import { followLink, isInside, isMissing, isToolPath, lookAt, skip, toFile, topLevel } from './tree.ts';
import type { Skipped } from './tree.ts';

/** The files that a run may look at. */
export interface Discovery {
  /**
   * Absolute. The top level of the git working tree that holds the paths; outside git the working directory, or, where the paths lie
   * elsewhere or the working directory is the top of all or somebody's home, the directory that they share.
   */
  readonly root: string;
  /**
   * Relative to the root, `/` between segments, sorted, each once. Listings are not looked at one by one, so there may be links among
   * them and tracked files that are gone: `scan` sorts these out.
   */
  readonly files: readonly string[];
  /** Files of any other name, in the order of the listing: those that git tracks, or outside git all. */
  readonly others: readonly string[];
  readonly skipped: readonly Skipped[];
  /** The paths named the root itself, so that there is nothing beyond. */
  readonly isWhole: boolean;
  /** Whether a configuration keeps a file from being scanned; none of `files` is. */
  readonly excludes?: (file: string) => boolean;
  /** Files that globs of the user leave out. */
  readonly excluded: readonly string[];
  /** Those of the globs that match nothing. */
  readonly idle?: readonly string[];
  /** How git names contents here, where that has come up. */
  readonly objectFormat?: ObjectFormat | undefined;
  readonly listed: Listed;
}

/** What there was to choose from, for people who wonder why nothing was found. */
interface Listed {
  /** As the user wrote them. */
  readonly paths: readonly string[];
  /** `bare` is a repository of git without files. */
  readonly by: 'git' | 'walk' | 'bare';
  /** Why git could not be asked; null where it was, or there is no repository. */
  readonly refusal: string | null;
  /** How many files lie below the paths, manifests or not. */
  readonly files: number;
}

export interface DiscoverOptions {
  readonly cwd: string;
  /** Outside git, directories that may not be read count as skipped. */
  readonly passesUnreadable?: true;
}

/**
 * Finds the manifests below paths: files named `.yaml`, `.yml` or `.json`, or `Kustomization`, that git does not ignore, and every file
 * that is named itself. Without paths it takes the working directory. Throws a `RepositoryError`: `usage` for a path that does not exist or paths of
 * different repositories, `io` for a directory that may not be read and for a tree that a killed run has left half written.
 */
export async function discover(paths: readonly string[], options: DiscoverOptions): Promise<Discovery> {
  const cwd = realDirectory(options.cwd);
  const given = resolveAll(paths.length === 0 ? ['.'] : paths, cwd);
  const root = sharedRoot(given, cwd);
  if (journalsOf(root).length > 0) (await import('./journal.ts')).requireWhole(root);
  const directories = outermost(given.filter((place) => place.isDirectory).map((place) => toFile(root, place.real)));
  const { entries, objectFormat, refusal, unreadable } = await list(root, directories, options.passesUnreadable);
  const found = sortOut(root, directories, entries);
  const named = given.filter((place) => !place.isDirectory).map((place) => toFile(root, place.real));
  return {
    root,
    isWhole: given.some((place) => place.isDirectory && place.real === root),
    files: sortedOnce([...found.files, ...named]),
    others: sortedOnce(named.length === 0 ? [...found.others] : found.others.filter(isNoneOf(named))),
    skipped: [
      ...found.skipped,
      ...unreadable.map((directory) => skip(directory, 'unreadable-elsewhere')),
      ...ignoredDirectories(root, directories, found.seen),
    ],
    excluded: [],
    objectFormat,
    listed: { paths, by: listedBy(root, refusal), refusal, files: found.count + named.length },
  };
}

function listedBy(root: string, refusal: string | null): Listed['by'] {
  if (topLevel(root) === root) return refusal === null ? 'git' : 'walk';
  return ['HEAD', 'objects', 'refs'].every((part) => lookAt(join(root, part)) !== undefined) ? 'bare' : 'walk';
}

function isNoneOf(files: readonly string[]): (file: string) => boolean {
  const known = new Set(files);
  return (file) => !known.has(file);
}

/** Listings are sorted but for where two meet, which makes this faster than a set. */
const sortedOnce = (files: string[]): string[] => files.sort().filter((file, index) => file !== files[index - 1]);

/** Every manifest below the root of an earlier discovery, for searches that must look beyond the paths of a run: outside git among folders of anybody. */
export const discoverAll = (root: string): Promise<Discovery> => discover([root], { cwd: root, passesUnreadable: true });

/** The same discovery without the files that globs match, relative to the root: manifests among them count as skipped. */
export function exclude(discovery: Discovery, globs: readonly string[]): Discovery {
  if (globs.length === 0) return discovery;
  const excludes = matcherOf(globs);
  const [files, excluded] = [false, true].map((wanted) => discovery.files.filter((file) => excludes(file) === wanted));
  return {
    ...discovery,
    files: files ?? [],
    others: discovery.others.filter((file) => !excludes(file)),
    skipped: [...discovery.skipped, ...(excluded ?? []).map((file) => skip(file, 'excluded'))],
    excluded: excluded ?? [],
    idle: globs.filter((glob) => isIdle(glob, discovery)),
    excludes,
  };
}

function isIdle(glob: string, { files, others }: Pick<Discovery, 'files' | 'others'>): boolean {
  const matches = matcherOf([glob]);
  return !files.some(matches) && !others.some(matches);
}

function realDirectory(cwd: string): string {
  try {
    return realpathSync.native(cwd);
  } catch (error) {
    throw ioError('read the working directory', cwd, error);
  }
}

/** A path as it was given, and where it really is. */
interface GivenPath {
  readonly given: string;
  readonly real: string;
  readonly isDirectory: boolean;
  readonly topLevel: string | null;
}

/** Hooks pass thousands of paths out of few directories, so each directory's top level is looked for once. */
function resolveAll(paths: readonly string[], cwd: string): GivenPath[] {
  const home = topLevel(cwd) ?? cwd;
  const known = new Map<string, string | null>();
  return paths.map((given) => {
    const { real, isDirectory } = resolveGiven(given, cwd, home);
    const directory = isDirectory ? real : dirname(real);
    if (!known.has(directory)) known.set(directory, topLevel(directory));
    return { given, real, isDirectory, topLevel: known.get(directory) ?? null };
  });
}

function resolveGiven(given: string, cwd: string, home: string): { real: string; isDirectory: boolean } {
  if (given === '') throw new RepositoryError('usage', 'a path is empty');
  const absolute = resolve(cwd, given);
  const { real, stats } = follow(given, absolute);
  if (isInside(home, absolute) && !isInside(home, real)) {
    throw new RepositoryError(
      'usage',
      `${shown(given)} is reached through a symbolic link that leaves ${shown(home)}; name the place it leads to`,
    );
  }
  if (!stats.isDirectory() && !stats.isFile()) throw new RepositoryError('usage', `${shown(given)} is neither a file nor a directory`);
  return { real, isDirectory: stats.isDirectory() };
}

function follow(given: string, absolute: string): { real: string; stats: Stats } {
  try {
    const real = realpathSync.native(absolute);
    return { real, stats: statSync(real) };
  } catch (error) {
    if (isMissing(error)) throw new RepositoryError('usage', `${shown(given)} does not exist`, error);
    if (systemCode(error) === 'ELOOP')
      throw new RepositoryError('usage', `${shown(given)} is a symbolic link that leads back to itself`, error);
    throw ioError('read', given, error);
  }
}

function sharedRoot(given: readonly GivenPath[], cwd: string): string {
  const [first, ...others] = [...new Map(given.map((place) => [place.topLevel, place])).values()];
  const other = others[0];
  if (first !== undefined && other !== undefined) {
    throw new RepositoryError('usage', `${belonging(first)}, but ${belonging(other)}; run ci2mm once for each`);
  }
  if (first?.topLevel != null) return first.topLevel;
  return !isNobodysProject(cwd) && given.every((place) => isInside(cwd, place.real)) ? cwd : sharedDirectory(given);
}

/** Where everything lies, nothing belongs together. */
const isNobodysProject = (directory: string): boolean => directory === dirname(directory) || directory === resolve(homedir());

const belonging = ({ given, topLevel }: GivenPath): string =>
  topLevel === null ? `${shown(given)} is in no git repository` : `${shown(given)} belongs to the git repository ${shown(topLevel)}`;

function sharedDirectory(given: readonly GivenPath[]): string {
  const directories = given.map((place) => (place.isDirectory ? place.real : dirname(place.real)));
  return directories.reduce((shared, directory) => {
    let at = shared;
    while (!isInside(at, directory)) at = dirname(at);
    return at;
  });
}

/** Leaves out directories that lie in another of the list. The root itself is the empty string. */
function outermost(directories: readonly string[]): string[] {
  if (directories.includes('')) return [''];
  const kept: string[] = [];
  // A directory sorts before what lies below it, and the slash keeps neighbours such as `a-b` from coming in between.
  for (const directory of [...new Set(directories)].map((name) => `${name}/`).sort()) {
    const last = kept.at(-1);
    if (last === undefined || !directory.startsWith(last)) kept.push(directory);
  }
  return kept.map((directory) => directory.slice(0, -1));
}

async function list(root: string, directories: readonly string[], passes?: boolean): Promise<FileListing & Pick<Listed, 'refusal'>> {
  const refusal = null;
  if (directories.length === 0) return { entries: [], objectFormat: undefined, unreadable: [], refusal };
  if (topLevel(root) !== root) return { ...(await listByWalking(root, directories, passes)), refusal };
  try {
    return { ...(await listByGit(root, directories)), refusal };
  } catch (error) {
    if (error instanceof GitError) return { ...(await listByWalking(root, directories)), refusal: refusalOf(error) };
    throw error;
  }
}

/** The first of git's own words, which name paths and settings only. */
function refusalOf({ message, cause }: GitError): string {
  if (systemCode(cause) === 'ENOENT') return 'git is not installed';
  return shown(/^(?:fatal|error): (.*)$/m.exec(message)?.[1] ?? message.split('\n')[0] ?? '');
}

interface Sorted {
  readonly files: readonly string[];
  readonly others: readonly string[];
  readonly skipped: readonly Skipped[];
  /** The given directories that hold anything at all. */
  readonly seen: ReadonlySet<string>;
  readonly count: number;
}

function sortOut(root: string, directories: readonly string[], entries: readonly ListedEntry[]): Sorted {
  const files: string[] = [];
  const others: string[] = [];
  const skipped: Skipped[] = [];
  const seen = new Set<string>();
  let count = 0;
  for (const entry of entries) {
    const directory = directories.find((name) => name === '' || entry.file.startsWith(`${name}/`));
    if (directory === undefined) continue;
    seen.add(directory);
    // A directory of tools is left out, unless it was asked for itself.
    if (isToolPath(entry.file.slice(directory.length))) continue;
    count += 1;
    const isManifest = isManifestName(entry.file);
    const reason = reasonToSkip(root, entry, isManifest);
    if (reason !== null) skipped.push(reason);
    else if (isManifest) files.push(entry.file);
    // What git does not track may be the output of a run.
    else if (entry.kind === 'file' || entry.kind === 'sparse') others.push(entry.file);
  }
  return { files, others, skipped, seen, count };
}

function reasonToSkip(root: string, entry: ListedEntry, isManifest: boolean): Skipped | null {
  if (entry.kind === 'repository') return skip(entry.file, 'other-repository');
  if (entry.kind === 'sparse' && lookAt(join(root, entry.file)) === undefined)
    return isManifest ? skip(entry.file, 'not-checked-out') : null;
  if (isManifest) return hasLostBytes(root, entry.file) ? skip(entry.file, 'unreadable-name') : null;
  // Any other name matters only as a directory link, which might have led to manifests elsewhere.
  if (!isLink(root, entry)) return null;
  const followed = followLink(root, entry.file);
  return 'code' in followed && followed.code === 'outside-tree' ? followed : null;
}

/** A name of bytes that are no UTF-8 arrives with replacement characters, and no file answers to it. */
const hasLostBytes = (root: string, file: string): boolean => file.includes('\u{FFFD}') && lookAt(join(root, file)) === undefined;

function isLink(root: string, entry: ListedEntry): boolean {
  if (entry.kind !== 'unknown' && entry.kind !== 'sparse') return entry.kind === 'link';
  return lookAt(join(root, entry.file))?.isSymbolicLink() ?? false;
}

/** A directory that was asked for, holds something and yields nothing: an answer of "nothing found" would mislead. */
function ignoredDirectories(root: string, directories: readonly string[], seen: ReadonlySet<string>): Skipped[] {
  const silent = directories.filter((directory) => directory !== '' && !seen.has(directory));
  return silent.filter((directory) => isFilled(join(root, directory))).map((directory) => skip(directory, 'ignored'));
}

function isFilled(directory: string): boolean {
  try {
    return readdirSync(directory).length > 0;
  } catch (error) {
    throw ioError('read the directory', directory, error);
  }
}
