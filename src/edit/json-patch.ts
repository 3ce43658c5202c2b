import { isList, isMap, isScalar, valueAt } from '../model/value.ts';
import type { Path, Scalar, Value, ValueMap } from '../model/value.ts';
import { fateOf } from '../operator/convert.ts';
import { NEW, OLD } from '../operator/fields.ts';
import { PatchFailure } from '../kustomize/patch/failure.ts';
import { applyJson6902, readOperations } from '../kustomize/patch/json6902.ts';
import type { Operation as PatchOperation } from '../kustomize/patch/json6902.ts';
import { formatPointer, parsePointer } from '../kustomize/patch/pointer.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { insertAt, replaceValue } from '../yaml/insert.ts';
import { deleteItem, insertItem } from '../yaml/items.ts';
import type { Operation } from '../yaml/primitives.ts';
import { EditRefused } from '../yaml/refused.ts';
import type { OuterAnchors } from '../yaml/shape.ts';
import { demandsOf, differencesOf, groupsOf, VariantsDisagree } from './demand.ts';
import type { Demand, Difference, PatchContext } from './demand.ts';
import { edited, finished, operated, placeOf, startDraft, valueOf } from './draft.ts';
import type { Draft, Finished } from './draft.ts';
import { rewriteFragment } from './fragment.ts';
import type { PatchRewrite } from './fragment.ts';
import { nest, planValue, sameOrMissing } from './plan-patch.ts';
import { commonTarget, lifted, missingParent, targetsOf } from './target.ts';
import type { Target } from './target.ts';

/**
 * Rewrites a JSON6902 patch of ClusterInstallations into one of Mattermosts by text edits, and proves it: in every context it leads from the
 * conversion of the state before to the conversion of the state after. Operations keep their order; those that lose their effect go, parents
 * that are missing are added before, and what is still lacking is added at the end. Never throws.
 */
export function rewriteJsonPatch(document: ParsedDocument, path: Path, contexts: readonly PatchContext[]): PatchRewrite {
  return rewriteFragment(document, path, 'list', (before, outer) => rewriteList(before, outer, contexts));
}

function rewriteList(before: ParsedDocument, outer: OuterAnchors, contexts: readonly PatchContext[]): Finished {
  if (contexts.length === 0) throw new EditRefused('applies-nowhere', 'the patch applies to no installation', 0);
  const demands = demandsOf(contexts);
  const start: Progress = { draft: startDraft(before, outer), at: 0, emptied: [], states: demands.map(({ base }) => base) };
  const mapped = operationsOf(start.draft).reduce((progress, operation) => new Rewriting(progress, operation, demands).run(), start);
  const result = finished(withoutEmptied(completed(mapped, demands)));
  const end = startDraft(result.after, outer);
  const serves = demands.every(({ base, wanted }) => sameOrMissing(appliedTo(base, valueOf(end)), wanted ?? undefined));
  if (!serves) throw new EditRefused('post-value', 'the rewritten patch would not mean what was intended', 0);
  return result;
}

interface Progress {
  readonly draft: Draft;
  /** Index in the draft of the operation that is next. */
  readonly at: number;
  /** Indexes of operations that have no effect any more. */
  readonly emptied: readonly number[];
  /** What the operations so far make of each base. */
  readonly states: readonly ValueMap[];
}

function operationsOf(draft: Draft): PatchOperation[] {
  try {
    return readOperations(valueOf(draft));
  } catch (error) {
    if (error instanceof PatchFailure)
      throw new EditRefused('not-a-patch', error.message, placeOf(draft, error.operation === null ? [] : [error.operation]));
    throw error;
  }
}

/** Throws EditRefused where the operations do not apply. */
function appliedTo(state: ValueMap, operations: Value): ValueMap {
  try {
    return applyJson6902(state, isList(operations) ? operations : []);
  } catch (error) {
    if (error instanceof PatchFailure) throw new EditRefused('patch-does-not-apply', `the patch could not be applied: ${error.message}`, 0);
    throw error;
  }
}

const text = (content: string): Scalar => ({ text: content, plain: true, tag: null, value: content });

