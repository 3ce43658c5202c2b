import { isMap } from '../model/value.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { isTrueAt, mapsAt, textOrEmpty } from './located.ts';
import type { ResourceType } from './resource.ts';
import type { NodePath } from './problem.ts';

/** A field that a transformer changes, in the resources of a group, version and kind; an empty one stands for any. */
export interface FieldSpec {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Steps with `/` between them; `\/` is a slash in a key, `[]` marks a list. */
  readonly path: string;
  readonly create: boolean;
  /** Where it is written; null for kustomize's own. */
  readonly spot: NodePath | null;
}

/** The fields that hold names of resources of a kind. */
interface NameReference {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly referrers: readonly FieldSpec[];
  readonly spot: NodePath;
}

/** The lists of field specs in a file under `configurations`. */
const FIELD_SPEC_LISTS = [
  'namePrefix',
  'nameSuffix',
  'namespace',
  'commonLabels',
  'labels',
  'templateLabels',
  'commonAnnotations',
  'varReference',
  'images',
  'replicas',
] as const;

type FieldSpecList = (typeof FIELD_SPEC_LISTS)[number];

/** What transformers change beyond kustomize's own defaults. */
export interface Configuration extends Readonly<Record<FieldSpecList, readonly FieldSpec[]>> {
  readonly nameReference: readonly NameReference[];
}

/** Field specs of a list that stands at a spot. */
export function readFieldSpecs(spot: NodePath, list: Value | undefined): FieldSpec[] {
  if (list === undefined) return [];
  return mapsAt(list, [], spot.path).map(({ value, path }) => readFieldSpec(value, { ...spot, path }));
}

const readFieldSpec = (value: ValueMap, spot: NodePath): FieldSpec => ({
  ...readType(value),
  path: textOrEmpty(value, ['path']),
  create: isTrueAt(value, ['create']),
  spot,
});

/** The type that an entry names, with empty parts for what it leaves open. */
export const readType = (value: ValueMap): ResourceType => ({
  group: textOrEmpty(value, ['group']),
  version: textOrEmpty(value, ['version']),
  kind: textOrEmpty(value, ['kind']),
});

/** The data of a file under `configurations`. */
export function readConfiguration(place: Omit<NodePath, 'path'>, value: Value): Configuration {
  const specs = (list: FieldSpecList): FieldSpec[] =>
    distinctSpecs(readFieldSpecs({ ...place, path: [list] }, isMap(value) ? value.get(list) : undefined));
  return {
    ...(Object.fromEntries(FIELD_SPEC_LISTS.map((list) => [list, specs(list)])) as Record<FieldSpecList, FieldSpec[]>),
    nameReference: mapsAt(value, ['nameReference']).map(({ value: entry, path }) => ({
      ...readType(entry),
      referrers: readFieldSpecs({ ...place, path: [...path, 'fieldSpecs'] }, entry.get('fieldSpecs')),
      spot: { ...place, path },
    })),
  };
}

/** Two configurations as one: those of a base reach the overlays above it. */
export function mergeConfigurations(a: Configuration, b: Configuration): Configuration {
  if (a === EMPTY_CONFIGURATION) return b;
  if (b === EMPTY_CONFIGURATION) return a;
  return {
    ...(Object.fromEntries(FIELD_SPEC_LISTS.map((list) => [list, distinctSpecs([...a[list], ...b[list]])])) as Record<
      FieldSpecList,
      FieldSpec[]
    >),
    nameReference: distinct([...a.nameReference, ...b.nameReference]),
  };
}

const distinct = <Entry>(entries: readonly Entry[]): Entry[] => [...new Set(entries)];

/** Of field specs for the same field kustomize leaves out those that another one narrows down, and of equal ones all but the first. */
const distinctSpecs = (specs: readonly FieldSpec[]): FieldSpec[] =>
  specs.filter(
    (spec, index) => !specs.some((other, at) => other.path === spec.path && narrows(other, spec) && (at < index || !narrows(spec, other))),
  );

/** Whether a type says all that another one says, and perhaps more. */
export const narrows = (narrow: ResourceType, wide: ResourceType): boolean =>
  (['group', 'version', 'kind'] as const).every((part) => wide[part] === '' || wide[part] === narrow[part]);

export const EMPTY_CONFIGURATION: Configuration = {
  ...(Object.fromEntries(FIELD_SPEC_LISTS.map((list) => [list, []])) as unknown as Record<FieldSpecList, FieldSpec[]>),
  nameReference: [],
};
