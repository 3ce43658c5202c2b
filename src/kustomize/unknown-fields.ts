import { isList, isMap, stringScalar, valueAt, withKey } from '../model/value.ts';
import type { Path, Value } from '../model/value.ts';
import { FIELDS, OLD } from '../operator/fields.ts';
import { readOperations } from './patch/json6902.ts';
import { parsePointer } from './patch/pointer.ts';
import type { FieldSpec } from './configuration.ts';
import { isDecisive } from './field-changes.ts';
import { fieldsAt, isOfType } from './field-spec.ts';
import type { Fragment } from './model.ts';
import type { Replacement, ReplacementTarget } from './replacement.ts';
import { opaque, typeOf } from './resource.ts';
import type { BuiltResource } from './resource.ts';
import { literalTest } from './selector.ts';
import type { Selector } from './selector.ts';
import { problemAt } from './problem.ts';
import type { NodePath } from './problem.ts';

/** A resource that a replacement may write into. What it writes is not followed, but a field that it makes is there for patches after it. */
export function withReplacement(resource: BuiltResource, { targets }: Replacement): BuiltResource {
  if (!resource.followed) return resource;
  const own = targets.filter(
    ({ select, reject }) => select !== null && literalTest(select)(resource) && !reject.some((each) => literalTest(each)(resource)),
  );
  const tried = targets.reduce(
    (each, { select, reject, spot }) =>
      [...(select === null ? [] : [select]), ...reject].reduce((before, selector) => chosenBy(before, selector, spot), each),
    resource,
  );
  return own.reduce((each, target) => pathsOf(target).reduce((before, path) => withWritten(before, path, target), each), tried);
}

const pathsOf = ({ fieldPaths }: ReplacementTarget): string[] =>
  fieldPaths.length === 0 ? ['metadata.name'] : fieldPaths.map(({ text }) => text);

function withWritten(resource: BuiltResource, path: string, { spot, create }: ReplacementTarget): BuiltResource {
  const field = stepsBefore(path);
  const noted = withUnknown(resource, field, spot);
  return create && field.join('.') === path ? withCreated(noted, field) : noted;
}

/** A field that is there from now on, whatever it holds. Of fields that keep their place that does not matter. */
export function withCreated(resource: BuiltResource, field: readonly string[]): BuiltResource {
  const matters = typeOf(resource).kind !== OLD.kind || isMoved(field);
  const value = matters ? created(resource.value, field) : resource.value;
  return isMap(value) ? { ...resource, value } : resource;
}

function created(value: Value | undefined, [step, ...rest]: readonly string[]): Value {
  if (step === undefined) return value ?? ANYTHING;
  if (value !== undefined && !isMap(value)) return value;
  return withKey(value ?? new Map<string, Value>(), step, created(value?.get(step), rest));
}

/** A variable may stand for any type. */
const ANYTHING = stringScalar('${REPLACED}');

/** An unknown field of which a patch changes a part, where that may decide what a conversion leaves of its parent. */
export const unknownBelow = ({ unknownFields }: BuiltResource, fragment: Fragment): Path | null =>
  unknownFields.find((field) => isMoved(field) && reachesBelow(fragment, field)) ?? null;

const isMoved = (field: Path): boolean =>
  FIELDS.some(({ from, to }) => isAlong(from, field) && (to === null || !(to.length === from.length && isAlong(to, from))));

/** One of the two leads through the other. */
const isAlong = (a: Path, b: Path): boolean => a.every((step, index) => index >= b.length || b[index] === step);

function reachesBelow({ form, value }: Fragment, field: Path): boolean {
  const below = valueAt(value, field);
  if (form !== 'json6902') return isMap(below) || isList(below);
  return readOperations(value).some(({ path, from }) => [path, from].some((pointer) => isBelow(parsePointer(pointer ?? '') ?? [], field)));
}

const isBelow = (path: Path, field: Path): boolean => path.length > field.length && isAlong(field, path);

