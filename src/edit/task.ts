import type { Edit, Refusal } from '../model/edit.ts';
import type { Operation } from '../yaml/primitives.ts';
import type { FragmentUse, TextPlace } from '../kustomize/model.ts';
import type { ValueMap } from '../model/value.ts';

/** One thing to rewrite: a fragment, or references by batches of operations; or a document that gets a twin behind it, by what makes the twin of it, or goes. */
export type Task =
  | { readonly at: TextPlace; readonly use: FragmentUse }
  | { readonly at: TextPlace; readonly batches: readonly (readonly Operation[])[] }
  | TwinTask
  | BesideTask
  /** A document that goes. */
  | { readonly at: TextPlace; readonly gone: true };

/** A document that is written a second time, changed. */
export interface TwinTask {
  readonly at: TextPlace;
  readonly twin: readonly (readonly Operation[])[];
  /** The comment over it. */
  readonly why: string;
}

/** Documents that are written anew behind another. */
export interface BesideTask {
  readonly at: TextPlace;
  readonly beside: readonly AddedDocument[];
}

export interface AddedDocument {
  readonly value: ValueMap;
  /** The comment over it. */
  readonly why: string;
}

/** Whether a task adds documents, and changes none. */
export const addsDocuments = (task: Task): task is TwinTask | BesideTask => 'twin' in task || 'beside' in task;

/** Why a task can't be done, with its place. */
export interface FileRefusal {
  readonly at: TextPlace;
  /** Offset in the file's text: of what the refusal is about, or of what was to be rewritten. */
  readonly offset: number;
  readonly refusal: Refusal;
}

/** What could be done, and why the rest could not. */
export interface FileRewrite {
  /** The documents that change, in order. */
  readonly regions: readonly Edit[];
  readonly droppedComments: readonly string[];
  readonly refused: ReadonlyMap<Task, FileRefusal>;
}
