import type { Refusal } from '../model/edit.ts';
import { sameValue } from '../model/same.ts';
import { valueAt } from '../model/value.ts';
import type { Value } from '../model/value.ts';
import type { Fragment } from '../kustomize/model.ts';
import { NEW, OLD } from '../operator/fields.ts';
import { parseDocument } from '../yaml/document.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { listTextAt } from '../yaml/items.ts';
import { openBlockScalar } from '../yaml/layout.ts';
import { locate } from '../yaml/locate.ts';
import { EditRefused, refusingAt } from '../yaml/refused.ts';
import { exportedAnchors, readResourceText, resourceTextAt, restoreResourceText } from '../yaml/resource-text.ts';
import type { ResourceText } from '../yaml/resource-text.ts';
import { columnOf, dominantEol, isJson } from '../yaml/text.ts';
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

/** Where in a document an object stands, or the spec of one. */
export type PartOfDocument = Pick<Fragment, 'path' | 'holds'>;

/** Rewrites the part of a document that an object takes up, in a draft of its own. Never throws. */
export const rewritePart = (document: ParsedDocument, { path, holds }: PartOfDocument, rewrite: (draft: Draft) => Finished): Rewrite =>
  guarded(() => {
    const found = { part: resourceTextAt(document, path), path };
    return holds === 'spec' ? rewriteSpec(document, found, rewrite) : rewriteFound(document, found, rewrite);
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

interface FoundPart extends Pick<PartOfDocument, 'path'> {
  readonly part: ResourceText;
}

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

function requireReadable(read: ParsedDocument): void {
  const [problem] = read.problems;
  if (problem !== undefined) throw explainUnreadable(problem);
  const open = openBlockScalar(read);
  if (open !== null)
    throw new EditRefused('block-scalar-without-final-newline', 'a block scalar ends the file without a final newline', open);
}

/** A spec is edited as a part of an object of its own, whose other lines are taken off again. Throws EditRefused. */
function rewriteSpec(document: ParsedDocument, { part, path }: FoundPart, rewrite: (draft: Draft) => Finished): Rewrite {
  const frame = frameAround(document, { part, path });
  const finished = refusingAt(
    (offset) => part.start + Math.max(offset - frame.head.length, 0),
    () => rewrite(draftOfSpec(document, { part, path }, frame)),
  );
  const head = frame.head.replace(OLD.apiVersion, NEW.apiVersion).replace(OLD.kind, NEW.kind);
  const spec = valueAt(finished.value, ['spec']);
  if (spec === undefined || !finished.text.startsWith(head) || !finished.text.endsWith(frame.tail))
    throw new EditRefused('post-value', 'nothing would be left of the fields here', part.start);
  const text = finished.text.slice(head.length, finished.text.length - frame.tail.length);
  return restored(part, { ...finished, text, value: spec });
}

function draftOfSpec(document: ParsedDocument, { part, path }: FoundPart, { head, tail }: Frame): Draft {
  const { outer } = readResourceText(document, part, path);
  const read = parseDocument(head + part.text + tail, outer);
  requireReadable(read);
  const [whole, own] = [valueAt(document.shape ?? undefined, path), valueAt(read.shape ?? undefined, ['spec'])];
  if (whole === undefined || own === undefined || !sameValue(whole, own))
    throw new EditRefused('parse-error', 'the fields can not be read on their own', 0);
  const exported = exportedAnchors(document, part).map((anchor) => ({ ...anchor, offset: anchor.offset + head.length }));
  return startDraft(read, outer, exported);
}

/** What stands around a spec to make an object of it. */
interface Frame {
  readonly head: string;
  readonly tail: string;
}

/** The fields stay in their columns, and so does the key over them: that is how deep further ones are written. */
function frameAround(document: ParsedDocument, { part, path }: FoundPart): Frame {
  const { text } = document;
  if (isJson(text)) return { head: `{"apiVersion": "${OLD.apiVersion}", "kind": "${OLD.kind}", "spec": `, tail: '}' };
  const eol = dominantEol(text);
  const blanks = ' '.repeat(columnOf(text, locate(document, path).start));
  const head = [`apiVersion: ${OLD.apiVersion}`, `kind: ${OLD.kind}`, 'spec:'].map((line) => blanks + line).join(eol);
  return { head: head + (part.text.startsWith('{') ? ' ' : eol), tail: '' };
}
