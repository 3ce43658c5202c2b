import type { Resource } from '../model/installation.ts';
import { isList, isMap } from '../model/value.ts';
import type { Path, Value } from '../model/value.ts';
import type { IngressStyle } from '../operator/convert.ts';
import { isInstallation, isMattermost } from '../manifests/read.ts';
import { PatchFailure } from './patch/failure.ts';
import { asKustomizeReads } from './patch/reading.ts';
import { EMPTY_CONFIGURATION, mergeConfigurations, readConfiguration } from './configuration.ts';
import type { Configuration } from './configuration.ts';
import { readStructures } from './files.ts';
import type { Graph, GraphNode, Input } from './graph.ts';
import { readPatchSource } from './kustomization.ts';
import type { Kustomization, PatchEntry } from './kustomization.ts';
import { compileGoRegExp } from './go-regexp.ts';
import { extendedBy, reachableFrom, rootsAbove } from './graph-walk.ts';
import { directsItems, mergesLists } from './list-merges.ts';
import { fragmentId } from './model.ts';
import type { Fragment, Layer, Variant } from './model.ts';
import { isNeutral } from './neutral.ts';
import { patched, withLayer } from './patching.ts';
import type { PatchManner } from './patching.ts';
import { readPatchText } from './patch-text.ts';
import type { PatchHome } from './patch-text.ts';
import { Pool } from './pool.ts';
import { readReplacements } from './replacement.ts';
import type { Replacement } from './replacement.ts';
import {
  effectiveNamespace,
  identityOf,
  nameOf,
  namespaceOf,
  opaque,
  remembered,
  resourcesWithIdOf,
  shownResource,
  typeOf,
} from './resource.ts';
import type { BuiltResource } from './resource.ts';
import { readSelector, targetTest } from './selector.ts';
import type { Selector } from './selector.ts';
import { textAt, textOrEmpty } from './located.ts';
import type { Text } from './located.ts';
import { withMetadataOf, withNumbersAndImagesOf, withPlugin } from './transformers.ts';
import { chosenBy, unknownBelow, unknownNeeded, withCopies, withReplacement, withVariables } from './unknown-fields.ts';
import { problemAt } from './problem.ts';
import type { NodePath, KustomizeProblem, KustomizeProblemCode } from './problem.ts';

/** What every kustomization of a graph makes of the installations. */
export interface Build {
  readonly variants: readonly Variant[];
  /** Patches that change no installation, and no other resource by a target: the base is remote, made by a program, or gone. */
  readonly idlePatches: readonly IdlePatch[];
  /** By kustomization file, the resources of the new kind that it works on: as they come to it, and as they leave it. */
  readonly mattermosts: ReadonlyMap<string, readonly BuiltResource[]>;
  readonly problems: readonly KustomizeProblem[];
}

/** Follows every kustomization as kustomize builds it, as far as installations are concerned, or resources of another kind. */
export function buildVariants(graph: Graph, isFollowed: IsFollowed = isInstallation): Build {
  const builder = new Builder(graph, isFollowed);
  const variants = [...graph.nodes.values()].flatMap((node) => builder.variantsOf(node));
  return {
    variants: [...variants, ...builder.deletedVariants()].map((variant) => builder.withStrangers(variant)),
    idlePatches: builder.idlePatches(),
    mattermosts: builder.mattermosts,
    problems: [...graph.problems, ...builder.problems],
  };
}

/** A patch that nothing was seen to be changed by. */
export interface IdlePatch {
  readonly fragment: Fragment;
  /** The entry that names it. */
  readonly entry: NodePath;
  readonly target: Selector | null;
}

interface PatchUse extends IdlePatch {
  /** Whether it changes an installation anywhere, and whether anything. */
  readonly followed: boolean;
  readonly chosen: boolean;
}

type IsFollowed = (resource: Pick<Resource, 'apiVersion' | 'kind'>) => boolean;

/** What kustomize has gathered at some point of a build. */
interface Accumulated {
  readonly resources: readonly BuiltResource[];
  /** Of the bases too: it reaches the overlays above them. */
  readonly configuration: Configuration;
  /** Something that is not followed may have given names to resources. */
  readonly mayRename: boolean;
}

