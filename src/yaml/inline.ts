import { isAlias, isScalar as isScalarNode } from 'yaml';
import type { CST, Scalar as ScalarNode } from 'yaml';
import type { Edit, Refusal } from '../model/edit.ts';
import { formatPath } from '../model/value.ts';
import type { Path } from '../model/value.ts';
import { nodeAt } from './document.ts';
import type { ParsedDocument } from './document.ts';
import { openBlockScalar, significantEnd } from './layout.ts';
import { locate } from './locate.ts';
import { scalarText } from './nodes.ts';
import { commonLines } from './common-lines.ts';
import { quoted } from './print.ts';
import { EditRefused } from './refused.ts';
import { eolAt, isBlank, linesOf } from './text.ts';

/** YAML or JSON that stands in a string of another document: an inline patch of a kustomization. */
export interface InlineText {
  readonly text: string;
  /**
   * The edit of the outer document that gives the string a new text. Lines of a literal block scalar that stay are kept byte for byte. Throws
   * EditRefused where the new text has no form in the string's style; what it makes of the document is for the document's proof.
   */
  readonly replace: (text: string) => Edit;
  /** The reason where that proof fails. */
  readonly misfit: Refusal;
}

/** The text in a string of a document; a string that spans lines must be a literal block scalar (`|`). Throws EditRefused. */
export function inlineTextAt(document: ParsedDocument, path: Path): InlineText {
  const node = nodeAt(document.root, path);
  if (isAlias(node)) throw refuse(document, path, 'anchored-scalar', 'is an alias');
  if (!isScalarNode(node)) throw refuse(document, path, 'inline-style', 'is no string');
  const { refusal: misfit } = refuse(document, path, 'inline-style', 'can not take the new text in its style');
  return { text: scalarText(node), replace: editorOf(document, path, node), misfit };
}

/** Where the characters of such a text stand in the outer document; null where the style of the string does not tell. */
export function inlineOffsets(document: ParsedDocument, path: Path): ((offset: number) => number) | null {
  const node = nodeAt(document.root, path);
  if (!isScalarNode(node)) return null;
  if (node.type === 'BLOCK_LITERAL') return literalOffsets(document, node);
  const [start, end] = node.range ?? [0, 0];
  const source = document.text.slice(start, end);
  if (source.includes('\n') || (node.type !== 'QUOTE_DOUBLE' && node.type !== 'QUOTE_SINGLE')) return null;
  const offsets = offsetsOf(source, start);
  return (offset) => offsets[offset] ?? end;
}

function literalOffsets(document: ParsedDocument, node: ScalarNode): ((offset: number) => number) | null {
  const outer = outerLines(document, node);
  const text = scalarText(node);
  return (
    outer &&
    ((offset) => {
      const before = text.slice(0, offset).split('\n');
      const line = outer.lines[before.length - 1] ?? outer.lines.at(-1);
      return line === undefined ? 0 : Math.min(line.start + outer.indent.length + (before.at(-1) ?? '').length, line.end);
    })
  );
}

const refuse = (document: ParsedDocument, path: Path, code: Refusal['code'], message: string): EditRefused =>
  new EditRefused(code, `${formatPath(path)} ${message}`, locate(document, path).start);

type Editor = (text: string) => Edit;

