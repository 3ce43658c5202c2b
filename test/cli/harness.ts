import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { main } from '../../src/cli/command.ts';
import type { Io } from '../../src/run/io.ts';
import type { Report } from '../../src/report/report.ts';
import { builtProgram } from './built.ts';

// git as anyone has it, whatever the one who runs the tests has configured.
Object.assign(process.env, { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' });

/** What a run left behind. */
export interface Result {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface World {
  readonly cwd: string;
  readonly stdin?: string | Uint8Array | AsyncIterable<Uint8Array | string>;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether both outputs are terminals. */
  readonly terminal?: boolean;
}

/** Runs the program within this process. */
export async function run(args: readonly string[], world: World): Promise<Result> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const code = await main(args, {
    stdin: streamOf(world.stdin ?? ''),
    stdout: recorder(stdout, world.terminal),
    stderr: recorder(stderr, world.terminal),
    cwd: world.cwd,
    env: world.env ?? {},
  });
  return { code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() };
}

const recorder = (chunks: Buffer[], terminal = false): Io['stdout'] => ({
  isTTY: terminal,
  write: (chunk) => chunks.push(Buffer.from(chunk)),
});

async function* streamOf(content: NonNullable<World['stdin']>): AsyncIterable<Uint8Array | string> {
  if (typeof content === 'string' || content instanceof Uint8Array) yield content;
  else yield* content;
}

/** The report of `--format json`. */
export const reportOf = ({ stdout }: Result): Report => JSON.parse(stdout.toString()) as Report;

/** Rule, file and line of each finding of a level, by default of errors. */
export const findingsOf = (result: Result, level = 'error'): string[] =>
  reportOf(result).findings.flatMap((finding) => (finding.level === level ? [`${finding.rule} ${finding.file}:${finding.line}`] : []));

/** What a process of its own left behind. */
export interface ProcessResult extends Result {
  readonly signal: NodeJS.Signals | null;
  /** Peak resident memory in MB; null when the process did not live to tell. */
  readonly peak: number | null;
}

export interface ProcessWorld extends Pick<SpawnOptions, 'uid' | 'gid' | 'env'> {
  readonly cwd: string;
  readonly stdin?: string | Uint8Array;
  /** A shell command in which `"$@"` is the program with its arguments. */
  readonly shell?: string;
}

/** Runs the published program in a process of its own. */
export async function runProcess(args: readonly string[], world: ProcessWorld): Promise<ProcessResult> {
  const child = await startProcess(args, world);
  // A program that ends without reading everything breaks the pipe.
  child.stdin?.on('error', () => undefined).end(world.stdin ?? '');
  return finished(child);
}

export async function startProcess(args: readonly string[], { env, shell, uid, gid, cwd }: ProcessWorld): Promise<ChildProcess> {
  const { program, meter } = builtProgram();
  const command = [process.execPath, '--require', meter, program, ...args];
  const [file = '', ...rest] = shell === undefined ? command : ['/bin/sh', '-c', shell, 'sh', ...command];
  const user = { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) };
  return spawn(file, rest, { cwd, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe', 'pipe'], ...user });
}

export async function finished(child: ChildProcess): Promise<ProcessResult> {
  const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => resolve([code, signal]));
  });
  const [stdout, stderr, peak, [code, signal]] = await Promise.all([
    contentOf(child.stdout),
    contentOf(child.stderr),
    contentOf(child.stdio[3] as Readable),
    ended,
  ]);
  const kilobytes = Number(peak.toString());
  return { code, signal, stdout, stderr: stderr.toString(), peak: kilobytes > 0 ? kilobytes / 1024 : null };
}

async function contentOf(stream: Readable | null): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Every file of a tree but git's own, by its path: mode, and the hash of its content or where a link leads. */
export function treeOf(root: string): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  const paths = entries
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((path) => !path.startsWith('.git/'));
  return Object.fromEntries(paths.sort().map((path) => [path, stateOf(join(root, path))]));
}

function stateOf(path: string): string {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  if (!stats.isFile()) return 'no file';
  return `${(stats.mode & 0o7777).toString(8)} ${createHash('sha1').update(readFileSync(path)).digest('hex')}`;
}
