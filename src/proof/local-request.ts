import { isKustomizationFile } from '../manifests/read.ts';
import { isList, isMap, isScalar, stringAt } from '../model/value.ts';
import type { Value } from '../model/value.ts';
import { applyMerges, parseDocument, splitDocuments } from '../yaml/document.ts';
import { decodeUtf8 } from '../yaml/text.ts';

/** Why a build may make kustomize talk to this machine. */
export type LocalRequest = 'url' | 'unreadable' | 'built-plugins';

/** The words that follow the name of the file. */
export const LOCAL_REQUESTS: Readonly<Record<LocalRequest, string>> = {
  url: 'loads a URL on this machine, and nothing is fetched',
  unreadable: 'may load a URL on this machine, as it can not be read to its end, and nothing is fetched',
  'built-plugins': 'has plugins that a kustomization builds, of which nobody can tell what they load, and nothing is fetched',
};

/**
 * Whether kustomize might load a URL on this very machine for a file of a tree, by the file's content alone. A proxy keeps kustomize from all
 * other URLs, but Go never uses one for local addresses, and a proof must not talk to whatever happens to listen there. So this reads as
 * kustomize does: every field that is loaded, in any letter case, and every configuration of a builtin plugin, in a file or in a string.
 *
 * @param isDirectory whether an entry of this file leads to a directory
 */
export function findLocalRequest(
  file: string,
  bytes: Uint8Array,
  isDirectory: (entry: string) => boolean = () => false,
): LocalRequest | null {
  const text = textOf(bytes);
  const isKustomization = isKustomizationFile(file);
  if (!isKustomization && !mayConfigure(text)) return null;
  if (text.encoded) return 'unreadable';
  return firstOf(splitDocuments(text.text), ({ start, end }) => {
    const read = readText(text.text.slice(start, end));
    if (read === 'unreadable') return read;
    return isKustomization ? loading(read, isDirectory) : firstOf(configurationsIn(read), (each) => loading(each, isDirectory));
  });
}

interface DecodedFile {
  readonly text: string;
  /** It is not UTF-8, which kustomize does not mind. */
  readonly encoded: boolean;
}

/** What is no text at all counts as empty. */
function textOf(bytes: Uint8Array): DecodedFile {
  const text = decodeUtf8(bytes);
  if (text !== null) return { text, encoded: false };
  const buffer = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  const mark = buffer.length < 2 ? 0 : buffer.readUInt16BE(0);
  if (mark === 0xfffe) return { text: buffer.toString('utf16le'), encoded: true };
  return { text: mark === 0xfeff ? buffer.swap16().toString('utf16le') : '', encoded: true };
}

/** Anything that YAML lets one write in another way takes a backslash or a tag. */
const mayConfigure = ({ text }: DecodedFile): boolean => text.includes('builtin') || text.includes('\\') || hidesText(text);

/** Words in base64, and tags under another name. No tag follows a quote: `os.date("!%H")` is a command. */
const hidesText = (text: string): boolean => /(?<!["'])!\S*(?:binary|%)|^%TAG/im.test(text);

/** A document as a value; empty where nothing in it can lead anywhere. */
function readText(text: string): Value | 'unreadable' {
  const { shape, problems } = parseDocument(text);
  const isClear = problems.length === 0 && !hidesText(text);
  if (isClear) return shape === null ? EMPTY_MAP : applyMerges(shape);
  return /http|\\|!/i.test(text) ? 'unreadable' : EMPTY_MAP;
}

const EMPTY_MAP: Value = new Map();

/** Configurations of builtin plugins, which may be items of a List. */
function configurationsIn(value: Value): Value[] {
  if (isScalar(value)) return [];
  const own = isMap(value) && (stringAt(value, ['apiVersion']) ?? '').includes('builtin') ? [value] : [];
  return [...own, ...[...value.values()].flatMap(configurationsIn)];
}

/** What a kustomization, or the configuration of a plugin, loads. */
function loading(value: Value, isDirectory: (entry: string) => boolean): LocalRequest | null {
  if (isScalar(value)) return null;
  if (isList(value)) return firstOf(value, (item) => loading(item, isDirectory));
  return firstOf([...value], ([name, child]) => {
    const key = folded(name);
    const own = PLUGINS.has(key) ? firstOf(textsOf(child), (text) => pluginRequest(text, isDirectory)) : null;
    const loaded = LOADED.has(key) && textsOf(child).some((text) => isLocalUrl(text, KEYED.has(key))) ? 'url' : null;
    return own ?? loaded ?? loading(child, isDirectory);
  });
}

/** Go takes keys in any letter case, and two letters besides the usual ones. */
const folded = (key: string): string => key.toUpperCase().toLowerCase();

/** Fields whose strings are configurations themselves, or lead to them. */
const PLUGINS: ReadonlySet<string> = new Set(['generators', 'transformers', 'validators']);

/** Fields whose strings kustomize loads as files. */
const LOADED: ReadonlySet<string> = new Set(
  `resources bases components crds configurations generators transformers validators patches patchesStrategicMerge patchesJson6902 openapi
  path paths files envs env valuesFile additionalValuesFiles targetFilePath`
    .split(/\s+/)
    .map((name) => name.toLowerCase()),
);

const textsOf = (value: Value): string[] =>
  isList(value) ? value.flatMap((item) => (isScalar(item) ? [item.text] : [])) : isScalar(value) ? [value.text] : [];

function pluginRequest(text: string, isDirectory: (entry: string) => boolean): LocalRequest | null {
  const inner = firstOf(splitDocuments(text), ({ start, end }) => {
    const read = readText(text.slice(start, end));
    return read === 'unreadable' ? read : loading(read, isDirectory);
  });
  return inner ?? (isDirectory(text) ? 'built-plugins' : null);
}

/** Of these a key may stand in front of the file: `key=URL`. */
const KEYED: ReadonlySet<string> = new Set(['files', 'envs', 'env']);

const isLocalUrl = (text: string, keyed: boolean): boolean =>
  [...text.matchAll(keyed ? KEYED_URL : URL_ALONE)].some(([, authority = '']) => isLocal(authority.slice(authority.lastIndexOf('@') + 1)));

const URL_ALONE = /^\s*https?:\/\/([^/?#]*)/gi;
const KEYED_URL = /(?:^|=)\s*https?:\/\/([^/?#]*)/gi;

/** What is no plain name with a dot, nor a plain address of another machine, counts as local. */
function isLocal(host: string): boolean {
  if (/^(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*(?::\d*)?$/i.test(host)) return false;
  return !/^(?!127\.)(?:\d{1,3}\.){3}\d{1,3}(?::\d*)?$/.test(host);
}

function firstOf<Item, Result>(items: Iterable<Item>, find: (item: Item) => Result | null): Result | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}
