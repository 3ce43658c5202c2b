import type { CommandWords, OptionWords, Values } from './words.ts';

/** A zsh function that completes the words of a program's commands, with their descriptions. */
export function zshCompletion(program: CommandWords, commands: readonly CommandWords[]): string {
  return `#compdef ci2mm
# zsh completion for ci2mm: source <(ci2mm completion zsh), after compinit
_ci2mm() {
  local -a line commands
  local state
  _arguments -C ${program.options.map(optionSpec).join(' ')} '1:command:->command' '*::argument:->argument'
  case $state in
    command)
      commands=(${commands.map(({ name, description }) => quoted(`${name}:${description}`)).join(' ')})
      _describe command commands
      ;;
    argument)
      case $line[1] in
${commands.map((command) => `        ${command.name}) _arguments ${[...command.options.map(optionSpec), ...argumentSpec(command)].join(' ')} ;;`).join('\n')}
      esac
      ;;
  esac
}
if [[ $funcstack[1] == _ci2mm ]]; then _ci2mm "$@"; else compdef _ci2mm ci2mm; fi
`;
}

function optionSpec({ flags, description, values }: OptionWords): string {
  const text = `[${description.replaceAll(/[[\]:\\]/g, '\\$&')}]${action(values, 'value')}`;
  const spelt = flags.map((flag) => (values.kind !== 'none' && flag.startsWith('--') ? `${flag}=` : flag));
  return spelt.length === 1 ? quoted(`*${spelt[0] ?? ''}${text}`) : `'*'{${spelt.join(',')}}${quoted(text)}`;
}

const argumentSpec = ({ argument }: CommandWords): string[] =>
  argument.kind === 'none' ? [] : [quoted(`*${action(argument, 'argument')}`)];

function action(values: Values, name: string): string {
  switch (values.kind) {
    case 'none':
      return '';
    case 'any':
      return `:${name}: `;
    case 'files':
      return `:${name}:_files`;
    case 'words':
      return `:${name}:(${values.words.join(' ')})`;
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
