import { isMap, isScalar, nest, stringScalar, valueAt } from '../model/value.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { fateOf } from '../operator/convert.ts';
import { NEW, OLD } from '../operator/fields.ts';
import { PatchFailure } from '../kustomize/patch/failure.ts';
import { applyJson6902, applyOperation, readOperations } from '../kustomize/patch/json6902.ts';
import type { JsonPatchOperation } from '../kustomize/patch/json6902.ts';
import { formatPointer, parsePointer } from '../kustomize/patch/pointer.ts';
import { applyMerges } from '../yaml/document.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { locate } from '../yaml/locate.ts';
import { afterOperations } from '../yaml/meaning.ts';
import type { Operation } from '../yaml/primitives.ts';
import { EditRefused } from '../yaml/refused.ts';
import type { PatchExpectation } from './expectation.ts';
import { planValue } from './plan-patch.ts';
import { commonTarget, lifted, missingParent, targetsOf } from './target.ts';
import type { Target } from './target.ts';

/** What becomes of one operation of a JSON6902 patch. */
export interface PlannedOperation {
  /** The edits of its text, with paths that lead from it; each batch starts from the result of the one before. */
  readonly batches: readonly (readonly Operation[])[];
  /** An operation that makes the maps around its target, to stand before it. */
  readonly parent: ValueMap | null;
  /** The operation after the edits; null where it has no effect any more. */
  readonly value: ValueMap | null;
}

/**
 * Plans all operations of a patch, each on the states that those before it leave. On plain values alone: a patch is planned in one pass,
 * however long it is. Throws EditRefused.
 */
export function planJsonPatch(document: ParsedDocument, expectations: readonly PatchExpectation[]): PlannedOperation[] {
  const list = applyMerges(document.shape ?? new Map());
  let states: readonly ValueMap[] = expectations.map(({ base }) => base);
  return operationsOf(document, list).map((operation, index) => {
    const value = valueAt(list, [index]) as ValueMap;
    const planned = new OperationPlanner({ document, index, operation, value, states, expectations }).run();
    ({ states } = planned);
    return planned;
  });
}

function operationsOf(document: ParsedDocument, list: Value): JsonPatchOperation[] {
  try {
    return readOperations(list);
  } catch (error) {
    if (!(error instanceof PatchFailure)) throw error;
    throw new EditRefused('not-a-patch', error.message, locate(document, error.operation === null ? [] : [error.operation]).start);
  }
}

/** Throws EditRefused where the operations do not apply. */
export const appliedTo = (state: ValueMap, operations: readonly Value[]): ValueMap => applying(() => applyJson6902(state, operations));

function applying(apply: () => ValueMap): ValueMap {
  try {
    return apply();
  } catch (error) {
    if (error instanceof PatchFailure) throw new EditRefused('patch-does-not-apply', `the patch could not be applied: ${error.message}`, 0);
    throw error;
  }
}

export const operationValue = (op: string, steps: readonly (string | number)[], value?: Value): ValueMap =>
  new Map<string, Value>([
    ['op', stringScalar(op)],
    ['path', stringScalar(formatPointer(steps))],
    ...(value === undefined ? [] : [['value', value] as const]),
  ]);

interface Situation {
  readonly document: ParsedDocument;
  readonly index: number;
  readonly operation: JsonPatchOperation;
  /** The operation as it stands in the patch. */
  readonly value: ValueMap;
  /** What the operations before make of each base. */
  readonly states: readonly ValueMap[];
  readonly expectations: readonly PatchExpectation[];
}

interface PlannedPatch extends PlannedOperation {
  readonly states: readonly ValueMap[];
}

/** One operation of the patch, being planned. */
class OperationPlanner {
  readonly #situation: Situation;
  readonly #operation: JsonPatchOperation;
  readonly #states: readonly ValueMap[];
  readonly #expectations: readonly PatchExpectation[];

  constructor(situation: Situation) {
    this.#situation = situation;
    this.#operation = situation.operation;
    this.#states = situation.states;
    this.#expectations = situation.expectations;
  }

  run(): PlannedPatch {
    const { op, path } = this.#operation;
    const steps = this.#stepsOf(path);
    if (isIdentity(steps)) return this.#identity(steps);
    if (op === 'test') return this.#test(steps);
    if (op === 'remove') return this.#remove(steps);
    if (op === 'move' || op === 'copy') return this.#transfer(steps);
    return this.#write(steps);
  }

