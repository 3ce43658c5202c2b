import { isList, isMap, type Scalar, type Value } from '../model/value.ts';

/** Data without types of its own, as JSON has it. */
export type Plain = string | number | boolean | null | Plain[] | { [name: string]: Plain };

/** Aliases can make a small document mean an enormous one; real manifests hold some hundred values. */
const limits = { values: 100_000, depth: 500 } as const;

interface Converted {
  readonly plain: Plain;
  /** Values with every alias written out. */
  readonly size: number;
}

/**
 * The data that the API server checks: as Kubernetes reads it, and without nulls in maps, which the server prunes. Parts that aliases share
 * stay shared.
 * @returns null for more than 100,000 values with every alias written out, for more than 500 levels, or where an alias leads back into its own anchor.
 */
export function toPlain(value: Value): Plain | null {
  const converted = new Converter().convert(value, 0);
  return converted === null ? null : converted.plain;
}

/** The same with no more than so many items in a list; the very object where no list is longer. */
export function shortened(plain: Plain, length: number): Plain {
  if (Array.isArray(plain)) {
    const items = plain.slice(0, length).map((item) => shortened(item, length));
    return plain.length <= length && items.every((item, index) => item === plain[index]) ? plain : items;
  }
  if (typeof plain !== 'object' || plain === null) return plain;
  const entries = Object.entries(plain).map(([key, child]) => [key, shortened(child, length)] as const);
  if (entries.every(([key, child]) => child === plain[key])) return plain;
  const copy = Object.create(null) as Record<string, Plain>;
  for (const [key, child] of entries) copy[key] = child;
  return copy;
}

class Converter {
  readonly #done = new Map<Value, Converted | null>();

  convert(value: Value, depth: number): Converted | null {
    if (!isMap(value) && !isList(value)) return { plain: scalarToPlain(value), size: 1 };
    const known = this.#done.get(value);
    if (known !== undefined || depth > limits.depth) return known ?? null;
    this.#done.set(value, null);
    const converted = isMap(value) ? this.#map(value, depth) : this.#list(value, depth);
    const fits = converted !== null && converted.size <= limits.values ? converted : null;
    this.#done.set(value, fits);
    return fits;
  }

  #map(value: ReadonlyMap<string, Value>, depth: number): Converted | null {
    const plain: Record<string, Plain> = Object.create(null) as Record<string, Plain>;
    let size = 1;
    for (const [key, child] of value) {
      const converted = this.convert(child, depth + 1);
      if (converted === null) return null;
      size += converted.size;
      if (converted.plain !== null) plain[key] = converted.plain;
    }
    return { plain, size };
  }

  #list(value: readonly Value[], depth: number): Converted | null {
    const plain: Plain[] = [];
    let size = 1;
    for (const child of value) {
      const converted = this.convert(child, depth + 1);
      if (converted === null) return null;
      size += converted.size;
      plain.push(converted.plain);
    }
    return { plain, size };
  }
}

const largestInt64 = 2n ** 63n - 1n;
const smallestInt64 = -(2 ** 63);
const largestDoubleInInt64 = 2 ** 63 - 1024;

/** Integers too long for a double keep the one property that schemas ask for: whether they fit into 64 bits. */
function scalarToPlain({ value }: Scalar): Exclude<Plain, object> {
  if (value === smallestInt64) return value * 2; // as a float, JSON has it as -9223372036854776000
  if (typeof value !== 'bigint') return value;
  return value > largestInt64 ? Number(value) : Math.min(Number(value), largestDoubleInInt64);
}
