import { isList, isMap, stringAt, valueAt } from '../../model/value.ts';
import type { Path, Scalar, Value, ValueMap } from '../../model/value.ts';
import { asStructure, fold, writtenPath } from '../../model/structure.ts';
import { CONTAINERS, NEW, OLD } from '../../operator/fields.ts';
import { mapFieldPath } from '../../edit/field-path.ts';
import type { FieldDecision } from '../../edit/field-path.ts';
import { planOperations } from '../../edit/plan.ts';
import type { Operation } from '../../yaml/primitives.ts';
import type { ReferenceContext, ReferencePlan } from '../referrer.ts';
import { sparingAll } from './bystanders.ts';
import { meaningOf, renameGvk } from './gvk.ts';
import type { KustomizeDocument } from './kustomize-referrer.ts';
import { combined, NO_PLAN, obstacle, refers } from './plan.ts';

/**
 * Schemas that kustomize reads: `openapi.path`, where definitions name their group, version and kind, and `crds`, where a definition's name
 * ends with its kind. The properties of an installation move as its fields do.
 */
export function definitionsOf({ role, value }: KustomizeDocument): Path[] {
  const base = writtenPath(asStructure(value), baseOf(role));
  const definitions = valueAt(value, base);
  return isMap(definitions) ? [...definitions.keys()].map((name) => [...base, name]) : [];
}

const baseOf = (role: KustomizeDocument['role']): Path => (role === 'openapi' ? ['definitions'] : []);

/** One definition. Versions of kustomize differ in which keys they find in another letter case. */
export function planDefinition({ role, value }: KustomizeDocument, path: Path, context: ReferenceContext): ReferencePlan {
  const { decision } = context;
  const where = { base: baseOf(role), role: role === 'openapi' ? 'openapi' : 'crds', decision } as const;
  const plan = planExactly({ ...where, document: value }, String(path.at(-1)));
  const loosely = planExactly({ ...where, document: asStructure(value) }, String(path.at(-1)));
  if (JSON.stringify(plan) === JSON.stringify(loosely)) return refers(plan) ? sparingAll(plan, path, context, 'schema') : NO_PLAN;
  const [key, right] = misspelt(value, path) ?? ['a key', 'it as it is documented'];
  return obstacle(path, `${key} is no key of a schema to every kustomize; write ${right}`);
}

const KEYS: ReadonlyMap<string, string> = new Map(
  ['definitions', 'properties', '$ref', 'x-kubernetes-group-version-kind', 'group', 'version', 'kind'].map((key) => [fold(key), key]),
);

/** The first key around or in a definition that is one of a schema's in another letter case. */
function misspelt(document: Value, path: Path): readonly [string, string] | null {
  for (const step of path.slice(0, -1)) if (isMisspelt(String(step))) return [String(step), KEYS.get(fold(String(step))) ?? ''];
  const visit = (value: Value | undefined): readonly [string, string] | null => {
    const children: readonly (readonly [string | number, Value])[] = isMap(value) ? [...value] : isList(value) ? [...value.entries()] : [];
    for (const [step, child] of children) {
      const key = String(step);
      const found = isMisspelt(key) ? ([key, KEYS.get(fold(key)) ?? ''] as const) : visit(child);
      if (found !== null) return found;
    }
    return null;
  };
  return visit(valueAt(document, path));
}

const isMisspelt = (key: string): boolean => KEYS.has(fold(key)) && KEYS.get(fold(key)) !== key;

interface SchemaPlace {
  readonly document: Value;
  readonly base: Path;
  readonly role: 'openapi' | 'crds';
  readonly decision: FieldDecision;
}

function planExactly(where: SchemaPlace, name: string): ReferencePlan {
  const path = [...where.base, name];
  const definition = valueAt(where.document, path);
  const identity = where.role === 'openapi' ? gvkOperations(definition, path) : nameOperations(name, path);
  if (definition === undefined || identity.length === 0) return NO_PLAN;
  const tree = new SchemaTree(where, path).read();
  if (tree === null)
    return obstacle(path, 'this schema refers to definitions that are used twice or not there; write it anew for Mattermost');
  const moves = planMoves(tree, where.decision);
  const names = where.role === 'crds' ? planNameKeys(where, tree) : [];
  if (moves === null || names === null)
    return obstacle(path, 'where the properties of this schema go depends on the installation; write it anew for Mattermost');
  const last = where.role === 'crds' ? [identity] : [];
  const first = where.role === 'crds' ? [] : [identity];
  const before = names.length > 0 ? [names] : [];
  return combined([
    { batches: [...before, ...moves, ...last], obstacles: [] },
    { batches: first, obstacles: [] },
  ]);
}

