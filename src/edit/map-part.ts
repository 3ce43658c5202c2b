import { sameValue } from '../model/same.ts';
import { isMap, valueAt } from '../model/value.ts';
import type { Path } from '../model/value.ts';
import { CONTAINERS, NEW, OLD } from '../operator/fields.ts';
import { parseDocument } from '../yaml/document.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { openBlockScalar } from '../yaml/layout.ts';
import { locate } from '../yaml/locate.ts';
import { EditRefused, refusingAt } from '../yaml/refused.ts';
import { exportedAnchors, readResourceText } from '../yaml/resource-text.ts';
import type { ResourceText } from '../yaml/resource-text.ts';
import { columnOf, dominantEol, eolAt, isJson } from '../yaml/text.ts';
import { startDraft } from './draft.ts';
import type { Draft, Finished } from './draft.ts';
import { explainUnreadable } from './explain.ts';

/** A part of a document, and where it stands. */
export interface FoundPart {
  readonly part: ResourceText;
  readonly path: Path;
}

/** A text that can be edited. Throws EditRefused. */
export function requireReadable(read: ParsedDocument): void {
  const [problem] = read.problems;
  if (problem !== undefined) throw explainUnreadable(problem);
  const open = openBlockScalar(read);
  if (open !== null)
    throw new EditRefused('block-scalar-without-final-newline', 'a block scalar ends the file without a final newline', open);
}

/** The map of a field, without the object around it. */
interface MapPart extends FoundPart {
  readonly holds: Path;
}

/**
 * The map of a field, edited as a part of an object of its own, whose other lines are taken off again; `text` and `value` are those of the map.
 * Throws EditRefused.
 */
export function finishedMap(document: ParsedDocument, map: MapPart, rewrite: (draft: Draft) => Finished): Finished {
  const { part, holds } = map;
  const frame = frameAround(document, map);
  const finished = refusingAt(
    (offset) => part.start + (frame.shift > 0 ? 0 : Math.max(offset - frame.head.length, 0)),
    () => rewrite(draftOfMap(document, map, frame)),
  );
  const to = CONTAINERS.find(({ from }) => from.join('.') === holds.join('.'))?.to ?? holds;
  const head = headOf(frame, NEW, to);
  const value = valueAt(finished.value, to);
  if (value === undefined || (isMap(value) && value.size === 0)) return { ...finished, text: emptied(part), value: new Map() };
  if (!finished.text.startsWith(head) || !finished.text.endsWith(frame.tail))
    throw new EditRefused('post-value', 'what stands here could not take the place of the old fields', part.start);
  const text = unshifted(finished.text.slice(head.length, finished.text.length - frame.tail.length), frame.shift);
  return { ...finished, text, value };
}

/** What is left of a map that loses every entry. */
const emptied = ({ text }: ResourceText): string =>
  text.startsWith('{') ? '{}' : `${/^ */.exec(text)?.[0] ?? ''}{}${text.endsWith('\n') ? eolAt(text, 0) : ''}`;

function draftOfMap(document: ParsedDocument, { part, path, holds }: MapPart, frame: Frame): Draft {
  const { outer } = readResourceText(document, part, path);
  const read = parseDocument(frame.head + shifted(part.text, frame.shift) + frame.tail, outer);
  requireReadable(read);
  const [whole, own] = [valueAt(document.shape ?? undefined, path), valueAt(read.shape ?? undefined, holds)];
  const exported = exportedAnchors(document, part).map((anchor) => ({ ...anchor, offset: anchor.offset + frame.head.length }));
  const isApart = frame.shift === 0 || exported.length === 0;
  if (whole === undefined || own === undefined || !isApart || !sameValue(whole, own))
    throw new EditRefused('parse-error', 'the fields can not be read on their own', 0);
  return startDraft(read, outer, exported);
}

/** What stands around a map to make an object of it. */
interface Frame {
  readonly head: string;
  readonly tail: string;
  /** How its lines stand there: in one line of JSON, or each key at its column. */
  readonly keys: 'json' | { readonly columns: readonly number[]; readonly eol: string; readonly isFlow: boolean };
  /** Blanks that the lines of the map get in front, so that there is room for the keys around it. */
  readonly shift: number;
}

/** The fields stay in their columns, and so does the key over them: that is how deep further ones are written. */
function frameAround(document: ParsedDocument, { part, path, holds }: MapPart): Frame {
  const { text } = document;
  const tail = '}'.repeat(holds.length);
  if (isJson(text)) return framed({ tail, keys: 'json', shift: 0 }, holds);
  const column = columnOf(text, locate(document, path).start);
  const room = 2 * (holds.length - 1);
  const shift = Math.max(room - column, 0);
  const columns = holds.map((_, index) => column + shift - 2 * (holds.length - 1 - index));
  return framed({ tail: '', keys: { columns, eol: dominantEol(text), isFlow: part.text.startsWith('{') }, shift }, holds);
}

/** Of an object: its group and version, and its kind. */
interface TypeMeta {
  readonly apiVersion: string;
  readonly kind: string;
}

const framed = (frame: Omit<Frame, 'head'>, holds: Path): Frame => ({ ...frame, head: headOf(frame, OLD, holds) });

function headOf({ keys }: Pick<Frame, 'keys'>, { apiVersion, kind }: TypeMeta, holds: Path): string {
  if (keys === 'json') {
    const inner = holds.map((key) => `${JSON.stringify(key)}: `).join('{');
    return `{"apiVersion": ${JSON.stringify(apiVersion)}, "kind": ${JSON.stringify(kind)}, ${inner}`;
  }
  const { columns, eol, isFlow } = keys;
  const top = ' '.repeat(columns[0] ?? 0);
  const lines = [
    `${top}apiVersion: ${apiVersion}`,
    `${top}kind: ${kind}`,
    ...holds.map((key, index) => `${' '.repeat(columns[index] ?? 0)}${key}:`),
  ];
  return lines.join(eol) + (isFlow ? ' ' : eol);
}

const shifted = (text: string, by: number): string => (by === 0 ? text : text.replaceAll(/^(?=[^\n])/gm, ' '.repeat(by)));

/** Throws EditRefused. */
function unshifted(text: string, by: number): string {
  if (by === 0) return text;
  const blanks = ' '.repeat(by);
  const lines = text.split('\n');
  if (lines.some((line) => line !== '' && !line.startsWith(blanks)))
    throw new EditRefused('post-value', 'the lines here could not be put back where they stood', 0);
  return lines.map((line) => line.slice(by)).join('\n');
}
