import { buildVariants } from '../kustomize/build.ts';
import type { Build, IdlePatch } from '../kustomize/build.ts';
import { compileGoRegExp } from '../kustomize/go-regexp.ts';
import { mapsAt, textAt, textOrEmpty, textsAt } from '../kustomize/located.ts';
import type { Text } from '../kustomize/located.ts';
import { readStructures } from '../kustomize/files.ts';
import type { Files } from '../kustomize/files.ts';
import { readGraph } from '../kustomize/graph.ts';
import type { EngineInput, Graph, GraphNode, Input } from '../kustomize/graph.ts';
import { reachableFrom } from '../kustomize/graph-walk.ts';
import { fragmentId } from '../kustomize/model.ts';
import type { FragmentForm, Variant } from '../kustomize/model.ts';
import { directoryOf, fileOfKey, holds } from '../kustomize/paths.ts';
import { Reach, wordsIn } from '../kustomize/reach.ts';
import type { Kustomization } from '../kustomize/kustomization.ts';
import type { NodePath, KustomizeProblem } from '../kustomize/problem.ts';
import { contextOf, UNKNOWN_CONTEXT } from '../references/kustomize/context.ts';
import { mattermostsBeside, referenceDocuments } from '../references/kustomize/documents.ts';
import type { MattermostsOf, ReferenceDocument } from '../references/kustomize/documents.ts';
import { refers } from '../references/kustomize/plan.ts';
import { planReferences } from '../references/kustomize/referrers.ts';
import type { ReferencePlan } from '../references/referrer.ts';
import { connect, enginesIn } from './connection.ts';
import type { Listing } from './connection.ts';
import { familiesOf } from './family.ts';
import type { Family } from './family.ts';
import { IS_KIND } from './followed-kind.ts';
import type { FollowedKind } from './followed-kind.ts';
import type { Manifest } from '../manifests/read.ts';
import { isMap, stringAt } from '../model/value.ts';
import type { Path, ValueMap } from '../model/value.ts';
import type { Resource } from '../model/installation.ts';
import { namespaceFinder } from '../kustomize/namespaces.ts';
import type { ConversionOptions } from '../operator/convert.ts';
import { OLD } from '../operator/fields.ts';
import { makesSecrets, readSecretSources, unite } from '../secrets/index.ts';
import type { SecretSource } from '../secrets/index.ts';
import { decodeUtf8 } from '../yaml/text.ts';
import { isUnreadable } from '../manifests/source.ts';
import type { ListedFile, Source } from '../manifests/source.ts';
import { untoldChanges } from './untold.ts';
import type { UntoldChange } from './untold.ts';

/** The kustomizations that have to do with installations, followed. */
export interface Kustomizations {
  readonly graph: Graph;
  readonly variants: readonly Variant[];
  /** Kustomizations that are no YAML: nothing is known of what lies beside and below them. */
  readonly unreadable: readonly KustomizeProblem[];
  /** `family`: judged with its family. `patch`: one that changes no installation. `unbuilt`: a kustomization reads the file, but builds no installation from this place. `none`: it stands alone. */
  readonly roleOf: (resource: Resource) => 'family' | 'patch' | 'unbuilt' | 'none';
  /** Whether a resource of a family is a patch and no whole installation. */
  readonly isPatch: (resource: Resource) => boolean;
  /** Patches that are meant for installations and change none, but for those that are manifests of their own. */
  readonly unusedPatches: readonly IdlePatch[];
  /** Documents that refer to installations in kustomizations that build none. */
  readonly unusedReferences: () => readonly ReferenceDocument[];
  /** The Secrets that a kustomization builds. */
  readonly secretsOf: (kustomization: string) => readonly SecretSource[];
  /** Variants that share fragments, or documents with references. */
  readonly families: () => readonly Family[];
  /** Each document that refers to what variants are built from, planned for the installations of all that read it. */
  readonly plannedReferences: (
    variants: readonly Variant[],
    options: ReadonlyMap<Variant, ConversionOptions | undefined>,
  ) => readonly PlannedReference[];
  /** What keeps kustomizations from being built, or from being seen as a whole. */
  readonly faultsOf: (kustomizations: readonly string[]) => readonly KustomizeProblem[];
  /** The same kustomizations with other contents of some files, followed for resources of the old or of the new kind. */
  readonly followedWith: (contents: ReadonlyMap<string, Uint8Array>, kind: FollowedKind) => Pick<Build, 'variants' | 'problems'>;
  /** What engines add to directories of this repository that have to do with installations. */
  readonly engines: readonly EngineInput[];
  /** What engines change that build from other repositories, or from where nobody can tell. */
  readonly untold: readonly UntoldChange[];
  /** The ConfigMaps and Secrets that generators make of one of some files. */
  readonly generatedFrom: (files: Iterable<string>) => readonly GeneratedFrom[];
  /** The namespaces that the resources of a file come to stand in where they name none; null where not all who read it set one. */
  readonly namespacesOf: (file: string) => readonly string[] | null;
  /** Every kustomization that is made of one of some files, in whatever way. */
  readonly readersOf: (files: Iterable<string>) => readonly Reader[];
}