/**
 * In `crds`, a property may name the field below it that holds the name of another object. Null where that, or what else kustomize does to a
 * property, would get lost: kustomize looks no further than the properties of a definition and of those that it refers to.
 */
function planNameKeys({ document, decision }: SchemaPlace, { places }: SchemaPlaces): Operation[] | null {
  const plans = [...places].flatMap(([key, place]) => {
    const parent = JSON.parse(key) as string[];
    return [...asMap(valueAt(document, place))].map(([name, property]) =>
      planProperty({ field: [...parent, name], place: [...place, name], property }, decision),
    );
  });
  return plans.includes(null) ? null : plans.flatMap((plan) => plan ?? []);
}

interface Property {
  readonly field: readonly string[];
  readonly place: Path;
  readonly property: Value;
}

function planProperty({ field, place, property }: Property, decision: SchemaPlace['decision']): Operation[] | null {
  const has = (extension: string): boolean => valueAt(property, [extension]) !== undefined;
  if (!REFERENCE.some(has) && !EFFECTS.some(has)) return [];
  const container = CONTAINERS.find(({ from }) => from.join('/') === field.join('/'));
  if (container === undefined && field.length > 1 && !keepsParent(field, decision)) return null;
  return REFERENCE.some(has) ? planNameKey({ field, place, property }, container?.to ?? field, decision) : [];
}

/** `to` is the field's new path. */
function planNameKey({ field, place, property }: Property, to: Path, decision: SchemaPlace['decision']): Operation[] | null {
  const nameKey = stringAt(property, [NAME_KEY]);
  const mapped = mapFieldPath([...field, nameKey ?? 'name'].join('/'), 'slash', decision);
  if ('undecidable' in mapped) return null;
  const own = `${to.join('/')}/`;
  if ('dropped' in mapped || mapped.path === `${own}${nameKey ?? 'name'}`) return [];
  return nameKey !== null && mapped.path.startsWith(own)
    ? [{ op: 'set', path: [...place, NAME_KEY], text: mapped.path.slice(own.length), string: true }]
    : null;
}

const NAME_KEY = 'x-kubernetes-object-ref-name-key';
const REFERENCE = ['x-kubernetes-object-ref-api-version', 'x-kubernetes-object-ref-kind'];
const EFFECTS = ['x-kubernetes-annotation', 'x-kubernetes-label-selector', 'x-kubernetes-identity'];

const asMap = (value: Value | undefined): ValueMap => (isMap(value) ? value : new Map());

/** Whether a field stays below the map that it stands in; it may get another name. */
function keepsParent(field: readonly string[], decision: SchemaPlace['decision']): boolean {
  const mapped = mapFieldPath(field.join('/'), 'slash', decision);
  return 'path' in mapped && mapped.path.split('/').length === field.length;
}

function gvkOperations(definition: Value | undefined, path: Path): Operation[] {
  const list = valueAt(definition, ['x-kubernetes-group-version-kind']);
  if (!isList(list)) return [];
  return list.flatMap((gvk, index) =>
    meaningOf(gvk) === 'whole' ? renameGvk(gvk, [...path, 'x-kubernetes-group-version-kind', index]) : [],
  );
}

const nameOperations = (name: string, path: Path): Operation[] =>
  name === OLD.kind || name.endsWith(`.${OLD.kind}`)
    ? [{ op: 'rename', path, key: name.replace(new RegExp(`${OLD.kind}$`), NEW.kind) }]
    : [];

interface SchemaPlaces {
  /** The properties as an installation would have them, with a mark in place of each leaf. */
  readonly fields: ValueMap;
  /** Where the `properties` map of each field stands in the document, by the field's path. */
  readonly places: ReadonlyMap<string, Path>;
}

const LEAF: Scalar = { text: 'schema', plain: true, tag: null, value: 'schema' };