class Builder {
  readonly problems: KustomizeProblem[] = [];
  readonly mattermosts = new Map<string, BuiltResource[]>();
  readonly #graph: Graph;
  readonly #isFollowed: IsFollowed;
  readonly #mergesLists: boolean;
  readonly #built = new Map<string, Accumulated>();
  readonly #deleted: {
    readonly resource: BuiltResource;
    readonly layer: Layer;
    readonly by: KustomizeProblem;
    readonly kustomization: string;
  }[] = [];
  /** The kustomization that is being built; its components work on its resources. */
  #building = '';
  readonly #patches = new Map<string, PatchUse>();
  /** By fragment, where it changes resources that are not followed. */
  readonly #strangers = new Map<string, KustomizeProblem[]>();

  constructor(graph: Graph, isFollowed: IsFollowed) {
    this.#graph = graph;
    this.#isFollowed = isFollowed;
    this.#mergesLists = mergesLists(graph);
  }

  variantsOf(node: GraphNode): Variant[] {
    const { id } = node.kustomization;
    if (node.kustomization.kind === 'Component') return [];
    const { resources, configuration } = this.#build(node);
    const own = resources
      .filter(({ followed, fragment }) => followed && fragment !== null)
      .map((each) => withVariables(each, configuration.varReference));
    return own.map((resource) => variantOf(resource, id, node.root));
  }

  /** Installations that patches delete, once for each root that would build them. */
  deletedVariants(): Variant[] {
    return this.#deleted.flatMap(({ resource, layer, by, kustomization }) =>
      rootsAbove(this.#graph, kustomization).map((file) => ({
        ...variantOf(resource, file, true),
        layers: [...resource.layers, layer],
        inputs: [...resource.inputs, resource.value],
        states: [...resource.states, null],
        deleted: by,
      })),
    );
  }

  /** A patch that changes other resources as well, in whatever kustomization, can't follow the installation. */
  withStrangers(variant: Variant): Variant {
    const sharedWith = (style: IngressStyle): KustomizeProblem[] =>
      variant.layers.flatMap(({ fragment }) => (isNeutral(fragment, style) ? [] : (this.#strangers.get(fragmentId(fragment)) ?? [])));
    return { ...variant, opaque: [...variant.opaque, ...sharedWith('keep')], opaqueIfModern: sharedWith('modern') };
  }

  idlePatches(): IdlePatch[] {
    for (const node of this.#graph.nodes.values())
      if (node.kustomization.kind === 'Component' && node.includedBy.length === 0) this.#noteUnused(node);
    return [...this.#patches.values()].filter(({ followed, chosen, target }) => !followed && !(chosen && target !== null));
  }

  /** The patches of a component that nobody uses. */
  #noteUnused({ kustomization }: GraphNode): void {
    for (const entry of [...kustomization.patches, ...kustomization.patchesStrategicMerge, ...kustomization.patchesJson6902]) {
      const use = {
        entry: { file: kustomization.file, document: kustomization.document, path: entry.path },
        target: entry.target,
        followed: false,
        chosen: false,
      };
      for (const fragment of this.#fragmentsOf(entry, kustomization)) this.#noteUse(fragment, use);
    }
  }

  #isOurs(value: Value): boolean {
    return this.#isFollowed({ apiVersion: textOrEmpty(value, ['apiVersion']), kind: textOrEmpty(value, ['kind']) });
  }

  #build(node: GraphNode): Accumulated {
    const { id } = node.kustomization;
    const known = this.#built.get(id);
    if (known !== undefined) return known;
    const outer = this.#building;
    // What an engine adds comes last in each step of the kustomization that it is added to.
    const extended = extendedBy(node, this.#graph);
    const parts = extended === null ? [node] : [withoutOverridden(extended, node), node];
    const bases = this.#gathered(parts[0] ?? node, NO_RESOURCES);
    this.#building = id;
    const accumulated = this.#accumulated(parts, bases);
    this.#building = outer;
    this.#built.set(id, accumulated);
    return accumulated;
  }

  /** What a kustomization, of one part or two, makes of its resources; a component works on those that were there before it. */
  #accumulated(parts: readonly GraphNode[], before: Accumulated): Accumulated {
    let all = before;
    for (const input of parts.flatMap(({ components }) => components)) {
      const component = this.#graph.nodes.get(input.file);
      if (input.leadsTo === 'kustomization' && component !== undefined)
        all = this.#accumulated([component], this.#gathered(component, all));
    }
    const configuration = parts.map((part) => this.#ownConfiguration(part)).reduce(mergeConfigurations, all.configuration);
    const mayRename = parts.some(({ kustomization: { replacements, transformers, vars } }) =>
      [replacements, transformers, vars].some((list) => list.length > 0),
    );
    return { resources: this.#transformed(parts, { ...all, configuration }), configuration, mayRename: all.mayRename || mayRename };
  }

  /** What was there before, and the resources of a kustomization. One that is there already is not added again: kustomize refuses to. */
  #gathered(node: GraphNode, before: Accumulated): Accumulated {
    const resources = [...before.resources];
    const known = new Set(resources.map(registered));
    let followed = resources.filter((resource) => resource.followed).length;
    let { configuration, mayRename } = before;
    for (const input of node.resources) {
      const own = this.#read(input);
      const fresh = own.resources.filter((resource) => isNew(resource, known));
      configuration = mergeConfigurations(configuration, own.configuration);
      mayRename ||= own.mayRename;
      followed += fresh.filter((resource) => resource.followed).length;
      if (fresh.length < own.resources.length && !mayRename) this.#noteRepeated(node, input, own.resources, new Set(fresh));
      if (followed > MOST_FOLLOWED || resources.length + fresh.length > MOST_RESOURCES) {
        this.#note('too-many-resources', node, input, `${input.text} brings ${TOO_MANY}`);
        return { resources: [], configuration, mayRename };
      }
      for (const resource of fresh) resources.push(resource);
    }
    return { resources, configuration, mayRename };
  }

  #noteRepeated(node: GraphNode, input: Input, resources: readonly BuiltResource[], fresh: ReadonlySet<BuiltResource>): void {
    const repeated = resources.find((resource) => !fresh.has(resource));
    if (repeated === undefined) return;
    const message = `${input.text} brings ${shownResource(repeated)}, which is there already, and kustomize refuses to add a resource twice`;
    this.#note('duplicate-resource', node, input, message);
  }

  #note(code: KustomizeProblemCode, { kustomization }: GraphNode, { path }: Input, message: string): void {
    this.problems.push(problemAt(code, { file: kustomization.file, document: kustomization.document, path }, message));
  }

  #ownConfiguration({ kustomization }: GraphNode): Configuration {
    const files = kustomization.configurations.flatMap(({ text }) => this.#graph.files.resolve(kustomization.directory, text) ?? []);
    const read = files.flatMap((file) =>
      this.#graph.files
        .structures(file)
        .flatMap(({ value, index }) => (value === null ? [] : [readConfiguration({ file, document: index }, value)])),
    );
    return read.reduce(mergeConfigurations, EMPTY_CONFIGURATION);
  }

  #read(input: Input): Accumulated {
    if (input.leadsTo === 'kustomization') {
      const node = this.#graph.nodes.get(input.file);
      const built = node === undefined ? NO_RESOURCES : this.#build(node);
      return { ...built, resources: built.resources.map(remembered) };
    }
    const manifest = input.leadsTo === 'file' ? this.#graph.files.manifest(input.file) : null;
    const objects = (manifest?.resources ?? []).filter(({ kind }) => kind !== '');
    return { ...NO_RESOURCES, resources: objects.map((resource) => this.#start(resource, input)) };
  }

  #start(resource: Resource, input: Input): BuiltResource {
    const followed = this.#isFollowed(resource);
    const at = { file: resource.file, document: resource.document, inline: null };
    const fragment: Fragment = { form: 'resource', at, path: resource.path, value: resource.value };
    const value = followed ? asKustomizeReads(resource.value) : identityOf(resource.value);
    const base = { fragment, place: resource.place, value, followed, previous: [], opaque: [], unknownFields: [] };
    return { ...base, layers: [{ fragment, kustomization: input.file, entry: input.path }], inputs: [value], states: [value] };
  }

  /** The order is kustomize's own, the same in 4.5 and 5. */
  #transformed(parts: readonly GraphNode[], { resources, configuration }: Accumulated): BuiltResource[] {
    let all = [...resources];
    const step = (work: (kustomization: Kustomization, before: readonly BuiltResource[], part: GraphNode) => BuiltResource[]): void => {
      for (const part of parts) all = work(part.kustomization, all, part);
    };
    this.#noteMattermosts(parts, all);
    step((own, before) => this.#patchedByMerges(own.patchesStrategicMerge, own, before));
    step((own, before) => this.#patchedBy(own.patches, own, before, { throughSet: true, remembers: true }));
    step((own, before) => before.map((resource) => withMetadataOf(resource, own, configuration)));
    step((own, before) => this.#patchedBy(own.patchesJson6902, own, before, { throughSet: true, remembers: false }));
    step((own, before) => before.map((resource) => withNumbersAndImagesOf(resource, own, configuration)));
    step((_, before, part) => this.#watchedReplacements(part, before));
    step((_, before, part) => this.#pluggedIn(part, before));
    this.#noteMattermosts(parts, all);
    return all;
  }

  #noteMattermosts(parts: readonly GraphNode[], resources: readonly BuiltResource[]): void {
    const id = parts.at(-1)?.kustomization.id ?? '';
    const found = resources.filter(({ value }) =>
      isMattermost({ apiVersion: textOrEmpty(value, ['apiVersion']), kind: textOrEmpty(value, ['kind']) }),
    );
    if (found.length > 0) this.mattermosts.set(id, [...(this.mattermosts.get(id) ?? []), ...found]);
  }

  #patchedByMerges(entries: readonly PatchEntry[], home: PatchHome, resources: readonly BuiltResource[]): BuiltResource[] {
    return this.#patchedBy(entries, home, resources, { throughSet: true, remembers: false });
  }

  #patchedBy(
    entries: readonly PatchEntry[],
    home: PatchHome,
    resources: readonly BuiltResource[],
    manner: Pick<PatchManner, 'throughSet' | 'remembers'>,
  ): BuiltResource[] {
    const pool = new Pool(resources);
    for (const entry of entries)
      for (const fragment of this.#fragmentsOf(entry, home)) this.#apply(fragment, entry, { home, manner }, pool);
    return pool.all();
  }

  #fragmentsOf(entry: PatchEntry, home: PatchHome): readonly Fragment[] {
    const text =
      entry.source === null
        ? { problem: 'the entry has neither a path nor a patch', missing: true }
        : readPatchText(entry.source, home, this.#graph.files);
    if ('fragments' in text) return text.fragments;
    this.problems.push(
      problemAt(
        text.missing ? 'missing' : 'unreadable-patch',
        { file: home.file, document: home.document, path: entry.path },
        text.problem,
      ),
    );
    return [];
  }

  #apply(
    fragment: Fragment,
    entry: PatchEntry,
    how: { home: PatchHome; manner: Pick<PatchManner, 'throughSet' | 'remembers'> },
    pool: Pool,
  ): void {
    const { home, manner } = how;
    const { target } = entry;
    const spot: NodePath = { file: home.file, document: home.document, path: entry.path };
    if (target !== null) for (const [resource, slot] of pool.uncertain()) pool.replace(slot, chosenBy(resource, target, spot));
    const candidates = pool.named(target === null ? nameIn(fragment) : literalName(target));
    const chosen = this.#chosen(fragment, entry, spot, [...candidates.keys()]);
    const stranger = chosen.find(({ followed }) => !followed);
    this.#noteUse(fragment, { entry: spot, target, followed: chosen.some(({ followed }) => followed), chosen: chosen.length > 0 });
    const changed = stranger === undefined ? this.#generatedFor(target) : shownResource(stranger);
    if (changed !== null) this.#noteStranger(fragment, changed, spot);
    const layer: Layer = { fragment, kustomization: home.file, entry: entry.path };
    const full: PatchManner = {
      ...manner,
      throughSet: entry.target !== null || manner.throughSet,
      allowNameChange: entry.allowNameChange,
      allowKindChange: entry.allowKindChange,
    };
    for (const resource of chosen) pool.replace(candidates.get(resource) ?? -1, this.#patchOne(resource, layer, full, spot));
  }

  /** What generators make is not among the resources; a target without labels may take it all the same. */
  #generatedFor(target: Selector | null): string | null {
    if (target === null || target.labelSelector !== null || target.annotationSelector !== null) return null;
    const fits = (pattern: Text | null, text: string): boolean => pattern === null || compileGoRegExp(pattern.text)?.test(text) !== false;
    if (!fits(target.group, '') || !fits(target.version, 'v1')) return null;
    const nodes = [...reachableFrom(this.#graph, this.#building)].flatMap((id) => this.#graph.nodes.get(id) ?? []);
    const made = nodes.flatMap(({ kustomization: { configMapGenerator, secretGenerator } }) => [
      ...configMapGenerator.map(({ value }) => ({ kind: 'ConfigMap', name: textOrEmpty(value, ['name']) })),
      ...secretGenerator.map(({ value }) => ({ kind: 'Secret', name: textOrEmpty(value, ['name']) })),
    ]);
    const found = made.find(({ kind, name }) => fits(target.kind, kind) && fits(target.name, name));
    return found === undefined ? null : `${found.kind} ${found.name}`;
  }

  #noteStranger(fragment: Fragment, stranger: string, spot: NodePath): void {
    const problem = problemAt(
      'identity',
      spot,
      `this patch changes ${stranger} too, and would have to be another one for the installation; give each a patch of its own`,
    );
    const id = fragmentId(fragment);
    this.#strangers.set(id, [...(this.#strangers.get(id) ?? []), problem]);
  }

  #chosen(fragment: Fragment, entry: PatchEntry, spot: NodePath, resources: readonly BuiltResource[]): BuiltResource[] {
    if (entry.target !== null) return this.#targeted(entry.target, spot, resources);
    if (fragment.form === 'json6902' || !isMap(fragment.value)) return [];
    const fitting = resourcesWithIdOf(fragment.value, resources);
    if (fitting.length === 1 || !this.#isOurs(fragment.value)) return fitting.slice(0, 1);
    const [code, message] =
      fitting.length === 0
        ? (['patch-without-match', 'the patch fits no resource of this kustomization'] as const)
        : (['patch-with-several-matches', 'the patch fits more than one resource'] as const);
    if (fitting.length > 1 || !this.#isPartial(spot.file)) this.problems.push(problemAt(code, spot, message));
    return [];
  }

  /** Part of what a kustomization builds can't be seen: it is remote, or made by a program. */
  #isPartial(file: string): boolean {
    const node = this.#graph.nodes.get(file);
    return (
      node !== undefined &&
      (node.problems.some(({ code }) => code === 'remote' || code === 'plugin') ||
        node.kustomization.helmCharts.length > 0 ||
        node.kustomization.kind === 'Component')
    );
  }

  #targeted(target: Selector, spot: NodePath, resources: readonly BuiltResource[]): BuiltResource[] {
    const test = targetTest(target);
    if (typeof test === 'function') return resources.filter(test);
    this.problems.push(problemAt('bad-selector', { ...spot, path: test.bad.path }, 'this pattern can not be read'));
    return [];
  }

  #noteUse(fragment: Fragment, use: Omit<PatchUse, 'fragment'>): void {
    const id = fragmentId(fragment);
    const known = this.#patches.get(id);
    this.#patches.set(id, {
      fragment,
      ...use,
      followed: use.followed || known?.followed === true,
      chosen: use.chosen || known?.chosen === true,
    });
  }

  /** The resource after a patch; null where that deletes it. */
  #patchOne(resource: BuiltResource, layer: Layer, manner: PatchManner, spot: NodePath): BuiltResource | null {
    const unknown = unknownBelow(resource, layer.fragment);
    if (unknown !== null)
      return unfollowed(resource, layer, spot, `${unknown.join('.')} gets its value from elsewhere, and the patch changes a part of it`);
    try {
      const result = patched(resource, layer, manner);
      if (result === null) {
        if (resource.followed)
          this.#deleted.push({
            resource,
            layer,
            by: problemAt('identity', spot, 'a patch deletes the installation'),
            kustomization: this.#building,
          });
        return null;
      }
      if (this.#mergesLists && layer.fragment.form === 'strategic-merge' && directsItems(layer.fragment.value))
        return opaque(result, problemAt('schema', spot, MERGED_ITEMS));
      const change = changeOfIdentity(resource, result, layer.fragment);
      const known = withCopies(result, layer.fragment, spot);
      return change === null ? known : opaque(known, problemAt('identity', spot, change));
    } catch (error) {
      if (!(error instanceof PatchFailure)) throw error;
      const needed = resource.followed && error.code !== 'not-an-operation' ? unknownNeeded(resource, layer.fragment) : null;
      if (needed !== null)
        return unfollowed(resource, layer, spot, `${needed.join('.')} gets its value from elsewhere, and the patch depends on it`);
      if (resource.followed) this.problems.push(problemAt('patch-fails', spot, error.message));
      return resource;
    }
  }

  #watchedReplacements(node: GraphNode, resources: readonly BuiltResource[]): BuiltResource[] {
    const { kustomization } = node;
    const replacements = kustomization.replacements.flatMap(({ file, replacement }) => [
      ...(replacement === null ? [] : [replacement]),
      ...(file === null ? [] : this.#replacementsOf(kustomization.directory, file.text)),
    ]);
    return resources.map((resource) => replacements.reduce<BuiltResource>(withReplacement, resource));
  }

  #replacementsOf(directory: string, path: string): Replacement[] {
    const file = this.#graph.files.resolve(directory, path);
    if (file === null) return [];
    return this.#graph.files
      .structures(file)
      .flatMap(({ value, index }) => (value === null ? [] : readReplacements({ file, document: index, path: [] }, value)));
  }

  /** Patches among the plugins are applied; what else they do can't be followed. */
  #pluggedIn(node: GraphNode, resources: readonly BuiltResource[]): BuiltResource[] {
    const { kustomization } = node;
    let all = [...resources];
    for (const input of node.transformers) {
      if (input.leadsTo === 'kustomization')
        all = all.map((each) => opaque(each, problemAt('plugin', { ...kustomization, path: input.path }, BUILT_PLUGINS)));
      const inline = input.leadsTo === 'inline';
      const documents = inline ? readStructures(input.text) : input.leadsTo === 'file' ? this.#graph.files.structures(input.file) : [];
      for (const { value, index } of documents) {
        const home: PatchHome = inline
          ? { ...kustomization, nested: true }
          : { file: input.file, document: index, directory: kustomization.directory };
        if (value !== null) all = this.#plugged(value, home, input.path, all);
      }
    }
    return all;
  }

  #plugged(value: Value, home: PatchHome, entry: Path, resources: readonly BuiltResource[]): BuiltResource[] {
    const kind = textOrEmpty(value, ['kind']);
    const spot: NodePath = { file: home.file, document: home.document, path: home.nested === true ? entry : ['kind'] };
    if (textOrEmpty(value, ['apiVersion']) !== 'builtin') {
      return resources.map((each) =>
        opaque(
          each,
          problemAt('plugin', spot, `transformer ${kind || 'without kind'} is a program of its own, and what it does is not known`),
        ),
      );
    }
    const entries = pluginPatches(value, kind);
    if (entries.length === 0) return resources.map((resource) => withPlugin(resource, value, spot));
    const touches = home.nested === true && resources.some(({ followed }) => followed);
    if (touches)
      return resources.map((each) => opaque(each, problemAt('plugin', spot, `${kind} stands in a string; write it into a file`)));
    return this.#patchedBy(entries, home, resources, { throughSet: true, remembers: kind === 'PatchTransformer' });
  }
}

