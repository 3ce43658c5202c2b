import { chartOf } from '../charts/chart.ts';
import { isGitRepository, namedSources, otherRepositories } from '../engines/repositories.ts';
import type { Template } from '../charts/mask.ts';
import { isReleaseOf, mayBeRelease, releasesOf } from '../charts/releases.ts';
import type { InlineValues, Release } from '../charts/releases.ts';
import { isInline, OWN_VALUES, valueSetsOf } from '../charts/value-sets.ts';
import type { ValueSet } from '../charts/value-sets.ts';
import { laidOver, writtenPath } from '../charts/written-values.ts';
import { Files } from '../kustomize/files.ts';
import { fragmentId } from '../kustomize/model.ts';
import type { Fragment, Layer, Variant } from '../kustomize/model.ts';
import { isKustomizationFile } from '../manifests/read.ts';
import type { Source } from '../manifests/source.ts';
import { groupBy } from '../model/group.ts';
import type { Installation } from '../model/installation.ts';
import { startOf } from '../model/place.ts';
import type { Place } from '../model/place.ts';
import { isMap, isScalar, nest, stringAt, valueAt, withKey } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { CONTAINERS } from '../operator/fields.ts';
import { familiesOf } from './family.ts';
import type { ChartFrame, Family } from './family.ts';

/** A field of an installation for which a template writes a map of values out as a whole. */
interface ValuedField {
  /** The spec, or a map of it whose place or fields change with the kind. */
  readonly field: Path;
  /** Of the map, among the values. */
  readonly path: Path;
}

/** An installation in a template of a chart with such fields. */
export interface ValuedInstallation {
  readonly installation: Installation;
  readonly fields: readonly ValuedField[];
}

/** What keeps the values of a chart from being converted. */
interface ChartFault {
  readonly place: Place;
  readonly message: string;
  readonly installation: Installation;
}

/** What is known of installations whose spec stands in values. */
export interface ChartFamilies {
  readonly families: readonly Family[];
  readonly faults: readonly ChartFault[];
}

/** An installation of a template as one of which fields stand in values; null where none does. */
export function valuedInstallation(installation: Installation, template: Template | null): ValuedInstallation | null {
  if (template === null) return null;
  const fields = VALUED.flatMap((field) => {
    const value = valueAt(installation.value, field);
    const path = isScalar(value) ? writtenPath(template, value.text) : null;
    return path === null ? [] : [{ field, path }];
  });
  return fields.length === 0 ? null : { installation, fields };
}

/** The maps that the conversion goes into. */
const VALUED: readonly Path[] = [['spec'], ...CONTAINERS.map(({ from }) => from)];

const isWhole = ({ fields }: ValuedInstallation): boolean => fields.some(({ field }) => field.length === 1);

const pathsOf = ({ fields }: ValuedInstallation): string => fields.map(({ path }) => path.join('.')).join(' and ');

/** Reads the values that make installations of templates what they are: those of the chart, and of every release in the repository. */
export async function readChartFamilies(source: Source, valued: readonly ValuedInstallation[]): Promise<ChartFamilies> {
  const manifests = await source.manifests();
  const files = new Files(
    (file) => (source.exists(file) ? source.read(file) : null),
    (path) => source.real(path),
  );
  const releases = manifests.flatMap((file) => releasesIn(file, files));
  const charts = valued.map(({ installation }) => chartOf(installation.file));
  const ofCharts = releases.filter((release) => charts.some((chart) => isReleaseOf(release, chart)));
  const strangers = ofCharts.length === 0 ? NO_STRANGERS : strangersAmong(ofCharts, { files, manifests, remotes: await source.remotes() });
  const reading = { files, manifests, releases, strangers };
  const read = valued.map((each) => readValued(each, reading));
  const built = read.flatMap((each) => ('variants' in each ? each.variants : []));
  const frames = new Map(built.map(({ variant, frame }) => [variant, frame]));
  const families = familiesOf(built.map(({ variant }) => variant)).map((family): Family => ({
    ...family,
    frames: new Map(family.variants.flatMap((variant) => frameIn(frames, variant))),
  }));
  return { families, faults: read.flatMap((each) => ('faults' in each ? each.faults : [])) };
}

