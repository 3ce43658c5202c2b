import { isAlias, isMap as isMapNode, isPair, isScalar as isScalarNode, isSeq } from 'yaml';
import type { Alias, Node, Pair, Scalar as ScalarNode } from 'yaml';
import { isList, isMap } from '../model/value.ts';
import type { Scalar, Value } from '../model/value.ts';
import { asNode, offsetOf, scalarText } from './nodes.ts';
import { keyOf, makeScalar, scalarFault } from './scalar.ts';

/** Deeper documents are refused before the stack decides; the deepest schemas of Kubernetes stay far below. */
const MAX_DEPTH = 200;
/** Values that aliases may add to those written out. */
const MAX_ALIASED = 200_000;

export type ShapeProblemCode =
  | 'DUPLICATE_KEY'
  | 'RESOURCE_EXHAUSTION'
  | 'complex-key'
  | 'recursive-alias'
  | 'unresolved-alias'
  | 'excessive-aliasing'
  | 'REFUSED_BY_KUBERNETES';

interface ShapeProblem {
  readonly code: ShapeProblemCode;
  readonly message: string;
  readonly offset: number;
}

/** An anchor, and what it stands for. */
export interface Anchor {
  readonly name: string;
  /** Where the anchored node (or key) starts. */
  readonly offset: number;
  readonly value: Value;
  /** Where the last alias of it stands; -1 when it is never used. */
  readonly lastUse: number;
}

const MERGE = '<<';
const TOO_LARGE = 'a number is too large for JSON, or too large to be written with a point or an exponent';

/** Beyond all bounds, it is no number in the rules of YAML; beyond 2^53 Kubernetes takes it for no integer. */
const isTooLarge = ({ plain, text, value }: Scalar): boolean =>
  plain && (typeof value === 'string' || (/[.eE]/.test(text) && Math.abs(Number(value)) > 2 ** 53));

const scalarOf = (node: ScalarNode): Scalar => makeScalar(scalarText(node), node.type === 'PLAIN', node.tag ?? null);

/** What a name stands for that is not defined in the text itself. */
export type OuterAnchors = (name: string) => Value | undefined;

export interface Shape {
  readonly value: Value;
  /** In document order. */
  readonly anchors: readonly Anchor[];
  readonly problems: readonly ShapeProblem[];
}

/**
 * The data of a document, with aliases expanded and merge keys left as an ordinary `<<` entry. `isJson`: Kubernetes' reader of JSON reads it,
 * to which a number beyond all bounds is no text.
 */
export function readShape(root: Node, outer: OuterAnchors, isJson = false): Shape {
  const reader = new ShapeReader(outer, isJson);
  const value = reader.read(root);
  return { value, anchors: reader.anchors, problems: reader.problems };
}

interface Defined extends Anchor {
  value: Value;
  lastUse: number;
  /** False while its own content is being read. */
  closed: boolean;
  /** Keys and values below it, with aliases expanded, and levels. */
  size: number;
  height: number;
}

/** Aliases share the very object of their anchor, so a document is read in linear time however often it expands. */
class ShapeReader {
  readonly problems: ShapeProblem[] = [];
  readonly anchors: Defined[] = [];
  readonly #byName = new Map<string, Defined>();
  readonly #outer: OuterAnchors;
  readonly #isJson: boolean;
  /** What Kubernetes' reader counts as well: the document, its keys, values and aliases. */
  #size = 1;
  #aliased = 0;
  #depth = 0;
  #deepest = 0;

  constructor(outer: OuterAnchors, isJson: boolean) {
    this.#outer = outer;
    this.#isJson = isJson;
  }

  read(node: Node | null): Value {
    this.#size += 1;
    if (node === null) return makeScalar('', true);
    if (isAlias(node)) return this.#alias(node);
    const { anchor } = node as { anchor?: string };
    return anchor === undefined ? this.#content(node) : this.#anchored(node, anchor);
  }

  #content(node: Node): Value {
    if (isScalarNode(node)) return this.#scalar(node);
    if (this.#depth >= MAX_DEPTH) return this.#tooDeep(node);
    this.#depth += 1;
    this.#deepest = Math.max(this.#deepest, this.#depth);
    const value = isMapNode(node) ? this.#map(node.items) : isSeq(node) ? this.#list(node.items) : makeScalar('', true);
    this.#depth -= 1;
    return value;
  }