/** Reads what the kustomizations of a repository make of the installations in manifests; null where none has to do with them. */
export function readKustomizations(source: Source, listing: Listing, manifests: readonly Manifest[]): Kustomizations | null {
  const connection = connect(source, listing, manifests);
  const { files, reach, whole, engines, connected } = connection;
  const untold = untoldChanges(connection, listing);
  if (connected.length === 0 && engines.length === 0 && untold.length === 0) return null;
  const graph = readGraph({ kustomizations: connected, files, engines });
  const { variants, idlePatches, mattermosts, problems } = buildVariants(graph, IS_KIND[listing.kind]);
  const families = fragmentKeys(variants);
  const patches = fragmentKeys(variants, 'strategic-merge');
  const names = new Set([...whole, ...variants].map(({ name }) => name));
  const unused = idlePatches.filter((patch) => meansInstallation(patch, names));
  const idle = new Set(unused.map(({ fragment }) => fragmentId(fragment)));
  const used = filesRead(graph);
  const references = new References(graph, mattermosts);
  const leftOut = new Set(listing.kustomizations.flatMap(({ file, leftOut }) => (leftOut === null ? [] : [file])));
  const unreadable = problems.filter(({ code }) => code === 'unreadable-kustomization');
  const namespaces = namespaceFinder(graph);
  const graphWith = (changed: Files): Graph =>
    readGraph({ kustomizations: connected, files: changed, engines: enginesIn(connection, changed) });
  return {
    graph,
    variants,
    unreadable,
    unusedPatches: unused.filter(({ fragment }) => fragment.form === 'json6902' || fragment.at.inline !== null),
    unusedReferences: () => references.unusedBy(variants),
    secretsOf: secretsReader(graph, source),
    families: () => familiesOf(variants, (variant) => references.of([variant]).map(({ at }) => JSON.stringify(at))),
    plannedReferences: (own, options) => references.planned(own, options),
    faultsOf: faultFinder(
      graph,
      reach,
      // What is left out holds families up by itself.
      problems.filter(({ file }) => !leftOut.has(file)),
    ),
    followedWith: (contents, kind) => buildVariants(contents.size === 0 ? graph : graphWith(files.with(contents)), IS_KIND[kind]),
    untold,
    engines,
    generatedFrom: (changed) => generatedFrom(graph, new Set(changed)),
    readersOf: readerFinder(graph, reach, [...listing.kustomizations, ...listing.engines]),
    namespacesOf: (file) => {
      const isSeen = reach.readersOf([file]).every((each) => graph.nodes.has(each));
      const found = [...namespaces(file)];
      return isSeen && found.length > 0 && !found.includes(null) ? found.filter((each) => each !== null) : null;
    },
    isPatch: (resource) => patches.has(idOf(resource)),
    roleOf: (resource) => {
      if (families.has(idOf(resource))) return 'family';
      if (idle.has(idOf(resource))) return 'patch';
      return used.has(resource.file) || unreadable.some(({ file }) => mayRead(file, files, resource.file)) ? 'unbuilt' : 'none';
    },
  };
}

