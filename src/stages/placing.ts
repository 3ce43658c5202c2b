import type { Task } from '../edit/file.ts';
import { operationValue } from '../edit/plan-json-patch.ts';
import { topsOf } from '../family/assess-family.ts';
import type { Family } from '../family/family.ts';
import { fieldOrigin } from '../kustomize/field-origin.ts';
import type { Graph } from '../kustomize/graph.ts';
import { extendedBy, reachableFrom } from '../kustomize/graph-walk.ts';
import { fragmentId } from '../kustomize/model.ts';
import type { Fragment, Layer, Variant } from '../kustomize/model.ts';
import { groupBy } from '../model/group.ts';
import { isList, isMap, isScalar, nest, plainOf, stringAt, stringScalar, valueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import type { Operation } from '../yaml/primitives.ts';
import { entryLines } from '../yaml/print.ts';
import { changedBy, operationsFor } from '../edit/field-change.ts';
import type { FieldChange } from '../edit/field-change.ts';

/** Where the changes of a stage are written, and what each kustomization then builds. */
export interface Placed {
  readonly tasks: readonly Task[];
  /** What a variant, included ones too, builds after the edits. */
  readonly after: (variant: Variant, built: ValueMap) => ValueMap;
  /** Why a change can't be written; empty where all can. */
  readonly obstacles: readonly { readonly variant: Variant; readonly message: string }[];
}

/** Changes that are written at one place: in a fragment, or in a new patch of a kustomization. */
interface Placement {
  readonly at: { readonly fragment: Fragment } | { readonly kustomization: string };
  readonly variant: Variant;
  readonly change: FieldChange;
}

/**
 * Places the changes that are wanted for the tops of a family: in the manifest where all that are built from it want the same, else in the
 * layers that only those read which want it, else in a new patch of the kustomization itself.
 */
export function place(family: Family, wanted: ReadonlyMap<Variant, readonly FieldChange[]>, graph: Graph | null): Placed {
  const tops = topsOf(family.variants.filter(({ deleted }) => deleted === null));
  const origins = groupBy(tops, originOf);
  const placements = [...origins.values()].flatMap((own) =>
    distinct(own.flatMap((variant) => wanted.get(variant) ?? [])).flatMap((change) => placementsOf(change, own, wanted)),
  );
  const fragments = groupBy(
    placements.flatMap(({ at, ...rest }) => ('fragment' in at ? [{ ...rest, fragment: at.fragment }] : [])),
    ({ fragment }) => fragmentId(fragment),
  );
  const patches = groupBy(
    placements.flatMap(({ at, ...rest }) => ('kustomization' in at ? [{ ...rest, kustomization: at.kustomization }] : [])),
    ({ kustomization, variant }) => JSON.stringify([kustomization, originOf(variant)]),
  );
  const written = [...fragments.values()].map((own): Written => {
    const fragment = own[0]?.fragment as Fragment;
    return {
      fragment,
      entry: emptiedEntry(fragment, changesOf(own), graph),
      task: taskIn(fragment, own[0]?.variant as Variant, changesOf(own)),
    };
  });
  const inFragments = [...written.flatMap(({ entry, task }) => (entry === null ? [task] : [])), ...entriesGone(written, graph)];
  const inPatches = [...patches.values()].map((own) => patchTask(own[0]?.kustomization ?? '', own, { family, graph }));
  return {
    tasks: [...inFragments, ...together(inPatches.flatMap((each) => ('task' in each ? [each.task] : [])))],
    after: (variant, built) => changedBy(built, changesFor(variant, placements, graph)),
    obstacles: inPatches.flatMap((each) => ('message' in each ? [each] : [])),
  };
}

const originOf = ({ layers: [layer] }: Variant): string => (layer === undefined ? '' : fragmentId(layer.fragment));

const keyOf = ({ path, value }: FieldChange): string => JSON.stringify([path, value === null ? null : plainOf(value)]);

const distinct = (changes: readonly FieldChange[]): FieldChange[] => [
  ...new Map(changes.map((change) => [keyOf(change), change])).values(),
];

const changesOf = (placements: readonly Pick<Placement, 'change'>[]): FieldChange[] => distinct(placements.map(({ change }) => change));

/** Where one change goes, for the variants of one manifest. */
function placementsOf(change: FieldChange, own: readonly Variant[], wanted: ReadonlyMap<Variant, readonly FieldChange[]>): Placement[] {
  const want = own.filter((variant) => (wanted.get(variant) ?? []).some((each) => keyOf(each) === keyOf(change)));
  const homes = new Map(want.map((variant) => [variant, homeOf(variant, change)]));
  const [first] = want;
  const shared = first === undefined ? undefined : homes.get(first);
  if (first !== undefined && shared !== undefined && want.length === own.length && isCommon([...homes.values()]))
    return [{ at: { fragment: shared.layer.fragment }, variant: first, change }];
  return want.map((variant) => {
    const layer = ownLayer(variant, homes.get(variant)?.index ?? 0, { own, want });
    return { at: layer === null ? { kustomization: variant.kustomization } : { fragment: layer.fragment }, variant, change };
  });
}

interface Home {
  readonly layer: Layer;
  readonly index: number;
}

/** The layer that decides about a field: the one that writes it, else the manifest. */
function homeOf(variant: Variant, { path }: FieldChange): Home | undefined {
  // Of a field that is missing: the layer that brings in what is around it as a whole.
  const written = fieldOrigin(variant, path);
  const index = written === null ? 0 : variant.layers.indexOf(written.layer);
  const layer = variant.layers[index];
  return layer === undefined ? undefined : { layer, index };
}

const isCommon = (homes: readonly (Home | undefined)[]): boolean =>
  new Set(homes.map((home) => (home === undefined ? '' : fragmentId(home.layer.fragment)))).size === 1;

/** The last layer, not before the one that decides, that no variant reads which does not want the change. */
function ownLayer(
  { layers }: Variant,
  from: number,
  { own, want }: { readonly own: readonly Variant[]; readonly want: readonly Variant[] },
): Layer | null {
  const strangers = own.filter((variant) => !want.includes(variant));
  const isFree = ({ fragment }: Layer): boolean =>
    !strangers.some((variant) => variant.layers.some((layer) => fragmentId(layer.fragment) === fragmentId(fragment)));
  return layers.slice(from).findLast((layer) => layer.fragment.form !== 'json6902' && isFree(layer)) ?? null;
}

function taskIn(fragment: Fragment, variant: Variant, changes: readonly FieldChange[]): Task {
  const { at, path, value } = fragment;
  if (fragment.form !== 'json6902') return { at, batches: operationsFor(isMap(value) ? value : new Map(), changes, path) };
  const index = variant.layers.findIndex((layer) => fragmentId(layer.fragment) === fragmentId(fragment));
  return {
    at,
    batches: jsonOperations(variant.states[index] ?? variant.built, changes).map((item) => [{ op: 'append', path, value: item }]),
  };
}

/** Operations for the end of a JSON6902 patch, with the maps that they need. */
const jsonOperations = (state: ValueMap, changes: readonly FieldChange[]): ValueMap[] =>
  changes.flatMap(({ path, value }) => {
    const depth = path.findIndex((_, index) => valueAt(state, path.slice(0, index + 1)) === undefined);
    if (value === null) return depth === -1 ? [operationValue('remove', path)] : [];
    const at = depth === -1 ? path : path.slice(0, depth + 1);
    return [operationValue(depth === -1 ? 'replace' : 'add', at, nest(path.slice(at.length), value))];
  });

/** What changes in one fragment, and the entry of its kustomization's list of patches, where nothing is left of it to patch. */
interface Written {
  readonly fragment: Fragment;
  readonly entry: Path | null;
  readonly task: Task;
}

/** An inline patch of which only the identity is left says nothing. */
function emptiedEntry(
  { form, at: { file, inline }, path, value }: Fragment,
  changes: readonly FieldChange[],
  graph: Graph | null,
): Path | null {
  if (form !== 'strategic-merge' || inline === null || path.length > 0 || !isMap(value)) return null;
  const text = valueAt(graph?.nodes.get(file)?.kustomization.value, inline.path);
  const isEntry = inline.path.length === 3 && inline.path[0] === 'patches' && inline.path[2] === 'patch';
  const isAlone = isScalar(text) && !/^---/m.test(text.text);
  return isEntry && isAlone && isIdentity(changedBy(value, changes)) ? inline.path.slice(0, -1) : null;
}

function isIdentity(value: ValueMap): boolean {
  const metadata = value.get('metadata');
  return [...value.keys()].every((each) => IDENTITY.has(each)) && isMap(metadata) && [...metadata.keys()].every((each) => NAMES.has(each));
}

const IDENTITY: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);
const NAMES: ReadonlySet<string> = new Set(['name', 'namespace']);

