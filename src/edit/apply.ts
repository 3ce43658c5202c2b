import type { Edit, RefusalCode } from '../model/edit.ts';
import { firstDifference } from '../model/same.ts';
import type { Value } from '../model/value.ts';
import { commentsWithin } from '../yaml/comments.ts';
import type { Comment } from '../yaml/comments.ts';
import { parseDocument } from '../yaml/document.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { openBlockScalar } from '../yaml/layout.ts';
import { batchEdits } from '../yaml/primitives.ts';
import type { Operation } from '../yaml/primitives.ts';
import { EditRefused } from '../yaml/refused.ts';
import type { OuterAnchors } from '../yaml/shape.ts';
import { applyEdits, dominantEol, offsetBefore } from '../yaml/text.ts';
import { explainBroken, explainDifference } from './explain.ts';

export interface Task {
  readonly before: ParsedDocument;
  readonly outer: OuterAnchors;
  readonly batches: readonly (readonly Operation[])[];
  /** What the edited text must mean. */
  readonly expected: Value;
}

export interface Applied {
  readonly after: ParsedDocument;
  /** The comments of `before` that went with deleted entries. */
  readonly dropped: readonly Comment[];
}

/**
 * Applies the operations to the text. New parents stand where their first member stood; where that would change what an alias stands for,
 * where the last stood. Throws EditRefused with offsets of the text before.
 */
export function applyOperations(task: Task): Applied {
  try {
    return new Application(task).run();
  } catch (error) {
    if (!(error instanceof EditRefused) || !DEPENDS_ON_ORDER.has(error.refusal.code)) throw error;
    return retry(task) ?? fail(error);
  }
}

const DEPENDS_ON_ORDER: ReadonlySet<RefusalCode> = new Set([
  'alias-before-anchor',
  'alias-target-changed',
  'keep-chomp-neighbour',
  'comment-becomes-text',
]);

function retry(task: Task): Applied | null {
  try {
    return new Application({ ...task, batches: task.batches.map((batch) => batch.map(atLastMember)) }).run();
  } catch (error) {
    return error instanceof EditRefused ? null : fail(error);
  }
}

const atLastMember = (operation: Operation): Operation => (operation.op === 'wrap' ? { ...operation, host: 'last' } : operation);

function fail(error: unknown): never {
  throw error;
}

/** The batches on their way through the text, read again after each. */
class Application {
  readonly #task: Task;
  readonly #history: (readonly Edit[])[] = [];
  #document: ParsedDocument;
  #dropped: readonly Comment[] = [];

  constructor(task: Task) {
    this.#task = task;
    const { before, outer } = task;
    this.#document = before.text.endsWith('\n') ? before : parseDocument(before.text + dominantEol(before.text), outer);
  }

  run(): Applied {
    for (const batch of this.#task.batches) this.#apply(batch);
    const after = this.#withoutAddedNewline();
    const { before, batches, expected } = this.#task;
    const open = openBlockScalar(after);
    if (open !== null)
      throw new EditRefused(
        'block-scalar-would-lose-final-newline',
        'a block scalar would end the file without a final newline',
        this.#origin(open),
      );
    const difference = firstDifference(expected, after.shape ?? new Map());
    if (difference !== null) throw explainDifference(before, batches.flat(), difference);
    return { after, dropped: this.#dropped };
  }

  #apply(batch: readonly Operation[]): void {
    const { deletions, others } = this.#inPlace(() => batchEdits(this.#document, batch));
    this.#dropped = [...this.#dropped, ...commentsWithin(this.#document, deletions)];
    const edits = [...deletions, ...others];
    const text = this.#inPlace(() => applyEdits(this.#document.text, edits));
    this.#history.push(edits);
    this.#document = parseDocument(text, this.#task.outer);
    const [problem] = this.#document.problems;
    if (problem !== undefined)
      throw explainBroken(this.#task.before, text, { ...problem, offset: this.#origin(problem.offset) }, problem.offset);
  }

  /** Blank lines before entries that went may have come to be the last. */
  #withoutAddedNewline(): ParsedDocument {
    const { before, outer } = this.#task;
    if (before.text.endsWith('\n')) return this.#document;
    let { text } = this.#document;
    while (text.endsWith('\n')) text = text.replace(/\r?\n$/, '');
    return parseDocument(text, outer);
  }

  /** Where an offset of the present text stood in the text before. */
  #origin(offset: number): number {
    return this.#history.reduceRight((at, edits) => offsetBefore(edits, at), offset);
  }

  #inPlace<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      throw error instanceof EditRefused ? error.movedTo((offset) => this.#origin(offset)) : error;
    }
  }
}
