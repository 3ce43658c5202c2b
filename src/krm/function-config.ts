import { configFrom, noConfig } from '../config/config.ts';
import type { Config } from '../config/config.ts';
import { functionSchema } from '../config/schema.ts';
import { formatPath, isMap, isScalar, stringAt, valueAt } from '../model/value.ts';
import type { Scalar, Value, ValueMap } from '../model/value.ts';

/** What the functionConfig of a ResourceList asks for. */
export interface FunctionConfig {
  readonly config: Config;
  /** Whether an installation that is blocked fails the function. */
  readonly onBlocked: 'fail' | 'warn';
  /** What is wrong with it, for people. */
  readonly problems: readonly string[];
}

const API_VERSION = 'ci2mm.dev/v1alpha1';
const KIND = 'Convert';
const ORIGIN = 'the functionConfig';

/** Reads a functionConfig: a Convert with its `spec`, or a ConfigMap with its `data`, as `kpt fn eval -- key=value` makes it. */
export function readFunctionConfig(value: ValueMap | null): FunctionConfig {
  if (value === null) return { config: noConfig, onBlocked: 'fail', problems: [] };
  const [apiVersion, kind] = [stringAt(value, ['apiVersion']), stringAt(value, ['kind'])];
  if (apiVersion === 'v1' && kind === 'ConfigMap') return ofConfigMap(value);
  if (apiVersion === API_VERSION && kind === KIND) return ofConvert(value);
  return failed([
    `functionConfig must be a ${KIND} of ${API_VERSION} or a ConfigMap of v1; it is a ${kind ?? 'resource without kind'} of ${apiVersion ?? 'no apiVersion'}`,
  ]);
}

const failed = (problems: readonly string[]): FunctionConfig => ({ config: noConfig, onBlocked: 'fail', problems });

const FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'spec']);

function ofConvert(value: ValueMap): FunctionConfig {
  const unknown = [...value.keys()].filter((key) => !FIELDS.has(key));
  if (unknown.length > 0) return failed(unknown.map((key) => `functionConfig.${formatPath([key])}: a ${KIND} has nothing but spec to say`));
  const spec = value.get('spec');
  if (isMap(spec)) return fromMap(spec, 'spec');
  return spec === undefined || isNull(spec) ? readFunctionConfig(null) : failed(['functionConfig.spec must be a map']);
}

const isNull = (value: Value): boolean => isScalar(value) && value.value === null;

function fromMap(map: ValueMap, field: string): FunctionConfig {
  const { config, problems } = configFrom(map, functionSchema, ORIGIN);
  const onBlocked = stringAt(map, ['onBlocked']) === 'warn' ? 'warn' : 'fail';
  return { config, onBlocked, problems: problems.map(({ message }) => `functionConfig.${field}: ${message}`) };
}

/** Keys whose value is a map; in a ConfigMap they are written `a=b, c=d`. */
const MAPS: ReadonlySet<string> = new Set(['databases', 'fileStores', 'rules']);

function ofConfigMap(value: ValueMap): FunctionConfig {
  const data = valueAt(value, ['data']);
  if (!isMap(data)) return readFunctionConfig(null);
  const entries = [...data].filter(([, child]) => isScalar(child) && child.text !== '') as [string, Scalar][];
  const bad = entries.flatMap(([key, { text }]) =>
    (MAPS.has(key) ? pairsOf(text).filter((pair) => !pair.includes('=')) : []).map(
      (pair) => `functionConfig.data.${key}: ${JSON.stringify(pair)} must be written NAME=VALUE`,
    ),
  );
  if (bad.length > 0) return failed(bad);
  return fromMap(new Map(entries.map(([key, scalar]) => [key, MAPS.has(key) ? mapOf(scalar.text) : asText(scalar.text)])), 'data');
}

const pairsOf = (text: string): string[] => text.split(/[\s,]+/).filter((pair) => pair !== '');

function mapOf(text: string): ValueMap {
  return new Map(pairsOf(text).map((pair) => [pair.slice(0, pair.lastIndexOf('=')), asText(pair.slice(pair.lastIndexOf('=') + 1))]));
}

const asText = (text: string): Scalar => ({ text, plain: false, tag: null, value: text });
