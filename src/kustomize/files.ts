import { isMap } from '../model/value.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { KUSTOMIZATION_NAMES, readManifest } from '../manifests/read.ts';
import type { Manifest } from '../manifests/read.ts';
import { applyMerges, parseDocument, splitDocuments } from '../yaml/document.ts';
import { decodeUtf8, findHazard } from '../yaml/text.ts';
import { joined, resolveFrom } from './paths.ts';
import { asStructure } from '../model/structure.ts';

/** The bytes of a file, named relative to the root; null when there is none, or a directory. */
export type ReadFile = (file: string) => Uint8Array | { readonly unreadable: string } | null;

/** Where a path really leads, links followed, relative to the root; null where that is out of the tree. A path that leads nowhere stays as it is. */
export type RealPath = (path: string) => string | null;

/** A document of a file or string that holds patches, or what kustomize is told. */
export interface TextDocument {
  /** Its index in the text. */
  readonly index: number;
  /** Merge keys applied. Null for an empty document or one that can't be read. */
  readonly value: Value | null;
  /** Why it can't be read. */
  readonly problem: string | null;
}

/** A file that exists, as text; `problem` says why it has none. */
export interface FileText {
  readonly text: string;
  readonly problem: string | null;
}

/** Every file of a run, read once and parsed once for each use. */
export class Files {
  readonly #read: ReadFile;
  readonly #real: RealPath;
  readonly #throughLinks = new Set<string>();
  readonly #bytes = new Map<string, ReturnType<ReadFile>>();
  readonly #manifests = new Map<string, Manifest | null>();
  readonly #documents = new Map<string, readonly TextDocument[]>();
  readonly #structures = new Map<string, readonly TextDocument[]>();

  constructor(read: ReadFile, real: RealPath = (path) => path) {
    this.#read = read;
    this.#real = real;
  }

  /** Where a path that a kustomization names leads; null when it is absolute or leaves the tree. */
  resolve(directory: string, path: string): string | null {
    const resolved = resolveFrom(directory, path);
    const real = resolved === null ? null : this.#real(resolved);
    if (real !== null && resolved !== null && real !== resolved) this.#throughLinks.add(resolved);
    return real;
  }

  /** The symbolic links on the ways that were taken, among other steps of these ways. */
  links(): string[] {
    return [...this.#throughLinks].flatMap((path) => path.split('/').map((_, index, steps) => steps.slice(0, index + 1).join('/')));
  }

  /** Every file that was asked for and is there. */
  all(): string[] {
    return [...this.#bytes].flatMap(([file, content]) => (content === null ? [] : [file]));
  }

  /** The same files, some of them with other contents. */
  with(contents: ReadonlyMap<string, Uint8Array>): Files {
    return new Files((file) => contents.get(file) ?? this.bytes(file), this.#real);
  }

  exists(file: string): boolean {
    return this.bytes(file) !== null;
  }

  bytes(file: string): ReturnType<ReadFile> {
    if (!this.#bytes.has(file)) this.#bytes.set(file, this.#read(file));
    return this.#bytes.get(file) ?? null;
  }

  /** The text of a file, or null when there is no such file. */
  text(file: string): FileText | null {
    const content = this.bytes(file);
    if (content === null) return null;
    if (!(content instanceof Uint8Array)) return { text: '', problem: content.unreadable };
    const text = decodeUtf8(content);
    return text === null ? { text: '', problem: 'the file is not UTF-8 text' } : { text, problem: findHazard(text)?.message ?? null };
  }

  /** Whether the file holds a word. */
  mentions(file: string, word: string): boolean {
    const content = this.bytes(file);
    return content instanceof Uint8Array && Buffer.from(content.buffer, content.byteOffset, content.byteLength).includes(word);
  }

  /** The Kubernetes objects of a file, whatever they are; null when there is no such file. */
  manifest(file: string): Manifest | null {
    const known = this.#manifests.get(file);
    if (known !== undefined) return known;
    const content = this.bytes(file);
    const manifest = content instanceof Uint8Array ? readManifest(file, content, { keep: () => true }) : null;
    this.#manifests.set(file, manifest);
    return manifest;
  }

  /** The documents of a file of patches, or of schemas. */
  documents(file: string): readonly TextDocument[] {
    const known = this.#documents.get(file);
    if (known !== undefined) return known;
    const content = this.text(file);
    const documents =
      content === null
        ? []
        : content.problem === null
          ? readDocuments(content.text)
          : [{ index: 0, value: null, problem: content.problem }];
    this.#documents.set(file, documents);
    return documents;
  }

  /** The documents of a file that kustomize reads as a kustomization, configuration, list of replacements or builtin plugin. */
  structures(file: string): readonly TextDocument[] {
    const known = this.#structures.get(file);
    if (known !== undefined) return known;
    const documents = this.documents(file).map(asRead);
    this.#structures.set(file, documents);
    return documents;
  }

  /** The kustomization files of a directory; kustomize wants exactly one. */
  kustomizationsIn(directory: string): string[] {
    return KUSTOMIZATION_NAMES.map((name) => joined(directory, name)).filter((file) => this.exists(file));
  }
}

const asRead = (document: TextDocument): TextDocument =>
  document.value === null ? document : { ...document, value: asStructure(document.value) };

/** The documents of a string that kustomize reads as it does such files. */
export const readStructures = (text: string): TextDocument[] => readDocuments(text).map(asRead);

/** The documents of a text that say anything. */
export function readDocuments(text: string): TextDocument[] {
  return splitDocuments(text).flatMap(({ start, end }, index): TextDocument[] => {
    const { shape, problems } = parseDocument(text.slice(start, end));
    if (problems[0] !== undefined) return [{ index, value: null, problem: problems[0].message }];
    if (shape === null) return [];
    const value = applyMerges(shape);
    return isTooLarge(value) ? [{ index, value: null, problem: TOO_LARGE }] : [{ index, value, problem: null }];
  });
}

const TOO_LARGE = 'the aliases of the document make it too large to be merged';
const MAX_VALUES = 500_000;

/** Whether a value has more parts than a build could handle once its aliases are written out. */
const isTooLarge = (value: Value): boolean => sizeOf(value, new Map()) > MAX_VALUES;

function sizeOf(value: Value, known: Map<Value, number>): number {
  const before = known.get(value);
  if (before !== undefined) return before;
  const children: Iterable<Value> = isMap(value) ? value.values() : Array.isArray(value) ? (value as readonly Value[]) : [];
  let size = 1;
  for (const child of children) size = Math.min(size + sizeOf(child, known), MAX_VALUES + 1);
  known.set(value, size);
  return size;
}

/** The document that kustomize reads of a kustomization: the first, comments before it aside. */
export function firstMap(
  documents: readonly TextDocument[],
): { readonly index: number; readonly value: ValueMap } | { readonly problem: string } {
  const [first] = documents;
  if (first === undefined) return { index: 0, value: new Map() };
  if (first.problem !== null) return { problem: first.problem };
  return isMap(first.value) ? { index: first.index, value: first.value } : { problem: 'a kustomization is a map' };
}
