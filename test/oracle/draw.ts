import { BlockWriter } from '../engine/random/block.ts';
import { isObject } from '../engine/random/data.ts';
import type { Data } from '../engine/random/data.ts';
import type { Dice } from '../engine/random/dice.ts';
import { drawFlowStyle, flowValue, JSON_STYLES } from '../engine/random/flow.ts';
import type { Kind, MapKind, ScalarKind } from '../engine/random/kinds.ts';
import { drawHabits, Scene } from '../engine/random/scene.ts';
import type { Spelled } from '../engine/random/scalars.ts';
import { SPELLINGS } from './scalars.ts';

/** Random files with ClusterInstallations, drawn from the schema of the CustomResourceDefinition. */

/** What of a CustomResourceDefinition's schema tells how to draw a value. */
export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly 'x-kubernetes-int-or-string'?: boolean;
}

/** @param schema of ClusterInstallation v1alpha1 */
export function drawFile(dice: Dice, schema: Schema): string {
  const count = dice.chance(12) ? 2 : 1;
  const documents: Document[] = [];
  for (let index = 0; index < count; index += 1) documents.push(drawDocument(dice, inList(dice, installationKind(dice, schema, index))));
  const secrets = documents.flatMap(({ data }) => secretsFor(dice, data)).map((kind) => drawDocument(dice, kind));
  const text = joined(dice, dice.shuffle([...documents, ...secrets]));
  const ended = dice.chance(4) ? text.replace(/\n$/, '') : text;
  return dice.chance(4) ? ended.replaceAll('\n', '\r\n') : ended;
}

interface Document {
  readonly text: string;
  readonly data: Data;
  readonly isJson: boolean;
}

function drawDocument(dice: Dice, kind: MapKind): Document {
  const scene = new Scene(dice, { ...drawHabits(dice), nulls: dice.pick([0, 0, 0, 0, 3]) });
  if (!dice.chance(15)) {
    const writer = new BlockWriter(scene);
    const data = writer.map(kind, 0);
    return { text: writer.text, data, isJson: false };
  }
  const isJson = dice.chance(60);
  const { text, data } = flowValue(scene, kind, isJson ? dice.pick(JSON_STYLES) : { ...drawFlowStyle(scene, -1), margin: '' });
  return { text: `${text}\n`, data, isJson };
}

function joined(dice: Dice, documents: readonly Document[]): string {
  const isJson = documents.every((each) => each.isJson);
  if (isJson && dice.chance(50)) return documents.map(({ text }) => text).join('');
  const marker = (): string => `---${dice.pick(['', '', ' ', ' # next', '\t'])}\n`;
  const first = dice.chance(20) ? marker() : '';
  return first + documents.map(({ text }) => text).join(dice.chance(3) ? `...\n${marker()}` : marker());
}

/** Names of the Secrets and namespaces of a file. */
const SECRETS = ['db', 'chat-db', 'db.1'];
const SPACES = ['mm', 'other'];

/** Spellings that mean their own text, in any style. */
const written = (text: string): Spelled => ({ text: `"${text}"`, data: text });

/** A text in quotes, or as it is where that is sure to be a text. */
const oneOf = (...texts: readonly string[]): ScalarKind => ({
  scalar(dice, style) {
    const text = dice.pick(texts);
    const isPlain = /^[a-z][\w./:-]*$/i.test(text) && text !== 'true' && style !== 'json';
    return isPlain && !dice.chance(30) ? { text, data: text } : written(text);
  },
});

