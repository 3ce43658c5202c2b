import type { Path } from '../model/value.ts';
import { firstMap } from './files.ts';
import type { Files } from './files.ts';
import { readKustomization } from './kustomization.ts';
import type { EngineRoot } from './engine.ts';
import type { Kustomization } from './kustomization.ts';
import { directoryOf, holds, looksRemote } from './paths.ts';
import { textOrEmpty } from './located.ts';
import type { Text } from './located.ts';
import { problemAt } from './problem.ts';
import type { KustomizeProblem, KustomizeProblemCode } from './problem.ts';

export interface GraphInput {
  /** Kustomization files, relative to the root; others that they include are found by themselves. */
  readonly kustomizations: readonly string[];
  readonly files: Files;
  /** What engines add to directories of the tree. */
  readonly engines?: readonly EngineInput[];
}

/** The part of an engine, and what it is added to: a kustomization, or manifests of a directory that has none. */
export interface EngineInput {
  readonly root: EngineRoot;
  readonly over: readonly { readonly leadsTo: 'kustomization' | 'file'; readonly file: string }[];
}

/** Who includes whom. Nothing in it is fatal: what can't be read is a problem, and stands apart from the rest. */
export interface Graph {
  /** By file. */
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly files: Files;
  /** Every problem of every node, and of files that are no kustomizations. */
  readonly problems: readonly KustomizeProblem[];
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
  readonly problems: readonly KustomizeProblem[];
}

/** An entry of `resources`, `components`, `transformers`, `generators` or `validators`, and where it leads. */
export interface Input extends Text {
  /** `inline`: the entry is the content itself. `nothing`: a problem of the node says why. */
  readonly leadsTo: 'file' | 'kustomization' | 'inline' | 'nothing';
  /** Root-relative; empty for what leads nowhere. */
  readonly file: string;
}

/** Reads kustomizations and all that they include. */
export function readGraph({ kustomizations, files, engines = [] }: GraphInput): Graph {
  return new GraphReader(files).read(kustomizations, engines);
}

type OpenNode = { -readonly [Key in keyof GraphNode]: GraphNode[Key] } & { includedBy: string[]; problems: KustomizeProblem[] };

class GraphReader {
  readonly #files: Files;
  readonly #nodes = new Map<string, OpenNode>();
  readonly #problems: KustomizeProblem[] = [];
  readonly #seen = new Set<string>();
  readonly #waiting: string[] = [];

  constructor(files: Files) {
    this.#files = files;
  }

