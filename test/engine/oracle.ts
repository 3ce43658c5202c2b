import type { Path } from '../../src/model/value.ts';
import { isObject } from './random/data.ts';
import type { Data } from './random/data.ts';

/**
 * The operator's conversion on plain data, written from its description and not from the field map: what the engine must agree with.
 */

export interface Choice {
  readonly database: 'external' | 'operator-managed';
  readonly ingress: 'keep' | 'modern';
}

export interface Converted {
  readonly data: Data;
  /** What of the input has no place in the result, unknown fields not counted. */
  readonly dropped: readonly Path[];
}

type Fields = { readonly [key: string]: Data };
type Result = Record<string, Data>;

export function convertByDescription(installation: Data, choice: Choice): Converted {
  const dropped: Path[] = [];
  const root = fieldsOf(installation);
  const result: Result = {};
  for (const [name, value] of Object.entries(root)) {
    if (name === 'apiVersion') result[name] = 'installation.mattermost.com/v1beta1';
    else if (name === 'kind') result[name] = 'Mattermost';
    else if (name === 'metadata') result[name] = value;
    else if (name === 'spec') result[name] = isObject(value) ? convertSpec(value, choice, dropped) : value;
    else dropped.push([name]);
  }
  return { data: result, dropped };
}

const SAME = [
  'size',
  'image',
  'version',
  'imagePullPolicy',
  'ingressName',
  'ingressAnnotations',
  'useIngressTLS',
  'useServiceLoadBalancer',
  'serviceAnnotations',
  'resourceLabels',
  'mattermostEnv',
  'elasticSearch',
  '<<',
];
const GONE = ['blueGreen', 'canary', 'migrate'];

function convertSpec(spec: Fields, choice: Choice, dropped: Path[]): Data {
  const result: Result = {};
  for (const [name, value] of Object.entries(spec)) {
    if (SAME.includes(name)) result[name] = value;
    else if (name === 'mattermostLicenseSecret') result['licenseSecret'] = value;
    else if (['resources', 'nodeSelector', 'affinity'].includes(name))
      result['scheduling'] = { ...fieldsOf(result['scheduling']), [name]: value };
    else if (['livenessProbe', 'readinessProbe'].includes(name)) result['probes'] = { ...fieldsOf(result['probes']), [name]: value };
    else if (name === 'replicas') putReplicas(result, value, ['spec', 'replicas'], dropped);
    else if (name === 'minio') result['fileStore'] = isObject(value) ? convertFileStore(value, dropped) : value;
    else if (name === 'database') result['database'] = isObject(value) ? convertDatabase(value, choice, dropped) : value;
    else if (GONE.includes(name)) dropped.push(['spec', name]);
  }
  return choice.ingress === 'modern' ? modernIngress(result, dropped) : result;
}

/** 0 meant "not set"; a negative number became none. */
function putReplicas(result: Result, value: Data, path: Path, dropped: Path[]): void {
  const whole = typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
  if (!whole) result['replicas'] = value;
  else if (Number(value) === 0) dropped.push(path);
  else result['replicas'] = Number(value) < 0 ? 0 : value;
}

function convertFileStore(minio: Fields, dropped: Path[]): Data {
  const external = typeof minio['externalURL'] === 'string' && minio['externalURL'] !== '';
  const names: Record<string, string> = external
    ? { externalURL: 'url', externalBucket: 'bucket', secret: 'secret' }
    : { storageSize: 'storageSize', resources: 'resources', replicas: 'replicas' };
  return spread(minio, { parent: external ? 'external' : 'operatorManaged', names, path: ['spec', 'minio'] }, dropped);
}

function convertDatabase(database: Fields, { database: kind }: Choice, dropped: Path[]): Data {
  const managed = Object.keys(database).filter((name) => name !== 'secret');
  const names = kind === 'external' ? { secret: 'secret' } : Object.fromEntries(managed.map((name) => [name, name]));
  return spread(database, { parent: kind === 'external' ? 'external' : 'operatorManaged', names, path: ['spec', 'database'] }, dropped);
}

function spread(fields: Fields, to: { parent: string; names: Readonly<Record<string, string>>; path: Path }, dropped: Path[]): Data {
  const below: Result = {};
  for (const [name, value] of Object.entries(fields)) {
    const target = to.names[name];
    if (target === undefined) dropped.push([...to.path, name]);
    else if (name === 'replicas') putReplicas(below, value, [...to.path, name], dropped);
    else below[target] = value;
  }
  return Object.keys(below).length === 0 ? {} : { [to.parent]: below };
}

/** One `ingress` for the three old fields, where host and TLS are plain facts. */
function modernIngress(spec: Result, dropped: Path[]): Data {
  const { ingressName: host, ingressAnnotations: annotations, useIngressTLS: tls, ...rest } = spec;
  const literal = typeof host === 'string' && /^[A-Za-z0-9.-]+$/.test(host);
  if (!literal || (annotations !== undefined && !isObject(annotations)) || (tls !== undefined && typeof tls !== 'boolean') || '<<' in spec)
    return spec;
  if (tls === false) dropped.push(['spec', 'useIngressTLS']);
  const ingress: Result = { enabled: true, host };
  if (annotations !== undefined) ingress['annotations'] = annotations;
  if (tls === true) ingress['tlsSecret'] = `${host.replaceAll('.', '-')}-tls-cert`;
  return { ...rest, ingress };
}

const fieldsOf = (data: Data | undefined): Fields => (isObject(data) ? data : {});

/** The data without some fields, as the API server would store it. */
export function without(data: Data, paths: readonly Path[]): Data {
  if (Array.isArray(data)) return data.map((item, index) => without(item, below(paths, index)));
  if (!isObject(data)) return data;
  const kept = Object.entries(data).filter(([key]) => !paths.some((path) => path.length === 1 && path[0] === key));
  return Object.fromEntries(kept.map(([key, child]) => [key, without(child, below(paths, key))]));
}

const below = (paths: readonly Path[], step: string | number): Path[] =>
  paths.filter((path) => path.length > 1 && path[0] === step).map((path) => path.slice(1));