const frameIn = (frames: ReadonlyMap<Variant, ChartFrame>, variant: Variant): [Variant, ChartFrame][] => {
  const frame = frames.get(variant);
  return frame === undefined ? [] : [[variant, frame]];
};

interface Reading {
  readonly files: Files;
  readonly manifests: readonly string[];
  readonly releases: readonly Release[];
  /** Those that may be of a chart in another repository, and why. */
  readonly strangers: ReadonlyMap<Release, string>;
}

const NO_STRANGERS: Reading['strangers'] = new Map();

/** Releases whose source is another repository, as far as can be told. */
function strangersAmong(
  releases: readonly Release[],
  { files, manifests, remotes }: Pick<Reading, 'files' | 'manifests'> & { readonly remotes: readonly string[] },
): Map<Release, string> {
  const objects = manifests
    .filter((file) => files.mentions(file, 'GitRepository') || releases.some((release) => release.file === file))
    .flatMap((file) => files.manifest(file)?.resources ?? []);
  const gitRepositories = objects.filter(isGitRepository);
  const sources = new Map(
    releases.map((release) => {
      const object = objects.find(({ file, document }) => file === release.file && document === release.document);
      return [release, object === undefined ? undefined : namedSources(object, gitRepositories)[0]?.repository] as const;
    }),
  );
  const { names, told } = otherRepositories(
    [...sources.values()].filter((name) => name !== undefined),
    remotes,
  );
  return new Map(
    [...sources].flatMap(([release, name]) =>
      name === undefined || !names.has(name)
        ? []
        : [[release, `builds from ${name}, ${told ? 'another repository' : 'and nobody here can tell whether that is this repository'}`]],
    ),
  );
}

function releasesIn(file: string, files: Files): Release[] {
  const text = files.text(file)?.text ?? '';
  if (!mayBeRelease(text)) return [];
  return files.documents(file).flatMap(({ value, index }) => (isMap(value) ? releasesOf(value, file, index) : []));
}

type ReadValued = { readonly variants: readonly ValuedVariant[] } | { readonly faults: readonly ChartFault[] };

interface ValuedVariant {
  readonly variant: Variant;
  readonly frame: ChartFrame;
}

function readValued(valued: ValuedInstallation, reading: Reading): ReadValued {
  const chart = chartOf(valued.installation.file);
  const below = reading.manifests.filter((file) => chart === '' || file.startsWith(`${chart}/`));
  const sets = valueSetsOf(chart, below, reading.releases);
  const faults = [...sets.flatMap((set) => faultsOfSet(set, valued, reading)), ...faultsOfNotes(chart, valued, reading)];
  if (faults.length > 0) return { faults };
  const own = chart === '' ? 'values.yaml' : `${chart}/values.yaml`;
  const layered = sets.map((set) => ({ set, ...layersOf(set, own, { valued, files: reading.files }) }));
  const unread = layered.flatMap(({ fault }) => fault ?? []);
  if (unread.length > 0) return { faults: unread };
  const filled = layered.filter(({ layers }) => layers.some(({ fragment }) => fragment.holds !== undefined));
  const fault = faultOfLayers(
    filled.flatMap(({ layers }) => layers),
    valued,
  );
  if (fault !== null) return { faults: [fault] };
  const rooted = rootsAmong(filled.map(({ set }) => set));
  const { file, document } = valued.installation;
  return {
    variants: filled.map(({ set, layers }) => ({
      variant: variantOf(set, layers, { valued, own, isRoot: rooted.includes(set) }),
      frame: { at: { file, document, inline: null }, values: set.name, isWhole: isWhole(valued) },
    })),
  };
}

function faultOfLayers(layers: readonly Layer[], valued: ValuedInstallation): ChartFault | null {
  const { installation } = valued;
  if (layers.length === 0)
    return { place: installation.place, message: `No values in the repository have a map at ${pathsOf(valued)}`, installation };
  const forms = groupBy(layers, ({ fragment }) => fragmentId(fragment));
  const twofold = [...forms.values()].find((own) => new Set(own.map(({ fragment }) => fragment.form)).size > 1);
  if (twofold === undefined) return null;
  const message = 'These values are the first of some that the chart is rendered with, and lie over others elsewhere';
  return { place: startOf(twofold[0]?.fragment.at.file ?? ''), message, installation };
}