/** One of some spellings; in JSON, one that JSON has as well. Now and then any other. */
const spelled = (...texts: readonly string[]): ScalarKind => ({
  scalar(dice, style) {
    const all = dice.chance(1) ? SPELLINGS : texts;
    const fitting = all.filter(
      (text) => (style === 'block' || !/[,[\]{}?]|^-*$|: |^[|>]/.test(text)) && (style !== 'json' || isJson(text)),
    );
    return { text: fitting.length === 0 ? '1' : dice.pick(fitting), data: null };
  },
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Mostly what is in order. */
const mostly = (usual: readonly string[], odd: readonly string[]): ScalarKind => {
  const [usually, oddly] = [spelled(...usual), spelled(...odd)];
  return { scalar: (dice, style) => (dice.chance(3) ? oddly : usually).scalar(dice, style) };
};

const INTEGERS = mostly(
  ['1', '2', '3', '4', '10', '80', '8065', '0', '-1', '+3', '0x1F', '017'],
  ['-5', '2147483647', '2147483648', '-2147483649', '1e3', '2.0', '1_000'],
);
const LONG_INTEGERS = mostly(['1', '30', '0', '9223372036854775807', '1e18'], ['-9223372036854775808', '9223372036854775808', '1e19']);
const BOOLEANS = spelled('true', 'false', 'False', 'no', 'off', 'n', 'yes', 'on', 'TRUE');
const OFF = mostly(['false', 'False', 'FALSE', 'no', 'NO', 'off', 'N', '!!bool "no"'], ['true', 'on', '"no"']);
const QUANTITIES = mostly(
  ['100m', '500m', '1Gi', '256Mi', '1', '2', '"100m"', '"1"', '0', '1.5Gi', '1k', '1Ei', '"1e3"', '2000m'],
  ['1e3', '0.5', '1e3.5', '-1'],
);
const PORTS = mostly(['80', '8065', '"http"', 'http', '0', '65536', '2147483647'], ['2147483648', '-1', '8e1']);
const SIZES = oneOf('50Gi', '1Ti', '10Gi', '500Mi');

/** What fits a field better than any string. */
const FITTING: Readonly<Record<string, Kind>> = {
  size: oneOf('100users', '1000users', '5000users', 'miniHA', ''),
  image: oneOf('mattermost/mattermost-enterprise-edition', 'registry.example.com:5000/mm'),
  imagePullPolicy: oneOf('Always', 'IfNotPresent', 'Never'),
  ingressName: oneOf('chat.example.com', 'localhost', 'a-b.example.com'),
  storageSize: SIZES,
  type: oneOf('mysql', 'mysql', 'mysql', 'postgres'),
  enable: OFF,
  migrate: OFF,
};

function kindOf(dice: Dice, schema: Schema, name: string, depth: number): Kind {
  const fitting = FITTING[name];
  if (schema['x-kubernetes-int-or-string'] === true) return /port/i.test(name) ? PORTS : QUANTITIES;
  if (fitting !== undefined && schema.type !== 'object' && !dice.chance(3)) return fitting;
  if (schema.type === 'integer') return name === 'terminationGracePeriodSeconds' ? LONG_INTEGERS : INTEGERS;
  if (schema.type === 'boolean') return BOOLEANS;
  if (schema.type === 'array') return { list: kindOf(dice, schema.items ?? {}, name, depth + 1) };
  if (schema.type === 'object') return objectKind(dice, schema, depth);
  return dice.chance(1) ? spelled(...SPELLINGS) : 'string';
}

/** Names of entries in maps that the schema leaves open. */
const FREE = { limits: ['cpu', 'memory', 'ephemeral-storage'], others: ['app', 'team', 'a.b/c', 'x-1', '"1"', 'on', '0x10', 'null'] };

function objectKind(dice: Dice, schema: Schema, depth: number): Kind {
  const { properties, additionalProperties: free } = schema;
  if (properties === undefined && typeof free === 'object') {
    const isQuantity = free['x-kubernetes-int-or-string'] === true;
    if (!isQuantity && dice.chance(80)) return 'labels';
    const names = isQuantity ? FREE.limits : FREE.others.filter((_, index) => index < 4 || dice.chance(15));
    return { fields: Object.fromEntries(names.map((name) => [name, kindOf(dice, free, name, depth + 1)])) };
  }
  const required = schema.required ?? [];
  const present = Object.entries(properties ?? {}).filter(([name]) => depth < 3 || required.includes(name) || dice.chance(40));
  return {
    fields: Object.fromEntries(present.map(([name, child]) => [name, kindOf(dice, child, name, depth + 1)])),
    required: required.filter(() => !dice.chance(1)),
    ...(dice.chance(3) && { strangers: ['bogus', 'external', 'operatorManaged'] }),
  };
}

const labels = (...pairs: readonly (readonly [string, Kind])[]): MapKind => ({ fields: Object.fromEntries(pairs) });

const METADATA: Readonly<Record<string, Kind>> = {
  labels: labels(['app', oneOf('a', 'b')], ['team', oneOf('true', '1')]),
  annotations: 'labels',
  finalizers: { list: oneOf('example.com/keep') },
};

/** As `kubectl get -o yaml` shows it. */
const EXPORTED: Readonly<Record<string, Kind>> = {
  annotations: labels(
    ['kubectl.kubernetes.io/last-applied-configuration', oneOf('{}', '{\\"kind\\": \\"ClusterInstallation\\"}')],
    [
      'argocd.argoproj.io/tracking-id',
      oneOf('a:mattermost.com/ClusterInstallation:mm/chat', 'a:installation.mattermost.com/Mattermost:mm/chat'),
    ],
    ['team', oneOf('a')],
  ),
  creationTimestamp: spelled('null', '"2021-01-01T00:00:00Z"', '2021-01-01T00:00:00Z'),
  generation: spelled('1', '9'),
  managedFields: {
    list: labels(['manager', oneOf('kubectl')], ['fieldsType', oneOf('FieldsV1')], ['time', spelled('"2021-01-01T00:00:00Z"')]),
  },
  ownerReferences: { list: labels(['apiVersion', oneOf('v1')], ['kind', oneOf('ConfigMap')], ['name', oneOf('x')], ['uid', oneOf('a-b')]) },
  resourceVersion: oneOf('277178439'),
  selfLink: oneOf('/apis/mattermost.com/v1alpha1/x'),
  uid: oneOf('87d8d657-1ba5-11e8-a9cd-06fa2d724cac'),
};

function installationKind(dice: Dice, schema: Schema, index: number): MapKind {
  const namespace = dice.chance(50) ? { namespace: oneOf(dice.pick(SPACES)) } : {};
  return {
    fields: {
      apiVersion: { constant: 'mattermost.com/v1alpha1' },
      kind: { constant: 'ClusterInstallation' },
      metadata: {
        fields: { name: oneOf(index === 0 ? 'chat' : `chat${index}`), ...namespace, ...METADATA, ...(dice.chance(8) && EXPORTED) },
        required: ['name', 'namespace'],
      },
      spec: specKind(dice, schema),
      status: { fields: { state: oneOf('stable'), replicas: spelled('2') } },
    },
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    ...(dice.chance(2) && { strangers: ['bogus'] }),
  };
}

/** Mostly the installation itself; else a List of it, or one of its own kind, whose items need not name theirs. */
function inList(dice: Dice, installation: MapKind): MapKind {
  if (!dice.chance(8)) return installation;
  const isTyped = dice.chance(40);
  const isBare = isTyped && dice.chance(50);
  const item = isBare ? { ...without(installation, ['apiVersion', 'kind']), required: ['metadata', 'spec'] } : installation;
  return {
    fields: {
      apiVersion: { constant: isTyped ? 'mattermost.com/v1alpha1' : 'v1' },
      kind: { constant: isTyped ? 'ClusterInstallationList' : 'List' },
      items: { list: item },
    },
    required: ['apiVersion', 'kind', 'items'],
  };
}

/** As the schema has it, but for a database and a file store that make sense more often than by chance. */
function specKind(dice: Dice, schema: Schema): MapKind {
  const kind = kindOf(dice, schema.properties?.['spec'] ?? {}, 'spec', 1) as MapKind;
  const { minio, database } = kind.fields as Readonly<Record<string, MapKind>>;
  const isExternal = dice.chance(50);
  const named = dice.chance(65);
  return {
    ...kind,
    fields: {
      ...kind.fields,
      ...(minio !== undefined && {
        minio: isExternal ? externalStore(minio) : without(minio, ['externalURL', 'externalBucket', 'secret']),
      }),
      ...(database !== undefined && { database: named ? withSecret(database) : without(database, ['secret']) }),
    },
    required: [...(dice.chance(4) ? [] : ['ingressName']), ...(named ? ['database'] : [])],
  };
}

const externalStore = (minio: MapKind): MapKind => ({
  ...minio,
  fields: {
    ...minio.fields,
    externalURL: oneOf('s3.amazonaws.com', 'minio.example.com:9000', ''),
    externalBucket: oneOf('files'),
    secret: oneOf('s3', 'chat-minio'),
  },
  required: ['externalURL', 'externalBucket', 'secret'],
});

const withSecret = (database: MapKind): MapKind => ({
  ...database,
  fields: { ...database.fields, secret: oneOf(...SECRETS) },
  required: ['secret'],
});

const without = (kind: MapKind, names: readonly string[]): MapKind => ({
  ...kind,
  fields: Object.fromEntries(Object.entries(kind.fields).filter(([name]) => !names.includes(name))),
});

const MANAGED = ['ROOT_PASSWORD', 'USER', 'PASSWORD', 'DATABASE'];

/** The Secret that an installation names for its database; in one of many files another, or none. */
function secretsFor(dice: Dice, installation: Data): MapKind[] {
  const at = (value: Data | undefined, name: string): Data | undefined => (isObject(value) ? value[name] : undefined);
  const items = at(installation, 'items');
  if (Array.isArray(items)) return items.flatMap((item: Data) => secretsFor(dice, item));
  const name = at(at(at(installation, 'spec'), 'database'), 'secret');
  if (typeof name !== 'string' || dice.chance(3)) return [];
  const namespace = dice.chance(4) ? dice.pick(SPACES) : at(at(installation, 'metadata'), 'namespace');
  const keys = dice.pick([
    ['DB_CONNECTION_STRING'],
    ['DB_CONNECTION_STRING'],
    ['DB_CONNECTION_STRING', ...MANAGED],
    MANAGED,
    dice.chance(10) ? ['USER'] : ['DB_CONNECTION_STRING'],
  ]);
  const field = dice.pick(['data', 'stringData']);
  const value = dice.chance(2) ? oneOf('') : oneOf(...(field === 'data' ? ['eA=='] : ['x', 'y z']));
  const metadata = { name: oneOf(name), ...(typeof namespace === 'string' && { namespace: oneOf(namespace) }) };
  return [
    {
      fields: {
        apiVersion: { constant: 'v1' },
        kind: { constant: 'Secret' },
        metadata: { fields: metadata, required: ['name', 'namespace'] },
        [field]: { fields: Object.fromEntries(keys.map((key) => [key, value])), required: keys },
      },
      required: ['apiVersion', 'kind', 'metadata', field],
    },
  ];
}

/** Pieces that mean much to readers of YAML. */
const PIECES = [
  '\t',
  ' ',
  '  ',
  '\n',
  '\n\n',
  '\n---\n',
  '\n...\n',
  '---',
  '...',
  ': ',
  ':',
  '? ',
  '?',
  '- ',
  '-',
  ', ',
  ',',
  '#',
  ' # c',
  '"',
  "'",
  '\\',
  '\\/',
  '[',
  ']',
  '{',
  '}',
  '&a ',
  '*a',
  '!!str ',
  '!x ',
  '<<: ',
  '|',
  '>',
  '|+\n',
  '%',
  '@',
  '`',
  '~',
  'null',
  '\r',
  '\uFEFF',
  '\u0085',
  '\u00a0',
  'y',
  '1',
  '.inf',
];

/** A file with some damage: a piece more, some characters less, or two lines in each other's place. */
export function damaged(dice: Dice, text: string): string {
  const at = dice.below(text.length);
  const action = dice.below(4);
  if (action === 0) return text.slice(0, at) + text.slice(at + 1 + dice.below(3));
  if (action === 1) {
    const lines = text.split('\n');
    const index = dice.below(lines.length);
    const [line = ''] = lines.splice(index, 1);
    lines.splice(dice.below(lines.length + 1), 0, dice.chance(50) ? line : line.trimStart());
    return lines.join('\n');
  }
  return text.slice(0, at) + dice.pick(PIECES) + text.slice(at);
}
