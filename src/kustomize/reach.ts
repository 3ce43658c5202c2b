import { groupBy } from '../model/group.ts';
import { isList, isMap } from '../model/value.ts';
import type { Value } from '../model/value.ts';
import { readDocuments } from './files.ts';
import type { Files, TextDocument } from './files.ts';
import { directoryOf } from './paths.ts';

/** What the text of a kustomization may lead to, whatever field it stands in: naming one path too many does no harm. */
interface NamedFiles {
  /** What stands under `resources` and `bases`: of files there only installations matter. */
  readonly resources: ReadonlySet<string>;
  readonly others: ReadonlySet<string>;
}

/** All kustomizations of a repository, and the paths by which they reach files and one another. Each is read once, and as YAML. */
export class Reach {
  readonly #named: ReadonlyMap<string, NamedFiles>;
  readonly #inDirectory: ReadonlyMap<string, readonly string[]>;
  readonly #users = new Map<string, string[]>();

  constructor(kustomizations: readonly string[], files: Files) {
    this.#inDirectory = groupBy(kustomizations, directoryOf);
    this.#named = new Map(kustomizations.map((file) => [file, namedIn(file, files)]));
    for (const [file, named] of this.#named) {
      for (const path of new Set([...named.resources, ...named.others])) {
        const users = this.#users.get(path);
        if (users === undefined) this.#users.set(path, [file]);
        else users.push(file);
      }
    }
  }

