import { isList, isMap, isScalar, stringAt } from '../model/value.ts';
import type { Value, ValueMap } from '../model/value.ts';

/** Present in a database Secret, it makes the database external; its value does not matter. */
export const CONNECTION_STRING = 'DB_CONNECTION_STRING';
/** All of them, none empty, make the database operator-managed. */
export const OPERATOR_MANAGED_KEYS = ['ROOT_PASSWORD', 'USER', 'PASSWORD', 'DATABASE'] as const;
/** Every key of a Secret that the operator looks at. */
export const OPERATOR_KEYS: ReadonlySet<string> = new Set([
  CONNECTION_STRING,
  ...OPERATOR_MANAGED_KEYS,
  'DB_CONNECTION_CHECK_URL',
  'MM_SQLSETTINGS_DATASOURCE',
  'MM_SQLSETTINGS_DATASOURCEREPLICAS',
  'accesskey',
  'secretkey',
  'license',
]);

/** What is known about the keys of a Secret. No value is kept, only whether one is visibly empty. */
export interface KeySet {
  readonly keys: ReadonlySet<string>;
  /** Those of `keys` whose value is written down and empty. */
  readonly emptyKeys: ReadonlySet<string>;
  /** False when there may be more keys than these. */
  readonly complete: boolean;
}

export const NO_KEYS: KeySet = { keys: new Set(), emptyKeys: new Set(), complete: true };
export const UNKNOWN_KEYS: KeySet = { keys: new Set(), emptyKeys: new Set(), complete: false };

/** What Kubernetes accepts as a key. Anything else is a placeholder, or text that should not be repeated. */
export const isKey = (text: string): boolean => text.length <= 253 && /^[-._a-zA-Z0-9]+$/.test(text);

/** A set of names, each held with a value that can't be seen. Names that can't be keys leave the set incomplete. */
export function namedKeys(names: readonly (string | null)[]): KeySet {
  const valid = names.filter((name): name is string => name !== null && isKey(name));
  return { keys: new Set(valid), emptyKeys: new Set(), complete: valid.length === names.length };
}

/** Whether a field says anything: not absent, not null, not an empty map or list. */
export function isGiven(value: Value | undefined): value is Value {
  if (value === undefined) return false;
  if (isMap(value)) return value.size > 0;
  return isList(value) ? value.length > 0 : value.value !== null;
}

/** The keys of a map such as `data`. A map that isn't written out (`data: ${DATA}`) is unknown. */
export function keysOfMap(value: Value | undefined): KeySet {
  if (!isGiven(value)) return NO_KEYS;
  if (!isMap(value)) return UNKNOWN_KEYS;
  return unite([...value].map(([key, entry]) => keyOfEntry(key, entry)));
}

/** The keys of a map whose values say nothing about the Secret's, such as encrypted ones. */
export function namesOfMap(value: Value | undefined): KeySet {
  if (!isGiven(value)) return NO_KEYS;
  return isMap(value) ? namedKeys([...value.keys()]) : UNKNOWN_KEYS;
}

/** A null is an empty value to the API server and the removal of the key to a patch, so it answers nothing. */
function keyOfEntry(key: string, value: Value): KeySet {
  if (!isKey(key) || !isScalar(value) || value.value === null) return UNKNOWN_KEYS;
  return keyWith(key, value.text === '');
}

/** One key, and whether its value is visibly empty. */
export function keyWith(key: string, empty: boolean): KeySet {
  return { keys: new Set([key]), emptyKeys: new Set(empty ? [key] : []), complete: true };
}

/** The names that the maps of a list carry under one field: `data[].secretKey`. */
export function keysInList(value: Value | undefined, field: string): KeySet {
  if (!isGiven(value)) return NO_KEYS;
  if (!isList(value)) return UNKNOWN_KEYS;
  return namedKeys(value.map((item) => stringAt(item, [field])));
}

/** Everything that any of the sets holds. Which value wins is open, so a key counts as empty only if it is so wherever it stands. */
export function unite(sets: readonly KeySet[]): KeySet {
  const keys = new Set(sets.flatMap((set) => [...set.keys]));
  const filled = new Set(sets.flatMap((set) => [...set.keys].filter((key) => !set.emptyKeys.has(key))));
  return {
    keys,
    emptyKeys: new Set([...keys].filter((key) => !filled.has(key))),
    complete: sets.every((set) => set.complete),
  };
}

/** The union where the upper set's values win. */
export function overlay(lower: KeySet, upper: KeySet): KeySet {
  const covered = [...lower.emptyKeys].filter((key) => !upper.keys.has(key));
  return {
    keys: new Set([...lower.keys, ...upper.keys]),
    emptyKeys: new Set([...covered, ...upper.emptyKeys]),
    complete: lower.complete && upper.complete,
  };
}

/** The maps of a list; anything else in it is left out. */
export const mapsIn = (value: Value | undefined): ValueMap[] => (isList(value) ? value.filter(isMap) : []);
