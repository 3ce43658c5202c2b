import { UsageError } from '../run/usage-error.ts';

/** What action.yml takes; it hands every input over in a variable, for text in a script would be run by the shell. */
export interface Inputs {
  readonly paths: readonly string[];
  readonly mode: Mode;
  readonly failOn: FailOn;
  readonly target: string | null;
  readonly config: string | null;
  readonly annotations: boolean;
  readonly summary: boolean;
  readonly sarifFile: string | null;
  readonly patchFile: string | null;
  readonly markdownFile: string | null;
  readonly comment: CommentWhen;
  readonly token: string | null;
}

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
    paths: linesOf(env, 'path'),
    mode: choice(env, 'mode', MODES, 'check'),
    failOn: choice(env, 'fail-on', FAIL_ON, 'errors'),
    target: text(env, 'target'),
    config: text(env, 'config'),
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

function linesOf(env: Env, input: string): string[] {
  const lines = (text(env, input) ?? '.').split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '');
}

function choice<Choice extends string>(env: Env, input: string, choices: readonly Choice[], otherwise: Choice): Choice {
  const value = text(env, input) ?? otherwise;
  const chosen = choices.find((each) => each === value);
  if (chosen === undefined) throw new UsageError(`input ${input} is ${JSON.stringify(value)}; it takes ${choices.join(', ')}`);
  return chosen;
}

const isOn = (env: Env, input: string): boolean => choice(env, input, ['true', 'false'], 'true') === 'true';
