import { hasVariable, isList, isMap, isScalar, type Path, type Value, type ValueMap } from '../model/value.ts';
import { compareReleases, release, type Release } from './releases.ts';
import { availabilityIn, propertyOf, resolveRef, type SchemaNode } from './schemas.ts';
import { findElsewhere, suggestSibling } from './suggest.ts';
import type { SchemaProblem } from './schema-problem.ts';

/** What fields are checked against. */
export interface FieldScope {
  readonly root: SchemaNode;
  /** Completes `is not a field of …`. */
  readonly owner: string;
  /** Null where every field of the schema counts as known. */
  readonly target: Release | null;
  /** Whether a null counts as absent also where the target lacks the field. */
  readonly passNulls: boolean;
}

/** Fields that the API server would prune, and fields that only another release knows or still demands. Types are not looked at. */
export function fieldProblems(value: Value, scope: FieldScope): SchemaProblem[] {
  return inValue(value, scope.root, [], scope);
}

function inValue(value: Value, written: SchemaNode, path: Path, scope: FieldScope): SchemaProblem[] {
  const node = resolveRef(scope.root, written);
  if (isMap(value)) return [...inMap(value, node, path, scope), ...missingBefore(value, node, path, scope)];
  const { items } = node;
  return isList(value) && items !== undefined ? value.flatMap((item, index) => inValue(item, items, [...path, index], scope)) : [];
}

function inMap(map: ValueMap, node: SchemaNode, path: Path, scope: FieldScope): SchemaProblem[] {
  return [...map].flatMap(([key, child]) => {
    const property = propertyOf(node, key);
    if (property !== undefined) return inProperty(child, property, [...path, key], scope);
    const { additionalProperties: free } = node;
    if (typeof free === 'object') return inValue(child, free, [...path, key], scope);
    const anything = free === true || node['x-kubernetes-preserve-unknown-fields'] === true || node.type !== 'object';
    return anything || key.includes('${') ? [] : [unknownField(key, map, node, { path, scope })];
  });
}

function inProperty(value: Value, property: SchemaNode, path: Path, scope: FieldScope): SchemaProblem[] {
  const passes = scope.target === null || (scope.passNulls && isNull(value));
  const found = passes ? { in: true as const } : availabilityIn(scope.target, property);
  if (found.in) return inValue(value, property, path, scope);
  const target = `the target is ${scope.target?.version}`;
  if ('since' in found) {
    return [{ path, code: 'not-yet-in-target', message: `needs operator ${found.since} or later, ${target}`, suggestion: null }];
  }
  return [{ path, code: 'removed-in-target', message: `was removed in operator ${found.removed}, ${target}`, suggestion: null }];
}

const isNull = (value: Value | undefined): boolean =>
  value === undefined || (isScalar(value) && value.value === null && !hasVariable(value));

function unknownField(key: string, map: ValueMap, node: SchemaNode, { path, scope }: { path: Path; scope: FieldScope }): SchemaProblem {
  const { root, target } = scope;
  const isIn = (field: SchemaNode): boolean => target === null || availabilityIn(target, field).in;
  const around = { map, node, root, isIn };
  const suggestion = suggestSibling(key, around);
  const elsewhere = suggestion === null ? findElsewhere(key, around) : null;
  const message = `is not a field of ${scope.owner}${elsewhere === null ? '' : `, ${elsewhere} is`}`;
  return { path: [...path, key], code: 'unknown-field', message, suggestion };
}

/** Fields that the target still demands, though later releases do not. */
function missingBefore(map: ValueMap, node: SchemaNode, path: Path, { target }: FieldScope): SchemaProblem[] {
  return Object.entries(node.requiredUntil ?? {})
    .filter(([name, until]) => isNull(map.get(name)) && target !== null && compareReleases(target, release(until)) < 0)
    .map(([name, until]) => ({
      path: [...path, name],
      code: 'missing-field',
      message: `is required before operator ${until}, the target is ${target?.version}`,
      suggestion: null,
    }));
}
