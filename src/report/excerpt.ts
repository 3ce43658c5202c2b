import type { Excerpt } from '../model/excerpt.ts';
import type { Finding } from '../model/finding.ts';
import { lastLineOf } from './findings.ts';
import { isDocumentMarker, maskLines } from './mask.ts';

/** Lines of a file, both ends included; a Place is one. */
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
 * The lines around each finding that may be shown. Texts are those of the manifests, by file; `secrets` are the lines, by file, of every
 * resource that bears secrets. An excerpt never reaches into those nor into another document, which may be one that nobody could read, and
 * never shows what `maskLines` hides. Findings about a file as a whole have no excerpt: in a file that can't be read, what is secret can't be told.
 */
export function excerptsFor(
  findings: readonly Finding[],
  texts: ReadonlyMap<string, string>,
  secrets: ReadonlyMap<string, readonly LineRange[]>,
): Map<Finding, Excerpt> {
  const sources = new Map<string, ShownLines>();
  const excerpts = new Map<Finding, Excerpt>();
  for (const finding of findings) {
    const text = texts.get(finding.file);
    if (finding.installation === null || text === undefined) continue;
    const lines = sources.get(finding.file) ?? shownLines(text, secrets.get(finding.file) ?? []);
    sources.set(finding.file, lines);
    const excerpt = excerptOf(finding, lines);
    if (excerpt !== null) excerpts.set(finding, excerpt);
  }
  return excerpts;
}

/** What may be shown of each line; undefined for nothing. */
type ShownLines = readonly (string | undefined)[];

function shownLines(text: string, secrets: readonly LineRange[]): ShownLines {
  const lines: (string | undefined)[] = maskLines(text.split('\n').map((line) => line.replace(/\r$/, '')));
  for (const { line, endLine } of secrets) lines.fill(undefined, line - 1, endLine);
  return lines.map((line) => (line === undefined || isDocumentMarker(line) ? undefined : line));
}

function excerptOf(finding: Finding, lines: ShownLines): Excerpt | null {
  const at = finding.line - 1;
  if (lines[at] === undefined || finding.column > WIDTH) return null;
  const last = Math.max(at + 1, Math.min(lastLineOf(finding) - 1, at + OF_FINDING - 1));
  let start = at;
  while (start > at - BEFORE && lines[start - 1] !== undefined) start -= 1;
  let end = at + 1;
  while (end <= last && lines[end] !== undefined) end += 1;
  return { file: finding.file, startLine: start + 1, lines: lines.slice(start, end).map((line = '') => line.slice(0, WIDTH)) };
}
