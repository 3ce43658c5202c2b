import { Fingerprints, sameOrMissing } from '../model/same.ts';
import { isMap } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { convert } from '../operator/convert.ts';
import type { ConversionOptions } from '../operator/convert.ts';

/** One variant in which a patch applies: the ClusterInstallation before and after it, and how each of them is converted. */
export interface PatchContext {
  readonly before: ValueMap;
  /** Null where the patch deletes the object. */
  readonly after: ValueMap | null;
  readonly beforeOptions: ConversionOptions;
  readonly afterOptions: ConversionOptions;
}

/** What a rewritten patch must do in a variant: lead from the conversion of the state before to the conversion of the state after. */
export interface PatchExpectation {
  readonly base: ValueMap;
  readonly expected: ValueMap | null;
  readonly options: ConversionOptions;
  readonly optionsBefore: ConversionOptions;
}

/** The distinct expectations of some contexts. */
export function expectationsOf(contexts: readonly PatchContext[]): PatchExpectation[] {
  const all = contexts.map(({ before, after, beforeOptions, afterOptions }) => ({
    base: convert(before, beforeOptions),
    expected: after === null ? null : convert(after, afterOptions),
    options: afterOptions,
    optionsBefore: beforeOptions,
  }));
  return all.length < 2 ? all : distinct(all);
}

function distinct(all: readonly PatchExpectation[]): PatchExpectation[] {
  const fingerprints = new Fingerprints();
  const expectations = new Map<string, PatchExpectation>();
  for (const each of all) {
    const { base, expected, options, optionsBefore } = each;
    const states = [fingerprints.of(base), expected === null ? null : fingerprints.of(expected)];
    const id = JSON.stringify([states, decisionId(optionsBefore), decisionId(options), options.unknown]);
    if (!expectations.has(id)) expectations.set(id, each);
  }
  return [...expectations.values()];
}

export const decisionId = ({ fileStore, database }: ConversionOptions): string => `${fileStore} ${database}`;

/** A place where states differ from what is expected; one value for each expectation, undefined where there is none. */
export interface StateDifference {
  readonly path: Path;
  /** Maps are expected, and only an empty one is lacking. */
  readonly isEmptyMap: boolean;
  readonly actual: readonly (Value | undefined)[];
  readonly expected: readonly (Value | undefined)[];
}

/**
 * The outermost places where states differ from what is expected. Goes into maps as long as all that is expected and all that is there are
 * maps; with `create`, also where a map is expected and some states lack it, unless all lack it and the same is expected of them.
 */
export function differencesOf(
  actual: readonly (Value | undefined)[],
  expected: readonly (Value | undefined)[],
  create: boolean,
): StateDifference[] {
  return new StateComparison(create).compare({ path: [], isEmptyMap: false, actual, expected });
}

class StateComparison {
  readonly #create: boolean;

  constructor(create: boolean) {
    this.#create = create;
  }

  compare(difference: StateDifference): StateDifference[] {
    const { path, actual, expected } = difference;
    if (expected.every((value, index) => sameOrMissing(value, actual[index]))) return [];
    if (!this.#descends(difference)) return [difference];
    const keys = new Set([...actual, ...expected].flatMap((value) => (isMap(value) ? [...value.keys()] : [])));
    const below = [...keys].flatMap((key) =>
      this.compare({ path: [...path, key], isEmptyMap: false, actual: actual.map(entry(key)), expected: expected.map(entry(key)) }),
    );
    return below.length > 0 ? below : [{ ...difference, isEmptyMap: true }];
  }

  #descends({ actual, expected }: StateDifference): boolean {
    if (!expected.every(isMap)) return false;
    if (actual.every(isMap)) return true;
    if (!this.#create || !actual.every((value) => value === undefined || isMap(value))) return false;
    return actual.some(isMap) || !expected.every((value) => sameOrMissing(value, expected[0]));
  }
}

const entry =
  (key: string) =>
  (value: Value | undefined): Value | undefined =>
    isMap(value) ? value.get(key) : undefined;