/** What is laid over the chart's own values stands for what is deployed; these alone do where nothing is. */
function rootsAmong(sets: readonly ValueSet[]): readonly ValueSet[] {
  const brought = sets.filter((set) => set !== OWN_VALUES);
  return brought.length > 0 ? brought : sets;
}

function faultsOfSet(set: ValueSet, valued: ValuedInstallation, reading: Reading): ChartFault[] {
  const { installation } = valued;
  const { unknown, release, name } = set;
  const changing = release === null ? null : changedBy(release, reading);
  const stranger = release === null ? undefined : reading.strangers.get(release);
  const reason = unknown ?? stranger ?? (changing === null ? null : `may be changed by ${changing}`);
  if (reason === null) return [];
  const message = `${name} ${reason}, and may hold fields of ${pathsOf(valued)} that would have to be converted as well`;
  return [{ place: startOf(release?.file ?? installation.file), message, installation }];
}

/** Notes are written at an install alone, so that no rendering shows what becomes of them. */
function faultsOfNotes(chart: string, { installation, fields }: ValuedInstallation, { files }: Reading): ChartFault[] {
  const file = chart === '' ? NOTES : `${chart}/${NOTES}`;
  const named = fields.map(({ path }) => `.Values.${path.join('.')}.`);
  const field = files.exists(file) ? named.find((each) => files.mentions(file, each)) : undefined;
  if (field === undefined) return [];
  return [
    { place: startOf(file), message: `The notes of the chart read ${field}*, and no rendering shows what they become`, installation },
  ];
}

const NOTES = 'templates/NOTES.txt';

/** What lays values over those in an object: a patch of the object, in a kustomization or in a file of its own. */
function changedBy({ file, values, name }: Release, { files, manifests }: Reading): string | null {
  if (!values.some(isInline)) return null;
  const [kind = '', own = ''] = name.split(' ');
  const found = manifests.find((other) => {
    if (other === file || !files.mentions(other, 'values')) return false;
    if (isKustomizationFile(other)) return files.mentions(other, kind) || files.mentions(other, '/spec/');
    const isPatch = (value: Value | null): boolean =>
      stringAt(value ?? undefined, ['kind']) === kind && stringAt(value ?? undefined, ['metadata', 'name']) === own;
    return files.mentions(other, kind) && files.documents(other).some(({ value }) => isPatch(value) && !hasChart(value));
  });
  return found ?? null;
}

/** Whether an object names the chart that it releases, and is no patch of one that does. */
const hasChart = (value: Value | null): boolean =>
  [
    ['spec', 'chart'],
    ['spec', 'chartRef'],
    ['spec', 'source', 'path'],
    ['spec', 'sources'],
  ].some((path) => valueAt(value ?? undefined, path) !== undefined);

interface Layering {
  readonly valued: ValuedInstallation;
  readonly files: Files;
}

/** The values of a set that have a part of the spec, the lowest first; and what keeps one of them from being read. */
function layersOf(
  set: ValueSet,
  own: string,
  layering: Layering,
): { readonly layers: readonly Layer[]; readonly fault: ChartFault | null } {
  const { valued } = layering;
  const kustomization = keyOf(set, own, valued);
  const layers: Layer[] = isWhole(valued) ? [] : [{ fragment: templateFragment(valued), kustomization, entry: [] }];
  const found = [own, ...set.values].flatMap((values) =>
    valued.fields.map((each) => (isInline(values) ? inlineFragment(values, set, each, layering) : fileFragment(values, each, layering))),
  );
  for (const each of found) {
    if (each !== null && 'fault' in each) return { layers, fault: each.fault };
    const form = layers.length === 0 ? 'resource' : 'strategic-merge';
    if (each !== null) layers.push({ fragment: { ...each, form }, kustomization, entry: [] });
  }
  return { layers, fault: null };
}

const templateFragment = ({ installation: { file, document, path, value } }: ValuedInstallation): Fragment => ({
  form: 'resource',
  at: { file, document, inline: null },
  path,
  value,
});

type FoundFragment = Omit<Fragment, 'form'> | { readonly fault: ChartFault } | null;

