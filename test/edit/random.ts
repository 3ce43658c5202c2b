import * as fc from 'fast-check';
import type { DatabaseKind } from '../../src/model/installation.ts';
import type { Base } from './contexts.ts';
import { HEADER } from './contexts.ts';

/** Random bases and patches over the fields of a ClusterInstallation, written in random layouts. */

type Tree = string | readonly Tree[] | { readonly [key: string]: Tree };

const QUANTITIES = ['10Gi', '5Gi', '"20Gi"'];
const scalar = (...texts: string[]): fc.Arbitrary<Tree> => fc.constantFrom(...texts);
const sometimes = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 2 });

/** A map with some of the given keys, in random order. */
function some(fields: { readonly [key: string]: fc.Arbitrary<Tree> }): fc.Arbitrary<{ readonly [key: string]: Tree }> {
  const names = Object.keys(fields);
  return fc
    .tuple(
      fc.record(Object.fromEntries(names.map((name) => [name, sometimes(fields[name] as fc.Arbitrary<Tree>)]))),
      fc.shuffledSubarray(names, { minLength: names.length }),
    )
    .map(([values, order]) => Object.fromEntries(order.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]]))));
}

const replicas = scalar('1', '3', '0', '-1', '2');
const resources = some({
  limits: some({ cpu: scalar('1', '"2"', '500m'), memory: scalar('1Gi') }),
  requests: some({ cpu: scalar('100m') }),
});
const labels = some({ zone: scalar('a', 'b'), disk: scalar('ssd', '"hdd"'), 'example.com/pool': scalar('x', 'y') });
const probe = some({ periodSeconds: scalar('10', '20'), failureThreshold: scalar('3') });

const FIELDS: { readonly [key: string]: fc.Arbitrary<Tree> } = {
  size: scalar('100users', '5000users'),
  version: scalar('"5.30.1"', "'6.0.0'", '5.31.0'),
  ingressName: scalar('chat.example.com', '${HOST}', '"chat.test"'),
  ingressAnnotations: some({ 'nginx.ingress.kubernetes.io/proxy-body-size': scalar('100M'), plain: scalar('x') }),
  replicas,
  mattermostLicenseSecret: scalar('license', '"license-2"'),
  resources,
  nodeSelector: labels,
  affinity: some({ nodeAffinity: some({ a: scalar('1') }) }),
  livenessProbe: probe,
  readinessProbe: probe,
  mattermostEnv: fc.array(fc.constantFrom<Tree>({ name: 'A', value: '"1"' }, { name: 'B', value: 'x' }), { maxLength: 2 }),
  elasticSearch: some({ host: scalar('es'), username: scalar('u') }),
  minio: some({
    externalURL: scalar('s3.example.com', 's3.example.org', '""'),
    externalBucket: scalar('bucket'),
    secret: scalar('s3', '"s3-2"'),
    storageSize: scalar(...QUANTITIES),
    replicas,
    resources,
  }),
  database: some({
    secret: scalar('db', '"db-2"', '""'),
    type: scalar('mysql'),
    storageSize: scalar(...QUANTITIES),
    replicas,
    resources,
    backupURL: scalar('s3://backup'),
  }),
  blueGreen: some({ enable: scalar('false') }),
  migrate: scalar('true', 'false'),
  tolerations: scalar('x'),
};

/** What a patch may hold besides values. */
const patchEntry = (value: fc.Arbitrary<Tree>): fc.Arbitrary<Tree> =>
  fc.oneof({ arbitrary: value.map(withDirectives), weight: 8 }, { arbitrary: fc.constant<Tree>('null'), weight: 2 });

function withDirectives(value: Tree): Tree {
  if (typeof value === 'string' || Array.isArray(value)) return value;
  const entries = Object.entries(value as { readonly [key: string]: Tree });
  return Object.fromEntries(entries);
}

const directive = fc.constantFrom<{ readonly [key: string]: Tree }>(
  {},
  {},
  {},
  {},
  {},
  {},
  { $patch: 'replace' },
  { $patch: 'delete' },
  { $patch: 'merge' },
);

