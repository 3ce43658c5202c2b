import type { DatabaseKind } from '../model/installation.ts';
import { isMap, isScalar, stringAt } from '../model/value.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { identityOf, readBuilt } from './built.ts';

/** What the operator makes of the Secret with these keys; null where it is complete for neither kind of database. */
function kindOf(keys: ReadonlyMap<string, Value>): DatabaseKind | null {
  if (keys.has('DB_CONNECTION_STRING')) return 'external';
  const isFilled = (value: Value | undefined): boolean => isScalar(value) && value.text !== '';
  return ['ROOT_PASSWORD', 'USER', 'PASSWORD', 'DATABASE'].every((key) => isFilled(keys.get(key))) ? 'operator-managed' : null;
}

/**
 * What the database of an installation is by the Secret that is built beside it: the proof looks for itself, and takes nobody's word for
 * which Secret that is and what it holds. Null where none is built, or where it does not tell.
 */
export function builtDatabase(objects: readonly string[], installation: ValueMap): DatabaseKind | null {
  const name = stringAt(installation, ['spec', 'database', 'secret']);
  if (name === null) return null;
  const { namespace } = identityOf(installation);
  for (const text of objects) {
    if (!text.includes(name) || !/^kind: Secret$/m.test(text)) continue;
    const secret = readBuilt(text);
    const own = secret === null ? null : identityOf(secret);
    if (secret === null || own === null || own.kind !== 'Secret' || own.name !== name) continue;
    if (namespace !== null && own.namespace !== null && namespace !== own.namespace) continue;
    return kindOf(new Map([...entriesOf(secret.get('data')), ...entriesOf(secret.get('stringData'))]));
  }
  return null;
}

const entriesOf = (value: Value | undefined): Iterable<readonly [string, Value]> => (isMap(value) ? value : []);
