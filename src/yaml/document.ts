import { Composer, isMap as isMapNode, isSeq, Lexer, Parser } from 'yaml';
import type { CST, ErrorCode, Node } from 'yaml';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { isList, isMap, isScalar } from '../model/value.ts';
import { asNode, offsetOf, pairOf } from './nodes.ts';
import { refusedSyntax } from './refused-syntax.ts';
import { readShape } from './shape.ts';
import type { Anchor, OuterAnchors, ShapeProblemCode } from './shape.ts';
import { endOfJson, isJsonText } from './json.ts';
import { endOfTrivia } from './layout.ts';
import { lineEnd } from './text.ts';

export type ProblemCode = ErrorCode | ShapeProblemCode;

/** Why a document can't be read, with the offset in its text. Messages never quote the document. */
export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly offset: number;
}

export interface ParsedDocument {
  readonly text: string;
  readonly root: Node | null;
  /** The data with aliases expanded and merge keys left as an ordinary `<<` entry: what edits must preserve. Null for an empty document. */
  readonly shape: Value | null;
  readonly problems: readonly Problem[];
  /** In document order. */
  readonly anchors: readonly Anchor[];
  /** The tokens of the whole text. */
  readonly tokens: readonly CST.Token[];
  /** Number of words and marks, which tells what the document costs. */
  readonly words: number;
}

/** The library's messages can quote the text, which may hold a secret; these never do. */
const MESSAGES: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias has an anchor or a tag',
  BAD_ALIAS: 'an alias is malformed or stands where none is allowed',
  BAD_COLLECTION_TYPE: 'a tag does not fit the collection it stands on',
  BAD_DIRECTIVE: 'a %-directive is malformed',
  BAD_DQ_ESCAPE: 'a double-quoted string holds an unknown escape',
  BAD_INDENT: 'the indentation does not fit the surrounding lines, or a bracket is not closed',
  BAD_PROP_ORDER: 'an anchor or a tag stands where none is allowed',
  BAD_SCALAR_START: 'a value starts with a character that must be quoted',
  BLOCK_AS_IMPLICIT_KEY: 'a nested map is not allowed on the same line as its key',
  BLOCK_IN_FLOW: 'indented (block) collections are not allowed inside brackets',
  DUPLICATE_KEY: 'a key appears twice in one map',
  IMPOSSIBLE: 'the document can not be read',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters; a colon or a quote is probably missing',
  MISSING_CHAR: 'a closing quote, bracket, comma or colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a key may not span lines; a colon or a quote is probably missing',
  MULTIPLE_ANCHORS: 'a node has more than one anchor',
  MULTIPLE_DOCS: 'more than one document stands where one was expected',
  MULTIPLE_TAGS: 'a node has more than one tag',
  NON_STRING_KEY: 'Kubernetes only allows strings as keys',
  RESOURCE_EXHAUSTION: 'the document is nested too deeply to be read',
  TAB_AS_INDENT: 'tabs are not allowed as indentation',
  TAG_RESOLVE_FAILED: 'a tag is not known',
  UNEXPECTED_TOKEN: 'something stands where YAML does not allow it',
};

/** A document of a stream. */
export interface DocumentRange {
  readonly start: number;
  readonly end: number;
  /**
   * What kubectl reads it with: a stream that starts with a brace is JSON for as long as it can be read as such. What stands between a line `...`
   * and the next marker is passed over, and after a series of JSON objects everything else is refused.
   */
  readonly reader: 'yaml' | 'json' | 'passed-over' | 'refused';
}

/**
 * Splits a stream where YAML and Kubernetes do: at lines that start with `---`, after lines that hold `...`, and after JSON objects that stand
 * at its start. The ranges cover the whole text. What stands before the first marker is a range of its own, unless it holds a directive, which
 * belongs to the document after it.
 */
export function splitDocuments(text: string): DocumentRange[] {
  const objects = leadingJson(text);
  const from = objects.at(-1)?.end ?? 0;
  const rest = splitYaml(text, from);
  return [...objects, ...(objects.length > 1 ? rest.map((range) => ({ ...range, reader: 'refused' as const })) : rest)];
}

