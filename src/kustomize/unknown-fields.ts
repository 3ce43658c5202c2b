import { isList, isMap, valueAt } from '../model/value.ts';
import type { Path, Value } from '../model/value.ts';
import type { FieldSpec } from './configuration.ts';
import { isDecisive } from './field-changes.ts';
import { fieldsAt, isOfType } from './field-spec.ts';
import type { Replacement } from './replacement.ts';
import { opaque, typeOf } from './resource.ts';
import type { BuiltResource } from './resource.ts';
import { literalTest } from './selector.ts';
import { troubleAt } from './trouble.ts';
import type { Spot } from './trouble.ts';

/** A resource that a replacement may write into. What it writes is not followed. */
export function withReplacement(resource: BuiltResource, { targets }: Replacement): BuiltResource {
  if (!resource.followed) return resource;
  const own = targets.filter(({ select, reject }) => select !== null && literalTest(select)(resource) && !reject.some((each) => literalTest(each)(resource)));
  return own.reduce((each, { spot, fieldPaths }) => fieldPaths.reduce((before, { text }) => withUnknown(before, stepsBefore(text), spot), each), resource);
}

/** Fields in which a variable stands that kustomize fills in. The name of a Secret with one in it is known to no manifest, but the user may know. */
export function withVariables(resource: BuiltResource, references: readonly FieldSpec[]): BuiltResource {
  const own = references.filter((spec) => isOfType(spec, typeOf(resource)));
  return own.reduce((each, spec) => {
    const fields = fieldsAt(each.value, spec).filter((field) => holdsVariable(valueAt(each.value, field)));
    return fields.reduce((before, field) => (spec.spot === null ? before : noted(before, field, spec.spot, isDecisive(field))), each);
  }, resource);
}

/** A field that gets a value from elsewhere. One that decides how the installation is converted must not. */
export function withUnknown(resource: BuiltResource, field: Path, spot: Spot): BuiltResource {
  return noted(resource, field, spot, isDecisive(field) || SECRETS.has(field.join('.')));
}

function noted(resource: BuiltResource, field: Path, spot: Spot, decides: boolean): BuiltResource {
  const unknown = { ...resource, unknownFields: [...resource.unknownFields, field] };
  if (!decides) return unknown;
  return opaque(unknown, troubleAt('replacement', spot, `${field.join('.')} decides how the installation is converted, and its value comes from elsewhere`));
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
