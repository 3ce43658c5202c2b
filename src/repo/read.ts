import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { RepositoryError, ioError, shown, systemCode } from './error.ts';
import { Directories, followLink, isMissing, locate } from './tree.ts';

/** Opens for reading; refuses a symbolic link, and does not wait for the other end of a pipe. */
const READ_ONLY = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** A file descriptor for reading; fails with `ELOOP` on a symbolic link. */
export const openFile = (path: string): number => openSync(path, READ_ONLY);

/** Fills the buffer from a position on, until it is full or the file ends. Returns where the filled part ends. */
export function fill(descriptor: number, buffer: Buffer, from: number): number {
  let end = from;
  while (end < buffer.length) {
    const count = readSync(descriptor, buffer, end, buffer.length - end, null);
    if (count === 0) break;
    end += count;
  }
  return end;
}

/** The system's ways of saying that the name stands for a symbolic link. */
export function isLinkRefusal(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ELOOP' || code === 'EMLINK';
}

/** A file beyond the limit: its size in bytes. */
export interface TooLarge {
  readonly tooLarge: number;
}

/**
 * Reads a whole file, given by its path relative to the root; a link is followed inside the root only. Files of more than `maxBytes`
 * are not loaded. Throws `io` when the file can't be read or lies outside the root.
 */
export function readManifest(root: string, file: string, maxBytes: number): Buffer | TooLarge {
  const path = locate(root, file);
  try {
    if (!new Directories(root).reaches(path))
      throw new RepositoryError('io', `cannot read ${shown(path)}: a symbolic link on the way leads out of the tree`);
    return readWhole(path, maxBytes);
  } catch (error) {
    if (!isLinkRefusal(error)) throw ioError('read', path, error);
  }
  const followed = followLink(root, file);
  if ('code' in followed) throw new RepositoryError('io', `cannot read ${shown(path)}: ${followed.reason}`);
  return readManifest(root, followed.target, maxBytes);
}

function readWhole(path: string, maxBytes: number): Buffer | TooLarge {
  const descriptor = openFile(path);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new RepositoryError('io', `cannot read ${shown(path)}: not a regular file`);
    if (stats.size > maxBytes) return { tooLarge: stats.size };
    // One byte more than announced shows whether the file is growing.
    const buffer = Buffer.allocUnsafe(stats.size + 1);
    const end = fill(descriptor, buffer, 0);
    if (end > stats.size) throw new RepositoryError('io', `cannot read ${shown(path)}: it is being written`);
    return buffer.subarray(0, end);
  } finally {
    closeSync(descriptor);
  }
}

/** The first bytes of a file, given by its path relative to the root, up to a number. Throws `io` when it can't be read or is a link. */
export function readStart(root: string, file: string, maxBytes: number): Buffer {
  const path = locate(root, file);
  try {
    return startOf(path, maxBytes);
  } catch (error) {
    throw ioError('read', path, error);
  }
}

function startOf(path: string, maxBytes: number): Buffer {
  const descriptor = openFile(path);
  try {
    const buffer = Buffer.allocUnsafe(Math.min(fstatSync(descriptor).size, maxBytes));
    return buffer.subarray(0, fill(descriptor, buffer, 0));
  } finally {
    closeSync(descriptor);
  }
}

/** Whether `readManifest` would find a regular file, given by its path relative to the root: none is where a link leads out of it or back to itself. */
export function fileExists(root: string, file: string): boolean {
  const path = locate(root, file);
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined || !new Directories(root).reaches(path)) return false;
    return stats.isSymbolicLink() ? 'target' in followLink(root, file) : stats.isFile();
  } catch (error) {
    if (isMissing(error) || isNoPath(error)) return false;
    throw ioError('look for', path, error);
  }
}

/** Whether there is a directory at an absolute path, links followed. */
export function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** No file can be at such a path: manifests name whatever they like. */
const isNoPath = (error: unknown): boolean => ['ELOOP', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'].includes(systemCode(error) ?? '');

/** Reads a file that an option names, wherever it lies. Throws `usage` when it is not there, `io` when it can't be read. */
export function readOutside(cwd: string, file: string): Buffer {
  const path = resolve(cwd, file);
  try {
    return readFileSync(path);
  } catch (error) {
    if (isMissing(error)) throw new RepositoryError('usage', `${shown(path)} does not exist`, error);
    if (systemCode(error) === 'EISDIR') throw new RepositoryError('usage', `${shown(path)} is a directory`, error);
    throw ioError('read', path, error);
  }
}
