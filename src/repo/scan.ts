import { closeSync, fstatSync, lstatSync } from 'node:fs';
import { sep } from 'node:path';
import type { Discovery } from './discover.ts';
import { ioError, systemCode } from './error.ts';
import { fill, isLinkRefusal, openFile } from './read.ts';
import { encodeMarkers, encodingOf, searchFor } from './search.ts';
import type { Encoding, SearchMarker, Search } from './search.ts';
import { Directories, followLink, isMissing, skip } from './tree.ts';
import type { Skipped } from './tree.ts';

/** A file that holds markers. */
interface ScanHit {
  /** Names of the markers found. */
  readonly markers: ReadonlySet<string>;
  /** Anything but `utf-8` is a file that Kubernetes can't read and that must not be called clean. */
  readonly encoding: Encoding;
}

export interface Scan {
  /**
   * In the order of the discovery; files reached through symbolic links come last, under their own names. Another spelling of a hit, on a file
   * system that ignores case, is none. Hard links are: git keeps each as a file of its own, and each is written by itself.
   */
  readonly hits: ReadonlyMap<string, ScanHit>;
  /** Number of files searched. */
  readonly scanned: number;
  /** What the hits hold together. */
  readonly hitBytes: number;
  readonly skipped: readonly Skipped[];
}

export interface ScanOptions {
  /** Called now and then with the number of files done and of files in all. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Searches no more bytes of a file, and skips those that may not be read: for files of which nothing is asked but a word. */
  readonly limit?: number;
  /** Skips what may not be read: outside git, files of anybody lie beside those that were given. */
  readonly passesUnreadable?: boolean;
}

/**
 * Searches files for markers, without loading any of them whole. Files that are gone are passed over; links are followed inside the
 * root only. Throws `io` for a file that may not be read, unless there is a limit or it passes such.
 */
export function scan(discovery: Pick<Discovery, 'root' | 'files'>, markers: readonly SearchMarker[], options: ScanOptions = {}): Scan {
  const scanner = new Scanner(discovery.root, markers, options);
  const { files } = discovery;
  for (const [index, file] of files.entries()) {
    scanner.look(file);
    if (index % PROGRESS_STEP === PROGRESS_STEP - 1) options.onProgress?.(index + 1, files.length);
  }
  scanner.lookAtTargets(files);
  return scanner;
}

const PROGRESS_STEP = 256;
/** Most manifests fit, and a search of the whole buffer still takes less than a microsecond. */
const SMALL = 8 * 1024;
const LARGE = 1024 * 1024;

/** Codes of things that are no files: directories, sockets, pipes, devices. */
const NOT_FILES: ReadonlySet<string | null> = new Set(['EISDIR', 'ENXIO', 'EAGAIN', 'ENODEV', 'EOPNOTSUPP']);

class Scanner implements Scan {
  readonly hits = new Map<string, ScanHit>();
  readonly skipped: Skipped[] = [];
  scanned = 0;
  hitBytes = 0;
  readonly #root: string;
  readonly #limit: number | null;
  readonly #passesUnreadable: boolean;
  /** Joined by hand: normalising 20,000 paths takes as long as reading a tenth of them. */
  readonly #prefix: string;
  readonly #content: ContentSearch;
  readonly #directories: Directories;
  readonly #links: string[] = [];
  /** Hits by device and file number, hard links by their name as well. */
  readonly #identities = new Map<string, string>();

  constructor(root: string, markers: readonly SearchMarker[], { limit, passesUnreadable }: ScanOptions) {
    this.#root = root;
    this.#limit = limit ?? null;
    this.#passesUnreadable = passesUnreadable === true;
    this.#prefix = root.endsWith(sep) ? root : root + sep;
    this.#content = new ContentSearch(markers);
    this.#directories = new Directories(root);
  }

