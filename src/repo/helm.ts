import { join } from 'node:path';
import { runConfined } from './confined.ts';
import { RepositoryError, shown } from './error.ts';
import { howItEnded, namedProgram, printedBy, programsOnPath, searchedFor, VERSION_LIMITS } from './program.ts';
import type { Printed, ProgramQuery, ProgramSearch } from './program.ts';

/** A program that renders charts. */
export interface HelmBinary {
  /** Absolute. */
  readonly program: string;
  /** For reports: `Helm 3.22`. */
  readonly description: string;
}

export type HelmSearch = ProgramSearch<HelmBinary>;

/**
 * Finds the program to render with: the one that the user named, else `helm` on the PATH; Helm 3 or later. `never` looks for nothing, `always`
 * throws a `usage` error when nothing is found, as does a named one that will not do.
 */
export const helmFor = (prove: 'auto' | 'always' | 'never', query: ProgramQuery): Promise<HelmSearch> =>
  searchedFor(prove, 'Helm 3', () => findHelm(query));

async function findHelm(query: ProgramQuery): Promise<HelmSearch> {
  if (query.path !== undefined) {
    const found = await identify(namedProgram(query.path, query.cwd));
    if (typeof found !== 'string') return { binary: found };
    throw new RepositoryError('usage', `${shown(query.path)} ${found}`);
  }
  const reasons: string[] = [];
  for (const program of programsOnPath('helm', query)) {
    const found = await identify(program);
    if (typeof found !== 'string') return { binary: found };
    reasons.push(`${shown(program)} ${found}`);
  }
  return { binary: null, reason: reasons.length === 0 ? 'no helm on the PATH' : reasons.join('; ') };
}

/** The program, or why it will not do. */
async function identify(program: string): Promise<HelmBinary | string> {
  const ended = await runConfined(program, ['version', '--template', '{{.Version}}'], VERSION_LIMITS);
  if (ended.how !== 'exited' || ended.code !== 0) return `does not run by itself (${howItEnded(ended)})`;
  const version = /^v?(\d+)\.(\d+(?:\.\d+)?)/.exec(ended.stdout.toString().trim());
  if (version === null) return 'does not tell its version';
  const [, major = '', minor = ''] = version;
  return Number(major) < 3 ? `is Helm ${major}.${minor}, and 3.0 or later is needed` : { program, description: `Helm ${major}.${minor}` };
}

/** A chart, and the values that it is rendered with. */
export interface ChartPlace {
  /** Absolute. */
  readonly root: string;
  /** Of the chart, relative to the root; empty for the root itself. */
  readonly directory: string;
  /** Files of values besides the chart's own, relative to the root. */
  readonly values: readonly string[];
}

/** `message` is one line for people that holds no value. */
export type RenderResult = Printed;

/**
 * Renders a chart offline: no plugin, no repository, no cluster and no network where the system can take it away. Tests and hooks are part of what is
 * rendered. Nothing is written. Never throws for what the tree holds.
 */
export async function render({ program, description }: HelmBinary, { root, directory, values }: ChartPlace): Promise<RenderResult> {
  const files = values.flatMap((file) => ['--values', join(root, file)]);
  const ended = await runConfined(program, ['template', RELEASE, join(root, directory), ...files], LIMITS);
  return printedBy(description, ended, LIMITS, (stderr) => helmMessage(stderr, description));
}

const RELEASE = 'release-name';

const LIMITS = { timeoutMs: 60_000, maxOutput: 256 * 1024 * 1024, isolate: true };

/** Helm quotes values and what templates say, which may be secret: nothing is passed on but the place. */
function helmMessage(stderr: string, description: string): string {
  if (/missing in charts\/ directory/.test(stderr)) return `${description} misses a dependency of the chart in its charts folder`;
  const place = /\b[\w.-]+((?:\/[\w.-]+)+:\d+(?::\d+)?)/.exec(stderr.slice(0, 8192))?.[1];
  return place === undefined ? `${description} can not render it` : `${description} fails at ${place.slice(1)}`;
}
