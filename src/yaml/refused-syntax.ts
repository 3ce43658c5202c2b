import type { CST } from 'yaml';

/** A construct that the library reads and Kubernetes does not, or reads as something else. */
export interface RefusedSyntax {
  readonly message: string;
  readonly offset: number;
}

/**
 * The first construct of a document, in order, that the YAML reader of Kubernetes (go-yaml v2 behind `sigs.k8s.io/yaml`, and the splitting of
 * streams in apimachinery) refuses, or takes for something else than the library does. The library must have no complaint about the document.
 */
export function refusedSyntax(tokens: readonly CST.Token[], text: string): RefusedSyntax | null {
  const marker = MARKER_LINE.exec(text);
  if (marker !== null) return { message: 'only a comment may follow --- on its line', offset: marker.index };
  const scanner = new Scanner(text);
  for (const token of tokens) scanner.token(token);
  return scanner.refused;
}

/** Kubernetes splits at every line that begins with three dashes, and wants nothing but blanks or a comment behind them. */
const MARKER_LINE = /^---(?![ \t]*(?:[\r\n#]|$(?![^])))/m;

/** Letters, digits, dashes and underscores. */
const ANCHOR_NAME = /^[&*][\w-]+$/;

/** Handles other than `!` and `!!` need a directive. */
const TAG = /^!(?:<[\w\-;/?:@&=+$,.!~*'()[\]]+>|!?[\w\-;/?:@&=+$,.~*'()[\]]*)$/;

const ESCAPE = /\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|\r?\n|[^])/g;
const KNOWN_ESCAPE = /^\\(?:[0abtnvfre "'\\N_LP\t\n]|\r\n|[xuU][\da-fA-F]+)$/;

const BRACKETS: ReadonlyMap<string, number> = new Map([
  ['flow-map-start', 1],
  ['flow-seq-start', 1],
  ['flow-map-end', -1],
  ['flow-seq-end', -1],
]);

/** What a key without brackets may follow. */
const BEFORE_KEYS: ReadonlySet<string> = new Set(['newline', 'seq-item-ind', 'explicit-key-ind']);

const FLOW_SCALARS: ReadonlySet<string> = new Set(['alias', 'scalar', 'single-quoted-scalar', 'double-quoted-scalar']);

const isFlowScalar = (token: CST.Token): token is CST.FlowScalar => FLOW_SCALARS.has(token.type);

/** The library ends a string where a line is not indented, and takes an escaped quote before that for its end. */
function isClosed(type: CST.FlowScalar['type'], source: string): boolean {
  if (type === 'double-quoted-scalar') return !/[^\\](?:\\\\)*\\"$/.test(source);
  return type !== 'single-quoted-scalar' || !source.slice(1, -1).replaceAll("''", '').includes("'");
}

/** A key and its colon may be no further apart. */
const MAX_KEY = 1024;

/** Looks at the tokens of a document in order, and keeps track of what go-yaml's scanner keeps track of. */
class Scanner {
  refused: RefusedSyntax | null = null;
  readonly #text: string;
  #hasContent = false;
  /** Brackets around the present token. */
  #flow = 0;
  /** Whether a key could start here without brackets: there, a tab is no blank. */
  #keyMayStart = true;

  constructor(text: string) {
    this.#text = text;
  }

  token(token: CST.Token): void {
    if (this.refused !== null) return;
    if (token.type === 'document') this.#document(token);
    else if (token.type === 'flow-collection') this.#brackets(token);
    else if ('items' in token) this.#items(token.items);
    else if (token.type === 'block-scalar') this.#blockScalar(token);
    else if (isFlowScalar(token)) this.#scalar(token);
    else if (token.type === 'directive') this.#refuse('Kubernetes cuts a directive (%) off from its document', token.offset);
    else if (token.type === 'doc-end') this.#documentEnd(token);
    else this.#source(token as CST.SourceToken);
  }

  #refuse(message: string, offset: number): void {
    this.refused ??= { message, offset };
  }

  #document({ start, value, end }: CST.Document): void {
    this.#sources(start);
    if (value !== undefined) this.token(value);
    this.#sources(end);
    this.#hasContent ||= value !== undefined;
  }

  #documentEnd({ offset }: CST.DocumentEnd): void {
    if (!this.#hasContent) this.#refuse('a line ... stands where no document has begun', offset);
  }

  #items(items: readonly CST.CollectionItem[]): void {
    for (const item of items) this.#item(item);
  }

  #item({ start, key, sep, value }: CST.CollectionItem): void {
    this.#sources(start);
    if (key != null) this.token(key);
    const isExplicit = start.some(({ type }) => type === 'explicit-key-ind');
    const colon = sep?.find(({ type }) => type === 'map-value-ind');
    if (key != null && colon !== undefined && !isExplicit) this.#implicitKey(key, colon);
    for (const token of sep ?? []) {
      this.#source(token);
      if (token === colon) this.#keyMayStart = isExplicit;
    }
    if (value != null) this.token(value);
  }

  /** Outside of brackets the library itself wants key and colon on one line. */
  #implicitKey(key: CST.Token, colon: CST.SourceToken): void {
    if (this.#flow === 0) return;
    const written = this.#text.slice(key.offset, colon.offset);
    if (written.includes('\n')) this.#refuse('a key in brackets and its colon must stand on one line', key.offset);
    if (written.length > MAX_KEY) this.#refuse(`a key in brackets is longer than ${MAX_KEY} characters`, key.offset);
    if (key.type === 'scalar' && /^[,[\]{}]/.test(this.#text.slice(colon.offset + 1, colon.offset + 2)))
      this.#refuse('a colon without a blank behind it is part of the key to Kubernetes', colon.offset);
  }

  #brackets({ start, items, end }: CST.FlowCollection): void {
    this.#source(start);
    this.#items(items);
    this.#sources(end);
  }

  #sources(tokens: readonly CST.SourceToken[] | undefined): void {
    for (const token of tokens ?? []) this.#source(token);
  }

  #source({ type, source, offset }: CST.SourceToken): void {
    if (type === 'comment') return;
    if (type === 'space') return this.#space(source, offset);
    if (type === 'anchor') this.#name(source, offset);
    if (type === 'tag') this.#tag(source, offset);
    this.#flow += BRACKETS.get(type) ?? 0;
    this.#keyMayStart = BEFORE_KEYS.has(type);
  }

  #space(source: string, offset: number): void {
    if (this.#flow === 0 && this.#keyMayStart && source.includes('\t'))
      this.#refuse('a tab stands where only spaces may: at the start of a line, or behind a dash', offset + source.indexOf('\t'));
  }

  #name(source: string, offset: number): void {
    if (!ANCHOR_NAME.test(source)) this.#refuse('the name of an anchor may only hold letters, digits, - and _', offset);
  }

  #tag(source: string, offset: number): void {
    const next = this.#text.slice(offset + source.length, offset + source.length + 1);
    if (source === '!!' || !TAG.test(source) || /^[^ \t\r\n]/.test(next)) this.#refuse('Kubernetes can not read a tag like this', offset);
  }

  #scalar({ type, source, offset, end }: CST.FlowScalar): void {
    if (type === 'alias') this.#name(source, offset);
    if (type === 'scalar') this.#plain(source, offset);
    if (type === 'double-quoted-scalar') this.#escapes(source, offset);
    if (!isClosed(type, source)) this.#refuse('a closing quote is missing', offset);
    this.#keyMayStart = false;
    this.#sources(end);
  }

  #plain(source: string, offset: number): void {
    if (this.#flow > 0 && (source.includes('?') || source.startsWith(':')))
      this.#refuse('a value in brackets that holds ? or starts with : must stand in quotes', offset);
    if (this.#flow === 0 && /\n *\t/.test(source)) this.#refuse('a line of a value without quotes starts with a tab', offset);
  }

  #escapes(source: string, offset: number): void {
    for (const { 0: escape, index } of source.matchAll(ESCAPE)) {
      const code = /^\\[uU]/.test(escape) ? Number.parseInt(escape.slice(2), 16) : 0;
      const isNoCharacter = (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff;
      if (isNoCharacter || !KNOWN_ESCAPE.test(escape))
        this.#refuse('a double-quoted string holds an escape that Kubernetes does not know', offset + index);
    }
  }

  /** Where the indentation is to be told from the first line, a tab is no part of it and no text either. */
  #blockScalar({ props, source, offset }: CST.BlockScalar): void {
    for (const prop of props) this.token(prop);
    if (/^(?: *\r?\n)* *\t/.test(source)) this.#refuse('a block scalar starts with a tab', offset);
    this.#keyMayStart = true;
  }
}
