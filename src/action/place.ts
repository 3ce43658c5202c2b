import { UsageError } from '../run/usage-error.ts';
import { confine } from '../repo/destination.ts';
import type { Bounds } from '../repo/destination.ts';
import type { Env, Inputs } from './inputs.ts';

/** Where a step runs and what the runner gave it to write to. */
export interface RunnerPlace {
  readonly workspace: string;
  readonly outputs: string;
  /** Null where job summaries are not known, as on old servers. */
  readonly summary: string | null;
}

/** Reads the runner's own variables. Throws UsageError outside of a workflow. */
export function placeOf(env: Env): RunnerPlace {
  const { GITHUB_WORKSPACE: workspace = '', GITHUB_OUTPUT: outputs = '', GITHUB_STEP_SUMMARY: summary = '' } = env;
  if (workspace === '' || outputs === '')
    throw new UsageError('GITHUB_WORKSPACE and GITHUB_OUTPUT are not set; this program is started by action.yml');
  return { workspace, outputs, summary: summary === '' ? null : summary };
}

/** The inputs that name files, as absolute paths below the workspace or the runner's temporary directory. */
export interface Files {
  readonly paths: readonly string[];
  readonly gates: readonly string[];
  readonly config: string | null;
  readonly baseline: string | null;
  readonly sarif: string | null;
  readonly patch: string | null;
  readonly markdown: string | null;
}

/** Throws a `usage` error for a path that leads elsewhere. */
export function confineFiles(inputs: Inputs, { workspace }: RunnerPlace, env: Env): Files {
  const temporary = env['RUNNER_TEMP'] ?? '';
  const bounds: Bounds = { cwd: workspace, roots: [workspace, ...(temporary === '' ? [] : [temporary])] };
  const within = (path: string | null): string | null => (path === null ? null : confine(path, bounds));
  return {
    paths: inputs.paths.map((path) => confine(path, bounds)),
    gates: inputs.gateFiles.map((path) => confine(path, bounds)),
    config: within(inputs.config),
    baseline: within(inputs.baseline),
    sarif: within(inputs.sarifFile),
    patch: within(inputs.patchFile),
    markdown: within(inputs.markdownFile),
  };
}
