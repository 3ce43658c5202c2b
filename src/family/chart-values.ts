import { chartOf } from '../charts/chart.ts';
import type { Template } from '../charts/mask.ts';
import { isReleaseOf } from '../charts/releases.ts';
import type { Release } from '../charts/releases.ts';
import { OWN_VALUES, valueSetsOf } from '../charts/value-sets.ts';
import type { ValueSet } from '../charts/value-sets.ts';
import { writtenPath } from '../charts/written-values.ts';
import { Files } from '../kustomize/files.ts';
import { fragmentId } from '../kustomize/model.ts';
import type { Layer, Variant } from '../kustomize/model.ts';
import type { Source } from '../manifests/source.ts';
import { groupBy } from '../model/group.ts';
import type { Installation } from '../model/installation.ts';
import { startOf } from '../model/place.ts';
import { isScalar, valueAt } from '../model/value.ts';
import type { Path } from '../model/value.ts';
import { CONTAINERS } from '../operator/fields.ts';
import { isWhole, layersOf, variantOf } from './chart-layers.ts';
import type { ChartFault, ValuedInstallation } from './chart-layers.ts';
import { changedBy, releasesIn, strangersAmong } from './chart-releases.ts';
import type { ReleaseContext } from './chart-releases.ts';
import { familiesOf } from './family.ts';
import type { ChartFrame, Family } from './family.ts';

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
  const context = { files, manifests, remotes: ofCharts.length === 0 ? [] : await source.remotes() };
  const strangers = strangersAmong(ofCharts, context);
  const reading = { ...context, releases, strangers };
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

interface Reading extends ReleaseContext {
  readonly releases: readonly Release[];
  /** Those that may be of a chart in another repository, and why. */
  readonly strangers: ReadonlyMap<Release, string>;
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

const pathsOf = ({ fields }: ValuedInstallation): string => fields.map(({ path }) => path.join('.')).join(' and ');

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
