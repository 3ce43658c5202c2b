import { isList, isMap, isScalar } from './value.ts';
import type { Scalar, Value, ValueList, ValueMap } from './value.ts';

/**
 * Gives equal values equal numbers, so that trees shared through aliases are compared in linear time however often they expand. Maps are
 * unordered; scalars are equal when source text, tag and being a string (or not) to Kubernetes are.
 */
export class Fingerprints {
  readonly #known = new WeakMap<object, number>();
  readonly #ids = new Map<string, number>();

  of(value: Value): number {
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    const id = this.#intern(this.#describe(value));
    this.#known.set(value, id);
    return id;
  }

  #describe(value: Value): string {
    if (isMap(value)) {
      const entries = [...value].map(([key, child]) => `${JSON.stringify(key)}:${this.of(child)}`);
      return `map ${entries.sort().join(',')}`;
    }
    if (isList(value)) return `list ${value.map((child) => this.of(child)).join(',')}`;
    return describeScalar(value);
  }

  #intern(description: string): number {
    const id = this.#ids.get(description) ?? this.#ids.size;
    this.#ids.set(description, id);
    return id;
  }
}

const describeScalar = ({ text, tag, value }: Scalar): string =>
  `${typeof value === 'string' ? 'string' : 'other'} ${tag ?? ''} ${JSON.stringify(text)}`;

/** Whether two values mean the same to every reader, by the rules of fingerprints. */
export const sameValue = (a: Value, b: Value): boolean => firstDifference(a, b) === null;

/** The same of values that may be missing. */
export const sameOrMissing = (a: Value | undefined, b: Value | undefined): boolean =>
  a === undefined || b === undefined ? a === b : sameValue(a, b);

/** The innermost values in which two values differ, in document order the first; null when they mean the same. */
export const firstDifference = (a: Value, b: Value): readonly [Value, Value] | null => new Difference().between(a, b);

/** Looks for one. What aliases share is looked at once for each value that it is compared with. */
class Difference {
  readonly #same = new Map<Value, Value>();

  between(a: Value, b: Value): readonly [Value, Value] | null {
    if (a === b || this.#same.get(a) === b) return null;
    const found = isScalar(a) ? (isScalar(b) && sameScalar(a, b) ? null : ([a, b] as const)) : this.#below(a, b);
    if (found === null && !isScalar(a)) this.#same.set(a, b);
    return found;
  }

  #below(a: ValueList | ValueMap, b: Value): readonly [Value, Value] | null {
    if (isMap(a)) return isMap(b) ? this.#inMaps(a, b) : [a, b];
    return isList(b) ? this.#inLists(a, b) : [a, b];
  }

  #inMaps(a: ValueMap, b: ValueMap): readonly [Value, Value] | null {
    let isMissing = a.size !== b.size;
    for (const [key, child] of a) {
      const other = b.get(key);
      const found = other === undefined ? null : this.between(child, other);
      if (found !== null) return found;
      isMissing ||= other === undefined;
    }
    return isMissing ? [a, b] : null;
  }

  #inLists(a: ValueList, b: ValueList): readonly [Value, Value] | null {
    for (const [index, child] of a.entries()) {
      const other = b[index];
      const found = other === undefined ? null : this.between(child, other);
      if (found !== null) return found;
    }
    return a.length === b.length ? null : [a, b];
  }
}

const sameScalar = (a: Scalar, b: Scalar): boolean =>
  a.text === b.text && a.tag === b.tag && (typeof a.value === 'string') === (typeof b.value === 'string');
