import type { Scalar, ScalarValue } from '../model/value.ts';

/**
 * Plain scalars as Kubernetes reads them: the resolver of go-yaml v2 behind `sigs.k8s.io/yaml` (its resolve.go), which knows YAML 1.1
 * booleans, octal with a leading 0 and underscores, but neither sexagesimal numbers nor dates (those stay strings in JSON).
 */

const WORDS = new Map<string, ScalarValue>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INTEGERS: readonly (readonly [RegExp, string])[] = [
  [/^0[xX]([0-9a-fA-F]+)$/, '0x'],
  [/^0[bB]([01]+)$/, '0b'],
  [/^0[oO]?([0-7]+)$/, '0o'],
  [/^([1-9][0-9]*|0)$/, ''],
];

const YAML_TAG = 'tag:yaml.org,2002:';

function parseInteger(text: string): number | bigint | undefined {
  const sign = /^[-+]?/.exec(text)?.[0] ?? '';
  const digits = text.slice(sign.length);
  for (const [form, prefix] of INTEGERS) {
    const match = form.exec(digits);
    if (match === null) continue;
    const size = BigInt(prefix + match[1]);
    const value = sign === '-' ? -size : size;
    if (value < -(2n ** 63n) || value >= (sign === '+' ? 2n ** 63n : 2n ** 64n)) return undefined;
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  return undefined;
}

/** After a leading dot, underscores may only stand between digits; elsewhere they are ignored. */
function parseNumber(text: string): number | bigint | undefined {
  if (!/^[-+.0-9]/.test(text) || (text.startsWith('.') && /_(?![0-9])|(?<![0-9])_/.test(text))) return undefined;
  const digits = text.replaceAll('_', '');
  const integer = parseInteger(digits.replace(/^0b([-+])/, '$10b')); // it reads a sign after the prefix as well
  if (integer !== undefined) return integer;
  if (!FLOAT.test(digits)) return undefined;
  const float = Number(digits);
  return Number.isFinite(float) ? float : undefined;
}

function resolvePlain(text: string): ScalarValue {
  const word = WORDS.get(text);
  return word === undefined ? (parseNumber(text) ?? text) : word;
}

/** A scalar with the value Kubernetes gives it. An explicit `!!str` (or the non-specific `!`) keeps it a string. */
export function makeScalar(text: string, plain: boolean, tag: string | null = null): Scalar {
  const typed = tag !== null && tag.startsWith(YAML_TAG) && !/:(?:str|binary)$/.test(tag);
  const resolves = typed || (plain && tag === null);
  return { text, plain, tag, value: resolves ? resolvePlain(text) : text };
}
