import { isAlias, isMap as isMapNode, isPair, isScalar as isScalarNode, isSeq, parseAllDocuments } from 'yaml';
import type { Alias, Node, Pair } from 'yaml';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { isList, isMap } from '../model/value.ts';
import { asNode, keyText, offsetOf, pairOf, scalarText } from './nodes.ts';
import { makeScalar } from './scalar.ts';

/** Why a document can't be read, with the offset in its text. Messages never quote the document. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
}

export interface ParsedDocument {
  readonly text: string;
  readonly root: Node | null;
  /** The data with aliases expanded and merge keys left as an ordinary `<<` entry: what edits must preserve. Null for an empty document. */
  readonly shape: Value | null;
  readonly problems: readonly Problem[];
}

/** The library's messages can quote the text, which may hold a secret; these never do. */
const MESSAGES: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'a key appears twice in one map',
  TAB_AS_INDENT: 'tabs are not allowed as indentation',
  BAD_INDENT: 'the indentation does not fit the surrounding lines',
  MISSING_CHAR: 'a closing quote, bracket, comma or colon is missing',
  UNEXPECTED_TOKEN: 'something stands where YAML does not allow it',
  BLOCK_AS_IMPLICIT_KEY: 'a nested map is not allowed on the same line as its key',
  MULTILINE_IMPLICIT_KEY: 'a key may not span lines; a colon or a quote is probably missing',
  BLOCK_IN_FLOW: 'indented (block) collections are not allowed inside brackets',
  BAD_ALIAS: 'an alias is malformed or stands where none is allowed',
  BAD_SCALAR_START: 'a value starts with a character that must be quoted',
  BAD_DIRECTIVE: 'a %-directive is malformed',
  BAD_DQ_ESCAPE: 'a double-quoted string holds an unknown escape',
  RESOURCE_EXHAUSTION: 'the document is nested too deeply to be read',
  MULTIPLE_ANCHORS: 'a node has more than one anchor',
  IMPOSSIBLE: 'the document can not be read',
};

/**
 * Splits a stream where Kubernetes does, at lines that start with `---`, and after lines that hold `...`. The ranges cover the whole text;
 * what stands before the first marker (comments, directives) is a range of its own.
 */
export function splitDocuments(text: string): { start: number; end: number }[] {
  const starts = [0];
  for (const match of text.matchAll(/^(?:---(?=[ \t\r\n]|$)|\.\.\.(?=[ \t\r\n]|$).*(?:\n|$))/gm)) {
    const start = match[0].startsWith('.') ? match.index + match[0].length : match.index;
    if (start > (starts.at(-1) ?? 0)) starts.push(start);
  }
  return starts
    .filter((start) => start < text.length)
    .map((start, index) => ({ start, end: Math.min(starts[index + 1] ?? text.length, text.length) }));
}

/** Reads one document. Never throws: what is wrong is in `problems`. */
export function parseDocument(text: string): ParsedDocument {
  const documents = parseAllDocuments(text, {
    keepSourceTokens: true,
    schema: 'failsafe',
    merge: false,
    uniqueKeys: false, // its check is quadratic; the shape's is not
    strict: true,
    prettyErrors: false,
  });
  if ('empty' in documents) return { text, root: null, shape: null, problems: [] };
  const errors = documents.flatMap((each) => each.errors);
  const problems = errors.map((error) => ({
    code: error.code,
    message: MESSAGES[error.code] ?? 'the YAML is not well formed',
    offset: error.pos[0],
  }));
  if (problems.length > 0) return { text, root: null, shape: null, problems };
  return readShape(text, asNode(documents[0]?.contents));
}

function readShape(text: string, root: Node | null): ParsedDocument {
  if (root === null) return { text, root, shape: null, problems: [] };
  const reader = new ShapeReader();
  const shape = reader.read(root);
  const problems = reader.problems;
  return { text, root: problems.length > 0 ? null : root, shape: problems.length > 0 ? null : shape, problems };
}

class ShapeReader {
  readonly problems: Problem[] = [];
  readonly #anchors = new Map<string, Value | 'open'>();

  read(node: Node | null): Value {
    if (node === null) return makeScalar('', true);
    if (isAlias(node)) return this.#alias(node);
    const anchor = (node as { anchor?: string }).anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    const value = this.#content(node);
    if (anchor !== undefined) this.#anchors.set(anchor, value);
    return value;
  }

  #content(node: Node): Value {
    if (isMapNode(node)) return this.#map(node.items);
    if (isSeq(node)) return node.items.map((item) => (isPair(item) ? this.#map([item]) : this.read(asNode(item))));
    if (isScalarNode(node)) return makeScalar(scalarText(node), node.type === 'PLAIN', node.tag ?? null);
    return this.#problem('UNKNOWN', 'the document can not be read', 0);
  }

  #map(pairs: readonly Pair[]): Value {
    const map = new Map<string, Value>();
    for (const pair of pairs) {
      const name = keyText(pair);
      const offset = offsetOf(asNode(pair.key));
      if (name === null) return this.#problem('complex-key', 'Kubernetes only allows strings as keys', offset);
      if (map.has(name)) return this.#problem('DUPLICATE_KEY', MESSAGES['DUPLICATE_KEY'] ?? '', offset);
      map.set(name, this.read(asNode(pair.value)));
    }
    return map;
  }

  #alias(alias: Alias): Value {
    const found = this.#anchors.get(alias.source);
    if (found === 'open') return this.#problem('recursive-alias', 'an alias points at a node that contains it', offsetOf(alias));
    return found ?? this.#problem('unresolved-alias', 'an alias has no anchor before it', offsetOf(alias));
  }

  #problem(code: string, message: string, offset: number): Value {
    this.problems.push({ code, message, offset });
    return makeScalar('', true);
  }
}

/**
 * The data as Kubernetes reads it: merge keys applied, later writes winning as in go-yaml v2. Returns the same object where no merge key
 * stands below.
 */
export function applyMerges(value: Value, done = new Map<Value, Value>()): Value {
  const known = done.get(value);
  if (known !== undefined) return known;
  const result = isMap(value) ? mergeMap(value, done) : isList(value) ? keepIfSame(value, value.map((item) => applyMerges(item, done))) : value;
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
