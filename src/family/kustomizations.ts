import { buildVariants } from '../kustomize/build.ts';
import type { Files } from '../kustomize/files.ts';
import { readGraph } from '../kustomize/graph.ts';
import type { Graph, GraphNode } from '../kustomize/graph.ts';
import { reachableFrom } from '../kustomize/graph-walk.ts';
import { fragmentId } from '../kustomize/model.ts';
import type { FragmentForm, Variant } from '../kustomize/model.ts';
import { directoryOf, holds, resolveFrom } from '../kustomize/paths.ts';
import { pathsIn, relevantKustomizations } from '../kustomize/relevant.ts';
import type { Trouble } from '../kustomize/trouble.ts';
import { contextOf, UNKNOWN_CONTEXT } from '../references/kustomize/context.ts';
import { mattermostsBeside, referenceDocuments } from '../references/kustomize/documents.ts';
import type { MattermostsOf, ReferenceDocument } from '../references/kustomize/documents.ts';
import { refers } from '../references/kustomize/plan.ts';
import { planReferences } from '../references/kustomize/referrers.ts';
import type { ReferencePlan } from '../references/referrer.ts';
import { familiesOf } from './family.ts';
import type { Family } from './family.ts';
import type { Manifest } from '../manifests/read.ts';
import type { Resource } from '../model/installation.ts';
import type { ConvertOptions } from '../operator/convert.ts';
import { OLD } from '../operator/fields.ts';
import { makesSecrets, readSecretSources } from '../secrets/index.ts';
import type { SecretSource } from '../secrets/index.ts';
import { decodeUtf8 } from '../yaml/text.ts';
import { isUnreadable } from '../manifests/source.ts';
import type { Source } from '../manifests/source.ts';

/** The kustomizations that have to do with installations, followed. */
export interface Kustomizations {
  readonly graph: Graph;
  readonly variants: readonly Variant[];
  /** Kustomizations that are no YAML: nothing is known of what lies beside and below them. */
  readonly unreadable: readonly Trouble[];
  /** `family`: judged with its family. `patch`: one that changes no installation. `unbuilt`: a kustomization reads the file, but builds no installation from this place. `none`: it stands alone. */
  readonly roleOf: (resource: Resource) => 'family' | 'patch' | 'unbuilt' | 'none';
  /** Whether a resource of a family is a patch and no whole installation. */
  readonly isPatch: (resource: Resource) => boolean;
  /** The Secrets that a kustomization builds. */
  readonly secretsOf: (kustomization: string) => readonly SecretSource[];
  /** Variants that share fragments, or documents with references. */
  readonly families: () => readonly Family[];
  /** Each document that refers to what variants are built from, planned for the installations of all that read it. */
  readonly plannedReferences: (
    variants: readonly Variant[],
    options: ReadonlyMap<Variant | undefined, ConvertOptions>,
  ) => readonly PlannedReference[];
  /** What keeps the kustomizations of variants from being built, or from being seen as a whole. */
  readonly faultsOf: (variants: readonly Variant[]) => readonly Trouble[];
}

/** Reads what the given ones of all kustomizations make of the installations in manifests; null where none has to do with them. */
export function readKustomizations(source: Source, all: readonly string[], manifests: readonly Manifest[]): Kustomizations | null {
  const read = (file: string): string => textOf(file, source);
  const relevant = relevantKustomizations(
    all,
    read,
    manifests.map(({ file }) => file),
    OLD.kind,
  );
  if (relevant.length === 0) return null;
  const graph = readGraph({ files: relevant, readFile: (file) => (source.exists(file) ? source.read(file) : null) });
  const { variants, idlePatches, mattermosts, troubles } = buildVariants(graph);
  const families = fragmentKeys(variants);
  const patches = fragmentKeys(variants, 'strategic-merge');
  const idle = new Set(idlePatches.map(fragmentId));
  const used = filesRead(graph);
  const references = new References(graph, mattermosts);
  const unreadable = troubles.filter(({ code }) => code === 'unreadable-kustomization');
  return {
    graph,
    variants,
    unreadable,
    secretsOf: secretsReader(graph, source),
    families: () => familiesOf(variants, (variant) => references.of([variant]).map(({ at }) => JSON.stringify(at))),
    plannedReferences: (own, options) => references.planned(own, options),
    faultsOf: faultFinder(graph, troubles),
    isPatch: (resource) => patches.has(idOf(resource)),
    roleOf: (resource) => {
      if (families.has(idOf(resource))) return 'family';
      if (idle.has(idOf(resource))) return 'patch';
      return used.has(resource.file) || unreadable.some(({ file }) => mayRead(file, read(file), resource.file)) ? 'unbuilt' : 'none';
    },
  };
}

/** The places of fragments, of one form or of all: what stands there is judged with its family and not by itself. */
const fragmentKeys = (variants: readonly Variant[], form?: FragmentForm): Set<string> =>
  new Set(
    variants.flatMap(({ layers }) =>
      layers.flatMap(({ fragment }) => (form === undefined || fragment.form === form ? [fragmentId(fragment)] : [])),
    ),
  );

const filesBelow = (graph: Graph, variants: readonly Variant[]): Set<string> =>
  new Set(variants.flatMap(({ kustomization }) => [...reachableFrom(graph, kustomization)]));

/** A document with references, and how they follow. */
export interface PlannedReference {
  readonly reference: ReferenceDocument;
  readonly plan: ReferencePlan;
}

