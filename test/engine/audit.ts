import { isMap, isNode, isPair, isScalar, isSeq, Lexer } from 'yaml';
import type { Node, Pair } from 'yaml';
import type { Path } from '../../src/model/value.ts';

/** What an edit may change in the lines of a text, told without the engine's own idea of lines and comments. */

interface Line {
  readonly text: string;
  readonly start: number;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const piece of text.split('\n')) {
    lines.push({ text: piece.replace(/\r$/, ''), start });
    start += piece.length + 1;
  }
  return lines;
}

interface Lexeme {
  readonly offset: number;
  readonly text: string;
}

function lexemesOf(text: string): Lexeme[] {
  const found = [];
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    const isMark = /^[\u0002\u0018\u001f]$/.test(lexeme);
    if (!isMark) found.push({ offset, text: lexeme });
    if (!isMark) offset += lexeme.length;
  }
  return found;
}

/** Every comment with its offset, as the lexer sees them. */
export const commentsOf = (text: string): Lexeme[] =>
  lexemesOf(text)
    .filter((lexeme) => lexeme.text.startsWith('#'))
    .map((lexeme) => ({ ...lexeme, text: lexeme.text.trimEnd() }));

/** The lines that an entry covers, from its key to the end of its value, and its offsets. */
export interface Extent {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

export function extentsOf(root: Node | null, text: string, paths: readonly Path[]): Extent[] {
  const lines = linesOf(text);
  const lineAt = (offset: number): number => lines.findLastIndex(({ start }) => start <= offset);
  return paths.flatMap((path) => {
    const pair = pairAt(root, path);
    if (pair === null) return [];
    const key = isNode(pair.key) ? pair.key.range : null;
    const value = isNode(pair.value) ? pair.value.range : null;
    const [start, end] = [key?.[0] ?? 0, Math.max(key?.[1] ?? 0, value?.[1] ?? 0)];
    const first = lineAt(start);
    let last = lineAt(end - 1);
    // A collection's range may reach over the comments that follow it, as far as the next key.
    while (last > first && isTrivia(lines[last])) last -= 1;
    return [{ from: first, to: last, start, end }];
  });
}

function pairAt(root: Node | null, path: Path): Pair | null {
  let at: unknown = root;
  let pair: Pair | null = null;
  for (const step of path) {
    if (isMap(at)) pair = at.items.find((each) => isScalar(each.key) && each.key.value === step) ?? null;
    at = isSeq(at) ? at.items[Number(step)] : isPair(pair) ? pair.value : null;
    if (at === null || at === undefined) return pair;
  }
  return pair;
}

const isComment = (line: string): boolean => /^\s*#/.test(line);
const isEmpty = (line: string): boolean => line.trim() === '';

/** Comments may only be lost inside or beside the entries that went. Returns those lost elsewhere. */
export function commentsLostElsewhere(before: string, lost: readonly string[], extents: readonly Extent[]): string[] {
  const lines = linesOf(before);
  const near = new Set<number>();
  for (const { from, to } of extents) {
    let [first, last] = [from, to];
    while (first > 0 && isTrivia(lines[first - 1])) first -= 1;
    while (last + 1 < lines.length && isTrivia(lines[last + 1])) last += 1;
    for (let line = first; line <= last; line += 1) near.add(line);
  }
  const beside = commentsOf(before).filter(({ offset }) => near.has(lines.findLastIndex(({ start }) => start <= offset)));
  const left = beside.map(({ text }) => text);
  return lost.filter((comment) => {
    const index = left.indexOf(comment);
    if (index !== -1) left.splice(index, 1);
    return index === -1;
  });
}

const isTrivia = (line: Line | undefined): boolean => line !== undefined && (isComment(line.text) || isEmpty(line.text));

const RENAMED: Readonly<Record<string, string>> = {
  minio: 'fileStore',
  externalURL: 'url',
  externalBucket: 'bucket',
  mattermostLicenseSecret: 'licenseSecret',
  ingressName: 'host',
  ingressAnnotations: 'annotations',
  useIngressTLS: 'tlsSecret',
};

/** A line up to what the conversion may change in it: indentation, dash, new names, new values, commas. */
function essence(line: string): string {
  const bare = line
    .replace(/^\uFEFF/, '')
    .replace(/^[ \t,-]+/, '')
    .replace(/^: .*/, ':')
    .replace(/^(\? )?(["']?)(\w+)\2/, (all, mark = '', quote, name) =>
      RENAMED[name] === undefined ? all : `${mark}${quote}${RENAMED[name]}${quote}`,
    )
    .replace(/^((["']?)(?:apiVersion|kind|replicas|tlsSecret)\2\s*:\s*(?:&\S+ +)?)(?:"[^"]*"|'[^']*'|\*?[^\s,{}]+)/, '$1')
    .replace(/^([^#]*:(?: +&\S+)?) \{\}/, '$1');
  return bare.replace(/,(\s*(?:#.*)?)$/, '$1');
}

const NEW_LINE =
  /^(?:(["']?)(?:scheduling|probes|external|operatorManaged|ingress|fileStore)\1\s*:(?: ?\{|\s*#.*)?|(["']?)enabled\2\s*: ?true|\}|\{\})$/;

/**
 * Lines that the operations do not explain, `-` lost and `+` gained. Comment lines are looked at elsewhere, as are lines with braces. A line
 * within the extent of a dropped entry may go, and one at its edge may stay. Braces that span lines are left to the comparison of values.
 */
export function unexplainedLines(before: string, after: string, extents: readonly Extent[]): string[] {
  if (/^\s*["{}[\],?]|[{[,]\s*(?:#.*)?$/m.test(before)) return [];
  const core = ({ text }: Line): string => essence(text).trimEnd();
  const judged = (line: Line): boolean =>
    core(line) !== '' &&
    !isComment(core(line)) &&
    !isEmpty(line.text) &&
    !/[{}]/.test(core(line)) &&
    !NEW_LINE.test(core(line)) &&
    !BARE_KEY.test(core(line));
  const goes = (index: number): boolean => extents.some(({ from, to }) => from <= index && index <= to);
  const olds = linesOf(before)
    .map((line, index) => ({ line, goes: goes(index) }))
    .filter(({ line }) => judged(line));
  const least = countOf(olds.filter((each) => !each.goes).map(({ line }) => core(line)));
  const most = countOf(olds.map(({ line }) => core(line)));
  const found = countOf(linesOf(after).filter(judged).map(core));
  const gained = [...found].filter(([line, count]) => count > (most.get(line) ?? 0)).map(([line]) => `+ ${line}`);
  const lost = [...least].filter(([line, count]) => (found.get(line) ?? 0) < count).map(([line]) => `- ${line}`);
  return [...gained, ...lost];
}

function countOf(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

/** A key whose value follows below or went: what it holds is compared as data. */
const BARE_KEY = /^(?:\? )?(["']?)[\w./-]+\1\s*:?\s*(?:&\S+\s*)?(?:#.*)?$/;

/** Lines of the result that end in blanks while no such line did before. */
export function newTrailingBlanks(before: string, after: string): string[] {
  const old = new Set(linesOf(before).map(({ text }) => essence(text)));
  return linesOf(after)
    .map(({ text }) => text)
    .filter((line) => /[ \t]$/.test(line) && !isEmpty(line) && !/[{}]/.test(line) && !old.has(essence(line)));
}

const RENAMED_WORDS = new Map([
  ...Object.entries(RENAMED),
  ['ClusterInstallation', 'Mattermost'],
  ['ClusterInstallationList', 'MattermostList'],
  ['mattermost.com/v1alpha1', 'installation.mattermost.com/v1beta1'],
]);
const NEW_WORD =
  /^(["']?)(?:scheduling|probes|external|operatorManaged|ingress|enabled|true|0|[\w.-]+-tls-cert|Mattermost|MattermostList|installation\.mattermost\.com\/v1beta1)\1$/;
/** A negative count, a choice of TLS, or an alias that stood for one of these or for the header. */
const OLD_WORD = /^(?:-[0-9]\w*|y|yes|true|on|\*\S+|(["']?)(?:Mattermost|MattermostList|installation\.mattermost\.com\/v1beta1)\1)$/i;

/** Scalars, anchors, aliases and tags whose spelling has changed, `-` lost and `+` gained: only new parents, names and values may. */
export function unexplainedWords(before: string, after: string, extents: readonly Extent[]): string[] {
  const stays = ({ offset }: Lexeme): boolean => !extents.some(({ start, end }) => start <= offset && offset < end);
  const old = countOf(wordsOf(lexemesOf(before).filter(stays)));
  const now = countOf(wordsOf(lexemesOf(after)));
  const gained = [...now].filter(([word, count]) => count > (old.get(word) ?? 0) && !NEW_WORD.test(word)).map(([word]) => `+ ${word}`);
  const lost = [...old].filter(([word, count]) => count > (now.get(word) ?? 0) && !OLD_WORD.test(word)).map(([word]) => `- ${word}`);
  return [...gained, ...lost];
}

/** What carries meaning, without indentation and the line breaks at its end, under the names of the result. */
function wordsOf(lexemes: readonly Lexeme[]): string[] {
  const words = lexemes.map(({ text }) => text).filter((text) => !/^(?:[ \t\r\n]*|[-?:,{}]|#.*|\uFEFF)$/.test(text));
  return words.map((text) => {
    const [, quote = '', name = ''] = /^(["']?)([\w./]+)\1$/.exec(text) ?? [];
    const renamed = RENAMED_WORDS.get(name);
    return renamed === undefined ? text.trim().replaceAll(/\r?\n[ \t]*/g, '\n') : `${quote}${renamed}${quote}`;
  });
}
