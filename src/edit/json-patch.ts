import { sameOrMissing } from '../model/same.ts';
import { isList, stringScalar, valueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { NEW } from '../operator/fields.ts';
import { formatPointer } from '../kustomize/patch/pointer.ts';
import { applyMerges } from '../yaml/document.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { insertAt, replaceValue } from '../yaml/insert.ts';
import { deleteItems, insertItem } from '../yaml/items.ts';
import { locate } from '../yaml/locate.ts';
import type { Operation } from '../yaml/primitives.ts';
import { EditRefused } from '../yaml/refused.ts';
import { edited, finish, operated, valueOf } from './draft.ts';
import type { Draft, Finished } from './draft.ts';
import { differencesOf, expectationsOf } from './expectation.ts';
import type { PatchContext, PatchExpectation, StateDifference } from './expectation.ts';
import { rewriteListPart } from './part.ts';
import type { Rewrite } from './part.ts';
import { appliedTo, operationValue, planJsonPatch } from './plan-json-patch.ts';
import type { PlannedOperation } from './plan-json-patch.ts';

/**
 * Rewrites a JSON6902 patch of ClusterInstallations into one of Mattermosts by text edits, and proves it: in every context it leads from the
 * conversion of the state before to the conversion of the state after. Operations keep their order; those that lose their effect go, parents
 * that are missing are added before, and what is still lacking is added at the end. Never throws.
 */
export const rewriteJsonPatch = (document: ParsedDocument, path: Path, contexts: readonly PatchContext[]): Rewrite =>
  rewriteListPart(document, path, (draft) => rewriteList(draft, contexts));

function rewriteList(draft: Draft, contexts: readonly PatchContext[]): Finished {
  if (contexts.length === 0) throw new EditRefused('applies-nowhere', 'the patch applies to no installation', 0);
  const expectations = expectationsOf(contexts);
  const planned = planJsonPatch(draft.before, expectations);
  const completing = completingOperations(planned, expectations, locate(draft.before, []).start);
  const written = withInserted(mapped(draft, planned), planned, completing);
  return finish(withoutEmptied(written, planned, completing.length), (value) => serves(applyMerges(value), expectations));
}

/** Whether a patch leads every base to what is expected. */
const serves = (patch: Value, expectations: readonly PatchExpectation[]): boolean =>
  expectations.every(({ base, expected }) => sameOrMissing(appliedTo(base, isList(patch) ? patch : []), expected ?? undefined));

/** The edits of all operations, a batch of all at a time. */
function mapped(draft: Draft, planned: readonly PlannedOperation[]): Draft {
  const depth = planned.reduce((most, { batches }) => Math.max(most, batches.length), 0);
  const batches = Array.from({ length: depth }, (_, at) =>
    planned.flatMap(({ batches }, index) => (batches[at] ?? []).map((each): Operation => ({ ...each, path: [index, ...each.path] }))),
  );
  return batches.reduce(operated, draft);
}

/** The list with parents before the operations that need them, and what is still lacking at the end. */
function withInserted(draft: Draft, planned: readonly PlannedOperation[], completing: readonly ValueMap[]): Draft {
  const parents = planned.flatMap(({ parent }, index) => (parent === null ? [] : [{ index, operation: parent }]));
  const all = [...parents, ...completing.map((operation) => ({ index: planned.length, operation }))];
  return all.length === 0
    ? draft
    : edited(draft, (document) => all.flatMap((each) => insertItem(document, [], each.index, each.operation)));
}

/** Operations at the end for what the conversion of the state after has, or lacks, beyond what the patch writes. */
function completingOperations(planned: readonly PlannedOperation[], expectations: readonly PatchExpectation[], place: number): ValueMap[] {
  const operations = planned.flatMap(({ parent, value }) => [parent, value].filter((each) => each !== null));
  const differences = differencesOf(
    expectations.map(({ base }) => appliedTo(base, operations)),
    expectations.map(({ expected }) => expected ?? undefined),
    false,
  );
  return differences.map((difference) => completing(difference, place));
}

function completing({ path, actual, expected }: StateDifference, place: number): ValueMap {
  const steps = path.map(String);
  const isCommon = expected.every((value) => sameOrMissing(value, expected[0]));
  const isAll = actual.every((value) => value !== undefined);
  if (path[0] === 'metadata')
    throw new EditRefused('writes-dropped-metadata', `${formatPointer(steps)} is metadata that is not taken over`, place);
  if (path[0] !== 'spec') throw new EditRefused('post-value', `${formatPointer(steps)} would not become what was intended`, place);
  if (!isCommon || (expected[0] === undefined && !isAll)) {
    const message = `${formatPointer(steps)} would have to differ between the installations that share the patch`;
    throw new EditRefused('variants-disagree', message, place);
  }
  return expected[0] === undefined ? operationValue('remove', steps) : operationValue(isAll ? 'replace' : 'add', steps, expected[0]);
}

/** Deletes operations without effect. kustomize refuses an empty list, so that of nothing else one becomes a test that holds. */
function withoutEmptied(draft: Draft, planned: readonly PlannedOperation[], added: number): Draft {
  const emptied = emptiedIndexes(planned);
  const [first, ...others] = emptied;
  if (first === undefined) return draft;
  const isAll = emptied.length === planned.length && added === 0;
  const gone = isAll ? others : emptied;
  const rest = gone.length === 0 ? draft : edited(draft, (document) => deleteItems(document, [], gone));
  return isAll ? placeholder(rest) : rest;
}

/** Where operations without effect stand once the parents are in the list. */
function emptiedIndexes(planned: readonly PlannedOperation[]): number[] {
  let inserted = 0;
  return planned.flatMap(({ parent, value }, index) => {
    if (parent !== null) inserted += 1;
    return value === null ? [index + inserted] : [];
  });
}

function placeholder(draft: Draft): Draft {
  const operation = valueAt(valueOf(draft), [0]) as ValueMap;
  const deleted: Operation[] = operation.has('from') ? [{ op: 'delete', path: [0, 'from'] }] : [];
  const named = operated(draft, [
    { op: 'set', path: [0, 'op'], text: 'test', string: true },
    { op: 'set', path: [0, 'path'], text: '/kind', string: true },
    ...deleted,
  ]);
  const kind = stringScalar(NEW.kind);
  return edited(named, (document) =>
    operation.has('value') ? replaceValue(document, [0, 'value'], kind) : insertAt(document, [0], 'value', kind),
  );
}
