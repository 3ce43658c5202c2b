import { isList, isMap } from '../../../src/model/value.ts';
import type { Path, Value } from '../../../src/model/value.ts';
import type { Dice } from './dice.ts';
import type { Spelled } from './scalars.ts';

/** What may stand somewhere in a manifest: enough of the schema to draw values and to tell unknown fields. */
export type Kind = 'string' | 'integer' | 'boolean' | 'labels' | 'anything' | Constant | ScalarKind | ListKind | MapKind;

export interface Constant {
  readonly constant: string;
}
/** A scalar that is drawn with its spelling. */
export interface ScalarKind {
  readonly scalar: (dice: Dice, style: 'block' | 'flow' | 'json') => Spelled;
}
export interface ListKind {
  readonly list: Kind;
}
export interface MapKind {
  readonly fields: Readonly<Record<string, Kind>>;
  readonly required?: readonly string[];
  /** Names that are no fields here, some of them fields of the result. */
  readonly strangers?: readonly string[];
}

export const isMapKind = (kind: Kind): kind is MapKind => typeof kind === 'object' && 'fields' in kind;
export const isListKind = (kind: Kind): kind is ListKind => typeof kind === 'object' && 'list' in kind;
export const isScalarKind = (kind: Kind): kind is ScalarKind => typeof kind === 'object' && 'scalar' in kind;
export const isConstant = (kind: Kind): kind is Constant => typeof kind === 'object' && 'constant' in kind;

const RESOURCES: MapKind = { fields: { limits: 'labels', requests: 'labels' } };
const PROBE: MapKind = {
  fields: {
    exec: { fields: { command: { list: 'string' } } },
    httpGet: { fields: { path: 'string', port: 'integer' } },
    initialDelaySeconds: 'integer',
    periodSeconds: 'integer',
  },
};
const EXPRESSION: MapKind = { fields: { key: 'string', operator: 'string', values: { list: 'string' } } };
const TERMS: MapKind = { fields: { nodeSelectorTerms: { list: { fields: { matchExpressions: { list: EXPRESSION } } } } } };
const AFFINITY: MapKind = { fields: { nodeAffinity: { fields: { requiredDuringSchedulingIgnoredDuringExecution: TERMS } } } };
const ENV: MapKind = {
  fields: { name: 'string', value: 'string', valueFrom: { fields: { secretKeyRef: { fields: { name: 'string', key: 'string' } } } } },
  required: ['name'],
};
const DEPLOYMENT: MapKind = {
  fields: { name: 'string', ingressName: 'string', image: 'string', version: 'string', resourceLabels: 'labels' },
};

const MINIO: MapKind = {
  fields: {
    externalURL: 'string',
    externalBucket: 'string',
    secret: 'string',
    storageSize: 'string',
    replicas: 'integer',
    resources: RESOURCES,
  },
  strangers: ['external', 'operatorManaged', 'url', 'bucket', 'bogus'],
};
const DATABASE: MapKind = {
  fields: {
    type: 'string',
    secret: 'string',
    storageSize: 'string',
    replicas: 'integer',
    resources: RESOURCES,
    initBucketURL: 'string',
    backupSchedule: 'string',
    backupURL: 'string',
    backupRemoteDeletePolicy: 'string',
    backupSecretName: 'string',
    backupRestoreSecretName: 'string',
    version: 'string',
  },
  strangers: ['externalSecret', 'external', 'operatorManaged', 'bogus'],
};
const SPEC: MapKind = {
  fields: {
    size: 'string',
    replicas: 'integer',
    image: 'string',
    version: 'string',
    imagePullPolicy: 'string',
    ingressName: 'string',
    ingressAnnotations: 'labels',
    useIngressTLS: 'boolean',
    useServiceLoadBalancer: 'boolean',
    serviceAnnotations: 'labels',
    resourceLabels: 'labels',
    mattermostEnv: { list: ENV },
    mattermostLicenseSecret: 'string',
    resources: RESOURCES,
    nodeSelector: 'labels',
    affinity: AFFINITY,
    livenessProbe: PROBE,
    readinessProbe: PROBE,
    minio: MINIO,
    database: DATABASE,
    elasticSearch: { fields: { host: 'string', username: 'string', password: 'string' } },
    blueGreen: { fields: { enable: 'boolean', productionDeployment: 'string', blue: DEPLOYMENT, green: DEPLOYMENT } },
    canary: { fields: { enable: 'boolean', deployment: DEPLOYMENT } },
    migrate: 'boolean',
  },
  strangers: ['fileStore', 'licenseSecret', 'scheduling', 'probes', 'ingress', 'bogus', 'externalUrl'],
};

const METADATA: MapKind = { fields: { name: 'string', namespace: 'string', labels: 'labels', annotations: 'labels' }, required: ['name'] };

export const INSTALLATION: MapKind = {
  fields: {
    apiVersion: { constant: 'mattermost.com/v1alpha1' },
    kind: { constant: 'ClusterInstallation' },
    metadata: METADATA,
    spec: SPEC,
    status: { fields: { state: 'string', image: 'string', replicas: 'integer' } },
  },
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  strangers: ['bogus'],
};

export const CONFIG_MAP: MapKind = {
  fields: { apiVersion: { constant: 'v1' }, kind: { constant: 'ConfigMap' }, metadata: METADATA, data: 'labels' },
  required: ['apiVersion', 'kind', 'metadata'],
};

const listOf = (apiVersion: string, kind: string): MapKind => ({
  fields: { apiVersion: { constant: apiVersion }, kind: { constant: kind }, metadata: METADATA, items: { list: INSTALLATION } },
  required: ['apiVersion', 'kind', 'items'],
});
export const LIST = listOf('v1', 'List');
export const TYPED_LIST = listOf('mattermost.com/v1alpha1', 'ClusterInstallationList');

/** The paths of fields that the schema does not know. */
export function unknownFields(kind: Kind, value: Value, path: Path = []): Path[] {
  if (isListKind(kind)) return isList(value) ? value.flatMap((item, index) => unknownFields(kind.list, item, [...path, index])) : [];
  if (!isMapKind(kind) || !isMap(value)) return [];
  return [...value].flatMap(([key, child]) => {
    const field = kind.fields[key];
    return field === undefined ? [[...path, key]] : unknownFields(field, child, [...path, key]);
  });
}
