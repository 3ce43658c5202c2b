import { chartOf } from '../charts/chart.ts';
import type { Template } from '../charts/mask.ts';
import { mayBeRelease, releasesOf } from '../charts/releases.ts';
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
import { isMap, isScalar, stringAt, valueAt, withKey } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { familiesOf } from './family.ts';
import type { ChartFrame, Family } from './family.ts';

/** An installation in a template of a chart whose spec is a map of values, written out as a whole. */
export interface ValuedInstallation {
  readonly installation: Installation;
  /** Of the spec, among the values. */
  readonly path: Path;
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

/** An installation of a template as one whose spec stands in values; null where it does not. */
export function valuedInstallation(installation: Installation, template: Template | null): ValuedInstallation | null {
  const spec = installation.value.get('spec');
  if (template === null || !isScalar(spec)) return null;
  const path = writtenPath(template, spec.text);
  return path === null ? null : { installation, path };
}

/** Reads the values that make installations of templates what they are: those of the chart, and of every release in the repository. */
export async function readChartFamilies(source: Source, valued: readonly ValuedInstallation[]): Promise<ChartFamilies> {
  const manifests = await source.manifests();
  const files = new Files(
    (file) => (source.exists(file) ? source.read(file) : null),
    (path) => source.real(path),
  );
  const reading = { files, manifests, releases: manifests.flatMap((file) => releasesIn(file, files)) };
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
  const filled = layered.filter(({ layers }) => layers.length > 0);
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
      frame: { at: { file, document, inline: null }, values: set.name },
    })),
  };
}

function faultOfLayers(layers: readonly Layer[], { installation, path }: ValuedInstallation): ChartFault | null {
  if (layers.length === 0)
    return { place: installation.place, message: `No values in the repository have a map at ${path.join('.')}`, installation };
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

function faultsOfSet(set: ValueSet, { installation, path }: ValuedInstallation, reading: Reading): ChartFault[] {
  const { unknown, release, name } = set;
  const changing = release === null ? null : changedBy(release, reading);
  const reason = unknown ?? (changing === null ? null : `may be changed by ${changing}`);
  if (reason === null) return [];
  const message = `${name} ${reason}, and may hold fields of ${path.join('.')} that would have to be converted as well`;
  return [{ place: startOf(release?.file ?? installation.file), message, installation }];
}

/** Notes are written at an install alone, so that no rendering shows what becomes of them. */
function faultsOfNotes(chart: string, { installation, path }: ValuedInstallation, { files }: Reading): ChartFault[] {
  const file = chart === '' ? NOTES : `${chart}/${NOTES}`;
  const field = `.Values.${path.join('.')}.`;
  if (!files.exists(file) || !files.mentions(file, field)) return [];
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
  const kustomization = keyOf(set, own, layering.valued);
  const layers: Layer[] = [];
  for (const values of [own, ...set.values]) {
    const found = isInline(values) ? inlineFragment(values, set, layering) : fileFragment(values, layering);
    if (found !== null && 'fault' in found) return { layers, fault: found.fault };
    const form = layers.length === 0 ? 'resource' : 'strategic-merge';
    if (found !== null) layers.push({ fragment: { ...found, form }, kustomization, entry: [] });
  }
  return { layers, fault: null };
}

type FoundFragment = Omit<Fragment, 'form'> | { readonly fault: ChartFault } | null;

function fileFragment(file: string, { valued, files }: Layering): FoundFragment {
  const [document, ...others] = files.documents(file);
  if (document === undefined) return null;
  const fault = (message: string): FoundFragment => ({
    fault: { place: startOf(file), message, installation: valued.installation },
  });
  if (document.problem !== null) return fault('These values of a chart can not be read');
  if (others.length > 0) return fault('Helm reads the first document of these values alone');
  return fragmentAt(document.value, { at: { file, document: document.index, inline: null }, path: valued.path }, valued);
}

function inlineFragment({ value, path, isText }: InlineValues, { release }: ValueSet, { valued }: Layering): FoundFragment {
  const { file, document } = release ?? { file: '', document: 0 };
  const place = isText
    ? { at: { file, document, inline: { path, document: 0 } }, path: valued.path }
    : { at: { file, document, inline: null }, path: [...path, ...valued.path] };
  return fragmentAt(value, place, valued);
}

function fragmentAt(values: Value | null, place: Pick<Fragment, 'at' | 'path'>, { installation, path }: ValuedInstallation): FoundFragment {
  const spec = valueAt(values ?? undefined, path);
  if (spec === undefined || (isMap(spec) && spec.size === 0)) return null;
  if (!isMap(spec))
    return { fault: { place: startOf(place.at.file), message: `${path.join('.')} is no map in these values`, installation } };
  return { ...place, value: withSpec(installation, spec), holds: 'spec' };
}

const withSpec = ({ value }: Installation, spec: ValueMap): ValueMap =>
  new Map([...['apiVersion', 'kind'].flatMap((key) => entryOf(value, key)), ['spec', spec]]);

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
  const { installation } = valued;
  const states = statesOf(installation, layers);
  const built = states.at(-1) ?? installation.value;
  return {
    kustomization: keyOf(set, own, valued),
    root: isRoot,
    layers,
    inputs: states.map((state, index) => (index === 0 ? state : (states[index - 1] ?? state))),
    states,
    built,
    deleted: null,
    unknownFields: [],
    name: installation.name,
    namespace: installation.namespace,
    opaque: [],
    opaqueIfModern: [],
  };
}

/** The installation after each layer. */
function statesOf({ value }: Installation, layers: readonly Layer[]): ValueMap[] {
  const states: ValueMap[] = [];
  for (const { fragment } of layers) {
    const spec = valueAt(fragment.value, ['spec']) ?? new Map<string, Value>();
    const before = valueAt(states.at(-1), ['spec']);
    states.push(withKey(value, 'spec', isMap(before) && isMap(spec) ? laidOver(before, spec) : spec));
  }
  return states;
}
