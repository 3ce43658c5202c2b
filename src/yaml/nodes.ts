import { isNode, isScalar } from 'yaml';
import type { Node, Pair, Scalar, YAMLMap } from 'yaml';

/** Typed views of the library's loosely typed nodes. */

/** A value the library declares unknown; null for an absent one. */
export const asNode = (value: unknown): Node | null => (isNode(value) ? value : null);

/** With the failsafe schema every scalar holds a string (or nothing), but for the tags `!!binary` and `!!timestamp`. */
export const scalarText = (scalar: Scalar): string => (typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? ''));

/** The resolved key, or null for a key that is no scalar. */
export const keyText = (pair: Pair): string | null => (isScalar(pair.key) ? scalarText(pair.key) : null);

export const pairOf = (map: YAMLMap, key: string): Pair | null => map.items.find((pair) => keyText(pair) === key) ?? null;

export const offsetOf = (node: Node | null): number => node?.range?.[0] ?? 0;
