import { isList, isMap, valueAt } from '../model/value.ts';
import { NEW } from '../operator/fields.ts';
import { OLD_NAME_MARKERS } from '../references/old-names.ts';
import { SECRET_MARKERS } from '../secrets/index.ts';
import { parseDocument } from '../yaml/document.ts';
import { describeItem, isResourceList } from './list.ts';
import type { ListItem, ResourceList, StreamChange } from './list.ts';
import { withResults } from './results.ts';
import { splitItems } from './split.ts';
import type { SplitText } from './split.ts';

/**
 * Reads a ResourceList as orchestrators write it: only the items that have to do with installations are looked at, each as a document of its
 * own, so that a list costs no more than these. Null for a text that has to be read as a whole to be understood.
 */
export function listInPieces(text: string): ResourceList | null {
  const split = splitItems(text);
  if (split === null || text.includes(PLACE)) return null;
  const frame = parseDocument(frameOf(split));
  const { shape } = frame;
  const placed = valueAt(shape ?? undefined, ['items']);
  if (!isResourceList(shape) || frame.anchors.length > 0 || !isList(placed) || placed.length !== 1) return null;
  const stream = new ItemStream(split);
  const items = stream.read();
  if (items === null) return null;
  const config = shape.get('functionConfig');
  return {
    items,
    functionConfig: isMap(config) ? config : null,
    stream: stream.bytes,
    text,
    textWith: (after, results) => {
      const texts = stream.itemsAfter(after);
      return texts === null ? null : framed(withResults(frameOf(split), results), split, texts);
    },
  };
}

/** Stands for all items; an item of a map with it is never written by anybody. */
const PLACE = 'ci2mm.dev/items: here';

/** Whether the list ends the text, without a line break. */
function isOpen({ items, tail }: SplitText): boolean {
  const { text, gap } = items.at(-1) ?? { text: '', gap: '' };
  return tail === '' && !(text + gap).endsWith('\n');
}

/** The list with one item in place of all. */
const frameOf = (split: SplitText): string =>
  `${split.head}${/^ */.exec(split.items[0]?.text ?? '')?.[0] ?? ''}- ${PLACE}${isOpen(split) ? '' : '\n'}${split.tail}`;

function framed(frame: string, split: SplitText, items: readonly string[]): string {
  const place = frame.indexOf(PLACE);
  const start = frame.lastIndexOf('\n', place) + 1;
  const end = place + PLACE.length + (isOpen(split) ? 0 : 1);
  return frame.slice(0, start) + split.items.map(({ gap }, index) => (items[index] ?? '') + gap).join('') + frame.slice(end);
}

const MARKERS: readonly string[] = [...OLD_NAME_MARKERS, NEW.group, 'kustomize.config.k8s.io', ...SECRET_MARKERS];

const SEPARATOR = '---\n';

interface Piece {
  /** Index of the item in the list. */
  readonly index: number;
  /** Byte offset of its document in the stream. */
  readonly start: number;
  readonly line: number;
  readonly text: string;
}

/** The items that matter as one stream of documents: each as it stands, a blank in place of its dash. */
class ItemStream {
  readonly bytes: Buffer;
  readonly #split: SplitText;
  readonly #pieces: readonly Piece[];

  constructor(split: SplitText) {
    this.#split = split;
    const pieces: Piece[] = [];
    const documents: Buffer[] = [];
    let [start, line] = [0, 1];
    for (const [index, { text }] of split.items.entries()) {
      if (!MARKERS.some((marker) => text.includes(marker))) continue;
      const document = Buffer.from(SEPARATOR + ended(text.replace('-', ' ')));
      pieces.push({ index, start, line: line + 1, text });
      documents.push(document);
      start += document.length;
      line += document.toString('latin1').split('\n').length - 1;
    }
    this.#pieces = pieces;
    this.bytes = Buffer.concat(documents);
  }

  /** Null where an item can't be read by itself. */
  read(): ListItem[] | null {
    const items = this.#pieces.map(({ text, line }) => {
      const { shape, anchors, problems } = parseDocument(ended(text.replace('-', ' ')));
      return problems.length > 0 || anchors.length > 0 || !isMap(shape) ? null : { line, column: 1, ...describeItem(shape) };
    });
    const readable = items.filter((item) => item !== null);
    return readable.length === items.length ? readable : null;
  }

  /** The texts of all items, with what became of the stream; null where an item lost its first line. */
  itemsAfter(change: StreamChange | null): string[] | null {
    const texts = this.#split.items.map(({ text }) => text);
    let shift = 0;
    for (const { start, end, newLength } of change?.regions ?? []) {
      const piece = this.#pieces.find((each) => each.start === start);
      const document = change?.after.subarray(start + shift, start + shift + newLength).toString('utf8') ?? '';
      const item = piece === undefined ? null : itemOf(document, piece.text);
      if (piece === undefined || item === null) return null;
      texts[piece.index] = item;
      shift += newLength - (end - start);
    }
    return texts;
  }
}

const ended = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);

/** A document of the stream as an item again; null where no blank stands in the place of its dash. */
function itemOf(document: string, before: string): string | null {
  const text = document.slice(SEPARATOR.length);
  const dash = before.indexOf('-');
  if (!document.startsWith(SEPARATOR) || text.slice(0, dash + 1).trim() !== '') return null;
  const whole = `${text.slice(0, dash)}-${text.slice(dash + 1)}`;
  return before.endsWith('\n') ? whole : whole.replace(/\n$/, '');
}
