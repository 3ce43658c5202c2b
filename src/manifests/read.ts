import type { Place } from '../model/place.ts';
import type { TemplateEngine } from '../model/template.ts';
import type { Resource } from '../model/installation.ts';
import { isList, isMap, isScalar, stringAt, valueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { NEW, OLD } from '../operator/fields.ts';
import { applyMerges, parseDocument, positions, splitDocuments } from '../yaml/document.ts';
import type { DocumentRange, ParsedDocument, Problem } from '../yaml/document.ts';
import { locate } from '../yaml/locate.ts';
import { isMasked, maskTemplate } from '../charts/mask.ts';
import type { Template } from '../charts/mask.ts';
import { markInComments, markInText } from './template.ts';
import type { TemplateMark } from './template.ts';
import { decodeUtf8, findHazard } from '../yaml/text.ts';
import { startOf } from '../model/place.ts';

/** A file of Kubernetes objects, split into documents. Parse trees are not kept: a document is read again when it is edited. */
export interface Manifest {
  readonly file: string;
  /** What is read as YAML: of a template, its masked text. */
  readonly text: string;
  /** The template that the text stands for; null where the file is none, or can't be read as one. */
  readonly template: Template | null;
  readonly documents: readonly DocumentRange[];
  /** Every resource that the caller asked for, in order. */
  readonly resources: readonly Resource[];
  /** Installations that are part of something else, such as the values of a chart: they are never edited. */
  readonly embedded: readonly Embedded[];
  /** What keeps the file or a document from being read: a rule's id with its place. A manifest with problems is never edited. */
  readonly problems: readonly ManifestProblem[];
}

interface ManifestProblem {
  readonly rule: 'unparsable-manifest' | 'templated-manifest' | 'encrypted-manifest' | 'invalid-installation';
  readonly message: string;
  readonly place: Place;
  /** Of a template, what makes the manifest of it. */
  readonly engine?: TemplateEngine;
}

export interface Embedded {
  /** Index of the document in the file, from 0. */
  readonly document: number;
  readonly path: Path;
  readonly place: Place;
  /** The whole document. */
  readonly inside: Value;
}

export interface ReadOptions {
  /** Which resources to keep; the others are dropped as soon as they are read. What is no object is asked for, too, without a kind: Secrets may be part of it. */
  readonly keep: (resource: Resource) => boolean;
  /** The file is a template of a Helm chart: one that is only told of, or one that is read with its actions masked. */
  readonly chartTemplate?: 'told' | 'masked' | null;
}

/** The text of a manifest as it stands in its file. */
export const writtenText = ({ text, template }: Pick<Manifest, 'text' | 'template'>): string => template?.original ?? text;

/** Larger documents are refused: an object can't exceed 1.5 MB in a cluster, and a List of this size should be split. */
const MAX_DOCUMENT = 2 * 1024 * 1024;
/** A document that may be rewritten is read three times, so that it may hold less. A List of 2,500 installations has 110,000 words and marks. */
const MAX_EDITED_WORDS = 160_000;
/** What is found out about each is kept until the end of the run. */
const MAX_INSTALLATIONS = 10_000;

/** Reads a manifest from its bytes. Never throws: what can't be read is a problem. */
export function readManifest(file: string, bytes: Uint8Array, options: ReadOptions): Manifest {
  const text = decodeUtf8(bytes);
  if (text === null) return unreadableManifest(file, 'the file is not UTF-8 text');
  const hazard = findHazard(text);
  if (hazard !== null) {
    const place = placeAt(file, positions(text), hazard.offset, hazard.offset + 1);
    return { ...unreadableManifest(file, ''), text, problems: [{ rule: 'unparsable-manifest', message: hazard.message, place }] };
  }
  if (options.chartTemplate === 'masked' && text.includes('{{') && text.includes(OLD.kind)) return readTemplate(file, text, options);
  return new ManifestReader(file, text, options).read();
}

/** A template that can't be read as YAML is read as what it is, and told. */
function readTemplate(file: string, text: string, options: ReadOptions): Manifest {
  const template = maskTemplate(text);
  const told = (): Manifest => new ManifestReader(file, text, { ...options, chartTemplate: 'told' }).read();
  if ('message' in template) {
    const manifest = told();
    const place = placeAt(file, positions(text), template.offset, template.offset + 2);
    const problem = { rule: 'templated-manifest', engine: 'helm', message: `${MARKS.helm}, and ${template.message}`, place } as const;
    return manifest.problems.length === 0 ? manifest : { ...manifest, problems: [problem] };
  }
  const manifest = new ManifestReader(file, template.masked, options, template).read();
  if (manifest.problems.length === 0) return manifest;
  const hasBranches = /\{\{-?\s*else\b/.test(text) && text.includes(NEW.kind) && text.includes(NEW.group);
  const problems = manifest.problems.map((problem) =>
    hasBranches && problem.rule === 'templated-manifest' ? { ...problem, message: `${problem.message}; ${BOTH_KINDS}` } : problem,
  );
  return { ...told(), problems };
}

const BOTH_KINDS = 'it has a branch for either kind: once nothing is installed by the old one, take that branch away';

/** A manifest of which nothing can be read. */
export function unreadableManifest(file: string, message: string): Manifest {
  const place = startOf(file);
  return {
    file,
    text: '',
    template: null,
    documents: [],
    resources: [],
    embedded: [],
    problems: [{ rule: 'unparsable-manifest', message, place }],
  };
}

type Positions = ReturnType<typeof positions>;

function placeAt(file: string, at: Positions, start: number, end: number): Place {
  const from = at(start);
  const to = at(Math.max(start, end));
  return { file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}

class ManifestReader {
  readonly #file: string;
  readonly #text: string;
  readonly #options: ReadOptions;
  readonly #template: Template | null;
  readonly #at: Positions;
  readonly #resources: Resource[] = [];
  readonly #embedded: Embedded[] = [];
  readonly #problems: ManifestProblem[] = [];
  #installations = 0;
  #fileMark: { readonly mark: TemplateMark | null } | null = null;
  /** The objects of the present document, whether kept or not. */
  #objects = new Set<Value>();

  constructor(file: string, text: string, options: ReadOptions, template: Template | null = null) {
    this.#file = file;
    this.#text = text;
    this.#options = options;
    this.#template = template;
    this.#at = positions(text);
  }

  read(): Manifest {
    const documents = splitDocuments(this.#text);
    for (const [index, range] of documents.entries()) {
      this.#document(index, range);
      if (this.#installations > MAX_INSTALLATIONS) return this.#overfull(range.start);
    }
    return {
      file: this.#file,
      text: this.#text,
      template: this.#template,
      documents,
      resources: this.#resources,
      embedded: this.#embedded,
      problems: this.#problems,
    };
  }

  #overfull(start: number): Manifest {
    const place = placeAt(this.#file, this.#at, start, start + 1);
    const message = `the file holds more than ${MAX_INSTALLATIONS.toLocaleString('en')} installations; split it`;
    return { ...unreadableManifest(this.#file, ''), text: this.#text, problems: [{ rule: 'unparsable-manifest', message, place }] };
  }

  #document(index: number, { start, end, reader }: DocumentRange): void {
    if (end - start > MAX_DOCUMENT) {
      this.#problem('unparsable-manifest', 'the document is too large to be read; split it into files', start, start + 1);
      return;
    }
    if (reader === 'passed-over' || reader === 'refused') return this.#unread(this.#text.slice(start, end), start, reader);
    const document = parseDocument(this.#text.slice(start, end), undefined, reader);
    if (this.#unreadable(document, start)) return;
    const before = this.#resources.length;
    this.#objects = new Set();
    const where = { document, index, start };
    if (isMap(document.shape)) this.#collect(where, document.shape, [], isKustomizationFile(this.#file) ? KUSTOMIZATION : null);
    else if (document.shape !== null) this.#resource(where, { path: [], apiVersion: '', kind: '', value: new Map([['', document.shape]]) });
    if (document.text.includes(OLD.kind)) this.#findEmbedded(where);
    this.#tellUnfound(document, start, before);
    const mark = this.#resources.slice(before).some(isInstallation) ? this.#markInFile() : null;
    if (mark !== null) {
      this.#resources.splice(before);
      this.#told(mark);
    }
    if (document.words > MAX_EDITED_WORDS && this.#resources.slice(before).some(isInstallation)) {
      this.#resources.splice(before);
      this.#problem('unparsable-manifest', 'the document is too large to be rewritten; split it into files', start, start + 1);
    }
  }

  /** A document of a template in which the old kind is named and no installation is found may be one once it is rendered. */
  #tellUnfound({ text }: ParsedDocument, start: number, before: number): void {
    const isSuspect = this.#template !== null && isMasked(text) && text.includes(OLD.kind) && !DEFINITION.test(text);
    if (!isSuspect || this.#resources.slice(before).some(isInstallation)) return;
    this.#told({ engine: 'helm', offset: start + text.search(/\$\{[\uE000-\uE002]|#\uE001/), length: 2 });
  }

  #unreadable(document: ParsedDocument, start: number): boolean {
    const [problem] = document.problems;
    const mark = this.#template === null ? this.#templateMark(document, start) : null;
    // Charts template the labels and annotations of definitions, of which the old kind's is one.
    const isTemplate = mark !== null || (this.#template !== null && problem !== undefined);
    if (isTemplate && DEFINITION.test(document.text)) return true;
    if (mark !== null) this.#told(mark);
    else if (problem !== undefined) this.#problemIn(document, problem, start);
    return mark !== null || problem !== undefined;
  }

  #problemIn({ text }: ParsedDocument, { message, offset }: Problem, start: number): void {
    if (this.#template === null || !isMasked(text))
      return this.#problem('unparsable-manifest', message, start + offset, start + offset + 1);
    const place = placeAt(this.#file, this.#at, start + offset, start + offset + 1);
    this.#problems.push({
      rule: 'templated-manifest',
      engine: 'helm',
      place,
      message: `${MARKS.helm}, and can not be read around them: ${message}`,
    });
  }

  /** What makes a template of a document that can't be read, or that is part of a chart. */
  #templateMark({ problems, text }: ParsedDocument, start: number): TemplateMark | null {
    const isChartTemplate = this.#options.chartTemplate != null;
    const isOfChart = isChartTemplate && text.includes('{{') && text.includes(OLD.kind);
    const mark = problems.length > 0 || isOfChart ? markInText(text, isChartTemplate) : null;
    return mark && { ...mark, offset: start + mark.offset };
  }

  /** Comments anywhere in a file may hold documents together. */
  #markInFile(): TemplateMark | null {
    this.#fileMark ??= { mark: /#@|\{%/.test(this.#text) ? this.#firstMark() : null };
    return this.#fileMark.mark;
  }

  #firstMark(): TemplateMark | null {
    for (const { start, end } of splitDocuments(this.#text)) {
      const mark = markInComments(parseDocument(this.#text.slice(start, end)));
      if (mark !== null) return { ...mark, offset: start + mark.offset };
    }
    return null;
  }

  #told({ engine, offset, length }: TemplateMark): void {
    const place = placeAt(this.#file, this.#at, offset, offset + length);
    const isTold = this.#problems.some((known) => known.engine === engine && samePlace(known.place, place));
    if (!isTold) this.#problems.push({ rule: 'templated-manifest', message: MARKS[engine], place, engine });
  }

  /** kubectl goes on at the next marker, and never after JSON objects that follow each other without one. */
  #unread(text: string, start: number, reader: 'passed-over' | 'refused'): void {
    const content = text.search(reader === 'refused' ? /[^ \t\r\n]/ : BETWEEN_DOCUMENTS);
    if (content === -1) return;
    const at = start + content;
    this.#problem('unparsable-manifest', 'kubectl does not read what stands here; put a line --- between documents', at, at + 1);
  }

  /** The resource at a path, or those of a List. */
  #collect(where: ReadPlace, value: ValueMap, path: Path, inherited: TypeMeta | null): void {
    const { apiVersion, kind } = this.#typeOf(where, value, path, inherited);
    const items = valueAt(value, ['items']);
    if (kind.endsWith('List') && isList(items)) {
      const itemKind = kind === 'List' ? null : { apiVersion, kind: kind.slice(0, -'List'.length) };
      for (const [index, item] of items.entries()) if (isMap(item)) this.#collect(where, item, [...path, 'items', index], itemKind);
      return;
    }
    if (kind !== '') this.#objects.add(value);
    const merged = applyMerges(value);
    if (isMap(merged)) this.#resource(where, { path, apiVersion, kind, value: merged });
  }

  /** Items of a typed list may leave out apiVersion and kind, which go together: apimachinery gives an item both or nothing (helpers.go, UnstructuredList). */
  #typeOf(where: ReadPlace, value: ValueMap, path: Path, inherited: TypeMeta | null): TypeMeta {
    const own = { apiVersion: stringAt(value, ['apiVersion']) ?? '', kind: stringAt(value, ['kind']) ?? '' };
    if (inherited === null) return own;
    const missing = (['apiVersion', 'kind'] as const).filter((key) => own[key] === '');
    if (missing.length === 1 && isInstallation(inherited)) this.#halfTyped(where, path, missing[0] ?? 'kind');
    return missing.length === 2 ? inherited : own;
  }

  #halfTyped({ document, start }: ReadPlace, path: Path, missing: keyof TypeMeta): void {
    const range = locate(document, path);
    const has = missing === 'kind' ? 'apiVersion' : 'kind';
    const message = `this item has ${has === 'kind' ? 'a' : 'an'} ${has} and no ${missing}; Kubernetes takes both from the list, or neither`;
    this.#problem('invalid-installation', message, start + range.start, start + range.end);
  }

  #resource({ document, index, start }: ReadPlace, found: Pick<Resource, 'path' | 'apiVersion' | 'kind' | 'value'>): void {
    const range = locate(document, found.path);
    const name = this.#written(stringAt(found.value, ['metadata', 'name'])) ?? '';
    const namespace = this.#written(stringAt(found.value, ['metadata', 'namespace']));
    const place = placeAt(this.#file, this.#at, start + range.start, start + range.end);
    const resource: Resource = { file: this.#file, document: index, name, namespace, place, ...found };
    if (isEncrypted(found.value) && isInstallation(resource)) {
      this.#problems.push({ rule: 'encrypted-manifest', message: `${OLD.kind} ${name} is encrypted by SOPS`, place });
    } else if (isOtherVersion(resource)) {
      const message = `${found.apiVersion} is no version of ${OLD.kind} that the operator knows; ${OLD.apiVersion} is`;
      this.#problems.push({ rule: 'invalid-installation', message, place });
    } else if (this.#options.keep(resource)) {
      this.#resources.push(resource);
      if (isInstallation(resource)) this.#installations += 1;
    }
  }

  #written(text: string | null): string | null {
    return text === null ? null : (this.#template?.written(text) ?? text);
  }

  #findEmbedded({ document, index, start }: ReadPlace): void {
    const { shape: inside } = document;
    if (inside === null) return;
    const seen = new Set<Value>();
    const visit = (value: Value, path: Path): void => {
      if (isScalar(value) || seen.has(value)) return;
      seen.add(value);
      if (!isWhole(value)) for (const [step, child] of value.entries()) visit(child, [...path, step]);
      else if (!this.#objects.has(value)) {
        const range = locate(document, path);
        this.#embedded.push({
          document: index,
          path,
          place: placeAt(this.#file, this.#at, start + range.start, start + range.end),
          inside,
        });
      }
    };
    visit(inside, []);
  }

  #problem(rule: ManifestProblem['rule'], message: string, start: number, end: number): void {
    this.#problems.push({ rule, message, place: placeAt(this.#file, this.#at, start, end) });
  }
}

/** The first line that is neither blank nor a comment nor the end of a document. */
const BETWEEN_DOCUMENTS = /^(?![ \t]*(?:#|\r?$)|\.\.\.[ \t]*(?:#|\r?$))/m;

const samePlace = (a: Place, b: Place): boolean => a.line === b.line && a.column === b.column;

/** What was seen, for messages. */
const MARKS: Readonly<Record<TemplateEngine, string>> = {
  helm: 'the document holds template actions of Helm',
  'helm-like': 'the document holds template actions with the values of a Helm chart, and lies in no chart',
  go: 'the document holds actions of a Go template',
  jinja: 'the document holds template expressions as Jinja has them',
  ytt: 'the document holds code of ytt',
  shell: 'a variable stands for lines of the document',
};

/** A document that is a CustomResourceDefinition whatever its template actions bring. */
const DEFINITION = /^kind:[ \t]*CustomResourceDefinition[ \t]*\r?$/m;

type TypeMeta = Pick<Resource, 'apiVersion' | 'kind'>;

/** A kustomization file may leave out apiVersion and kind. */
const KUSTOMIZATION = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };

/** In the order in which kustomize looks for them. A directory may hold one of them only. */
export const KUSTOMIZATION_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

export const isKustomizationFile = (file: string): boolean => /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/.test(file);

interface ReadPlace {
  readonly document: ParsedDocument;
  readonly index: number;
  readonly start: number;
}

const isEncrypted = (value: ValueMap): boolean => isMap(valueAt(value, ['sops'])) && isScalar(valueAt(value, ['sops', 'mac']));

export const isInstallation = (resource: TypeMeta): boolean => resource.apiVersion === OLD.apiVersion && resource.kind === OLD.kind;

/** Another vendor's kind of the same name. */
export const isNamesake = ({ apiVersion, kind }: TypeMeta): boolean =>
  kind === OLD.kind && apiVersion.includes('/') && !apiVersion.startsWith(`${OLD.group}/`);

export const isMattermost = (resource: TypeMeta): boolean => resource.apiVersion.startsWith(`${NEW.group}/`) && resource.kind === NEW.kind;

/** What has a backup restored into the database of an installation; the new kind has no counterpart. */
export const isRestore = (resource: TypeMeta): boolean => resource.apiVersion === OLD.apiVersion && resource.kind === 'MattermostRestoreDB';

/** What would be an installation if it were an object of its own. */
const isWhole = (value: Value): boolean =>
  stringAt(value, ['apiVersion']) === OLD.apiVersion && stringAt(value, ['kind']) === OLD.kind && isMap(valueAt(value, ['metadata']));

const isOtherVersion = (resource: TypeMeta): boolean =>
  resource.kind === OLD.kind && resource.apiVersion.startsWith(`${OLD.group}/`) && resource.apiVersion !== OLD.apiVersion;

/** The text of one document of a manifest, read again. */
function documentOf(manifest: Manifest, index: number): ParsedDocument {
  const range = manifest.documents[index];
  return parseDocument(range === undefined ? '' : manifest.text.slice(range.start, range.end));
}

/** Places of many fields of one manifest: positions are computed once, documents read when first asked for. */
export class Places {
  readonly #manifest: Manifest;
  readonly #at: Positions;
  #open: { index: number; document: ParsedDocument } | null = null;

  constructor(manifest: Manifest) {
    this.#manifest = manifest;
    this.#at = positions(manifest.text);
  }

  /** The place of a field of a resource; of its nearest parent where it is missing. */
  of(resource: Resource, field: Path): Place {
    const start = this.#manifest.documents[resource.document]?.start ?? 0;
    const range = locate(this.document(resource.document), [...resource.path, ...field]);
    return this.between(start + range.start, start + range.end);
  }

  /** The place of offsets in the manifest's text. */
  between(start: number, end: number): Place {
    return placeAt(this.#manifest.file, this.#at, start, end);
  }

  document(index: number): ParsedDocument {
    if (this.#open?.index !== index) this.#open = { index, document: documentOf(this.#manifest, index) };
    return this.#open.document;
  }
}
