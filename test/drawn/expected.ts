import { convert, fileStoreAsWritten } from '../../src/operator/convert.ts';
import { withoutEmpty } from '../../src/operator/equivalent.ts';
import type { DatabaseKind } from '../../src/model/installation.ts';
import { isMap, stringAt, valueAt } from '../../src/model/value.ts';
import type { ValueMap } from '../../src/model/value.ts';
import type { Question } from '../oracle/operator.ts';
import { meaning } from '../kustomize/binary.ts';
import type { BuiltRoot } from './build.ts';

/** Where roots build anything but the conversion of what they built before, and all else as it was. */
export function differencesIn(
  before: ReadonlyMap<string, BuiltRoot>,
  after: ReadonlyMap<string, BuiltRoot>,
  isConverted: (name: string) => boolean,
): string[] {
  return [...before].flatMap(([root, then]) => {
    const now = after.get(root);
    if ('error' in then) return [];
    if (now === undefined) return [`${root} is gone`];
    if ('error' in now) return [`${root} does not build any more: ${now.error}`];
    const expected = then
      .map((object) => (isInstallation(object) && isConverted(nameOf(object)) ? converted(object, then, before.values()) : object))
      .map(shown)
      .sort();
    const found = now.map(shown).sort();
    const [missing, extra] = [without(expected, found), without(found, expected)];
    return missing.length + extra.length === 0 ? [] : [`${root} builds\n${extra.join('\n')}\nand not\n${missing.join('\n')}`];
  });
}

/** What to ask the operator: each installation that was converted, with the Secrets that are built beside it, before and after. */
export function questionsOf(
  before: ReadonlyMap<string, BuiltRoot>,
  after: ReadonlyMap<string, BuiltRoot>,
  isConverted: (name: string) => boolean,
): Question[] {
  return [...before].flatMap(([root, then]) => {
    const now = after.get(root);
    if ('error' in then || now === undefined || 'error' in now) return [];
    return then
      .filter((object) => isInstallation(object) && isConverted(nameOf(object)))
      .flatMap((object): Question[] => {
        const found = now.find((each) => stringAt(each, ['kind']) === 'Mattermost' && placeOf(each) === placeOf(object));
        if (found === undefined) return [];
        const secrets = then.filter(
          (each) => stringAt(each, ['kind']) === 'Secret' && nameOf(each) === stringAt(object, ['spec', 'database', 'secret']),
        );
        return [
          {
            before: textOf([object, ...secrets]),
            after: textOf([found, ...secrets]),
            database: databaseOf(object, then, before.values()) as 'external' | 'operator-managed',
            modern: false,
          },
        ];
      });
  });
}

const placeOf = (object: ValueMap): string => `${stringAt(object, ['metadata', 'namespace']) ?? ''}/${nameOf(object)}`;

const textOf = (objects: readonly ValueMap[]): string => objects.map((object) => `${JSON.stringify(meaning(object))}\n`).join('---\n');

const without = (list: readonly string[], others: readonly string[]): string[] => list.filter((each) => !others.includes(each));

const isInstallation = (object: ValueMap): boolean => stringAt(object, ['kind']) === 'ClusterInstallation';

const nameOf = (object: ValueMap): string => stringAt(object, ['metadata', 'name']) ?? '';

function converted(object: ValueMap, built: readonly ValueMap[], all: Iterable<BuiltRoot>): ValueMap {
  return convert(object, { database: databaseOf(object, built, all), fileStore: fileStoreAsWritten(object), ingress: 'keep', unknown: [] });
}

/**
 * Decided by the Secret that is built beside it, as the operator does in the cluster. A base without it is completed by what is built from it,
 * and what nobody builds is external, as the run is told.
 */
function databaseOf(object: ValueMap, built: readonly ValueMap[], all: Iterable<BuiltRoot>): DatabaseKind {
  const name = stringAt(object, ['spec', 'database', 'secret']);
  if (name === null) return 'operator-managed';
  const elsewhere = [...all].flatMap((each) => ('error' in each ? [] : each));
  const secret = [built, elsewhere].flatMap(
    (objects) => objects.find((each) => stringAt(each, ['kind']) === 'Secret' && nameOf(each) === name) ?? [],
  )[0];
  if (secret === undefined) return 'external';
  const keys = ['data', 'stringData'].flatMap((field) => {
    const values = valueAt(secret, [field]);
    return isMap(values) ? [...values.keys()] : [];
  });
  return keys.includes('DB_CONNECTION_STRING') ? 'external' : 'operator-managed';
}

/** An object without its order, and without what the operator takes for nothing. Patches of engines follow what they patch. */
function shown(object: ValueMap): string {
  const kind = stringAt(object, ['kind']) ?? '';
  const value = meaning(kind === 'Mattermost' ? withoutEmpty(object) : object);
  return JSON.stringify(value, (key, inner: unknown) =>
    ENGINES.includes(kind) && PATCHES.includes(key)
      ? null
      : isObject(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
  );
}

const ENGINES = ['Application', 'ApplicationSet', 'Kustomization'];
const PATCHES = ['patches', 'patchesStrategicMerge', 'patchesJson6902'];

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
