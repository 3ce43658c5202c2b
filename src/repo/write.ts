import { randomBytes } from 'node:crypto';
import { accessSync, constants, lstatSync, readFileSync, renameSync, statSync } from 'node:fs';
import type { BigIntStats, Stats } from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Change } from '../model/change.ts';
import { RepositoryError, ioError, shown, systemCode } from './error.ts';
import { uninterrupted } from './interrupt.ts';
import { clearJournal, fingerprint, openJournal } from './journal.ts';
import type { JournalEntry, Group } from './journal.ts';
import { Directories, locate } from './tree.ts';

export interface WriteOptions {
  /** Stops the writing before the first file is replaced, and clears up. Later it is ignored: the rest takes milliseconds. */
  readonly signal?: AbortSignal;
}

/**
 * Replaces files, all or none as far as a file system allows. Everything that can fail is tried first: each file must still hold
 * `before` and be writable, and each new content is written beside its target and flushed to disk. Only then are the files renamed into
 * place. When a rename fails, the files already replaced get their old bytes back. A signal that would end the process waits: before the
 * first rename it gives up and clears up, after it all are renamed. A killed run leaves every file whole, old or new, and a journal by
 * which the next run knows what is half done and clears up. Mode and, where the system allows it, owner are kept; hard links are not.
 *
 * Throws a `RepositoryError` of kind `io` that names the file.
 */
export async function writeChanges(root: string, changes: readonly Change[], options: WriteOptions = {}): Promise<void> {
  if (changes.length === 0) return clearJournal(root);
  const directories = new Directories(root);
  const planned = changes.map((change) => plan(examine(locate(root, change.file), change, directories)));
  await uninterrupted(async (told) => {
    const close = openJournal(root, groupsOf(planned));
    try {
      await writeAll(planned, options.signal === undefined ? told : AbortSignal.any([told, options.signal]));
    } catch (error) {
      await removeLeftovers(planned);
      if (!(error instanceof NotRestored)) close();
      throw error;
    }
    close();
  });
}

async function writeAll(planned: readonly PlannedWrite[], signal: AbortSignal): Promise<void> {
  await inParallel(planned, async (each) => {
    signal.throwIfAborted();
    await stage(each, each.target.change.after);
  });
  signal.throwIfAborted();
  await replaceAll(planned);
  await syncDirectories(planned.map(({ target }) => target.path));
}

/** A file to be replaced, as it was found. */
interface WriteTarget {
  readonly path: string;
  readonly stats: BigIntStats;
  readonly change: Change;
}

/** A file to be replaced, and the file beside it that gets the new content first. */
interface PlannedWrite {
  readonly target: WriteTarget;
  readonly temporary: string;
}

const plan = (target: WriteTarget): PlannedWrite => ({ target, temporary: temporaryBeside(target.path) });

/** Those that change together, which is said of each. */
function groupsOf(planned: readonly PlannedWrite[]): Group[] {
  const groups = new Map<string, JournalEntry[]>();
  for (const { target, temporary } of planned) {
    const { file, before, after, together = [file] } = target.change;
    const key = JSON.stringify([...together].sort());
    const group = groups.get(key) ?? [];
    group.push({ file, temporary: basename(temporary), before: fingerprint(before), after: fingerprint(after) });
    groups.set(key, group);
  }
  return [...groups.values()];
}

function examine(path: string, change: Change, directories: Directories): WriteTarget {
  try {
    const stats = lstatSync(path, { bigint: true });
    if (!stats.isFile()) throw refusal(path, 'not a regular file');
    if (!directories.reaches(path)) throw refusal(path, 'a symbolic link on the way leads out of the tree');
    requireWritable(path, stats);
    if (!readFileSync(path).equals(change.before)) throw refusal(path, CHANGED);
    return { path, stats, change };
  } catch (error) {
    throw ioError('write', path, error);
  }
}

const CHANGED = 'it changed while ci2mm was running; run again';

const refusal = (path: string, reason: string): RepositoryError => new RepositoryError('io', `cannot write ${shown(path)}: ${reason}`);

