import type { Path } from '../../src/model/value.ts';
import type { Files } from './harness.ts';

/**
 * What builds without an error after a converter forgot something, and means something else. Each row: a tree, the right edit, and edits
 * that forget one thing with what the proof must say of them. The numbers are those of the list of kustomize's tried behaviours.
 */
export interface Row {
  readonly name: string;
  readonly before: Files;
  readonly right: Files;
  /** Merged over the right edit; `tells` starts a line of the answer, or is a pattern of it. */
  readonly wrong: Readonly<Record<string, { readonly edits: Files; readonly tells: string | Readonly<Record<'4' | '5', string>> }>>;
  readonly mayChange?: Readonly<Record<string, readonly Path[]>>;
  readonly only?: '4' | '5';
}

const installation = (spec: string, name = 'chat'): string => `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: ${name}
spec:
${spec}`;

const mattermost = (spec: string, name = 'chat'): string => `apiVersion: installation.mattermost.com/v1beta1
kind: Mattermost
metadata:
  name: ${name}
spec:
${spec}`;

const BASE = {
  'base/kustomization.yaml': 'resources: [chat.yaml]\n',
  'base/chat.yaml': installation('  ingressName: chat.example.com\n  minio:\n    storageSize: 10Gi\n'),
};
const CONVERTED_BASE = {
  'base/chat.yaml': mattermost('  ingressName: chat.example.com\n  fileStore:\n    operatorManaged:\n      storageSize: 10Gi\n'),
};

const targeted = (field: string, kind: string, patch: string): string => `resources: [../base]
${field}:
- target:
    ${kind === 'Mattermost' ? 'group: installation.mattermost.com\n    version: v1beta1' : 'group: mattermost.com\n    version: v1alpha1'}
    kind: ${kind}
    name: chat
  patch: |-
${patch}`;

const replicasOperation = '    - op: add\n      path: /spec/replicas\n      value: 3\n';

const EXTERNAL = installation(
  '  ingressName: chat.example.com\n  database:\n    secret: db\n  minio:\n    externalURL: s3.example.com\n    externalBucket: files\n    secret: s3\n',
);
const CONVERTED_EXTERNAL = mattermost(`  ingressName: chat.example.com
  database:
    external:
      secret: db
  fileStore:
    external:
      url: s3.example.com
      bucket: files
      secret: s3
`);

const hashed = (extra = ''): string => `resources: [../base]
configurations: [config.yaml]
secretGenerator:
- name: db
  literals: [DB_CONNECTION_STRING=postgres://x]
${extra}`;

const nameReference = (kind: string, path: string): string => `nameReference:
- kind: Secret
  version: v1
  fieldSpecs:
  - kind: ${kind}
    path: ${path}
`;

const replacements = (kind: string, path: string, more = ''): string => `resources: [../base, settings.yaml]
replacements:
- source:
    kind: ConfigMap
    name: settings
    fieldPath: data.store
  targets:
  - select:
      kind: ${kind}
    fieldPaths: [${path}]
${more}`;

const SETTINGS = `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  store: 20Gi
`;

const restore = `apiVersion: mattermost.com/v1alpha1
kind: MattermostRestoreDB
metadata:
  name: restore
spec:
  mattermostClusterName: chat
`;

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: settings
`;

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: postgres
`;

const openApi = (group: string, version: string, kind: string): string =>
  JSON.stringify({
    definitions: {
      [`com.mattermost.${version}.${kind}`]: {
        type: 'object',
        'x-kubernetes-group-version-kind': [{ group, version, kind }],
        properties: {
          apiVersion: { type: 'string' },
          kind: { type: 'string' },
          metadata: { type: 'object' },
          spec: {
            type: 'object',
            properties: {
              mattermostEnv: {
                type: 'array',
                'x-kubernetes-patch-merge-key': 'name',
                'x-kubernetes-patch-strategy': 'merge',
                items: { type: 'object', properties: { name: { type: 'string' }, value: { type: 'string' } } },
              },
            },
          },
        },
      },
    },
  });

