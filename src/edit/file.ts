import type { Edit, Refusal } from '../model/edit.ts';
import { sameValue } from '../model/same.ts';
import type { Path, ValueMap } from '../model/value.ts';
import { convert } from '../operator/convert.ts';
import type { ConvertOptions } from '../operator/convert.ts';
import type { PatchContext } from './demand.ts';
import { listHeader } from './document.ts';
import { rewriteJsonPatch } from './json-patch.ts';
import { rewriteInstallation } from './installation.ts';
import type { Rewrite } from './installation.ts';
import { rewriteMergePatch } from './merge-patch.ts';
import { parseDocument, splitDocuments } from '../yaml/document.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { inlineTextAt } from '../yaml/inline.ts';
import { locate } from '../yaml/locate.ts';
import { batchEdits } from '../yaml/primitives.ts';
import type { Operation } from '../yaml/primitives.ts';
import { EditRefused } from '../yaml/refused.ts';
import { applyEdits } from '../yaml/text.ts';
import type { FragmentUse, TextPlace, Variant } from '../kustomize/model.ts';

/** How the conversion of a state of a variant is decided. */
export type OptionsFor = (variant: Variant, state: ValueMap) => ConvertOptions;

/** One thing to rewrite: a fragment, or references by batches of operations. */
export type Task =
  | { readonly at: TextPlace; readonly use: FragmentUse }
  | { readonly at: TextPlace; readonly batches: readonly (readonly Operation[])[] };

/** Why a file can't be rewritten, with the place. */
export interface FileRefusal {
  readonly at: TextPlace;
  /** Offset in the file's text. */
  readonly offset: number;
  readonly refusal: Refusal;
}

export type FileRewrite =
  | { readonly ok: true; readonly text: string; readonly regions: readonly Edit[]; readonly droppedComments: readonly string[] }
  | { readonly ok: false; readonly refusals: readonly FileRefusal[] };

/** Rewrites what is to be rewritten in one file. All or nothing; never throws. `regions` are the documents that change. */
export function rewriteFile(text: string, tasks: readonly Task[], optionsFor: OptionsFor): FileRewrite {
  const documents = splitDocuments(text);
  const refusals: FileRefusal[] = [];
  const comments: string[] = [];
  const regions: Edit[] = [];
  for (const [index, own] of grouped(tasks, (task) => task.at.document)) {
    const { start, end } = documents[index] ?? { start: 0, end: 0 };
    const rewriter = new DocumentRewriter(own, optionsFor);
    const result = rewriter.rewrite(text.slice(start, end));
    refusals.push(...rewriter.refusals.map((each) => ({ ...each, offset: start + each.offset })));
    comments.push(...rewriter.droppedComments);
    if (result !== text.slice(start, end)) regions.push({ start, end, text: result });
  }
  if (refusals.length > 0) return { ok: false, refusals };
  return { ok: true, text: applyEdits(text, regions), regions: regions.sort((a, b) => a.start - b.start), droppedComments: comments };
}

function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** One document, or one string of a document that holds documents itself. */
class DocumentRewriter {
  readonly refusals: FileRefusal[] = [];
  readonly droppedComments: string[] = [];
  readonly #tasks: readonly Task[];
  readonly #optionsFor: OptionsFor;

  constructor(tasks: readonly Task[], optionsFor: OptionsFor) {
    this.#tasks = tasks;
    this.#optionsFor = optionsFor;
  }

  rewrite(text: string): string {
    const document = parseDocument(text);
    const [problem] = document.problems;
    const [first] = this.#tasks;
    if (problem !== undefined && first !== undefined) {
      this.refusals.push({
        at: first.at,
        offset: problem.offset,
        refusal: { code: 'parse-error', message: problem.message, offset: problem.offset },
      });
      return text;
    }
    return this.#apply(document);
  }

  #apply(document: ParsedDocument): string {
    const own = this.#tasks.filter(({ at }) => at.inline === null);
    const inline = grouped(
      this.#tasks.filter(({ at }) => at.inline !== null),
      ({ at }) => JSON.stringify(at.inline?.path),
    );
    const edits = [...this.#edits(document, own), ...[...inline.values()].flatMap((tasks) => this.#inlineEdit(document, tasks))];
    return this.#laterBatches(applyEdits(document.text, edits), own);
  }

  /** What is read off the text as it is: fragments, and the first batch of each reference. */
  #edits(document: ParsedDocument, tasks: readonly Task[]): Edit[] {
    const header = tasks.some((task) => 'use' in task && task.use.fragment.form === 'resource');
    return [
      ...(header ? this.#guarded(tasks[0], () => listHeader(document)) : []),
      ...tasks.flatMap((task) =>
        'use' in task ? this.#fragment(document, task) : this.#guarded(task, () => allEdits(document, task.batches[0] ?? [])),
      ),
    ];
  }

