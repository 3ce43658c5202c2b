import type { YAMLMap } from 'yaml';
import type { Edit } from '../model/edit.ts';
import { blockEntries, commentColumn, multilineScalars } from './geometry.ts';
import type { BlockEntry, MultilineScalar } from './geometry.ts';
import { asNode } from './nodes.ts';
import { EditRefused } from './refused.ts';
import { columnOf, dominantEol, lineStart, linesOf } from './text.ts';

/** Text and the number of columns that one level of indentation takes here. */
export interface BlockText {
  readonly text: string;
  readonly step: number;
}

interface Run {
  readonly entries: BlockEntry[];
  readonly start: number;
  readonly end: number;
}

/** Puts a new key in place of the first (or last) member and all members, in their order, one step deeper below it. */
export function wrapBlockEntries(map: YAMLMap, wrap: { keys: readonly string[]; parent: string; host: 'first' | 'last' }, { text, step }: BlockText): Edit[] {
  const runs = adjacentRuns(blockEntries(map, text), wrap.keys);
  const host = wrap.host === 'first' ? runs[0] : runs.at(-1);
  const first = host?.entries[0];
  if (host === undefined || first === undefined) throw new EditRefused('not-a-map', `none of ${wrap.keys.join(', ')} stands in the text`, 0);
  for (const run of runs) requireOwnLines(run);
  const column = columnOf(text, first.first);
  const shifted = runs.map((run) => shiftRun(run, text, column, step)).join('');
  const header = `${' '.repeat(column)}${wrap.parent}:${eolAt(text, host.start)}`;
  return runs.map((run) => (run === host ? { start: run.start, end: run.end, text: header + shifted } : cut(run, text)));
}

/** Puts a new entry before the first of a block map. */
export function insertBlockEntry(map: YAMLMap, key: string, value: string, text: string): Edit[] {
  const [first] = blockEntries(map, text);
  if (first === undefined || !first.ownLine) throw new EditRefused('not-own-line', `${key} can't be placed before an entry that shares its line`, first?.first ?? 0);
  const indent = ' '.repeat(columnOf(text, first.first));
  return [{ start: first.start, end: first.start, text: `${indent}${key}: ${value}${eolAt(text, first.start)}` }];
}

/** Members that stand next to each other move as one slice, with what stands between them. */
function adjacentRuns(entries: readonly BlockEntry[], keys: readonly string[]): Run[] {
  const groups: BlockEntry[][] = [];
  let open: BlockEntry[] | null = null;
  for (const entry of entries) {
    if (!keys.includes(entry.key)) open = null;
    else if (open === null) groups.push((open = [entry]));
    else open.push(entry);
  }
  return groups.map((members) => ({ entries: members, start: members[0]?.start ?? 0, end: members.at(-1)?.moveEnd ?? 0 }));
}

function requireOwnLines(run: Run): void {
  const shared = run.entries.find((entry) => !entry.ownLine);
  if (shared !== undefined) throw new EditRefused('not-own-line', `${shared.key} shares its line with a list dash`, shared.first);
}

/** A run leaves: of the blank lines on both its sides one side goes with it. */
function cut(run: Run, text: string): Edit {
  const before = text.slice(lineStart(text, run.start - 1), run.start);
  const blankBefore = run.start > 0 && before.trim() === '';
  const follows = text.slice(run.end);
  const blankAfter = /^(?:[ \t]*\r?\n)+/.exec(follows)?.[0].length ?? 0;
  return { start: run.start, end: run.end + (blankBefore ? blankAfter : 0), text: '' };
}

function shiftRun(run: Run, text: string, column: number, step: number): string {
  const scalars = run.entries.flatMap((entry) => multilineScalars(asNode(entry.pair.value), text));
  return linesOf(text, run.start, run.end)
    .map((line) => (shifts(line, scalars, column, text) ? ' '.repeat(step) + line.text : line.text))
    .join('');
}

/** Whether a line of a moved slice gets deeper. Blank lines and commented-out code left of the slice stay as they are. */
function shifts(line: { start: number; text: string }, scalars: readonly MultilineScalar[], column: number, text: string): boolean {
  const inside = scalars.find((scalar) => scalar.start < line.start && line.start < scalar.end);
  const blank = line.text.trim() === '';
  if (inside !== undefined) return !blank || (inside.block && line.text.replace(/\r?\n$/, '').length >= bodyIndent(inside, text));
  const comment = commentColumn(line.text);
  return !blank && (comment === null || comment === -1 || comment >= column);
}

/** Columns that a block scalar's own indentation takes: those of its first line with content. */
function bodyIndent(scalar: MultilineScalar, text: string): number {
  const body = text.slice(text.indexOf('\n', scalar.start) + 1, scalar.end);
  return /^ *(?=[^ \r\n])/m.exec(body)?.[0].length ?? Number.POSITIVE_INFINITY;
}

function eolAt(text: string, offset: number): string {
  const newline = text.indexOf('\n', offset);
  if (newline === -1) return dominantEol(text);
  return text[newline - 1] === '\r' ? '\r\n' : '\n';
}
