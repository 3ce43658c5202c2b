import { readDocuments } from '../kustomize/files.ts';
import { directoryOf, looksRemote, resolveFrom } from '../kustomize/paths.ts';
import { isKustomizationFile } from '../manifests/read.ts';
import { isList, isMap, isScalar, plainOf, stringAt } from '../model/value.ts';
import type { Path, Value } from '../model/value.ts';
import { decodeUtf8 } from '../yaml/text.ts';

/** Something that a kustomization is made of and that is not to be had here, though the engine may have it. */
export interface Need {
  /** The kustomization, and where in it. */
  readonly file: string;
  readonly path: Path;
  /** What it takes, for people: `helmCharts needs helm`. */
  readonly message: string;
  /** What it was built with in its place; null where it was left out. */
  readonly instead: string | null;
}

/** Kustomizations without what they need from elsewhere; only those that need something. */
export interface Reduced {
  readonly contents: ReadonlyMap<string, Uint8Array>;
  readonly needs: readonly Need[];
}

type Read = (file: string) => Uint8Array | null;

/**
 * Takes out of kustomizations what no build here can do: charts, what lies in the network, generators and validators that are programs. Lists
 * of files under `patches`, as kustomize 4 and older read them, get the name that newer ones know.
 */
export function reduce(files: readonly string[], read: Read): Reduced {
  const reductions = files.filter(isKustomizationFile).flatMap((file) => {
    const value = firstValue(read(file));
    if (!isMap(value)) return [];
    const entries = [...value].map(([key, child]) => entryOf(key, child, { file, read }));
    const needs = entries.flatMap((entry) => entry.needs);
    const kept = entries.flatMap(({ key, value: child }) => (child === null ? [] : [[key, child] as const]));
    return needs.length === 0 ? [] : [{ file, needs, content: Buffer.from(JSON.stringify(plainOf(new Map(kept)))) }];
  });
  return { contents: new Map(reductions.map(({ file, content }) => [file, content])), needs: reductions.flatMap(({ needs }) => needs) };
}

interface ReducedEntry {
  readonly key: string;
  /** Null for what goes as a whole. */
  readonly value: Value | null;
  readonly needs: readonly Need[];
}

interface EntryPlace {
  readonly file: string;
  readonly read: Read;
}

function entryOf(key: string, value: Value, place: EntryPlace): ReducedEntry {
  const name = key.toLowerCase();
  const need = (message: string, path: Path = [key]): Need => ({ file: place.file, path, message, instead: null });
  if (CHARTS.has(name)) return { key, value: null, needs: [need(`${key} needs helm, and a build with --enable-helm`)] };
  if (name === 'patches' && isList(value) && value.some(isScalar))
    return {
      key: 'patchesStrategicMerge',
      value,
      needs: [{ ...need('patches is a list of files, which needs kustomize 4 or older'), instead: 'patchesStrategicMerge' }],
    };
  if (!isList(value)) return { key, value, needs: [] };
  const reason = REASONS[name];
  const gone = reason === undefined ? [] : [...value.entries()].filter(([, item]) => reason.applies(item, place));
  const left = value.filter((item) => !gone.some(([, each]) => each === item));
  return {
    key,
    value: left,
    needs: gone.map(([index, item]) =>
      need(`${isScalar(item) && !item.text.includes('\n') ? item.text : `an entry of ${key}`} ${reason?.needs ?? ''}`, [key, index]),
    ),
  };
}

const CHARTS: ReadonlySet<string> = new Set(['helmcharts', 'helmchartinflationgenerator']);

interface Reason {
  readonly needs: string;
  applies(item: Value, place: EntryPlace): boolean;
}

const REMOTE: Reason = { needs: 'needs the network', applies: (item) => isScalar(item) && looksRemote(item.text) };
const PROGRAM: Reason = { needs: 'is a program, and needs a build with plugins enabled', applies: isProgram };

const REASONS: Readonly<Record<string, Reason>> = {
  resources: REMOTE,
  bases: REMOTE,
  components: REMOTE,
  generators: PROGRAM,
  validators: PROGRAM,
};

/** Whether a configuration, in a file or written out, is one of anything but kustomize's own plugins. */
function isProgram(item: Value, { file, read }: EntryPlace): boolean {
  if (!isScalar(item)) return false;
  const path = /[\n{]/.test(item.text) ? null : resolveFrom(directoryOf(file), item.text);
  const written = path === null ? null : read(path);
  const documents = readDocuments(written === null ? item.text : (decodeUtf8(written) ?? ''));
  return documents.some(({ value }) => isMap(value) && stringAt(value, ['apiVersion']) !== 'builtin');
}

function firstValue(bytes: Uint8Array | null): Value | null {
  const text = bytes === null ? null : decodeUtf8(bytes);
  return text === null ? null : (readDocuments(text)[0]?.value ?? null);
}
