import { formatPath, isList, isMap } from '../model/value.ts';
import type { Path, Scalar, Value, ValueMap } from '../model/value.ts';
import { nearest } from '../operator/suggest.ts';
import type { ConfigSchema, ConfigType } from './schema.ts';

/** What is wrong with a configuration, and what would be right. */
export interface ConfigProblem {
  readonly path: Path;
  /** Whether the key at the path is meant, or its value. */
  readonly at: 'key' | 'value';
  readonly message: string;
}

/** Holds a value against a schema: every problem, in the order of the text. */
export function checkConfig(value: Value, schema: ConfigSchema, path: Path = []): ConfigProblem[] {
  const types = schema.type === undefined ? [] : [schema.type].flat();
  const type = typeOf(value);
  if (types.length > 0 && !types.includes(type))
    return [{ path, at: 'value', message: `${nameOf(path)} ${mustBe(schema, types)}, is ${TYPE_NAMES[type]}` }];
  if (isMap(value)) return inMap(value, schema, path);
  if (isList(value))
    return value.flatMap((item, index) => (schema.items === undefined ? [] : checkConfig(item, schema.items, [...path, index])));
  return type === 'string' ? inText(value, schema, path) : [];
}

const TYPE_NAMES: Readonly<Record<ConfigType, string>> = {
  object: 'a map',
  array: 'a list',
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  null: 'empty',
};

/** As YAML 1.2 has it, and so editors: `off` and `yes` are text. */
function typeOf(value: Value): ConfigType {
  if (isMap(value)) return 'object';
  if (isList(value)) return 'array';
  return scalarType(value);
}

function scalarType({ plain, text }: Scalar): ConfigType {
  if (!plain) return 'string';
  if (/^(?:~|null|Null|NULL)?$/.test(text)) return 'null';
  if (/^(?:true|True|TRUE|false|False|FALSE)$/.test(text)) return 'boolean';
  return /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(text) ? 'number' : 'string';
}

const nameOf = (path: Path): string => (path.length === 0 ? 'the configuration' : formatPath(path));

function mustBe(schema: ConfigSchema, types: readonly ConfigType[]): string {
  if (schema.errorMessage !== undefined) return schema.errorMessage;
  if (schema.enum !== undefined) return `must be ${oneOf(schema.enum)}`;
  return `must be ${oneOf(types.filter((type) => type !== 'null').map((type) => TYPE_NAMES[type]))}`;
}

function inMap(map: ValueMap, schema: ConfigSchema, path: Path): ConfigProblem[] {
  return [...map].flatMap(([key, child]): ConfigProblem[] => {
    const at = [...path, key];
    const name = schema.propertyNames;
    if (name?.pattern !== undefined && !new RegExp(name.pattern, 'u').test(key))
      return [{ path: at, at: 'key', message: `${JSON.stringify(key)} ${name.errorMessage ?? ''}` }];
    const property = Object.hasOwn(schema.properties ?? {}, key) ? schema.properties?.[key] : schema.additionalProperties;
    if (property === false) return [unknownKey(key, schema, at)];
    return property === undefined ? [] : checkConfig(child, property, at);
  });
}

function unknownKey(key: string, { properties = {} }: ConfigSchema, path: Path): ConfigProblem {
  const names = Object.keys(properties).filter((name) => !name.startsWith('$'));
  const meant = nearest(key, names);
  const what = path.length === 1 ? 'is no key of the configuration' : `is unknown in ${formatPath(path.slice(0, -1))}`;
  const right =
    meant !== null ? `did you mean ${meant}?` : names.length > FEW ? 'ci2mm explain lists the rules' : `known are ${listed(names)}`;
  return { path, at: 'key', message: `${JSON.stringify(key)} ${what}; ${right}` };
}

/** More names than these are not listed. */
const FEW = 12;

function inText({ text }: Scalar, schema: ConfigSchema, path: Path): ConfigProblem[] {
  const { enum: words, pattern, minLength = 0, errorMessage } = schema;
  const problem = (message: string): ConfigProblem[] => [{ path, at: 'value', message: `${nameOf(path)} ${message}` }];
  if (words !== undefined && !words.includes(text)) return problem(errorMessage ?? notAmong(text, words));
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(text)) return problem(errorMessage ?? `must match ${pattern}`);
  return text.length < minLength ? problem('must not be empty') : [];
}

function notAmong(text: string, words: readonly string[]): string {
  const meant = nearest(text, words);
  return `must be ${oneOf(words)}, is ${JSON.stringify(text)}${meant === null ? '' : `; did you mean ${meant}?`}`;
}

const oneOf = (words: readonly string[]): string => joined(words, 'or');
const listed = (words: readonly string[]): string => joined(words, 'and');

function joined(words: readonly string[], last: string): string {
  const end = words.at(-1) ?? '';
  return words.length < 2 ? end : `${words.slice(0, -1).join(', ')} ${last} ${end}`;
}
