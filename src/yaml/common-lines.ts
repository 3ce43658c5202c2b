/** Texts whose lines, multiplied, exceed this are only compared at their ends. */
const LIMIT = 4_000_000;

/** The lines that two texts share, in order: from the index of a line after to its index before. */
export function commonLines(before: readonly string[], after: readonly string[]): Map<number, number> {
  const shared = new Map<number, number>();
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) shared.set(head, head++);
  let tail = 0;
  while (tail < Math.min(before.length, after.length) - head && before.at(-1 - tail) === after.at(-1 - tail)) {
    tail += 1;
    shared.set(after.length - tail, before.length - tail);
  }
  const [a, b] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  if (a.length * b.length <= LIMIT) for (const [from, to] of longestCommon(a, b)) shared.set(head + to, head + from);
  return shared;
}

/** Index pairs of a longest common subsequence. */
function longestCommon(a: readonly string[], b: readonly string[]): [number, number][] {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1)
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}
