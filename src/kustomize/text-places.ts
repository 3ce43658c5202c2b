import type { Place } from '../model/finding.ts';
import type { Path } from '../model/value.ts';
import { valueAt } from '../model/value.ts';
import { parseDocument, positions, splitDocuments } from '../yaml/document.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { locate } from '../yaml/locate.ts';
import type { Files } from './files.ts';
import type { Layer, TextPlace, Variant } from './model.ts';

/** Where fields stand in the files of a graph. Documents are read when first asked for. */
export class TextPlaces {
  readonly #files: Files;
  readonly #known = new Map<string, { document: ParsedDocument; start: number; at: ReturnType<typeof positions> }>();

  constructor(files: Files) {
    this.#files = files;
  }

  /** The place of a field of a document; a field of an inline patch is shown at the patch. */
  of({ file, document, inline }: TextPlace, path: Path): Place {
    const { document: parsed, start, at } = this.#document(file, document);
    const range = locate(parsed, inline === null ? path : inline.path);
    return this.#place(file, at, start + range.start, start + range.end);
  }

  /** The place of an offset in a file's text. */
  atOffset(file: string, offset: number): Place {
    const { at } = this.#document(file, 0);
    return this.#place(file, at, offset, offset + 1);
  }

  #place(file: string, at: ReturnType<typeof positions>, start: number, end: number): Place {
    const from = at(start);
    const to = at(Math.max(start, end));
    return { file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  }

  #document(file: string, index: number): { document: ParsedDocument; start: number; at: ReturnType<typeof positions> } {
    const key = `${index} ${file}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const text = this.#files.text(file)?.text ?? '';
    const { start, end } = splitDocuments(text)[index] ?? { start: 0, end: text.length };
    const entry = { document: parseDocument(text.slice(start, end)), start, at: positions(text) };
    this.#known.set(key, entry);
    return entry;
  }
}

/** The layer that has the last word on a field, with the field's path in it: the patch that sets it, or the resource. */
export function layerOf(variant: Variant, field: Path): { readonly layer: Layer; readonly path: Path } | null {
  const setting = variant.layers.findLast(({ fragment }) => fragment.form !== 'json6902' && valueAt(fragment.value, field) !== undefined);
  const layer = setting ?? variant.layers[0];
  return layer === undefined ? null : { layer, path: [...layer.fragment.path, ...field] };
}