/** Follows `properties` and local `$ref`s from a definition down. */
class SchemaTree {
  readonly #where: SchemaPlace;
  readonly #start: Path;
  readonly #places = new Map<string, Path>();
  readonly #used = new Set<string>();
  #broken = false;

  constructor(where: SchemaPlace, start: Path) {
    this.#where = where;
    this.#start = start;
  }

  read(): SchemaPlaces | null {
    const fields = this.#fields(this.#schemaOf(this.#start), []);
    return this.#broken || !isMap(fields) ? null : { fields, places: this.#places };
  }

  #fields(at: Path, field: Path): Value {
    const place = this.#resolve(at);
    const properties = valueAt(this.#where.document, [...place, 'properties']);
    if (!isMap(properties) || field.length > 2) return LEAF;
    this.#places.set(JSON.stringify(field), [...place, 'properties']);
    return new Map([...properties.keys()].map((name) => [name, this.#fields([...place, 'properties', name], [...field, name])]));
  }

  #resolve(at: Path): Path {
    const reference = stringAt(this.#where.document, [...at, '$ref']);
    if (reference === null) return at;
    const name = reference.split('/').at(-1) ?? '';
    const target = [...this.#where.base, this.#where.role === 'openapi' ? name : reference.replace(/^#\/definitions\//, '')];
    const external = valueAt(this.#where.document, target) === undefined;
    if (external) return at;
    if (this.#used.has(JSON.stringify(target))) this.#broken = true;
    this.#used.add(JSON.stringify(target));
    return this.#schemaOf(target);
  }

  /** In `crds` a definition holds its schema under a key of its own. */
  #schemaOf(definition: Path): Path {
    const found = valueAt(this.#where.document, definition);
    const key = this.#where.role === 'crds' && isMap(found) ? [...found.keys()].find((name) => name.toLowerCase() === 'schema') : undefined;
    return key === undefined ? definition : [...definition, key];
  }
}

/** The conversion's own plan on the tree, its paths led through `properties`. Null when it depends on a decision that is not made. */
function planMoves({ fields, places }: SchemaPlaces, decision: FieldDecision): Operation[][] | null {
  const spec = fields.get('spec');
  if (!isMap(spec)) return [];
  const { fileStore, database } = decision;
  if ((fileStore === 'undecided' && spec.has('minio')) || (database === 'undecided' && spec.has('database'))) return null;
  const settled = {
    fileStore: fileStore === 'undecided' ? 'external' : fileStore,
    database: database === 'undecided' ? 'external' : database,
  } as const;
  const plan = planOperations(new Map([['spec', spec]]), { ...settled, ingress: 'keep', unknown: [] });
  const moving = plan.map((batch) => batch.filter(({ op, path }) => (op === 'wrap' || op === 'rename') && path[0] === 'spec'));
  return moving.flatMap((batch) => throughProperties(batch, places));
}

/** A map of fields stands below `properties`, and a new parent gets its own. */
function throughProperties(batch: readonly Operation[], places: ReadonlyMap<string, Path>): Operation[][] {
  const outer = batch.flatMap((operation): Operation[] => {
    if (operation.op === 'wrap') return [{ ...operation, path: placeAfterRenames(operation.path, places) }];
    if (operation.op !== 'rename') return [];
    const parent = places.get(JSON.stringify(operation.path.slice(0, -1))) ?? [];
    return [{ ...operation, path: [...parent, String(operation.path.at(-1))] }];
  });
  const inner = outer.flatMap((operation): Operation[] =>
    operation.op === 'wrap' ? [{ ...operation, path: [...operation.path, operation.parent], parent: 'properties' }] : [],
  );
  return inner.length === 0 ? [outer] : [outer, inner];
}

/** Where the properties of a field stand once the maps above it have their new names. */
function placeAfterRenames(field: Path, places: ReadonlyMap<string, Path>): Path {
  const container = CONTAINERS.find(({ to }) => JSON.stringify(to) === JSON.stringify(field));
  const place = places.get(JSON.stringify(container?.from ?? field)) ?? [];
  const parent = places.get(JSON.stringify(field.slice(0, -1))) ?? [];
  const inline = parent.every((step, index) => place[index] === step);
  return container !== undefined && inline ? [...parent, String(field.at(-1)), ...place.slice(parent.length + 1)] : place;
}