  #scalar(node: ScalarNode): Scalar {
    const scalar = scalarOf(node);
    const fault = scalarFault(scalar) ?? (this.#isJson && isTooLarge(scalar) ? TOO_LARGE : null);
    if (fault !== null) this.#problem('REFUSED_BY_KUBERNETES', fault, offsetOf(node));
    return scalar;
  }

  #list(items: readonly unknown[]): Value {
    return items.map((item) => (isPair(item) ? this.#map([item]) : this.read(asNode(item))));
  }

  #map(pairs: readonly Pair[]): Value {
    const map = new Map<string, Value>();
    const seen = new Set<string>();
    for (const pair of pairs) {
      const key = asNode(pair.key);
      if (!isScalarNode(key)) return this.#problem('complex-key', 'Kubernetes only allows strings as keys', offsetOf(key));
      const name = scalarText(key);
      const read = this.#key(key, name);
      if (read === null) return makeScalar('', true);
      if (seen.has(read)) return this.#problem('DUPLICATE_KEY', 'a key appears twice in one map', offsetOf(key));
      seen.add(read);
      this.#anchorOfKey(key);
      const value = this.read(asNode(pair.value));
      if (name === MERGE && !this.#isMergeable(asNode(pair.value), value))
        return this.#problem('REFUSED_BY_KUBERNETES', 'a merge key (<<) takes a map or a list of maps', offsetOf(key));
      map.set(name, value);
    }
    return map;
  }

  /** What Kubernetes makes of a key; null where it makes nothing of it. */
  #key(key: ScalarNode, name: string): string | null {
    const scalar = scalarOf(key);
    if (name === MERGE) {
      if (scalar.plain && scalar.tag === null) return MERGE;
      this.#problem('REFUSED_BY_KUBERNETES', 'a key << in quotes or with a tag is no merge key to Kubernetes', offsetOf(key));
      return null;
    }
    this.#size += 1;
    const read = keyOf(scalar);
    if (read === null) this.#problem('complex-key', 'Kubernetes only allows strings as keys', offsetOf(key));
    return read;
  }

  #isMergeable(node: Node | null, value: Value): boolean {
    return isMap(value) || (isList(value) && isSeq(node) && value.every(isMap));
  }

  #anchorOfKey(key: Node): void {
    const { anchor } = key as { anchor?: string };
    if (anchor !== undefined) this.#anchored(key, anchor);
  }

  #anchored(node: Node, name: string): Value {
    const anchor: Defined = { name, offset: offsetOf(node), value: makeScalar('', true), lastUse: -1, closed: false, size: 0, height: 0 };
    this.anchors.push(anchor);
    this.#byName.set(name, anchor);
    const [size, deepest] = [this.#size, this.#deepest];
    this.#deepest = this.#depth;
    anchor.value = this.#content(node);
    anchor.closed = true;
    anchor.size = this.#size - size;
    anchor.height = this.#deepest - this.#depth;
    this.#deepest = Math.max(deepest, this.#deepest);
    return anchor.value;
  }

  #alias(alias: Alias): Value {
    const anchor = this.#byName.get(alias.source);
    if (anchor === undefined)
      return this.#outer(alias.source) ?? this.#problem('unresolved-alias', 'an alias has no anchor before it', offsetOf(alias));
    if (!anchor.closed) return this.#problem('recursive-alias', 'an alias points at a node that contains it', offsetOf(alias));
    anchor.lastUse = offsetOf(alias);
    this.#size += anchor.size + 1;
    this.#aliased += anchor.size + 1;
    this.#deepest = Math.max(this.#deepest, this.#depth + anchor.height);
    if (this.#deepest > MAX_DEPTH) return this.#tooDeep(alias);
    if (this.#aliased > MAX_ALIASED || this.#isMostlyAliases())
      return this.#problem('excessive-aliasing', 'aliases expand to more data than Kubernetes would read', offsetOf(alias));
    return anchor.value;
  }

  /** A limit of Kubernetes' reader: of a thousand values and more, no more than 99 in a hundred may come from aliases. */
  #isMostlyAliases(): boolean {
    return this.#aliased > 100 && this.#size > 1000 && this.#aliased / this.#size > 0.99;
  }

  #tooDeep(node: Node): Value {
    return this.#problem('RESOURCE_EXHAUSTION', 'the document is nested too deeply to be read', offsetOf(node));
  }

  /** The first problem decides; more would only take room. */
  #problem(code: ShapeProblemCode, message: string, offset: number): Value {
    if (this.problems.length === 0) this.problems.push({ code, message, offset });
    return makeScalar('', true);
  }
}
