import type { Refusal } from '../model/edit.ts';
import type { Value } from '../model/value.ts';
import type { Fragment } from '../kustomize/model.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { listTextAt } from '../yaml/items.ts';
import { EditRefused, refusingAt } from '../yaml/refused.ts';
import { exportedAnchors, readResourceText, resourceTextAt, restoreResourceText } from '../yaml/resource-text.ts';
import type { ResourceText } from '../yaml/resource-text.ts';
import { startDraft } from './draft.ts';
import type { Draft, Finished } from './draft.ts';
import { finishedMap, requireReadable } from './map-part.ts';
import type { FoundPart } from './map-part.ts';

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

/** Where in a document an object stands, or a map of one. */
export type PartOfDocument = Pick<Fragment, 'path' | 'holds'>;

/** Rewrites the part of a document that an object takes up, in a draft of its own. Never throws. */
export const rewritePart = (document: ParsedDocument, { path, holds }: PartOfDocument, rewrite: (draft: Draft) => Finished): Rewrite =>
  guarded(() => {
    const found = { part: resourceTextAt(document, path), path };
    return holds === undefined
      ? rewriteFound(document, found, rewrite)
      : restored(found.part, finishedMap(document, { ...found, holds }, rewrite));
  });

/** The same for the list of operations of a patch. */
export const rewriteListPart = (document: ParsedDocument, path: PartOfDocument['path'], rewrite: (draft: Draft) => Finished): Rewrite =>
  guarded(() => rewriteFound(document, { part: listTextAt(document, path), path }, rewrite));

function guarded(attempt: () => Rewrite): Rewrite {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof EditRefused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

const restored = (part: ResourceText, { text, value, droppedComments }: Finished): Rewrite => ({
  ok: true,
  start: part.start,
  end: part.end,
  text: restoreResourceText(part, text),
  value,
  droppedComments,
});

/** Throws EditRefused. */
function rewriteFound(document: ParsedDocument, found: FoundPart, rewrite: (draft: Draft) => Finished): Rewrite {
  const { part } = found;
  const finished = refusingAt(
    (offset) => part.start + offset,
    () => rewrite(draftOf(document, found)),
  );
  return restored(part, finished);
}

function draftOf(document: ParsedDocument, { part, path }: FoundPart): Draft {
  const { read, outer } = readResourceText(document, part, path);
  requireReadable(read);
  return startDraft(read, outer, exportedAnchors(document, part));
}
