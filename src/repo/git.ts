import { readFileSync, statSync } from 'node:fs';
import { join, parse } from 'node:path';
import type { Change } from '../model/change.ts';
import type { GitHeader } from '../model/git-header.ts';
import type { ObjectFormat } from './blob-id.ts';
import { holdsRepository, locate } from './tree.ts';

export interface GitOutput {
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface GitInput {
  readonly pathspecs?: 'literal' | 'glob';
  readonly input?: string;
}

/** git is missing, refused, failed or took too long. */
export class GitError extends Error {
  override readonly name = 'GitError';
}

/** A hung network file system should end in words, not in a hung run. */
const TIMEOUT_MS = 120_000;

/** What a repository's own configuration could make git start, switched off. */
const SHIELD = ['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'core.untrackedCache=false', 'core.quotePath=false'].flatMap(
  (setting) => ['-c', setting],
);

/**
 * Runs git in a directory and starts nothing that the repository names: no hooks, file system monitors, pagers or transports. The
 * user's own configuration (global ignore files, trusted directories) stays in force. Throws a `GitError`.
 */
export async function git(
  directory: string,
  args: readonly string[],
  { pathspecs = 'literal', input = '' }: GitInput = {},
): Promise<GitOutput> {
  const { execFile } = await import('node:child_process'); // takes long to load, and is not always needed
  const shielded = ['--no-pager', `--${pathspecs}-pathspecs`, ...SHIELD, '-C', directory, ...args];
  const options = {
    // Not the scanned tree: on Windows a program is first looked for in the working directory.
    cwd: parse(directory).root,
    env: environment(),
    encoding: 'buffer',
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: Number.POSITIVE_INFINITY,
    windowsHide: true,
  } as const;
  return new Promise((resolve, reject) => {
    const child = execFile('git', shielded, options, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr: stderr.toString() });
      else reject(new GitError(stderr.toString().trim() || error.message, { cause: error }));
    });
    // A git that ends early breaks the pipe, and says itself why.
    child.stdin?.on('error', () => undefined).end(input);
  });
}

/**
 * Options that make git take a directory for the top of the working tree, whatever `core.worktree` and `core.bare` say: what lies there is what
 * the user has asked about. None where the directory is no top level.
 */
export const asTree = (root: string): string[] => (holdsRepository(root) ? [`--work-tree=${root}`] : []);

/** The URLs of the remotes of a repository; none outside git, and where git is missing or refuses. */
export async function remotesOf(root: string): Promise<string[]> {
  if (!holdsRepository(root)) return [];
  try {
    const { stdout } = await git(root, ['config', '--null', '--get-regexp', String.raw`^remote\..*\.(url|pushurl)$`]);
    return stdout
      .toString()
      .split('\0')
      .flatMap((entry) => (entry === '' ? [] : entry.slice(entry.indexOf('\n') + 1)));
  } catch {
    return [];
  }
}

/** Variables that point git elsewhere (set while a hook runs, for example) are left out, and it speaks the language that we read. */
function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_') || name.startsWith('GIT_CONFIG'));
  return {
    ...Object.fromEntries(inherited),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_LAZY_FETCH: '1',
  };
}

/** A tree of files, which git may know. */
export interface GitTree {
  /** Absolute. */
  readonly root: string;
  /** Left out where it has to be asked for. */
  readonly objectFormat?: ObjectFormat | undefined;
}

/**
 * What a git patch must say about each changed file, by file: blob ids, mode and line endings. Works without git and outside a
 * repository, where files count as stored the way they are.
 */
export async function gitHeaders({ root, objectFormat }: GitTree, changes: readonly Change[]): Promise<ReadonlyMap<string, GitHeader>> {
  const [converted, algorithm, { blobId }] = await Promise.all([
    storedWithLf(root, changes),
    objectFormat ?? objectFormatOf(root),
    import('./blob-id.ts'),
  ]);
  return new Map(
    changes.map((change) => {
      const lineEndings = converted.has(change.file) ? 'lf' : 'kept';
      const stored = (bytes: Buffer): Buffer => (lineEndings === 'lf' ? withLf(bytes) : bytes);
      const header: GitHeader = {
        oldId: blobId(stored(change.before), algorithm),
        newId: blobId(stored(change.after), algorithm),
        mode: fileMode(root, change.file),
        lineEndings,
      };
      return [change.file, header];
    }),
  );
}

