import type { Path } from '../../model/value.ts';
import type { Operation } from '../../yaml/primitives.ts';
import type { ReferencePlan } from '../referrer.ts';

/** Nothing has to change. */
export const NO_PLAN: ReferencePlan = { batches: [], obstacles: [] };

export const obstacle = (path: Path, message: string): ReferencePlan => ({ batches: [], obstacles: [{ path, message }] });

/** Operations that are all read off the text as it is. */
export const operations = (...batch: readonly Operation[]): ReferencePlan =>
  batch.length === 0 ? NO_PLAN : { batches: [batch], obstacles: [] };

/** Several plans for one document, carried out together. */
export function combined(plans: readonly ReferencePlan[]): ReferencePlan {
  const depth = plans.reduce((most, { batches }) => Math.max(most, batches.length), 0);
  const batches = Array.from({ length: depth }, (_, index) => plans.flatMap((plan) => plan.batches[index] ?? []));
  return { batches, obstacles: plans.flatMap(({ obstacles }) => obstacles) };
}

/** Whether there is anything to do, or to tell. */
export const refers = ({ batches, obstacles }: ReferencePlan): boolean => batches.length > 0 || obstacles.length > 0;

export const setText = (path: Path, text: string): Operation => ({ op: 'set', path, text, string: true });
