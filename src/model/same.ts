import { isList, isMap } from './value.ts';
import type { Scalar, Value } from './value.ts';

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

/** Whether two values mean the same to every reader. */
export function sameValue(a: Value, b: Value): boolean {
  const fingerprints = new Fingerprints();
  return fingerprints.of(a) === fingerprints.of(b);
}

/** The innermost values in which two values differ, in document order the first; null when they mean the same. */
export function firstDifference(a: Value, b: Value, fingerprints = new Fingerprints()): readonly [Value, Value] | null {
  if (fingerprints.of(a) === fingerprints.of(b)) return null;
  for (const [inA, inB] of childPairs(a, b)) {
    const found = inB === undefined ? null : firstDifference(inA, inB, fingerprints);
    if (found !== null) return found;
  }
  return [a, b];
}

function childPairs(a: Value, b: Value): [Value, Value | undefined][] {
  if (isMap(a) && isMap(b)) return [...a].map(([key, child]) => [child, b.get(key)]);
  return isList(a) && isList(b) ? a.map((child, index) => [child, b[index]]) : [];
}
