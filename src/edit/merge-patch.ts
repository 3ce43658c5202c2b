import { formatPath, isMap, isScalar, valueAt } from '../model/value.ts';
import type { Path, Scalar, Value, ValueMap } from '../model/value.ts';
import { PatchFailure } from '../kustomize/patch/failure.ts';
import { asKustomizeReads } from '../kustomize/patch/reading.ts';
import { strategicMerge } from '../kustomize/patch/strategic-merge.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { insertAt, replaceValue } from '../yaml/insert.ts';
import { EditRefused } from '../yaml/refused.ts';
import type { OuterAnchors } from '../yaml/shape.ts';
import { decisionId, demandsOf, differencesOf, groupsOf, VariantsDisagree } from './demand.ts';
import type { Demand, Difference, PatchContext } from './demand.ts';
import { edited, finished, operated, placeOf, startDraft, valueOf, depthOfMaps } from './draft.ts';
import type { Draft, Finished } from './draft.ts';
import { requirePatchMap, rewriteFragment } from './fragment.ts';
import type { PatchRewrite } from './fragment.ts';
import { expectedHeader, nest, planMergePatch, sameOrMissing } from './plan-patch.ts';

/**
 * Rewrites a strategic-merge patch of ClusterInstallations into one of Mattermosts by text edits, and proves it: in every context it leads
 * from the conversion of the state before to the conversion of the state after. Never throws; where no single text serves all contexts, the
 * refusal's code is `variants-disagree`.
 */
export function rewriteMergePatch(document: ParsedDocument, path: Path, contexts: readonly PatchContext[]): PatchRewrite {
  return rewriteFragment(document, path, 'map', (before, outer) => {
    const patch = requirePatchMap(before, contexts);
    return firstThatServes(before, outer, { patch, demands: demandsOf(contexts) });
  });
}

interface Task {
  readonly patch: ValueMap;
  readonly demands: readonly Demand[];
}

/** Conditional fields go where the first decision sends them; where that does not serve, where the next does. New parents likewise. */
function firstThatServes(before: ParsedDocument, outer: OuterAnchors, task: Task): Finished {
  const decisions = new Map(task.demands.map((demand) => [decisionId(demand.options), demand]));
  const plans = [...decisions.values()].flatMap((demand) => [{ demand, host: 'first' } as const, { demand, host: 'last' } as const]);
  let refused: EditRefused | null = null;
  for (const plan of plans) {
    try {
      return attempt(startDraft(before, outer), plan, task);
    } catch (error) {
      if (!(error instanceof EditRefused)) throw error;
      refused ??= error;
    }
  }
  throw refused ?? new EditRefused('applies-nowhere', 'the patch applies to no installation', 0);
}

interface Plan {
  readonly demand: Demand;
  readonly host: 'first' | 'last';
}

function attempt(start: Draft, { demand, host }: Plan, task: Task): Finished {
  const batches = planMergePatch(task.patch, demand.options, task.demands);
  const mapped = batches.reduce(
    (draft, batch) =>
      operated(
        draft,
        batch.map((each) => (each.op === 'wrap' ? { ...each, host } : each)),
      ),
    start,
  );
  const result = finished(repaired(mapped, task));
  proveMeaning(start, result, task);
  return result;
}

/** Repairs of one place can show others below it. */
const ROUNDS = 6;

function repaired(mapped: Draft, task: Task): Draft {
  let draft = mapped;
  for (let round = 0; round < ROUNDS; round += 1) {
    const differences = differencesOf(mergedStates(draft, task), wantedStates(task), true);
    if (differences.length === 0) return draft;
    for (const difference of differences) draft = repair(draft, difference, task);
  }
  throw new EditRefused('post-value', 'the rewritten patch would not mean what was intended', 0);
}

const wantedStates = ({ demands }: Task): (ValueMap | undefined)[] => demands.map(({ wanted }) => wanted ?? undefined);

/** What the patch makes of each base now. */
function mergedStates(draft: Draft, { demands }: Task): (ValueMap | undefined)[] {
  const patch = asKustomizeReads(valueOf(draft));
  if (!isMap(patch)) throw new EditRefused('not-a-patch', 'the patch is not a map', 0);
  return demands.map(({ base }) => merged(base, patch));
}

function merged(base: ValueMap, patch: ValueMap): ValueMap | undefined {
  try {
    const result = strategicMerge(base, patch);
    return result === null ? undefined : withIdentityOf(base, result);
  } catch (error) {
    if (error instanceof PatchFailure) throw new EditRefused('patch-does-not-apply', `the patch could not be applied: ${error.message}`, 0);
    throw error;
  }
}