function patched(value: fc.Arbitrary<{ readonly [key: string]: Tree }>): fc.Arbitrary<Tree> {
  return fc.tuple(value, directive, fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 2 })).map(([map, extra, nulls]) => {
    const entries = Object.entries(map).map(([key, child], index) => [key, nulls.includes(index) ? 'null' : child] as const);
    return { ...extra, ...Object.fromEntries(entries) };
  });
}

const patchFields = Object.fromEntries(
  Object.entries(FIELDS).map(([name, value]) => [
    name,
    ['minio', 'database', 'resources', 'nodeSelector', 'livenessProbe'].includes(name)
      ? patchEntry(patched(value as fc.Arbitrary<{ readonly [key: string]: Tree }>))
      : patchEntry(value),
  ]),
);

/** How a tree is written. */
interface Layout {
  readonly seed: number;
  readonly comments: boolean;
  readonly crlf: boolean;
  readonly finalNewline: boolean;
}

const layout: fc.Arbitrary<Layout> = fc.record({ seed: fc.nat(), comments: fc.boolean(), crlf: fc.boolean(), finalNewline: fc.boolean() });

/** Writes a map in block style, with comments, blank lines and maps in braces strewn in. */
class Writer {
  #state: number;
  readonly #layout: Layout;
  #comments = 0;

  constructor(layout: Layout) {
    this.#layout = layout;
    this.#state = layout.seed;
  }

  #chance(of: number): boolean {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) >>> 0;
    return (this.#state >>> 16) % of === 0;
  }

  #comment(before: string, after: string): string {
    if (!this.#layout.comments || !this.#chance(4)) return '';
    this.#comments += 1;
    return `${before}# note ${this.#comments}${after}`;
  }

  map(map: { readonly [key: string]: Tree }, indent: string): string {
    return Object.entries(map)
      .map(([key, value]) => {
        const blank = this.#layout.comments && this.#chance(12) ? '\n' : '';
        const above = this.#comment(indent, '\n');
        return `${blank}${above}${indent}${writeKey(key)}:${this.#value(value, indent)}`;
      })
      .join('');
  }

  #value(value: Tree, indent: string): string {
    if (typeof value === 'string') return ` ${value}${this.#comment(' ', '')}\n`;
    const isEmpty = Object.keys(value).length === 0;
    if (isEmpty || this.#chance(6)) return ` ${inBraces(value)}${this.#comment(' ', '')}\n`;
    const after = this.#comment(' ', '');
    if (!Array.isArray(value)) return `${after}\n${this.map(value as { readonly [key: string]: Tree }, `${indent}  `)}`;
    return `${after}\n${value.map((item) => `${indent}- ${this.map(item as { readonly [key: string]: Tree }, `${indent}  `).trimStart()}`).join('')}`;
  }

  finish(text: string): string {
    const ended = this.#layout.finalNewline ? text : text.replace(/\n$/, '');
    return this.#layout.crlf ? ended.replaceAll('\n', '\r\n') : ended;
  }
}

const writeKey = (key: string): string => (/^[\w$.-]+$/.test(key) ? key : `"${key}"`);

function inBraces(value: Tree): string {
  if (typeof value === 'string') return value.includes('$') ? `"${value}"` : value;
  if (Array.isArray(value)) return `[${value.map(inBraces).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, child]) => `${writeKey(key)}: ${inBraces(child)}`)
    .join(', ')}}`;
}

