import type { Level } from '../model/place.ts';
import type { Finding } from '../rules/finding.ts';
import { sameValue } from '../model/same.ts';
import { isList, isMap, stringScalar } from '../model/value.ts';
import type { Scalar, Value, ValueMap } from '../model/value.ts';
import { parseDocument, splitDocuments } from '../yaml/document.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { insertAt } from '../yaml/insert.ts';
import { insertItem } from '../yaml/items.ts';
import { editsFor } from '../yaml/primitives.ts';
import { EditRefused } from '../yaml/refused.ts';
import { applyEdits } from '../yaml/text.ts';
import { KIND } from './list.ts';
import type { ListItem, ResourceList, Result } from './list.ts';

const SEVERITIES: Readonly<Record<Level, Result['severity']>> = { error: 'error', warning: 'warning', note: 'info' };

/** A finding as a result of the item that it was found in. */
export function resultOf(finding: Finding, list: ResourceList): Result {
  const { message, remedy, field, rule, level } = finding;
  return { message: `${message} What to do: ${remedy}`, severity: SEVERITIES[level], item: itemAt(finding, list), field, rule };
}

/** The last item that starts at or before a place. */
export const itemAt = ({ line, column }: Pick<Finding, 'line' | 'column'>, { items }: ResourceList): ListItem | null =>
  items.findLast((item) => item.line < line || (item.line === line && item.column <= column)) ?? null;

/** By file, index and severity, as the specification asks. */
export function sortedResults(results: readonly Result[]): Result[] {
  const order: readonly Result['severity'][] = ['error', 'warning', 'info'];
  const keyOf = ({ item, severity }: Result): [string, number, number] => [
    item?.file?.path ?? '',
    item?.file?.index ?? 0,
    order.indexOf(severity),
  ];
  return [...results].sort((a, b) => {
    const [one, other] = [keyOf(a), keyOf(b)];
    return (one[0] < other[0] ? -1 : one[0] > other[0] ? 1 : 0) || one[1] - other[1] || one[2] - other[2];
  });
}

/**
 * The text of a ResourceList with more results, written like the rest of it. Where the text leaves no safe place for them it stays as it is:
 * results are for people, who see them on standard error as well.
 */
export function withResults(text: string, results: readonly Result[]): string {
  const ranges = splitDocuments(text).filter(({ start, end }) => text.slice(start, end).includes(KIND));
  const { start = 0, end = 0 } = ranges[0] ?? {};
  const document = parseDocument(text.slice(start, end));
  if (results.length === 0 || ranges.length !== 1 || document.problems.length > 0) return text;
  try {
    const added = withEntries(document, results.map(valueOf));
    return proves(document, added, results.length) ? text.slice(0, start) + added + text.slice(end) : text;
  } catch (error) {
    if (error instanceof EditRefused) return text;
    throw error;
  }
}

function withEntries(document: ParsedDocument, values: readonly Value[]): string {
  const { shape, text } = document;
  const known = isMap(shape) ? shape.get('results') : undefined;
  if (isList(known) && known.length > 0)
    return applyEdits(
      text,
      values.flatMap((value) => insertItem(document, ['results'], known.length, value)),
    );
  const cleared = known === undefined ? document : parseDocument(applyEdits(text, editsFor(document, { op: 'delete', path: ['results'] })));
  return applyEdits(cleared.text, insertAt(cleared, [], 'results', [...values]));
}

/** Nothing but the results differs, and there are as many more as there should be. */
function proves({ shape }: ParsedDocument, text: string, count: number): boolean {
  const { shape: written } = parseDocument(text);
  if (!isMap(shape) || !isMap(written)) return false;
  const [before, after] = [shape.get('results'), written.get('results')];
  const known = isList(before) ? before : [];
  return (
    sameValue(without(shape), without(written)) &&
    isList(after) &&
    after.length === known.length + count &&
    sameValue(known, after.slice(0, known.length))
  );
}

const without = (map: ValueMap): ValueMap => new Map([...map].filter(([key]) => key !== 'results'));

function valueOf({ message, severity, item, field, rule }: Result): ValueMap {
  return mapOf({
    message: stringScalar(message),
    severity: stringScalar(severity),
    resourceRef:
      item === null
        ? null
        : mapOf({
            apiVersion: stringScalar(item.apiVersion),
            kind: stringScalar(item.kind),
            name: stringScalar(item.name),
            namespace: item.namespace === null ? null : stringScalar(item.namespace),
          }),
    field: field === null || item === null ? null : mapOf({ path: stringScalar(field) }),
    file:
      item?.file == null
        ? null
        : mapOf({ path: stringScalar(item.file.path), index: item.file.index === null ? null : numberOf(item.file.index) }),
    tags: rule === null ? null : mapOf({ rule: stringScalar(rule) }),
  });
}

const mapOf = (entries: Readonly<Record<string, Value | null>>): ValueMap =>
  new Map(Object.entries(entries).filter((entry): entry is [string, Value] => entry[1] !== null));

const numberOf = (number: number): Scalar => ({ text: String(number), plain: true, tag: null, value: number });