  #laterBatches(text: string, tasks: readonly Task[]): string {
    const depth = tasks.reduce((most, task) => Math.max(most, 'batches' in task ? task.batches.length : 0), 0);
    let current = text;
    for (let index = 1; index < depth; index += 1) {
      const document = parseDocument(current);
      const edits = tasks.flatMap((task) =>
        'batches' in task ? this.#guarded(task, () => allEdits(document, task.batches[index] ?? [])) : [],
      );
      current = applyEdits(current, edits);
    }
    return current;
  }

  #fragment(document: ParsedDocument, task: Extract<Task, { use: FragmentUse }>): Edit[] {
    const result = rewriteUse(document, task.use, this.#optionsFor);
    if (result.ok) {
      this.droppedComments.push(...result.droppedComments);
      return [{ start: result.start, end: result.end, text: result.text }];
    }
    this.refusals.push({ at: task.at, offset: result.refusal.offset, refusal: result.refusal });
    return [];
  }

  /** The documents inside a string, and one edit that gives the string its new text. */
  #inlineEdit(document: ParsedDocument, tasks: readonly Task[]): Edit[] {
    const [first] = tasks;
    const path: Path = first?.at.inline?.path ?? [];
    return this.#guarded(first, () => {
      const inline = inlineTextAt(document, path);
      if (!inline.ok) throw new EditRefused(inline.refusal.code, inline.refusal.message, inline.refusal.offset);
      const inner = rewriteFile(
        inline.text,
        tasks.map((task) => ({ ...task, at: { ...task.at, document: task.at.inline?.document ?? 0, inline: null } })),
        this.#optionsFor,
      );
      if (inner.ok) {
        this.droppedComments.push(...inner.droppedComments);
        return inner.text === inline.text ? [] : [inline.replace(inner.text)];
      }
      const start = inlineStart(document, path);
      this.refusals.push(...inner.refusals.map(({ refusal }) => ({ at: first?.at ?? NOWHERE, offset: start, refusal })));
      return [];
    });
  }

  #guarded(task: Task | undefined, edits: () => Edit[]): Edit[] {
    try {
      return edits();
    } catch (error) {
      if (!(error instanceof EditRefused)) throw error;
      this.refusals.push({ at: task?.at ?? NOWHERE, offset: error.refusal.offset, refusal: error.refusal });
      return [];
    }
  }
}

const NOWHERE: TextPlace = { file: '', document: 0, inline: null };

function allEdits(document: ParsedDocument, operations: readonly Operation[]): Edit[] {
  const { deletions, others } = batchEdits(document, operations);
  return [...deletions, ...others];
}

const inlineStart = (document: ParsedDocument, path: Path): number => locate(document, path).start;

/** One fragment in all variants that use it. */
function rewriteUse(document: ParsedDocument, { fragment, uses }: FragmentUse, optionsFor: OptionsFor): Rewrite {
  if (fragment.form === 'resource') return rewriteResource(document, fragment.path, uses, optionsFor);
  const contexts = uses.flatMap(({ variant, index }): PatchContext[] => {
    const before = variant.inputs[index];
    const after = variant.states[index];
    if (before === undefined || after === undefined) return [];
    const beforeOptions = optionsFor(variant, before);
    return [{ before, after, beforeOptions, afterOptions: after === null ? beforeOptions : optionsFor(variant, after) }];
  });
  return fragment.form === 'json6902'
    ? rewriteJsonPatch(document, fragment.path, contexts)
    : rewriteMergePatch(document, fragment.path, contexts);
}

/** A whole installation must be converted in the same way wherever it is used. */
function rewriteResource(document: ParsedDocument, path: Path, uses: FragmentUse['uses'], optionsFor: OptionsFor): Rewrite {
  const states = uses.flatMap(({ variant, index }) => {
    const state = variant.states[index];
    return state == null ? [] : [{ state, options: optionsFor(variant, state) }];
  });
  const [first, ...others] = states;
  if (first === undefined) return refused('applies-nowhere', 'no kustomization builds this installation');
  const wanted = convert(first.state, first.options);
  const agree = others.every(({ state, options }) => sameValue(convert(state, options), wanted));
  if (!agree)
    return refused(
      'variants-disagree',
      'overlays disagree on how this installation is converted: what decides it stands in some of them only',
    );
  return rewriteInstallation(document, path, first.options);
}

const refused = (code: Refusal['code'], message: string): Rewrite => ({ ok: false, refusal: { code, message, offset: 0 } });
