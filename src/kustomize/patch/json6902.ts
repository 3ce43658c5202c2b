import { isList, isMap, isScalar, NULL, scalarAt, withKey } from '../../model/value.ts';
import type { Scalar, Value, ValueList, ValueMap } from '../../model/value.ts';
import { PatchFailure } from './failure.ts';
import { parsePointer } from './pointer.ts';
import { asStrings, mapScalars } from './reading.ts';

/** One operation of a JSON6902 patch. Pointers are as written. */
export interface JsonPatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly path: string;
  /** For `move` and `copy`. */
  readonly from: string | null;
  /** Undefined when the operation has none; kustomize then writes null. */
  readonly value: Value | undefined;
}

/** The operations of a parsed patch. Throws PatchFailure for what kustomize does not take for one. */
export function readOperations(patch: Value): JsonPatchOperation[] {
  if (!isList(patch)) throw new PatchFailure('not-an-operation', 'a JSON6902 patch is a list of operations');
  return patch.map(readOperation);
}

/**
 * Applies a JSON6902 patch as kustomize does. It differs from the RFC: `replace` creates a missing key, `copy` of a missing key writes null,
 * `test` takes a missing key for null, an index counts from the end when negative (in the last step of `add`, `remove`, `move` and `copy`
 * only), the whole document can't be addressed, and what stands before the first slash of a pointer is ignored.
 *
 * Throws PatchFailure where the build would fail.
 */
export function applyJson6902(target: ValueMap, patch: ValueList): ValueMap {
  const operations = readOperations(patch);
  const result = operations.reduce<ValueMap>(applyOperation, target);
  return operations.length === 0 ? target : withAnnotationStrings(throughJson(result));
}

/** One operation of a patch, without what kustomize makes of the whole object afterwards. Throws PatchFailure, with the index given. */
export const applyOperation = (target: ValueMap, operation: JsonPatchOperation, index: number): ValueMap =>
  new Step(operation, index).apply(target);

/** kustomize writes the annotations anew: every value a string, none at all when there are none. */
function withAnnotationStrings(object: ValueMap): ValueMap {
  const metadata = object.get('metadata');
  const annotations = isMap(metadata) ? metadata.get('annotations') : undefined;
  if (!isMap(metadata) || !isMap(annotations)) return object;
  return new Map(object).set('metadata', withKey(metadata, 'annotations', asStrings(annotations)));
}

const OPERATIONS: ReadonlySet<string> = new Set<JsonPatchOperation['op']>(['add', 'remove', 'replace', 'move', 'copy', 'test']);

function readOperation(value: Value, index: number): JsonPatchOperation {
  const fail = (message: string): never => {
    throw new PatchFailure('not-an-operation', `operation ${index} ${message}`, index);
  };
  if (!isMap(value)) return fail('is not a map');
  const [op, path, from] = [scalarAt(value, ['op']), scalarAt(value, ['path']), scalarAt(value, ['from'])];
  if (typeof op !== 'string' || !OPERATIONS.has(op)) return fail('has no op that is known');
  if (typeof path !== 'string') return fail('has no path');
  const needsFrom = op === 'move' || op === 'copy';
  if (needsFrom && typeof from !== 'string') return fail('has no from');
  return { op: op as JsonPatchOperation['op'], path, from: needsFrom ? (from as string) : null, value: value.get('value') };
}

type Container = ValueMap | ValueList;

/** One operation at work. */
class Step {
  readonly #operation: JsonPatchOperation;
  readonly #index: number;

  constructor(operation: JsonPatchOperation, index: number) {
    this.#operation = operation;
    this.#index = index;
  }

  apply(object: ValueMap): ValueMap {
    const { op, path, value = NULL } = this.#operation;
    if (op === 'test') return this.#test(object);
    if (op === 'add') return this.#change(object, path, (parent, key) => this.#add(parent, key, value));
    if (op === 'remove') return this.#change(object, path, (parent, key) => this.#remove(parent, key));
    if (op === 'replace') return this.#change(object, path, (parent, key) => this.#replace(parent, key, value));
    return this.#transfer(object);
  }

