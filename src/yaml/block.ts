import type { YAMLMap } from 'yaml';
import type { Edit } from '../model/edit.ts';
import { blockEntries, commentColumn, endsInKeepScalar, holdsKeepScalar, multilineScalars } from './layout.ts';
import type { BlockEntry, MultilineScalar } from './layout.ts';
import { asNode } from './nodes.ts';
import { EditRefused } from './refused.ts';
import { blankEnd, blankStart, columnOf, eolAt, isBlank, lineStart, linesOf } from './text.ts';

/** Edits of block maps, in whole lines. */

/** Text and the number of columns that one level of indentation takes here. */
export interface BlockText {
  readonly text: string;
  readonly step: number;
}

/** Entries that stand next to each other. */
interface EntryRun {
  readonly entries: readonly BlockEntry[];
  readonly start: number;
  readonly end: number;
  /** The entry before the run; undefined for the first. */
  readonly previous: BlockEntry | undefined;
  /** The entry after the run; undefined for the last. */
  readonly next: BlockEntry | undefined;
}

const runOf = (entries: readonly BlockEntry[], from: number, to: number): EntryRun => {
  const members = entries.slice(from, to + 1);
  return {
    entries: members,
    start: members[0]?.start ?? 0,
    end: members.at(-1)?.end ?? 0,
    previous: entries[from - 1],
    next: entries[to + 1],
  };
};

/** The maximal runs of entries that are chosen; `joined` tells whether an entry belongs to the run of the one before it. */
function runsOf(
  entries: readonly BlockEntry[],
  chosen: ReadonlySet<string>,
  joined: (before: BlockEntry, entry: BlockEntry) => boolean,
): EntryRun[] {
  const runs: EntryRun[] = [];
  let from = 0;
  for (const [index, entry] of entries.entries()) {
    const before = entries[index - 1];
    if (!chosen.has(entry.key) || before === undefined || !chosen.has(before.key) || !joined(before, entry)) from = index;
    const after = entries[index + 1];
    const ends = after === undefined || !chosen.has(after.key) || !joined(entry, after);
    if (chosen.has(entry.key) && ends) runs.push(runOf(entries, from, index));
  }
  return runs;
}

/** Deletes some entries, but not all, with the comments that belong to them. What stands between them and belongs to none stays. */
export function deleteBlockEntries(map: YAMLMap, keys: ReadonlySet<string>, text: string): Edit[] {
  return deletedRuns(blockEntries(map, text), keys, text).map((run) =>
    run.entries[0]?.ownLine === false ? slideUp(run, text) : removal(run, text),
  );
}

const deletedRuns = (entries: readonly BlockEntry[], keys: ReadonlySet<string>, text: string): EntryRun[] =>
  runsOf(entries, keys, (before, entry) => isBlank(text.slice(before.end, entry.start)));

/** Where blank lines stand on both sides of deleted entries, one side goes with them: the later, or that towards the end of the map. */
function removal({ start, end, previous, next }: EntryRun, text: string): Edit {
  const before = blankStart(text, start);
  const after = blankEnd(text, end);
  if (previous !== undefined && holdsKeepScalar(previous, text)) return { start, end: after, text: '' };
  if (next === undefined) return { start: before, end, text: '' };
  return { start, end: previous === undefined || before < start ? after : end, text: '' };
}

/** Entries beside `- ` go: what follows them takes their place on that line, or the dash stands alone where a comment further left follows. */
function slideUp({ entries, end }: EntryRun, text: string): Edit {
  const start = entries[0]?.first ?? 0;
  const column = columnOf(text, start);
  const next = blankEnd(text, end);
  if (text.slice(next, next + column) === ' '.repeat(column)) return { start, end: next + column, text: '' };
  const dash = lineStart(text, start) + text.slice(lineStart(text, start), start).trimEnd().length;
  return { start: dash, end, text: eolAt(text, start) };
}

