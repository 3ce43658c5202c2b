import type { Decision, FileStoreKind } from '../model/installation.ts';
import { isList, isMap, isScalar, scalarAt, stringAt, stringScalar, valueAt } from '../model/value.ts';
import type { Path, Scalar, Value, ValueMap } from '../model/value.ts';
import { CONTAINERS, DROPPED_METADATA, FIELDS, MODERN_INGRESS, NEW, ROOT_FIELDS, tlsSecretName } from './fields.ts';
import type { Condition, DroppedMetadata, FieldMove } from './fields.ts';

export type IngressStyle = 'keep' | 'modern';

export interface ConversionOptions extends Decision {
  readonly ingress: IngressStyle;
  /** Fields unknown to the ClusterInstallation schema: the API server prunes them, so they are dropped. */
  readonly unknown: readonly Path[];
}

/** External exactly when `minio.externalURL` is a non-empty string; what a variable in it turns out to be is not asked here. */
export const fileStoreAsWritten = (installation: ValueMap): FileStoreKind =>
  stringAt(installation, ['spec', 'minio', 'externalURL']) === null ? 'operator-managed' : 'external';

/** Whether a condition of the field map holds. */
export function holds(when: Condition, { fileStore, database }: Decision): boolean {
  switch (when) {
    case 'always':
      return true;
    case 'external file store':
      return fileStore === 'external';
    case 'operator-managed file store':
      return fileStore === 'operator-managed';
    case 'external database':
      return database === 'external';
    case 'operator-managed database':
      return database === 'operator-managed';
  }
}

/** What becomes of a field's value: kept, set to 0, or dropped. */
export function fateOf(field: FieldMove, value: Value, decision: Decision): 'keep' | 'zero' | 'drop' {
  if (field.to === null || !holds(field.when, decision)) return 'drop';
  const count = field.value === 'replicas' && isScalar(value) ? value.value : null;
  if (typeof count !== 'bigint' && !Number.isInteger(count)) return 'keep';
  if (Number(count) === 0) return 'drop';
  return Number(count) < 0 ? 'zero' : 'keep';
}

/**
 * The operator's conversion on plain data: the Mattermost resource that means what the operator itself would create. Unchanged values are
 * the very objects of the input. A map that loses every entry stays as an empty map, which means the same as its absence.
 */
export function convert(installation: ValueMap, options: ConversionOptions): ValueMap {
  const known = withoutMetadata(withoutUnknown(installation, options));
  const result: MutableMap = new Map();
  for (const name of ROOT_FIELDS) {
    const value = known.get(name);
    if (value !== undefined) result.set(name, name === 'spec' && isMap(value) ? convertSpec(value, options) : value);
  }
  replaceText(result, 'apiVersion', NEW.apiVersion);
  replaceText(result, 'kind', NEW.kind);
  return result;
}

type MutableMap = Map<string, Value>;

function convertSpec(spec: ValueMap, options: ConversionOptions): ValueMap {
  const root: MutableMap = new Map([['spec', new Map()]]);
  for (const { from, to } of CONTAINERS) {
    const container = valueAt(spec, from.slice(1));
    if (container !== undefined) put(root, to, isMap(container) ? new Map() : container);
  }
  for (const field of FIELDS) {
    const value = valueAt(spec, field.from.slice(1));
    if (value === undefined || field.to === null) continue;
    const fate = fateOf(field, value, options);
    if (fate !== 'drop') put(root, field.to, fate === 'zero' ? zero(value) : value);
  }
  const inherited = spec.get('<<');
  if (inherited !== undefined) put(root, ['spec', '<<'], inherited);
  const result = root.get('spec');
  return modernises(spec, options) ? modernIngress(result as MutableMap) : (result as MutableMap);
}

function put(root: MutableMap, path: Path, value: Value): void {
  const parents = path.slice(0, -1).map(String);
  const parent = parents.reduce<MutableMap>((at, step) => {
    const child = at.get(step);
    if (isMap(child)) return child as MutableMap;
    const made: MutableMap = new Map();
    at.set(step, made);
    return made;
  }, root);
  parent.set(String(path.at(-1)), value);
}

const zero = (value: Value): Scalar => ({ ...(value as Scalar), text: '0', value: 0 });

