import { isKustomizationFile } from '../manifests/read.ts';
import { readValues } from '../manifests/values.ts';
import { isList, isMap, stringAt } from '../model/value.ts';
import type { Value } from '../model/value.ts';

/**
 * The URL on this very machine that kustomize would load for a file of a tree, or null. A proxy keeps kustomize from all other URLs, but Go
 * never uses one for local addresses, and a proof must not talk to whatever happens to listen there.
 */
export function findLocalRequest(file: string, bytes: Uint8Array): string | null {
  if (!isKustomizationFile(file) && !mayConfigure(bytes)) return null;
  const documents = readValues(bytes).filter((value) => isKustomizationFile(file) || stringAt(value, ['apiVersion']) === 'builtin');
  return firstOf(documents, localLoad);
}

/** Configurations of kustomize's own transformers load files too. Anything that YAML lets one write in another way takes a backslash. */
function mayConfigure(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return text.includes('builtin') || text.includes('\\');
}

function localLoad(value: Value): string | null {
  if (isList(value)) return firstOf(value, localLoad);
  if (!isMap(value)) return null;
  return firstOf([...value], ([key, child]) => (LOADED.has(key) ? loadedFrom(child) : null) ?? localLoad(child));
}

/** Fields whose strings kustomize loads as files, or reads as configurations that load some. */
const LOADED: ReadonlySet<string> = new Set(
  `resources bases components crds configurations generators transformers validators patches patchesStrategicMerge
  path paths files envs env valuesFile additionalValuesFiles targetFilePath`.split(/\s+/),
);

function loadedFrom(value: Value): string | null {
  if (isList(value)) return firstOf(value, loadedFrom);
  if (isMap(value)) return null;
  if (value.text.includes('\n')) return firstOf(readValues(Buffer.from(value.text)), localLoad);
  const url = /^(?:[^=/:]*=)?(https?:\/\/.*)$/i.exec(value.text.trim())?.[1];
  return url !== undefined && isLocal(url) ? url : null;
}

/** What can't be read as a URL counts as local. */
function isLocal(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { hostname } = new URL(url);
  return hostname === 'localhost' || /^127\.|^\[::1\]$|^\[::ffff:7f/.test(hostname);
}

function firstOf<Item, Result>(items: readonly Item[], find: (item: Item) => Result | null): Result | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}
