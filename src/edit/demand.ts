import { Fingerprints } from '../model/same.ts';
import { isMap } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { convert } from '../operator/convert.ts';
import type { ConvertOptions } from '../operator/convert.ts';
import { EditRefused } from '../yaml/refused.ts';

/** One variant in which a patch applies: the ClusterInstallation before and after it, and how each of them is converted. */
export interface PatchContext {
  readonly before: ValueMap;
  /** Null where the patch deletes the object. */
  readonly after: ValueMap | null;
  readonly beforeOptions: ConvertOptions;
  readonly afterOptions: ConvertOptions;
}

/** What a rewritten patch must do in a variant: lead from the conversion of the state before to the conversion of the state after. */
export interface Demand {
  readonly base: ValueMap;
  readonly wanted: ValueMap | null;
  readonly options: ConvertOptions;
  readonly optionsBefore: ConvertOptions;
  /** Indexes of the contexts that want this. */
  readonly contexts: readonly number[];
}

/** The distinct demands of some contexts. */
export function demandsOf(contexts: readonly PatchContext[]): Demand[] {
  const fingerprints = new Fingerprints();
  const demands = new Map<string, Demand & { contexts: number[] }>();
  for (const [index, { before, after, beforeOptions, afterOptions }] of contexts.entries()) {
    const base = convert(before, beforeOptions);
    const wanted = after === null ? null : convert(after, afterOptions);
    const states = [fingerprints.of(base), wanted === null ? null : fingerprints.of(wanted)];
    const id = JSON.stringify([states, decisionId(beforeOptions), decisionId(afterOptions), afterOptions.unknown]);
    const known = demands.get(id);
    if (known === undefined) demands.set(id, { base, wanted, options: afterOptions, optionsBefore: beforeOptions, contexts: [index] });
    else known.contexts.push(index);
  }
  return [...demands.values()];
}

export const decisionId = ({ fileStore, database }: ConvertOptions): string => `${fileStore} ${database}`;

/** No single text serves all variants. */
export class VariantsDisagree extends EditRefused {
  /** Groups of contexts, by their indexes, that want the same. */
  readonly groups: readonly (readonly number[])[];

  constructor(message: string, offset: number, groups: readonly (readonly number[])[]) {
    super('variants-disagree', message, offset);
    this.groups = groups;
  }

  override movedTo(origin: (offset: number) => number): VariantsDisagree {
    return new VariantsDisagree(this.message, origin(this.refusal.offset), this.groups);
  }
}

/** The contexts of demands, grouped by what they want. */
export function groupsOf(demands: readonly Demand[], wants: (demand: Demand) => unknown): number[][] {
  const groups = new Map<unknown, number[]>();
  for (const demand of demands) groups.set(wants(demand), [...(groups.get(wants(demand)) ?? []), ...demand.contexts]);
  return [...groups.values()];
}

/** A place where states differ from what is wanted; one value for each demand, undefined where there is none. */
export interface Difference {
  readonly path: Path;
  /** Maps are wanted, and only an empty one is lacking. */
  readonly isEmptyMap: boolean;
  readonly actual: readonly (Value | undefined)[];
  readonly wanted: readonly (Value | undefined)[];
}

/**
 * The outermost places where states differ from what is wanted. Goes into maps as long as all that is wanted and all that is there are maps;
 * with `create`, also where a map is wanted and some states lack it, unless all lack it and want the same.
 */
export function differencesOf(
  actual: readonly (Value | undefined)[],
  wanted: readonly (Value | undefined)[],
  create: boolean,
): Difference[] {
  return new Comparison(create).compare({ path: [], isEmptyMap: false, actual, wanted });
}

class Comparison {
  readonly #fingerprints = new Fingerprints();
  readonly #create: boolean;

  constructor(create: boolean) {
    this.#create = create;
  }

  compare(difference: Difference): Difference[] {
    const { path, actual, wanted } = difference;
    if (wanted.every((value, index) => this.#same(value, actual[index]))) return [];
    if (!this.#descends(difference)) return [difference];
    const keys = new Set([...actual, ...wanted].flatMap((value) => (isMap(value) ? [...value.keys()] : [])));
    const below = [...keys].flatMap((key) =>
      this.compare({ path: [...path, key], isEmptyMap: false, actual: actual.map(entry(key)), wanted: wanted.map(entry(key)) }),
    );
    return below.length > 0 ? below : [{ ...difference, isEmptyMap: true }];
  }

  #descends({ actual, wanted }: Difference): boolean {
    if (!wanted.every(isMap)) return false;
    if (actual.every(isMap)) return true;
    if (!this.#create || !actual.every((value) => value === undefined || isMap(value))) return false;
    return actual.some(isMap) || !wanted.every((value) => this.#same(value, wanted[0]));
  }

  #same(a: Value | undefined, b: Value | undefined): boolean {
    if (a === undefined || b === undefined) return a === b;
    return this.#fingerprints.of(a) === this.#fingerprints.of(b);
  }
}

const entry =
  (key: string) =>
  (value: Value | undefined): Value | undefined =>
    isMap(value) ? value.get(key) : undefined;
