import type { Change } from '../model/change.ts';
import type { Range } from '../model/range.ts';
import type { GitHeader } from '../model/git-header.ts';
import { lineChanges } from './line-changes.ts';
import type { LineChange } from './line-changes.ts';

/** Why a change can't be shown as a patch without a line of a Secret in it. */
export type UnsafeDiffCode = 'secret-changed' | 'secret-next-to-change';

/** Thrown instead of a patch that would print a Secret. The caller should block the change and report the place. */
export class UnsafeDiffError extends Error {
  override readonly name = 'UnsafeDiffError';
  readonly code: UnsafeDiffCode;
  readonly file: string;
  /** Line of the change in the old file, from 1. */
  readonly line: number;
  readonly explanation: string;

  constructor(code: UnsafeDiffCode, file: string, line: number) {
    super(`${file}:${line}: ${EXPLANATIONS[code]}`);
    this.code = code;
    this.file = file;
    this.line = line;
    this.explanation = EXPLANATIONS[code];
  }
}

const EXPLANATIONS = {
  'secret-changed': 'the change lies in lines that hold a Secret',
  'secret-next-to-change': 'a line of a Secret follows the change at once, and a patch needs the line that follows',
} satisfies Record<UnsafeDiffCode, string>;

/**
 * A change as a patch in git's format, to be applied with `git apply` at the root that the file's path is relative to. The string holds
 * one character for each byte (`latin1`), whatever the file's encoding: write it with `Buffer.from(patch, 'latin1')`. Only
 * `change.regions` are compared. Without a difference the patch is empty.
 *
 * Lines of `change.secret` are never printed: the context around a change ends before them. git takes a patch with less context in
 * front; behind a change it needs one line at least, unless the file ends there. Where that line belongs to a Secret an
 * `UnsafeDiffError` is thrown.
 */
export function unifiedDiff(change: Change, header: GitHeader): string {
  const old = new OldLines(change, header);
  const changes = changesOf(change, old);
  if (changes.length === 0) return '';
  let shift = 0;
  const hunks = hunksOf(changes, old).map((hunk) => {
    const text = renderHunk(hunk, shift, old);
    shift += growth(hunk);
    return text;
  });
  return heading(change.file, header) + hunks.join('');
}

/** The lines of the file before the change, decoded only where they are needed. */
class OldLines {
  readonly file: string;
  readonly count: number;
  readonly #bytes: Buffer;
  readonly #starts: readonly number[];
  readonly #secret: Uint8Array;
  readonly #asStored: (text: string) => string;

  constructor({ file, before, secret }: Change, { lineEndings }: GitHeader) {
    this.file = file;
    this.#bytes = before;
    this.#starts = lineStarts(before);
    this.count = this.#starts.length;
    this.#secret = new Uint8Array(this.count);
    this.#asStored = lineEndings === 'lf' ? (text) => text.replaceAll('\r\n', '\n') : (text) => text;
    for (const range of secret) this.#hide(range);
  }

  #hide({ start, end }: Range): void {
    if (end > start) this.#secret.fill(1, this.lineAt(start), this.lineAt(end - 1) + 1);
  }

  isSecret(line: number): boolean {
    return this.#secret[line] === 1;
  }

  /** The line that holds a byte; beyond the last byte, the number of lines. */
  lineAt(offset: number): number {
    if (offset >= this.#bytes.length) return this.count;
    let low = 0;
    for (let high = this.count; high - low > 1;) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    return low;
  }

  /** A line with its line break, as git stores it. */
  text(line: number): string {
    return this.#asStored(this.#bytes.toString('latin1', this.#starts[line], this.#starts[line + 1]));
  }

  split(bytes: Buffer): string[] {
    return this.#asStored(bytes.toString('latin1')).match(/[^\n]*\n|[^\n]+$/g) ?? [];
  }
}

const NEWLINE = 10;

function lineStarts(bytes: Buffer): number[] {
  const starts: number[] = [];
  for (let start = 0; start < bytes.length && start !== -1;) {
    starts.push(start);
    const end = bytes.indexOf(NEWLINE, start);
    start = end === -1 ? -1 : end + 1;
  }
  return starts;
}

/** Whole lines of the old file and what stands for them in the new one; byte offsets. */
interface Block {
  readonly oldStart: number;
  oldEnd: number;
  readonly newStart: number;
  newEnd: number;
}

function changesOf(change: Change, old: OldLines): LineChange[] {
  const { before, after } = change;
  return blocksOf(change).flatMap(({ oldStart, oldEnd, newStart, newEnd }) => {
    const first = old.lineAt(oldStart);
    const found = lineChanges(old.split(before.subarray(oldStart, oldEnd)), old.split(after.subarray(newStart, newEnd)));
    return found.map((each) => ({ ...each, at: each.at + first }));
  });
}

/** Widens the regions to whole lines on both sides; regions that then meet in a line become one block. */
function blocksOf({ before, after, regions }: Change): Block[] {
  const blocks: Block[] = [];
  let shift = 0;
  let equalFrom = 0;
  for (const { start, end, newLength } of regions) {
    requireEqual(before.subarray(equalFrom, start), after.subarray(equalFrom + shift, start + shift));
    const last = blocks.at(-1);
    const oldStart = start === 0 ? 0 : before.lastIndexOf(NEWLINE, start - 1) + 1;
    const meetsLast = last !== undefined && (oldStart < last.oldEnd || !startsLine(after, last.newEnd));
    const block = meetsLast ? last : { oldStart, oldEnd: 0, newStart: oldStart + shift, newEnd: 0 };
    shift += newLength - (end - start);
    equalFrom = end;
    block.oldEnd = startsLine(before, end) && startsLine(after, end + shift) ? end : nextLine(before, end);
    block.newEnd = block.oldEnd + shift;
    if (!meetsLast) blocks.push(block);
  }
  requireEqual(before.subarray(equalFrom), after.subarray(equalFrom + shift));
  return blocks;
}

