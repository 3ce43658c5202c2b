import { isManifestName } from '../model/manifest-name.ts';
import type { Place } from '../model/place.ts';
import { nearest } from '../operator/suggest.ts';
import { adjustableRules, isRuleId, ruleById } from './index.ts';
import { commentsOf } from '../yaml/comments.ts';
import { parseDocument, positions, splitDocuments } from '../yaml/document.ts';
import { lineEnd, lineStart } from '../yaml/text.ts';

/** What the comments `# ci2mm: ignore[rule] reason` of manifests suppress, and such comments in the notations of other files. Remembers which of them did. */
export class Ignores {
  readonly #textOf: (file: string) => string | null;
  readonly #files = new Map<string, FileIgnores>();

  /** @param textOf null for a file that can't be read */
  constructor(textOf: (file: string) => string | null) {
    this.#textOf = textOf;
  }

  /** Whether a comment suppresses what a rule finds at a place. */
  suppresses(rule: string, { file, line }: Pick<Place, 'file' | 'line'>): boolean {
    const comments = this.#of(file).comments.filter((comment) => comment.lines.includes(line) && comment.rules.includes(rule));
    for (const { used } of comments) used.add(rule);
    return comments.length > 0;
  }

  /** Whether a comment at the head of a file suppresses a rule in the whole of it. */
  suppressesIn(rule: string, file: string): boolean {
    const comments = this.#of(file).comments.filter((comment) => comment.heads && comment.rules.includes(rule));
    for (const { used } of comments) used.add(rule);
    return comments.length > 0;
  }

  /** What is wrong with the comments of the given files, once every finding has been held against them. */
  problems(files: readonly string[]): IgnoreProblem[] {
    return files.flatMap((file) => {
      const { comments, invalid } = isManifestName(file) ? this.#of(file) : NO_IGNORES;
      return [...invalid, ...comments.flatMap(unusedProblem)];
    });
  }

  #of(file: string): FileIgnores {
    const read = isManifestName(file) ? readIgnores : readOtherIgnores;
    const known = this.#files.get(file) ?? read(file, this.#textOf(file) ?? '');
    this.#files.set(file, known);
    return known;
  }
}

/** A comment that says what can't be, or in vain. */
export interface IgnoreProblem {
  readonly rule: 'invalid-ignore' | 'unused-ignore';
  readonly place: Place;
  readonly message: string;
}

interface FileIgnores {
  readonly comments: readonly IgnoreComment[];
  readonly invalid: readonly IgnoreProblem[];
}

const NO_IGNORES: FileIgnores = { comments: [], invalid: [] };

interface IgnoreComment {
  /** The lines whose findings are suppressed: one, and the first as well where the comment heads the file, for what is found in the whole of it. */
  readonly lines: readonly number[];
  readonly heads: boolean;
  readonly rules: readonly string[];
  readonly used: Set<string>;
  readonly place: Place;
}

const MARK = 'ci2mm:';

/** Documents with errors are left out: what is found in them can't be suppressed. */
function readIgnores(file: string, text: string): FileIgnores {
  const comments: IgnoreComment[] = [];
  const invalid: IgnoreProblem[] = [];
  if (!text.includes(MARK)) return { comments, invalid };
  const at = positions(text);
  for (const comment of marked(text)) {
    const from = at(comment.offset);
    const place = { file, line: from.line, column: from.column, endLine: from.line, endColumn: from.column + comment.text.length };
    const read = readComment(comment.text);
    if ('problem' in read) invalid.push({ rule: 'invalid-ignore', place, message: read.problem });
    else {
      const line = at(subjectOf(comment.offset, text)).line;
      const heads = isHead(comment.offset, text);
      comments.push({ lines: heads ? [1, line] : [line], heads, rules: read.rules, used: new Set(), place });
    }
  }
  return { comments, invalid };
}

