import { isList, isMap, isScalar, NULL, stringAt, valueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { applyMerges, parseDocument } from '../yaml/document.ts';

/** Values that stand in the object of an engine. */
export interface InlineValues {
  readonly value: ValueMap;
  /** Where they stand in the object. */
  readonly path: Path;
  /** They are a text there, and no part of the object itself. */
  readonly isText: boolean;
}

/** A release of a chart that lies in the repository, as an engine installs it. */
export interface Release {
  /** `HelmRelease apps/chat`, for messages. */
  readonly name: string;
  /** Of its manifest. */
  readonly file: string;
  /** Index of its document in the file, from 0. */
  readonly document: number;
  /** Of the chart, relative to the root. */
  readonly chart: string;
  /** What overrides the chart's own values, in order: files relative to the root, and what stands in the object. */
  readonly values: readonly (string | InlineValues)[];
  /** Why not all of its values are known; null where they are. */
  readonly unknown: string | null;
}

/** What may be a release of a chart, or a chart that has another for a part, told without reading it. */
export const mayBeRelease = (text: string): boolean =>
  /\bkind:\s*["']?(?:HelmRelease|Application(?:Set)?)\b|\bhelmCharts\b|\breleases:|\bfile:\/\//.test(text);

/**
 * The releases that an object stands for: a HelmRelease of Flux, or an Application of Argo CD. Those of others (ApplicationSets, kustomize, helmfile, a chart that
 * has it for a part) are known to be there, and their values are not.
 */
export function releasesOf(object: ValueMap, file: string, document: number): Release[] {
  const kind = stringAt(object, ['kind']);
  if (kind !== 'HelmRelease' && kind !== 'Application') return ofOthers(object, file, document);
  const name = `${kind} ${stringAt(object, ['metadata', 'name']) ?? ''}`;
  if (kind === 'HelmRelease') return ofFlux(object, { name, file, document });
  const sources = valueAt(object, ['spec', 'sources']);
  const places: Path[] = [['spec', 'source'], ...(isList(sources) ? sources.map((_, index): Path => ['spec', 'sources', index]) : [])];
  return places.flatMap((path) => ofArgo(valueAt(object, path), path, { name, file, document }));
}

function ofOthers(object: ValueMap, file: string, document: number): Release[] {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const unknown = (name: string, path: string, why: string): Release => ({
    name,
    file,
    document,
    chart: relativePath(path),
    values: [],
    unknown: why,
  });
  const home = stringAt(object, ['helmGlobals', 'chartHome']) ?? 'charts';
  const inflated = mapsIn(valueAt(object, ['helmCharts'])).map((chart) =>
    unknown('a kustomization', `${folder}${home}/${stringAt(chart, ['name']) ?? ''}`, 'inflates it with values of its own'),
  );
  const released = mapsIn(valueAt(object, ['releases'])).map((release) =>
    unknown('a release of helmfile', `${folder}${stringAt(release, ['chart']) ?? ''}`, 'has values of its own'),
  );
  const parts = mapsIn(valueAt(object, ['dependencies'])).flatMap((part) => {
    const path = /^file:\/\/(.*)$/.exec(stringAt(part, ['repository']) ?? '')?.[1];
    return path === undefined ? [] : [unknown('a chart', folder + path, 'has it for a part, with values of its own')];
  });
  const spec = valueAt(object, ['spec', 'template', 'spec']);
  const generated = [valueAt(spec, ['source']), ...mapsIn(valueAt(spec, ['sources']))].flatMap((source) => {
    const path = stringAt(source, ['path']);
    return path === null || stringAt(object, ['kind']) !== 'ApplicationSet'
      ? []
      : [unknown('an ApplicationSet', path, 'fills in values of its own')];
  });
  return [...inflated, ...released, ...parts, ...generated];
}

const mapsIn = (value: Value | undefined): ValueMap[] => (isList(value) ? value.filter(isMap) : []);

/** Whether a release may be one of a chart: a path that is filled in may lead anywhere. */
export const isReleaseOf = ({ chart }: Release, directory: string): boolean => chart === directory || chart.includes('{{');

type ReleaseObject = Pick<Release, 'name' | 'file' | 'document'>;

function ofFlux(object: ValueMap, at: ReleaseObject): Release[] {
  const path = stringAt(object, ['spec', 'chart', 'spec', 'chart']);
  const isLocal = stringAt(object, ['spec', 'chart', 'spec', 'sourceRef', 'kind']) !== 'HelmRepository';
  if (path === null || !isLocal) return [];
  const from = valueAt(object, ['spec', 'valuesFrom']);
  const values = inlineAt(valueAt(object, FLUX_VALUES), FLUX_VALUES);
  const files = stringsIn(valueAt(object, ['spec', 'chart', 'spec', 'valuesFiles'])).map(relativePath);
  const unknown = isList(from) && from.length > 0 ? 'takes values from a ConfigMap or Secret (valuesFrom)' : null;
  return [{ ...at, chart: relativePath(path), values: [...files, ...values], unknown }];
}

const FLUX_VALUES: Path = ['spec', 'values'];

const inlineAt = (value: Value | undefined, path: Path, isText = false): InlineValues[] => (isMap(value) ? [{ value, path, isText }] : []);

function ofArgo(source: Value | undefined, path: Path, at: ReleaseObject): Release[] {
  const directory = stringAt(source, ['path']);
  if (directory === null) return [];
  const chart = relativePath(directory);
  const files = stringsIn(valueAt(source, ['helm', 'valueFiles'])).map((file) =>
    file.startsWith('/') ? relativePath(file) : relativePath(`${chart}/${file}`),
  );
  const text = textValues(stringAt(source, ['helm', 'values']));
  const object = valueAt(source, ['helm', 'valuesObject']);
  const inline = [
    ...inlineAt(text ?? undefined, [...path, 'helm', 'values'], true),
    ...inlineAt(object, [...path, 'helm', 'valuesObject']),
  ];
  return [{ ...at, chart, values: [...files, ...inline], unknown: unknownIn(source, { text, files }) }];
}

function unknownIn(
  source: Value | undefined,
  { text, files }: { readonly text: Value | null; readonly files: readonly string[] },
): string | null {
  if (['parameters', 'fileParameters'].some((field) => isFilled(valueAt(source, ['helm', field])))) return 'sets parameters';
  if (text !== null && !isMap(text)) return 'has values that can not be read';
  return files.some((file) => file.includes('$')) ? 'takes values from another source' : null;
}

/** Values in a text; a scalar where they can't be read. */
function textValues(text: string | null): Value | null {
  if (text === null) return null;
  const { shape, problems } = parseDocument(text);
  return problems.length > 0 || shape === null ? NULL : applyMerges(shape);
}

const isFilled = (value: Value | undefined): boolean => isList(value) && value.length > 0;

const stringsIn = (value: Value | undefined): string[] =>
  isList(value) ? value.flatMap((each) => (isScalar(each) && typeof each.value === 'string' ? [each.value] : [])) : [];

/** A path without what leads nowhere; one that leads out of the tree begins with `..`. */
function relativePath(path: string): string {
  const steps: string[] = [];
  for (const step of path.split('/')) {
    if (step === '..' && steps.length > 0 && steps.at(-1) !== '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.join('/');
}

/** A map as JSON, which helm reads as values. */
export function jsonOf(value: Value): string {
  if (isMap(value)) return `{${[...value].map(([key, child]) => `${JSON.stringify(key)}:${jsonOf(child)}`).join(',')}}`;
  if (isList(value)) return `[${value.map(jsonOf).join(',')}]`;
  if (typeof value.value === 'bigint') return String(value.value);
  return typeof value.value === 'number' && !Number.isFinite(value.value) ? JSON.stringify(value.text) : JSON.stringify(value.value);
}