/** A privileged user may write anything, so the mode is looked at as well: a file made read-only is meant to stay as it is. */
function requireWritable(path: string, stats: BigIntStats): void {
  if ((stats.mode & 0o222n) === 0n) throw refusal(path, 'the file is read-only');
  accessSync(path, constants.W_OK);
  accessSync(dirname(path), constants.W_OK);
}

async function stage({ target: { path, stats }, temporary }: PlannedWrite, content: Buffer): Promise<void> {
  try {
    await create(temporary, 0o600, async (handle) => {
      await handle.writeFile(content);
      await keepOwner(handle, stats);
      await handle.chmod(Number(stats.mode & 0o7777n));
    });
  } catch (error) {
    throw ioError('write', path, error);
  }
}

/** A name of its own and not the target's with a suffix: that could grow too long, or look like a manifest to others. */
const temporaryBeside = (path: string): string => join(dirname(path), `.ci2mm-${process.pid}-${randomBytes(6).toString('hex')}.tmp`);

/** Creates a file that must not exist, fills it and flushes it to disk. */
async function create(path: string, mode: number, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(path, 'wx', mode);
  try {
    await write(handle);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Comes before the mode, which a change of owner may reset. Only a privileged user can give files away. */
async function keepOwner(handle: FileHandle, stats: BigIntStats): Promise<void> {
  const { uid, gid } = await handle.stat({ bigint: true });
  if (uid === stats.uid && gid === stats.gid) return;
  await handle.chown(Number(stats.uid), Number(stats.gid)).catch((error: unknown) => {
    if (systemCode(error) !== 'EPERM' && systemCode(error) !== 'EINVAL') throw error;
  });
}

/** Nothing here waits, so that no other work of this process comes in between. */
async function replaceAll(planned: readonly PlannedWrite[]): Promise<void> {
  const replaced: WriteTarget[] = [];
  try {
    for (const { target, temporary } of planned) {
      replace(target, temporary);
      replaced.push(target);
    }
  } catch (error) {
    throw await restored(replaced, error as RepositoryError);
  }
}

function replace({ path, stats }: WriteTarget, temporary: string): void {
  try {
    const now = lstatSync(path, { bigint: true });
    if (now.ino !== stats.ino || now.size !== stats.size || now.mtimeNs !== stats.mtimeNs) throw refusal(path, CHANGED);
    renameSync(temporary, path);
  } catch (error) {
    throw ioError('write', path, error);
  }
}

/** Some files hold the new content although the writing has failed. */
class NotRestored extends RepositoryError {}

/** Gives files their old bytes back; the error then tells which files kept the new ones all the same. */
async function restored(replaced: readonly WriteTarget[], error: RepositoryError): Promise<RepositoryError> {
  const lost: string[] = [];
  for (const target of replaced) {
    const planned = plan(target);
    try {
      await stage(planned, target.change.before);
      renameSync(planned.temporary, target.path);
    } catch {
      await removeLeftovers([planned]);
      lost.push(target.change.file);
    }
  }
  if (lost.length === 0) return error;
  const message = `${error.message}; files that could not be restored and hold the new content: ${lost.map(shown).join(', ')}`;
  return new NotRestored('io', message, error.cause);
}

/** Removes temporaries; those that were renamed, or never made, are not there. */
async function removeLeftovers(planned: readonly PlannedWrite[]): Promise<void> {
  await inParallel(planned, ({ temporary }) => rm(temporary, { force: true }).catch(() => undefined));
}

/** Makes the renames last through a power failure. */
async function syncDirectories(paths: readonly string[]): Promise<void> {
  await inParallel([...new Set(paths.map((path) => dirname(path)))], async (directory) => {
    try {
      const handle = await open(directory, 'r');
      await handle.sync().finally(() => handle.close());
    } catch (error) {
      if (!UNSYNCABLE.has(systemCode(error))) throw ioError('write', directory, error);
    }
  });
}

/** Systems and file systems that can't flush a directory say so in these ways. */
const UNSYNCABLE: ReadonlySet<string | null> = new Set(['EINVAL', 'EISDIR', 'EPERM', 'EACCES', 'EBADF', 'ENOTSUP']);

/** As many as file systems gather into one flush without running out of file descriptors. */
const AT_ONCE = 16;

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (failures.length > 0) return;
      await work(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (failures.length > 0) throw failures[0];
}

/**
 * Writes a report to a file named by the user, whole or not at all; what is no regular file (a pipe, `/dev/stdout`) is written to as it
 * is. A symbolic link is refused: in a checkout it could have been put there to redirect the report. Throws a `RepositoryError`: `usage`
 * for a name that can't be a report, `io` when the writing fails. Relative paths start at `cwd`.
 */
export async function writeOutput(path: string, content: string | Uint8Array, options: { readonly cwd: string }): Promise<void> {
  const target = resolve(options.cwd, path);
  const stats = requirePlace(path, target);
  try {
    if (stats === undefined || stats.isFile()) await uninterrupted(() => writeWhole(target, content));
    else await writeFile(target, content);
  } catch (error) {
    throw ioError('write', path, error);
  }
}

/** What stands where a report is to go, if anything; throws where that is no place for one. */
function requirePlace(path: string, target: string): Stats | undefined {
  const stats = statSync(target, { throwIfNoEntry: false });
  const isLink = lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (stats?.isDirectory() === true) throw new RepositoryError('usage', `cannot write ${shown(path)}: is a directory`);
  if (isLink && (stats === undefined || stats.isFile()))
    throw new RepositoryError('usage', `cannot write ${shown(path)}: is a symbolic link`);
  return stats;
}

/**
 * Tries what `writeOutput` is going to do, so that nothing is changed by a run that can't be told of. Leaves nothing behind. Throws as
 * `writeOutput` does.
 */
export async function requireOutput(path: string, options: { readonly cwd: string }): Promise<void> {
  const target = resolve(options.cwd, path);
  try {
    const stats = requirePlace(path, target);
    if (stats !== undefined && !stats.isFile()) return accessSync(target, constants.W_OK);
    if (stats !== undefined) requireWritable(target, lstatSync(target, { bigint: true }));
    const temporary = temporaryBeside(target);
    await create(temporary, 0o600, () => Promise.resolve());
    await rm(temporary, { force: true });
  } catch (error) {
    throw ioError('write', path, error);
  }
}

/**
 * Refuses a report in the place of manifests: who expects them converted there would lose them. Throws a `usage` error. `inputs` are the paths
 * that the user gave; beyond these the name and the beginning of the file tell.
 */
export function requireNoManifest(path: string, inputs: readonly string[], options: { readonly cwd: string }): void {
  const target = resolve(options.cwd, path);
  if (statSync(target, { throwIfNoEntry: false })?.isFile() !== true) return;
  const isInput = inputs.some((input) => resolve(options.cwd, input) === target);
  if (!isInput && !(/\.(?:ya?ml|json)$/.test(path) && isManifest(readFileSync(target, 'latin1')))) return;
  throw new RepositoryError(
    'usage',
    `${shown(path)} holds manifests, and a report would take their place; --write changes manifests, and -o wants a file of its own`,
  );
}

/** A report quotes manifests, but neither from the start of a line nor in a JSON map of its own at the top. */
const MANIFEST = [/^(?:\u00ef\u00bb\u00bf)?["']?apiVersion["']?[ \t]*:/m, /^\s*\{[^{]*"apiVersion"\s*:/];

const isManifest = (text: string): boolean => MANIFEST.some((pattern) => pattern.test(text));

async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (stats !== undefined) requireWritable(path, stats);
  const temporary = temporaryBeside(path);
  try {
    await create(temporary, 0o666, async (handle) => {
      await handle.writeFile(content);
      if (stats === undefined) return;
      await keepOwner(handle, stats);
      await handle.chmod(Number(stats.mode & 0o7777n));
    });
    renameSync(temporary, path);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
  await syncDirectories([path]);
}
