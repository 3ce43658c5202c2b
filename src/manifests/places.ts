import type { Place } from '../model/place.ts';
import { stringAt } from '../model/value.ts';
import type { Path } from '../model/value.ts';
import type { Range } from '../model/range.ts';
import { parseDocument, positions, splitDocuments } from '../yaml/document.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { inlineOffsets } from '../yaml/inline.ts';
import { locate } from '../yaml/locate.ts';

/** A document of a file, or a document inside a string of one (an inline patch). */
export interface DocumentPlace {
  readonly file: string;
  readonly document: number;
  readonly inline: { readonly path: Path; readonly document: number } | null;
}

/** A document that was read, and where it starts in its file. */
export interface OpenDocument {
  readonly document: ParsedDocument;
  readonly start: number;
}

interface OpenFile {
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
  readonly text: string;
  readonly at: ReturnType<typeof positions>;
}

/** Parse trees are large, so that only few are kept: those of one family, most likely. */
const KEPT = 8;

/** Where fields stand in files. Texts are read when first asked for. */
export class DocumentPlaces {
  readonly #textOf: (file: string) => string;
  readonly #documents = new Recent<OpenDocument>(KEPT);
  readonly #files = new Recent<OpenFile>(KEPT);

  constructor(textOf: (file: string) => string) {
    this.#textOf = textOf;
  }

  of({ file, document, inline }: DocumentPlace, path: Path): Place {
    const { document: parsed, start } = this.open(file, document);
    const range = inline === null ? locate(parsed, path) : locateInline(parsed, inline, path);
    return this.between(file, start + range.start, start + range.end);
  }

  /** The place of offsets in a file's text. */
  between(file: string, start: number, end: number): Place {
    const { at } = this.#file(file);
    const [from, to] = [at(start), at(Math.max(start, end))];
    return { file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  }

  /** Where a document starts in its file. */
  start(file: string, index: number): number {
    return this.#file(file).ranges[index]?.start ?? 0;
  }

  /** A document as it stands in its file. */
  open(file: string, index: number): OpenDocument {
    return this.#documents.get(`${index} ${file}`, () => {
      const { ranges, text } = this.#file(file);
      const { start, end } = ranges[index] ?? { start: 0, end: text.length };
      return { document: parseDocument(text.slice(start, end)), start };
    });
  }

  #file(file: string): OpenFile {
    return this.#files.get(file, () => {
      const text = this.#textOf(file);
      return { text, ranges: splitDocuments(text), at: positions(text) };
    });
  }
}

/** A field in a string, or the string itself where its style does not tell which line is which. */
function locateInline(outer: ParsedDocument, { path: string, document }: NonNullable<DocumentPlace['inline']>, path: Path): Range {
  const offsetOf = inlineOffsets(outer, string);
  const text = offsetOf === null ? null : stringAt(outer.shape ?? undefined, string);
  const part = text === null ? undefined : splitDocuments(text)[document];
  if (offsetOf === null || text === null || part === undefined) return locate(outer, string);
  const { start, end } = locate(parseDocument(text.slice(part.start, part.end)), path);
  return { start: offsetOf(part.start + start), end: offsetOf(part.start + end) };
}

/** The values that were used last. */
class Recent<Value extends object> {
  readonly #most: number;
  readonly #values = new Map<string, Value>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string, make: () => Value): Value {
    const value = this.#values.get(key) ?? make();
    this.#values.delete(key);
    this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > this.#most && oldest !== undefined) this.#values.delete(oldest);
    return value;
  }
}