function splitYaml(text: string, from: number): DocumentRange[] {
  const starts: { at: number; reader: 'yaml' | 'passed-over' }[] = [{ at: from, reader: 'yaml' }];
  let directives = startsWithDirective(text, from);
  for (const match of text.matchAll(/^\uFEFF?(?:---(?=[ \t\r\n]|$)|(\.\.\.)(?=[ \t\r\n]|$).*(?:\n|$))/gm)) {
    const ends = match[1] !== undefined;
    const at = ends ? match.index + match[0].length : match.index;
    const last = starts.at(-1)?.at ?? from;
    if (at === last) starts.pop();
    if (at >= last && (ends || !directives)) starts.push({ at, reader: ends ? 'passed-over' : 'yaml' });
    directives = ends && startsWithDirective(text, at);
  }
  return starts
    .filter(({ at }) => at < text.length)
    .map(({ at, reader }, index) => ({ start: at, end: Math.min(starts[index + 1]?.at ?? text.length, text.length), reader }));
}

/** The JSON objects that a stream starts with, each with the blanks that follow, and the last with the comments. */
function leadingJson(text: string): DocumentRange[] {
  const ranges: DocumentRange[] = [];
  for (let start = 0; start < text.length;) {
    const end = endOfJson(text, start);
    if (end === null) break;
    const next = end + (/^[ \t\r\n]*/.exec(text.slice(end, lineEnd(text, end)))?.[0].length ?? 0);
    ranges.push({ start, end: next, reader: 'json' });
    start = next;
  }
  const [only, ...others] = ranges;
  return only !== undefined && others.length === 0 ? [{ ...only, end: endOfTrivia(text, only.end) }] : ranges;
}

