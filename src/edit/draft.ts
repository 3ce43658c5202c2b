import type { Edit, Refusal } from '../model/edit.ts';
import { firstDifference } from '../model/same.ts';
import type { Path, Value } from '../model/value.ts';
import { unshared } from '../yaml/aliases.ts';
import { commentsOf, commentsWithin, sameTexts } from '../yaml/comments.ts';
import { applyMerges, parseDocument } from '../yaml/document.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { openBlockScalar } from '../yaml/layout.ts';
import { locate } from '../yaml/locate.ts';
import { batchEdits } from '../yaml/primitives.ts';
import type { Operation } from '../yaml/primitives.ts';
import { EditRefused, refusingAt } from '../yaml/refused.ts';
import { requireSameAnchors } from '../yaml/resource-text.ts';
import type { Anchor, OuterAnchors } from '../yaml/shape.ts';
import { applyEdits, dominantEol, isJson, offsetBefore } from '../yaml/text.ts';
import { explainBroken, explainDifference, explainUseless } from './explain.ts';

/**
 * A text while it is edited: a document, or the part of one that an installation or a patch takes up. Edited in steps, read again after each.
 * Drafts never change; each step makes another.
 */
export interface Draft {
  /** The text that all steps started from. */
  readonly before: ParsedDocument;
  /** Anchors that stand before it in its document. */
  readonly outer: OuterAnchors;
  /** Its anchors that are used after it. */
  readonly exported: readonly Anchor[];
  readonly document: ParsedDocument;
  readonly operations: readonly Operation[];
  /** Comments that went with what they belonged to. */
  readonly dropped: readonly string[];
  readonly history: readonly (readonly Edit[])[];
}

const NO_ANCHORS: OuterAnchors = () => undefined;

export const startDraft = (before: ParsedDocument, outer: OuterAnchors = NO_ANCHORS, exported: readonly Anchor[] = []): Draft => ({
  before,
  outer,
  exported,
  document: before,
  operations: [],
  dropped: [],
  history: [],
});

/** The data of a draft, merge keys applied. */
export const valueOf = ({ document }: Draft): Value => applyMerges(document.shape ?? new Map());

/** Operations that are read off the same text; comments only go with deleted entries. Throws EditRefused. */
export function operated(draft: Draft, operations: readonly Operation[]): Draft {
  if (operations.length === 0) return draft;
  return stepped({ ...draft, operations: [...draft.operations, ...operations] }, (document) => batchEdits(document, operations));
}

/** Operations that nothing but their own places may feel: what shares an anchor with them is written out. Throws EditRefused. */
export function operatedApart(draft: Draft, operations: readonly Operation[]): Draft {
  const { writtenOut, operations: rest } = atOrigin(draft, () => unshared(draft.document, operations));
  return operated(writtenOut.length === 0 ? draft : edited(draft, () => [...writtenOut]), rest);
}

/** Edits made from the draft's document; comments may go with the text that they replace. Throws EditRefused. */
export const edited = (draft: Draft, edit: (document: ParsedDocument) => Edit[]): Draft =>
  stepped(draft, (document) => ({ deletions: edit(document), others: [] }));

/** Parts of the text that were finished as drafts of their own, with the comments that they have dropped. Throws EditRefused. */
export function joined(draft: Draft, parts: readonly Edit[], dropped: readonly string[]): Draft {
  if (parts.length === 0) return draft;
  const starts = new Set(parts.map(({ start }) => start));
  // What went wrong inside a part is only known to stand somewhere in it.
  const next = refusingAt(
    (offset) => (starts.has(offset) ? 0 : offset),
    () => after(draft, parts),
  );
  return { ...next, dropped: [...draft.dropped, ...dropped] };
}

interface DraftStep {
  /** Edits that comments may go with. */
  readonly deletions: readonly Edit[];
  readonly others: readonly Edit[];
}

function stepped(before: Draft, step: (document: ParsedDocument) => DraftStep): Draft {
  const draft = withFinalBreak(before);
  const { deletions, others } = atOrigin(draft, () => step(draft.document));
  const dropped = commentsWithin(draft.document, deletions).map(({ text }) => text);
  return { ...after(draft, [...deletions, ...others]), dropped: [...draft.dropped, ...dropped] };
}

/** A text without a final line break gets one until it is finished. */
function withFinalBreak(draft: Draft): Draft {
  const { document, outer } = draft;
  if (document.text.endsWith('\n')) return draft;
  return { ...draft, document: parseDocument(document.text + dominantEol(document.text), outer) };
}

