import type { Edit, Refusal } from '../model/edit.ts';
import { sameValue } from '../model/same.ts';
import { isList, isMap, isScalar, stringAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { convert } from '../operator/convert.ts';
import type { ConvertOptions } from '../operator/convert.ts';
import { NEW, OLD } from '../operator/fields.ts';
import { parseDocument, usedAnchorAt } from '../yaml/document.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { editsFor } from '../yaml/primitives.ts';
import { EditRefused } from '../yaml/refused.ts';
import { applyEdits } from '../yaml/text.ts';
import { rewriteInstallation } from './installation.ts';

/** One installation of a document that is to be converted. */
export interface Conversion {
  readonly path: Path;
  readonly options: ConvertOptions;
}

export interface DocumentRewrite {
  readonly text: string;
  readonly droppedComments: readonly string[];
  /** Those that could not be converted, by their index in the request, with the reason. */
  readonly refused: ReadonlyMap<number, Refusal>;
}

/** `blocked`: installations of the document that must stay. A ClusterInstallationList changes as a whole or not at all. */
export function rewriteDocument(document: ParsedDocument, conversions: readonly Conversion[], blocked: boolean): DocumentRewrite {
  if (conversions.length === 0) return { text: document.text, droppedComments: [], refused: new Map() };
  const results = conversions.map(({ path, options }) => rewriteInstallation(document, path, options));
  const refused = new Map(results.flatMap((result, index) => (result.ok ? [] : [[index, result.refusal] as const])));
  if (isTypedList(document) && (blocked || refused.size > 0)) return stay(document, conversions, refused, PARTIAL_LIST);
  const edits: Edit[] = results.flatMap((result) => (result.ok ? [{ start: result.start, end: result.end, text: result.text }] : []));
  const done = conversions.filter((_, index) => !refused.has(index));
  try {
    const text = applyEdits(document.text, [...edits, ...listHeader(document)]);
    const fault = faultOf(document, text, done);
    if (fault !== null) return stay(document, conversions, refused, fault);
    return { text, refused, droppedComments: results.flatMap((result) => (result.ok ? result.droppedComments : [])) };
  } catch (error) {
    if (error instanceof EditRefused) return stay(document, conversions, refused, error.refusal);
    throw error;
  }
}

const PARTIAL_LIST: Refusal = {
  code: 'list-partly-blocked',
  message: `another item of this ${OLD.listKind} can't be converted`,
  offset: 0,
};
const CAPTURED: Refusal = { code: 'alias-target-changed', message: 'an alias would stand for another anchor of the same name', offset: 0 };
const UNPROVEN: Refusal = { code: 'post-value', message: 'the rewritten document would not mean what was intended', offset: 0 };

function stay(
  document: ParsedDocument,
  conversions: readonly Conversion[],
  refused: Map<number, Refusal>,
  reason: Refusal,
): DocumentRewrite {
  for (const index of conversions.keys()) if (!refused.has(index)) refused.set(index, reason);
  return { text: document.text, droppedComments: [], refused };
}

const isTypedList = ({ shape }: ParsedDocument): boolean =>
  stringAt(shape ?? undefined, ['kind']) === OLD.listKind && stringAt(shape ?? undefined, ['apiVersion']) === OLD.apiVersion;

/** The edits that give a ClusterInstallationList its new kind; none for any other document. Throws EditRefused. */
export function listHeader(document: ParsedDocument): Edit[] {
  if (!isTypedList(document)) return [];
  const fields = [['apiVersion', NEW.apiVersion] as const, ['kind', NEW.listKind] as const];
  return fields.flatMap(([key, text]) => {
    const anchor = usedAnchorAt(document, [key]);
    if (anchor !== null) throw new EditRefused('anchored-scalar', `${key} of the list has an anchor that is used elsewhere`, anchor.offset);
    return editsFor(document, { op: 'set', path: [key], text, string: true });
  });
}

/** The whole document, read again, must equal what it was with each installation replaced by its conversion; null when it does. */
function faultOf(document: ParsedDocument, text: string, done: readonly Conversion[]): Refusal | null {
  // An installation that is the document was proven as such.
  if (done.some(({ path }) => path.length === 0)) return null;
  const { shape, problems } = parseDocument(text);
  // An item is read without the anchor that it has itself, of which an alias in it must not come to be one.
  if (problems.some(({ code }) => code === 'recursive-alias')) return CAPTURED;
  if (shape === null || document.shape === null) return UNPROVEN;
  const converted = convertAll(document.shape, [], new Map(done.map(({ path, options }) => [JSON.stringify(path), options])));
  return sameValue(shape, isTypedList(document) && isMap(converted) ? withHeader(converted) : converted) ? null : UNPROVEN;
}

/** A copy in which the resources at the given paths, keyed by their JSON, are converted. */
function convertAll(value: Value, path: Path, options: ReadonlyMap<string, ConvertOptions>): Value {
  const own = options.get(JSON.stringify(path));
  if (!isMap(value)) return value;
  if (own !== undefined) return convert(value, own);
  const items = value.get('items');
  if (!isList(items)) return value;
  const converted = items.map((item, index) => convertAll(item, [...path, 'items', index], options));
  return new Map(value).set('items', converted);
}

function withHeader(list: ValueMap): ValueMap {
  const header = { apiVersion: NEW.apiVersion, kind: NEW.listKind };
  const replaced = Object.entries(header).flatMap(([key, text]) => {
    const scalar = list.get(key);
    return isScalar(scalar) ? [[key, { ...scalar, text, value: text }] as const] : [];
  });
  return new Map([...list, ...replaced]);
}