/** What opens a comment in scripts, code, markup and templates. */
const OPENED = /^(.*?)(?:#{1,9}|\/{2,9}|\/\*{1,9}|-{2,9}|;{1,9}|%|<!-{2,9}|\{\{-?[ \t]?\/\*)[ \t]{0,9}(ci2mm:.*)$/;

/** Comments of files of which only the lines are known. What is wrong with one is not told: it may be an example, or part of a program. */
function readOtherIgnores(file: string, text: string): FileIgnores {
  if (!text.includes(MARK)) return NO_IGNORES;
  let isAtHead = true;
  const comments = text.split(/\r?\n/).flatMap((content, index): IgnoreComment[] => {
    const [, before = '', said = ''] = (content.includes(MARK) ? OPENED.exec(content) : null) ?? [];
    const heads = isAtHead;
    isAtHead &&= said === '' ? /^[ \t]*(?:$|#|\/\/|\/?\*|--|;|%|<|\{\{)/.test(content) : before.trim() === '';
    const read = said === '' ? { problem: '' } : readComment(`# ${said.replace(/(?:--+>|\*+\/.*)\s*$/, '')}`);
    if ('problem' in read) return [];
    const line = index + (before.trim() === '' ? 2 : 1);
    const place = { file, line: index + 1, column: before.length + 1, endLine: index + 1, endColumn: content.length + 1 };
    return [{ lines: [line], heads: heads && before.trim() === '', rules: read.rules, used: new Set(), place }];
  });
  return { comments, invalid: [] };
}

function marked(text: string): { offset: number; text: string }[] {
  return splitDocuments(text).flatMap(({ start, end }) => {
    const part = text.slice(start, end);
    if (!part.includes(MARK)) return [];
    const document = parseDocument(part);
    const comments = document.problems.length > 0 ? [] : commentsOf(document);
    return comments
      .filter((comment) => /^#+\s*ci2mm:/.test(comment.text))
      .map((comment) => ({ ...comment, offset: start + comment.offset }));
  });
}

/** A comment at the end of a line stands for that line, one with a line to itself for the next that is no comment. */
function subjectOf(comment: number, text: string): number {
  if (/\S/.test(text.slice(lineStart(text, comment), comment))) return comment;
  let line = lineEnd(text, comment);
  while (/^[ \t]*#/.test(text.slice(line, lineEnd(text, line)))) line = lineEnd(text, line);
  return line;
}

/** Only comments, blank lines and marks stand before it. */
const isHead = (comment: number, text: string): boolean => /^(?:[ \t]*(?:#.*|---[ \t]*)?\r?\n)*[ \t]*$/.test(text.slice(0, comment));

function readComment(text: string): { readonly rules: readonly string[] } | { readonly problem: string } {
  const match = /^#+\s*ci2mm:\s*ignore\s*\[([^\]]*)\](.*)$/.exec(text);
  if (match === null) return { problem: 'This is not # ci2mm: ignore[RULE] REASON.' };
  const rules = (match[1] ?? '').split(',').map((name) => name.trim());
  const problem = rules.map(problemOf).find((each) => each !== null) ?? ((match[2] ?? '').trim() === '' ? 'The reason is missing.' : null);
  return problem === null ? { rules } : { problem };
}

function problemOf(rule: string): string | null {
  if (rule === '') return 'A rule is missing between the brackets.';
  if (!isRuleId(rule)) return `There is no rule ${JSON.stringify(rule)}${meant(rule)}`;
  return ruleById(rule).fixed === true ? `Findings of ${rule} can't be suppressed: ci2mm cannot work without what it guards.` : null;
}

function meant(rule: string): string {
  const guess = nearest(rule, adjustableRules);
  return guess === null ? '.' : `; did you mean ${guess}?`;
}

function unusedProblem({ rules, used, place }: IgnoreComment): IgnoreProblem[] {
  const unused = rules.filter((rule) => !used.has(rule));
  return unused.length === 0 ? [] : [{ rule: 'unused-ignore', place, message: `There is no finding of ${unused.join(', ')} to suppress.` }];
}
