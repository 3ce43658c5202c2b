import { idsIn } from './mask.ts';
import type { Template } from './mask.ts';

/** Which branch of each block is taken, by the number of its first line; -1 for none. Blocks that are not named take their first. */
export type Way = ReadonlyMap<number, number>;

/** A block of control actions: `if`, `with` or `range` up to its `end`. */
interface Block {
  readonly id: number;
  readonly branches: Part[][];
  /** Whether one of the branches is taken in any case. */
  hasElse: boolean;
}

type Part = string | Block;

/** A masked text whose control actions are known to be whole. */
export interface Branching {
  /** What stands there when some branches are taken. A loop is passed through once, or not at all. */
  readonly text: (way: Way) => string;
  readonly blocks: readonly Pick<Block, 'id' | 'branches' | 'hasElse'>[];
}

/** The blocks of a masked text, or of one that was made of it; null where they are not whole, or not nested. */
export function branchingOf(text: string, template: Template): Branching | null {
  const root: Part[] = [];
  const blocks: Block[] = [];
  const open: { block: Block; into: Part[] }[] = [];
  let at = 0;
  for (const line of template.controls(text)) {
    const last = open.at(-1);
    (last?.into ?? root).push(text.slice(at, line.start));
    at = line.end;
    if (line.kind === 'open') {
      const block: Block = { id: line.id, branches: [[]], hasElse: false };
      blocks.push(block);
      (last?.into ?? root).push(block);
      open.push({ block, into: block.branches[0] ?? [] });
    } else if (line.kind === 'end' || line.kind === 'else') {
      if (last === undefined) return null;
      if (line.kind === 'end') open.pop();
      else last.into = nextBranch(last.block, template.written(text.slice(line.start, line.end)));
    }
  }
  root.push(text.slice(at));
  return open.length > 0 ? null : { text: (way) => textOf(root, way), blocks };
}

/** A branch that is taken when its condition holds, or, after an `else` without one, when no other is. */
function nextBranch(block: Block, action: string): Part[] {
  const branch: Part[] = [];
  block.branches.push(branch);
  block.hasElse ||= !/\belse\s+\w/.test(action);
  return branch;
}

const textOf = (parts: readonly Part[], way: Way): string =>
  parts.map((part) => (typeof part === 'string' ? part : textOf(part.branches[way.get(part.id) ?? 0] ?? [], way))).join('');

/**
 * The ways to go through some blocks: from the first branches of all, and from as few as can be, every other choice by itself, and any two of them together.
 * What the conversion does with an entry depends on no more than one other.
 */
export function* waysThrough(blocks: Branching['blocks']): Generator<Way> {
  for (const { start, others } of startsIn(blocks)) {
    yield start;
    for (const [index, one] of others.entries()) {
      yield new Map([...start, one]);
      for (const other of others.slice(index + 1)) yield new Map([...start, one, other]);
    }
  }
}

/** How many those are. */
export const countOfWays = (blocks: Branching['blocks']): number =>
  startsIn(blocks).reduce((sum, { others: { length } }) => sum + 1 + (length * (length + 1)) / 2, 0);

interface WayStart {
  readonly start: Way;
  /** Each choice that is another one than there. */
  readonly others: readonly (readonly [id: number, branch: number])[];
}

function startsIn(blocks: Branching['blocks']): WayStart[] {
  const most = new Map(blocks.map(({ id }) => [id, 0]));
  const least = new Map(blocks.map(({ id, branches, hasElse }) => [id, hasElse ? branches.length - 1 : -1]));
  const choices = blocks.flatMap(({ id, branches, hasElse }) =>
    [...(hasElse ? [] : [-1]), ...branches.keys()].map((branch) => [id, branch] as const),
  );
  return [most, least].map((start) => ({ start, others: choices.filter(([id, branch]) => start.get(id) !== branch) }));
}

/** Whether each action that sets a variable still stands before and after the same actions as it did. */
export function keepsVariables(before: string, after: string, template: Template): boolean {
  const set = new Set(template.controls(before).flatMap(({ id, kind }) => (kind === 'set' ? [id] : [])));
  if (set.size === 0) return true;
  const left = new Set(idsIn(after));
  const followers = (ids: readonly number[]): string[] =>
    ids.flatMap((id, index) =>
      set.has(id)
        ? [
            `${id}: ${ids
              .slice(index + 1)
              .sort((a, b) => a - b)
              .join()}`,
          ]
        : [],
    );
  return followers(idsIn(before).filter((id) => left.has(id))).join('\n') === followers(idsIn(after)).join('\n');
}
