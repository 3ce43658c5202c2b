import type { Refusal } from '../model/edit.ts';
import type { Path, Value } from '../model/value.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { listTextAt } from '../yaml/items.ts';
import { openBlockScalar } from '../yaml/layout.ts';
import { EditRefused, refusingAt } from '../yaml/refused.ts';
import { exportedAnchors, readResourceText, resourceTextAt, restoreResourceText } from '../yaml/resource-text.ts';
import type { ResourceText } from '../yaml/resource-text.ts';
import { startDraft } from './draft.ts';
import type { Draft, Finished } from './draft.ts';
import { explainUnreadable } from './explain.ts';

/** The new text of a document's part, proven, with what it means; or why there is none. */
export type Rewrite =
  | {
      readonly ok: true;
      readonly start: number;
      readonly end: number;
      readonly text: string;
      readonly value: Value;
      readonly droppedComments: readonly string[];
    }
  | { readonly ok: false; readonly refusal: Refusal };

/** Rewrites the part of a document that a map or a list takes up, in a draft of its own. Never throws. */
export function rewritePart(document: ParsedDocument, path: Path, form: 'map' | 'list', rewrite: (draft: Draft) => Finished): Rewrite {
  try {
    const part = form === 'map' ? resourceTextAt(document, path) : listTextAt(document, path);
    const { text, value, droppedComments } = refusingAt(
      (offset) => part.start + offset,
      () => rewrite(draftOf(document, part, path)),
    );
    return { ok: true, start: part.start, end: part.end, text: restoreResourceText(part, text), value, droppedComments };
  } catch (error) {
    if (error instanceof EditRefused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

function draftOf(document: ParsedDocument, part: ResourceText, path: Path): Draft {
  const { read, outer } = readResourceText(document, part, path);
  const [problem] = read.problems;
  if (problem !== undefined) throw explainUnreadable(problem);
  const open = openBlockScalar(read);
  if (open !== null)
    throw new EditRefused('block-scalar-without-final-newline', 'a block scalar ends the file without a final newline', open);
  return startDraft(read, outer, exportedAnchors(document, part));
}