const operationValue = (op: string, steps: readonly (string | number)[], value?: Value): ValueMap =>
  new Map<string, Value>([
    ['op', text(op)],
    ['path', text(formatPointer(steps))],
    ...(value === undefined ? [] : [['value', value] as const]),
  ]);

/** One operation of the patch, being rewritten. */
class Rewriting {
  readonly #progress: Progress;
  readonly #operation: PatchOperation;
  readonly #demands: readonly Demand[];

  constructor(progress: Progress, operation: PatchOperation, demands: readonly Demand[]) {
    this.#progress = progress;
    this.#operation = operation;
    this.#demands = demands;
  }

  run(): Progress {
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

  #disagree(wants: (demand: Demand, index: number) => unknown): EditRefused {
    const message = `${this.#operation.path} would have to be changed in different ways for the installations that share the patch`;
    return new VariantsDisagree(
      message,
      this.#place(),
      groupsOf(this.#demands, (demand) => wants(demand, this.#demands.indexOf(demand))),
    );
  }

  #place(): number {
    return placeOf(this.#progress.draft, [this.#progress.at, 'path']);
  }

  #stepsOf(pointer: string): string[] {
    const steps = parsePointer(pointer);
    if (steps === null) throw this.#refuse('changes-identity', 'the operation is about the whole object');
    return steps;
  }

  /** `kind` and `apiVersion` may be tested; an operation that writes them makes another object of the target. */
  #identity(steps: readonly string[]): Progress {
    if (this.#operation.op !== 'test') throw this.#refuse('changes-identity', `${this.#operation.path} is written by the patch`);
    const { value } = this.#operation;
    const renamed = steps[0] === 'kind' ? [OLD.kind, NEW.kind] : [OLD.apiVersion, NEW.apiVersion];
    const isOld = isScalar(value) && value.text === renamed[0];
    return this.#become(isOld ? [{ op: 'set', path: ['value'], text: String(renamed[1]), string: true }] : []);
  }