/** Takes entries out of the lists of their kustomizations, which go with their last one. */
function entriesGone(written: readonly Written[], graph: Graph | null): Task[] {
  const gone = groupBy(
    written.flatMap(({ fragment: { at }, entry }) => (entry === null ? [] : [{ at, entry }])),
    ({ at }) => JSON.stringify([at.file, at.document]),
  );
  return [...gone.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const list = first.entry.slice(0, -1);
    const all = valueAt(graph?.nodes.get(first.at.file)?.kustomization.value, list);
    const operations = own.map(({ entry }): Operation => ({ op: 'remove', path: entry }));
    const batch: Operation[] = isList(all) && all.length === own.length ? [{ op: 'delete', path: list }] : operations;
    return [{ at: { ...first.at, inline: null }, batches: [batch] }];
  });
}

type PatchTask = { readonly task: Task } | { readonly variant: Variant; readonly message: string };

/** A new patch of a kustomization, or of the part that an engine adds to one. */
function patchTask(
  id: string,
  placements: readonly Pick<Placement, 'variant' | 'change'>[],
  { family, graph }: { readonly family: Family; readonly graph: Graph | null },
): PatchTask {
  const variant = placements[0]?.variant as Variant;
  const node = graph?.nodes.get(id);
  if (node === undefined) return { variant, message: `${id} can't be given a patch` };
  const { file, document, base, value } = node.kustomization;
  const named = receivedBy(variant, id, { family, graph });
  const changes = changesOf(placements);
  if (changes.some((change) => change.value === null))
    return { variant, message: 'what goes here is written where other installations read it as well' };
  const text = blockText(changedBy(named, changes));
  const item: ValueMap = new Map([['patch', { text, plain: false, tag: null, value: text }]]);
  const list = value.get('patches');
  const operation: Operation =
    list === undefined
      ? { op: 'add', path: base, key: 'patches', value: [item] }
      : isList(list) && list.length > 0
        ? { op: 'append', path: [...base, 'patches'], value: item }
        : { op: 'replace', path: [...base, 'patches'], value: [item] };
  return { task: { at: { file, document, inline: null }, batches: [[operation]] } };
}