function replaceText(map: MutableMap, key: string, text: string): void {
  const scalar = map.get(key);
  if (isScalar(scalar)) map.set(key, { ...scalar, text, value: text });
}

/** What the API server would store: the installation without the fields it does not know. */
export const withoutUnknown = (installation: ValueMap, { unknown }: Pick<ConversionOptions, 'unknown'>): ValueMap =>
  without(installation, unknown) as ValueMap;

/** What of an object's metadata a Mattermost does not take over. */
export const metadataToDrop = (object: ValueMap): DroppedMetadata[] =>
  DROPPED_METADATA.filter(({ path, holding = '' }) => {
    const value = valueAt(object, path);
    return value !== undefined && !(isScalar(value) && (value.value === null || !value.text.includes(holding)));
  });

/** The paths of the same. Annotations of which nothing would be left go as a whole. */
export function droppedMetadata(object: ValueMap): Path[] {
  const paths = metadataToDrop(object).map(({ path }) => path);
  const annotations = valueAt(object, ANNOTATIONS);
  const within = paths.filter((path) => path.length > ANNOTATIONS.length);
  if (!isMap(annotations) || annotations.size === 0 || within.length < annotations.size) return paths;
  return [...paths.filter((path) => !within.includes(path)), ANNOTATIONS];
}

const ANNOTATIONS = ['metadata', 'annotations'];

/** The object, or a patch of one, without that metadata. */
export const withoutMetadata = (object: ValueMap): ValueMap => without(object, droppedMetadata(object)) as ValueMap;

/** A copy without the values at some paths; a list keeps its length. What no path leads into is shared. */
function without(value: Value, paths: readonly Path[]): Value {
  if (paths.length === 0) return value;
  const below = new Map<string | number, Path[]>();
  for (const [step = '', ...rest] of paths) {
    const rests = below.get(step);
    if (rests === undefined) below.set(step, [rest]);
    else rests.push(rest);
  }
  const isGone = (step: string): boolean => below.get(step)?.some((rest) => rest.length === 0) ?? false;
  if (isMap(value))
    return new Map([...value].flatMap(([key, child]) => (isGone(key) ? [] : [[key, without(child, below.get(key) ?? [])] as const])));
  return isList(value) ? value.map((item, index) => without(item, below.get(index) ?? [])) : value;
}

/** Whether `spec.ingress` takes the place of the old ingress fields. */
export const modernises = (spec: ValueMap, { ingress }: Pick<ConversionOptions, 'ingress'>): boolean =>
  ingress === 'modern' && ingressObstacle(spec) === null;

/** How the ingress fields of an installation are written where a style is asked for. */
export function ingressStyleOf(installation: ValueMap, asked: IngressStyle): IngressStyle {
  const spec = installation.get('spec');
  return isMap(spec) && modernises(spec, { ingress: asked }) ? 'modern' : 'keep';
}

/** The entry of spec that keeps `--ingress modern` from being certain to mean the same: the host must be a literal name, TLS a literal choice. */
export function ingressObstacle(spec: ValueMap): 'ingressName' | 'useIngressTLS' | 'ingressAnnotations' | '<<' | null {
  if (!/^[A-Za-z0-9.-]+$/.test(stringAt(spec, ['ingressName']) ?? '')) return 'ingressName';
  if (spec.has('useIngressTLS') && typeof scalarAt(spec, ['useIngressTLS']) !== 'boolean') return 'useIngressTLS';
  if (spec.has('ingressAnnotations') && !isMap(spec.get('ingressAnnotations'))) return 'ingressAnnotations';
  return spec.has('<<') ? '<<' : null;
}

function modernIngress(spec: MutableMap): ValueMap {
  const host = stringAt(spec, ['ingressName']) ?? '';
  const ingress: MutableMap = new Map([['enabled', { text: 'true', plain: true, tag: null, value: true } satisfies Scalar]]);
  for (const { from, to } of MODERN_INGRESS) {
    const value = spec.get(from);
    spec.delete(from);
    if (value === undefined || (isScalar(value) && value.value === false)) continue;
    ingress.set(to, to === 'tlsSecret' ? stringScalar(tlsSecretName(host)) : value);
  }
  spec.set('ingress', ingress);
  return spec;
}