/** Only blank lines and comments may stand before a directive; inside a document a line with `%` is content. */
function startsWithDirective(text: string, from: number): boolean {
  let at = text[from] === '\uFEFF' ? from + 1 : from;
  while (at < text.length && /^[ \t]*(?:#|\r?\n|$)/.test(text.slice(at, lineEnd(text, at)))) at = lineEnd(text, at);
  return text[at] === '%';
}

const OPTIONS = {
  keepSourceTokens: true,
  schema: 'failsafe',
  merge: false,
  uniqueKeys: false, // its check is quadratic; the shape's is not
  strict: true,
  prettyErrors: false,
} as const;

/** A document costs memory by its words and marks, not by its characters: up to half a KB for each while it is read. */
const MAX_WORDS = 250_000;

const TOO_MUCH: Problem = { code: 'RESOURCE_EXHAUSTION', message: 'the document is too large to be read; split it into files', offset: 0 };

/** The tokens of a text, none where there are too many words; and the number of words and marks. */
function tokensOf(text: string): { tokens: CST.Token[]; words: number } {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let words = 0;
  for (const lexeme of new Lexer().lex(text)) {
    words += 1;
    if (words > MAX_WORDS) return { tokens: [], words };
    tokens.push(...parser.next(lexeme));
  }
  tokens.push(...parser.end());
  return { tokens, words };
}

/**
 * Reads one document; `outer` knows the anchors that stand before a part of a document, and `reader` says what kubectl reads it with: by default
 * JSON where the text is JSON. Never throws: what is wrong is in `problems`.
 */
export function parseDocument(
  text: string,
  outer: OuterAnchors = () => undefined,
  reader: 'yaml' | 'json' = isJsonText(text) ? 'json' : 'yaml',
): ParsedDocument {
  const { tokens, words } = tokensOf(text);
  if (words > MAX_WORDS) return { text, root: null, shape: null, problems: [TOO_MUCH], anchors: [], tokens, words };
  const composer = new Composer(OPTIONS);
  const documents = [...composer.compose(tokens)];
  const errors = documents.length === 0 ? composer.streamInfo().errors : documents.flatMap((each) => each.errors);
  const problems: Problem[] = errors.map(({ code, pos }) => ({ code, message: MESSAGES[code], offset: pos[0] }));
  const [second] = documents.slice(1);
  if (second !== undefined) problems.push({ code: 'MULTIPLE_DOCS', message: MESSAGES.MULTIPLE_DOCS, offset: second.range[0] });
  const refused = problems.length > 0 || reader === 'json' ? null : refusedSyntax(tokens, text);
  if (refused !== null) problems.push({ code: 'REFUSED_BY_KUBERNETES', ...refused });
  const root = asNode(documents[0]?.contents);
  return problems.length > 0 || root === null
    ? { text, root: null, shape: null, problems, anchors: [], tokens, words }
    : { text, tokens, words, ...read(root, outer, reader === 'json') };
}

function read(root: Node, outer: OuterAnchors, isJson: boolean): Pick<ParsedDocument, 'root' | 'shape' | 'problems' | 'anchors'> {
  const { value, anchors, problems } = readShape(root, outer, isJson);
  const nothing = problems.length > 0 || isNothing(value);
  return { root: nothing ? null : root, shape: nothing ? null : value, problems, anchors };
}

/** A document marker with nothing after it. */
const isNothing = (value: Value): boolean => isScalar(value) && value.plain && value.text === '' && value.tag === null;

/**
 * The data as Kubernetes reads it: merge keys applied, later writes winning as in go-yaml v2. Returns the same object where no merge key
 * stands below.
 */
export function applyMerges(value: Value, done = new Map<Value, Value>()): Value {
  const known = done.get(value);
  if (known !== undefined) return known;
  const result = isMap(value)
    ? mergeMap(value, done)
    : isList(value)
      ? keepIfSame(
          value,
          value.map((item) => applyMerges(item, done)),
        )
      : value;
  done.set(value, result);
  return result;
}

const keepIfSame = (list: readonly Value[], copy: readonly Value[]): readonly Value[] =>
  copy.every((item, index) => item === list[index]) ? list : copy;

function mergeMap(map: ValueMap, done: Map<Value, Value>): ValueMap {
  const result = new Map<string, Value>();
  let changed = false;
  for (const [key, child] of map) {
    const merged = applyMerges(child, done);
    const sources = key === '<<' ? (isList(merged) ? merged : [merged]) : [];
    if (sources.length > 0 && sources.every(isMap)) {
      changed = true;
      for (const [name, inherited] of [...sources].reverse().flatMap((source) => [...source])) result.set(name, inherited);
    } else {
      changed ||= merged !== child;
      result.set(key, merged);
    }
  }
  return changed ? result : map;
}

/** The node at a path of keys and indexes, not following aliases; null when a step is missing. */
export function nodeAt(root: Node | null, path: Path): Node | null {
  let at: Node | null = root;
  for (const step of path) {
    if (isMapNode(at) && typeof step === 'string') at = asNode(pairOf(at, step)?.value);
    else if (isSeq(at) && typeof step === 'number') at = asNode(at.items[step]);
    else return null;
  }
  return at;
}

/** The anchor of the node at a path, if an alias uses it. */
export const usedAnchorAt = (document: ParsedDocument, path: Path): Anchor | null => usedAnchor(document, nodeAt(document.root, path));

/** The anchor of the key at a path, if an alias uses it. */
export function usedAnchorOfKey(document: ParsedDocument, path: Path): Anchor | null {
  const map = nodeAt(document.root, path.slice(0, -1));
  return isMapNode(map) ? usedAnchor(document, asNode(pairOf(map, String(path.at(-1)))?.key)) : null;
}

function usedAnchor({ anchors }: ParsedDocument, node: Node | null): Anchor | null {
  const name = (node as { anchor?: string } | null)?.anchor;
  if (name === undefined) return null;
  return anchors.find((anchor) => anchor.name === name && anchor.offset === offsetOf(node) && anchor.lastUse >= 0) ?? null;
}

/** Turns offsets of one text into lines and columns from 1; columns count UTF-16 units. */
export function positions(text: string): (offset: number) => { line: number; column: number } {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
