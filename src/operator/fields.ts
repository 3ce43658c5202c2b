import type { Path } from '../model/value.ts';

/**
 * The field map: where each field of ClusterInstallation v1alpha1 goes in Mattermost v1beta1, as the operator's own conversion has it
 * (`ConvertToMM`, the same in every release from v1.12.0 to v1.25.9; v1.21.0 added `database.version`).
 */

export const OLD = {
  group: 'mattermost.com',
  apiVersion: 'mattermost.com/v1alpha1',
  kind: 'ClusterInstallation',
  listKind: 'ClusterInstallationList',
} as const;

export const NEW = {
  group: 'installation.mattermost.com',
  apiVersion: 'installation.mattermost.com/v1beta1',
  kind: 'Mattermost',
  listKind: 'MattermostList',
} as const;

/** When a field goes to its target; otherwise it is dropped. */
export type Condition =
  | 'always'
  | 'external file store'
  | 'operator-managed file store'
  | 'external database'
  | 'operator-managed database';

export interface FieldMove {
  /** A field of ClusterInstallation; it owns everything below. */
  readonly from: readonly string[];
  /** Its place in Mattermost; null where it has none. */
  readonly to: readonly string[] | null;
  readonly when: Condition;
  /** `replicas`: 0 meant "not set" and is dropped, a negative number becomes 0. */
  readonly value: 'same' | 'replicas';
  /** For the documentation. */
  readonly note: string;
}

const move = (from: string, to: string | null, more: Partial<FieldMove> = {}): FieldMove => ({
  from: ['spec', ...from.split('.')],
  to: to === null ? null : ['spec', ...to.split('.')],
  when: 'always',
  value: 'same',
  note: '',
  ...more,
});

const REPLICAS_NOTE = '0 meant "not set" and is dropped; a negative number becomes 0';

export const FIELDS: readonly FieldMove[] = [
  ...[
    'size',
    'image',
    'version',
    'imagePullPolicy',
    'useServiceLoadBalancer',
    'serviceAnnotations',
    'resourceLabels',
    'mattermostEnv',
    'elasticSearch',
  ].map((name) => move(name, name)),
  ...['ingressName', 'ingressAnnotations', 'useIngressTLS'].map((name) =>
    move(name, name, { note: 'deprecated since operator 1.16 in favour of `ingress`, still honoured; `--ingress modern` moves it' }),
  ),
  move('replicas', 'replicas', { value: 'replicas', note: REPLICAS_NOTE }),
  move('mattermostLicenseSecret', 'licenseSecret'),
  ...['resources', 'nodeSelector', 'affinity'].map((name) => move(name, `scheduling.${name}`)),
  ...['livenessProbe', 'readinessProbe'].map((name) => move(name, `probes.${name}`)),
  move('minio.externalURL', 'fileStore.external.url', { when: 'external file store' }),
  move('minio.externalBucket', 'fileStore.external.bucket', { when: 'external file store' }),
  move('minio.secret', 'fileStore.external.secret', { when: 'external file store' }),
  ...['storageSize', 'resources'].map((name) =>
    move(`minio.${name}`, `fileStore.operatorManaged.${name}`, { when: 'operator-managed file store' }),
  ),
  move('minio.replicas', 'fileStore.operatorManaged.replicas', {
    when: 'operator-managed file store',
    value: 'replicas',
    note: REPLICAS_NOTE,
  }),
  move('database.secret', 'database.external.secret', { when: 'external database' }),
  ...[
    'type',
    'storageSize',
    'resources',
    'initBucketURL',
    'backupSchedule',
    'backupURL',
    'backupRemoteDeletePolicy',
    'backupSecretName',
    'backupRestoreSecretName',
    'version',
  ].map((name) => move(`database.${name}`, `database.operatorManaged.${name}`, { when: 'operator-managed database' })),
  move('database.replicas', 'database.operatorManaged.replicas', {
    when: 'operator-managed database',
    value: 'replicas',
    note: REPLICAS_NOTE,
  }),
  move('blueGreen', null, { note: 'enabled: blocked; disabled: no effect, dropped' }),
  move('canary', null, { note: 'enabled: blocked; disabled: no effect, dropped' }),
  move('migrate', null, { note: "dropped: it starts the operator's own migration" }),
];

/** Root fields that a Mattermost manifest keeps; every other (`status` included) is dropped. */
export const ROOT_FIELDS: readonly string[] = ['apiVersion', 'kind', 'metadata', 'spec'];

export interface DroppedMetadata {
  readonly path: readonly string[];
  /** What the value holds where it goes; otherwise it stays. */
  readonly holding?: string;
  /** Why it goes: completes "is dropped: …". */
  readonly reason: string;
}

const WRITTEN_BY_THE_SERVER = 'the API server writes it itself, and may refuse or misread it on an object that is created';

/**
 * Metadata that stands for one object in one cluster, as `kubectl get -o yaml` shows it. The operator carries none of it over (`ConvertToMM`
 * takes name, namespace, labels and annotations), and a Mattermost is another object. A null says nothing, and stays.
 */
export const DROPPED_METADATA: readonly DroppedMetadata[] = [
  ...[
    'uid',
    'resourceVersion',
    'generation',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'selfLink',
    'managedFields',
    'clusterName',
    'initializers',
  ].map((name) => ({ path: ['metadata', name], reason: WRITTEN_BY_THE_SERVER })),
  {
    path: ['metadata', 'ownerReferences'],
    reason: 'it names an owner by its uid, and where no owner has that uid Kubernetes deletes what it stands on',
  },
  {
    path: ['metadata', 'annotations', 'kubectl.kubernetes.io/last-applied-configuration'],
    reason: 'kubectl writes it itself, and would compare the Mattermost with a copy of the old object',
  },
  {
    path: ['metadata', 'annotations', 'argocd.argoproj.io/tracking-id'],
    holding: `:${OLD.group}/${OLD.kind}:`,
    reason: 'Argo CD writes it itself, and takes an object whose id names another kind for none of its own',
  },
];

/** Maps whose entries are spread over new parents. */
export const CONTAINERS: readonly { readonly from: Path; readonly to: Path }[] = [
  { from: ['spec', 'minio'], to: ['spec', 'fileStore'] },
  { from: ['spec', 'database'], to: ['spec', 'database'] },
];

/** The three old ingress fields and where `--ingress modern` puts them (`spec.ingress`, operator 1.16 and later). */
export const MODERN_INGRESS: readonly { readonly from: string; readonly to: string }[] = [
  { from: 'ingressName', to: 'host' },
  { from: 'ingressAnnotations', to: 'annotations' },
  { from: 'useIngressTLS', to: 'tlsSecret' },
];

/** The Secret that the operator uses for a host when `useIngressTLS` is true. */
export const tlsSecretName = (host: string): string => `${host.replaceAll('.', '-')}-tls-cert`;
