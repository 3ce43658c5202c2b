import { isMap } from '../model/value.ts';
import type { Path, ValueMap } from '../model/value.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { openBlockScalar } from '../yaml/layout.ts';
import { listUnitAt } from '../yaml/items.ts';
import { EditRefused } from '../yaml/refused.ts';
import type { OuterAnchors } from '../yaml/shape.ts';
import { exportedAnchors, readUnit, requireSameAnchors, restoreUnit, unitAt } from '../yaml/resource-text.ts';
import type { Unit } from '../yaml/resource-text.ts';
import { VariantsDisagree } from './demand.ts';
import type { PatchContext } from './demand.ts';
import type { Finished } from './draft.ts';
import { explainUnreadable } from './explain.ts';
import { isConverted } from './plan-patch.ts';
import { unsafeMergeKey } from './plan.ts';
import { inUnit } from './installation.ts';
import type { Rewrite } from './installation.ts';

/** A rewrite of a patch. Where variants disagree, the contexts that want the same stand together, by their indexes. */
export type PatchRewrite =
  | Extract<Rewrite, { ok: true }>
  | (Extract<Rewrite, { ok: false }> & { readonly groups: readonly (readonly number[])[] });

type RewriteText = (before: ParsedDocument, outer: OuterAnchors) => Finished;

/** Rewrites the part of a document that one patch, a map or a list, takes up. Never throws. */
export function rewriteFragment(document: ParsedDocument, path: Path, form: 'map' | 'list', rewrite: RewriteText): PatchRewrite {
  try {
    const unit = form === 'map' ? unitAt(document, path) : listUnitAt(document, path);
    const { text, droppedComments } = inUnit(unit, () => rewriteUnit(document, unit, path, rewrite));
    return { ok: true, start: unit.start, end: unit.end, text: restoreUnit(unit, text), droppedComments };
  } catch (error) {
    if (error instanceof EditRefused)
      return { ok: false, refusal: error.refusal, groups: error instanceof VariantsDisagree ? error.groups : [] };
    throw error;
  }
}

function rewriteUnit(
  document: ParsedDocument,
  unit: Unit,
  path: Path,
  rewrite: RewriteText,
): { text: string; droppedComments: readonly string[] } {
  const { unit: before, outer } = readUnit(document, unit, path);
  const [problem] = before.problems;
  if (problem !== undefined) throw explainUnreadable(problem);
  const open = openBlockScalar(before);
  if (open !== null)
    throw new EditRefused('block-scalar-without-final-newline', 'a block scalar ends the file without a final newline', open);
  const { after, droppedComments } = rewrite(before, outer);
  requireSameAnchors(exportedAnchors(document, unit), { before, after }, unit);
  return { text: after.text, droppedComments };
}

/** A strategic-merge patch that can be mapped. Throws EditRefused. */
export function requirePatchMap({ shape }: ParsedDocument, contexts: readonly PatchContext[]): ValueMap {
  if (contexts.length === 0) throw new EditRefused('applies-nowhere', 'the patch applies to no installation', 0);
  if (!isMap(shape)) throw new EditRefused('not-a-patch', 'the patch is not a map', 0);
  if (isConverted(shape)) throw new EditRefused('already-converted', 'the patch is one of a Mattermost already', 0);
  const merge = unsafeMergeKey(shape);
  if (merge !== null) throw new EditRefused('merge-key', 'a merge key brings fields that move', 0);
  return shape;
}
