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
  const digits = withoutUnderscores(text);
  const integer = parseInteger(digits);
  if (integer !== undefined) return integer;
  if (!FLOAT.test(digits)) return undefined;
  const float = Number(digits);
  return Number.isFinite(float) ? float : undefined;
}

/** It reads a sign after the prefix of a binary number as well. */
const withoutUnderscores = (text: string): string => text.replaceAll('_', '').replace(/^0b([-+])/, '$10b');

function resolvePlain(text: string): ScalarValue {
  const word = WORDS.get(text);
  return word === undefined ? (parseNumber(text) ?? text) : word;
}

/** Tags that Kubernetes resolves; every other one leaves a string. */
const RESOLVED = /^tag:yaml\.org,2002:(?:bool|float|int|null)$/;
const BINARY = `${YAML_TAG}binary`;

/** A scalar with the value Kubernetes gives it. An explicit `!!str` (or the non-specific `!`) keeps it a string. */
export function makeScalar(text: string, plain: boolean, tag: string | null = null): Scalar {
  const resolves = tag === null ? plain : RESOLVED.test(tag);
  return { text, plain, tag, value: tag === BINARY ? decoded(text) : resolves ? resolvePlain(text) : text };
}

/** Why Kubernetes can't read a scalar, which fails the whole document; null where it can. */
export function scalarFault(scalar: Scalar): string | null {
  if (!fitsTag(scalar)) return 'a value does not fit the tag that stands on it';
  return typeof scalar.value === 'number' && !Number.isFinite(scalar.value)
    ? 'JSON, into which Kubernetes turns YAML, has no infinite number and no .nan'
    : null;
}

const fitsTag = ({ text, tag, value }: Scalar): boolean =>
  tag === null || !tag.startsWith(YAML_TAG) || fits(tag.slice(YAML_TAG.length), text, value);

function fits(type: string, text: string, value: ScalarValue): boolean {
  switch (type) {
    case 'bool':
      return typeof value === 'boolean';
    case 'null':
      return value === null;
    case 'int':
      return isInteger(text, value);
    case 'float':
      return typeof value === 'number' || (typeof value === 'bigint' && value < 2n ** 63n);
    case 'timestamp':
      return isDate(text);
    case 'binary':
      return isBase64(text);
    default:
      return true;
  }
}

/** Written as an integer: `1e3` and `1.0` are none. */
const isInteger = (text: string, value: ScalarValue): boolean =>
  (typeof value === 'number' || typeof value === 'bigint') && parseInteger(withoutUnderscores(text)) !== undefined;

/** Of the forms of a timestamp, the plain date: what else go-yaml takes depends on its version. */
function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d?)-(\d\d?)$/.exec(text) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

const isBase64 = (text: string): boolean =>
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text.replaceAll(/[\r\n]/g, ''));

function decoded(text: string): string {
  if (!isBase64(text)) return text;
  return new TextDecoder().decode(Uint8Array.from(atob(text.replaceAll(/[\r\n]/g, '')), (char) => char.charCodeAt(0)));
}

/** What Kubernetes makes of a key, which JSON wants to be a string; null where it refuses the key. */
export function keyOf(scalar: Scalar): string | null {
  const { text, tag, value } = scalar;
  if (!fitsTag(scalar) || tag === BINARY || value === null || (typeof value === 'bigint' && value >= 2n ** 63n)) return null;
  if (typeof value !== 'number') return String(value);
  return Number.isFinite(value) ? String(Math.fround(value)) : text;
}
