import { isMap, isScalar, valueAt } from '../model/value.ts';
import type { Path, ValueMap } from '../model/value.ts';
import { NEW, OLD } from '../operator/fields.ts';
import { parseDocument, splitDocuments } from '../yaml/document.ts';
import { decodeUtf8 } from '../yaml/text.ts';

/** Which object of a cluster a manifest stands for. */
export interface Identity {
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string;
}

/** The texts of the objects that a build printed, in order. They are read only where they differ. Null for output that is no text. */
export function splitBuild(output: Uint8Array): string[] | null {
  const text = decodeUtf8(output);
  if (text === null) return null;
  const documents = splitDocuments(text).map(({ start, end }) => text.slice(start, end).replace(/^---[ \t]*\n/, ''));
  return documents.filter((document) => document.trim() !== '');
}

/** An object's data, or null when it can't be read. */
export function readBuilt(text: string): ValueMap | null {
  const { shape } = parseDocument(text);
  return isMap(shape) ? shape : null;
}

export function identityOf(object: ValueMap): Identity {
  const apiVersion = textAt(object, ['apiVersion']) ?? '';
  return {
    group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '',
    kind: textAt(object, ['kind']) ?? '',
    namespace: textAt(object, ['metadata', 'namespace']),
    name: textAt(object, ['metadata', 'name']) ?? '',
  };
}

/** As written: a name such as `5` is wrong without quotes, but still tells objects apart. */
function textAt(object: ValueMap, path: Path): string | null {
  const value = valueAt(object, path);
  return isScalar(value) && value.text !== '' ? value.text : null;
}

/** `Mattermost chat`, `Service mm/chat` */
export const shownIdentity = ({ kind, namespace, name }: Identity): string =>
  `${kind} ${namespace === null ? name : `${namespace}/${name}`}`;

/** Equal for equal identities. */
export const keyOf = ({ group, kind, namespace, name }: Identity): string => JSON.stringify([group, kind, namespace, name]);

/** Whether an object may be of the old or of the new kind, told without reading it: builds print the kind on a line of its own. */
export function mayBeOurs(text: string): boolean {
  const kind = /^kind:(.*)$/m.exec(text)?.[1] ?? text;
  return kind.includes(OLD.kind) || kind.includes(NEW.kind);
}