  read(files: readonly string[], engines: readonly EngineInput[]): Graph {
    this.#waiting.push(...files.toReversed());
    for (const engine of engines) this.#addEngine(engine);
    for (let file = this.#waiting.pop(); file !== undefined; file = this.#waiting.pop()) this.#visit(file);
    this.#connect();
    this.#breakCycles();
    for (const node of this.#nodes.values()) node.root = node.includedBy.length === 0 && node.kustomization.kind !== 'Component';
    return {
      nodes: this.#nodes,
      files: this.#files,
      problems: [...this.#problems, ...[...this.#nodes.values()].flatMap((node) => node.problems)],
    };
  }

  #visit(file: string): void {
    if (this.#seen.has(file)) return;
    this.#seen.add(file);
    const found = firstMap(this.#files.structures(file));
    if ('problem' in found) {
      this.#problems.push(problemAt('unreadable-kustomization', { file, document: 0, path: [] }, found.problem));
      return;
    }
    const stranger = strangeType(textOrEmpty(found.value, ['apiVersion']), textOrEmpty(found.value, ['kind']));
    if (stranger !== null) {
      this.#problems.push(problemAt('not-a-kustomization', { file, document: found.index, path: ['kind'] }, stranger));
      return;
    }
    this.#add(readKustomization({ file, document: found.index }, found.value));
  }

  #add(kustomization: Kustomization): void {
    const problems: KustomizeProblem[] = kustomization.unknown.map((key) =>
      problemAt('unknown-field', { ...kustomization, path: [key] }, `kustomize knows no field ${key} and refuses to build`),
    );
    const resolver = new EntryResolver(kustomization, this.#files, problems);
    const plugin = (entry: Text & { inline: boolean }): Input =>
      entry.inline ? { ...entry, leadsTo: 'inline', file: kustomization.file } : resolver.resolve(entry);
    const node: OpenNode = {
      kustomization,
      resources: kustomization.resources.map((entry) => resolver.resolve(entry)),
      components: kustomization.components.map((entry) => resolver.resolve(entry, 'directory')),
      transformers: kustomization.transformers.map(plugin),
      generators: kustomization.generators.map(plugin),
      validators: kustomization.validators.map(plugin),
      includedBy: [],
      root: false,
      problems,
    };
    this.#nodes.set(kustomization.id, node);
    this.#waiting.push(...inclusions(node).map((input) => input.file));
  }

  #addEngine({ root: { kustomization }, over }: EngineInput): void {
    const problems: KustomizeProblem[] = [];
    const resolver = new EntryResolver(kustomization, this.#files, problems);
    const components = kustomization.components.map((entry) => resolver.resolve(entry, 'directory'));
    const resources = over.map((input): Input => ({ ...input, text: input.file, path: kustomization.base }));
    const node = {
      kustomization,
      resources,
      components,
      transformers: [],
      generators: [],
      validators: [],
      includedBy: [],
      root: false,
      problems,
    };
    this.#nodes.set(kustomization.id, node);
    this.#waiting.push(...inclusions(node).map((input) => input.file));
  }

  #connect(): void {
    for (const [file, node] of this.#nodes) for (const input of inclusions(node)) this.#include(file, node, input);
  }

  #include(file: string, node: OpenNode, input: Input): void {
    const included = this.#nodes.get(input.file);
    if (included === undefined) {
      node.problems.push(
        problemAt('missing', { ...node.kustomization, path: input.path }, `${input.file} is not a kustomization that can be read`),
      );
      return;
    }
    if (!included.includedBy.includes(file)) included.includedBy.push(file);
    this.#checkKind(node, input, included);
  }

  #checkKind(node: OpenNode, input: Input, included: OpenNode): void {
    const wanted = node.components.includes(input) ? 'Component' : 'Kustomization';
    // An engine builds whatever its directory holds, as kustomize does.
    const isBuiltItself = node.kustomization.base.length > 0 && wanted === 'Kustomization';
    if (included.kustomization.kind === wanted || isBuiltItself) return;
    const message = `${input.file} is a ${included.kustomization.kind} and stands where kustomize wants a ${wanted}`;
    node.problems.push(problemAt('wrong-kind', { ...node.kustomization, path: input.path }, message));
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
    node.problems.push(problemAt('cycle', { ...node.kustomization, path: input.path }, `${input.text} leads back to ${file}`));
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
  readonly #problems: KustomizeProblem[];

  constructor(kustomization: Kustomization, files: Files, problems: KustomizeProblem[]) {
    this.#kustomization = kustomization;
    this.#files = files;
    this.#problems = problems;
  }

  /** A file goes before a directory of the same name; components are directories. */
  resolve(entry: Text, kind: 'either' | 'directory' = 'either'): Input {
    const path = this.#files.resolve(this.#kustomization.directory, entry.text);
    if (path !== null && path !== '' && kind === 'either' && this.#files.exists(path)) return { ...entry, leadsTo: 'file', file: path };
    const [file, other] = path === null ? [] : this.#files.kustomizationsIn(path);
    if (file === undefined) return this.#nothing(entry, path);
    if (other !== undefined) return this.#problem(entry, 'several-kustomizations', `${entry.text} holds more than one kustomization file`);
    const own = this.#kustomization.directory;
    return holds(directoryOf(file), own)
      ? this.#problem(entry, 'cycle', `${entry.text} holds this kustomization itself`)
      : { ...entry, leadsTo: 'kustomization', file };
  }

  #nothing(entry: Text, path: string | null): Input {
    if (looksRemote(entry.text)) return this.#problem(entry, 'remote', `${entry.text} is not in this repository and is not read`);
    if (path === null) return this.#problem(entry, 'outside-root', `${entry.text} lies outside of the repository and is not read`);
    return this.#problem(entry, 'missing', `${entry.text} is neither a file nor a directory with a kustomization`);
  }

  #problem(entry: Text, code: KustomizeProblemCode, message: string): Input {
    const place: { file: string; document: number; path: Path } = { ...this.#kustomization, path: entry.path };
    this.#problems.push(problemAt(code, place, message));
    return { ...entry, leadsTo: 'nothing', file: '' };
  }
}
