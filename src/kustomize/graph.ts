import type { Path } from '../model/value.ts';
import { firstMap } from './files.ts';
import type { Files } from './files.ts';
import { readKustomization } from './kustomization.ts';
import type { Kustomization } from './kustomization.ts';
import { directoryOf, holds, looksRemote } from './paths.ts';
import { wordAt } from './located.ts';
import type { Text } from './located.ts';
import { troubleAt } from './trouble.ts';
import type { Trouble, TroubleCode } from './trouble.ts';

export interface GraphInput {
  /** Kustomization files, relative to the root; others that they include are found by themselves. */
  readonly kustomizations: readonly string[];
  readonly files: Files;
}

/** Who includes whom. Nothing in it is fatal: what can't be read is a trouble, and stands apart from the rest. */
export interface Graph {
  /** By file. */
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly files: Files;
  /** Every trouble of every node, and of files that are no kustomizations. */
  readonly troubles: readonly Trouble[];
}

export interface GraphNode {
  readonly kustomization: Kustomization;
  readonly resources: readonly Input[];
  readonly components: readonly Input[];
  readonly transformers: readonly Input[];
  readonly generators: readonly Input[];
  readonly validators: readonly Input[];
  /** The kustomizations that include this one. */
  readonly includedBy: readonly string[];
  /** Nothing includes it, and it is no component. */
  readonly root: boolean;
  readonly troubles: readonly Trouble[];
}

/** An entry of `resources`, `components`, `transformers`, `generators` or `validators`, and where it leads. */
export interface Input extends Text {
  /** `inline`: the entry is the content itself. `nothing`: a trouble of the node says why. */
  readonly leadsTo: 'file' | 'kustomization' | 'inline' | 'nothing';
  /** Root-relative; empty for what leads nowhere. */
  readonly file: string;
}

/** Reads kustomizations and all that they include. */
export function readGraph({ kustomizations, files }: GraphInput): Graph {
  return new GraphReader(files).read(kustomizations);
}

type Draft = { -readonly [Key in keyof GraphNode]: GraphNode[Key] } & { includedBy: string[]; troubles: Trouble[] };

class GraphReader {
  readonly #files: Files;
  readonly #nodes = new Map<string, Draft>();
  readonly #troubles: Trouble[] = [];
  readonly #seen = new Set<string>();
  readonly #waiting: string[] = [];

  constructor(files: Files) {
    this.#files = files;
  }

