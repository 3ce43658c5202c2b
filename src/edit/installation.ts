import type { Refusal, RefusalCode } from '../model/edit.ts';
import { formatPath, isMap } from '../model/value.ts';
import type { Path, ValueMap } from '../model/value.ts';
import { convert } from '../operator/convert.ts';
import type { ConvertOptions } from '../operator/convert.ts';
import { commentsOf, sameComments } from '../yaml/comments.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { openBlockScalar } from '../yaml/layout.ts';
import { locate } from '../yaml/locate.ts';
import { isJson } from '../yaml/primitives.ts';
import { EditRefused } from '../yaml/refused.ts';
import { exportedAnchors, readUnit, requireSameAnchors, restoreUnit, unitAt } from '../yaml/resource-text.ts';
import type { Unit } from '../yaml/resource-text.ts';
import { applyOperations } from './apply.ts';
import { explainUnreadable } from './explain.ts';
import { kustomizeDirective, planOperations, unsafeMergeKey } from './plan.ts';

/** The new text of a document's part, or why there is none. */
export type Rewrite =
  | { readonly ok: true; readonly start: number; readonly end: number; readonly text: string; readonly droppedComments: readonly string[] }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * Rewrites one installation of a document by text edits, and proves the result: read again it must equal the operator's conversion of what
 * was read before, no comment may be lost except with a deleted entry, and nothing else may have changed. Never throws; never guesses.
 */
export function rewriteInstallation(document: ParsedDocument, path: Path, options: ConvertOptions): Rewrite {
  try {
    const unit = unitAt(document, path);
    const { text, droppedComments } = inUnit(unit, () => rewriteUnit(document, unit, path, options));
    return { ok: true, start: unit.start, end: unit.end, text: restoreUnit(unit, text), droppedComments };
  } catch (error) {
    if (error instanceof EditRefused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

/** Runs something that refuses at offsets of a unit; the refusal then tells the place in the document. */
function inUnit<T>(unit: Unit, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof EditRefused ? error.movedTo((offset) => unit.start + offset) : error;
  }
}

interface Edited {
  readonly text: string;
  readonly droppedComments: readonly string[];
}

function rewriteUnit(document: ParsedDocument, unit: Unit, path: Path, options: ConvertOptions): Edited {
  const { unit: before, outer } = readUnit(document, unit, path);
  const installation = requireInstallation(before);
  const { after, dropped } = applyOperations({
    before,
    outer,
    batches: planOperations(installation, options),
    expected: convert(installation, options),
  });
  proveLayout(before, after);
  if (!sameComments(commentsOf(before), [...commentsOf(after), ...dropped]))
    throw refuseAt(before, [], 'post-comments', 'a comment would be lost or changed');
  requireSameAnchors(exportedAnchors(document, unit), { before, after }, unit);
  return { text: after.text, droppedComments: dropped.map(({ text }) => text) };
}

const refuseAt = (document: ParsedDocument, path: Path, code: RefusalCode, message: string): EditRefused =>
  new EditRefused(code, message, locate(document, path).start);

/** A whole installation that can be read and edited. */
function requireInstallation(before: ParsedDocument): ValueMap {
  const [problem] = before.problems;
  if (problem !== undefined) throw explainUnreadable(problem);
  const installation = before.shape;
  if (!isMap(installation)) throw new EditRefused('not-a-map', 'the installation is not a map', 0);
  const merge = unsafeMergeKey(installation);
  if (merge !== null) throw refuseAt(before, merge, 'merge-key', `${formatPath(merge)} is a merge key that brings fields which move`);
  const directive = before.text.includes('$') ? kustomizeDirective(installation) : null;
  if (directive !== null) throw refuseAt(before, directive, 'kustomize-directive', `${formatPath(directive)} is a directive of kustomize`);
  const open = openBlockScalar(before);
  if (open !== null)
    throw new EditRefused('block-scalar-without-final-newline', 'a block scalar ends the file without a final newline', open);
  return installation;
}

function proveLayout(before: ParsedDocument, after: ParsedDocument): void {
  const fault = layoutFault(before.text, after.text);
  if (fault !== null) throw refuseAt(before, [], 'post-layout', fault);
  if (isJson(before.text) && readsAsJson(before.text) && !readsAsJson(after.text))
    throw refuseAt(before, [], 'post-json', 'the result would not be JSON');
}

function layoutFault(before: string, after: string): string | null {
  if (before.endsWith('\n') !== after.endsWith('\n')) return 'the final newline would change';
  if (before.includes('\n') && !hasLoneLf(before) && hasLoneLf(after)) return 'the line breaks would change';
  return !before.includes('\r') && after.includes('\r') ? 'the line breaks would change' : null;
}

const hasLoneLf = (text: string): boolean => /(?<!\r)\n/.test(text);

function readsAsJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export { inUnit, proveLayout };