/** What a patch of a kustomization has to say to be for an installation: its identity as the kustomization receives it. */
function receivedBy(variant: Variant, id: string, { family, graph }: { readonly family: Family; readonly graph: Graph | null }): ValueMap {
  const node = graph?.nodes.get(id);
  const extended = node === undefined || graph === null ? null : extendedBy(node, graph);
  const own = new Set([id, extended?.kustomization.id]);
  const below = family.variants.filter(
    (each) =>
      each !== variant && originOf(each) === originOf(variant) && !own.has(each.kustomization) && includes(graph, id, each.kustomization),
  );
  const nearest = below.toSorted((a, b) => b.layers.length - a.layers.length)[0];
  const state = nearest?.built ?? variant.inputs[0] ?? variant.built;
  const identity = ['apiVersion', 'kind'].flatMap((key) => (state.has(key) ? [[key, state.get(key) as Value] as const] : []));
  const metadata = ['name', 'namespace'].flatMap((key) => {
    const own = stringAt(state, ['metadata', key]);
    return own === null ? [] : [[key, stringScalar(own)] as const];
  });
  return new Map<string, Value>([...identity, ['metadata', new Map(metadata)]]);
}

/** Whether a kustomization includes another's, or is the same. */
const includes = (graph: Graph | null, kustomization: string, other: string): boolean =>
  kustomization === other || (graph !== null && reachableFrom(graph, kustomization).has(other));

/** A small map as block YAML. */
const blockText = (value: ValueMap): string => [...value].flatMap(([key, child]) => entryLines(key, child, 2)).join('\n');

/** What one document is to get, in one task. */
function together(tasks: readonly Task[]): Task[] {
  const byDocument = groupBy(tasks, ({ at }) => JSON.stringify(at));
  return [...byDocument.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const batches = own.flatMap((task) => ('batches' in task ? task.batches : []));
    return [{ at: first.at, batches: batches.map((batch, index) => (index === 0 ? batch : batch.map(appended))) }];
  });
}

/** Once there is a list, what comes after goes to its end. */
const appended = (operation: Operation): Operation =>
  operation.op === 'add' && operation.key === 'patches' && isList(operation.value)
    ? { op: 'append', path: [...operation.path, 'patches'], value: operation.value[0] as Value }
    : operation;

/** The changes that reach a variant: those of the fragments that it is made of, and of kustomizations that it includes. */
function changesFor(variant: Variant, placements: readonly Placement[], graph: Graph | null): FieldChange[] {
  const reached = placements.filter((placement) => {
    if (originOf(placement.variant) !== originOf(variant)) return false;
    const { at } = placement;
    return 'fragment' in at
      ? variant.layers.some(({ fragment }) => fragmentId(fragment) === fragmentId(at.fragment))
      : includes(graph, variant.kustomization, at.kustomization);
  });
  return changesOf(reached);
}
