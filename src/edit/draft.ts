import type { Edit } from '../model/edit.ts';
import { isMap } from '../model/value.ts';
import type { Path, Value } from '../model/value.ts';
import { commentsOf, commentsWithin, sameComments } from '../yaml/comments.ts';
import type { Comment } from '../yaml/comments.ts';
import { applyMerges, parseDocument } from '../yaml/document.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { locate } from '../yaml/locate.ts';
import { batchEdits } from '../yaml/primitives.ts';
import type { Operation } from '../yaml/primitives.ts';
import { EditRefused } from '../yaml/refused.ts';
import type { OuterAnchors } from '../yaml/shape.ts';
import { applyEdits, dominantEol, offsetBefore } from '../yaml/text.ts';
import { explainBroken } from './explain.ts';
import { proveLayout } from './installation.ts';

/** A patch while it is rewritten: edited in steps, read again after each. Drafts never change; each step makes another. */
export interface Draft {
  /** The text that all steps started from. */
  readonly before: ParsedDocument;
  readonly outer: OuterAnchors;
  readonly document: ParsedDocument;
  /** Comments that went with what they belonged to. */
  readonly dropped: readonly Comment[];
  readonly history: readonly (readonly Edit[])[];
}

/** A text without a final line break gets one until it is finished. */
export function startDraft(before: ParsedDocument, outer: OuterAnchors): Draft {
  const document = before.text.endsWith('\n') ? before : parseDocument(before.text + dominantEol(before.text), outer);
  return { before, outer, document, dropped: [], history: [] };
}

/** The data of a draft, merge keys applied. */
export const valueOf = ({ document }: Draft): Value => applyMerges(document.shape ?? new Map());

/** Operations that are read off the same text; comments only go with deleted entries. Throws EditRefused. */
export const operated = (draft: Draft, operations: readonly Operation[]): Draft =>
  stepped(draft, (document) => batchEdits(document, operations));

/** Edits made from the draft's document; comments may go with the text that they replace. Throws EditRefused. */
export const edited = (draft: Draft, edit: (document: ParsedDocument) => Edit[]): Draft =>
  stepped(draft, (document) => ({ deletions: edit(document), others: [] }));

interface Step {
  /** Edits that comments may go with. */
  readonly deletions: readonly Edit[];
  readonly others: readonly Edit[];
}

function stepped(draft: Draft, step: (document: ParsedDocument) => Step): Draft {
  const { document, outer } = draft;
  const { deletions, others } = atOrigin(draft, () => step(document));
  const edits = [...deletions, ...others];
  const after = parseDocument(applyEdits(document.text, edits), outer);
  const [problem] = after.problems;
  if (problem !== undefined)
    throw explainBroken(
      draft.before,
      after.text,
      { ...problem, offset: originOf(draft, offsetBefore(edits, problem.offset)) },
      problem.offset,
    );
  return {
    ...draft,
    document: after,
    dropped: [...draft.dropped, ...commentsWithin(document, deletions)],
    history: [...draft.history, edits],
  };
}

const originOf = ({ history }: Draft, offset: number): number => history.reduceRight((at, edits) => offsetBefore(edits, at), offset);

/** Refusals of the action tell the place in the text before. */
function atOrigin<T>(draft: Draft, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof EditRefused ? error.movedTo((offset) => originOf(draft, offset)) : error;
  }
}

/** Where a field of the draft, or its nearest parent, stood in the text before. */
export const placeOf = (draft: Draft, path: Path): number => originOf(draft, locate(draft.document, path).start);

export interface Finished {
  readonly after: ParsedDocument;
  readonly droppedComments: readonly string[];
}

/** The finished text, with the final line break that the text before had, and proofs of all but its meaning. Throws EditRefused. */
export function finished({ before, document, outer, dropped }: Draft): Finished {
  const after = before.text.endsWith('\n') ? document : parseDocument(document.text.replace(/\r?\n$/, ''), outer);
  if (!sameComments(commentsOf(before), [...commentsOf(after), ...dropped]))
    throw new EditRefused('post-comments', 'a comment would be lost or changed', 0);
  proveLayout(before, after);
  return { after, droppedComments: dropped.map(({ text }) => text) };
}

/** The maps that a path leads through, as far as they stand in the draft: the length of the longest part of the path that is a map. */
export function depthOfMaps(value: Value, path: Path): number {
  let at: Value | undefined = value;
  let depth = -1;
  while (isMap(at)) {
    depth += 1;
    at = at.get(String(path[depth]));
  }
  return depth;
}
