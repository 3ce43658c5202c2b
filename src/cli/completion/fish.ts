import type { CommandWords, OptionWords, Values } from './words.ts';

/** fish commands that complete the words of a program's commands, with their descriptions. */
export function fishCompletion(program: CommandWords, commands: readonly CommandWords[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const first = `not __fish_seen_subcommand_from ${names}`;
  const lines = [
    ...commands.map(({ name, description }) => `complete -c ci2mm -n ${quoted(first)} -f -a ${name} -d ${quoted(description)}`),
    ...program.options.map((option) => optionLine(first, option)),
    ...commands.flatMap(commandLines),
  ];
  return `# fish completion for ci2mm: ci2mm completion fish | source\n${lines.join('\n')}\n`;
}

function commandLines({ name, options, argument }: CommandWords): string[] {
  const condition = `__fish_seen_subcommand_from ${name}`;
  const words = argument.kind === 'words' ? [`complete -c ci2mm -n ${quoted(condition)} -f -a ${quoted(argument.words.join(' '))}`] : [];
  const none = argument.kind === 'none' ? [`complete -c ci2mm -n ${quoted(condition)} -f`] : [];
  return [...options.map((option) => optionLine(condition, option)), ...words, ...none];
}

function optionLine(condition: string, { flags, description, values }: OptionWords): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return ['complete -c ci2mm', `-n ${quoted(condition)}`, ...names, ...value(values), `-d ${quoted(description)}`].join(' ');
}

function value(values: Values): string[] {
  switch (values.kind) {
    case 'none':
      return [];
    case 'any':
      return ['-x'];
    case 'files':
      return ['-r', '-F'];
    case 'words':
      return [`-x -a ${quoted(values.words.join(' '))}`];
  }
}

const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
