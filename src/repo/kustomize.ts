import { basename, join } from 'node:path';
import { runConfined } from './confined.ts';
import { RepositoryError, shown } from './error.ts';
import { kustomizeMessage } from './kustomize-message.ts';
import type { BuildPlace } from './kustomize-message.ts';
import { howItEnded, namedProgram, printedBy, programsOnPath, searchedFor, VERSION_LIMITS } from './program.ts';
import type { Printed, ProgramQuery, ProgramSearch } from './program.ts';

/** A program that builds kustomizations. */
export interface KustomizeBinary {
  /** Absolute. */
  readonly program: string;
  /** What comes before the directory. */
  readonly args: readonly string[];
  /** For reports: `kustomize 4.5.4`, `kubectl kustomize 5.5.0`. */
  readonly description: string;
}

/** `path` names kustomize or kubectl. */
export type KustomizeQuery = ProgramQuery;

export type KustomizeSearch = ProgramSearch<KustomizeBinary>;

/**
 * Finds the program to build with: the one that the user named, else `kustomize` and then `kubectl` on the PATH; 4.5 or later. Throws a
 * `usage` error when the named one will not do.
 */
export async function findKustomize(query: KustomizeQuery): Promise<KustomizeSearch> {
  if (query.path !== undefined) return { binary: await namedBinary(query.path, query.cwd) };
  const reasons: string[] = [];
  for (const name of ['kustomize', 'kubectl']) {
    const candidates = programsOnPath(name, query);
    if (candidates.length === 0) reasons.push(`no ${name} on the PATH`);
    for (const program of candidates) {
      const found = await identify(program);
      if ('binary' in found) return found;
      reasons.push(`${shown(program)} ${found.reason}`);
    }
  }
  return { binary: null, reason: reasons.join('; ') };
}

/** The same as an option asks for it: `never` looks for nothing, `always` throws a `usage` error when nothing is found. */
export async function kustomizeFor(prove: 'auto' | 'always' | 'never', query: KustomizeQuery): Promise<KustomizeSearch> {
  return searchedFor(prove, `kustomize ${OLDEST}`, () => findKustomize(query));
}

async function namedBinary(path: string, cwd: string): Promise<KustomizeBinary> {
  const program = namedProgram(path, cwd);
  const found = await identify(program, { anyVersion: true });
  if ('binary' in found) return found.binary;
  throw new RepositoryError('usage', `${shown(path)} ${found.reason}`);
}

const OLDEST = '4.5';

type Identified = { readonly binary: KustomizeBinary } | { readonly reason: string };

async function identify(program: string, { anyVersion = false } = {}): Promise<Identified> {
  const { ask, read, ...form } = basename(program).startsWith('kubectl') ? KUBECTL : KUSTOMIZE;
  const ended = await runConfined(program, ask, VERSION_LIMITS);
  if (ended.how !== 'exited' || ended.code !== 0)
    return { reason: `does not run by itself (${howItEnded(ended)}); name the program, not a script around it` };
  const version = read(ended.stdout.toString());
  if (version === null) {
    return anyVersion
      ? { binary: { program, args: form.args, description: `${form.name} of an unknown version` } }
      : { reason: 'does not tell its version' };
  }
  if (!isNewEnough(version)) return { reason: `is ${form.name} ${version}, and ${OLDEST} or later is needed` };
  return { binary: { program, args: form.args, description: `${form.name} ${version}` } };
}

/** `{Version:kustomize/v4.5.4 GitCommit:...}` until 4.x, `v5.4.3` since 5.0. */
const KUSTOMIZE = {
  name: 'kustomize',
  args: ['build'],
  ask: ['version'],
  read: (output: string): string | null => /(?:^|\bkustomize\/|\bVersion:)v?(\d+\.\d+\.\d+)/m.exec(output)?.[1] ?? null,
};

/** Says since 1.24 which kustomize it carries: 4.5.4 in that release. */
const KUBECTL = {
  name: 'kubectl kustomize',
  args: ['kustomize'],
  ask: ['version', '--client', '--output=json'],
  read: (output: string): string | null =>
    /"kustomizeVersion":\s*"v?(\d+\.\d+\.\d+)/.exec(output)?.[1] ?? (output.includes('"clientVersion"') ? '4.4.1 or older' : null),
};

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 4 || (major === 4 && minor >= 5);
}

export interface BuildLimits {
  readonly timeoutMs?: number;
  readonly maxOutput?: number;
  /** False leaves the network there although the system could take it away. */
  readonly isolate?: boolean;
}

/** `message` is one line for people that holds no value of a manifest. */
export type BuildResult = Printed;

/**
 * Builds a directory offline and without running anything: plugins, functions and charts stay off, git is not found, and there is no network.
 * Where the system can't take that away, HTTP leads nowhere but to this machine: see `findLocalRequest`. Nothing is written. Never throws for
 * what the tree holds.
 */
export async function build(binary: KustomizeBinary, place: BuildPlace, limits: BuildLimits = {}): Promise<BuildResult> {
  const { timeoutMs = 60_000, maxOutput = 256 * 1024 * 1024, isolate = true } = limits;
  const ended = await runConfined(binary.program, [...binary.args, join(place.root, place.directory)], { timeoutMs, maxOutput, isolate });
  return printedBy(binary.description, ended, { timeoutMs, maxOutput }, (stderr) => kustomizeMessage(stderr, place));
}
