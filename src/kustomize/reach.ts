import { groupBy } from '../model/group.ts';
import { isList, isMap } from '../model/value.ts';
import type { Value } from '../model/value.ts';
import { readDocuments } from './files.ts';
import type { Files, TextDocument } from './files.ts';
import { directoryOf } from './paths.ts';

/** What the text of a kustomization may lead to, whatever field it stands in: naming one path too many does no harm. */
interface Named {
  /** What stands under `resources` and `bases`: of files there only installations matter. */
  readonly resources: ReadonlySet<string>;
  readonly others: ReadonlySet<string>;
}

/** All kustomizations of a repository, and the paths by which they reach files and one another. Each is read once, and as YAML. */
export class Reach {
  readonly #named: ReadonlyMap<string, Named>;
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

function namedIn(file: string, files: Files): Named {
  const documents = files.documents(file);
  const directory = directoryOf(file);
  const resolved = (texts: Iterable<string>): Set<string> => new Set([...texts].flatMap((text) => files.resolve(directory, text) ?? []));
  const isUnreadable = documents.some(({ problem }) => problem !== null);
  if (isUnreadable) return { resources: new Set(), others: resolved(wordsIn(files.text(file)?.text ?? '')) };
  const [first] = documents;
  const value = first?.value ?? null;
  if (value !== null && !isMap(value)) return { resources: new Set(), others: resolved(textsIn(value)) };
  const entries = value === null ? [] : [...value];
  const textsUnder = (isWanted: (key: string) => boolean): string[] =>
    entries.filter(([key]) => isWanted(key)).flatMap(([, value]) => textsIn(value));
  const plugins = resolved(textsUnder((key) => PLUGINS.test(key)));
  return {
    resources: resolved(textsUnder((key) => RESOURCES.test(key))),
    others: new Set([...resolved(textsUnder((key) => !RESOURCES.test(key))), ...resolved(textsOfPlugins(plugins, files))]),
  };
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

/** The strings of a value, and those of configurations that stand in strings. `name=path` names a path as well. */
function textsIn(value: Value): string[] {
  if (isMap(value)) return [...value.values()].flatMap(textsIn);
  if (isList(value)) return value.flatMap(textsIn);
  const { text } = value;
  if (/[\n{]/.test(text))
    return readDocuments(text).flatMap(({ value: inner }: TextDocument) =>
      inner === null || !(isMap(inner) || isList(inner)) ? [] : textsIn(inner),
    );
  const equals = text.indexOf('=');
  return equals === -1 ? [text] : [text, text.slice(equals + 1)];
}