/** All entries go: `{}` must stand for them, or the map would become null. `hole` is where it can be written beside the map's key. */
export function emptyBlockMap(map: YAMLMap, hole: number | null, text: string): Edit[] {
  const entries = blockEntries(map, text);
  const [first] = entries;
  if (first === undefined) return [];
  if (first.ownLine && hole !== null) return [{ start: hole, end: hole, text: ' {}' }, ...removals(entries, text)];
  const isBlockScalar = first.significantEnd === first.coreEnd && text[first.coreEnd - 1] === '\n';
  const braces = { start: first.first, end: first.significantEnd, text: isBlockScalar ? `{}${eolAt(text, first.first)}` : '{}' };
  return [braces, ...removals(entries.slice(1), text)];
}

const removals = (entries: readonly BlockEntry[], text: string): Edit[] =>
  deletedRuns(entries, new Set(entries.map(({ key }) => key)), text).map((run) => removal(run, text));

/** Puts a new key in place of the first (or last) member and all members, in their order, one step deeper below it. */
export function wrapBlockEntries(
  map: YAMLMap,
  wrap: { keys: readonly string[]; parent: string; host: 'first' | 'last' },
  { text, step }: BlockText,
): Edit[] {
  const runs = runsOf(blockEntries(map, text), new Set(wrap.keys), () => true).map(withTail);
  const host = wrap.host === 'first' ? runs[0] : runs.at(-1);
  const first = host?.entries[0];
  if (host === undefined || first === undefined)
    throw new EditRefused('not-a-map', `none of ${wrap.keys.join(', ')} stands in the text`, 0);
  for (const run of runs) requireOwnLines(run);
  const column = columnOf(text, first.first);
  const shifted = runs.map((run) => shiftRun(run, text, column, step)).join('');
  const header = `${' '.repeat(column)}${wrap.parent}:${eolAt(text, host.start)}`;
  return runs.map((run) => (run === host ? { start: run.start, end: run.end, text: header + shifted } : cut(run, text)));
}

const withTail = (run: EntryRun): EntryRun => ({ ...run, end: run.entries.at(-1)?.moveEnd ?? run.end });

/** Puts a new entry before the first of a block map. */
export function insertBlockEntry(map: YAMLMap, key: string, value: string, text: string): Edit[] {
  const [first] = blockEntries(map, text);
  if (first === undefined || !first.ownLine)
    throw new EditRefused('not-own-line', `${key} can't be placed before an entry that shares its line`, first?.first ?? 0);
  const indent = ' '.repeat(columnOf(text, first.first));
  return [{ start: first.start, end: first.start, text: `${indent}${key}: ${value}${eolAt(text, first.start)}` }];
}

function requireOwnLines(run: EntryRun): void {
  const shared = run.entries.find((entry) => !entry.ownLine);
  if (shared !== undefined) throw new EditRefused('not-own-line', `${shared.key} shares its line with a list dash`, shared.first);
}

/** A run leaves: of the blank lines on both its sides one side goes with it. */
function cut({ start, end, previous }: EntryRun, text: string): Edit {
  const between = blankStart(text, start) < start || (previous !== undefined && endsInKeepScalar(previous));
  return { start, end: between ? blankEnd(text, end) : end, text: '' };
}

function shiftRun(run: EntryRun, text: string, column: number, step: number): string {
  const scalars = run.entries.flatMap((entry) => multilineScalars(asNode(entry.pair.value), text));
  const indent = ' '.repeat(step);
  let next = 0;
  const lines = linesOf(text, run.start, run.end).map((line) => {
    while (next < scalars.length && (scalars[next] as MultilineScalar).end <= line.start) next += 1;
    const scalar = scalars[next];
    const inside = scalar !== undefined && scalar.start < line.start ? scalar : null;
    return shifts(line.text, inside, column) ? indent + line.text : line.text;
  });
  return lines.join('');
}

/** Whether a line of a moved slice gets deeper. Blank lines and commented-out code left of the slice stay as they are. */
function shifts(line: string, inside: MultilineScalar | null, column: number): boolean {
  // Blanks of a block scalar may be content, and do no harm where they are not.
  if (inside?.block === true) return /[^\r\n]/.test(line);
  if (isBlank(line)) return false;
  const comment = inside === null ? commentColumn(line) : null;
  return comment === null || comment === -1 || comment >= column;
}
