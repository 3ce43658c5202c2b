import type { YAMLMap } from 'yaml';
import type { Edit } from '../model/edit.ts';
import { entriesOf, flowInside, separatorText } from './geometry.ts';
import type { Entry } from './geometry.ts';
import { dominantEol, lineStart } from './text.ts';
import { EditRefused } from './refused.ts';

/** Edits inside `{ }`: JSON, and YAML's flow style. */

const hasComment = (text: string): boolean => /(?:^|[ \t\n])#/.test(text);

/** A member goes with one comma; the layout of the others stays. */
export function deleteFlowEntry(map: YAMLMap, key: string, text: string): Edit[] {
  const entries = entriesOf(map);
  const index = entries.findIndex((each) => each.key === key);
  return [removal(map, entries, index, text)];
}

function removal(map: YAMLMap, entries: readonly Entry[], index: number, text: string): Edit {
  const entry = entries[index];
  if (entry === undefined) throw new EditRefused('not-a-map', 'a member was not found in the text', 0);
  const next = entries[index + 1];
  const previous = entries[index - 1];
  const inside = flowInside(map);
  const range =
    next !== undefined
      ? { start: entry.first, end: next.first }
      : previous !== undefined
        ? { start: previous.significantEnd, end: entry.significantEnd }
        : inside;
  refuseComments(text, range.start, entry.first);
  refuseComments(text, entry.significantEnd, range.end);
  return { ...range, text: '' };
}

function refuseComments(text: string, start: number, end: number): void {
  if (start < end && hasComment(text.slice(start, end))) {
    throw new EditRefused('flow-with-comments', 'comments stand between the members of a map in braces', start);
  }
}

/** Puts `parent: {` and `}` around the members; those that stand apart join the first. */
export function wrapFlowEntries(map: YAMLMap, keys: readonly string[], parent: string, text: string): Edit[] {
  const entries = entriesOf(map);
  const indexes = entries.flatMap((entry, index) => (keys.includes(entry.key) ? [index] : []));
  const hostIndex = indexes[0] ?? 0;
  const host = entries[hostIndex];
  if (host === undefined) throw new EditRefused('not-a-map', `none of ${keys.join(', ')} stands in the text`, 0);
  const runEnd = indexes.findLast((index, position) => index === hostIndex + position) ?? hostIndex;
  const last = entries[runEnd] ?? host;
  const apart = indexes.filter((index) => index > runEnd);
  if (apart.length > 0) refuseComments(text, flowInside(map).start, flowInside(map).end);
  const layout = layoutOf(map, host, text);
  const members = [text.slice(host.first, last.significantEnd), ...apart.map((index) => memberText(entries[index], text))];
  const wrapped = `${quoteKey(parent, host, text)}${separatorText(host, text)}{${layout.open}${layout.indent(members.join(`,${layout.between}`))}${layout.close}}`;
  return [{ start: host.first, end: last.significantEnd, text: wrapped }, ...cuts(entries, apart)];
}

const memberText = (entry: Entry | undefined, text: string): string => (entry === undefined ? '' : text.slice(entry.first, entry.significantEnd));

/** Members that leave take the comma before them. */
function cuts(entries: readonly Entry[], apart: readonly number[]): Edit[] {
  return apart.map((index) => {
    const start = entries[index - 1]?.significantEnd ?? 0;
    const end = entries[index]?.significantEnd ?? start;
    return { start, end, text: '' };
  });
}

/** The new entry goes before the first. */
export function insertFlowEntry(map: YAMLMap, key: string, value: string, text: string): Edit[] {
  const [first] = entriesOf(map);
  if (first === undefined) throw new EditRefused('not-a-map', `${key} can't be placed in an empty map`, 0);
  const layout = layoutOf(map, first, text);
  return [{ start: first.first, end: first.first, text: `${quoteKey(key, first, text)}${separatorText(first, text)}${value},${layout.between}` }];
}

function quoteKey(key: string, like: Entry, text: string): string {
  const quote = /^['"]/.exec(text.slice(like.first))?.[0] ?? '';
  return `${quote}${key}${quote}`;
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
  if (!/^[ \t]*$/.test(margin) || !text.slice(inside.start, host.first).includes('\n')) return inlineLayout(text, inside.start);
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

function inlineLayout(text: string, inside: number): Layout {
  const padding = /^[ \t]+/.exec(text.slice(inside))?.[0] ?? '';
  const between = /,[ \t]/.test(text.slice(inside, inside + 2000)) || padding !== '' ? ' ' : '';
  return { open: padding, close: padding, between, indent: (members) => members };
}

function indentLines(members: string, step: string): string {
  return members
    .split('\n')
    .map((line, index) => (index === 0 || line.trim() === '' ? line : step + line))
    .join('\n');
}
