import type { Change } from '../model/change.ts';
import { commonLines } from '../yaml/common-lines.ts';
import { positions } from '../yaml/document.ts';
import { oldNamesIn } from './old-names.ts';
import type { OldName } from './old-names.ts';

/** The old names that a file still holds after a change, where they stood before it: documents that did not change keep theirs. */
export function namesAfter(text: string, { before, after, regions }: Change): OldName[] {
  const names = oldNamesIn(text);
  const left: OldName[] = [];
  let read = { bytes: 0, units: 0 };
  let shift = 0;
  let next = 0;
  const unitsAt = (bytes: number): number => {
    read = { bytes, units: read.units + before.toString('utf8', read.bytes, bytes).length };
    return read.units;
  };
  for (const { start, end, newLength } of regions) {
    const [from, to] = [unitsAt(start), unitsAt(end)];
    for (; next < names.length && isBefore(names[next], from); next += 1) left.push(names[next] as OldName);
    const own: OldName[] = [];
    for (; next < names.length && isBefore(names[next], to); next += 1) own.push(names[next] as OldName);
    const written = after.toString('utf8', start + shift, start + shift + newLength);
    left.push(...keptIn(text.slice(from, to), written, own, from));
    shift += newLength - (end - start);
  }
  return [...left, ...names.slice(next)];
}

const isBefore = (name: OldName | undefined, offset: number): boolean => name !== undefined && name.start < offset;

/** Those of a document's names for which one stands in what is written in its place: on the same line, or with the same words behind it. */
function keptIn(before: string, after: string, names: readonly OldName[], offset: number): OldName[] {
  const written = oldNamesIn(after);
  if (written.length === 0) return [];
  const lines = commonLines(before.split('\n'), after.split('\n'));
  const [placeBefore, placeAfter] = [positions(before), positions(after)];
  const at = new Map(names.map((name) => [keyOf(placeBefore(name.start - offset)), name]));
  const kept = new Set<OldName>();
  const moved = written.filter(({ start }) => {
    const { line, column } = placeAfter(start);
    const same = lines.get(line - 1);
    const name = same === undefined ? undefined : at.get(keyOf({ line: same + 1, column }));
    if (name !== undefined) kept.add(name);
    return name === undefined;
  });
  for (const { start, end } of moved) {
    const free = names.filter((name) => !kept.has(name));
    const name =
      free.find((each) => restOf(before, each.start - offset) === restOf(after, start)) ??
      free.find((each) => before.slice(each.start - offset, each.end - offset) === after.slice(start, end)) ??
      free[0];
    if (name !== undefined) kept.add(name);
  }
  return names.filter((name) => kept.has(name));
}

const keyOf = ({ line, column }: { line: number; column: number }): string => `${line}:${column}`;

/** The rest of the line. */
const restOf = (text: string, start: number): string => /.*/.exec(text.slice(start, start + 1000))?.[0].trimEnd() ?? '';
