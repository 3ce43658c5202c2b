import type { Resource } from '../model/installation.ts';
import { isList, isScalar } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { afterOperations } from '../yaml/meaning.ts';
import type { Operation } from '../yaml/primitives.ts';
import { allReferencesIn, referencesIn } from './find.ts';
import { batchesOf } from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';
import type { ResourceContext } from './resource-context.ts';
import type { ReferrerStage } from './referrer.ts';

/** What is written in one resource that refers to installations. */
export interface ResourceEdits {
  /** Paths lead from the resource. */
  readonly batches: readonly (readonly Operation[])[];
  /** What makes a twin of the resource, which is to stand behind it; null where there is none. */
  readonly twin: readonly (readonly Operation[])[] | null;
  /** Whether it takes the place of its twin, which goes. */
  readonly endsTwin: boolean;
  /** The references that are written, and how. */
  readonly written: readonly { readonly path: Path; readonly how: ResourcePlan['how'] }[];
}

export type TwinState = 'possible' | 'there' | 'none';

/** What is asked of a resource. */
export interface EditRequest {
  readonly stage: ReferrerStage;
  readonly context: ResourceContext;
  /** Whether a resource can get a twin, has one that it can take the place of, or neither. */
  readonly twin: () => TwinState;
  /** Whether the user wants a reference to stay as it is. */
  readonly isKept: (path: Path) => boolean;
}

type Edited = Pick<Resource, 'apiVersion' | 'kind' | 'value'>;

/** What a stage writes in a resource; null where it is nothing. */
export function editsIn(resource: Edited, { stage, context, twin: twinState, isKept }: EditRequest): ResourceEdits | null {
  if (sharesValues(resource.value)) return null; // An edit of one place would be felt in another, and what an alias says is found once only.
  const found = stage === 'finish' ? allReferencesIn(resource) : referencesIn(resource);
  const planned = found.flatMap((reference) => {
    const plan = reference.referrer.plan(reference, stage, context);
    const isOut =
      plan === null || (plan.twin !== undefined && twinState() !== 'possible') || (plan.endsTwin === true && twinState() !== 'there');
    return isOut || isKept(reference.path) ? [] : [{ path: reference.path, plan }];
  });
  const batches = batchesOf(planned.map(({ plan }) => plan));
  const twins = planned.flatMap(({ plan }) => plan.twin ?? []);
  if (batches.length === 0 && twins.length === 0) return null;
  const twin = twins.length === 0 ? null : [...batches, ...batchesOf([{ operations: twins, how: 'extended' }])];
  const endsTwin = planned.some(({ plan }) => plan.endsTwin === true);
  return { batches, twin, endsTwin, written: planned.map(({ path, plan: { how } }) => ({ path, how })) };
}

/** Whether a list or map stands in several places, as an anchor with its aliases does. */
function sharesValues(value: Value, seen = new Set<Value>()): boolean {
  if (isScalar(value)) return false;
  if (seen.has(value)) return true;
  seen.add(value);
  return (isList(value) ? value : [...value.values()]).some((each) => sharesValues(each, seen));
}

/** The twin that a stage writes beside a resource, as plain data; null where there is none. */
export function twinAfter(resource: Edited, request: EditRequest): ValueMap | null {
  const twin = editsIn(resource, request)?.twin ?? null;
  return twin === null ? null : (afterOperations(resource.value, twin) as ValueMap);
}

/** The same resource with what a stage writes in it, as plain data; null where it is nothing. */
export function afterEdits(resource: Edited, request: EditRequest): ValueMap | null {
  const edits = editsIn(resource, request);
  return edits === null || edits.batches.length === 0 ? null : (afterOperations(resource.value, edits.batches) as ValueMap);
}
