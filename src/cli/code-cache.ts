import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { crc32 } from 'node:zlib';

/** What V8 has compiled of a program's chunks, by their names. */
export type Code = ReadonlyMap<string, Buffer>;

/**
 * The file with the compiled code of a build, in the user's folder for caches: it fits one version of V8 on one kind of machine. Null where the
 * user wants none, and in CI, where the next run rarely finds it.
 */
export function codeFile(build: string, env: NodeJS.ProcessEnv): string | null {
  if (env['CI2MM_CACHE'] === 'off' || isGiven(env['CI'])) return null;
  const caches = cacheFolder(env);
  if (caches === null || !isAbsolute(caches)) return null;
  return join(caches, 'ci2mm', `code-${build}-${process.versions.v8}-${process.platform}-${process.arch}`);
}

function cacheFolder(env: NodeJS.ProcessEnv): string | null {
  if (process.platform === 'win32') return env['LOCALAPPDATA'] ?? null;
  const { XDG_CACHE_HOME: chosen } = env;
  if (chosen !== undefined && isAbsolute(chosen)) return chosen;
  return orNull(() => join(homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache'));
}

const isGiven = (value: string | undefined): boolean => value !== undefined && value !== '';

/**
 * Reads compiled code; of a file that is missing, damaged or could be somebody else's, nothing. V8 runs such code as it is, and of what it holds
 * checks nothing.
 */
export function readCode(file: string): Code {
  return orNull(() => (isOurs(lstatSync(dirname(file))) ? unpacked(readOwn(file)) : null)) ?? new Map();
}

/** Keeps compiled code for the next run. Nothing that goes wrong here is worth a word. */
export function writeCode(file: string, code: Code): void {
  orNull(() => {
    const folder = dirname(file);
    // With `sudo`, it may be somebody else's home that this is in.
    if (!isOwn(statSync(nearest(folder)))) return;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!isOurs(lstatSync(folder))) return;
    replace(file, packed(code));
    dropOld(folder);
  });
}

/** Windows keeps such folders for their user by itself. */
const isOwn = ({ uid }: Stats): boolean => process.getuid === undefined || uid === process.getuid();

/** Nobody else can have written there. */
const isOurs = (stats: Stats): boolean =>
  isOwn(stats) && !stats.isSymbolicLink() && (process.getuid === undefined || (stats.mode & 0o022) === 0);

/** A folder, or what it would be made in. */
function nearest(folder: string): string {
  return orNull(() => statSync(folder)) === null ? nearest(dirname(folder)) : folder;
}

function readOwn(file: string): Buffer | null {
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    return isOurs(fstatSync(descriptor)) ? readFileSync(descriptor) : null;
  } finally {
    closeSync(descriptor);
  }
}

/** Whole or not at all, whoever else writes it. */
function replace(file: string, bytes: Buffer): void {
  const temporary = `${file}.${process.pid}`;
  try {
    writeFileSync(temporary, bytes, { flag: 'wx', mode: 0o600 });
    renameSync(temporary, file);
  } catch {
    rmSync(temporary, { force: true });
  }
}

const MONTH = 30 * 24 * 60 * 60 * 1000;

/** Code of builds that were replaced. One that is still in use is compiled anew. */
function dropOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (Date.now() - lstatSync(path).mtimeMs > MONTH) rmSync(path);
  }
}

/** Where in the file a chunk's code begins and ends, in bytes. */
type Index = Readonly<Record<string, readonly [number, number]>>;

/** A line with the checksum of all that follows, a line with the index, and the code. */
function packed(code: Code): Buffer {
  let end = 0;
  const index: Index = Object.fromEntries([...code].map(([name, { length }]) => [name, [end, (end += length)]]));
  const body = Buffer.concat([Buffer.from(`${JSON.stringify(index)}\n`), ...code.values()]);
  return Buffer.concat([Buffer.from(`${crc32(body)}\n`), body]);
}

function unpacked(bytes: Buffer | null): Code | null {
  if (bytes === null) return null;
  const body = bytes.subarray(bytes.indexOf('\n') + 1);
  if (String(crc32(body)) !== bytes.toString('latin1', 0, bytes.length - body.length - 1)) return null;
  const first = body.indexOf('\n') + 1;
  const index = JSON.parse(body.toString('utf8', 0, first)) as Index;
  return new Map(Object.entries(index).map(([name, [start, end]]) => [name, body.subarray(first + start, first + end)]));
}

function orNull<T>(action: () => T): T | null {
  try {
    return action();
  } catch {
    return null;
  }
}
