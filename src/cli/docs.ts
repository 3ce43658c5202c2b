import { EXIT } from '../run/exit-codes.ts';
import { version } from '../run/version.ts';
import { buildProgram } from './command.ts';
import { commandsOf } from './completion/words.ts';
import type { CommandWords, OptionWords } from './completion/words.ts';

/** docs/ci2mm.1, the page for `man ci2mm`: the commands and options as they are completed. */
export function renderManual(): string {
  const { program, commands } = commandsOf(buildProgram(NOBODY, () => undefined));
  const shared = sharedOptions(commands);
  const sections = [
    section('NAME', [`ci2mm \\- ${escaped(program.description)}`]),
    section(
      'SYNOPSIS',
      commands.flatMap(({ name, usage }) => [`.B ci2mm ${escaped(name)}`, escaped(usage), '.br']),
    ),
    section(
      'COMMANDS',
      commands.flatMap((command) => renderCommand(command, shared)),
    ),
    section('OPTIONS', ['What most commands take:', ...shared.flatMap(renderOption)]),
    section(
      'EXIT STATUS',
      Object.values(EXIT).flatMap(({ code, meaning }) => item(`.B ${code}`, meaning)),
    ),
    section(
      'ENVIRONMENT',
      ENVIRONMENT.flatMap(([name, meaning]) => item(`.B ${name}`, meaning)),
    ),
    section('FILES', item('.I .ci2mm.yaml', 'configuration, at the top of the repository; ci2mm init writes one')),
    section('SEE ALSO', ['.BR git (1),', '.BR git\\-apply (1)']),
  ];
  return `${[HEADER, `.TH CI2MM 1 "" "ci2mm ${escaped(version)}" "User Commands"`, ...sections].join('\n')}\n`;
}

const HEADER = String.raw`.\" Written by scripts/docs.js from src/cli. Do not edit.`;

/** Nothing is run, so nothing is read or written. */
const NOBODY = {
  stdin: (async function* (): AsyncGenerator<string> {})(),
  stdout: { write: () => undefined },
  stderr: { write: () => undefined },
  cwd: '/',
  env: {},
};

const ENVIRONMENT = [
  [
    'GIT_PAGER, PAGER',
    'what shows a diff at a terminal, as git takes it; core.pager of your own configuration counts, that of a repository does not',
  ],
  ['NO_COLOR, FORCE_COLOR, TERM', 'whether there are colours, where neither \\-\\-color nor \\-\\-no\\-color says'],
] as const;

const section = (title: string, lines: readonly string[]): string => [`.SH ${title}`, ...lines].join('\n');

const item = (head: string, text: string): string[] => ['.TP', head, text];

/** How many commands have to take an option for it to stand with them all. */
const MANY = 4;

/** Options that say the same in many commands, each once. */
function sharedOptions(commands: readonly CommandWords[]): OptionWords[] {
  const all = commands.flatMap(({ options }) => options);
  const first = new Map(all.toReversed().map((option) => [keyOf(option), option]));
  const times = (option: OptionWords): number => all.filter((each) => keyOf(each) === keyOf(option)).length;
  return [...new Set(all.map(keyOf))].flatMap((key) => first.get(key) ?? []).filter((option) => times(option) >= MANY);
}

const keyOf = ({ flags, description }: OptionWords): string => JSON.stringify([flags, description]);

function renderCommand({ name, usage, description, options }: CommandWords, shared: readonly OptionWords[]): string[] {
  const keys = new Set(shared.map(keyOf));
  const own = options.filter((option) => !keys.has(keyOf(option)));
  return [`.SS "ci2mm ${escaped(`${name} ${usage}`.trim())}"`, lineOf(description), ...own.flatMap(renderOption)];
}

function renderOption({ flags, placeholder, description, values }: OptionWords): string[] {
  const words = values.kind === 'words' && values.words.length <= MOST ? ` (${values.words.join(', ')})` : '';
  const value = placeholder === null ? '' : ` \\fI${escaped(placeholder)}\\fR`;
  return item(`${flags.map((flag) => `\\fB${escaped(flag)}\\fR`).join(', ')}${value}`, lineOf(`${description}${words}`));
}

/** More values than these are not spelt out, such as the ids of all rules. */
const MOST = 15;

/** A line of text, which must not be taken for a request. */
const lineOf = (text: string): string => escaped(text).replace(/^(?=[.'])/, String.raw`\&`);

const escaped = (text: string): string => text.replaceAll('\\', String.raw`\e`).replaceAll('-', String.raw`\-`);
