/** A workflow command that the runner obeyed. */
export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/**
 * Reads a step's log as GitHub's runner does: `::name key=value::message` behind leading blanks, the old `##[name key=value]message`
 * anywhere in a line, both switched off by `stop-commands` until its word comes again, and secrets hidden.
 */
export class Commands {
  readonly obeyed: Command[] = [];
  readonly #secrets: string[];
  #until: string | null = null;

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.filter((secret) => secret !== '');
  }

  /** The lines that the log shows. */
  read(output: string): string {
    return output
      .split(/\r?\n|\r/)
      .flatMap((line) => this.#shown(line).map((each) => this.#masked(each)))
      .join('\n');
  }

  /** A command is not shown but for its words. */
  #shown(line: string): string[] {
    const known = this.obeyed.length;
    if (!this.#obeys(line)) return [line];
    return this.obeyed
      .slice(known)
      .flatMap(({ name, message }) => (['error', 'warning', 'notice'].includes(name) ? [`${name}: ${message}`] : []));
  }

  #obeys(line: string): boolean {
    const command = parse(line);
    if (command === null) return false;
    if (this.#until !== null) {
      if (command.name !== this.#until) return false;
      this.#until = null;
      return true;
    }
    if (!KNOWN.has(command.name)) return false;
    this.obeyed.push(command);
    if (command.name === 'stop-commands') this.#until = command.message;
    if (command.name === 'add-mask' && command.message !== '') this.#secrets.push(command.message);
    return true;
  }

  #masked(line: string): string {
    return this.#secrets.reduce((text, secret) => text.replaceAll(secret, '***'), line);
  }
}

const KNOWN: ReadonlySet<string> = new Set(
  `error warning notice debug group endgroup echo add-mask stop-commands add-matcher remove-matcher
   set-output save-state set-env add-path internal-set-repo-path`.split(/\s+/),
);

function parse(line: string): Command | null {
  const [, name, pairs = '', message = ''] =
    /^\s*::([^\s:]+)(?:\s+(.*?))?::(.*)$/s.exec(line) ?? /##\[([^\s\]]+)(?:\s+([^\]]*))?\](.*)$/s.exec(line) ?? [];
  if (name === undefined) return null;
  const properties = pairs.split(/[,;]/).filter((pair) => pair.includes('='));
  return {
    name,
    properties: Object.fromEntries(
      properties.map((pair) => [pair.slice(0, pair.indexOf('=')), unescaped(pair.slice(pair.indexOf('=') + 1))]),
    ),
    message: unescaped(message),
  };
}

const unescaped = (text: string): string =>
  text.replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');

/** A file that a step wrote variables to: `name=value`, or `name<<WORD`, lines and `WORD`. Throws for anything else, as the runner fails the step. */
export function readVariables(text: string): Record<string, string> {
  const variables: [string, string][] = [];
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const [, name, word] = /^([^=]*?)<<(.+)$/.exec(line) ?? [];
    const end = word === undefined ? at : lines.indexOf(word, at + 1);
    if (end === -1) throw new Error(`nothing ends ${line}`);
    if (name !== undefined) variables.push([name, lines.slice(at + 1, end).join('\n')]);
    else if (line.includes('=')) variables.push([line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
    else throw new Error(`the runner can't read ${line}`);
    at = end;
  }
  return Object.fromEntries(variables);
}
