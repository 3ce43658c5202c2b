import { isList, isMap, isScalar } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { readDocuments } from './files.ts';
import { directoryOf } from './paths.ts';
import { readFieldSpecs } from './configuration.ts';
import type { FieldSpec } from './configuration.ts';
import { readReplacements } from './replacement.ts';
import type { Replacement } from './replacement.ts';
import { readSelector } from './selector.ts';
import type { Selector } from './selector.ts';
import { isTrueAt, mapsAt, textAt, textsAt, textOrEmpty, wordsOf } from './located.ts';
import type { Item, Text } from './located.ts';
import { fold } from '../model/structure.ts';

/** A kustomization or component as plain data. Every entry knows its path in the document; files are named as they are written. */
export interface Kustomization {
  /** Its key in the graph: the file, or a key of its own for the part of an engine. */
  readonly id: string;
  readonly file: string;
  /** Where its fields stand in the document. */
  readonly base: Path;
  /** Of the document that kustomize reads: the first. */
  readonly document: number;
  readonly directory: string;
  readonly kind: 'Kustomization' | 'Component';
  /** The whole document, merge keys applied. */
  readonly value: ValueMap;
  /** With `bases`, which come last. */
  readonly resources: readonly Text[];
  readonly components: readonly Text[];
  /** `patches` that lists strings, as in kustomize 1 and 2, stands here under its own path. */
  readonly patchesStrategicMerge: readonly PatchEntry[];
  readonly patches: readonly PatchEntry[];
  readonly patchesJson6902: readonly PatchEntry[];
  readonly namespace: Text | null;
  readonly namePrefix: Text | null;
  readonly nameSuffix: Text | null;
  readonly labels: readonly LabelEntry[];
  readonly commonLabels: LabelEntry | null;
  readonly commonAnnotations: LabelEntry | null;
  readonly replicas: readonly ReplicaEntry[];
  readonly images: readonly Item[];
  readonly replacements: readonly ReplacementEntry[];
  readonly transformers: readonly PluginEntry[];
  readonly generators: readonly PluginEntry[];
  readonly validators: readonly PluginEntry[];
  readonly configurations: readonly Text[];
  readonly crds: readonly Text[];
  /** `openapi.path`. */
  readonly openapi: Text | null;
  readonly vars: readonly Variable[];
  readonly secretGenerator: readonly Item[];
  readonly configMapGenerator: readonly Item[];
  readonly generatorOptions: Value | null;
  /** Entries of `helmCharts` and `helmChartInflationGenerator`. */
  readonly helmCharts: readonly Item[];
  /** The kinds named by `sortOptions.legacySortOptions`. */
  readonly sortedKinds: readonly Text[];
  readonly buildMetadata: readonly Text[];
  /** Keys that no version of kustomize knows. */
  readonly unknown: readonly string[];
}

/** A patch with what it applies to. */
export interface PatchEntry {
  readonly path: Path;
  /** A file, or the patch itself. Null where the entry has neither. */
  readonly source: PatchSource | null;
  readonly target: Selector | null;
  readonly allowNameChange: boolean;
  readonly allowKindChange: boolean;
}

export interface PatchSource extends Text {
  readonly inline: boolean;
  /** The patch itself, where it stands in the document as it is and not in a string. */
  readonly value?: Value;
}

/** A file or directory of plugin configurations, or one written out in a string. */
interface PluginEntry extends Text {
  readonly inline: boolean;
}

export interface LabelEntry {
  readonly path: Path;
  readonly pairs: ReadonlyMap<string, string>;
  readonly fields: readonly FieldSpec[];
  readonly includeSelectors: boolean;
  readonly includeTemplates: boolean;
}

interface ReplicaEntry {
  readonly path: Path;
  readonly name: string;
  readonly count: string;
}

/** Replacements written out, or the file that holds them. */
interface ReplacementEntry {
  readonly path: Path;
  readonly file: Text | null;
  readonly replacement: Replacement | null;
}

interface Variable {
  readonly path: Path;
  readonly name: string;
}

/** Reads the data of a kustomization's document. */
export function readKustomization(place: { readonly file: string; readonly document: number }, value: ValueMap): Kustomization {
  return {
    ...place,
    id: place.file,
    base: [],
    directory: directoryOf(place.file),
    kind: textOrEmpty(value, ['kind']) === 'Component' ? 'Component' : 'Kustomization',
    value,
    resources: [...textsAt(value, ['resources']), ...textsAt(value, ['bases'])],
    components: textsAt(value, ['components']),
    ...readAllPatches(value),
    ...readFieldChanges(place, value),
    ...readPlugins(value),
    vars: mapsAt(value, ['vars']).map((item) => ({ path: item.path, name: textOrEmpty(item.value, ['name']) })),
    secretGenerator: mapsAt(value, ['secretGenerator']),
    configMapGenerator: mapsAt(value, ['configMapGenerator']),
    generatorOptions: value.get('generatorOptions') ?? null,
    helmCharts: [...mapsAt(value, ['helmCharts']), ...mapsAt(value, ['helmChartInflationGenerator'])],
    sortedKinds: ['orderFirst', 'orderLast'].flatMap((list) => textsAt(value, ['sortOptions', 'legacySortOptions', list])),
    buildMetadata: textsAt(value, ['buildMetadata']),
    unknown: [...value.keys()].filter((key) => !FIELDS.has(fold(key))),
  };
}

type Patches = Pick<Kustomization, 'patchesStrategicMerge' | 'patches' | 'patchesJson6902'>;