/** Whether a patch that changes nothing was meant for installations, by its own words or by the name of one. */
function meansInstallation({ fragment, target }: IdlePatch, names: ReadonlySet<string>): boolean {
  if (target === null)
    return stringAt(fragment.value, ['kind']) === OLD.kind && stringAt(fragment.value, ['apiVersion']) === OLD.apiVersion;
  const fits = (pattern: Text | null, text: string): boolean => pattern === null || compileGoRegExp(pattern.text)?.test(text) === true;
  if (!fits(target.group, OLD.group) || !fits(target.kind, OLD.kind)) return false;
  return target.kind !== null || target.group !== null || (target.name !== null && [...names].some((name) => fits(target.name, name)));
}

/** What a generator makes of a file. */
interface GeneratedFrom {
  readonly entry: NodePath;
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly file: string;
}

function generatedFrom({ nodes, files }: Graph, changed: ReadonlySet<string>): GeneratedFrom[] {
  return [...nodes.values()].flatMap((node) =>
    generatorsOf(node, files).flatMap(({ value, at, kind, name }) =>
      [...textsAt(value, ['files']), ...textsAt(value, ['envs']), ...[textAt(value, ['env']) ?? []].flat()].flatMap(({ text, path }) => {
        // `key=file`, or the file alone.
        const file = files.resolve(node.kustomization.directory, text.slice(text.indexOf('=') + 1));
        return file === null || !changed.has(file) ? [] : [{ entry: { ...at, path: [...at.path, ...path] }, kind, name, file }];
      }),
    ),
  );
}

interface ListedGenerator extends Pick<GeneratedFrom, 'kind' | 'name'> {
  readonly value: ValueMap;
  readonly at: NodePath;
}

/** What makes ConfigMaps and Secrets: entries of a kustomization, and generators of their own that are built in. */
function generatorsOf({ kustomization, generators }: GraphNode, files: Files): ListedGenerator[] {
  const { file, document, base, value } = kustomization;
  const entries = (['configMapGenerator', 'secretGenerator'] as const).flatMap((field) =>
    mapsAt(value, [field]).map((item): ListedGenerator => ({
      value: item.value,
      at: { file, document, path: [...base, ...item.path] },
      kind: field === 'configMapGenerator' ? 'ConfigMap' : 'Secret',
      name: textOrEmpty(item.value, ['name']),
    })),
  );
  const plugins = generators.flatMap((input) => {
    if (input.leadsTo !== 'file' && input.leadsTo !== 'inline') return [];
    const documents = input.leadsTo === 'file' ? files.structures(input.file) : readStructures(input.text);
    const at = (index: number): NodePath =>
      input.leadsTo === 'file' ? { file: input.file, document: index, path: [] } : { file, document, path: [...base, ...input.path] };
    return documents.flatMap(({ value: plugin, index }) => (isMap(plugin) ? builtinGenerator(plugin, at(index)) : []));
  });
  return [...entries, ...plugins];
}

function builtinGenerator(value: ValueMap, at: NodePath): ListedGenerator[] {
  const kind = /^(ConfigMap|Secret)Generator$/.exec(textOrEmpty(value, ['kind']))?.[1];
  return kind === 'ConfigMap' || kind === 'Secret' ? [{ value, at, kind, name: textOrEmpty(value, ['metadata', 'name']) }] : [];
}

/** A kustomization that is built by itself, by its key in the graph, and why runs leave it alone. */
export interface Reader extends ListedFile {
  /** Nothing includes it. */
  readonly root: boolean;
}

function readerFinder(graph: Graph, reach: Reach, listed: readonly ListedFile[]): Kustomizations['readersOf'] {
  const leftOut = new Map(listed.map((each) => [each.file, each.leftOut]));
  const engines = [...graph.nodes.values()].filter(({ kustomization }) => kustomization.base.length > 0);
  return (files) => {
    const changed = new Set(files);
    const readers = new Set(reach.readersOf(changed));
    const above = engines.filter(
      ({ kustomization, resources, components }) =>
        changed.has(kustomization.file) || [...resources, ...components].some(({ file }) => readers.has(file) || changed.has(file)),
    );
    const keys = [...readers, ...above.map(({ kustomization }) => kustomization.id)];
    return keys.flatMap((key) => {
      const node = graph.nodes.get(key);
      if (node === undefined || node.kustomization.kind === 'Component') return [];
      return [{ file: key, leftOut: leftOut.get(fileOfKey(key)) ?? null, root: node.root }];
    });
  };
}