  #refuse(code: 'test-on-dropped-field' | 'moves-dropped-field' | 'moves-whole-map' | 'changes-identity', message: string): EditRefused {
    return new EditRefused(code, message, this.#place());
  }

  #disagree(): EditRefused {
    const message = `${this.#operation.path} would have to be changed in different ways for the installations that share the patch`;
    return new EditRefused('variants-disagree', message, this.#place());
  }

  #place(): number {
    return locate(this.#situation.document, [this.#situation.index, 'path']).start;
  }

  #stepsOf(pointer: string): string[] {
    const steps = parsePointer(pointer);
    if (steps === null) throw this.#refuse('changes-identity', 'the operation is about the whole object');
    return steps;
  }

  /** `kind` and `apiVersion` may be tested; an operation that writes them makes another object of the target. */
  #identity(steps: readonly string[]): PlannedPatch {
    if (this.#operation.op !== 'test') throw this.#refuse('changes-identity', `${this.#operation.path} is written by the patch`);
    const { value } = this.#operation;
    const renamed = steps[0] === 'kind' ? [OLD.kind, NEW.kind] : [OLD.apiVersion, NEW.apiVersion];
    const isOld = isScalar(value) && value.text === renamed[0];
    return this.#become(isOld ? [{ op: 'set', path: ['value'], text: String(renamed[1]), string: true }] : []);
  }

  #write(steps: readonly string[]): PlannedPatch {
    const target = commonTarget(steps, this.#expectations);
    if (target === null) throw this.#disagree();
    if (target.kind === 'dropped') return this.#vanish(targetsOf(steps, this.#expectations));
    const value = this.#operation.value;
    const fate =
      target.kind === 'field' && target.field !== null && value !== undefined ? fateOf(target.field, value, this.#options()) : 'keep';
    if (fate === 'drop') return this.#vanish([target]);
    const zero: Operation[] = fate === 'zero' ? [SET_ZERO] : [];
    return this.#become([...zero, ...this.#pathEdits('path', target.steps)], target.kind === 'whole' ? this.#valuePlan(steps) : []);
  }

  #options(): PatchExpectation['options'] {
    return (this.#expectations[0] as PatchExpectation).options;
  }

  /** The field map applied to a map that the operation writes or tests. */
  #valuePlan(steps: readonly string[], options = this.#options()): Operation[][] {
    const { value } = this.#operation;
    return isMap(value) ? planValue(value, steps, ['value'], options) : [];
  }

  #pathEdits(key: 'path' | 'from', steps: readonly string[]): Operation[] {
    const pointer = formatPointer(steps);
    return pointer === this.#operation[key] ? [] : [{ op: 'set', path: [key], text: pointer, string: true }];
  }

  #remove(steps: readonly string[]): PlannedPatch {
    const target = commonTarget(steps, this.#expectations);
    const isBelow = target?.kind === 'field' && target.field === null;
    return isBelow ? this.#become(this.#pathEdits('path', target.steps)) : this.#vanish(targetsOf(steps, this.#expectations));
  }

  /** What an operation takes away, or would write to no effect, must be gone afterwards. Parts of a field go with it at the end. */
  #vanish(targets: readonly Target[]): PlannedPatch {
    const places = targets.flatMap((target) =>
      target.kind === 'whole' || (target.kind === 'field' && target.field !== null) ? [target.steps] : [],
    );
    const place = places.find((steps) => this.#states.every((state) => valueAt(state, steps) !== undefined));
    if (place === undefined) {
      const isOpen = places.some((steps) => this.#states.some((state) => valueAt(state, steps) !== undefined));
      if (isOpen) throw this.#disagree();
      return this.#without();
    }
    const { op, value } = this.#operation;
    const change: Operation[] = op === 'remove' ? [] : [{ op: 'set', path: ['op'], text: 'remove', string: true }];
    const without: Operation[] = op === 'remove' || value === undefined ? [] : [{ op: 'delete', path: ['value'] }];
    return this.#become([...change, ...this.#pathEdits('path', lifted(place, this.#states, this.#expectations)), ...without]);
  }

  /** The operation goes. */
  #without(): PlannedPatch {
    return { batches: [], parent: null, value: null, states: this.#states };
  }

  #transfer(steps: readonly string[]): PlannedPatch {
    const { op, from } = this.#operation;
    const source = this.#stepsOf(from ?? '');
    if (isIdentity(source)) throw this.#refuse('changes-identity', `${from} is moved or copied`);
    const target = commonTarget(steps, this.#expectations);
    const origins = targetsOf(source, this.#expectations);
    if (target?.kind === 'whole' || origins.some(({ kind }) => kind === 'whole'))
      throw this.#refuse('moves-whole-map', `${op} of a map whose fields go to different places`);
    if (target?.kind === 'dropped' && op === 'copy') return this.#without();
    const origin = origins.find((each) => each.kind === 'field' && this.#states.every((state) => valueAt(state, each.steps) !== undefined));
    if (target?.kind !== 'field' || origin?.kind !== 'field')
      throw this.#refuse('moves-dropped-field', `${op} from ${from} to ${this.#operation.path}, of which one has no place`);
    return this.#become([...this.#pathEdits('from', origin.steps), ...this.#pathEdits('path', target.steps)]);
  }

  /** A test must hold after the conversion as it did before. */
  #test(steps: readonly string[]): PlannedPatch {
    const { value } = this.#operation;
    const targets = targetsOf(steps, this.#expectations).filter(({ kind }) => kind !== 'dropped');
    if (targets.length === 0 && (value === undefined || isNull(value))) return this.#without();
    for (const target of targets) {
      const tested = this.#tested(target, steps);
      if (tested !== null) return tested;
    }
    throw this.#refuse('test-on-dropped-field', `${this.#operation.path} is tested, and would have no counterpart, or another value`);
  }

  #tested(target: Target, steps: readonly string[]): PlannedPatch | null {
    const { value } = this.#operation;
    if (target.kind === 'dropped') return null;
    const plans = target.kind === 'whole' ? this.#wholePlans(steps) : [[]];
    const zero =
      target.kind === 'field' && target.field !== null && value !== undefined
        ? fateOf(target.field, value, this.#options()) === 'zero'
        : false;
    for (const plan of plans) {
      const result = this.#attempt([...(zero ? [SET_ZERO] : []), ...this.#pathEdits('path', target.steps)], plan);
      if (result !== null) return result;
    }
    return null;
  }

  /** A map is only tested whole where no part of it is dropped. */
  #wholePlans(steps: readonly string[]): Operation[][][] {
    const all = this.#expectations.flatMap(({ options, optionsBefore }) => [options, optionsBefore]);
    return all.map((options) => this.#valuePlan(steps, options)).filter((plan) => !plan.flat().some(({ op }) => op === 'delete'));
  }

  #attempt(edits: readonly Operation[], plan: readonly Operation[][]): PlannedPatch | null {
    try {
      return this.#become(edits, plan);
    } catch (error) {
      if (error instanceof EditRefused && error.refusal.code === 'patch-does-not-apply') return null;
      throw error;
    }
  }

  /** The operation with edits, and what it needs before it. */
  #become(edits: readonly Operation[], plan: readonly Operation[][] = []): PlannedPatch {
    const batches = [edits, ...plan].filter((batch) => batch.length > 0);
    const value = afterOperations(this.#situation.value, batches) as ValueMap;
    const parent = this.#missingParent(value);
    const before = parent === null ? this.#states : this.#states.map((state) => this.#applied(state, parent));
    return { batches, parent, value, states: before.map((state) => this.#applied(state, value)) };
  }

  #applied(state: ValueMap, value: ValueMap): ValueMap {
    const [operation] = readOperations([value]);
    return operation === undefined ? state : applying(() => applyOperation(state, operation, this.#situation.index));
  }

  /** The maps that gather fields may be missing around the first of them. */
  #missingParent(value: ValueMap): ValueMap | null {
    const [operation] = readOperations([value]);
    if (operation === undefined || operation.op === 'remove' || operation.op === 'test') return null;
    const steps = parsePointer(operation.path) ?? [];
    const missing = missingParent(steps, this.#states);
    if (missing === null) return null;
    if (!missing.inAll) throw this.#disagree();
    return operationValue('add', missing.steps, nest(steps.slice(missing.steps.length, -1), new Map()));
  }
}

const SET_ZERO: Operation = { op: 'set', path: ['value'], text: '0', string: false };

const isIdentity = (steps: readonly string[]): boolean => steps.length === 1 && (steps[0] === 'kind' || steps[0] === 'apiVersion');
const isNull = (value: Value): boolean => isScalar(value) && value.value === null;
