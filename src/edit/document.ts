import type { Edit, Refusal } from '../model/edit.ts';
import { groupBy } from '../model/group.ts';
import { isList, isMap, stringAt, valueAt, withValuesAt } from '../model/value.ts';
import type { Path, Scalar, Value } from '../model/value.ts';
import { NEW, OLD } from '../operator/fields.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { inlineTextAt } from '../yaml/inline.ts';
import { locate } from '../yaml/locate.ts';
import { afterOperations } from '../yaml/meaning.ts';
import { batchEdits } from '../yaml/primitives.ts';
import type { Operation } from '../yaml/primitives.ts';
import { EditRefused } from '../yaml/refused.ts';
import { applyEdits } from '../yaml/text.ts';
import { finish, joined, operatedApart, startDraft } from './draft.ts';
import type { Finished } from './draft.ts';
import { explainUnreadable } from './explain.ts';
import { rewriteFragment } from './fragment.ts';
import type { OptionsFor } from './fragment.ts';
import type { FileRewrite, Task } from './task.ts';

/** What the rewriting of a document asks of its surroundings. */
export interface Means {
  readonly optionsFor: OptionsFor;
  /** Rewrites the documents inside a string. */
  readonly rewriteText: (text: string, tasks: readonly Task[]) => FileRewrite;
}

export interface DocumentRewrite {
  readonly text: string;
  readonly droppedComments: readonly string[];
  /** With the offset of what each is about. */
  readonly refused: ReadonlyMap<Task, { readonly refusal: Refusal; readonly place: number }>;
}

/** Rewrites what can be rewritten in one document, and proves the whole of it. Never throws. */
export function rewriteDocument(document: ParsedDocument, tasks: readonly Task[], means: Means): DocumentRewrite {
  const rewriter = new DocumentRewriter(document, means);
  const { text, droppedComments } = rewriter.rewrite(tasks);
  const places = [...rewriter.refused].map(
    ([task, refusal]) => [task, { refusal, place: refusal.offset > 0 ? refusal.offset : placeOfTask(document, task) }] as const,
  );
  return { text, droppedComments, refused: new Map(places) };
}

function placeOfTask(document: ParsedDocument, task: Task): number {
  if (task.at.inline !== null) return locate(document, task.at.inline.path).start;
  return 'use' in task ? locate(document, task.use.fragment.path).start : 0;
}

type FragmentTask = Extract<Task, { use: unknown }>;

/** Edits that stand or fall together, and what they make of the document. */
interface Proposal {
  readonly tasks: readonly Task[];
  readonly edits: readonly Edit[];
  readonly expected: readonly { readonly path: Path; readonly value: Value }[];
  /** What the edits do, where they were made of operations: it explains what stands in their way. */
  readonly operations: readonly Operation[];
  /** Operations that are still to be carried out. */
  readonly batches: readonly (readonly Operation[])[];
  /** Comments of the document that go. */
  readonly dropped: readonly string[];
  /** Comments inside a string that go. */
  readonly droppedInside: readonly string[];
  /** Why the document is not what it should be after these edits, where nothing says more. */
  readonly misfit: Refusal | null;
}

const NO_EDITS = { edits: [], expected: [], operations: [], batches: [], dropped: [], droppedInside: [], misfit: null } as const;

class DocumentRewriter {
  readonly refused = new Map<Task, Refusal>();
  readonly #document: ParsedDocument;
  readonly #means: Means;

  constructor(document: ParsedDocument, means: Means) {
    this.#document = document;
    this.#means = means;
  }

  rewrite(tasks: readonly Task[]): Pick<DocumentRewrite, 'text' | 'droppedComments'> {
    const [problem] = this.#document.problems;
    if (problem !== undefined) this.#refuse(tasks, explainUnreadable(problem).refusal);
    const proven = this.#proven(problem === undefined ? this.#proposals(tasks) : []);
    return {
      text: proven.text,
      droppedComments: proven.proposals.flatMap(({ dropped, droppedInside }) => [...dropped, ...droppedInside]),
    };
  }