/** The places of fragments, of one form or of all: what stands there is judged with its family and not by itself. */
const fragmentKeys = (variants: readonly Variant[], form?: FragmentForm): Set<string> =>
  new Set(
    variants.flatMap(({ layers }) =>
      layers.flatMap(({ fragment }) => (form === undefined || fragment.form === form ? [fragmentId(fragment)] : [])),
    ),
  );

const filesBelow = (graph: Graph, kustomizations: readonly string[]): Set<string> =>
  new Set(kustomizations.flatMap((kustomization) => [...reachableFrom(graph, kustomization)]));

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
    const files = filesBelow(
      this.#graph,
      variants.map(({ kustomization }) => kustomization),
    );
    return this.#all.filter(({ kustomization }) => files.has(kustomization));
  }

  /** What no kustomization reads that builds an installation, or is made of what one is made of. */
  unusedBy(variants: readonly Variant[]): ReferenceDocument[] {
    const used = new Set(this.of(variants).map(({ at }) => at.file));
    return this.#all.filter(({ at, value, role }) => !used.has(at.file) && planReferences(value, role, UNKNOWN_CONTEXT).batches.length > 0);
  }

  planned(variants: readonly Variant[], options: ReadonlyMap<Variant, ConversionOptions | undefined>): PlannedReference[] {
    const documents = new Map(this.of(variants).map((reference) => [JSON.stringify([reference.at, reference.role]), reference]));
    return [...documents.values()].map((reference) => {
      const readers = variants.filter(({ kustomization }) => reachableFrom(this.#graph, kustomization).has(reference.kustomization));
      const installations = readers.flatMap((variant) => {
        const own = options.get(variant);
        return own === undefined ? [] : [{ built: variant.built, options: own }];
      });
      const context = contextOf(installations, mattermostsBeside(reference, this.#graph, this.#mattermosts));
      return { reference, plan: below(reference.base, planReferences(reference.value, reference.role, context)) };
    });
  }
}

/** A plan for a value, as one for the document in which it stands. */
const below = (base: Path, { batches, obstacles }: ReferencePlan): ReferencePlan =>
  base.length === 0
    ? { batches, obstacles }
    : {
        batches: batches.map((batch) => batch.map((operation) => ({ ...operation, path: [...base, ...operation.path] }))),
        obstacles: obstacles.map((obstacle) => ({ ...obstacle, path: [...base, ...obstacle.path] })),
      };

/** The parts of engines that a problem stands in: they go by keys of their own, as an object is one of many in its file. */
const partsAt = ({ file, document, path }: KustomizeProblem, engines: readonly Kustomization[]): string[] =>
  engines
    .filter((each) => each.file === file && each.document === document && each.base.every((step, index) => path[index] === step))
    .map(({ id }) => id);

function faultFinder(graph: Graph, reach: Reach, problems: readonly KustomizeProblem[]): Kustomizations['faultsOf'] {
  const engines = [...graph.nodes.values()].map(({ kustomization }) => kustomization).filter(({ base }) => base.length > 0);
  // A problem may stand in what a kustomization reads, such as the file of a transformer.
  const breaking = problems
    .filter(({ code }) => BREAKS_BUILD.has(code))
    .map((problem) => ({ problem, users: [problem.file, ...partsAt(problem, engines), ...reach.readersOf(new Set([problem.file]))] }));
  /** Those that hide what a kustomization includes, with what its words may lead to. */
  const hiding = problems
    .filter(({ code }) => code === 'unreadable-kustomization' || code === 'several-kustomizations')
    .map((problem) => ({
      problem: problem.code === 'unreadable-kustomization' ? { ...problem, message: HIDDEN } : problem,
      paths: pathsIn(problem.file, graph.files),
    }));
  return (kustomizations) => {
    const files = filesBelow(graph, kustomizations);
    const directories = new Set([...files].map(directoryOf));
    const above = hiding.filter(
      ({ problem, paths }) => !files.has(problem.file) && [...paths].some((path) => files.has(path) || directories.has(path)),
    );
    const own = breaking.filter(({ users }) => users.some((file) => files.has(file)));
    return [...own, ...above].map(({ problem }) => problem);
  };
}

const HIDDEN = 'this kustomization can not be read, and names what an installation is built from';

/** Problems with which kustomize itself builds nothing, or not what this reading has seen. */
const BREAKS_BUILD: ReadonlySet<KustomizeProblem['code']> = new Set([
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
  'too-many-resources',
]);

/** Every word of a kustomization that could be a path. */
const pathsIn = (kustomization: string, files: Files): Set<string> =>
  new Set(wordsIn(files.text(kustomization)?.text ?? '').flatMap((word) => files.resolve(directoryOf(kustomization), word) ?? []));

/** Whether a kustomization that can't be read may use a file: one beside it, or one that its text names. */
function mayRead(kustomization: string, files: Files, file: string): boolean {
  const directory = directoryOf(kustomization);
  const relative = directory === '' ? file : file.slice(directory.length + 1);
  return (
    directoryOf(file) === directory || (holds(directory, directoryOf(file)) && (files.text(kustomization)?.text ?? '').includes(relative))
  );
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
    for (const file of [...patchFiles(node, graph.files), ...pluginFiles(node, graph.files)]) files.add(file);
  }
  return files;
}

/** The files that patches among the transformers are in. */
function pluginFiles({ kustomization, transformers }: GraphNode, files: Files): string[] {
  const documents = transformers.flatMap(({ leadsTo, file, text }) =>
    leadsTo === 'file' ? files.structures(file) : leadsTo === 'inline' ? readStructures(text) : [],
  );
  return documents.flatMap(({ value }) =>
    value === null
      ? []
      : [textAt(value, ['path']) ?? [], textsAt(value, ['paths'])]
          .flat()
          .flatMap(({ text }) => files.resolve(kustomization.directory, text) ?? []),
  );
}

function patchFiles({ kustomization }: GraphNode, files: Files): string[] {
  const entries = [...kustomization.patches, ...kustomization.patchesStrategicMerge, ...kustomization.patchesJson6902];
  return entries.flatMap(({ source }) =>
    source === null || source.inline ? [] : (files.resolve(kustomization.directory, source.text) ?? []),
  );
}

/**
 * The Secrets that a kustomization builds, its bases included: plain ones as they are built, with what patches and replacements do to them;
 * those that something else makes under the names that references use before the build, with what generators above add or put in their place.
 */
function secretsReader(graph: Graph, source: Source): (kustomization: string) => readonly SecretSource[] {
  const readFile = (file: string): string | null => (source.exists(file) ? textOf(file, source) : null);
  const made = new MadeSecrets(graph, readFile);
  const known = new Map<string, readonly SecretSource[]>();
  let built: Build | null = null;
  return (kustomization) => {
    const before = known.get(kustomization);
    if (before !== undefined) return before;
    const { variants, idlePatches } = (built ??= buildVariants(graph, isPlainSecret));
    const files = new Set([...reachableFrom(graph, kustomization)].map(fileOfKey));
    const patches = idlePatches.filter(({ entry }) => files.has(entry.file));
    const others = made
      .of(kustomization)
      .map((each) => (each.generator !== null && patches.some((patch) => mayPatchSecret(patch, each.name)) ? asUncertain(each) : each));
    const replaced = new Set(others.flatMap(({ generator, name }) => (generator?.behavior === 'replace' ? [name] : [])));
    const plain = variants.filter((variant) => variant.kustomization === kustomization && variant.deleted === null);
    const secrets = [
      ...plain
        .filter(({ name }) => !replaced.has(name))
        .flatMap((variant) =>
          readSecretSources(builtSecrets(variant, graph, kustomization), readFile).map((each) =>
            variant.opaque.length > 0 ? asUncertain(each) : each,
          ),
        ),
      ...others,
    ];
    known.set(kustomization, secrets);
    return secrets;
  };
}

/** Changed in a way that is not followed: there may be keys that are not known of, and none that can be relied on. */
const asUncertain = (source: SecretSource): SecretSource => ({ ...source, keys: new Set(), complete: false });

/** What kustomizations make of generators and other resources that end up as Secrets, as kustomize accumulates it. */
class MadeSecrets {
  readonly #graph: Graph;
  readonly #readFile: (file: string) => string | null;
  readonly #known = new Map<string, readonly SecretSource[]>();

  constructor(graph: Graph, readFile: (file: string) => string | null) {
    this.#graph = graph;
    this.#readFile = readFile;
  }

  of(kustomization: string): readonly SecretSource[] {
    const known = this.#known.get(kustomization) ?? this.#above(kustomization, []);
    this.#known.set(kustomization, known);
    return known;
  }

  /** Resources come first, then components, which act on what is there, then the generators of the kustomization itself. */
  #above(kustomization: string, below: readonly SecretSource[]): readonly SecretSource[] {
    const node = this.#graph.nodes.get(kustomization);
    if (node === undefined) return below;
    const { file, base } = node.kustomization;
    const resources = node.resources.flatMap((input) => (input.leadsTo === 'kustomization' ? this.of(input.file) : this.#read([input])));
    const withComponents = node.components.reduce<readonly SecretSource[]>(
      (all, input) => (input.leadsTo === 'kustomization' ? this.#above(input.file, all) : all),
      [...below, ...resources],
    );
    const own = base.length > 0 ? [] : this.#sources(this.#graph.files.manifest(file)?.resources ?? []);
    return [...this.#read(node.generators), ...own].reduce(withGenerated, withComponents);
  }

  #read(inputs: readonly Input[]): SecretSource[] {
    const files = inputs.flatMap((input) => (input.leadsTo === 'file' ? [input.file] : []));
    return this.#sources(files.flatMap((file) => this.#graph.files.manifest(file)?.resources ?? []));
  }

  #sources(resources: readonly Resource[]): SecretSource[] {
    return readSecretSources(
      resources.filter((resource) => makesSecrets(resource) && !isPlainSecret(resource)),
      this.#readFile,
    );
  }
}

/** A generator that merges, or replaces, does so to the one that made the Secret below. What stands in a file of resources is not known to it. */
function withGenerated(all: readonly SecretSource[], added: SecretSource): readonly SecretSource[] {
  const behavior = added.generator?.behavior ?? 'create';
  const isSame = ({ name, generator }: SecretSource): boolean => name === added.name && generator !== null;
  if (behavior === 'create' || !all.some(isSame)) return [...all, added];
  return all.map((each) => {
    if (!isSame(each)) return each;
    const keys = behavior === 'merge' ? unite([each, added]) : added;
    return { ...each, keys: keys.keys, emptyKeys: keys.emptyKeys, complete: keys.complete, origin: added.origin };
  });
}

const isPlainSecret = ({ apiVersion, kind }: Pick<Resource, 'apiVersion' | 'kind'>): boolean => apiVersion === 'v1' && kind === 'Secret';

/** Whether a patch that found nothing to change may be for a Secret that a generator makes. */
function mayPatchSecret({ fragment, target }: IdlePatch, secret: string): boolean {
  if (target === null) return stringAt(fragment.value, ['kind']) === 'Secret' && stringAt(fragment.value, ['metadata', 'name']) === secret;
  const fits = (pattern: Text | null, text: string): boolean => pattern === null || compileGoRegExp(pattern.text)?.test(text) !== false;
  return fits(target.group, '') && fits(target.version, 'v1') && fits(target.kind, 'Secret') && fits(target.name, secret);
}

/** The Secret as it is built; under the name that it had before as well, where kustomize is told to carry new names over to installations. */
function builtSecrets({ layers: [layer], built, name, namespace }: Variant, graph: Graph, kustomization: string): Resource[] {
  if (layer === undefined) return [];
  const { at, path } = layer.fragment;
  const written = graph.files
    .manifest(at.file)
    ?.resources.find((each) => each.document === at.document && JSON.stringify(each.path) === JSON.stringify(path));
  if (written === undefined) return [];
  const names = carriesNames(graph, kustomization) ? new Set([name, written.name]) : new Set([name]);
  return [...names].map((each) => ({ ...written, value: built, name: each, namespace }));
}

/** Whether a configuration says that installations hold the names of Secrets. */
const carriesNames = (graph: Graph, kustomization: string): boolean =>
  [...reachableFrom(graph, kustomization)].some((file) => {
    const node = graph.nodes.get(file)?.kustomization;
    const texts = node?.configurations.map(({ text }) => graph.files.resolve(node.directory, text)) ?? [];
    return texts.some((each) => each !== null && /nameReference[^]*spec\/database\/secret/.test(graph.files.text(each)?.text ?? ''));
  });
