import type { CommandWords, OptionWords, Values } from './words.ts';

/** A bash script that completes the words of a program's commands. Files are bash's own to complete. */
export function bashCompletion(program: CommandWords, commands: readonly CommandWords[]): string {
  return `# bash completion for ci2mm: . <(ci2mm completion bash)
_ci2mm() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${commands.map(({ name }) => name).join('|')}) command=$word; break ;; esac
  done
  # bash takes --option=value apart.
  if [[ $current == '=' ]]; then current=; elif [[ $previous == '=' ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
  COMPREPLY=()
  case "$command $previous" in
${commands.flatMap(valueCases).join('\n')}
  esac
  case $command in
${[...commands.map((command) => wordCase(command.name, command)), wordCase("''", program)].join('\n')}
  esac
}
complete -o bashdefault -o default -F _ci2mm ci2mm
`;
}

function valueCases(command: CommandWords): string[] {
  return command.options.flatMap(({ flags, values }) =>
    values.kind === 'none' ? [] : [`    ${flags.map((flag) => quoted(`${command.name} ${flag}`)).join('|')}) ${reply(values)}return ;;`],
  );
}

const reply = (values: Values): string => (values.kind === 'words' ? `${assign(values.words)}; ` : '');

const assign = (words: readonly string[]): string => `COMPREPLY=($(compgen -W ${quoted(words.join(' '))} -- "$current"))`;

function wordCase(pattern: string, { options, argument }: CommandWords): string {
  const flags = options.flatMap(flagsOf);
  const words = argument.kind === 'words' ? argument.words : [];
  return `    ${pattern}) if [[ $current == -* ]]; then ${assign(flags)}; else ${words.length > 0 ? assign(words) : ':'}; fi ;;`;
}

const flagsOf = ({ flags }: OptionWords): readonly string[] => flags;

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