function editorOf(document: ParsedDocument, path: Path, node: ScalarNode): Editor {
  if (node.type === 'BLOCK_LITERAL') return literalEditor(document, path, node);
  if (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') return quotedEditor(document, path, node);
  throw refuse(document, path, 'inline-style', 'holds text that is folded or has no quotes');
}

const tokenOf = (node: ScalarNode): CST.Token => (node as unknown as { srcToken: CST.Token }).srcToken;

/** Lines of a text; a final line break ends the last one and starts no other. */
const innerLines = (text: string): string[] => text.replace(/\n$/, '').split('\n');

function literalEditor(document: ParsedDocument, path: Path, node: ScalarNode): Editor {
  const token = tokenOf(node) as CST.BlockScalar;
  if (openBlockScalar(document) === token.offset) {
    throw refuse(document, path, 'block-scalar-without-final-newline', 'ends the file without a final newline');
  }
  const before = innerLines(scalarText(node));
  const outer = outerLines(document, node);
  if (outer === null) throw refuse(document, path, 'inline-style', 'holds no text');
  return (text) => {
    if (text.endsWith('\n') !== scalarText(node).endsWith('\n'))
      throw refuse(document, path, 'inline-style', 'would begin or cease to end with a line break');
    return lineEdit(before, innerLines(text), outer);
  };
}

/** How the lines of a literal block scalar are written; null where it has no text. */
function outerLines(document: ParsedDocument, node: ScalarNode): OuterLines | null {
  const token = tokenOf(node) as CST.BlockScalar;
  const end = significantEnd(token);
  const before = innerLines(scalarText(node));
  const lines = linesOf(document.text, end - token.source.length, end).slice(0, before.length);
  const indent = indentOf(
    before,
    lines.map(({ text }) => text),
  );
  return indent === null || lines.length !== before.length ? null : { lines, indent, eol: eolAt(document.text, token.offset) };
}

/** The blanks before each line of the text; null when every line is empty. */
function indentOf(inner: readonly string[], outer: readonly string[]): string | null {
  const index = inner.findIndex((line) => !isBlank(line));
  const line = outer[index]?.replace(/\r?\n$/, '');
  return line === undefined ? null : line.slice(0, line.length - (inner[index]?.length ?? 0));
}

interface OuterLines {
  readonly lines: readonly { readonly start: number; readonly end: number; readonly text: string }[];
  readonly indent: string;
  readonly eol: string;
}

/** From the first line that changes to the last one; lines between that stay are taken over as they are written. */
function lineEdit(before: readonly string[], after: readonly string[], outer: OuterLines): Edit {
  const kept = commonLines(before, after);
  const written = after.map(
    (line, index) => outer.lines[kept.get(index) ?? -1]?.text ?? (line === '' ? outer.eol : outer.indent + line + outer.eol),
  );
  const head = countWhile(after.length, (index) => kept.get(index) === index);
  const tail = countWhile(
    Math.min(after.length, before.length) - head,
    (index) => kept.get(after.length - 1 - index) === before.length - 1 - index,
  );
  const bounds = [...outer.lines.map(({ start }) => start), outer.lines.at(-1)?.end ?? 0];
  const edit = {
    start: bounds[head] ?? 0,
    end: bounds[before.length - tail] ?? 0,
    text: written.slice(head, after.length - tail).join(''),
  };
  const isOpen = tail === 0 && outer.lines.at(-1)?.text.endsWith('\n') === false;
  return isOpen ? atOpenEnd(edit, head === before.length, outer) : edit;
}

/** The string ends a document that has no final line break, and that stays so. */
function atOpenEnd({ start, end, text }: Edit, appends: boolean, { lines, eol }: OuterLines): Edit {
  const content = text.replace(/\r?\n$/, '');
  if (appends) return { start, end, text: eol + content };
  if (content !== '') return { start, end, text: content };
  const breakBefore = /\r?\n$/.exec(lines.find((line) => line.end === start)?.text ?? '')?.[0] ?? '';
  return { start: start - breakBefore.length, end, text: '' };
}

function countWhile(limit: number, holds: (index: number) => boolean): number {
  let count = 0;
  while (count < limit && holds(count)) count += 1;
  return count;
}

/** A string in quotes on one line: from the first character that changes to the last. */
function quotedEditor(document: ParsedDocument, path: Path, node: ScalarNode): Editor {
  const [start, end] = node.range ?? [0, 0];
  const source = document.text.slice(start, end);
  const before = scalarText(node);
  const offsets = offsetsOf(source, start);
  if (source.includes('\n') || offsets.length !== before.length + 1)
    throw refuse(document, path, 'inline-style', 'holds text in quotes that spans lines');
  const encode =
    node.type === 'QUOTE_DOUBLE'
      ? (text: string): string => quoted(text).slice(1, -1)
      : (text: string): string => text.replaceAll("'", "''");
  return (text) => {
    if (node.type === 'QUOTE_SINGLE' && text.includes('\n'))
      throw refuse(document, path, 'inline-style', 'holds text in single quotes, where line breaks have no escape');
    const head = countWhile(Math.min(text.length, before.length), (index) => text[index] === before[index]);
    const tail = countWhile(Math.min(text.length, before.length) - head, (index) => text.at(-1 - index) === before.at(-1 - index));
    return { start: offsets[head] ?? start, end: offsets[before.length - tail] ?? end, text: encode(text.slice(head, text.length - tail)) };
  };
}

/** Where each UTF-16 unit of a quoted text is written, and where the text ends. */
function offsetsOf(source: string, start: number): number[] {
  const escapes = source.startsWith('"') ? /\\x[\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\U[\da-fA-F]{8}|\\[^]|[^]/g : /''|[^]/g;
  const units = [...source.slice(1, -1).matchAll(escapes)].flatMap(({ 0: unit, index }) =>
    /^\\U000[1-9a-fA-F]|^\\U0010/.test(unit) ? [index, index] : [index],
  );
  return [...units, source.length - 2].map((offset) => start + 1 + offset);
}
