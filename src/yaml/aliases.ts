import { isAlias, isMap, isSeq } from 'yaml';
import type { Alias, Node, Pair } from 'yaml';
import type { Edit } from '../model/edit.ts';
import { formatPath, plainOf } from '../model/value.ts';
import type { Path } from '../model/value.ts';
import type { ParsedDocument } from './document.ts';
import { asNode, keyText, offsetOf } from './nodes.ts';
import type { Operation } from './primitives.ts';
import { EditRefused } from './refused.ts';

/** What operations come to where anchors are shared. */
export interface Unshared {
  /** Aliases that are written out, because what they stand for changes in one of the places only. */
  readonly writtenOut: readonly Edit[];
  /** The operations without those that an alias carries over to its place. */
  readonly operations: readonly Operation[];
}

/**
 * Keeps apart what an anchor and its aliases stand for, as far as operations change it: an alias for which the same is asked as for its anchor
 * stays and follows it, any other is written out. Throws EditRefused where that takes more than a line.
 */
export function unshared(document: ParsedDocument, operations: readonly Operation[]): Unshared {
  if (!document.anchors.some(({ lastUse }) => lastUse >= 0)) return { writtenOut: [], operations };
  const requests = new Requests(operations);
  const touched = usesIn(document).filter(({ path, anchor }) => requests.at(path).length > 0 || requests.at(anchor.path).length > 0);
  const following = touched.filter(({ path, anchor }) => requests.sameAt(path, anchor.path));
  const carriedOver = new Set(following.flatMap(({ path }) => requests.at(path)));
  return {
    writtenOut: touched.filter((use) => !following.includes(use)).map((use) => writtenOut(use, document.text)),
    operations: operations.filter((operation) => !carriedOver.has(operation)),
  };
}

/** What is asked at each place and below it. */
class Requests {
  readonly #byPlace = new Map<string, Operation[]>();

  constructor(operations: readonly Operation[]) {
    for (const operation of operations) {
      for (const length of [...operation.path.keys(), operation.path.length]) {
        const id = JSON.stringify(operation.path.slice(0, length));
        const known = this.#byPlace.get(id);
        if (known === undefined) this.#byPlace.set(id, [operation]);
        else known.push(operation);
      }
    }
  }

  at(path: Path): readonly Operation[] {
    return this.#byPlace.get(JSON.stringify(path)) ?? [];
  }

  sameAt(a: Path, b: Path): boolean {
    const [own, other] = [a, b].map((path) =>
      this.at(path).map((each) =>
        JSON.stringify({ ...each, value: 'value' in each ? plainOf(each.value) : null, path: each.path.slice(path.length) }),
      ),
    );
    return own?.toSorted().join() === other?.toSorted().join();
  }
}

/** An alias, with the node that it stands for. */
interface AliasUse {
  readonly path: Path;
  readonly alias: Alias;
  readonly anchor: { readonly path: Path; readonly node: Node };
}

/** The aliases of values, in document order. */
function usesIn({ root }: ParsedDocument): AliasUse[] {
  const anchors = new Map<string, AliasUse['anchor']>();
  const uses: AliasUse[] = [];
  const visit = (node: Node | null, path: Path): void => {
    if (isAlias(node)) {
      const anchor = anchors.get(node.source);
      if (anchor !== undefined) uses.push({ path, alias: node, anchor });
      return;
    }
    const name = (node as { anchor?: string } | null)?.anchor;
    if (node !== null && name !== undefined) anchors.set(name, { path, node });
    if (isSeq(node)) for (const [index, item] of node.items.entries()) visit(asNode(item), [...path, index]);
    if (isMap(node)) for (const pair of node.items) visitPair(pair, path);
  };
  /** The anchor of a key stands for no value that an operation could change. */
  const visitPair = (pair: Pair, path: Path): void => {
    anchors.delete((pair.key as { anchor?: string } | null)?.anchor ?? '');
    visit(asNode(pair.value), [...path, keyText(pair) ?? '']);
  };
  visit(root, []);
  return uses;
}

function writtenOut({ path, alias, anchor }: AliasUse, text: string): Edit {
  const [start, end] = anchor.node.range ?? [0, 0];
  const [from, to] = alias.range ?? [0, 0];
  const content = text.slice(start, end);
  if (!content.includes('\n')) return { start: from, end: to, text: content };
  throw new EditRefused(
    isMap(anchor.node) || isSeq(anchor.node) ? 'anchored-map-rewritten' : 'anchored-scalar',
    `${formatPath(path)} is *${alias.source}, and what that stands for must change in one of the places only`,
    offsetOf(alias),
  );
}
