import { isList, isMap, isScalar, stringAt, valueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { droppedMetadata, fateOf, modernises, withoutUnknown } from '../operator/convert.ts';
import type { ConversionOptions } from '../operator/convert.ts';
import { CONTAINERS, FIELDS, MODERN_INGRESS, NEW, ROOT_FIELDS, tlsSecretName } from '../operator/fields.ts';
import type { FieldMove } from '../operator/fields.ts';
import { applyMerges } from '../yaml/document.ts';
import type { Operation } from '../yaml/primitives.ts';

/**
 * The text operations that turn an installation into its Mattermost, in batches: those of one batch are read off the same text, and each
 * batch starts from the result of the one before. First what goes and what gets another name or value, then new parents, then new entries.
 * Paths lead from the installation's root and use the names that the batches before have given.
 */
export function planOperations(installation: ValueMap, options: ConversionOptions): Operation[][] {
  const known = withoutUnknown(installation, options);
  const present = FIELDS.flatMap((field) => presentField(known, field));
  const kept = present.filter(({ field, value }) => fateOf(field, value, options) !== 'drop');
  const dropped = present.filter((each) => !kept.includes(each)).map(({ field }) => field.from);
  const roots = [...installation.keys()].filter((name) => !ROOT_FIELDS.includes(name)).map((name) => [name]);
  const ingress = modernIngress(known, options);
  const batches: Operation[][] = [
    [
      ...deletions([...options.unknown, ...roots, ...droppedMetadata(known), ...dropped]),
      ...replacements(kept, known, options),
      ...ingress.replacements,
    ],
    [...wraps(kept.map(({ field }) => field)), ...ingress.wraps],
    ingress.insertions,
  ];
  return batches.filter((batch) => batch.length > 0);
}

const deletions = (paths: readonly Path[]): Operation[] => outermost(paths).map((path) => ({ op: 'delete', path }));

/** Each path once, and none below another: what stands below goes with it. */
function outermost(paths: readonly Path[]): Path[] {
  const byId = new Map(paths.map((path) => [JSON.stringify(path), path]));
  const isBelow = (path: Path): boolean => path.some((_, length) => byId.has(JSON.stringify(path.slice(0, length))));
  return [...byId.values()].filter((path) => !isBelow(path));
}

/** New values and new names. */
function replacements(kept: readonly Present[], installation: ValueMap, options: ConversionOptions): Operation[] {
  return [
    ...kept.flatMap(({ field, value }) => (fateOf(field, value, options) === 'zero' ? [setZero(field)] : [])),
    ...kept.flatMap(({ field }) => renameOf(field)),
    ...CONTAINERS.flatMap(({ from, to }) => renameContainer(installation, from, to)),
    ...header(installation),
  ];
}

/** An item of a typed list may leave them out. */
function header(installation: ValueMap): Operation[] {
  const fields = [['apiVersion', NEW.apiVersion] as const, ['kind', NEW.kind] as const];
  return fields.filter(([key]) => installation.has(key)).map(([key, text]) => ({ op: 'set', path: [key], text, string: true }));
}

interface Present {
  readonly field: FieldMove;
  readonly value: Value;
}

function presentField(installation: ValueMap, field: FieldMove): Present[] {
  const value = valueAt(installation, field.from);
  return value === undefined ? [] : [{ field, value }];
}

const isSame = (a: Path, b: Path): boolean => a.length === b.length && a.every((step, index) => step === b[index]);

const setZero = (field: FieldMove): Operation => ({ op: 'set', path: field.from, text: '0', string: false });

/** New parents: a field whose target is one level deeper joins its siblings with the same target parent. */
function wraps(fields: readonly FieldMove[]): Operation[] {
  const groups = new Map<string, { path: Path; parent: string; keys: string[] }>();
  for (const { from, to } of fields) {
    if (to === null || to.length === from.length) continue;
    const path = to.slice(0, -2);
    const parent = String(to.at(-2));
    const id = JSON.stringify([path, parent]);
    const group = groups.get(id) ?? { path, parent, keys: [] };
    group.keys.push(String(to.at(-1)));
    groups.set(id, group);
  }
  return [...groups.values()].map((group) => ({ op: 'wrap', host: 'first', ...group }));
}

function renameOf({ from, to }: FieldMove): Operation[] {
  const key = to?.at(-1);
  return key === undefined || key === from.at(-1) ? [] : [{ op: 'rename', path: from, key }];
}

function renameContainer(installation: ValueMap, from: Path, to: Path): Operation[] {
  const key = String(to.at(-1));
  return valueAt(installation, from) === undefined || key === from.at(-1) ? [] : [{ op: 'rename', path: from, key }];
}

interface IngressOperations {
  readonly replacements: Operation[];
  readonly wraps: Operation[];
  readonly insertions: Operation[];
}

/** The old ingress fields, gathered under `spec.ingress`. */
function modernIngress(installation: ValueMap, options: ConversionOptions): IngressOperations {
  const spec = installation.get('spec');
  if (!isMap(spec) || !modernises(spec, options)) return { replacements: [], wraps: [], insertions: [] };
  const present = MODERN_INGRESS.filter(({ from }) => spec.has(from));
  const off = present.filter(({ from }) => isFalse(spec.get(from)));
  const kept = present.filter((each) => !off.includes(each));
  const tls = kept.filter(({ to }) => to === 'tlsSecret').map(({ from }) => from);
  const secret = tlsSecretName(stringAt(spec, ['ingressName']) ?? '');
  return {
    replacements: [
      ...off.map(({ from }): Operation => ({ op: 'delete', path: ['spec', from] })),
      ...tls.map((from): Operation => ({ op: 'set', path: ['spec', from], text: secret, string: true })),
      ...kept.map(({ from, to }): Operation => ({ op: 'rename', path: ['spec', from], key: to })),
    ],
    wraps: [{ op: 'wrap', path: ['spec'], keys: kept.map(({ to }) => to), parent: 'ingress', host: 'first' }],
    insertions: [{ op: 'insert', path: ['spec', 'ingress'], key: 'enabled', text: 'true' }],
  };
}

const isFalse = (value: Value | undefined): boolean => isScalar(value) && value.value === false;

/** A merge key in a map whose entries the conversion spreads, or takes from; it is only safe where all it brings stays in place. */
export function unsafeMergeKey(installation: ValueMap): Path | null {
  const places: Path[] = [[], ['spec'], ...CONTAINERS.map(({ from }) => from)];
  const found = places.find((path) => hasUnsafeMerge(installation, path)) ?? mergedMetadata(installation);
  return found === undefined ? null : [...found, '<<'];
}

/** The map that a merge key brings metadata into which the conversion drops. */
const mergedMetadata = (installation: ValueMap): Path | undefined =>
  droppedMetadata(applyMerges(installation) as ValueMap)
    .find((path) => valueAt(installation, path) === undefined)
    ?.slice(0, -1);

function hasUnsafeMerge(installation: ValueMap, path: Path): boolean {
  const inherited = valueAt(installation, [...path, '<<']);
  if (inherited === undefined) return false;
  return !(isSame(path, ['spec']) && isMap(inherited) && [...inherited.keys()].every(staysInPlace));
}

const staysInPlace = (name: string): boolean =>
  FIELDS.some(
    (field) =>
      isSame(field.from, ['spec', name]) &&
      field.to !== null &&
      isSame(field.to, field.from) &&
      field.value === 'same' &&
      field.when === 'always',
  );

/** A directive of kustomize: such a manifest is a patch, and no installation by itself. */
export function kustomizeDirective(value: Value, path: Path = []): Path | null {
  const children: [string | number, Value][] = isMap(value) ? [...value] : isList(value) ? [...value.entries()] : [];
  for (const [step, child] of children) {
    const at = [...path, step];
    if (typeof step === 'string' && DIRECTIVE.test(step)) return at;
    const found = kustomizeDirective(child, at);
    if (found !== null) return found;
  }
  return null;
}

const DIRECTIVE = /^\$(?:patch|retainKeys|setElementOrder\/.*|deleteFromPrimitiveList\/.*)$/;
