import type { Argument, Command, Option } from 'commander';
import { releases } from '../../operator/releases.ts';
import { rules } from '../../rules/index.ts';

/** What may follow an option or stand as an argument. */
export type Values =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'files' }
  | { readonly kind: 'any' }
  | { readonly kind: 'none' };

export interface OptionWords {
  /** `-o` and `--output`. */
  readonly flags: readonly string[];
  /** What the usage calls its value; null for an option without. */
  readonly placeholder: string | null;
  readonly description: string;
  readonly values: Values;
}

export interface CommandWords {
  readonly name: string;
  /** What follows the name. */
  readonly usage: string;
  readonly description: string;
  readonly options: readonly OptionWords[];
  readonly argument: Values;
}

/** Every command of a program, and what may be written after it. The program itself comes first. */
export function commandsOf(program: Command): { readonly program: CommandWords; readonly commands: readonly CommandWords[] } {
  const commands = program.createHelp().visibleCommands(program).map(wordsOf);
  const names = commands.map(({ name }) => name);
  const own = commands.map((command) =>
    command.name === 'help' ? { ...command, argument: { kind: 'words', words: names } as const } : command,
  );
  return { program: { ...wordsOf(program), argument: { kind: 'words', words: names } }, commands: own };
}

function wordsOf(command: Command): CommandWords {
  const options = command.createHelp().visibleOptions(command).map(optionWords);
  const [argument] = command.registeredArguments;
  return {
    name: command.name(),
    usage: command.usage(),
    description: command.description(),
    options,
    argument: argument === undefined ? NONE : valuesOf(argument.name(), argument),
  };
}

const NONE: Values = { kind: 'none' };

function optionWords(option: Option): OptionWords {
  const flags = [option.short, option.long].filter((flag) => flag != null);
  const placeholder = /<(.+)>$/.exec(option.flags)?.[1] ?? null;
  const values = placeholder === null ? NONE : valuesOf(placeholder, option);
  return { flags, placeholder, description: option.description, values };
}

/** What the usage calls a value tells what it is. */
function valuesOf(placeholder: string, { argChoices }: Pick<Argument | Option, 'argChoices'>): Values {
  if (argChoices !== undefined) return { kind: 'words', words: argChoices };
  if (placeholder === 'rule') return { kind: 'words', words: rules.map(({ id }) => id) };
  if (placeholder === 'release') return { kind: 'words', words: releases.map(({ major, minor }) => `${major}.${minor}`) };
  return placeholder === 'file' || placeholder === 'paths' || placeholder === 'program' ? { kind: 'files' } : { kind: 'any' };
}
