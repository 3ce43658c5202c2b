import { diffArrays } from 'diff';

/** Lines replaced by others; `at` counts from 0 in the old text. Either side may be empty. */
export interface LineChange {
  readonly at: number;
  readonly removed: number;
  readonly added: readonly string[];
}

/** A stretch of both texts; ends are exclusive. */
interface Stretch {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/**
 * The changes that turn one list of lines into another, in order, never touching each other. Short texts give the shortest list; long
 * ones are cut at lines that occur once on both sides, so that the time taken grows with the length and not with its square.
 */
export function lineChanges(before: readonly string[], after: readonly string[]): LineChange[] {
  const changes: LineChange[] = [];
  const pending: Stretch[] = [{ oldStart: 0, oldEnd: before.length, newStart: 0, newEnd: after.length }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const stretch = withoutCommonEnds(before, after, next);
    const pieces = isShort(stretch) ? [] : cutAtUniqueLines(before, after, stretch);
    if (pieces.length > 1) for (const piece of pieces.reverse()) pending.push(piece);
    else changes.push(...compare(before, after, stretch));
  }
  return changes;
}

/** Lines of both sides together: below this the comparison takes a few milliseconds even when nothing is equal. */
const SHORT = 1000;

const isShort = ({ oldStart, oldEnd, newStart, newEnd }: Stretch): boolean => oldEnd - oldStart + newEnd - newStart <= SHORT;

function withoutCommonEnds(before: readonly string[], after: readonly string[], stretch: Stretch): Stretch {
  let { oldStart, oldEnd, newStart, newEnd } = stretch;
  while (oldStart < oldEnd && newStart < newEnd && before[oldStart] === after[newStart]) {
    oldStart += 1;
    newStart += 1;
  }
  while (oldStart < oldEnd && newStart < newEnd && before[oldEnd - 1] === after[newEnd - 1]) {
    oldEnd -= 1;
    newEnd -= 1;
  }
  return { oldStart, oldEnd, newStart, newEnd };
}

function compare(before: readonly string[], after: readonly string[], stretch: Stretch): LineChange[] {
  const { oldStart, oldEnd, newStart, newEnd } = stretch;
  const added = after.slice(newStart, newEnd);
  if (oldStart === oldEnd && newStart === newEnd) return [];
  const whole = [{ at: oldStart, removed: oldEnd - oldStart, added }];
  if (oldStart === oldEnd || newStart === newEnd) return whole;
  // Where two long stretches have next to nothing in common, one stands for the other.
  const parts = diffArrays(before.slice(oldStart, oldEnd), added, { maxEditLength: SHORT });
  return parts === undefined ? whole : gather(parts, oldStart);
}

type Part = ReturnType<typeof diffArrays<string>>[number];

/** Joins removals and additions that follow each other into one change. */
function gather(parts: readonly Part[], start: number): LineChange[] {
  const changes: LineChange[] = [];
  let at = start;
  let open: { at: number; removed: number; added: string[] } | null = null;
  for (const { value, added, removed } of parts) {
    if (!added && !removed) {
      at += value.length;
      open = null;
      continue;
    }
    if (open === null) changes.push((open = { at, removed: 0, added: [] }));
    if (added) open.added.push(...value);
    else {
      open.removed += value.length;
      at += value.length;
    }
  }
  return changes;
}

/** The stretches before, between and after lines that occur once on both sides and in the same order. */
function cutAtUniqueLines(before: readonly string[], after: readonly string[], stretch: Stretch): Stretch[] {
  const pieces: Stretch[] = [];
  let { oldStart, newStart } = stretch;
  for (const [oldEnd, newEnd] of longestRise(uniquePairs(before, after, stretch))) {
    pieces.push({ oldStart, oldEnd, newStart, newEnd });
    oldStart = oldEnd + 1;
    newStart = newEnd + 1;
  }
  pieces.push({ ...stretch, oldStart, newStart });
  return pieces;
}

/** Line numbers in the old and in the new text. */
type LinePair = readonly [number, number];

function uniquePairs(before: readonly string[], after: readonly string[], stretch: Stretch): LinePair[] {
  const old = onlyPlaces(before, stretch.oldStart, stretch.oldEnd);
  const now = onlyPlaces(after, stretch.newStart, stretch.newEnd);
  return [...old].flatMap(([line, at]): LinePair[] => {
    const other = now.get(line) ?? REPEATED;
    return at === REPEATED || other === REPEATED ? [] : [[at, other]];
  });
}

const REPEATED = -1;

/** Where each line stands, or `REPEATED`; in the order of first occurrence. */
function onlyPlaces(lines: readonly string[], start: number, end: number): Map<string, number> {
  const places = new Map<string, number>();
  for (let at = start; at < end; at++) {
    const line = lines[at] as string;
    places.set(line, places.has(line) ? REPEATED : at);
  }
  return places;
}

/** Of pairs in rising order of their first number, the most that rise in the second as well (patience sorting). */
function longestRise(pairs: readonly LinePair[]): LinePair[] {
  interface Link {
    readonly pair: LinePair;
    readonly previous: Link | undefined;
  }
  const piles: Link[] = [];
  for (const pair of pairs) {
    let low = 0;
    for (let high = piles.length; low < high;) {
      const middle = (low + high) >>> 1;
      if ((piles[middle] as Link).pair[1] < pair[1]) low = middle + 1;
      else high = middle;
    }
    piles[low] = { pair, previous: piles[low - 1] };
  }
  const rise: LinePair[] = [];
  for (let link = piles.at(-1); link !== undefined; link = link.previous) rise.push(link.pair);
  return rise.reverse();
}