  #transfer(object: ValueMap): ValueMap {
    const { op, path } = this.#operation;
    const from = this.#operation.from ?? '';
    let found: Value = NULL;
    const without = this.#change(object, from, (parent, key) => {
      found = this.#get(parent, key) ?? NULL;
      return op === 'move' ? this.#remove(parent, key) : parent;
    });
    return this.#change(without, path, (parent, key) => this.#add(parent, key, found));
  }

  #test(object: ValueMap): ValueMap {
    const { path, value } = this.#operation;
    return this.#change(object, path, (parent, key) => {
      const found = this.#get(parent, key) ?? NULL;
      if (value === undefined || !sameJson(found, value)) this.#fail('test-failed', `${path} is not what the patch expects`);
      return parent;
    });
  }

  /** The object with the parent of a pointer's last step replaced. */
  #change(object: ValueMap, pointer: string, change: (parent: Container, key: string) => Container): ValueMap {
    const steps = parsePointer(pointer);
    const key = steps?.pop();
    if (steps === null || key === undefined) return this.#fail('missing-parent', `${JSON.stringify(pointer)} is no path to a field`);
    return this.#descend(object, steps, (parent) => change(parent, key)) as ValueMap;
  }

  #descend(at: Container, [step, ...rest]: readonly string[], change: (parent: Container) => Container): Container {
    if (step === undefined) return change(at);
    const next = isMap(at) ? at.get(step) : at[this.#indexIn(at, step)];
    if (!isMap(next) && !isList(next)) return this.#fail('missing-parent', `${this.#operation.path} has no parent`);
    const changed = this.#descend(next, rest, change);
    return changed === next ? at : isMap(at) ? new Map(at).set(step, changed) : at.with(Number(step), changed);
  }

  #get(parent: Container, key: string): Value | undefined {
    return isMap(parent) ? parent.get(key) : parent[this.#indexIn(parent, key)];
  }

  #add(parent: Container, key: string, value: Value): Container {
    if (isMap(parent)) return new Map(parent).set(key, value);
    const index = key === '-' ? parent.length : this.#fromEnd(key, parent.length + 1);
    return parent.toSpliced(index, 0, value);
  }

  #remove(parent: Container, key: string): Container {
    if (isList(parent)) return parent.toSpliced(this.#fromEnd(key, parent.length), 1);
    if (!parent.has(key)) this.#fail('missing-target', `${this.#operation.op} finds nothing at ${this.#operation.path}`);
    return new Map([...parent].filter(([name]) => name !== key));
  }

  #replace(parent: Container, key: string, value: Value): Container {
    return isMap(parent) ? new Map(parent).set(key, value) : parent.with(this.#indexIn(parent, key), value);
  }

  #indexIn(list: ValueList, key: string): number {
    const index = this.#number(key);
    if (index < 0 || index >= list.length) this.#fail('bad-index', `the list has no item ${key}`);
    return index;
  }

  /** An index below a limit; a negative one counts from the limit. */
  #fromEnd(key: string, limit: number): number {
    const index = this.#number(key);
    if (index < -limit || index >= limit) this.#fail('bad-index', `the list has no item ${key}`);
    return index < 0 ? index + limit : index;
  }

  #number(key: string): number {
    if (!/^[+-]?\d+$/.test(key)) this.#fail('bad-index', `${key} is no index of a list`);
    return Number(key);
  }

  #fail(code: PatchFailure['code'], message: string): never {
    throw new PatchFailure(code, message, this.#index);
  }
}

function sameJson(a: Value, b: Value): boolean {
  if (isMap(a)) return isMap(b) && a.size === b.size && [...a].every(([key, child]) => sameChild(child, b.get(key)));
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, index) => sameChild(item, b[index]));
  return isScalar(b) && typeof a.value === typeof b.value && String(a.value) === String(b.value);
}

const sameChild = (a: Value, b: Value | undefined): boolean => b !== undefined && sameJson(a, b);

/** The whole object passes through JSON, so how its strings were quoted is forgotten. What has passed through it before stays as it is. */
const throughJson = (object: ValueMap): ValueMap => mapScalars(object, asJson, passed) as ValueMap;

const passed = new WeakMap<Value, Value>();

function asJson(scalar: Scalar): Scalar {
  const plain = typeof scalar.value !== 'string' || staysPlain(scalar.text);
  return scalar.tag === null && scalar.plain === plain ? scalar : { ...scalar, tag: null, plain };
}

/**
 * Whether kustomize writes a string without quotes. Only matters where a later patch puts a number or a boolean in its place, so rare
 * forms (unprintable characters) are left to chance.
 */
function staysPlain(text: string): boolean {
  if (text === '' || /^\s|\s$|[\n\t]|: | #|:$/.test(text)) return false;
  if (/^[,[\]{}#&*!|>'"%@`]|^[-?:](?:\s|$)|^(?:---|\.\.\.)/.test(text)) return false;
  return !/^(?:true|false|yes|no|on|off|y|n|null|~|<<|=)$/i.test(text) && !NUMBER.test(text) && !DATE.test(text);
}

const NUMBER =
  /^[-+]?(?:0x[\da-f_]+|0b[01_]+|0o[0-7_]+|[\d_]+(?::[0-5]?\d)*(?:\.[\d_]*)?(?:e[-+]?\d+)?|\.[\d_]+(?:e[-+]?\d+)?|\.(?:inf|nan))$/i;
const DATE = /^\d{4}-\d{1,2}-\d{1,2}/;
