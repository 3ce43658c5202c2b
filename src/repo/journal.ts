import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { RepositoryError, ioError, shown, systemCode } from './error.ts';
import { journalPlaces, journalsOf } from './journal-places.ts';
import { Directories, gitDirectory, isMissing, locate } from './tree.ts';

/** One file to be replaced. */
export interface JournalEntry {
  /** Relative to the root, `/` between segments. */
  readonly file: string;
  /** What it is replaced by, beside it. */
  readonly temporary: string;
  /** Contents, as `fingerprint` has them. */
  readonly before: string;
  readonly after: string;
}

/** Files that change together or not at all. */
export type Group = readonly JournalEntry[];

interface Journal {
  readonly process: number;
  readonly host: string;
  readonly groups: readonly Group[];
}

export const fingerprint = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/**
 * Notes down what is about to be written, on disk before the first file is replaced. A run that is killed leaves the note behind, and the
 * next one knows what was left half done. Returns a function that takes the note away.
 *
 * Throws an `io` error when another run is writing, when an ended run has left a group half written, and when the note can't be made.
 */
export function openJournal(root: string, groups: readonly Group[]): () => void {
  clearJournal(root);
  const journal: Journal = { process: process.pid, host: hostname(), groups };
  const path = firstWritable(journalPlaces(root), Buffer.from(JSON.stringify(journal)));
  return () => remove(path);
}

/** Takes away what an ended run has left: its note and its temporary files. Throws as `openJournal` does. */
export function clearJournal(root: string): void {
  for (const path of journalsOf(root)) {
    const bytes = contentOf(path);
    if (bytes === null) continue;
    const journal = parse(bytes);
    if (journal !== null) {
      requireEnded(journal, path);
      requireNothingHalf(root, journal);
      for (const entry of journal.groups.flat()) removeTemporary(root, entry);
    }
    remove(path);
  }
}

/** Throws an `io` error that says what to do when a run that was killed has left files half written that change together. Only reads. */
export function requireWhole(root: string): void {
  for (const path of journalsOf(root)) {
    const bytes = contentOf(path);
    const journal = bytes === null ? null : parse(bytes);
    if (journal !== null) requireNothingHalf(root, journal);
  }
}

function firstWritable(paths: readonly string[], content: Buffer): string {
  for (const [index, path] of paths.entries()) {
    try {
      writeFlushed(path, content);
      return path;
    } catch (error) {
      if (systemCode(error) === 'EEXIST') throw new RepositoryError('io', `another run of ci2mm is writing here; wait for its end`, error);
      const mayLieElsewhere = ['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '');
      if (!mayLieElsewhere || index === paths.length - 1) throw ioError('write', path, error);
    }
  }
  throw new Error('there is no place for a journal');
}

function writeFlushed(path: string, content: Buffer): void {
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  flushDirectory(dirname(path));
}

/** Not every system can, and then the note lasts as long as the files do that are written after it. */
function flushDirectory(directory: string): void {
  try {
    const descriptor = openSync(directory, 'r');
    fsyncSync(descriptor);
    closeSync(descriptor);
  } catch {
    // The note itself is on disk.
  }
}

/** Null for one that another run has taken away in the meantime. */
function contentOf(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw ioError('read', path, error);
  }
}

/** Null for one that was not written to its end: then no file had been replaced. */
function parse(bytes: Buffer): Journal | null {
  try {
    const journal = JSON.parse(bytes.toString()) as Journal;
    return isJournal(journal) ? journal : null;
  } catch {
    return null;
  }
}

const isJournal = ({ process, host, groups }: Journal): boolean =>
  Number.isInteger(process) && process > 0 && typeof host === 'string' && Array.isArray(groups) && groups.every((group) => isGroup(group));

const isGroup = (group: unknown): boolean =>
  Array.isArray(group) &&
  group.every((entry: Partial<JournalEntry> | null) =>
    [entry?.file, entry?.temporary, entry?.before, entry?.after].every((field) => typeof field === 'string'),
  );

/** A number of this machine may by now be that of another program, so the message says what to do then. */
function requireEnded({ process: number, host }: Journal, path: string): void {
  if (number === process.pid || host !== hostname() || !isAlive(number)) return;
  throw new RepositoryError(
    'io',
    `another run of ci2mm is writing here (process ${number}); wait for its end, or delete ${shown(path)} if that process is no ci2mm`,
  );
}

function isAlive(number: number): boolean {
  try {
    process.kill(number, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

function requireNothingHalf(root: string, { groups }: Journal): void {
  for (const group of groups) {
    const states = group.map((entry) => ({ file: entry.file, state: stateOf(root, entry) }));
    const [old, replaced] = (['before', 'after'] as const).map((wanted) => states.filter(({ state }) => state === wanted));
    if (old?.[0] === undefined || replaced?.[0] === undefined) continue;
    const counted = `of ${group.length} files that change together, ${replaced.length} are written (${shown(replaced[0].file)}) and others are not (${shown(old[0].file)})`;
    const wayOut = takingBack(
      root,
      replaced.map(({ file }) => file),
    );
    throw new RepositoryError('io', `an earlier run was ended while it was writing: ${counted}; ${wayOut}, then run ci2mm again`);
  }
}

function takingBack(root: string, files: readonly string[]): string {
  if (gitDirectory(root) === null) return `give back their former content to ${files.map(shown).join(', ')}`;
  const command = ['git', '-C', root, 'checkout', '--', ...files].map(quoted).join(' ');
  return `take back what is written, and with it what was not committed in these files, by: ${command}`;
}

/** What a file holds now; null for something else. */
function stateOf(root: string, { file, before, after }: JournalEntry): 'before' | 'after' | null {
  try {
    const path = locate(root, file);
    if (!new Directories(root).reaches(path)) return null;
    const found = fingerprint(readFileSync(path));
    return found === after ? 'after' : found === before ? 'before' : null;
  } catch {
    return null;
  }
}

/** For a shell, and for a terminal. */
const quoted = (file: string): string => (/^[\w./@%+=:,-]+$/.test(file) ? file : `'${shown(file).replaceAll("'", String.raw`'\''`)}'`);

/** The names of temporary files, and of nothing else. */
const TEMPORARY = /^\.ci2mm-\d+-[0-9a-f]{12}\.tmp$/;

/** The note may be anybody's, so that nothing is taken away but what looks like a temporary file of ours in its place. */
function removeTemporary(root: string, { file, temporary }: JournalEntry): void {
  if (!TEMPORARY.test(temporary) || basename(temporary) !== temporary) return;
  try {
    const path = join(dirname(locate(root, file)), temporary);
    if (new Directories(root).reaches(path)) rmSync(path, { force: true });
  } catch (error) {
    if (error instanceof RepositoryError && error.kind === 'usage') return;
    if (!isMissing(error)) throw ioError('remove', temporary, error);
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw ioError('remove', path, error);
  }
}