/** A patch names its target, or a target of its own is given; what it says of kind and name changes nothing. */
function withIdentityOf(base: ValueMap, result: ValueMap): ValueMap {
  const own = ['apiVersion', 'kind'].flatMap((key) => pick(base, key));
  const metadata = base.get('metadata');
  const patched = result.get('metadata');
  if (!isMap(metadata)) return new Map([...result, ...own]);
  const names = ['name', 'namespace'].flatMap((key) => pick(metadata, key));
  const others = isMap(patched) ? [...patched].filter(([key]) => key !== 'name' && key !== 'namespace') : [];
  return new Map([...result, ...own, ['metadata', new Map([...names, ...others])]]);
}

function pick(map: ValueMap, key: string): [string, Value][] {
  const value = map.get(key);
  return value === undefined ? [] : [[key, value]];
}

const NULL: Scalar = { text: 'null', plain: true, tag: null, value: null };

function repair(draft: Draft, difference: Difference, task: Task): Draft {
  const { path, wanted } = difference;
  const own = valueAt(valueOf(draft), path);
  const bases = task.demands.map(({ base }) => (isReplaced(valueOf(draft), path) ? undefined : valueAt(base, path)));
  if (own !== undefined && wanted.every((value, index) => sameOrMissing(value, bases[index]))) return withoutEntry(draft, path, task);
  if (difference.isEmptyMap) return put(draft, path, new Map());
  const value = wanted[0] ?? NULL;
  if (path[0] !== 'spec' || !wanted.every((each) => sameOrMissing(each, wanted[0]))) throw disagreement(draft, difference, task);
  return put(draft, path, value);
}

/** Whether a map around a path replaces what the base has there. */
const isReplaced = (patch: Value, path: Path): boolean =>
  path.some((_, length) => {
    const directive = valueAt(patch, [...path.slice(0, length), '$patch']);
    return isScalar(directive) && directive.text === 'replace';
  });

function disagreement(draft: Draft, { path, wanted }: Difference, { demands }: Task): EditRefused {
  const at = placeOf(draft, path);
  const groups = groupsOf(demands, (demand) => wanted.findIndex((value) => sameOrMissing(value, wanted[demands.indexOf(demand)])));
  if (groups.length < 2) return new EditRefused('post-value', `${formatPath(path)} would not become what was intended`, at);
  return new VariantsDisagree(`${formatPath(path)} would have to differ between the installations that share the patch`, at, groups);
}

/** Deletes an entry, and the maps that it leaves empty where they are not needed. */
function withoutEntry(draft: Draft, path: Path, task: Task): Draft {
  const without = operated(draft, [{ op: 'delete', path }]);
  const parent = path.slice(0, -1);
  const map = valueAt(valueOf(without), parent);
  if (parent.length < 2 || !isMap(map) || map.size > 0) return without;
  const pruned = withoutEntry(without, parent, task);
  const isNeeded = mergedStates(pruned, task).some(
    (state, index) => !sameOrMissing(valueAt(state, parent), valueAt(mergedStates(without, task)[index], parent)),
  );
  return isNeeded ? without : pruned;
}

/** Gives a field of the patch a value, creating the maps around it. */
function put(draft: Draft, path: Path, value: Value): Draft {
  const depth = depthOfMaps(valueOf(draft), path);
  if (depth === path.length || valueAt(valueOf(draft), path.slice(0, depth + 1)) !== undefined) {
    const at = path.slice(0, depth === path.length ? depth : depth + 1);
    return edited(draft, (document) => replaceValue(document, at, nest(path.slice(at.length), value)));
  }
  return edited(draft, (document) => insertAt(document, path.slice(0, depth), String(path[depth]), nest(path.slice(depth + 1), value)));
}

/** The finished text, read anew, must lead every base to what is wanted, and nothing but header and spec may have changed. Throws EditRefused. */
function proveMeaning(start: Draft, { after }: Finished, task: Task): void {
  const end = startDraft(after, start.outer);
  const patch = valueOf(end) as ValueMap;
  const states = mergedStates(end, task);
  const serves = task.demands.every(({ wanted }, index) => sameOrMissing(states[index], wanted ?? undefined));
  const header = expectedHeader(task.patch);
  const keepsHeader = [...header].every(([key, text]) => (valueAt(patch, [key]) as Scalar | undefined)?.text === (text ?? undefined));
  const keepsMetadata = sameOrMissing(task.patch.get('metadata'), patch.get('metadata'));
  if (!serves || !keepsHeader || !keepsMetadata)
    throw new EditRefused('post-value', 'the rewritten patch would not mean what was intended', 0);
}
