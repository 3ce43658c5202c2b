import { isList, isMap } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import type { Files, TextDocument } from './files.ts';
import { readDocuments } from './files.ts';
import type { PatchSource } from './kustomization.ts';
import type { Fragment, TextPlace } from './model.ts';
import { textOrEmpty } from './located.ts';

/** Where a patch is written: in which document, and relative to which directory its file is named. */
export interface PatchHome {
  readonly file: string;
  readonly document: number;
  readonly directory: string;
  /** The document is itself a string of another one, so that a patch in it has no place that could be edited. */
  readonly nested?: boolean;
}

/** The fragments of a patch, or why it can't be read. */
export type PatchText = { readonly fragments: readonly Fragment[] } | { readonly problem: string; readonly missing: boolean };

/** Reads the patch of an entry, from its file or from the string itself. */
export function readPatchText(source: PatchSource, home: PatchHome, files: Files): PatchText {
  if (source.value !== undefined) return embeddedIn(source.value, source.path, home);
  if (source.inline) {
    const text = fragmentsOf(readDocuments(source.text), (index) => inlinePlace(source, home, index));
    return 'problem' in text && source.text.includes('{{') ? { ...text, problem: TEMPLATED } : text;
  }
  const file = files.resolve(home.directory, source.text);
  if (file === null) return { problem: `${source.text} lies outside of the repository and is not read`, missing: true };
  if (!files.exists(file)) return { problem: `${source.text} does not exist`, missing: true };
  return fragmentsOf(files.documents(file), (document) => ({ file, document, inline: null }));
}

const TEMPLATED = 'the patch can not be read before {{ }} in it is filled in; put the expression in quotes';

function embeddedIn(value: Value, path: Path, { file, document }: PatchHome): PatchText {
  const at = { file, document, inline: null };
  if (isList(value)) return { fragments: [{ form: 'json6902', at, path, value }] };
  return isObject(value)
    ? { fragments: [{ form: 'strategic-merge', at, path, value }] }
    : { problem: 'the patch is no object with kind and name', missing: false };
}

const inlinePlace = (source: PatchSource, { file, document }: PatchHome, index: number): TextPlace => ({
  file,
  document,
  inline: { path: source.path, document: index },
});

function fragmentsOf(documents: readonly TextDocument[], placeOf: (index: number) => TextPlace): PatchText {
  const problem = documents.find((document) => document.problem !== null)?.problem;
  if (problem != null) return { problem, missing: false };
  const [first] = documents;
  // An empty file is no patch to kustomize 5, and whether another version takes it shows when it builds.
  if (first === undefined) return { fragments: [] };
  // Of a patch in several documents kustomize takes the operations of the first, and merges all.
  if (isList(first.value)) return { fragments: [{ form: 'json6902', at: placeOf(first.index), path: [], value: first.value }] };
  const fragments = documents.flatMap(({ index, value }) => (value === null ? [] : mergesOf(value, placeOf(index), [])));
  return fragments.every(({ value }) => isObject(value))
    ? { fragments }
    : { problem: 'the patch is neither an object with kind and name nor a list of operations', missing: false };
}

/** A patch, or those of a List. */
function mergesOf(value: Value, at: TextPlace, path: Path): Fragment[] {
  const items = isMap(value) ? value.get('items') : undefined;
  if (textOrEmpty(value, ['kind']).endsWith('List') && isList(items))
    return items.flatMap((item, index) => mergesOf(item, at, [...path, 'items', index]));
  return [{ form: 'strategic-merge', at, path, value }];
}

const isObject = (value: Value): value is ValueMap =>
  isMap(value) && textOrEmpty(value, ['kind']) !== '' && textOrEmpty(value, ['metadata', 'name']) !== '';