/** A kustomization without the namespace, prefix and suffix in the place of which an engine puts its own. */
function withoutOverridden(node: GraphNode, { kustomization: added }: GraphNode): GraphNode {
  const { kustomization } = node;
  return {
    ...node,
    kustomization: {
      ...kustomization,
      namespace: added.namespace === null ? kustomization.namespace : null,
      namePrefix: added.namePrefix === null ? kustomization.namePrefix : null,
      nameSuffix: added.nameSuffix === null ? kustomization.nameSuffix : null,
    },
  };
}

/** The name of what a merge without a target changes. */
const nameIn = ({ value }: Fragment): string | null => (isMap(value) ? nameOf({ value }) : null);

/** The only name that a target takes; null where it may take more than one. */
const literalName = ({ name }: Selector): string | null => (name !== null && /^[\w-]+$/.test(name.text) ? name.text : null);

/** The patches of a builtin plugin's configuration, as entries of a kustomization. */
function pluginPatches(value: Value, kind: string): PatchEntry[] {
  if (!isMap(value)) return [];
  const target = value.get('target');
  const selector = isMap(target) ? readSelector(target, ['target']) : null;
  const none = { allowNameChange: false, allowKindChange: false };
  if (kind === 'PatchTransformer') return [{ ...none, path: [], source: readPatchSource(value, [], 'patch'), target: selector }];
  if (kind === 'PatchJson6902Transformer') return [{ ...none, path: [], source: readPatchSource(value, [], 'jsonOp'), target: selector }];
  if (kind !== 'PatchStrategicMergeTransformer') return [];
  const paths = value.get('paths');
  const listed = isList(paths) ? paths.flatMap((_, index) => textAt(value, ['paths', index]) ?? []) : [];
  const inline = textAt(value, ['patches']);
  const sources = [
    ...listed.map((text) => ({ ...text, inline: /[:{]\s/.test(text.text) })),
    ...(inline === null ? [] : [{ ...inline, inline: true }]),
  ];
  return sources.map((source) => ({ ...none, path: source.path, source, target: null }));
}

/** A resource with a layer whose effect nobody can tell. */
const unfollowed = (resource: BuiltResource, layer: Layer, spot: NodePath, reason: string): BuiltResource =>
  opaque(withLayer(resource, layer, resource.value), problemAt('replacement', spot, reason));

/** Only an operation names the field that it writes; the name in a merge is otherwise that of its target. */
function changeOfIdentity(before: BuiltResource, after: BuiltResource, { form }: Fragment): string | null {
  if (typeOf(before).kind !== typeOf(after).kind) return 'the patch changes the kind of an installation';
  return form === 'json6902' || nameOf(before) === nameOf(after)
    ? null
    : 'the patch renames the installation (allowNameChange); rename it with an operation on /metadata/name, a prefix or a suffix';
}

const BUILT_PLUGINS = 'transformers that a kustomization builds are not followed; list their files here';

const MERGED_ITEMS =
  'an openapi schema merges lists of installations item by item, and this patch directs how; write the whole list, or a JSON6902 patch';

const variantOf = (resource: BuiltResource, kustomization: string, root: boolean): Variant => ({
  kustomization,
  root,
  layers: resource.layers,
  inputs: resource.inputs,
  states: resource.states,
  built: resource.value,
  deleted: null,
  unknownFields: resource.unknownFields,
  name: nameOf(resource),
  namespace: namespaceOf(resource) || null,
  opaque: resource.opaque,
  opaqueIfModern: [],
});

const NO_RESOURCES: Accumulated = { resources: [], configuration: EMPTY_CONFIGURATION, mayRename: false };

/** What a kustomization may bring together, however it comes by it: overlays of overlays multiply what is below them. */
const MOST_FOLLOWED = 10_000;
const MOST_RESOURCES = 100_000;

const TOO_MANY = `more than ${MOST_FOLLOWED.toLocaleString('en')} installations together, or ${MOST_RESOURCES.toLocaleString('en')} resources, and no more are followed`;

/** By what kustomize tells that it has a resource already. */
function registered(resource: BuiltResource): string {
  const { group, version, kind } = typeOf(resource);
  return JSON.stringify([group, version, kind, effectiveNamespace({ group, kind }, namespaceOf(resource)), nameOf(resource)]);
}

/** Notes the resource down where it is. What has no name is made one later. */
function isNew(resource: BuiltResource, known: Set<string>): boolean {
  const id = registered(resource);
  if (nameOf(resource) !== '' && known.has(id)) return false;
  known.add(id);
  return true;
}