function fileMode(root: string, file: string): GitHeader['mode'] {
  const stats = statSync(locate(root, file), { throwIfNoEntry: false });
  return stats !== undefined && (stats.mode & 0o111) !== 0 ? '100755' : '100644';
}

const withLf = (bytes: Buffer): Buffer => Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');

/** git reads it from nowhere but the repository's own configuration, which most often does not mention it. */
async function objectFormatOf(root: string): Promise<ObjectFormat> {
  const config = readConfiguration(root);
  return config === null || /objectformat/i.test(config) ? askObjectFormat(root) : 'sha1';
}

/** Null for a worktree, a submodule, and outside git. */
function readConfiguration(root: string): string | null {
  try {
    return readFileSync(join(root, '.git', 'config'), 'utf8');
  } catch {
    return null;
  }
}

async function askObjectFormat(root: string): Promise<ObjectFormat> {
  const format = await answer(root, ['rev-parse', '--show-object-format']);
  return format.trim() === 'sha256' ? 'sha256' : 'sha1';
}

/** Files that hold CRLF here and LF in git, and would be checked out with CRLF again. */
async function storedWithLf(root: string, changes: readonly Change[]): Promise<ReadonlySet<string>> {
  const files = changes.filter((change) => change.before.includes('\r\n')).map((change) => change.file);
  if (files.length === 0) return new Set();
  const checkout = await checkoutSettings(root);
  const converted: string[] = [];
  for (const batch of batches(files)) {
    const states = await answer(root, [...asTree(root), 'ls-files', '--eol', '-z', '--', ...batch]);
    converted.push(...states.split('\0').flatMap((line) => convertedFile(line, checkout)));
  }
  return new Set(converted);
}

/** What git does on checkout: with files that have no attribute, and with text files that have no attribute for their line ends. */
interface CheckoutSettings {
  readonly unmarkedToCrlf: boolean;
  readonly textToCrlf: boolean;
}

async function checkoutSettings(root: string): Promise<CheckoutSettings> {
  const automatic = (await answer(root, ['config', '--get', 'core.autocrlf'])).trim().toLowerCase();
  if (['true', 'yes', 'on', '1'].includes(automatic)) return { unmarkedToCrlf: true, textToCrlf: true };
  const wanted = (await answer(root, ['config', '--get', 'core.eol'])).trim().toLowerCase();
  const native = process.platform === 'win32' ? 'crlf' : 'lf';
  const textToCrlf = automatic !== 'input' && (wanted === 'crlf' || (wanted !== 'lf' && native === 'crlf'));
  return { unmarkedToCrlf: false, textToCrlf };
}

/** Reads one line of `git ls-files --eol`: `i/lf w/crlf attr/text=auto eol=crlf<TAB>path`. */
function convertedFile(line: string, checkout: CheckoutSettings): string[] {
  const match = /^i\/(\S*)\s+w\/(\S*)\s+attr\/([^\t]*)\t(.*)$/s.exec(line);
  const [, index, tree, attributes = '', file = ''] = match ?? [];
  // A file with both line ends gets CRLF everywhere from git, whatever the patch is like; one in LF at least fits the index.
  return index === 'lf' && (tree === 'crlf' || tree === 'mixed') && becomesCrlf(attributes.trim(), checkout) ? [file] : [];
}

function becomesCrlf(attributes: string, checkout: CheckoutSettings): boolean {
  if (attributes === '') return checkout.unmarkedToCrlf;
  if (attributes.includes('eol=')) return attributes.includes('eol=crlf');
  return attributes.startsWith('text') && checkout.textToCrlf;
}

/** Standard output as text; empty when git is missing or has no answer. */
async function answer(root: string, args: readonly string[]): Promise<string> {
  try {
    return (await git(root, args)).stdout.toString();
  } catch (error) {
    if (error instanceof GitError) return '';
    throw error;
  }
}

/** A command line has limits: 32,767 characters on Windows. */
const BATCH_LENGTH = 16_000;

/** Cuts a list of paths into lists that fit on a command line. */
export function batches(files: readonly string[]): string[][] {
  const all: string[][] = [];
  let length = BATCH_LENGTH;
  for (const file of files) {
    length += file.length + 3;
    if (length > BATCH_LENGTH) {
      all.push([]);
      length = file.length + 3;
    }
    all.at(-1)?.push(file);
  }
  return all;
}
