import { isAlias, isMap as isMapNode, isPair, isScalar as isScalarNode, isSeq } from 'yaml';
import type { Alias, Node, Pair } from 'yaml';
import type { Value } from '../model/value.ts';
import { asNode, keyText, offsetOf, scalarText } from './nodes.ts';
import { makeScalar } from './scalar.ts';

/** Deeper documents are refused before the stack decides; the deepest schemas of Kubernetes stay far below. */
const MAX_DEPTH = 200;
/** Values that aliases may add to those written out. Kubernetes' reader has a limit of this order as well. */
const MAX_ALIASED = 200_000;

export type ShapeProblemCode =
  | 'DUPLICATE_KEY'
  | 'RESOURCE_EXHAUSTION'
  | 'complex-key'
  | 'recursive-alias'
  | 'unresolved-alias'
  | 'excessive-aliasing';

export interface ShapeProblem {
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

/** What a name stands for that is not defined in the text itself. */
export type OuterAnchors = (name: string) => Value | undefined;

export interface Shape {
  readonly value: Value;
  /** In document order. */
  readonly anchors: readonly Anchor[];
  readonly problems: readonly ShapeProblem[];
}

/** The data of a document, with aliases expanded and merge keys left as an ordinary `<<` entry. */
export function readShape(root: Node, outer: OuterAnchors): Shape {
  const reader = new ShapeReader(outer);
  const value = reader.read(root);
  return { value, anchors: reader.anchors, problems: reader.problems };
}

interface Defined extends Anchor {
  value: Value;
  lastUse: number;
  /** False while its own content is being read. */
  closed: boolean;
  /** Values and levels below it, with aliases expanded. */
  size: number;
  height: number;
}

/** Aliases share the very object of their anchor, so a document is read in linear time however often it expands. */
class ShapeReader {
  readonly problems: ShapeProblem[] = [];
  readonly anchors: Defined[] = [];
  readonly #byName = new Map<string, Defined>();
  readonly #outer: OuterAnchors;
  #size = 0;
  #aliased = 0;
  #depth = 0;
  #deepest = 0;

  constructor(outer: OuterAnchors) {
    this.#outer = outer;
  }

  read(node: Node | null): Value {
    this.#size += 1;
    if (node === null) return makeScalar('', true);
    if (isAlias(node)) return this.#alias(node);
    const { anchor } = node as { anchor?: string };
    return anchor === undefined ? this.#content(node) : this.#anchored(node, anchor);
  }

  #content(node: Node): Value {
    if (isScalarNode(node)) return makeScalar(scalarText(node), node.type === 'PLAIN', node.tag ?? null);
    if (this.#depth >= MAX_DEPTH) return this.#tooDeep(node);
    this.#depth += 1;
    this.#deepest = Math.max(this.#deepest, this.#depth);
    const value = isMapNode(node) ? this.#map(node.items) : isSeq(node) ? this.#list(node.items) : makeScalar('', true);
    this.#depth -= 1;
    return value;
  }

  #list(items: readonly unknown[]): Value {
    return items.map((item) => (isPair(item) ? this.#map([item]) : this.read(asNode(item))));
  }

  #map(pairs: readonly Pair[]): Value {
    const map = new Map<string, Value>();
    for (const pair of pairs) {
      const key = asNode(pair.key);
      const name = keyText(pair);
      if (name === null) return this.#problem('complex-key', 'Kubernetes only allows strings as keys', offsetOf(key));
      if (map.has(name)) return this.#problem('DUPLICATE_KEY', 'a key appears twice in one map', offsetOf(key));
      if (key !== null) this.#anchorOfKey(key);
      map.set(name, this.read(asNode(pair.value)));
    }
    return map;
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
    this.#size += anchor.size;
    this.#aliased += anchor.size;
    this.#deepest = Math.max(this.#deepest, this.#depth + anchor.height);
    if (this.#deepest > MAX_DEPTH) return this.#tooDeep(alias);
    if (this.#aliased > MAX_ALIASED)
      return this.#problem('excessive-aliasing', 'aliases expand to more data than Kubernetes would read', offsetOf(alias));
    return anchor.value;
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