  read(files: readonly string[]): Graph {
    this.#waiting.push(...files.toReversed());
    for (let file = this.#waiting.pop(); file !== undefined; file = this.#waiting.pop()) this.#visit(file);
    this.#connect();
    this.#breakCycles();
    for (const node of this.#nodes.values()) node.root = node.includedBy.length === 0 && node.kustomization.kind !== 'Component';
    return {
      nodes: this.#nodes,
      files: this.#files,
      troubles: [...this.#troubles, ...[...this.#nodes.values()].flatMap((node) => node.troubles)],
    };
  }

  #visit(file: string): void {
    if (this.#seen.has(file)) return;
    this.#seen.add(file);
    const found = firstMap(this.#files.documents(file));
    if ('problem' in found) {
      this.#troubles.push(troubleAt('unreadable-kustomization', { file, document: 0, path: [] }, found.problem));
      return;
    }
    const stranger = strangeType(wordAt(found.value, ['apiVersion']), wordAt(found.value, ['kind']));
    if (stranger !== null) {
      this.#troubles.push(troubleAt('not-a-kustomization', { file, document: found.index, path: ['kind'] }, stranger));
      return;
    }
    this.#add(readKustomization({ file, document: found.index }, found.value));
  }

  #add(kustomization: Kustomization): void {
    const troubles: Trouble[] = kustomization.unknown.map((key) =>
      troubleAt('unknown-field', { ...kustomization, path: [key] }, `kustomize knows no field ${key} and refuses to build`),
    );
    const resolver = new EntryResolver(kustomization, this.#files, troubles);
    const plugin = (entry: Text & { inline: boolean }): Input =>
      entry.inline ? { ...entry, leadsTo: 'inline', file: kustomization.file } : resolver.resolve(entry);
    const node: Draft = {
      kustomization,
      resources: kustomization.resources.map((entry) => resolver.resolve(entry)),
      components: kustomization.components.map((entry) => resolver.resolve(entry, 'directory')),
      transformers: kustomization.transformers.map(plugin),
      generators: kustomization.generators.map(plugin),
      validators: kustomization.validators.map(plugin),
      includedBy: [],
      root: false,
      troubles,
    };
    this.#nodes.set(kustomization.file, node);
    this.#waiting.push(...inclusions(node).map((input) => input.file));
  }

  #connect(): void {
    for (const [file, node] of this.#nodes) for (const input of inclusions(node)) this.#include(file, node, input);
  }

  #include(file: string, node: Draft, input: Input): void {
    const included = this.#nodes.get(input.file);
    if (included === undefined) {
      node.troubles.push(
        troubleAt('missing', { ...node.kustomization, path: input.path }, `${input.file} is not a kustomization that can be read`),
      );
      return;
    }
    if (!included.includedBy.includes(file)) included.includedBy.push(file);
    this.#checkKind(node, input, included);
  }

  #checkKind(node: Draft, input: Input, included: Draft): void {
    const wanted = node.components.includes(input) ? 'Component' : 'Kustomization';
    if (included.kustomization.kind === wanted) return;
    const message = `${input.file} is a ${included.kustomization.kind} and stands where kustomize wants a ${wanted}`;
    node.troubles.push(troubleAt('wrong-kind', { ...node.kustomization, path: input.path }, message));
  }

  /** An inclusion that leads back is cut, so that what is left can be walked. */
  #breakCycles(): void {
    const state = new Map<string, 'open' | 'done'>();
    for (const start of this.#nodes.keys()) {
      const stack: { file: string; rest: Input[] }[] = [];
      const enter = (file: string): void => {
        state.set(file, 'open');
        stack.push({ file, rest: inclusions(this.#nodes.get(file)).toReversed() });
      };
      if (state.has(start)) continue;
      enter(start);
      for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
        const input = top.rest.pop();
        if (input === undefined) {
          state.set(top.file, 'done');
          stack.pop();
        } else if (state.get(input.file) === 'open') this.#cut(top.file, input);
        else if (!state.has(input.file) && this.#nodes.has(input.file)) enter(input.file);
      }
    }
  }

  #cut(file: string, input: Input): void {
    const node = this.#nodes.get(file);
    if (node === undefined) return;
    const blocked = (each: Input): Input => (each === input ? { ...each, leadsTo: 'nothing' } : each);
    node.resources = node.resources.map(blocked);
    node.components = node.components.map(blocked);
    node.transformers = node.transformers.map(blocked);
    node.generators = node.generators.map(blocked);
    node.validators = node.validators.map(blocked);
    node.troubles.push(troubleAt('cycle', { ...node.kustomization, path: input.path }, `${input.text} leads back to ${file}`));
  }
}

/** The kustomizations that a node includes, in order. */
export const inclusions = (node: GraphNode | undefined): Input[] =>
  node === undefined
    ? []
    : [...node.resources, ...node.components, ...node.transformers, ...node.generators, ...node.validators].filter(
        ({ leadsTo }) => leadsTo === 'kustomization',
      );

/** Why a file is no kustomization of kustomize; null when it is. */
function strangeType(apiVersion: string, kind: string): string | null {
  if (kind !== '' && kind !== 'Kustomization' && kind !== 'Component') return `kind ${kind} is neither Kustomization nor Component`;
  const wanted = kind === 'Component' ? 'kustomize.config.k8s.io/v1alpha1' : 'kustomize.config.k8s.io/v1beta1';
  return apiVersion === '' || apiVersion === wanted ? null : `${apiVersion} is not what kustomize reads; ${wanted} is`;
}

/** Finds out where the entries of one kustomization lead. */
class EntryResolver {
  readonly #kustomization: Kustomization;
  readonly #files: Files;
  readonly #troubles: Trouble[];

  constructor(kustomization: Kustomization, files: Files, troubles: Trouble[]) {
    this.#kustomization = kustomization;
    this.#files = files;
    this.#troubles = troubles;
  }

  /** A file goes before a directory of the same name; components are directories. */
  resolve(entry: Text, kind: 'either' | 'directory' = 'either'): Input {
    const path = this.#files.resolve(this.#kustomization.directory, entry.text);
    if (path !== null && path !== '' && kind === 'either' && this.#files.exists(path)) return { ...entry, leadsTo: 'file', file: path };
    const [file, other] = path === null ? [] : this.#files.kustomizationsIn(path);
    if (file === undefined) return this.#nothing(entry, path);
    if (other !== undefined) return this.#trouble(entry, 'several-kustomizations', `${entry.text} holds more than one kustomization file`);
    const own = this.#kustomization.directory;
    return holds(directoryOf(file), own)
      ? this.#trouble(entry, 'cycle', `${entry.text} holds this kustomization itself`)
      : { ...entry, leadsTo: 'kustomization', file };
  }

  #nothing(entry: Text, path: string | null): Input {
    if (looksRemote(entry.text)) return this.#trouble(entry, 'remote', `${entry.text} is not in this repository and is not read`);
    if (path === null) return this.#trouble(entry, 'outside-root', `${entry.text} lies outside of the repository and is not read`);
    return this.#trouble(entry, 'missing', `${entry.text} is neither a file nor a directory with a kustomization`);
  }

  #trouble(entry: Text, code: TroubleCode, message: string): Input {
    const place: { file: string; document: number; path: Path } = { ...this.#kustomization, path: entry.path };
    this.#troubles.push(troubleAt(code, place, message));
    return { ...entry, leadsTo: 'nothing', file: '' };
  }
}
