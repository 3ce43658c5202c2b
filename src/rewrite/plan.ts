import { isMap, isScalar, stringAt, valueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { fateOf, modernises } from '../operator/convert.ts';
import type { ConvertOptions } from '../operator/convert.ts';
import { CONTAINERS, FIELDS, MODERN_INGRESS, NEW, ROOT_FIELDS, tlsSecretName } from '../operator/fields.ts';
import type { FieldMove } from '../operator/fields.ts';
import type { Operation } from '../yaml/primitives.ts';

/**
 * The text operations that turn an installation into its Mattermost, in the order they are to be applied: drops, then new parents, then
 * renames from the inside out, the header last. Paths lead from the installation's root.
 */
export function planOperations(installation: ValueMap, options: ConvertOptions): Operation[] {
  const unknown = withoutNested(options.unknown);
  const present = FIELDS.flatMap((field) => presentField(installation, field, unknown));
  const kept = present.filter(({ field, value }) => fateOf(field, value, options) !== 'drop');
  return [
    ...unknown.map((path): Operation => ({ op: 'delete', path })),
    ...rootDrops(installation, unknown),
    ...present.filter((each) => !kept.includes(each)).map(({ field }): Operation => ({ op: 'delete', path: field.from })),
    ...kept.flatMap(({ field, value }) => (fateOf(field, value, options) === 'zero' ? [setZero(field)] : [])),
    ...wraps(kept.map(({ field }) => field)),
    ...kept.flatMap(({ field }) => renameOf(field)),
    ...CONTAINERS.flatMap(({ from, to }) => renameContainer(installation, from, to)),
    ...modernIngress(installation, options),
    { op: 'set', path: ['apiVersion'], text: NEW.apiVersion, string: true },
    { op: 'set', path: ['kind'], text: NEW.kind, string: true },
  ];
}

interface Present {
  readonly field: FieldMove;
  readonly value: Value;
}

function presentField(installation: ValueMap, field: FieldMove, unknown: readonly Path[]): Present[] {
  const value = valueAt(installation, field.from);
  const gone = unknown.some((path) => isSame(path, field.from));
  return value === undefined || gone ? [] : [{ field, value }];
}

const isSame = (a: Path, b: Path): boolean => a.length === b.length && a.every((step, index) => step === b[index]);
const startsWith = (path: Path, prefix: Path): boolean => path.length > prefix.length && isSame(path.slice(0, prefix.length), prefix);

/** A path below another one goes with it. */
const withoutNested = (paths: readonly Path[]): Path[] => paths.filter((path) => !paths.some((other) => startsWith(path, other)));

function rootDrops(installation: ValueMap, unknown: readonly Path[]): Operation[] {
  const names = [...installation.keys()].filter((name) => !ROOT_FIELDS.includes(name));
  return names.filter((name) => !unknown.some((path) => isSame(path, [name]))).map((name) => ({ op: 'delete', path: [name] }));
}

const setZero = (field: FieldMove): Operation => ({ op: 'set', path: field.from, text: '0', string: false });

/** New parents: a field whose target is one level deeper joins its siblings with the same target parent. */
function wraps(fields: readonly FieldMove[]): Operation[] {
  const groups = new Map<string, { path: Path; parent: string; keys: string[] }>();
  for (const { from, to } of fields) {
    if (to === null || to.length === from.length) continue;
    const path = from.slice(0, -1);
    const parent = String(to.at(-2));
    const group = groups.get(`${path.join('.')} ${parent}`) ?? { path, parent, keys: [] };
    group.keys.push(String(from.at(-1)));
    groups.set(`${path.join('.')} ${parent}`, group);
  }
  return [...groups.values()].map((group) => ({ op: 'wrap', host: 'first', ...group }));
}

/** Where an entry stands once its parent is there but nothing is renamed. */
function renameOf({ from, to }: FieldMove): Operation[] {
  const key = String(to?.at(-1));
  if (to === null || key === from.at(-1)) return [];
  const parent = to.length > from.length ? [String(to.at(-2))] : [];
  return [{ op: 'rename', path: [...from.slice(0, -1), ...parent, String(from.at(-1))], key }];
}

function renameContainer(installation: ValueMap, from: Path, to: Path): Operation[] {
  const key = String(to.at(-1));
  return valueAt(installation, from) === undefined || key === from.at(-1) ? [] : [{ op: 'rename', path: from, key }];
}

function modernIngress(installation: ValueMap, options: ConvertOptions): Operation[] {
  const spec = installation.get('spec');
  if (!isMap(spec) || !modernises(spec, options)) return [];
  const host = stringAt(spec, ['ingressName']) ?? '';
  const present = MODERN_INGRESS.filter(({ from }) => spec.has(from));
  const off = present.filter(({ from }) => isFalse(spec.get(from)));
  const kept = present.filter((each) => !off.includes(each));
  const tls = kept.some(({ to }) => to === 'tlsSecret');
  return [
    ...off.map(({ from }): Operation => ({ op: 'delete', path: ['spec', from] })),
    ...(tls ? [{ op: 'set', path: ['spec', 'useIngressTLS'], text: tlsSecretName(host), string: true } as const] : []),
    { op: 'wrap', path: ['spec'], keys: kept.map(({ from }) => from), parent: 'ingress', host: 'first' },
    ...kept.map(({ from, to }): Operation => ({ op: 'rename', path: ['spec', 'ingress', from], key: to })),
    { op: 'insert', path: ['spec', 'ingress'], key: 'enabled', text: 'true' },
  ];
}

const isFalse = (value: Value | undefined): boolean => isScalar(value) && value.value === false;

/** Maps whose entries the conversion spreads: a merge key in them is only safe where all it brings stays in place. */
export function unsafeMergeKey(installation: ValueMap): Path | null {
  const places: Path[] = [[], ['spec'], ...CONTAINERS.map(({ from }) => from)];
  return places.find((path) => hasUnsafeMerge(installation, path)) ?? null;
}

function hasUnsafeMerge(installation: ValueMap, path: Path): boolean {
  const inherited = valueAt(installation, [...path, '<<']);
  if (inherited === undefined) return false;
  return !(isSame(path, ['spec']) && isMap(inherited) && [...inherited.keys()].every(staysInPlace));
}

const staysInPlace = (name: string): boolean =>
  FIELDS.some((field) => isSame(field.from, ['spec', name]) && field.to !== null && isSame(field.to, field.from) && field.value === 'same' && field.when === 'always');