/** What kustomize reads of `crds`: the last of the fields is a map whose `secret` names a Secret. */
const crds = (kind: string, fields: readonly string[]): string => {
  const reference = {
    'x-kubernetes-object-ref-api-version': 'v1',
    'x-kubernetes-object-ref-kind': 'Secret',
    'x-kubernetes-object-ref-name-key': 'secret',
  };
  const definitions: Record<string, unknown> = {};
  let schema: unknown = { type: 'object', ...reference };
  for (const [index, field] of [...fields.entries()].toReversed()) {
    definitions[`example.${kind}${index}`] = { Schema: { properties: { [field]: schema } } };
    schema = { $ref: `example.${kind}${index}` };
  }
  const common = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' } };
  return JSON.stringify({ ...definitions, [`example.${kind}`]: { Schema: { properties: { ...common, spec: schema } } } });
};

const policy = (label: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: chat
spec:
  podSelector:
    matchLabels:
      ${label}: chat
`;

const OLD_LABEL = 'v1alpha1.mattermost.com/installation';
const NEW_LABEL = 'installation.mattermost.com/installation';

export const ROWS: readonly Row[] = [
  {
    name: 'V17: a strategic-merge patch whose target is the old kind',
    before: {
      ...BASE,
      'overlay/kustomization.yaml': targeted(
        'patches',
        'ClusterInstallation',
        `${installation('  replicas: 3\n').replaceAll(/^/gm, '    ')}\n`,
      ),
    },
    right: {
      ...CONVERTED_BASE,
      'overlay/kustomization.yaml': targeted('patches', 'Mattermost', `${mattermost('  replicas: 3\n').replaceAll(/^/gm, '    ')}\n`),
    },
    wrong: {
      'target not renamed': {
        edits: {
          'overlay/kustomization.yaml': targeted(
            'patches',
            'ClusterInstallation',
            `${mattermost('  replicas: 3\n').replaceAll(/^/gm, '    ')}\n`,
          ),
        },
        tells: 'Mattermost chat: spec.replicas is lost',
      },
    },
  },
  {
    name: 'V17: a JSON6902 patch whose target is the old kind',
    before: { ...BASE, 'overlay/kustomization.yaml': targeted('patches', 'ClusterInstallation', replicasOperation) },
    right: { ...CONVERTED_BASE, 'overlay/kustomization.yaml': targeted('patches', 'Mattermost', replicasOperation) },
    wrong: {
      'target not renamed': {
        edits: { 'overlay/kustomization.yaml': targeted('patches', 'ClusterInstallation', replicasOperation) },
        tells: 'Mattermost chat: spec.replicas is lost',
      },
    },
  },
  {
    name: 'V18: patchesJson6902 whose target is the old kind',
    before: { ...BASE, 'overlay/kustomization.yaml': targeted('patchesJson6902', 'ClusterInstallation', replicasOperation) },
    right: { ...CONVERTED_BASE, 'overlay/kustomization.yaml': targeted('patchesJson6902', 'Mattermost', replicasOperation) },
    wrong: {
      'target not renamed': {
        edits: { 'overlay/kustomization.yaml': targeted('patchesJson6902', 'ClusterInstallation', replicasOperation) },
        tells: 'Mattermost chat: spec.replicas is lost',
      },
    },
  },
  {
    name: 'V44: a generated Secret that the installation names through a field spec',
    before: {
      ...BASE,
      'base/chat.yaml': EXTERNAL,
      'overlay/kustomization.yaml': hashed(),
      'overlay/config.yaml': nameReference('ClusterInstallation', 'spec/database/secret'),
    },
    right: { 'base/chat.yaml': CONVERTED_EXTERNAL, 'overlay/config.yaml': nameReference('Mattermost', 'spec/database/external/secret') },
    wrong: {
      'field spec left as it was': {
        edits: { 'overlay/config.yaml': nameReference('ClusterInstallation', 'spec/database/secret') },
        tells: 'Mattermost chat: spec.database.external.secret has another value',
      },
      'kind renamed, path forgotten': {
        edits: { 'overlay/config.yaml': nameReference('Mattermost', 'spec/database/secret') },
        tells: 'Mattermost chat: spec.database.external.secret has another value',
      },
    },
  },
  {
    name: 'V48: the installation as what another object refers to',
    before: {
      ...BASE,
      'overlay/kustomization.yaml': 'resources: [../base, restore.yaml]\nnamePrefix: p-\nconfigurations: [config.yaml]\n',
      'overlay/restore.yaml': restore,
      'overlay/config.yaml':
        'nameReference:\n- kind: ClusterInstallation\n  fieldSpecs:\n  - kind: MattermostRestoreDB\n    path: spec/mattermostClusterName\n',
    },
    right: {
      ...CONVERTED_BASE,
      'overlay/config.yaml':
        'nameReference:\n- kind: Mattermost\n  fieldSpecs:\n  - kind: MattermostRestoreDB\n    path: spec/mattermostClusterName\n',
    },
    wrong: {
      'referral target not renamed': {
        edits: {
          'overlay/config.yaml':
            'nameReference:\n- kind: ClusterInstallation\n  fieldSpecs:\n  - kind: MattermostRestoreDB\n    path: spec/mattermostClusterName\n',
        },
        tells: 'MattermostRestoreDB p-restore: spec.mattermostClusterName has another value',
      },
    },
  },
  {
    name: 'V49: a variable that a varReference fills in',
    before: {
      ...BASE,
      'base/chat.yaml': EXTERNAL.replace('secret: db', 'secret: $(HOST)-db'),
      'overlay/kustomization.yaml':
        'resources: [../base, service.yaml]\nvars:\n- name: HOST\n  objref:\n    apiVersion: v1\n    kind: Service\n    name: postgres\nconfigurations: [config.yaml]\n',
      'overlay/service.yaml': SERVICE,
      'overlay/config.yaml': 'varReference:\n- kind: ClusterInstallation\n  path: spec/database/secret\n',
    },
    right: {
      'base/chat.yaml': CONVERTED_EXTERNAL.replace('secret: db', 'secret: $(HOST)-db'),
      'overlay/config.yaml': 'varReference:\n- kind: Mattermost\n  path: spec/database/external/secret\n',
    },
    wrong: {
      'varReference left as it was': {
        edits: { 'overlay/config.yaml': 'varReference:\n- kind: ClusterInstallation\n  path: spec/database/secret\n' },
        tells: 'Mattermost chat: spec.database.external.secret has another value',
      },
    },
  },
  {
    name: 'V52, V53, V54: replacements into the installation',
    before: {
      ...BASE,
      'overlay/kustomization.yaml': replacements('ClusterInstallation', 'spec.minio.storageSize'),
      'overlay/settings.yaml': SETTINGS,
    },
    right: { ...CONVERTED_BASE, 'overlay/kustomization.yaml': replacements('Mattermost', 'spec.fileStore.operatorManaged.storageSize') },
    wrong: {
      'V52: selector left as it was': {
        edits: { 'overlay/kustomization.yaml': replacements('ClusterInstallation', 'spec.fileStore.operatorManaged.storageSize') },
        tells: 'Mattermost chat: spec.fileStore.operatorManaged.storageSize has another value',
      },
      'V53: field path left as it was': {
        edits: { 'overlay/kustomization.yaml': replacements('Mattermost', 'spec.minio.storageSize') },
        tells: {
          4: 'Mattermost chat: spec.fileStore.operatorManaged.storageSize has another value',
          5: '^the result does not build: .*unable to find field "spec.minio.storageSize" in replacement target',
        },
      },
      'V54: field path left as it was, with create': {
        edits: { 'overlay/kustomization.yaml': replacements('Mattermost', 'spec.minio.storageSize', '    options:\n      create: true\n') },
        tells: 'Mattermost chat: spec.minio is not a field of Mattermost',
      },
    },
  },
  {
    name: 'V55: a rejection that names the old kind',
    before: {
      'base/kustomization.yaml': BASE['base/kustomization.yaml'],
      'base/chat.yaml': installation('  ingressName: chat.example.com\n  size: 100users\n'),
      'overlay/kustomization.yaml':
        'resources: [../base, settings.yaml, other.yaml]\nreplacements:\n- source:\n    kind: ConfigMap\n    name: settings\n    fieldPath: data.store\n  targets:\n  - select:\n      name: chat\n    reject:\n    - kind: ClusterInstallation\n    fieldPaths: [spec.size]\n    options:\n      create: true\n',
      'overlay/settings.yaml': SETTINGS,
      'overlay/other.yaml': 'apiVersion: example.com/v1\nkind: Other\nmetadata:\n  name: chat\nspec:\n  size: small\n',
    },
    right: {
      'base/chat.yaml': mattermost('  ingressName: chat.example.com\n  size: 100users\n'),
      'overlay/kustomization.yaml':
        'resources: [../base, settings.yaml, other.yaml]\nreplacements:\n- source:\n    kind: ConfigMap\n    name: settings\n    fieldPath: data.store\n  targets:\n  - select:\n      name: chat\n    reject:\n    - kind: Mattermost\n    fieldPaths: [spec.size]\n    options:\n      create: true\n',
    },
    wrong: {
      'rejection left as it was': {
        edits: {
          'overlay/kustomization.yaml':
            'resources: [../base, settings.yaml, other.yaml]\nreplacements:\n- source:\n    kind: ConfigMap\n    name: settings\n    fieldPath: data.store\n  targets:\n  - select:\n      name: chat\n    reject:\n    - kind: ClusterInstallation\n    fieldPaths: [spec.size]\n    options:\n      create: true\n',
        },
        tells: 'Mattermost chat: spec.size has another value',
      },
    },
  },
  {
    name: 'V63: common labels that a field spec carries into resourceLabels',
    before: {
      ...BASE,
      'overlay/kustomization.yaml': 'resources: [../base]\ncommonLabels:\n  team: blue\nconfigurations: [config.yaml]\n',
      'overlay/config.yaml': 'commonLabels:\n- path: spec/resourceLabels\n  create: true\n  kind: ClusterInstallation\n',
    },
    right: { ...CONVERTED_BASE, 'overlay/config.yaml': 'commonLabels:\n- path: spec/resourceLabels\n  create: true\n  kind: Mattermost\n' },
    wrong: {
      'field spec left as it was': {
        edits: { 'overlay/config.yaml': 'commonLabels:\n- path: spec/resourceLabels\n  create: true\n  kind: ClusterInstallation\n' },
        tells: 'Mattermost chat: spec.resourceLabels is lost',
      },
    },
  },
  {
    name: 'V64: labels with a field that is created',
    before: {
      ...BASE,
      'overlay/kustomization.yaml':
        'resources: [../base]\nlabels:\n- pairs:\n    team: blue\n  fields:\n  - path: spec/nodeSelector\n    kind: ClusterInstallation\n    create: true\n',
    },
    right: {
      ...CONVERTED_BASE,
      'overlay/kustomization.yaml':
        'resources: [../base]\nlabels:\n- pairs:\n    team: blue\n  fields:\n  - path: spec/scheduling/nodeSelector\n    kind: Mattermost\n    create: true\n',
    },
    wrong: {
      'path left as it was': {
        edits: {
          'overlay/kustomization.yaml':
            'resources: [../base]\nlabels:\n- pairs:\n    team: blue\n  fields:\n  - path: spec/nodeSelector\n    kind: Mattermost\n    create: true\n',
        },
        tells: 'Mattermost chat: spec.nodeSelector is not a field of Mattermost',
      },
    },
  },
  {
    name: 'V65: a list merged by the key of an OpenAPI schema',
    before: {
      'base/kustomization.yaml': BASE['base/kustomization.yaml'],
      'base/chat.yaml': installation(
        '  ingressName: chat.example.com\n  mattermostEnv:\n  - name: A\n    value: a\n  - name: B\n    value: b\n',
      ),
      'overlay/kustomization.yaml': 'resources: [../base]\nopenapi:\n  path: schema.json\npatchesStrategicMerge: [patch.yaml]\n',
      'overlay/schema.json': openApi('mattermost.com', 'v1alpha1', 'ClusterInstallation'),
      'overlay/patch.yaml': installation('  mattermostEnv:\n  - name: B\n    value: c\n'),
    },
    right: {
      'base/chat.yaml': mattermost(
        '  ingressName: chat.example.com\n  mattermostEnv:\n  - name: A\n    value: a\n  - name: B\n    value: b\n',
      ),
      'overlay/schema.json': openApi('installation.mattermost.com', 'v1beta1', 'Mattermost'),
      'overlay/patch.yaml': mattermost('  mattermostEnv:\n  - name: B\n    value: c\n'),
    },
    wrong: {
      'schema left as it was': {
        edits: { 'overlay/schema.json': openApi('mattermost.com', 'v1alpha1', 'ClusterInstallation') },
        tells: 'Mattermost chat: spec.mattermostEnv has 1 entries instead of 2',
      },
    },
  },
  {
    name: 'V66: references to Secrets that a crds file describes',
    before: {
      ...BASE,
      'base/chat.yaml': EXTERNAL,
      'overlay/kustomization.yaml': hashed('crds: [crd.json]\n').replace('configurations: [config.yaml]\n', ''),
      'overlay/crd.json': crds('ClusterInstallation', ['database']),
    },
    right: { 'base/chat.yaml': CONVERTED_EXTERNAL, 'overlay/crd.json': crds('Mattermost', ['database', 'external']) },
    wrong: {
      'description left as it was': {
        edits: { 'overlay/crd.json': crds('ClusterInstallation', ['database']) },
        tells: 'Mattermost chat: spec.database.external.secret has another value',
      },
    },
  },
  {
    name: 'V67: an order of kinds',
    only: '5',
    before: {
      ...BASE,
      'overlay/kustomization.yaml':
        'resources: [deployment.yaml, ../base]\nsortOptions:\n  order: legacy\n  legacySortOptions:\n    orderFirst: [Namespace, ClusterInstallation]\n    orderLast: []\n',
      'overlay/deployment.yaml': DEPLOYMENT,
    },
    right: {
      ...CONVERTED_BASE,
      'overlay/kustomization.yaml':
        'resources: [deployment.yaml, ../base]\nsortOptions:\n  order: legacy\n  legacySortOptions:\n    orderFirst: [Namespace, Mattermost]\n    orderLast: []\n',
    },
    wrong: {
      'kind left as it was': {
        edits: {
          'overlay/kustomization.yaml':
            'resources: [deployment.yaml, ../base]\nsortOptions:\n  order: legacy\n  legacySortOptions:\n    orderFirst: [Namespace, ClusterInstallation]\n    orderLast: []\n',
        },
        tells: 'Mattermost chat: is built at another place among the objects',
      },
    },
  },
  {
    name: 'V75: a selector in a base and in a patch',
    before: {
      'base/kustomization.yaml': 'resources: [chat.yaml, policy.yaml]\n',
      'base/chat.yaml': BASE['base/chat.yaml'],
      'base/policy.yaml': policy(OLD_LABEL),
      'overlay/kustomization.yaml': 'resources: [../base]\npatchesStrategicMerge: [policy.yaml]\n',
      'overlay/policy.yaml': policy(OLD_LABEL),
    },
    right: { ...CONVERTED_BASE, 'base/policy.yaml': policy(NEW_LABEL), 'overlay/policy.yaml': policy(NEW_LABEL) },
    wrong: {
      'patch left as it was': {
        edits: { 'overlay/policy.yaml': policy(OLD_LABEL) },
        tells: 'NetworkPolicy chat: spec.podSelector names labels of both operator generations, and so selects nothing',
      },
    },
    mayChange: { NetworkPolicy: [['spec', 'podSelector']] },
  },
];
