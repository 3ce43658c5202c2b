import type { Excerpt } from '../model/excerpt.ts';
import type { Finding } from '../rules/finding.ts';
import { lastLineOf } from './findings.ts';
import { maskLines } from './mask.ts';

/** Lines of a file, both ends included. The place of a resource is none: that is where it begins. */
export interface LineRange {
  readonly line: number;
  readonly endLine: number;
}

/** Lines shown before a finding. */
const BEFORE = 2;
/** Lines shown of a finding that has more. */
const OF_FINDING = 4;
/** Columns beyond which nothing is shown: a file on one line is no reading. */
const WIDTH = 200;

/**
 * The lines around each finding that may be shown. Texts are those of the manifests, by file; `secrets` are all the lines, by file, of
 * every resource that bears secrets. An excerpt never reaches into those nor into another document, which may be one that nobody could read, and
 * never shows what `maskLines` hides. Findings about a file as a whole have no excerpt: in a file that can't be read, what is secret can't be told.
 */
export function excerptsFor(
  findings: readonly Finding[],
  texts: ReadonlyMap<string, string>,
  secrets: ReadonlyMap<string, readonly LineRange[]>,
): Map<Finding, Excerpt> {
  const candidates = findings.filter(({ installation, file }) => installation !== null && texts.has(file));
  const shown = [...byFile(candidates)].flatMap(([file, ofFile]) => [
    ...excerptsOf(ofFile, texts.get(file) ?? '', secrets.get(file) ?? []),
  ]);
  return new Map(shown);
}

const byLine = (a: LineRange, b: LineRange): number => a.line - b.line;

/** In one pass over a file, which may hold thousands of documents, Secrets and findings. */
function* excerptsOf(findings: readonly Finding[], text: string, secrets: readonly LineRange[]): Generator<[Finding, Excerpt]> {
  const pending = findings.toSorted(byLine).reverse();
  const hidden = secrets.toSorted(byLine).reverse();
  for (const document of documentsOf(text)) {
    while ((hidden.at(-1)?.endLine ?? Infinity) < document.line) hidden.pop();
    let lines: ShownLines | null = null;
    for (let next = pending.at(-1); next !== undefined && next.line < document.endLine; next = pending.at(-1)) {
      lines ??= shownLines(document, hidden);
      const excerpt = excerptOf(next, lines, document.line);
      if (excerpt !== null) yield [next, excerpt];
      pending.pop();
    }
  }
}

function byFile(findings: readonly Finding[]): Map<string, Finding[]> {
  const files = new Map<string, Finding[]>();
  for (const finding of findings) {
    const ofFile = files.get(finding.file);
    if (ofFile === undefined) files.set(finding.file, [finding]);
    else ofFile.push(finding);
  }
  return files;
}

interface Document {
  /** Number of its first line, and of the line after its last. */
  readonly line: number;
  readonly endLine: number;
  readonly text: string;
}

/** What stands between the lines that start and end documents. */
function* documentsOf(text: string): Generator<Document> {
  let [start, line] = [0, 1];
  for (const { index } of text.matchAll(/^(?:---|\.\.\.)(?=\s|$)/gm)) {
    const endLine = line + countBreaks(text, start, index);
    yield { line, endLine, text: text.slice(start, index) };
    [start, line] = [text.indexOf('\n', index) + 1, endLine + 1];
    if (start === 0) return;
  }
  yield { line, endLine: line + countBreaks(text, start, text.length) + 1, text: text.slice(start) };
}

function countBreaks(text: string, start: number, end: number): number {
  let breaks = 0;
  for (let at = text.indexOf('\n', start); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) breaks += 1;
  return breaks;
}

/** What may be shown of each line; undefined for nothing. */
type ShownLines = readonly (string | undefined)[];

/** The secrets come last first. */
function shownLines(document: Document, secrets: readonly LineRange[]): ShownLines {
  const lines = maskLines(
    document.text
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => line.replace(/\r$/, '')),
  );
  const index = (line: number): number => Math.max(0, line - document.line);
  for (let at = secrets.length - 1; at >= 0; at--) {
    const { line, endLine } = secrets[at] as LineRange;
    if (line >= document.endLine) break;
    let [start, end] = [index(line), index(endLine + 1)];
    while (isComment(lines[start - 1])) start -= 1;
    while (isComment(lines[end])) end += 1;
    lines.fill(undefined, start, end);
  }
  return lines;
}

/** Comments beside a Secret may be about it, or an old value of it. */
const isComment = (line: string | undefined): boolean => line !== undefined && /^\s*(?:#|$)/.test(line);

function excerptOf(finding: Finding, lines: ShownLines, firstLine: number): Excerpt | null {
  const at = finding.line - firstLine;
  if (lines[at] === undefined || finding.column > WIDTH) return null;
  const last = Math.max(at + 1, Math.min(lastLineOf(finding) - firstLine, at + OF_FINDING - 1));
  let start = at;
  while (start > at - BEFORE && lines[start - 1] !== undefined) start -= 1;
  let end = at + 1;
  while (end <= last && lines[end] !== undefined) end += 1;
  return {
    file: finding.file,
    startLine: start + firstLine,
    lines: lines.slice(start, end).map((line = '') => copyOf(line.slice(0, WIDTH))),
  };
}

/** A slice would keep the whole file in memory. */
const copyOf = (text: string): string => Buffer.from(text).toString();