/** A region that was left out would make a patch that loses a change without a word. */
function requireEqual(before: Buffer, after: Buffer): void {
  if (!before.equals(after)) throw new Error('the regions of a change do not cover all of its differences');
}

const startsLine = (bytes: Buffer, offset: number): boolean => offset === 0 || offset === bytes.length || bytes[offset - 1] === NEWLINE;

function nextLine(bytes: Buffer, offset: number): number {
  const newline = bytes.indexOf(NEWLINE, offset);
  return newline === -1 ? bytes.length : newline + 1;
}

/** Changes that are printed together, and the old lines around them; `end` is exclusive. */
interface OpenHunk {
  readonly start: number;
  end: number;
  readonly changes: LineChange[];
}

/** Lines of context, as git prints them. */
const CONTEXT = 3;

function hunksOf(changes: readonly LineChange[], old: OldLines): OpenHunk[] {
  const hunks: OpenHunk[] = [];
  for (const change of changes) {
    requireNoSecret(change, old);
    const last = hunks.at(-1);
    const lastChange = last?.changes.at(-1);
    const end = endOf(change) + openLines(old, endOf(change), 1, CONTEXT);
    if (last !== undefined && lastChange !== undefined && areClose(endOf(lastChange), change.at, old)) {
      last.changes.push(change);
      last.end = end;
    } else hunks.push({ start: change.at - openLines(old, change.at - 1, -1, CONTEXT), end, changes: [change] });
  }
  for (const hunk of hunks) requireContext(hunk, old);
  return hunks;
}

const endOf = ({ at, removed }: LineChange): number => at + removed;

/** How many lines from one on, in a direction, may be printed; at most `limit`. */
function openLines(old: OldLines, from: number, step: 1 | -1, limit: number): number {
  let count = 0;
  for (let line = from; count < limit && line >= 0 && line < old.count && !old.isSecret(line); line += step) count += 1;
  return count;
}

/** Like git, one hunk where the context would touch; never across a Secret. */
const areClose = (end: number, start: number, old: OldLines): boolean =>
  start - end <= 2 * CONTEXT && openLines(old, end, 1, start - end) === start - end;

function requireNoSecret({ at, removed }: LineChange, old: OldLines): void {
  if (openLines(old, at, 1, removed) < removed) throw new UnsafeDiffError('secret-changed', old.file, at + 1);
}

/**
 * git holds a hunk without trailing context to be the end of the file. A hunk without any line on one side would besides be taken for
 * the beginning, so it must not occur in a file that has other lines.
 */
function requireContext(hunk: OpenHunk, old: OldLines): void {
  const last = hunk.changes.at(-1) as LineChange;
  const oldCount = hunk.end - hunk.start;
  const isWhole = hunk.start === 0 && hunk.end === old.count;
  const endsWithoutContext = hunk.end === endOf(last) && hunk.end < old.count;
  const isOneSided = !isWhole && (oldCount === 0 || oldCount + growth(hunk) === 0);
  if (endsWithoutContext || isOneSided) throw new UnsafeDiffError('secret-next-to-change', old.file, last.at + 1);
}

const growth = (hunk: OpenHunk): number => hunk.changes.reduce((sum, { added, removed }) => sum + added.length - removed, 0);

/** `shift` is by how many lines the hunks before it lengthened the file. */
function renderHunk(hunk: OpenHunk, shift: number, old: OldLines): string {
  const oldCount = hunk.end - hunk.start;
  const lines = [`@@ -${span(hunk.start, oldCount)} +${span(hunk.start + shift, oldCount + growth(hunk))} @@\n`];
  let at = hunk.start;
  for (const change of hunk.changes) {
    while (at < change.at) lines.push(printed(' ', old.text(at++)));
    while (at < endOf(change)) lines.push(printed('-', old.text(at++)));
    for (const line of change.added) lines.push(printed('+', line));
  }
  while (at < hunk.end) lines.push(printed(' ', old.text(at++)));
  return lines.join('');
}

/** An empty side is named by the line before it. */
function span(start: number, count: number): string {
  if (count === 0) return `${start},0`;
  return count === 1 ? `${start + 1}` : `${start + 1},${count}`;
}

const printed = (mark: ' ' | '-' | '+', line: string): string =>
  line.endsWith('\n') ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`;

function heading(file: string, { oldId, newId, mode }: GitHeader): string {
  const [from, to] = [quoted(`a/${file}`), quoted(`b/${file}`)];
  // Without the tab a name with a space would end at the space for some readers.
  const tab = file.includes(' ') ? '\t' : '';
  return `diff --git ${from} ${to}\nindex ${oldId}..${newId} ${mode}\n--- ${from}${tab}\n+++ ${to}${tab}\n`;
}

/** Git's way of writing names with unusual characters, as in C; the result is ASCII. */
function quoted(name: string): string {
  const bytes = Buffer.from(name).toString('latin1');
  // eslint-disable-next-line no-control-regex
  const escaped = bytes.replaceAll(/[\u0000-\u001f"\\\u007f-\u00ff]/g, (byte) => ESCAPES.get(byte) ?? octal(byte));
  return escaped === bytes ? name : `"${escaped}"`;
}

const octal = (byte: string): string => `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`;

const ESCAPES: ReadonlyMap<string, string> = new Map(
  Object.entries({ '\u0007': 'a', '\b': 'b', '\t': 't', '\n': 'n', '\v': 'v', '\f': 'f', '\r': 'r', '"': '"', '\\': '\\' }).map(
    ([byte, letter]) => [byte, `\\${letter}`],
  ),
);
