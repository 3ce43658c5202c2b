import { maskLines } from './mask.ts';

/** A line of a unified diff without its mark and line break. */
export interface DiffLine {
  readonly kind: 'same' | 'old' | 'new';
  readonly text: string;
  /** Whether a line break follows; false for the last line of a file without one. */
  readonly ended: boolean;
}

export interface Hunk {
  /** Number of the first line in the old and in the new file. */
  readonly oldStart: number;
  readonly newStart: number;
  readonly lines: readonly DiffLine[];
}

const HEADER = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
const KINDS = { ' ': 'same', '-': 'old', '+': 'new' } as const;

/** The hunks of one file's unified diff. Lines are counted, as a line of a file may look like a header. */
export function parseHunks(diff: string): Hunk[] {
  const lines = diff.split('\n');
  const hunks: Hunk[] = [];
  for (let at = 0; at < lines.length;) {
    const header = HEADER.exec(lines[at] ?? '');
    at += 1;
    if (header === null) continue;
    const [oldStart, oldCount, newStart, newCount] = [1, 2, 3, 4].map((group) => Number(header[group] ?? 1)) as [
      number,
      number,
      number,
      number,
    ];
    const { body, next } = readBody(lines, at, oldCount, newCount);
    hunks.push({ oldStart: firstLine(oldStart, oldCount), newStart: firstLine(newStart, newCount), lines: body });
    at = next;
  }
  return hunks;
}

/** An empty side is named by the line before it. */
const firstLine = (start: number, count: number): number => (count === 0 ? start + 1 : start);

function readBody(lines: readonly string[], start: number, oldCount: number, newCount: number): { body: DiffLine[]; next: number } {
  const body: DiffLine[] = [];
  let [at, old, now] = [start, oldCount, newCount];
  for (; at < lines.length && (old > 0 || now > 0 || lines[at]?.startsWith('\\') === true); at += 1) {
    const line = lines[at] ?? '';
    const last = body.at(-1);
    if (line.startsWith('\\')) {
      if (last !== undefined) body[body.length - 1] = { ...last, ended: false };
      continue;
    }
    const kind = KINDS[line.charAt(0) as keyof typeof KINDS] ?? 'same';
    if (kind !== 'new') old -= 1;
    if (kind !== 'old') now -= 1;
    body.push({ kind, text: line.slice(1), ended: true });
  }
  return { body, next: at };
}

/** Lines that replace others. Either side may be empty, not both. */
export interface LineReplacement {
  /** Number, in the old file, of the first line removed; of the line before which lines are added where none is removed. */
  readonly line: number;
  readonly removed: readonly DiffLine[];
  readonly added: readonly DiffLine[];
}

/** What one file's diff replaces, in order. */
export function replacementsOf(diff: string): LineReplacement[] {
  return parseHunks(diff).flatMap(({ oldStart, lines }) => {
    let line = oldStart;
    return runsOf(lines).flatMap((run) => {
      const first = line;
      const removed = run.filter(({ kind }) => kind === 'old');
      line += run.filter(({ kind }) => kind !== 'new').length;
      return run[0]?.kind === 'same' ? [] : [{ line: first, removed, added: run.filter(({ kind }) => kind === 'new') }];
    });
  });
}

/** Whether lines that a diff adds may hold credentials, and so must stand in no suggestion: these are kept by whoever reads reports. */
export const mayAddCredentials = (diff: string): boolean =>
  parseHunks(diff).some(({ lines }) => {
    const after = lines.filter(({ kind }) => kind !== 'old');
    const shown = maskLines(after.map(({ text }) => text));
    return after.some(({ kind, text }, index) => kind === 'new' && shown[index] !== text);
  });

/** Stretches of unchanged and of changed lines, in turn. */
export function runsOf(lines: readonly DiffLine[]): DiffLine[][] {
  const runs: DiffLine[][] = [];
  for (const line of lines) {
    const run = runs.at(-1);
    if (run !== undefined && (run[0]?.kind === 'same') === (line.kind === 'same')) run.push(line);
    else runs.push([line]);
  }
  return runs;
}

/** How many lines a diff adds and removes. */
export function countLines(hunks: readonly Hunk[]): { added: number; removed: number } {
  const of = (kind: DiffLine['kind']): number =>
    hunks.reduce((sum, { lines }) => sum + lines.filter((line) => line.kind === kind).length, 0);
  return { added: of('new'), removed: of('old') };
}