  /** The kustomizations that read one of some files, and those that include such a one, however far up. */
  readersOf(files: Iterable<string>): string[] {
    const reached = new Set(files);
    // A set grows while it is walked.
    for (const path of reached) for (const user of this.#usersOf(path)) reached.add(user);
    return [...reached].filter((path) => this.#named.has(path));
  }

  /**
   * The kustomizations that may have to do with some files: their readers, all that these include, and the readers of what any of them is
   * made of besides plain resources, such as a shared component or patch.
   */
  connectedTo(files: Iterable<string>): string[] {
    const reached = new Set(files);
    for (const path of reached) for (const next of [...this.#usersOf(path), ...this.#below(path)]) reached.add(next);
    return [...reached].filter((path) => this.#named.has(path));
  }

  #usersOf(path: string): string[] {
    const asDirectory = this.#named.has(path) ? (this.#users.get(directoryOf(path)) ?? []) : [];
    return [...(this.#users.get(path) ?? []), ...asDirectory];
  }

  #below(kustomization: string): string[] {
    const named = this.#named.get(kustomization);
    if (named === undefined) return [];
    const included = [...named.resources, ...named.others].flatMap((path) => this.#inDirectory.get(path) ?? []);
    return [...included, ...named.others];
  }
}

function namedIn(file: string, files: Files): NamedFiles {
  const directory = directoryOf(file);
  const resolved = (texts: Iterable<string>): Set<string> => new Set([...texts].flatMap((text) => files.resolve(directory, text) ?? []));
  const text = files.text(file)?.text ?? '';
  const fields = simpleFields(text) ?? fieldsOf(files.documents(file));
  if (fields === null) return { resources: new Set(), others: resolved(wordsIn(text)) };
  const textsUnder = (isWanted: (key: string) => boolean): string[] =>
    fields.filter(([key]) => isWanted(key)).flatMap(([, texts]) => texts);
  const plugins = resolved(textsUnder((key) => PLUGINS.test(key)));
  return {
    resources: resolved(textsUnder((key) => RESOURCES.test(key))),
    others: new Set([...resolved(textsUnder((key) => !RESOURCES.test(key))), ...resolved(textsOfPlugins(plugins, files))]),
  };
}

/** The fields of a kustomization, each with the strings in it. */
type Fields = (readonly [key: string, texts: readonly string[]])[];

/** Null where a document can't be read. */
function fieldsOf(documents: readonly TextDocument[]): Fields | null {
  if (documents.some(({ problem }) => problem !== null)) return null;
  const value = documents[0]?.value ?? null;
  if (value === null) return [];
  return isMap(value) ? [...value].map(([key, child]) => [key, textsIn(child)] as const) : [['', textsIn(value)]];
}

/** With one of these a scalar may be something else than what stands there, or the text more than one document. */
const NOT_SIMPLE = /[\\|>&*!%@`?\t\u0085\u2028\u2029]|\r(?!\n)|^(?:---|\.\.\.)/m;
const LINE = /^ *((?:- +)*)(?:([\w.-]+):(?: +|$))?(.*)$/;

/**
 * The fields of a text in which every scalar stands as it is, on a line of its own or in brackets: most kustomizations are so, and to parse
 * all of a large repository takes time. Null for any other text.
 */
function simpleFields(text: string): Fields | null {
  if (NOT_SIMPLE.test(text)) return null;
  const fields: [string, string[]][] = [];
  let before = '';
  for (const line of text.split(/\r?\n/)) {
    const { key, texts } = goesOn(before, line) ? NOT_SIMPLE_LINE : simpleLine(line);
    if (line.trim() !== '') before = line;
    if (key !== null) fields.push([key, []]);
    if (texts === null || (texts.length > 0 && fields.length === 0)) return null;
    fields.at(-1)?.[1].push(...texts);
  }
  return fields.map(([key, texts]) => [key, texts.flatMap(namesIn)]);
}

const NOT_SIMPLE_LINE = { key: null, texts: null } as const;

/** Whether a line that looks like an item may go on with the scalar above, as it stands deeper and that has begun. */
const goesOn = (before: string, line: string): boolean =>
  /^ *- /.test(line) && indentOf(line) > indentOf(before) && !/:\s*(?:#.*)?$/.test(before);

const indentOf = (line: string): number => line.search(/[^ ]|$/);

/** The field that a line begins, where it begins one of the kustomization, and the scalars on it; null for one that is not simple. */
function simpleLine(line: string): { readonly key: string | null; readonly texts: readonly string[] | null } {
  const [, dashes = '', key, rest = ''] = LINE.exec(line.replace(/(?:^| +)#.*$/, '')) ?? [];
  const value = rest.trim();
  // Without either it goes on with what stands above.
  const isEntry = dashes !== '' || key !== undefined || value === '';
  return { key: key !== undefined && /^\w/.test(line) ? key : null, texts: isEntry ? textsOfLine(value) : null };
}

/** A scalar, or those in brackets; as there may be brackets in a scalar, both. Null where quotes are more than a pair around it. */
function textsOfLine(value: string): string[] | null {
  const parts = /[[\]{},]/.test(value) ? value.split(/[[\]{},]/).map((part) => part.trim().replace(/^[^ ]+: +/, '')) : [value];
  const texts = parts.map((part) => part.replace(/^(["'])([\w./=:-]*)\1$/, '$2'));
  if (texts.some((text) => /["']/.test(text))) return null;
  return [...new Set([value, ...texts])].filter((text) => text !== '');
}

const RESOURCES = /^(?:resources|bases)$/i;
const PLUGINS = /^(?:generators|transformers|validators)$/i;

/** What configurations of plugins say: kustomize takes their paths from where the kustomization is that uses them. */
function textsOfPlugins(paths: Iterable<string>, files: Files): string[] {
  const all = new Set(paths);
  // A set grows while it is walked.
  for (const path of all) {
    for (const kustomization of files.kustomizationsIn(path)) {
      const listed = files.documents(kustomization).flatMap(({ value }) => (value === null ? [] : textsIn(value)));
      for (const text of listed) all.add(files.resolve(path, text) ?? path);
    }
  }
  return [...all].flatMap((path) => files.documents(path).flatMap(({ value }) => (value === null ? [] : textsIn(value))));
}

/** Of a text that is no YAML, every word that could be a path. */
export const wordsIn = (text: string): string[] => text.match(/[^\s"',[\]{}]+/g) ?? [];

/** The strings of a value, and those of configurations that stand in strings. */
function textsIn(value: Value): string[] {
  if (isMap(value)) return [...value.values()].flatMap(textsIn);
  if (isList(value)) return value.flatMap(textsIn);
  const { text } = value;
  if (!/[\n{]/.test(text)) return namesIn(text);
  // It may be a configuration, or a path with a brace in its name.
  const inner = readDocuments(text).flatMap(({ value: each }: TextDocument) =>
    each !== null && (isMap(each) || isList(each)) ? textsIn(each) : [],
  );
  return [...namesIn(text), ...inner];
}

/** `name=path` names a path as well. */
function namesIn(text: string): string[] {
  const equals = text.indexOf('=');
  return equals === -1 ? [text] : [text, text.slice(equals + 1)];
}
