import { laidOver } from '../charts/written-values.ts';
import type { InlineValues } from '../charts/releases.ts';
import { isInline } from '../charts/value-sets.ts';
import type { ValueSet } from '../charts/value-sets.ts';
import type { Files } from '../kustomize/files.ts';
import type { Fragment, Layer, Variant } from '../kustomize/model.ts';
import type { Installation } from '../model/installation.ts';
import { startOf } from '../model/place.ts';
import type { Place } from '../model/place.ts';
import { isMap, nest, valueAt, withKey } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';

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
export interface ChartFault {
  readonly place: Place;
  readonly message: string;
  readonly installation: Installation;
}

/** Whether the template has no spec of its own. */
export const isWhole = ({ fields }: ValuedInstallation): boolean => fields.some(({ field }) => field.length === 1);

/** What layers are read from. */
export interface Layering {
  readonly valued: ValuedInstallation;
  readonly files: Files;
}

/** The values of a set that have a part of the spec, the lowest first; and what keeps one of them from being read. */
export function layersOf(
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

/** What a variant is made of. */
export interface Building {
  readonly valued: ValuedInstallation;
  readonly own: string;
  readonly isRoot: boolean;
}

/** An installation as the values of a set make it. */
export function variantOf(set: ValueSet, layers: readonly Layer[], { valued, own, isRoot }: Building): Variant {
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
