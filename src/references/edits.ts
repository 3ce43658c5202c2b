import type { Resource } from '../model/installation.ts';
import type { Path, ValueMap } from '../model/value.ts';
import { afterOperations } from '../yaml/meaning.ts';
import type { Operation } from '../yaml/primitives.ts';
import { allReferencesIn, referencesIn } from './find.ts';
import { batchesOf } from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';
import type { ResourceContext } from './resource-context.ts';
import type { Stage } from './referrer.ts';

/** What is written in one resource that refers to installations. */
export interface ResourceEdits {
  /** Paths lead from the resource. */
  readonly batches: readonly (readonly Operation[])[];
  /** The references that are written, and how. */
  readonly written: readonly { readonly path: Path; readonly how: ResourcePlan['how'] }[];
}

/** What is asked of a resource. */
export interface EditRequest {
  readonly stage: Stage;
  readonly context: ResourceContext;
  /** Whether the user wants a reference to stay as it is. */
  readonly isKept: (path: Path) => boolean;
}

type Edited = Pick<Resource, 'apiVersion' | 'kind' | 'value'>;

/** What a stage writes in a resource; null where it is nothing. */
export function editsIn(resource: Edited, { stage, context, isKept }: EditRequest): ResourceEdits | null {
  const found = stage === 'finish' ? allReferencesIn(resource) : referencesIn(resource);
  const planned = found.flatMap((reference) => {
    const plan = reference.referrer.plan(reference, stage, context);
    return plan === null || isKept(reference.path) ? [] : [{ path: reference.path, plan }];
  });
  const batches = batchesOf(planned.map(({ plan }) => plan));
  return batches.length === 0 ? null : { batches, written: planned.map(({ path, plan: { how } }) => ({ path, how })) };
}

/** The same resource with what a stage writes in it, as plain data; null where it is nothing. */
export function afterEdits(resource: Edited, request: EditRequest): ValueMap | null {
  const edits = editsIn(resource, request);
  return edits === null ? null : (afterOperations(resource.value, edits.batches) as ValueMap);
}
