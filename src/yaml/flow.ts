import type { YAMLMap } from 'yaml';
import type { Edit } from '../model/edit.ts';
import { entriesOf, flowInside, looseComment, separatorText } from './layout.ts';
import type { Entry } from './layout.ts';
import { keyText, stringLike } from './print.ts';
import { EditRefused } from './refused.ts';
import { dominantEol, isBlank, lineStart } from './text.ts';

/** Edits inside `{ }`: JSON, and YAML's flow style. */

/** Indexes of neighbours. */
interface IndexRun {
  readonly from: number;
  readonly to: number;
}

function runsOf(entries: readonly Entry[], keys: ReadonlySet<string>): IndexRun[] {
  const runs: IndexRun[] = [];
  for (const [index, { key }] of entries.entries()) {
    const last = runs.at(-1);
    if (!keys.has(key)) continue;
    if (last?.to === index - 1) runs.splice(-1, 1, { from: last.from, to: index });
    else runs.push({ from: index, to: index });
  }
  return runs;
}

/** Members go with one comma each; the layout of the others stays. */
export function deleteFlowEntries(map: YAMLMap, keys: ReadonlySet<string>, text: string): Edit[] {
  const entries = entriesOf(map);
  return runsOf(entries, keys).map((run) => removal(map, entries, run, text));
}

function removal(map: YAMLMap, entries: readonly Entry[], run: IndexRun, text: string): Edit {
  const first = entries[run.from] as Entry;
  const last = entries[run.to] as Entry;
  const { start, end } = removedRange(map, entries, run);
  refuseComments(text, start, first.first);
  refuseComments(text, last.significantEnd, end);
  return { start, end, text: '' };
}

/** To the next member; at the end from the one before; all there is between the braces when no other is left. */
function removedRange(map: YAMLMap, entries: readonly Entry[], { from, to }: IndexRun): { start: number; end: number } {
  const [before, first, last, after] = [entries[from - 1], entries[from] as Entry, entries[to] as Entry, entries[to + 1]];
  if (after !== undefined) return { start: first.first, end: after.first };
  return before === undefined ? flowInside(map) : { start: before.significantEnd, end: last.significantEnd };
}

/** Between members stand only blanks, a comma and comments. */
function refuseComments(text: string, start: number, end: number): void {
  const comment = start < end ? text.slice(start, end).indexOf('#') : -1;
  if (comment !== -1) throw new EditRefused('flow-with-comments', 'comments stand between the members of a map in braces', start + comment);
}

/** Puts `parent: {` and `}` around the members; those that stand apart join the first (or last). */
export function wrapFlowEntries(
  map: YAMLMap,
  wrap: { keys: readonly string[]; parent: string; host: 'first' | 'last' },
  text: string,
): Edit[] {
  const entries = entriesOf(map);
  const runs = runsOf(entries, new Set(wrap.keys));
  const host = wrap.host === 'first' ? runs[0] : runs.at(-1);
  const [first, last] = [entries[host?.from ?? -1], entries[host?.to ?? -1]];
  if (first === undefined || last === undefined)
    throw new EditRefused('not-a-map', `none of ${wrap.keys.join(', ')} stands in the text`, 0);
  const comment = runs.length > 1 ? looseComment(map) : null;
  if (comment !== null) throw new EditRefused('flow-with-comments', 'comments stand between members that must join', comment);
  const layout = layoutOf(map, first, text);
  const members = runs.map(({ from, to }) => text.slice(entries[from]?.first, entries[to]?.significantEnd)).join(`,${layout.between}`);
  const wrapped = `${keyLike(first, wrap.parent, text)}{${layout.open}${layout.indent(members)}${layout.close}}`;
  return runs.map((run) => (run === host ? { start: first.first, end: last.significantEnd, text: wrapped } : cut(entries, run)));
}

/** Members that leave take one comma with them. */
function cut(entries: readonly Entry[], { from, to }: IndexRun): Edit {
  const previous = entries[from - 1];
  if (previous === undefined) return { start: entries[from]?.first ?? 0, end: entries[to + 1]?.first ?? 0, text: '' };
  return { start: previous.significantEnd, end: entries[to]?.significantEnd ?? previous.significantEnd, text: '' };
}

/** The new entry goes before the first. */
export function insertFlowEntry(map: YAMLMap, key: string, value: string, text: string): Edit[] {
  const [first] = entriesOf(map);
  if (first === undefined) throw new EditRefused('not-a-map', `${key} can't be placed in an empty map`, 0);
  return [{ start: first.first, end: first.first, text: `${keyLike(first, key, text)}${value},${layoutOf(map, first, text).between}` }];
}

/** A key and its colon, quoted and spaced like a sibling's. */
export function keyLike(sibling: Entry, key: string, text: string): string {
  const first = text.charAt(sibling.first);
  const isQuoted = first === '"' || first === "'";
  const separator = separatorText(sibling, text);
  const name = isQuoted ? stringLike(first, key, 'flow') : keyText(key, 'flow');
  return `${name}${!isQuoted && separator.endsWith(':') ? `${separator} ` : separator}`;
}

interface Layout {
  readonly open: string;
  readonly close: string;
  /** Between members, after the comma. */
  readonly between: string;
  indent(members: string): string;
}

/** One line, or each member on a line of its own: as the map is written now. */
function layoutOf(map: YAMLMap, host: Entry, text: string): Layout {
  const margin = text.slice(lineStart(text, host.first), host.first);
  const inside = flowInside(map);
  if (!isBlank(margin) || !text.slice(inside.start, host.first).includes('\n')) return inlineLayout(map, inside.start, text);
  const outer = /^[ \t]*/.exec(text.slice(lineStart(text, inside.start)))?.[0] ?? '';
  const step = margin.startsWith(outer) && margin.length > outer.length ? margin.slice(outer.length) : margin.includes('\t') ? '\t' : '  ';
  const eol = dominantEol(text);
  return {
    open: `${eol}${margin}${step}`,
    close: `${eol}${margin}`,
    between: `${eol}${margin}`,
    indent: (members) => indentLines(members, step),
  };
}

function inlineLayout(map: YAMLMap, inside: number, text: string): Layout {
  const padding = /^[ \t]+/.exec(text.slice(inside, inside + 40))?.[0] ?? '';
  const [first, second] = entriesOf(map);
  const gap = first === undefined || second === undefined ? padding : text.slice(first.significantEnd, second.first);
  return { open: padding, close: padding, between: /[ \t\r\n]$/.test(gap) ? ' ' : '', indent: (members) => members };
}

function indentLines(members: string, step: string): string {
  return members
    .split('\n')
    .map((line, index) => (index === 0 || isBlank(line) ? line : step + line))
    .join('\n');
}
