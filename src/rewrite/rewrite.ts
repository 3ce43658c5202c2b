import type { Refusal } from '../model/edit.ts';
import { Fingerprints } from '../model/same.ts';
import { formatPath, isMap } from '../model/value.ts';
import type { Path, ValueMap } from '../model/value.ts';
import { convert } from '../operator/convert.ts';
import type { ConvertOptions } from '../operator/convert.ts';
import { compareComments } from '../yaml/comments.ts';
import { parseDocument } from '../yaml/document.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { endsInOpenBlockScalar } from '../yaml/geometry.ts';
import { editsFor, isJson } from '../yaml/primitives.ts';
import type { Operation } from '../yaml/primitives.ts';
import { EditRefused } from '../yaml/refused.ts';
import { applyEdits, dominantEol } from '../yaml/text.ts';
import { restoreUnit, unitAt } from '../yaml/unit.ts';
import { planOperations, unsafeMergeKey } from './plan.ts';

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
    const before = parseDocument(unit.text);
    const [problem] = before.problems;
    if (problem !== undefined) throw new EditRefused(problem.code, problem.message, unit.start + problem.offset);
    const { text, droppedComments } = rewriteUnit(before, options);
    return { ok: true, start: unit.start, end: unit.end, text: restoreUnit(unit, text), droppedComments };
  } catch (error) {
    if (error instanceof EditRefused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

function rewriteUnit(before: ParsedDocument, options: ConvertOptions): Edited {
  const installation = requireMap(before);
  const merge = unsafeMergeKey(installation);
  if (merge !== null) throw new EditRefused('merge-key', `a merge key in ${formatPath(merge) || 'the root'} brings fields that move`, 0);
  if (!before.text.endsWith('\n') && endsInOpenBlockScalar(before)) {
    throw new EditRefused('block-scalar-without-final-newline', 'a block scalar ends the file without a final newline', before.text.length);
  }
  const operations = planOperations(installation, options);
  const expected = new Expectation(convert(installation, options));
  const edited = firstThatHolds(before, operations, expected);
  proveLayout(before.text, edited);
  return { ...edited, droppedComments: proveComments(before.text, edited) };
}

interface Edited {
  readonly text: string;
  /** The text that deletions took out: the only place a comment may be lost from. */
  readonly deleted: readonly string[];
  readonly droppedComments: readonly string[];
}

class Expectation {
  readonly #fingerprints = new Fingerprints();
  readonly #expected: number;

  constructor(expected: ValueMap) {
    this.#expected = this.#fingerprints.of(expected);
  }

  holds(text: string): boolean {
    const { shape } = parseDocument(text);
    return shape !== null && this.#fingerprints.of(shape) === this.#expected;
  }
}

/** New parents stand where their first member stood; where that would put an alias before its anchor, where the last stood. */
function firstThatHolds(before: ParsedDocument, operations: readonly Operation[], expected: Expectation): Edited {
  try {
    return applyOperations(before, operations, expected);
  } catch (error) {
    if (!(error instanceof EditRefused) || !operations.some(({ op }) => op === 'wrap')) throw error;
    const lastHost = operations.map((operation): Operation => (operation.op === 'wrap' ? { ...operation, host: 'last' } : operation));
    try {
      return applyOperations(before, lastHost, expected);
    } catch {
      throw error;
    }
  }
}

/** One operation at a time, read again after each. */
function applyOperations(before: ParsedDocument, operations: readonly Operation[], expected: Expectation): Edited {
  const deleted: string[] = [];
  let document = withFinalNewline(before);
  for (const operation of operations) {
    const edits = editsFor(document, operation);
    if (operation.op === 'delete') deleted.push(...edits.map((edit) => document.text.slice(edit.start, edit.end)));
    document = reread(applyEdits(document.text, edits), operation);
  }
  const text = before.text.endsWith('\n') ? document.text : document.text.replace(/\r?\n$/, '');
  if (!expected.holds(text)) throw new EditRefused('post-value', 'the rewritten text would not mean what was intended', 0);
  return { text, deleted, droppedComments: [] };
}

function reread(text: string, operation: Operation): ParsedDocument {
  const document = parseDocument(text);
  const [problem] = document.problems;
  if (problem === undefined) return document;
  const code = problem.code.endsWith('-alias') ? 'alias-before-anchor' : 'post-parse';
  throw new EditRefused(code, `after the ${operation.op} of ${formatPath(operation.path)} the text would no longer read: ${problem.message}`, 0);
}

const withFinalNewline = (document: ParsedDocument): ParsedDocument =>
  document.text.endsWith('\n') ? document : parseDocument(document.text + dominantEol(document.text));

function requireMap(document: ParsedDocument): ValueMap {
  if (isMap(document.shape)) return document.shape;
  throw new EditRefused('not-a-map', 'the installation is not a map', 0);
}

/** Comments of deleted entries go with them and are listed; any other loss is refused. */
function proveComments(before: string, { text, deleted }: Edited): string[] {
  const { lost, gained } = compareComments(before, text);
  if (gained.length > 0 || lost.some((comment) => !deleted.some((gone) => gone.includes(comment)))) {
    throw new EditRefused('post-comments', 'a comment would be lost or changed', 0);
  }
  return lost;
}

function proveLayout(before: string, { text }: Edited): void {
  if (before.endsWith('\n') !== text.endsWith('\n')) throw new EditRefused('post-layout', 'the final newline would change', 0);
  if (!hasLoneLf(before) && hasLoneLf(text)) throw new EditRefused('post-layout', 'the line breaks would change', 0);
  if (!before.includes('\r') && text.includes('\r')) throw new EditRefused('post-layout', 'the line breaks would change', 0);
  if (isJson(before) && readsAsJson(before) && !readsAsJson(text)) throw new EditRefused('post-json', 'the result would not be JSON', 0);
}

const hasLoneLf = (text: string): boolean => !text.includes('\r\n') || /(?<!\r)\n/.test(text);

function readsAsJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return true;
  } catch {
    return false;
  }
}
