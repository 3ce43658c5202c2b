import type { Change, Region } from '../model/change.ts';
import type { Range } from '../model/range.ts';
import type { Edit } from '../model/edit.ts';

/** The bytes of a file with some of its documents replaced. Null when nothing is. */
export function changeOf(file: string, text: string, replaced: readonly Edit[], secret: readonly Range[]): Change | null {
  if (replaced.length === 0) return null;
  const before = Buffer.from(text, 'utf8');
  const bytes = byteOffsets(
    text,
    [...replaced, ...secret].flatMap(({ start, end }) => [start, end]),
  );
  const at = (offset: number): number => bytes.get(offset) ?? 0;
  const regions = replaced.map((edit): Region => ({ start: at(edit.start), end: at(edit.end), newLength: Buffer.byteLength(edit.text) }));
  const pieces = replaced.flatMap((edit, index) => [
    before.subarray(regions[index - 1]?.end ?? 0, regions[index]?.start),
    Buffer.from(edit.text, 'utf8'),
  ]);
  const after = Buffer.concat([...pieces, before.subarray(regions.at(-1)?.end ?? 0)]);
  return { file, before, after, regions, secret: secret.map(({ start, end }) => ({ start: at(start), end: at(end) })) };
}

/** UTF-8 offsets of UTF-16 offsets, in one pass over the text. */
function byteOffsets(text: string, offsets: readonly number[]): Map<number, number> {
  const result = new Map<number, number>();
  let at = 0;
  let bytes = 0;
  for (const offset of [...new Set(offsets)].sort((a, b) => a - b)) {
    bytes += Buffer.byteLength(text.slice(at, offset), 'utf8');
    at = offset;
    result.set(offset, bytes);
  }
  return result;
}