class References {
  readonly #graph: Graph;
  readonly #mattermosts: MattermostsOf;
  readonly #all: readonly ReferenceDocument[];

  constructor(graph: Graph, mattermosts: MattermostsOf) {
    this.#graph = graph;
    this.#mattermosts = mattermosts;
    this.#all = referenceDocuments(graph).filter(({ value, role }) => refers(planReferences(value, role, UNKNOWN_CONTEXT)));
  }

  of(variants: readonly Variant[]): ReferenceDocument[] {
    const files = filesBelow(this.#graph, variants);
    return this.#all.filter(({ kustomization }) => files.has(kustomization));
  }

  planned(variants: readonly Variant[], options: ReadonlyMap<Variant | undefined, ConvertOptions>): PlannedReference[] {
    const documents = new Map(this.of(variants).map((reference) => [JSON.stringify([reference.at, reference.role]), reference]));
    return [...documents.values()].map((reference) => {
      const readers = variants.filter(({ kustomization }) => reachableFrom(this.#graph, kustomization).has(reference.kustomization));
      const installations = readers.flatMap((variant) => {
        const own = options.get(variant);
        return own === undefined ? [] : [{ built: variant.built, options: own }];
      });
      const context = contextOf(installations, mattermostsBeside(reference, this.#graph, this.#mattermosts));
      return { reference, plan: planReferences(reference.value, reference.role, context) };
    });
  }
}

function faultFinder(graph: Graph, troubles: readonly Trouble[]): Kustomizations['faultsOf'] {
  const breaking = troubles.filter(({ code }) => BREAKS_BUILD.has(code));
  /** Those that hide what a kustomization includes, with what its words may lead to. */
  const hiding = troubles
    .filter(({ code }) => code === 'unreadable-kustomization' || code === 'several-kustomizations')
    .map((trouble) => ({
      trouble: trouble.code === 'unreadable-kustomization' ? { ...trouble, message: HIDDEN } : trouble,
      paths: pathsIn(graph.files.text(trouble.file)?.text ?? '', directoryOf(trouble.file)),
    }));
  return (variants) => {
    const files = filesBelow(graph, variants);
    const directories = new Set([...files].map(directoryOf));
    const above = hiding.filter(
      ({ trouble, paths }) => !files.has(trouble.file) && [...paths].some((path) => files.has(path) || directories.has(path)),
    );
    return [...breaking.filter(({ file }) => files.has(file)), ...above.map(({ trouble }) => trouble)];
  };
}

const HIDDEN = 'this kustomization can not be read, and names what an installation is built from';

/** Troubles with which kustomize itself builds nothing, or not what this reading has seen. */
const BREAKS_BUILD: ReadonlySet<Trouble['code']> = new Set([
  'unreadable-kustomization',
  'unknown-field',
  'several-kustomizations',
  'wrong-kind',
  'missing',
  'outside-root',
  'cycle',
  'unreadable-manifest',
  'unreadable-patch',
  'patch-fails',
  'patch-without-match',
  'patch-with-several-matches',
  'bad-selector',
  'duplicate-resource',
]);

/** Whether a kustomization that can't be read may use a file: one beside it, or one that its text names. */
function mayRead(kustomization: string, text: string, file: string): boolean {
  const directory = directoryOf(kustomization);
  const relative = directory === '' ? file : file.slice(directory.length + 1);
  return directoryOf(file) === directory || (holds(directory, directoryOf(file)) && text.includes(relative));
}

const idOf = ({ file, document, path }: Resource): string => fragmentId({ at: { file, document, inline: null }, path });

function textOf(file: string, source: Source): string {
  const content = source.read(file);
  return isUnreadable(content) ? '' : (decodeUtf8(content) ?? '');
}

/** Files that kustomizations read as resources or patches. */
function filesRead(graph: Graph): Set<string> {
  const files = new Set<string>();
  for (const node of graph.nodes.values()) {
    for (const input of [...node.resources, ...node.transformers]) if (input.leadsTo === 'file') files.add(input.file);
    for (const file of patchFiles(node)) files.add(file);
  }
  return files;
}

function patchFiles({ kustomization }: GraphNode): string[] {
  const entries = [...kustomization.patches, ...kustomization.patchesStrategicMerge, ...kustomization.patchesJson6902];
  return entries.flatMap(({ source }) =>
    source === null || source.inline ? [] : (resolveFrom(kustomization.directory, source.text) ?? []),
  );
}

/** The Secrets that a kustomization builds, its bases included, under the names that references use before the build. */
function secretsReader(graph: Graph, source: Source): (kustomization: string) => readonly SecretSource[] {
  const known = new Map<string, readonly SecretSource[]>();
  return (kustomization) => {
    const before = known.get(kustomization);
    if (before !== undefined) return before;
    const nodes = [...reachableFrom(graph, kustomization)].flatMap((file) => graph.nodes.get(file) ?? []);
    const resources = nodes.flatMap((node) => secretResources(node, graph.files));
    const secrets = readSecretSources(resources, (file) => (source.exists(file) ? textOf(file, source) : null));
    known.set(kustomization, secrets);
    return secrets;
  };
}

function secretResources(node: GraphNode, files: Files): Resource[] {
  const inputs = [...node.resources, ...node.generators].filter(({ leadsTo }) => leadsTo === 'file');
  const own = files.manifest(node.kustomization.file)?.resources ?? [];
  return [...own, ...inputs.flatMap(({ file }) => files.manifest(file)?.resources ?? [])].filter(makesSecrets);
}
