/**
 * Whether one of some globs matches a path with `/` between segments: `*` is any text and `?` any character within a segment, `**` any number of
 * segments. A glob that matches a folder matches everything below it. Takes time in proportion to glob and path, whatever is in them.
 */
export function matcherOf(globs: readonly string[]): (path: string) => boolean {
  const patterns = globs.map((glob) => [...segmentsOf(glob), '**']);
  return (path) => {
    const segments = segmentsOf(path);
    return patterns.some((pattern) => matches(pattern, segments, '**', matchesName));
  };
}

const segmentsOf = (path: string): string[] => path.split('/').filter((segment) => segment !== '' && segment !== '.');

const matchesName = (pattern: string, name: string): boolean =>
  matches(Array.from(pattern), Array.from(name), '*', (one, other) => one === '?' || one === other);

/** The usual way to match wildcards: where it fails, the last one takes one more. */
function matches(
  pattern: readonly string[],
  items: readonly string[],
  wildcard: string,
  same: (one: string, other: string) => boolean,
): boolean {
  let [at, taken] = [0, 0];
  let back: { at: number; taken: number } | null = null;
  while (taken < items.length) {
    const one = pattern[at];
    if (one === wildcard) {
      back = { at, taken };
      at += 1;
    } else if (one !== undefined && same(one, items[taken] ?? '')) {
      at += 1;
      taken += 1;
    } else if (back === null) {
      return false;
    } else {
      back = { at: back.at, taken: back.taken + 1 };
      [at, taken] = [back.at + 1, back.taken];
    }
  }
  return pattern.slice(at).every((one) => one === wildcard);
}