function json(value: Tree): string {
  if (Array.isArray(value)) return `[${value.map(json).join(', ')}]`;
  if (typeof value !== 'string')
    return `{${Object.entries(value)
      .map(([key, child]) => `${JSON.stringify(key)}: ${json(child)}`)
      .join(', ')}}`;
  if (/^(?:-?\d+|true|false|null)$/.test(value)) return value;
  return JSON.stringify(value.replace(/^(['"])(.*)\1$/, '$2'));
}

const baseSpec = some(FIELDS);

/** One to three bases that share most of their fields. */
export const bases: fc.Arbitrary<readonly Base[]> = fc
  .tuple(
    baseSpec,
    fc.array(fc.tuple(fc.constantFrom(...Object.keys(FIELDS)), baseSpec, fc.boolean()), { maxLength: 2 }),
    fc.constantFrom<DatabaseKind>('external', 'external', 'operator-managed'),
    fc.boolean(),
  )
  .map(([shared, others, database, mixed]) => [
    { spec: write(shared), database },
    ...others.map(([name, other, same]) => ({
      spec: write(same ? shared : { ...shared, [name]: other[name] ?? 'null' }),
      database: mixed && same ? ('operator-managed' as const) : database,
    })),
  ]);

const write = (spec: { readonly [key: string]: Tree }): string =>
  new Writer({ seed: 1, comments: false, crlf: false, finalNewline: true }).map({ size: '1000users', ...spec }, '');

const nonEmpty = (map: { readonly [key: string]: Tree }): boolean => Object.keys(map).length > 0;

/** A strategic-merge patch. */
export const mergePatch: fc.Arbitrary<string> = fc
  .tuple(some(patchFields).filter(nonEmpty), layout, fc.integer({ min: 0, max: 11 }))
  .map(([all, how, form]) => {
    const spec = Object.fromEntries(Object.entries(all).slice(0, 4));
    if (form === 0) return json({ apiVersion: 'mattermost.com/v1alpha1', kind: 'ClusterInstallation', metadata: { name: 'chat' }, spec });
    const writer = new Writer(how);
    return writer.finish(`${HEADER}spec:\n${writer.map(form === 1 ? { $patch: 'replace', ...spec } : spec, '  ')}`);
  });

const LEAVES = [
  'size',
  'replicas',
  'mattermostLicenseSecret',
  'nodeSelector',
  'nodeSelector/zone',
  'nodeSelector/example.com~1pool',
  'resources',
  'resources/limits',
  'affinity',
  'livenessProbe',
  'readinessProbe',
  'mattermostEnv/-',
  'mattermostEnv/0',
  'minio',
  'minio/externalURL',
  'minio/externalBucket',
  'minio/secret',
  'minio/storageSize',
  'minio/replicas',
  'database',
  'database/secret',
  'database/type',
  'database/storageSize',
  'database/replicas',
  'blueGreen',
  'migrate',
  'tolerations',
  'ingressAnnotations/nginx.ingress.kubernetes.io~1proxy-body-size',
  'elasticSearch',
];

const operation: fc.Arbitrary<{ readonly [key: string]: Tree }> = fc
  .tuple(
    fc.constantFrom(...LEAVES),
    fc.constantFrom(...LEAVES),
    fc.constantFrom('add', 'add', 'add', 'replace', 'replace', 'remove', 'remove', 'test', 'move', 'copy'),
    fc.record(FIELDS),
  )
  .map(([leaf, other, op, values]) => {
    const path = `/spec/${leaf}`;
    if (op === 'remove') return { op, path };
    if (op === 'move' || op === 'copy') return { op, from: `/spec/${other}`, path };
    return { op, path, value: valueFor(leaf, values) };
  });

function valueFor(leaf: string, values: { readonly [key: string]: Tree }): Tree {
  const [field = '', below] = leaf.split('/');
  const value = values[field];
  if (field === 'mattermostEnv') return { name: 'C', value: 'x' };
  if (below === undefined) return value ?? 'x';
  const child =
    typeof value === 'string' || value === undefined ? undefined : (value as { readonly [key: string]: Tree })[below.replace('~1', '/')];
  if (below === 'limits') return child ?? { cpu: '1' };
  return child ?? (below === 'replicas' ? '2' : below === 'storageSize' ? '10Gi' : 'x');
}

/** A JSON6902 patch, in YAML or JSON. */
export const jsonPatch: fc.Arbitrary<string> = fc
  .tuple(fc.array(operation, { minLength: 1, maxLength: 4 }), layout, fc.integer({ min: 0, max: 5 }))
  .map(([operations, how, form]) => {
    if (form === 0) return json(operations);
    const writer = new Writer(how);
    const list = operations.map((each) => (form === 1 ? `- ${inBraces(each)}\n` : `- ${writer.map(each, '  ').trimStart()}`)).join('');
    return writer.finish(list);
  });
