import { sameOrMissing } from '../model/same.ts';
import { formatPath, isMap, isScalar, nest, NULL, valueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { withoutMetadata } from '../operator/convert.ts';
import { PatchFailure } from '../kustomize/patch/failure.ts';
import { asKustomizeReads } from '../kustomize/patch/reading.ts';
import { strategicMerge } from '../kustomize/patch/strategic-merge.ts';
import { applyMerges } from '../yaml/document.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { insertAt, replaceValue } from '../yaml/insert.ts';
import type { Operation } from '../yaml/primitives.ts';
import { EditRefused } from '../yaml/refused.ts';
import { edited, finish, firstFinished, operated, placeOf, valueOf } from './draft.ts';
import type { Draft, Finished } from './draft.ts';
import { decisionId, differencesOf, expectationsOf } from './expectation.ts';
import type { PatchContext, PatchExpectation, StateDifference } from './expectation.ts';
import { requireSafeMerges, withHost } from './installation.ts';
import { rewritePart } from './part.ts';
import type { PartOfDocument, Rewrite } from './part.ts';
import { expectedHeader, isConverted, planMergePatch, textAt } from './plan-patch.ts';

/**
 * Rewrites a strategic-merge patch of ClusterInstallations into one of Mattermosts by text edits, and proves it: in every context it leads
 * from the conversion of the state before to the conversion of the state after. Never throws; where no single text serves all contexts, the
 * refusal's code is `variants-disagree`.
 */
export const rewriteMergePatch = (document: ParsedDocument, part: PartOfDocument, contexts: readonly PatchContext[]): Rewrite =>
  rewritePart(document, part, (draft) => {
    const patch = requirePatch(draft.before);
    return firstThatServes(draft, { patch, expectations: expectationsOf(contexts) });
  });

/** A strategic-merge patch that can be mapped. Throws EditRefused. */
function requirePatch(document: ParsedDocument): ValueMap {
  const { shape } = document;
  if (!isMap(shape)) throw new EditRefused('not-a-patch', 'the patch is not a map', 0);
  if (isConverted(shape)) throw new EditRefused('already-converted', 'the patch is one of a Mattermost already', 0);
  requireSafeMerges(document, shape);
  return shape;
}

/** A patch, and what it must do once it is rewritten. */
interface Goal {
  readonly patch: ValueMap;
  readonly expectations: readonly PatchExpectation[];
}

/** Conditional fields go where the first decision sends them; where that does not serve, where the next does. New parents likewise. */
function firstThatServes(start: Draft, goal: Goal): Finished {
  const decisions = new Map(goal.expectations.map(({ options }) => [decisionId(options), options]));
  const plans = [...decisions.values()].map((options) => planMergePatch(goal.patch, options, goal.expectations));
  const [first, ...others] = plans.flatMap((plan) =>
    (['first', 'last'] as const).map(
      (host) => () =>
        attempt(
          start,
          plan.map((batch) => withHost(batch, host)),
          goal,
        ),
    ),
  );
  if (first === undefined) throw new EditRefused('applies-nowhere', 'the patch applies to no installation', 0);
  return firstFinished([first, ...others]);
}

function attempt(start: Draft, batches: readonly (readonly Operation[])[], goal: Goal): Finished {
  const draft = repaired(batches.reduce(operated, start), goal);
  return finish(draft, (value) => serves(applyMerges(value), goal));
}

/** Repairs of one place can show others below it. */
const ROUNDS = 6;

function repaired(mapped: Draft, goal: Goal): Draft {
  let draft = mapped;
  for (let round = 0; round < ROUNDS; round += 1) {
    const differences = differencesOf(mergedStates(valueOf(draft), goal), expectedStates(goal), true);
    if (differences.length === 0) return draft;
    for (const difference of differences) draft = repair(draft, difference, goal);
  }
  throw new EditRefused('post-value', 'the rewritten patch would not mean what was intended', 0);
}

const expectedStates = ({ expectations }: Goal): (ValueMap | undefined)[] => expectations.map(({ expected }) => expected ?? undefined);

/** What a patch makes of each base. */
function mergedStates(value: Value, { expectations }: Goal): (ValueMap | undefined)[] {
  const patch = asKustomizeReads(value);
  if (!isMap(patch)) throw new EditRefused('not-a-patch', 'the patch is not a map', 0);
  return expectations.map(({ base }) => merged(base, patch));
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

function repair(draft: Draft, difference: StateDifference, goal: Goal): Draft {
  const { path, expected } = difference;
  const own = valueAt(valueOf(draft), path);
  const bases = goal.expectations.map(({ base }) => (isReplaced(valueOf(draft), path) ? undefined : valueAt(base, path)));
  if (own !== undefined && expected.every((value, index) => sameOrMissing(value, bases[index]))) return withoutEntry(draft, path, goal);
  if (difference.isEmptyMap) return put(draft, path, new Map());
  const value = expected[0] ?? NULL;
  if (path[0] !== 'spec' || !expected.every((each) => sameOrMissing(each, expected[0]))) throw disagreement(draft, difference);
  return put(draft, path, value);
}

/** Whether a map around a path replaces what the base has there. */
const isReplaced = (patch: Value, path: Path): boolean =>
  path.some((_, length) => {
    const directive = valueAt(patch, [...path.slice(0, length), '$patch']);
    return isScalar(directive) && directive.text === 'replace';
  });

function disagreement(draft: Draft, { path, expected }: StateDifference): EditRefused {
  const at = placeOf(draft, path);
  if (expected.every((value) => sameOrMissing(value, expected[0])))
    return new EditRefused('post-value', `${formatPath(path)} would not become what was intended`, at);
  const message = `${formatPath(path)} would have to differ between the installations that share the patch`;
  return new EditRefused('variants-disagree', message, at);
}

/** Deletes an entry, and the maps that it leaves empty where they are not needed. */
function withoutEntry(draft: Draft, path: Path, goal: Goal): Draft {
  const without = operated(draft, [{ op: 'delete', path }]);
  const parent = path.slice(0, -1);
  const map = valueAt(valueOf(without), parent);
  if (parent.length < 2 || !isMap(map) || map.size > 0) return without;
  const pruned = withoutEntry(without, parent, goal);
  const isNeeded = mergedStates(valueOf(pruned), goal).some(
    (state, index) => !sameOrMissing(valueAt(state, parent), valueAt(mergedStates(valueOf(without), goal)[index], parent)),
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

/** The length of the longest part of a path that leads to a map. */
function depthOfMaps(value: Value, path: Path): number {
  let at: Value | undefined = value;
  let depth = -1;
  while (isMap(at)) {
    depth += 1;
    at = at.get(String(path[depth]));
  }
  return depth;
}

/** Whether a patch leads every base to what is expected, and differs in nothing but header and spec from what it was. */
function serves(patch: Value, goal: Goal): boolean {
  const states = mergedStates(patch, goal);
  const keepsHeader = [...expectedHeader(goal.patch)].every(([key, text]) => textAt(patch, key) === text);
  const keepsMetadata = sameOrMissing(withoutMetadata(goal.patch).get('metadata'), valueAt(patch, ['metadata']));
  return (
    keepsHeader && keepsMetadata && goal.expectations.every(({ expected }, index) => sameOrMissing(states[index], expected ?? undefined))
  );
}