function fileFragment(file: string, field: ValuedField, { valued, files }: Layering): FoundFragment {
  const [document, ...others] = files.documents(file);
  if (document === undefined) return null;
  const fault = (message: string): FoundFragment => ({
    fault: { place: startOf(file), message, installation: valued.installation },
  });
  if (document.problem !== null) return fault('These values of a chart can not be read');
  if (others.length > 0) return fault('Helm reads the first document of these values alone');
  return fragmentAt(document.value, { at: { file, document: document.index, inline: null }, path: field.path }, field, valued);
}

function inlineFragment(
  { value, path, isText }: InlineValues,
  { release }: ValueSet,
  field: ValuedField,
  { valued }: Layering,
): FoundFragment {
  const { file, document } = release ?? { file: '', document: 0 };
  const place = isText
    ? { at: { file, document, inline: { path, document: 0 } }, path: field.path }
    : { at: { file, document, inline: null }, path: [...path, ...field.path] };
  return fragmentAt(value, place, field, valued);
}

function fragmentAt(
  values: Value | null,
  place: Pick<Fragment, 'at' | 'path'>,
  { field, path }: ValuedField,
  { installation }: ValuedInstallation,
): FoundFragment {
  const own = valueAt(values ?? undefined, path);
  if (own === undefined || (isMap(own) && own.size === 0)) return null;
  if (!isMap(own))
    return { fault: { place: startOf(place.at.file), message: `${path.join('.')} is no map in these values`, installation } };
  return { ...place, value: withField(installation, field, own), holds: field };
}

/** An object of the kind with one field. */
function withField({ value }: Installation, [top = '', ...rest]: Path, own: ValueMap): ValueMap {
  return new Map([...['apiVersion', 'kind'].flatMap((key) => entryOf(value, key)), [String(top), nest(rest, own)]]);
}

const entryOf = (value: ValueMap, key: string): [string, Value][] => {
  const found = value.get(key);
  return found === undefined ? [] : [[key, found]];
};

const keyOf = ({ name, release, values: [first] }: ValueSet, own: string, { installation }: ValuedInstallation): string =>
  `${release?.file ?? (typeof first === 'string' ? first : own)}\0${name} ${installation.file} ${installation.document}`;

interface Building {
  readonly valued: ValuedInstallation;
  readonly own: string;
  readonly isRoot: boolean;
}

function variantOf(set: ValueSet, layers: readonly Layer[], { valued, own, isRoot }: Building): Variant {
  const { installation, fields } = valued;
  const states = statesOf(valued, layers);
  const bare = fields.reduce((map, { field }) => withFieldOf(map, field, undefined), installation.value);
  const inputOf = (state: ValueMap, index: number): ValueMap =>
    index === 0 ? state : layers[index - 1]?.fragment.holds === undefined ? bare : (states[index - 1] ?? state);
  return {
    kustomization: keyOf(set, own, valued),
    root: isRoot,
    layers,
    inputs: states.map(inputOf),
    states,
    built: states.at(-1) ?? bare,
    deleted: null,
    unknownFields: [],
    name: installation.name,
    namespace: installation.namespace,
    opaque: [],
    opaqueIfModern: [],
  };
}

/** The installation after each layer. A field is not there before some values fill it. */
function statesOf({ installation: { value: template }, fields }: ValuedInstallation, layers: readonly Layer[]): ValueMap[] {
  const states: ValueMap[] = [];
  let state = fields.reduce((map, { field }) => withFieldOf(map, field, undefined), template);
  for (const { fragment } of layers) {
    const { holds } = fragment;
    if (holds !== undefined) state = withFieldOf(state, holds, laidAt(holds, fragment.value, state));
    states.push(holds === undefined ? template : state);
  }
  return states;
}

function laidAt(field: Path, above: Value, below: ValueMap): Value {
  const [before, own] = [valueAt(below, field), valueAt(above, field)];
  return isMap(before) && isMap(own) ? laidOver(before, own) : (own ?? new Map<string, Value>());
}

/** An object with another value of a field, or without it. */
function withFieldOf(map: ValueMap, [key = '', ...rest]: Path, value: Value | undefined): ValueMap {
  const child = map.get(String(key));
  if (rest.length === 0) return withKey(map, String(key), value);
  return isMap(child) ? withKey(map, String(key), withFieldOf(child, rest, value)) : map;
}
