import { hasVariable, isList, isMap } from '../model/value.ts';
import type { Scalar, Value } from '../model/value.ts';
import { EditRefused } from './refused.ts';
import { makeScalar } from './scalar.ts';

/** Text for values that are written anew. What was plain stays plain where that is safe, every other string gets double quotes. */

export type Style = 'block' | 'flow' | 'json';

/** A value on one line, maps and lists in brackets. Throws EditRefused. */
export function oneLine(value: Value, style: Style): string {
  if (!isMap(value) && !isList(value)) return scalarText(value, style);
  const inner = style === 'block' ? 'flow' : style;
  if (isList(value)) return `[${value.map((item) => oneLine(item, inner)).join(', ')}]`;
  return `{${[...value].map(([key, child]) => `${keyText(key, inner)}: ${oneLine(child, inner)}`).join(', ')}}`;
}

/** An entry of a block map, as lines without indentation and line breaks; `step` columns for each level. Throws EditRefused. */
export function entryLines(key: string, value: Value, step: number): string[] {
  const name = keyText(key, 'block');
  if (isMap(value) && value.size > 0)
    return [
      `${name}:`,
      ...indented(
        [...value].flatMap(([each, child]) => entryLines(each, child, step)),
        step,
      ),
    ];
  if (isList(value) && value.length > 0) return [`${name}:`, ...value.flatMap(itemLines)];
  const literal = literalOf(value);
  return literal === null ? [`${name}: ${oneLine(value, 'block')}`] : [`${name}: ${literal.mark}`, ...indented(literal.lines, step)];
}

/** The lines of a string that reads well as a block scalar: several, or one with its end, and none of which a reader might lose a blank. */
function literalOf(value: Value): { readonly mark: '|' | '|-'; readonly lines: readonly string[] } | null {
  if (isMap(value) || isList(value) || value.plain || value.tag !== null) return null;
  const isEnded = value.text.endsWith('\n');
  const lines = (isEnded ? value.text.slice(0, -1) : value.text).split('\n');
  const isPlain = lines.every((line) => /^(?:[^\s\p{C}]|[ ]+[^\s\p{C}])[^\p{C}\u2028\u2029]*$/u.test(line) && !/\s$/.test(line));
  return (lines.length > 1 || isEnded) && isPlain && !lines[0]?.startsWith(' ') ? { mark: isEnded ? '|' : '|-', lines } : null;
}

/** An item of a block list, as lines without indentation and line breaks. Throws EditRefused. */
export function itemLines(value: Value): string[] {
  if (!isMap(value) || value.size === 0) return [`- ${oneLine(value, 'block')}`];
  const lines = indented(
    [...value].flatMap(([key, child]) => entryLines(key, child, 2)),
    2,
  );
  return lines.map((line, index) => (index === 0 ? `- ${line.slice(2)}` : line));
}

const indented = (lines: readonly string[], step: number): string[] => lines.map((line) => ' '.repeat(step) + line);

export function keyText(key: string, style: Style): string {
  return style !== 'json' && /^[A-Za-z_/$][\w./$-]*$/.test(key) && isPlainString(key) ? key : quoted(key);
}

function scalarText(scalar: Scalar, style: Style): string {
  if (scalar.tag !== null) throw new EditRefused('not-plain-scalar', 'a value with a tag would have to be written a second time', 0);
  if (!scalar.plain) return quoted(scalar.text);
  if (typeof scalar.value !== 'string') return scalar.text === '' ? 'null' : scalar.text;
  if (style === 'block' && isSafe(scalar.text)) return scalar.text;
  if (hasVariable(scalar)) throw new EditRefused('not-plain-scalar', 'a variable without quotes would have to be written inside braces', 0);
  return style === 'flow' && isSafe(scalar.text) && !/[,[\]{}]/.test(scalar.text) ? scalar.text : quoted(scalar.text);
}

/** Reads as a string to every reader of YAML without quotes, on one line and outside of braces. */
const isSafe = (text: string): boolean =>
  /^[A-Za-z_/$.\d][^\p{C}\u2028\u2029]*$/u.test(text) &&
  !/: |:$| #|[ \t]$/.test(text) &&
  isPlainString(text) &&
  !/^\d{4}-\d\d?-\d\d?/.test(text);

/**
 * A string in place of another scalar or key, whose first character tells the quotes that it keeps. Without quotes it gets double ones where
 * it would be read otherwise.
 */
export function stringLike(before: string, text: string, style: Style): string {
  const isSingle = before.startsWith("'") && !UNPRINTABLE.test(text);
  if (isSingle) return `'${text.replaceAll("'", "''")}'`;
  return /^["']/.test(before) || style === 'json' || !staysPlain(text, style) ? quoted(text) : text;
}

const UNPRINTABLE = /[\p{C}\u2028\u2029]/u;

/** Whether a string reads as it is without quotes. In braces go-yaml stumbles over a question mark as well. */
const staysPlain = (text: string, style: Style): boolean =>
  !UNPRINTABLE.test(text) &&
  !/^$|^[-?:](?:[ ]|$)|^[,[\]{}#&*!|>'"%@`]|: |:$| #|^ | $/.test(text) &&
  !(style === 'flow' && /[,[\]{}?]/.test(text)) &&
  isPlainString(text);

const isPlainString = (text: string): boolean => typeof makeScalar(text, true).value === 'string';

/** JSON's escapes are YAML's too; what YAML readers may take for a line break or refuse is escaped as well. */
export const quoted = (text: string): string =>
  JSON.stringify(text).replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