/** Fields in which a variable stands that kustomize fills in. The name of a Secret with one in it is known to no manifest, but the user may know. */
export function withVariables(resource: BuiltResource, references: readonly FieldSpec[]): BuiltResource {
  const own = references.filter((spec) => isOfType(spec, typeOf(resource)));
  return own.reduce((each, spec) => {
    const fields = fieldsAt(each.value, spec).filter((field) => holdsVariable(valueAt(each.value, field)));
    return fields.reduce((before, field) => (spec.spot === null ? before : noted(before, field, spec.spot, isDecisive(field))), each);
  }, resource);
}

/** A field that gets a value from elsewhere. One that decides how the installation is converted must not. */
export function withUnknown(resource: BuiltResource, field: Path, spot: NodePath): BuiltResource {
  return noted(resource, field, spot, isDecisive(field) || SECRETS.has(field.join('.')));
}

function noted(resource: BuiltResource, field: Path, spot: NodePath, decides: boolean): BuiltResource {
  const unknown = { ...resource, unknownFields: [...resource.unknownFields, field] };
  if (IDENTITY.some((each) => isAlong(each, field)))
    return opaque(unknown, problemAt('identity', spot, `${field.join('.')} says which object it is, and its value comes from elsewhere`));
  if (!decides) return unknown;
  return opaque(
    unknown,
    problemAt('replacement', spot, `${field.join('.')} decides how the installation is converted, and its value comes from elsewhere`),
  );
}

/** Patches and references find an installation by these. */
const IDENTITY: readonly Path[] = [['apiVersion'], ['kind'], ['metadata', 'name'], ['metadata', 'namespace']];

/** A resource that something selects, by labels or annotations that may not be what they seem: nobody knows whether it is chosen. */
export function chosenBy(resource: BuiltResource, selector: Selector, spot: NodePath): BuiltResource {
  if (!resource.followed) return resource;
  const field = resource.unknownFields.find((each) => selectsBy(selector, each));
  return field === undefined
    ? resource
    : opaque(
        resource,
        problemAt(
          'replacement',
          spot,
          `${field.join('.')} gets its value from elsewhere, and decides whether the installation is selected`,
        ),
      );
}

function selectsBy({ labelSelector, annotationSelector }: Selector, [top, list, key = '']: Path): boolean {
  const selector = list === 'labels' ? labelSelector : list === 'annotations' ? annotationSelector : null;
  return top === 'metadata' && selector !== null && selector.text.includes(String(key));
}

/** A field that gets a value from elsewhere, and that a patch may need: the field itself, or what is there because of it. */
export const unknownNeeded = ({ unknownFields }: BuiltResource, fragment: Fragment): Path | null =>
  unknownFields.find((field) => touches(fragment, field)) ?? null;

function touches({ form, value }: Fragment, field: Path): boolean {
  if (form !== 'json6902') return valueAt(value, field) !== undefined;
  return readOperations(value).some(({ path, from }) =>
    [path, from].some((pointer) => pointer !== null && isAlong((parsePointer(pointer) ?? []).slice(0, -1), field)),
  );
}

/** What operations copy or move from a field whose value is not known is not known either. */
export function withCopies(resource: BuiltResource, { form, value }: Fragment, spot: NodePath): BuiltResource {
  if (form !== 'json6902' || resource.unknownFields.length === 0) return resource;
  return readOperations(value).reduce((each, { path, from }) => {
    const source = from === null ? null : parsePointer(from);
    const isUnknown = source !== null && each.unknownFields.some((field) => isAlong(source, field));
    return isUnknown ? withUnknown(each, parsePointer(path) ?? [], spot) : each;
  }, resource);
}

/** What the Secret of a database holds decides, too. */
const SECRETS: ReadonlySet<string> = new Set(['spec', 'spec.database', 'spec.database.secret']);

/** The steps of a field path up to the first that is not a plain key. */
function stepsBefore(path: string): string[] {
  const steps = path.split('.');
  const end = steps.findIndex((step) => !/^[A-Za-z0-9_-]+$/.test(step));
  return end === -1 ? steps : steps.slice(0, end);
}

function holdsVariable(value: Value | undefined): boolean {
  if (value === undefined) return false;
  if (isMap(value)) return [...value.values()].some(holdsVariable);
  return isList(value) ? value.some(holdsVariable) : value.text.includes('$(');
}