/** The draft with edits of its text, which must be readable after them. */
function after(draft: Draft, edits: readonly Edit[]): Draft {
  const text = atOrigin(draft, () => applyEdits(draft.document.text, edits));
  const document = parseDocument(text, draft.outer);
  const next = { ...draft, document, history: [...draft.history, edits] };
  const [problem] = document.problems;
  if (problem === undefined) return next;
  throw explainBroken(draft.before, text, { ...problem, offset: originOf(next, problem.offset) }, problem.offset);
}

const originOf = ({ history }: Draft, offset: number): number => history.reduceRight((at, edits) => offsetBefore(edits, at), offset);

/** Refusals of the action tell the place in the text before. */
const atOrigin = <T>(draft: Draft, action: () => T): T => refusingAt((offset) => originOf(draft, offset), action);

/** Where a field of the draft, or its nearest parent, stood in the text before. */
export const placeOf = (draft: Draft, path: Path): number => originOf(draft, locate(draft.document, path).start);

/** What an edited text must mean: a value, or any that serves. */
export type Expected = Value | ((value: Value) => boolean);

export interface Finished {
  readonly text: string;
  /** What the text means: merge keys not applied. */
  readonly value: Value;
  readonly droppedComments: readonly string[];
}

/**
 * The finished text, with its end as it was before. Proves that it means what is expected, that no comment is lost but with what it belonged
 * to, that line breaks stay and JSON stays JSON, and that what stands after it is meant as before. Throws EditRefused.
 */
export function finish(draft: Draft, expected: Expected): Finished {
  const document = withEndOf(draft);
  const value = document.shape ?? new Map<string, Value>();
  proveEnd(draft, document);
  proveMeaning(draft, value, expected);
  proveLayout(draft.before, document);
  if (!sameTexts(commentTexts(draft.before), [...commentTexts(document), ...draft.dropped]))
    throw refuseAtStart(draft.before, 'post-comments', 'a comment would be lost or changed');
  requireSameAnchors(draft.exported, draft.before, document);
  return { text: document.text, value, droppedComments: draft.dropped };
}

type Attempt = () => Finished;

/** The first of some ways that is not refused; where all are, why the first was. `mayGoOn` tells after which refusals the next is tried. */
export function firstFinished(
  [attempt, ...others]: readonly [Attempt, ...Attempt[]],
  mayGoOn: (refusal: Refusal) => boolean = () => true,
): Finished {
  try {
    return attempt();
  } catch (error) {
    const [next, ...rest] = others;
    if (!(error instanceof EditRefused) || next === undefined || !mayGoOn(error.refusal)) throw error;
    return refusingWith(error, () => firstFinished([next, ...rest], mayGoOn));
  }
}

function refusingWith<T>(refused: EditRefused, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof EditRefused ? refused : error;
  }
}

/** Blank lines before entries that went may have come to be the last. */
function withEndOf({ before, document, outer }: Draft): ParsedDocument {
  if (before.text.endsWith('\n') || !document.text.endsWith('\n')) return document;
  return parseDocument(document.text.replace(/[\r\n]+$/, ''), outer);
}

function proveEnd(draft: Draft, document: ParsedDocument): void {
  const open = openBlockScalar(document);
  if (open !== null && openBlockScalar(draft.before) === null)
    throw new EditRefused(
      'block-scalar-would-lose-final-newline',
      'a block scalar would end the file without a final newline',
      originOf(draft, open),
    );
}

function proveMeaning({ before, operations }: Draft, value: Value, expected: Expected): void {
  if (typeof expected === 'function') {
    if (!expected(value)) throw explainUseless(before, operations);
    return;
  }
  const difference = firstDifference(expected, value);
  if (difference !== null) throw explainDifference(before, operations, difference);
}

function proveLayout(before: ParsedDocument, document: ParsedDocument): void {
  const fault = layoutFault(before.text, document.text);
  if (fault !== null) throw refuseAtStart(before, 'post-layout', fault);
  if (isJson(before.text) && readsAsJson(before.text) && !readsAsJson(document.text))
    throw refuseAtStart(before, 'post-json', 'the result would not be JSON');
}

const refuseAtStart = (document: ParsedDocument, code: 'post-layout' | 'post-json' | 'post-comments', message: string): EditRefused =>
  new EditRefused(code, message, locate(document, []).start);

function layoutFault(before: string, text: string): string | null {
  if (before.endsWith('\n') !== text.endsWith('\n')) return 'the final newline would change';
  if (before.includes('\n') && !hasLoneLf(before) && hasLoneLf(text)) return 'the line breaks would change';
  return !before.includes('\r') && text.includes('\r') ? 'the line breaks would change' : null;
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

const commentTexts = (document: ParsedDocument): string[] => commentsOf(document).map(({ text }) => text);