  #write(steps: readonly string[]): Progress {
    const target = commonTarget(steps, this.#demands);
    if (target === null)
      throw this.#disagree(({ options }) =>
        JSON.stringify(targetsOf(steps, [{ ...this.#demands[0], options, optionsBefore: options } as Demand])),
      );
    if (target.kind === 'dropped') return this.#vanish(targetsOf(steps, this.#demands));
    const value = this.#operation.value;
    const fate =
      target.kind === 'field' && target.field !== null && value !== undefined ? fateOf(target.field, value, this.#options()) : 'keep';
    if (fate === 'drop') return this.#vanish([target]);
    const zero: Operation[] = fate === 'zero' ? [{ op: 'set', path: ['value'], text: '0', string: false }] : [];
    return this.#become([...zero, ...this.#pathEdits('path', target.steps)], target.kind === 'whole' ? this.#valuePlan(steps) : []);
  }

  #options(): Demand['options'] {
    return (this.#demands[0] as Demand).options;
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

  #remove(steps: readonly string[]): Progress {
    const target = commonTarget(steps, this.#demands);
    const isBelow = target?.kind === 'field' && target.field === null;
    return isBelow ? this.#become(this.#pathEdits('path', target.steps)) : this.#vanish(targetsOf(steps, this.#demands));
  }

  /** What an operation takes away, or would write to no effect, must be gone afterwards. Parts of a field go with it at the end. */
  #vanish(targets: readonly Target[]): Progress {
    const { states, at, emptied } = this.#progress;
    const places = targets.flatMap((target) =>
      target.kind === 'whole' || (target.kind === 'field' && target.field !== null) ? [target.steps] : [],
    );
    const place = places.find((steps) => states.every((state) => valueAt(state, steps) !== undefined));
    if (place === undefined) {
      const open = places.find((steps) => states.some((state) => valueAt(state, steps) !== undefined));
      if (open !== undefined) throw this.#disagree((_, index) => valueAt(states[index], open) !== undefined);
      return { ...this.#progress, at: at + 1, emptied: [...emptied, at] };
    }
    const { op, value } = this.#operation;
    const change: Operation[] = op === 'remove' ? [] : [{ op: 'set', path: ['op'], text: 'remove', string: true }];
    const without: Operation[] = op === 'remove' || value === undefined ? [] : [{ op: 'delete', path: ['value'] }];
    return this.#become([...change, ...this.#pathEdits('path', lifted(place, states, this.#demands)), ...without]);
  }

  #transfer(steps: readonly string[]): Progress {
    const { op, from } = this.#operation;
    const { states, at, emptied } = this.#progress;
    const source = this.#stepsOf(from ?? '');
    if (isIdentity(source)) throw this.#refuse('changes-identity', `${from} is moved or copied`);
    const target = commonTarget(steps, this.#demands);
    const origins = targetsOf(source, this.#demands);
    if (target?.kind === 'whole' || origins.some(({ kind }) => kind === 'whole'))
      throw this.#refuse('moves-whole-map', `${op} of a map whose fields go to different places`);
    if (target?.kind === 'dropped' && op === 'copy') return { ...this.#progress, at: at + 1, emptied: [...emptied, at] };
    const origin = origins.find((each) => each.kind === 'field' && states.every((state) => valueAt(state, each.steps) !== undefined));
    if (target?.kind !== 'field' || origin?.kind !== 'field')
      throw this.#refuse('moves-dropped-field', `${op} from ${from} to ${this.#operation.path}, of which one has no place`);
    return this.#become([...this.#pathEdits('from', origin.steps), ...this.#pathEdits('path', target.steps)]);
  }

  /** A test must hold after the conversion as it did before. */
  #test(steps: readonly string[]): Progress {
    const { value } = this.#operation;
    const targets = targetsOf(steps, this.#demands).filter(({ kind }) => kind !== 'dropped');
    const { at, emptied } = this.#progress;
    if (targets.length === 0 && (value === undefined || isNull(value))) return { ...this.#progress, at: at + 1, emptied: [...emptied, at] };
    for (const target of targets) {
      const tested = this.#tested(target, steps);
      if (tested !== null) return tested;
    }
    throw this.#refuse('test-on-dropped-field', `${this.#operation.path} is tested, and would have no counterpart, or another value`);
  }

  #tested(target: Target, steps: readonly string[]): Progress | null {
    const { value } = this.#operation;
    if (target.kind === 'dropped') return null;
    const plans = target.kind === 'whole' ? this.#wholePlans(steps) : [[]];
    const zero =
      target.kind === 'field' && target.field !== null && value !== undefined
        ? fateOf(target.field, value, this.#options()) === 'zero'
        : false;
    const set: Operation[] = zero ? [{ op: 'set', path: ['value'], text: '0', string: false }] : [];
    for (const plan of plans) {
      const result = this.#attempt([...set, ...this.#pathEdits('path', target.steps)], plan);
      if (result !== null) return result;
    }
    return null;
  }

  /** A map is only tested whole where no part of it is dropped. */
  #wholePlans(steps: readonly string[]): Operation[][][] {
    const all = this.#demands.flatMap(({ options, optionsBefore }) => [options, optionsBefore]);
    return all.map((options) => this.#valuePlan(steps, options)).filter((plan) => !plan.flat().some(({ op }) => op === 'delete'));
  }

  #attempt(edits: readonly Operation[], plan: readonly Operation[][]): Progress | null {
    try {
      return this.#become(edits, plan);
    } catch (error) {
      if (error instanceof EditRefused && error.refusal.code === 'patch-does-not-apply') return null;
      throw error;
    }
  }

  /** Edits the operation's text, adds what it needs before it, and applies both. Paths of the edits lead from the operation. */
  #become(edits: readonly Operation[], plan: readonly Operation[][] = []): Progress {
    const { at } = this.#progress;
    const below = (operations: readonly Operation[]): Operation[] => operations.map((each) => ({ ...each, path: [at, ...each.path] }));
    const batches = [edits, ...plan].filter((batch) => batch.length > 0);
    const draft = batches.reduce((before, batch) => operated(before, below(batch)), this.#progress.draft);
    const changed = this.#withParents({ ...this.#progress, draft });
    const operation = valueAt(valueOf(changed.draft), [changed.at]) as Value;
    return { ...changed, at: changed.at + 1, states: changed.states.map((state) => appliedTo(state, [operation])) };
  }

  /** The maps that gather fields may be missing around the first of them. */
  #withParents(progress: Progress): Progress {
    const { draft, at, states } = progress;
    const operation = operationsOf(draft)[at] as PatchOperation;
    if (operation.op === 'remove' || operation.op === 'test') return progress;
    const steps = parsePointer(operation.path) ?? [];
    const missing = missingParent(steps, states);
    if (missing === null) return progress;
    if (!missing.inAll) throw this.#disagree((_, index) => valueAt(states[index], missing.steps) !== undefined);
    const parent = operationValue('add', missing.steps, nest(steps.slice(missing.steps.length, -1), new Map()));
    return {
      ...progress,
      draft: edited(draft, (document) => insertItem(document, [], at, parent)),
      at: at + 1,
      states: states.map((state) => appliedTo(state, [parent])),
    };
  }
}

const isIdentity = (steps: readonly string[]): boolean => steps.length === 1 && (steps[0] === 'kind' || steps[0] === 'apiVersion');
const isNull = (value: Value): boolean => isScalar(value) && value.value === null;

/** Operations at the end for what the conversion of the state after has, or lacks, beyond what the patch wrote. */
function completed({ draft, at, emptied, states }: Progress, demands: readonly Demand[]): Progress {
  const differences = differencesOf(
    states,
    demands.map(({ wanted }) => wanted ?? undefined),
    false,
  );
  const operations = differences.map((difference) => completing(draft, difference, demands));
  const done = operations.reduce(
    (before, operation, index) => edited(before, (document) => insertItem(document, [], at + index, operation)),
    draft,
  );
  return {
    draft: done,
    at,
    emptied,
    states: states.map((state) => operations.reduce((before, operation) => appliedTo(before, [operation]), state)),
  };
}

function completing(draft: Draft, { path, actual, wanted }: Difference, demands: readonly Demand[]): ValueMap {
  const steps = path.map(String);
  const isCommon = wanted.every((value) => sameOrMissing(value, wanted[0]));
  const isAll = actual.every((value) => value !== undefined);
  if (path[0] !== 'spec')
    throw new EditRefused('post-value', `${formatPointer(steps)} would not become what was intended`, placeOf(draft, []));
  if (!isCommon || (wanted[0] === undefined && !isAll)) {
    const groups = groupsOf(demands, (demand) => wanted.findIndex((value) => sameOrMissing(value, wanted[demands.indexOf(demand)])));
    throw new VariantsDisagree(
      `${formatPointer(steps)} would have to differ between the installations that share the patch`,
      placeOf(draft, []),
      groups,
    );
  }
  return wanted[0] === undefined ? operationValue('remove', steps) : operationValue(isAll ? 'replace' : 'add', steps, wanted[0]);
}

/** Deletes operations without effect. kustomize refuses an empty list, so the last one becomes a test that holds. */
function withoutEmptied({ draft, emptied }: Progress): Draft {
  const [first, ...others] = emptied;
  if (first === undefined) return draft;
  const isAll = emptied.length === operationsOf(draft).length;
  const gone = isAll ? others : emptied;
  const rest = [...gone].reverse().reduce((before, index) => edited(before, (document) => deleteItem(document, [], index)), draft);
  return isAll ? placeholder(rest) : rest;
}

function placeholder(draft: Draft): Draft {
  const operation = valueAt(valueOf(draft), [0]) as ValueMap;
  const deleted: Operation[] = operation.has('from') ? [{ op: 'delete', path: [0, 'from'] }] : [];
  const named = operated(draft, [
    { op: 'set', path: [0, 'op'], text: 'test', string: true },
    { op: 'set', path: [0, 'path'], text: '/kind', string: true },
    ...deleted,
  ]);
  const kind = text(NEW.kind);
  return edited(named, (document) =>
    operation.has('value') ? replaceValue(document, [0, 'value'], kind) : insertAt(document, [0], 'value', kind),
  );
}