  look(file: string): void {
    const path = this.#prefix + file;
    try {
      this.#search(file, path);
    } catch (error) {
      if (isMissing(error)) return;
      if (isLinkRefusal(error)) this.#links.push(file);
      else if (NOT_FILES.has(systemCode(error))) this.skipped.push(skip(file, 'not-a-file'));
      else if (this.#limit !== null) this.skipped.push(skip(file, 'unreadable'));
      else if (this.#passesUnreadable) this.skipped.push(skip(file, 'unreadable-elsewhere'));
      else throw ioError('read', path, error);
    }
  }

  /** Searches what links lead to, unless it was in the list itself. */
  lookAtTargets(files: readonly string[]): void {
    if (this.#links.length === 0) return;
    const known = new Set(files);
    for (const link of this.#links.splice(0)) {
      const followed = followLink(this.#root, link);
      if ('code' in followed) this.skipped.push(followed);
      else if (!known.has(followed.target)) this.look(followed.target);
      if ('target' in followed) known.add(followed.target);
    }
  }

  #search(file: string, path: string): void {
    const descriptor = openFile(path);
    try {
      const hit = this.#content.search(descriptor, this.#limit ?? Number.POSITIVE_INFINITY);
      this.scanned += 1;
      if (this.#content.isCut) this.skipped.push(skip(file, 'too-large'));
      if (hit !== null) this.#add(file, path, descriptor, hit);
    } finally {
      closeSync(descriptor);
    }
  }

  /** What is costly to know about a file is only asked for hits. */
  #add(file: string, path: string, descriptor: number, hit: ScanHit): void {
    if (!this.#directories.reaches(path)) {
      this.skipped.push(skip(file, 'outside-tree'));
      return;
    }
    // Where the system can't refuse links, they show only here.
    if (lstatSync(path).isSymbolicLink()) {
      this.#links.push(file);
      return;
    }
    const { dev, ino, nlink, size } = fstatSync(descriptor, { bigint: true });
    const identity = nlink === 1n ? `${dev}:${ino}` : `${dev}:${ino}:${foldedName(file)}`;
    const first = this.#identities.get(identity);
    if (first === undefined) {
      this.#identities.set(identity, file);
      this.hits.set(file, hit);
      this.hitBytes += Number(size);
    } else {
      this.skipped.push(skip(file, 'same-file', first));
    }
  }
}

/** Equal for names that a file system may take for the same. */
const foldedName = (file: string): string => file.normalize('NFC').toLowerCase();

/** Searches file after file with the same two buffers. */
class ContentSearch {
  /** Whether the last file was not searched to its end. */
  isCut = false;
  readonly #markers: readonly SearchMarker[];
  readonly #search: Search;
  readonly #longest: number;
  readonly #names: number;
  readonly #small = Buffer.alloc(SMALL);
  readonly #found = new Set<string>();
  #large: Buffer | null = null;

  constructor(markers: readonly SearchMarker[]) {
    this.#markers = markers;
    this.#search = searchFor(markers);
    // A character takes four bytes in the widest encoding.
    this.#longest = markers.reduce((longest, { bytes }) => Math.max(longest, bytes.length * 4), 1);
    this.#names = new Set(markers.map((marker) => marker.name)).size;
  }

  search(descriptor: number, limit: number): ScanHit | null {
    const small = this.#small;
    this.isCut = false;
    const end = fill(descriptor, small, 0);
    const encoding = encodingOf(small, end);
    const search = encoding === 'utf-8' ? this.#search : this.#searchIn(encoding);
    if (end < small.length) search(small, end, this.#found);
    else this.#searchOn(descriptor, search, limit);
    if (this.#found.size === 0) return null;
    const markers = new Set(this.#found);
    this.#found.clear();
    return { markers, encoding };
  }

  /** Looks for both forms: a file may begin with a zero byte and be plain all the same. */
  #searchIn(encoding: Encoding): Search {
    const encoded = searchFor(encodeMarkers(this.#markers, encoding));
    return (buffer, end, found) => {
      encoded(buffer, end, found);
      this.#search(buffer, end, found);
    };
  }

  /** Goes on where the small buffer ended, keeping enough of each piece to find a marker that lies across two. */
  #searchOn(descriptor: number, search: Search, limit: number): void {
    const buffer = (this.#large ??= Buffer.alloc(LARGE));
    let kept = this.#small.copy(buffer);
    for (let searched = 0; ;) {
      const end = fill(descriptor, buffer, kept);
      search(end === buffer.length ? buffer : buffer.subarray(0, end), end, this.#found);
      searched += end - kept;
      this.isCut = end === buffer.length && searched >= limit;
      if (end < buffer.length || this.#found.size === this.#names || this.isCut) return;
      kept = buffer.copy(buffer, 0, end - this.#longest, end);
    }
  }
}
