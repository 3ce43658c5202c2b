import { isMap, isScalar, nest, NULL, valueAt, withValueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import type { ConversionOptions } from '../operator/convert.ts';
import { CONTAINERS, FIELDS, NEW, OLD } from '../operator/fields.ts';
import type { FieldMove } from '../operator/fields.ts';
import type { Operation } from '../yaml/primitives.ts';
import type { PatchExpectation } from './expectation.ts';
import { planOperations } from './plan.ts';

/**
 * The operations that map a patch's own fields: as for an installation, but for what a patch has of its own. `null`, `$patch` and `{}` travel,
 * a header that is not the old one stays, and a number of replicas is left to the repair, which knows what it overrides.
 */
export function planMergePatch(patch: ValueMap, options: ConversionOptions, expectations: readonly PatchExpectation[]): Operation[][] {
  const unknown = [...unknownFields(patch), ...expectations.flatMap((expectation) => expectation.options.unknown)].filter(
    (path) => valueAt(patch, path) !== undefined,
  );
  const [first = [], ...rest] = planOperations(withoutReplicas(patch), { ...options, ingress: 'keep', unknown });
  const mapped = first.filter((operation) => !isRootDirective(operation) && !isForeignHeader(operation, patch));
  const turned = CONTAINERS.reduce((operations, container) => turnOff(operations, patch, container, expectations), mapped);
  return [CONTAINERS.reduce((operations, { from }) => collapse(operations, patch, from), turned), ...rest].filter(
    (batch) => batch.length > 0,
  );
}

/**
 * The operations that map a value which an operation of a JSON6902 patch writes at a field (`spec`, or a map that is spread). `path` is where
 * the value stands in the document.
 */
export function planValue(value: ValueMap, field: Path, path: Path, options: ConversionOptions): Operation[][] {
  const nested = nest(field, value) as ValueMap;
  const unknown = [...unknownFields(nested), ...options.unknown].filter(
    (each) => each.length > field.length && valueAt(nested, each) !== undefined,
  );
  const batches = planOperations(nested, { ...options, ingress: 'keep', unknown });
  return batches
    .map((batch) =>
      batch
        .filter((operation) => operation.path.length > field.length || operation.op === 'wrap')
        .map((operation) => ({ ...operation, path: [...path, ...operation.path.slice(field.length)] })),
    )
    .filter((batch) => batch.length > 0);
}

/** Fields that no ClusterInstallation has, at the levels that the field map spreads. Such a field never had an effect. */
function unknownFields(patch: ValueMap): Path[] {
  return [['spec'], ...CONTAINERS.map(({ from }) => from)].flatMap((path) => {
    const map = valueAt(patch, path);
    return isMap(map) ? [...map.keys()].map((key) => [...path, key]).filter((each) => !isKnown(each)) : [];
  });
}

const isKnown = (path: Path): boolean =>
  ['$patch', '<<'].includes(String(path.at(-1))) ||
  FIELDS.some(({ from }) => isSame(from, path)) ||
  CONTAINERS.some(({ from }) => isSame(from, path));

export const isSame = (a: Path, b: Path): boolean => a.length === b.length && a.every((step, index) => step === b[index]);

const withoutReplicas = (patch: ValueMap): ValueMap =>
  FIELDS.filter(({ value, from }) => value === 'replicas' && isScalar(valueAt(patch, from))).reduce(
    (masked, { from }) => withValueAt(masked, from, NULL) as ValueMap,
    patch,
  );

const isRootDirective = ({ op, path }: Operation): boolean => op === 'delete' && isSame(path, ['$patch']);

/** A patch with a target may carry any kind. */
const isForeignHeader = ({ op, path }: Operation, patch: ValueMap): boolean =>
  op === 'set' &&
  ((isSame(path, ['apiVersion']) && textAt(patch, 'apiVersion') !== OLD.apiVersion) ||
    (isSame(path, ['kind']) && textAt(patch, 'kind') !== OLD.kind));

/** The text of a scalar at a key, whatever it means. */
export const textAt = (patch: Value, key: string): string | null => {
  const scalar = valueAt(patch, [key]);
  return isScalar(scalar) ? scalar.text : null;
};

/** The header that a rewritten patch must have. */
export function expectedHeader(patch: ValueMap): ReadonlyMap<string, string | null> {
  const [apiVersion, kind] = [textAt(patch, 'apiVersion'), textAt(patch, 'kind')];
  return new Map([
    ['apiVersion', apiVersion === OLD.apiVersion ? NEW.apiVersion : apiVersion],
    ['kind', kind === OLD.kind ? NEW.kind : kind],
  ]);
}

/** Whether a header is already that of the new kind. */
export const isConverted = (patch: ValueMap): boolean =>
  textAt(patch, 'apiVersion') === NEW.apiVersion && textAt(patch, 'kind') === NEW.kind;

const isDeletion =
  (path: Path) =>
  (operation: Operation): boolean =>
    operation.op === 'delete' && isSame(operation.path, path);

/** A map of which nothing is left goes as a whole. */
function collapse(operations: readonly Operation[], patch: ValueMap, from: Path): Operation[] {
  const map = valueAt(patch, from);
  if (!isMap(map) || map.size === 0) return [...operations];
  const isEmptied = [...map.keys()].every((key) => operations.some(isDeletion([...from, key])));
  if (!isEmptied) return [...operations];
  const others = operations.filter(({ path }) => !isSame(path.slice(0, from.length), from));
  return [...others, { op: 'delete', path: from }];
}

/** A field that goes, in a patch by which the whole group around its target goes (`externalURL: ''`), becomes that group's `null`. */
function turnOff(
  operations: readonly Operation[],
  patch: ValueMap,
  container: { readonly from: Path; readonly to: Path },
  expectations: readonly PatchExpectation[],
): Operation[] {
  const groups = ['external', 'operatorManaged'].filter((group) =>
    expectations.every((expectation) => vanishes(expectation, container.to, group)),
  );
  return groups.reduce(
    (all, group) => {
      const member = FIELDS.find(
        (field) =>
          isMember(field, [...container.to, group], container.from) &&
          isOneLine(valueAt(patch, field.from)) &&
          all.some(isDeletion(field.from)),
      );
      if (member === undefined) return all;
      return [
        ...all.filter((each) => !isDeletion(member.from)(each)),
        { op: 'set', path: member.from, text: 'null', string: false },
        { op: 'rename', path: member.from, key: group },
      ];
    },
    [...operations],
  );
}

const isMember = ({ to, from }: FieldMove, group: Path, container: Path): boolean =>
  to !== null && isSame(to.slice(0, -1), group) && isSame(from.slice(0, -1), container);

const isOneLine = (value: Value | undefined): boolean => isScalar(value) && value.tag === null && !value.text.includes('\n');

function vanishes({ base, expected }: PatchExpectation, container: Path, group: string): boolean {
  if (expected === null || !isMap(valueAt(expected, container))) return false;
  return valueAt(base, [...container, group]) !== undefined && valueAt(expected, [...container, group]) === undefined;
}
