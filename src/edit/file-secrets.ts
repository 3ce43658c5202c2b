import { groupBy } from '../model/group.ts';
import { asStructure, writtenPath } from '../model/structure.ts';
import { isList, isMap, stringAt, valueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import type { Range } from '../model/range.ts';
import { isKustomizationFile } from '../manifests/read.ts';
import { isSecretBearing } from '../secrets/index.ts';
import { parseDocument, splitDocuments } from '../yaml/document.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { contentRange } from '../yaml/locate.ts';
import { EditRefused } from '../yaml/refused.ts';
import { resourceRange } from '../yaml/resource-text.ts';
import { lineEnd, lineStart } from '../yaml/text.ts';
import type { Manifest } from '../manifests/read.ts';
import { SECRET_TEXT } from '../secrets/bearing.ts';

/** What stands in the files of a run. */
export interface FileContents {
  text(file: string): string;
  /** With every resource that bears secrets; null where there is no such file. */
  manifest(file: string): Manifest | null;
}

/** Which parts of a file hold Secrets, so that no diff shows a line of them. */
export class FileSecrets {
  readonly #files: FileContents;

  constructor(files: FileContents) {
    this.#files = files;
  }

  of(file: string): Range[] {
    return isKustomizationFile(file) ? this.#kustomization(file) : this.#resources(file);
  }

  #resources(file: string): Range[] {
    const manifest = this.#files.manifest(file);
    return manifest === null ? [] : secretRangesOf(manifest);
  }

  /** Of a kustomization, the generators of Secrets and the patches of Secrets. */
  #kustomization(file: string): Range[] {
    const text = this.#files.text(file);
    return splitDocuments(text).flatMap(({ start, end }) => {
      const document = parseDocument(text.slice(start, end));
      const paths = document.shape === null ? [] : secretPaths(asStructure(document.shape));
      return paths.flatMap((path) => {
        const range = contentRange(document, path);
        return range === null ? [] : [{ start: start + range.start, end: start + range.end }];
      });
    });
  }
}

/** The ranges of a manifest's text that no diff may show a line of. The installations themselves are shown, as it is they that change. */
function secretRangesOf(manifest: Manifest): Range[] {
  const bearing = manifest.resources.filter((resource) => isSecretBearing(resource) && resource.kind !== 'ClusterInstallation');
  return [...groupBy(bearing, ({ document }) => document)].flatMap(([index, resources]) => {
    const { start, end } = manifest.documents[index] ?? { start: 0, end: 0 };
    const text = manifest.text.slice(start, end);
    const document = parseDocument(text);
    return resources.map(({ path }) => withoutHead(manifest.text, shifted(rangeOf(document, path), start)));
  });
}

const shifted = ({ start, end }: Range, by: number): Range => ({ start: start + by, end: end + by });

/** Without the line that starts the document; all of the document where the resource can't be told from what is around it. */
function rangeOf(document: ParsedDocument, path: Path): Range {
  const { text } = document;
  const whole = { start: /^---[ \t]*(?:#.*)?\r?\n/.exec(text)?.[0].length ?? 0, end: text.length };
  if (path.length === 0) return whole;
  try {
    const { start, end } = resourceRange(document, path);
    return { start: dashBefore(text, start), end };
  } catch (error) {
    if (error instanceof EditRefused) return whole;
    throw error;
  }
}

/** Where the comments begin that stand between the dash of a list item and its first entry; the entry itself where there are none. */
function dashBefore(text: string, start: number): number {
  for (let at = start; at > 0;) {
    const before = lineStart(text, at - 1);
    const line = text.slice(before, at);
    if (/^[ \t-]*-[ \t]+#/.test(line)) return before;
    if (/^[ \t-]*-[ \t]*\r?\n$/.test(line)) return at;
    if (!/^[ \t]*(?:#.*)?\r?\n$/.test(line)) return start;
    at = before;
  }
  return start;
}

/** The range without the lines at its start that say no more than what object it is: a diff that ends there needs one of them. */
function withoutHead(text: string, { start, end }: Range): Range {
  let at = start;
  let metadata = Infinity;
  while (at < end) {
    const next = Math.min(lineEnd(text, at), end);
    const line = text.slice(at, next).replace(/\r?\n$/, '');
    const column = line.search(/[^\s-]/);
    const isName = column > metadata && NAME_LINE.test(line);
    if (!isName && !TYPE_LINE.test(line) && !METADATA_LINE.test(line)) break;
    // A plain word may go on in the next line, unless that is no deeper.
    if (goesOn(text, next, column, METADATA_LINE.test(line))) break;
    if (METADATA_LINE.test(line)) metadata = column;
    at = next;
  }
  return { start: at, end };
}

/** Whether what follows may belong to the value of a line; below the key of a map it is a map's own. */
function goesOn(text: string, next: number, column: number, isMapKey: boolean): boolean {
  const line = text.slice(next, lineEnd(text, next));
  const isDeeper = line.trim() !== '' && line.search(/\S/) > column;
  return isDeeper && !isMapKey && !/^\s*["'}]/.test(line);
}

const WORD = String.raw`(?:[\w./][\w./-]*|"[\w./-]+"|'[\w./-]+')`;
const entry = (keys: string): string => String.raw`(?:["']?(?:${keys})["']?[ \t]*:[ \t]+${WORD})`;
const NAME = entry('name|namespace');

/** Of an object, its braces, and the lines that say its kind. */
const TYPE_LINE = new RegExp(String.raw`^[ \t-]*(?:\{|\},?|${entry('apiVersion|kind')},?)[ \t]*$`);
const NAME_LINE = new RegExp(String.raw`^[ \t]*${NAME},?[ \t]*$`);
const METADATA_LINE = new RegExp(
  String.raw`^[ \t-]*["']?metadata["']?[ \t]*:[ \t]*(?:\{?|\{[ \t]*${NAME}(?:,[ \t]*${NAME})*[ \t]*\},?)[ \t]*$`,
);

/** The shortest path to each text that may hold a Secret: what stands around it is needed as the context of changes. */
function secretPaths(kustomization: Value): Path[] {
  const generators = valueAt(kustomization, ['secretGenerator']) === undefined ? [] : [['secretGenerator']];
  const lists = ['patches', 'patchesStrategicMerge', 'patchesJson6902', 'transformers', 'generators'];
  return [...generators, ...lists.flatMap((list) => secretEntries(kustomization, list))].map((path) => writtenPath(kustomization, path));
}

function secretEntries(kustomization: Value, list: string): Path[] {
  const entries = valueAt(kustomization, [list]);
  if (!isList(entries)) return [];
  return entries.flatMap((entry, index) => {
    if (!isMap(entry)) return SECRET_TEXT.test(stringAt(entry, []) ?? '') ? [[list, index]] : [];
    return concernsSecret(entry) ? [[list, index, 'patch']] : [];
  });
}

function concernsSecret(entry: ValueMap): boolean {
  const patch = stringAt(entry, ['patch']);
  return patch !== null && ((stringAt(entry, ['target', 'kind']) ?? '').includes('Secret') || SECRET_TEXT.test(patch));
}
