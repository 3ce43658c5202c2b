import { shownResource } from '../../kustomize/resource.ts';
import { literalTest, readSelector, targetTest } from '../../kustomize/selector.ts';
import type { ResourceTest } from '../../kustomize/selector.ts';
import { asStructure, writtenPath } from '../../model/structure.ts';
import { isMap, valueAt } from '../../model/value.ts';
import type { Path, Value } from '../../model/value.ts';
import { afterOperations } from '../../yaml/meaning.ts';
import type { ReferenceContext, ReferencePlan } from '../referrer.ts';
import { combined, obstacle } from './plan.ts';

/** Resources of the new kind that were there before are none of an installation's business, and no edit may reach them. */

/** A plan for a selector, with an obstacle where it would choose a Mattermost that it does not choose now. */
export function sparing(
  plan: ReferencePlan,
  { document, path, by }: { readonly document: Value; readonly path: Path; readonly by: 'patterns' | 'words' },
  { mattermosts }: ReferenceContext,
  what: string,
): ReferencePlan {
  if (plan.batches.length === 0 || mattermosts.length === 0) return plan;
  const before = testOf(valueAt(document, path), by);
  const after = testOf(valueAt(asStructure(afterOperations(document, spelled(document, plan).batches)), path), by);
  const reached = mattermosts.find((each) => after(each) && !before(each));
  return reached === undefined
    ? plan
    : combined([
        plan,
        obstacle(path, `with this ${what} ${shownResource(reached)} would be ${verbOf(what)} as well; name the installation in it`),
      ]);
}

/** What becomes of what a selector chooses. */
const verbOf = (what: string): string => (what === 'reject' ? 'left out' : what === 'source' ? 'found' : 'changed');

function testOf(selector: Value | undefined, by: 'patterns' | 'words'): ResourceTest {
  if (!isMap(selector)) return () => false;
  const read = readSelector(selector, []);
  if (by === 'words') return literalTest(read);
  const test = targetTest(read);
  return typeof test === 'function' ? test : () => false;
}

/** A plan whose paths lead through the keys as they are written. */
export const spelled = (document: Value, { batches, obstacles }: ReferencePlan): ReferencePlan => ({
  batches: batches.map((batch) => batch.map((operation) => ({ ...operation, path: writtenPath(document, operation.path) }))),
  obstacles: obstacles.map((each) => ({ ...each, path: writtenPath(document, each.path) })),
});

/** A plan for what holds for all resources of the kind, with an obstacle where there is a Mattermost that it did not hold for. */
export function sparingAll(plan: ReferencePlan, path: Path, { mattermosts: [first] }: ReferenceContext, what: string): ReferencePlan {
  return plan.batches.length === 0 || first === undefined
    ? plan
    : combined([
        plan,
        obstacle(path, `with this ${what} ${shownResource(first)} would be changed as well; it can only be meant for all of the kind`),
      ]);
}
