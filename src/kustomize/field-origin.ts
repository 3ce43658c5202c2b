import { isList, isMap, valueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { PatchFailure } from './patch/failure.ts';
import { applyJson6902, readOperations } from './patch/json6902.ts';
import type { JsonPatchOperation } from './patch/json6902.ts';
import { parsePointer } from './patch/pointer.ts';
import type { Layer, Variant } from './model.ts';

/** A layer, and where in it a field is written. */
export interface FieldOrigin {
  readonly layer: Layer;
  readonly path: Path;
}

/**
 * The layer that a field of a variant comes from: the last one that writes it, or for a map, of which every layer may write a part, the one
 * that brought it in. A field that is missing comes from where its nearest parent does. Null for a variant without layers.
 */
export function fieldOrigin(variant: Variant, field: Path): FieldOrigin | null {
  let path = existing(variant.built, field);
  for (let index = variant.layers.length - 1; index > 0; index -= 1) {
    const layer = variant.layers[index] as Layer;
    const input = variant.inputs[index] ?? new Map<string, Value>();
    const step =
      layer.fragment.form === 'json6902' ? throughOperations(layer.fragment.value, input, path) : throughMerge(layer, input, path);
    if ('written' in step) return { layer, path: within(layer, step.written) };
    path = step.before;
  }
  const [layer] = variant.layers;
  return layer === undefined ? null : { layer, path: within(layer, path) };
}

/** Where a field of the object stands in the text of a layer. */
const within = ({ fragment: { path, holds = [] } }: Layer, field: Path): Path => [
  ...path,
  ...(startsWith(field, holds) ? field.slice(holds.length) : []),
];

const existing = (root: ValueMap, path: Path): Path =>
  path.length === 0 || valueAt(root, path) !== undefined ? path : existing(root, path.slice(0, -1));

/** Where in a layer the field is written, or where it stood before the layer. */
type OriginStep = { readonly written: Path } | { readonly before: Path };

function throughMerge({ fragment }: Layer, input: ValueMap, path: Path): OriginStep {
  const own = valueAt(fragment.value, path);
  const isPart = isMap(own) && !own.has('$patch') && isMap(valueAt(input, path));
  return own === undefined || isPart ? { before: path } : { written: path };
}

/** From the last operation to the first. */
function throughOperations(patch: Value, input: ValueMap, path: Path): OriginStep {
  const operations = readOperations(patch);
  const states = path.some((step) => typeof step === 'number') ? statesOf(patch, input) : [];
  let at = path;
  for (let index = operations.length - 1; index >= 0; index -= 1) {
    const step = throughOperation(operations[index] as JsonPatchOperation, states[index] ?? input, at);
    if ('written' in step) return { written: [index, ...step.written] };
    at = step.before;
  }
  return { before: at };
}

/** What each operation works on: only that tells which item of a list is its last. Many findings of one variant ask for the same. */
function statesOf(patch: Value, input: ValueMap): readonly ValueMap[] {
  const known = STATES.get(input) ?? new Map<Value, readonly ValueMap[]>();
  const states = known.get(patch) ?? appliedOneByOne(patch, input);
  STATES.set(input, known.set(patch, states));
  return states;
}

const STATES = new WeakMap<ValueMap, Map<Value, readonly ValueMap[]>>();

/** Up to an operation that does not apply: such a patch is no layer that is followed any further. */
function appliedOneByOne(patch: Value, input: ValueMap): ValueMap[] {
  const states = [input];
  try {
    for (const operation of isList(patch) ? patch : []) states.push(applyJson6902(states.at(-1) ?? input, [operation]));
  } catch (error) {
    if (!(error instanceof PatchFailure)) throw error;
  }
  return states;
}

function throughOperation({ op, path: pointer, from, value }: JsonPatchOperation, input: ValueMap, path: Path): OriginStep {
  if (op === 'test') return { before: path };
  const target = stepsOf(pointer, input, op === 'add' || op === 'move' || op === 'copy');
  if (op === 'remove') return { before: beforeRemoval(target, path) };
  if (startsWith(path, target)) {
    const rest = path.slice(target.length);
    return { written: rest.length > 0 && value !== undefined && from === null ? ['value', ...rest] : ['path'] };
  }
  const before = op === 'replace' ? path : beforeInsertion(target, path);
  return { before: op === 'move' ? beforeRemoval(stepsOf(from ?? '', input, false), before) : before };
}

/** The steps of a pointer into a value, with the indexes of lists as numbers. `grows`: the last step may lie beyond the end. */
function stepsOf(pointer: string, input: ValueMap, grows: boolean): Path {
  const path: Path[number][] = [];
  const steps = parsePointer(pointer) ?? [];
  for (const [index, step] of steps.entries()) {
    const parent = valueAt(input, path);
    path.push(isList(parent) ? indexOf(step, parent.length, grows && index === steps.length - 1) : step);
  }
  return path;
}

const startsWith = (path: Path, start: Path): boolean => start.every((step, index) => path[index] === step);

/** Items from an index on stand one further after one was put in there. */
const beforeInsertion = (inserted: Path, path: Path): Path => shifted(inserted, path, (own, index) => (own > index ? own - 1 : own));
const beforeRemoval = (removed: Path, path: Path): Path => shifted(removed, path, (own, index) => (own >= index ? own + 1 : own));

function shifted(item: Path, path: Path, shift: (own: number, index: number) => number): Path {
  const depth = item.length - 1;
  const [own, index] = [path[depth], item[depth]];
  if (typeof own !== 'number' || typeof index !== 'number' || !startsWith(path, item.slice(0, -1))) return path;
  return path.with(depth, shift(own, index));
}

/** Where a step of a pointer lies in a list of `length` items; from the end where it is negative, which may be one further where the list `grows`. */
function indexOf(step: string, length: number, grows: boolean): number {
  const index = step === '-' ? length : Number(step);
  return index < 0 ? index + length + (grows ? 1 : 0) : index;
}
