import { UsageError } from '../run/usage-error.ts';

/** What action.yml takes; it hands every input over in a variable, for text in a script would be run by the shell. */
export interface Inputs {
  readonly paths: readonly string[];
  readonly command: ActionCommand;
  readonly mode: Mode;
  readonly engine: ActionEngine | null;
  readonly only: readonly string[];
  readonly roots: readonly string[];
  /** What somebody has seen in the cluster, for the trigger. */
  readonly confirmed: readonly Confirmation[];
  /** What the script of the runbook recorded, in place of that. */
  readonly gateFiles: readonly string[];
  readonly failOn: FailOn;
  readonly target: string | null;
  readonly config: string | null;
  /** What is known and may stay. */
  readonly baseline: string | null;
  readonly annotations: boolean;
  readonly summary: boolean;
  readonly sarifFile: string | null;
  readonly patchFile: string | null;
  readonly markdownFile: string | null;
  readonly comment: CommentWhen;
  readonly token: string | null;
}

const COMMANDS = ['convert', 'plan', 'prepare', 'trigger', 'finish', 'next'] as const;
type ActionCommand = (typeof COMMANDS)[number];

const ENGINES = ['argo-cd', 'flux', 'both', 'none'] as const;
type ActionEngine = (typeof ENGINES)[number];

const CONFIRMATIONS = ['live', 'root-password'] as const;
type Confirmation = (typeof CONFIRMATIONS)[number];

const MODES = ['check', 'diff', 'write'] as const;
type Mode = (typeof MODES)[number];

const FAIL_ON = ['never', 'left', 'changes', 'warnings', 'errors'] as const;
export type FailOn = (typeof FAIL_ON)[number];

const COMMENT = ['never', 'on-findings', 'always'] as const;
type CommentWhen = (typeof COMMENT)[number];

export type Env = Record<string, string | undefined>;

/** Reads the inputs. An empty one counts as not given, for a composite action can't tell them apart. Throws UsageError. */
export function readInputs(env: Env): Inputs {
  return {
    paths: linesOf(env, 'path', ['.']),
    command: choice(env, 'command', COMMANDS, 'convert'),
    engine: text(env, 'engine') === null ? null : choice(env, 'engine', ENGINES, 'none'),
    only: linesOf(env, 'only'),
    roots: linesOf(env, 'root'),
    confirmed: linesOf(env, 'confirmed').map(confirmation),
    gateFiles: linesOf(env, 'gate-file'),
    mode: choice(env, 'mode', MODES, 'check'),
    failOn: choice(env, 'fail-on', FAIL_ON, 'errors'),
    target: text(env, 'target'),
    config: text(env, 'config'),
    baseline: text(env, 'baseline'),
    annotations: isOn(env, 'annotations'),
    summary: isOn(env, 'summary'),
    sarifFile: text(env, 'sarif-file'),
    patchFile: text(env, 'patch-file'),
    markdownFile: text(env, 'markdown-file'),
    comment: choice(env, 'comment', COMMENT, 'never'),
    token: text(env, 'token'),
  };
}

/** The variable of an input: `CI2MM_INPUT_FAIL_ON` for `fail-on`. */
export const variableOf = (input: string): string => `CI2MM_INPUT_${input.toUpperCase().replaceAll('-', '_')}`;

function text(env: Env, input: string): string | null {
  const value = (env[variableOf(input)] ?? '').trim();
  return value === '' ? null : value;
}

function linesOf(env: Env, input: string, otherwise: readonly string[] = []): string[] {
  const lines = (text(env, input) ?? otherwise.join('\n')).split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '');
}

function confirmation(line: string): Confirmation {
  const found = CONFIRMATIONS.find((each) => each === line);
  if (found === undefined)
    throw new UsageError(`input confirmed has ${JSON.stringify(line)}; it takes ${CONFIRMATIONS.join(', ')}, one per line`);
  return found;
}

function choice<Choice extends string>(env: Env, input: string, choices: readonly Choice[], otherwise: Choice): Choice {
  const value = text(env, input) ?? otherwise;
  const chosen = choices.find((each) => each === value);
  if (chosen === undefined) throw new UsageError(`input ${input} is ${JSON.stringify(value)}; it takes ${choices.join(', ')}`);
  return chosen;
}

const isOn = (env: Env, input: string): boolean => choice(env, input, ['true', 'false'], 'true') === 'true';