function readAllPatches(value: ValueMap): Patches {
  const listed = value.get('patches');
  const isLegacy = isList(listed) && listed.some(isScalar);
  const merges = [...textsAt(value, ['patchesStrategicMerge']), ...(isLegacy ? textsAt(value, ['patches']) : [])];
  return {
    patchesStrategicMerge: merges.map((text) => ({ ...NO_TARGET, path: text.path, source: { ...text, inline: holdsObjects(text.text) } })),
    patches: isLegacy ? [] : mapsAt(value, ['patches']).map(readPatch),
    patchesJson6902: mapsAt(value, ['patchesJson6902']).map(readPatch),
  };
}

const NO_TARGET = { target: null, allowNameChange: false, allowKindChange: false } as const;

/** An entry of `patches`. */
export function readPatch({ value, path }: Item): PatchEntry {
  const target = value.get('target');
  return {
    path,
    source: readPatchSource(value, path, 'patch'),
    target: isMap(target) ? readSelector(target, [...path, 'target']) : null,
    allowNameChange: isTrueAt(value, ['options', 'allowNameChange']),
    allowKindChange: isTrueAt(value, ['options', 'allowKindChange']),
  };
}

/** The patch of an entry: under `path` a file, under another key the text itself. */
export function readPatchSource(entry: ValueMap, path: Path, inlineKey: string): PatchSource | null {
  const inline = textAt(entry, [inlineKey]);
  const file = textAt(entry, ['path']);
  if (inline !== null) return { text: inline.text, path: [...path, ...inline.path], inline: true };
  return file === null ? null : { text: file.text, path: [...path, ...file.path], inline: false };
}

/** Whether a string is a manifest itself and not the name of a file, which messages may show. */
function holdsObjects(text: string): boolean {
  return text.trim().includes('\n') || (/[:{]/.test(text) && readDocuments(text).some(({ value }) => value !== null && isMap(value)));
}

type FieldChanges = Pick<
  Kustomization,
  'namespace' | 'namePrefix' | 'nameSuffix' | 'labels' | 'commonLabels' | 'commonAnnotations' | 'replicas' | 'images' | 'replacements'
>;

function readFieldChanges({ file, document }: { readonly file: string; readonly document: number }, value: ValueMap): FieldChanges {
  return {
    namespace: textAt(value, ['namespace']),
    namePrefix: textAt(value, ['namePrefix']),
    nameSuffix: textAt(value, ['nameSuffix']),
    labels: mapsAt(value, ['labels']).map((item) => readLabels(item, file, document)),
    commonLabels: readPairs(value, 'commonLabels'),
    commonAnnotations: readPairs(value, 'commonAnnotations'),
    replicas: mapsAt(value, ['replicas']).map((item) => ({
      path: item.path,
      name: textOrEmpty(item.value, ['name']),
      count: textOrEmpty(item.value, ['count']),
    })),
    images: [...mapsAt(value, ['images']), ...mapsAt(value, ['imageTags'])],
    replacements: mapsAt(value, ['replacements']).map(({ value: entry, path }) => {
      const listed = textAt(entry, ['path']);
      const [replacement = null] = listed === null ? readReplacements({ file, document, path }, entry) : [];
      return { path, file: listed === null ? null : { text: listed.text, path: [...path, ...listed.path] }, replacement };
    }),
  };
}

function readLabels({ value, path }: Item, file: string, document: number): LabelEntry {
  return {
    path,
    pairs: wordsOf(value.get('pairs')),
    fields: readFieldSpecs({ file, document, path: [...path, 'fields'] }, value.get('fields')),
    includeSelectors: isTrueAt(value, ['includeSelectors']),
    includeTemplates: isTrueAt(value, ['includeTemplates']),
  };
}

function readPairs(value: ValueMap, key: string): LabelEntry | null {
  const pairs = wordsOf(value.get(key));
  return pairs.size === 0 ? null : { path: [key], pairs, fields: [], includeSelectors: true, includeTemplates: false };
}

type Plugins = Pick<Kustomization, 'transformers' | 'generators' | 'validators' | 'configurations' | 'crds' | 'openapi'>;

function readPlugins(value: ValueMap): Plugins {
  const plugins = (key: string): PluginEntry[] => textsAt(value, [key]).map((text) => ({ ...text, inline: holdsObjects(text.text) }));
  return {
    transformers: plugins('transformers'),
    generators: plugins('generators'),
    validators: plugins('validators'),
    configurations: textsAt(value, ['configurations']),
    crds: textsAt(value, ['crds']),
    openapi: textAt(value, ['openapi', 'path']),
  };
}

/** Every key that kustomize 4.5 or 5 knows, in any letter case. */
const FIELDS: ReadonlySet<string> = new Set(
  [
    'apiVersion',
    'kind',
    'metadata',
    'openapi',
    'namePrefix',
    'nameSuffix',
    'namespace',
    'commonLabels',
    'labels',
    'commonAnnotations',
    'patchesStrategicMerge',
    'patchesJson6902',
    'patches',
    'images',
    'imageTags',
    'replacements',
    'replicas',
    'vars',
    'sortOptions',
    'resources',
    'components',
    'crds',
    'bases',
    'configMapGenerator',
    'secretGenerator',
    'helmGlobals',
    'helmCharts',
    'helmChartInflationGenerator',
    'generatorOptions',
    'configurations',
    'generators',
    'transformers',
    'validators',
    'inventory',
    'buildMetadata',
  ].map(fold),
);

/** One that says nothing. */
export const EMPTY_KUSTOMIZATION: Kustomization = readKustomization({ file: '', document: 0 }, new Map());