  #refuse(tasks: readonly Task[], refusal: Refusal): void {
    for (const task of tasks) this.refused.set(task, refusal);
  }

  #proposals(tasks: readonly Task[]): Proposal[] {
    const inline = tasks.filter(({ at }) => at.inline !== null);
    const own = tasks.filter(({ at }) => at.inline === null);
    const fragments = groupBy(
      own.filter((task) => 'use' in task),
      ({ use }) => JSON.stringify(this.#typedListAround(use.fragment.path)),
    );
    const proposals = [
      ...[...fragments].flatMap(([list, each]) => (list === 'null' ? each.map((task) => this.#fragment(task)) : [this.#list(each)])),
      ...[...groupBy(inline, ({ at }) => JSON.stringify(at.inline?.path)).values()].map((each) => this.#string(each)),
      ...own.flatMap((task) => ('batches' in task ? [{ ...NO_EDITS, tasks: [task], batches: task.batches }] : [])),
    ];
    return proposals.filter((proposal) => proposal !== null).filter(({ edits, batches }) => edits.length > 0 || batches.length > 0);
  }

  /** The path of the ClusterInstallationList of which a fragment is an item. */
  #typedListAround(path: Path): Path | null {
    const list = path.slice(0, -2);
    return path.at(-2) === 'items' && isTypedList(valueAt(this.#document.shape ?? undefined, list)) ? list : null;
  }

  #fragment(task: FragmentTask): Proposal | null {
    const { use } = task;
    const result = rewriteFragment(this.#document, use, this.#means.optionsFor);
    if (result.ok) {
      const expected = [{ path: use.fragment.path, value: result.value }];
      return { ...NO_EDITS, tasks: [task], edits: [result], expected, dropped: result.droppedComments };
    }
    this.#refuse([task], result.refusal);
    return null;
  }

  /** The items of a list that has one kind. */
  #list(tasks: readonly FragmentTask[]): Proposal | null {
    const items = tasks.map((task) => this.#fragment(task)).filter((item) => item !== null);
    const list = this.#typedListAround(tasks[0]?.use.fragment.path ?? []) ?? [];
    if (items.length < this.#installationsOf(list)) return this.#stay(tasks, PARTIAL_LIST);
    const header = headerOperations(list, NEW.listKind);
    return this.#guarded(tasks, () => ({
      ...NO_EDITS,
      tasks,
      edits: [...items.flatMap(({ edits }) => edits), ...batchEdits(this.#document, header).others],
      expected: [...items.flatMap(({ expected }) => expected), ...header.map(({ path, text }) => this.#withText(path, text))],
      operations: header,
      dropped: items.flatMap(({ dropped }) => dropped),
    }));
  }

  #installationsOf(list: Path): number {
    const items = valueAt(this.#document.shape ?? undefined, [...list, 'items']);
    return isList(items) ? items.filter(isInstallationOfList).length : 0;
  }

  /** Those of some tasks that are not refused yet are refused. */
  #stay(tasks: readonly Task[], refusal: Refusal): null {
    this.#refuse(
      tasks.filter((task) => !this.refused.has(task)),
      refusal,
    );
    return null;
  }

  /** The documents inside a string, and the edit that gives the string its new text. */
  #string(tasks: readonly Task[]): Proposal | null {
    const path = tasks[0]?.at.inline?.path ?? [];
    return this.#guarded(tasks, () => {
      const { text, replace, misfit } = inlineTextAt(this.#document, path);
      const inner = new Map(tasks.map((task) => [insideOf(task), task]));
      const { regions, refused, droppedComments } = this.#means.rewriteText(text, [...inner.keys()]);
      for (const [task, { refusal }] of refused) this.#refuse([inner.get(task) ?? task], { ...refusal, offset: 0 });
      const after = applyEdits(text, regions);
      return {
        ...NO_EDITS,
        tasks: tasks.filter((task) => !this.refused.has(task)),
        edits: regions.length === 0 ? [] : [replace(after)],
        expected: [this.#withText(path, after)],
        operations: [{ op: 'set', path, text: after, string: true }],
        droppedInside: droppedComments,
        misfit,
      };
    });
  }

  #withText(path: Path, text: string): { path: Path; value: Value } {
    const scalar = valueAt(this.#document.shape ?? undefined, path) as Scalar;
    return { path, value: { ...scalar, text, value: text } };
  }

  #guarded(tasks: readonly Task[], propose: () => Proposal): Proposal | null {
    try {
      return propose();
    } catch (error) {
      if (error instanceof EditRefused) return this.#stay(tasks, error.refusal);
      throw error;
    }
  }

  /** The proposals that hold together; what does not is refused. */
  #proven(proposals: readonly Proposal[]): { readonly text: string; readonly proposals: readonly Proposal[] } {
    const [only] = proposals;
    if (only === undefined) return { text: this.#document.text, proposals };
    // What takes up the whole document was proven by itself.
    if (proposals.length === 1 && only.expected[0]?.path.length === 0)
      return { text: applyEdits(this.#document.text, only.edits), proposals };
    try {
      return { text: this.#attempt(proposals).text, proposals };
    } catch (error) {
      if (!(error instanceof EditRefused)) throw error;
      return this.#provenInHalves(proposals, error.refusal);
    }
  }

  /** Finds what is to blame: what does not hold by itself; or all, where each half holds but not both. */
  #provenInHalves(proposals: readonly Proposal[], refusal: Refusal): { readonly text: string; readonly proposals: readonly Proposal[] } {
    const [only] = proposals;
    const middle = Math.ceil(proposals.length / 2);
    const halves = only === undefined || proposals.length === 1 ? [] : [proposals.slice(0, middle), proposals.slice(middle)];
    const held = halves.flatMap((half) => this.#proven(half).proposals);
    if (held.length > 0 && held.length < proposals.length) return this.#proven(held);
    for (const { tasks, misfit } of proposals) this.#stay(tasks, refusal.code.startsWith('post-') ? (misfit ?? refusal) : refusal);
    return { text: this.#document.text, proposals: [] };
  }

  /** Read again, the document must be what it was with each place replaced as expected. Throws EditRefused. */
  #attempt(proposals: readonly Proposal[]): Finished {
    const batches = proposals.flatMap((proposal) => proposal.batches);
    const parts = joined(
      { ...startDraft(this.#document), operations: proposals.flatMap(({ operations }) => operations) },
      proposals.flatMap(({ edits }) => edits),
      proposals.flatMap(({ dropped }) => dropped),
    );
    const expected = withValuesAt(
      this.#document.shape ?? new Map(),
      proposals.flatMap((proposal) => proposal.expected),
    );
    return finish(batches.reduce(operatedApart, parts), afterOperations(expected, batches));
  }
}

const PARTIAL_LIST: Refusal = {
  code: 'list-partly-blocked',
  message: `another item of this ${OLD.listKind} can't be converted`,
  offset: 0,
};

const isTypedList = (value: Value | undefined): boolean =>
  stringAt(value, ['kind']) === OLD.listKind && stringAt(value, ['apiVersion']) === OLD.apiVersion;

/** What the list says of its items they may leave out. */
const isInstallationOfList = (item: Value): boolean =>
  isMap(item) &&
  (stringAt(item, ['kind']) ?? OLD.kind) === OLD.kind &&
  (stringAt(item, ['apiVersion']) ?? OLD.apiVersion) === OLD.apiVersion;

/** What makes an object, or a list, one of the new kind, by its own words. */
export const headerOperations = (list: Path, kind: string = NEW.kind): Extract<Operation, { op: 'set' }>[] => [
  { op: 'set', path: [...list, 'apiVersion'], text: NEW.apiVersion, string: true },
  { op: 'set', path: [...list, 'kind'], text: kind, string: true },
];

/** The same task, as seen from inside the string. */
const insideOf = (task: Task): Task => ({ ...task, at: { ...task.at, document: task.at.inline?.document ?? 0, inline: null } });
