import fc from 'fast-check';
import type { Files } from '../proof/harness.ts';
import { documentText, indented } from './text.ts';
import type { Style } from './text.ts';

/** Stands in every drawn text where the name of the installation goes. */
export const NAME = 'THE-NAME';

export interface DrawnFamily {
  /** Texts hold `NAME` in place of the installation's name. */
  readonly files: Files;
}

export type Fields = Readonly<Record<string, unknown>>;

export const OLD = { apiVersion: 'mattermost.com/v1alpha1', kind: 'ClusterInstallation' };

const resources = fc.constantFrom(
  { limits: { cpu: 1 } },
  { requests: { memory: '1Gi' }, limits: { cpu: 2 } },
  { limits: { memory: '4Gi' } },
);
const colour = { name: 'chat-blue', ingressName: 'blue.example.com', image: 'mattermost/team', version: '5.30.0' };

/** Fields of an installation with values that they take. */
const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  size: fc.constantFrom('100users', '5000users', ''),
  replicas: fc.constantFrom(0, 1, 3, -1),
  image: fc.constantFrom('mattermost/team', 'mattermost/enterprise'),
  version: fc.constantFrom('7.0', '7.10.3'),
  mattermostLicenseSecret: fc.constantFrom('license', 'other', ''),
  resources,
  nodeSelector: fc.constantFrom({ pool: 'apps' }, { disk: 'ssd', zone: 'a' }, {}),
  affinity: fc.constantFrom(
    { nodeAffinity: {} },
    { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone' }] } },
  ),
  livenessProbe: fc.constantFrom({ initialDelaySeconds: 9 }, { periodSeconds: 3, httpGet: { path: '/ping', port: 8065 } }),
  readinessProbe: fc.constantFrom({ failureThreshold: 4 }, { exec: { command: ['true'] } }),
  serviceAnnotations: fc.constantFrom({ a: 'b' }, { 'x/y': 'z' }),
  ingressAnnotations: fc.constantFrom({ 'nginx.ingress.kubernetes.io/proxy-body-size': '1g' }, { e: 'f' }),
  resourceLabels: fc.constantFrom({ team: 'chat' }, { cost: '7' }),
  useServiceLoadBalancer: fc.boolean(),
  useIngressTLS: fc.boolean(),
  imagePullPolicy: fc.constantFrom('Always', 'IfNotPresent'),
  elasticSearch: fc.constantFrom({ host: 'es' }, { host: 'es', username: 'u', password: 'none' }),
  mattermostEnv: fc.constantFrom(
    [{ name: 'A', value: 'b' }],
    [
      { name: 'C', value: 'd' },
      { name: 'E', value: 'f' },
    ],
    [],
  ),
  minio: fc.constantFrom(
    { storageSize: '10Gi' },
    { storageSize: '20Gi', replicas: 2 },
    { externalURL: 's3.example.com', externalBucket: 'b', secret: 's' },
    { externalURL: 's4.example.com' },
    { secret: 't' },
    { replicas: 0 },
    { replicas: 4, secret: 's' },
  ),
  database: fc.constantFrom(
    { storageSize: '10Gi', version: '8.0' },
    { secret: 'db-THE-NAME' },
    { type: 'mysql', replicas: 2 },
    { secret: 'db-THE-NAME', storageSize: '5Gi' },
    { backupSchedule: '0 1 * * *', backupURL: 's3://b', backupSecretName: 'bs' },
  ),
};

/** Fields that a Mattermost lacks, or that block when they are switched on. */
const RARE: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  blueGreen: fc.constantFrom(
    { enable: false },
    { enable: false, productionDeployment: 'blue', blue: colour },
    { enable: true, productionDeployment: 'blue', blue: colour, green: colour },
  ),
  canary: fc.constantFrom({ enable: false, deployment: colour }, { enable: true, deployment: colour }),
  migrate: fc.constantFrom(true, false),
  noSuchField: fc.constantFrom('x', { y: 1 }),
};

const one = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const someOf = (values: Readonly<Record<string, fc.Arbitrary<unknown>>>, least: number, most: number): fc.Arbitrary<Fields> =>
  fc
    .subarray(Object.keys(values), { minLength: least, maxLength: most })
    .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, values[name] ?? fc.constant(null)]))));

export const spec = (least: number): fc.Arbitrary<Fields> =>
  fc.oneof(
    { weight: 14, arbitrary: someOf(VALUES, least, 6) },
    { weight: 1, arbitrary: fc.tuple(someOf(VALUES, least, 4), someOf(RARE, 1, 1)).map(([a, b]) => ({ ...a, ...b })) },
  );

/** A strategic-merge patch of `spec`, at times with deletions and directives. */
const merge: fc.Arbitrary<Fields> = fc
  .tuple(
    spec(1),
    fc.subarray(['nodeSelector', 'replicas', 'serviceAnnotations', 'minio', 'mattermostEnv'], { maxLength: 1 }),
    fc.option(
      one<readonly [string, unknown]>(
        ['minio', 'delete'],
        ['database', 'replace'],
        ['minio', 'replace'],
        ['resources', 'replace'],
        ['nodeSelector', 'delete'],
        ['livenessProbe', 'replace'],
      ),
      { freq: 6 },
    ),
    fc.option(
      one<Fields>(
        { minio: { secret: null } },
        { database: { secret: null, storageSize: '7Gi' } },
        { nodeSelector: { pool: null } },
        { minio: { externalURL: null } },
        { minio: { externalURL: '' } },
      ),
      { freq: 6 },
    ),
  )
  .map(([fields, removed, directive, nulls]) => {
    const changed: Record<string, unknown> = { ...fields, ...Object.fromEntries(removed.map((name) => [name, null])), ...nulls };
    if (directive !== null) {
      const [name, verb] = directive;
      const own = changed[name];
      changed[name] =
        verb === 'delete' ? { $patch: 'delete' } : { $patch: 'replace', ...(typeof own === 'object' && own !== null ? own : {}) };
    }
    return changed;
  });

interface JsonOperation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

const LEAVES: readonly JsonOperation[] = [
  { op: 'replace', path: '/spec/minio/storageSize', value: '30Gi' },
  { op: 'add', path: '/spec/minio/replicas', value: 3 },
  { op: 'add', path: '/spec/minio/secret', value: 'u' },
  { op: 'remove', path: '/spec/minio/secret' },
  { op: 'remove', path: '/spec/minio/externalURL' },
  { op: 'replace', path: '/spec/database/version', value: '8.1' },
  { op: 'remove', path: '/spec/database/storageSize' },
  { op: 'add', path: '/spec/database/replicas', value: 0 },
  { op: 'replace', path: '/spec/resources/limits/cpu', value: 4 },
  { op: 'add', path: '/spec/nodeSelector/pool', value: 'chat' },
  { op: 'remove', path: '/spec/nodeSelector/pool' },
  { op: 'add', path: '/spec/livenessProbe/timeoutSeconds', value: 2 },
  { op: 'add', path: '/spec/mattermostEnv/-', value: { name: 'Z', value: 'z' } },
  { op: 'replace', path: '/spec/mattermostEnv/0/value', value: 'new' },
  { op: 'remove', path: '/spec/mattermostEnv/0' },
  { op: 'add', path: '/spec/mattermostEnv/0', value: { name: 'Y', value: 'y' } },
  { op: 'replace', path: '/spec/serviceAnnotations/x~1y', value: 'w' },
  { op: 'add', path: '/spec/ingressAnnotations/a~1b~0c', value: 'd' },
  { op: 'copy', from: '/spec/minio/secret', path: '/spec/mattermostLicenseSecret' },
  { op: 'move', from: '/spec/nodeSelector/pool', path: '/spec/nodeSelector/tier' },
];

const ANYWHERE: readonly JsonOperation[] = [
  { op: 'replace', path: '/spec/ingressName', value: 'new.example.com' },
  { op: 'copy', from: '/spec/ingressName', path: '/spec/size' },
  { op: 'add', path: '/spec/ingressAnnotations', value: { 'a~b/c': 'd' } },
  { op: 'test', path: '/kind', value: OLD.kind },
  { op: 'test', path: '/apiVersion', value: OLD.apiVersion },
  { op: 'test', path: '/spec/ingressName', value: 'chat.example.com' },
  { op: 'add', path: '/metadata/labels', value: { team: 'x' } },
  { op: 'add', path: '/metadata/annotations', value: { 'e/f': 'g' } },
];

/** Operations most of which fit an installation with these fields. */
function operations(base: Fields): fc.Arbitrary<readonly JsonOperation[]> {
  const present = Object.keys(base);
  const fitting = LEAVES.filter(({ path, from }) =>
    [path, ...(from === undefined ? [] : [from])].every((each) => present.includes(each.split('/')[2] ?? '')),
  );
  const whole = someOf(VALUES, 1, 1).map((drawn): JsonOperation => {
    const [name = 'size', value] = Object.entries(drawn)[0] ?? [];
    return { op: 'add', path: `/spec/${name}`, value };
  });
  const removal = one(...(present.length === 0 ? ['size'] : present)).map((name): JsonOperation => ({
    op: 'remove',
    path: `/spec/${name}`,
  }));
  const test = one(...(present.length === 0 ? ['size'] : present)).map((name): JsonOperation => ({
    op: 'test',
    path: `/spec/${name}`,
    value: base[name],
  }));
  const all = spec(1).map((drawn): JsonOperation => ({ op: 'add', path: '/spec', value: { ingressName: 'all.example.com', ...drawn } }));
  const leaf = one(...(fitting.length === 0 ? ANYWHERE : fitting));
  const operation = fc.oneof(
    { weight: 4, arbitrary: whole },
    { weight: 5, arbitrary: leaf },
    { weight: 3, arbitrary: one(...ANYWHERE) },
    { weight: 1, arbitrary: removal },
    { weight: 1, arbitrary: test },
    { weight: 1, arbitrary: all },
  );
  return fc.array(operation, { minLength: 1, maxLength: 3 });
}

const style = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Style>('block') },
  { weight: 2, arbitrary: fc.constant<Style>('flow') },
  { weight: 1, arbitrary: fc.constant<Style>('json') },
);

const target = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Fields>({ kind: OLD.kind }) },
  {
    weight: 6,
    arbitrary: one<Fields>(
      { group: 'mattermost.com', kind: OLD.kind },
      { group: 'mattermost.com', version: 'v1alpha1', kind: OLD.kind },
      { version: 'v1alpha1', kind: OLD.kind },
      { kind: OLD.kind, name: NAME },
      { kind: 'Cluster.*' },
      { kind: 'ClusterInstallation|Deployment' },
      { kind: OLD.kind, labelSelector: 'app=chat' },
    ),
  },
  {
    weight: 1,
    arbitrary: one<Fields>({ group: 'mattermost.com' }, { name: NAME }, { version: 'v1alpha1' }, { kind: '.*Installation', name: '.*' }),
  },
);

export type Body =
  | { readonly form: 'merge'; readonly spec: Fields; readonly deletes?: true }
  | { readonly form: 'json'; readonly operations: readonly JsonOperation[] };

/** Where a patch is written, and under which field. */
export const WAYS = {
  merge: [
    'patches file',
    'patches inline',
    'patches targeted file',
    'patches targeted inline',
    'patchesStrategicMerge file',
    'patchesStrategicMerge inline',
    'several documents',
    'list',
    'PatchTransformer',
    'PatchStrategicMergeTransformer',
  ],
  json: [
    'patches targeted file',
    'patches targeted inline',
    'patchesJson6902 file',
    'patchesJson6902 inline',
    'PatchTransformer',
    'PatchJson6902Transformer',
  ],
} as const;

export type Way = (typeof WAYS)[keyof typeof WAYS][number];

export interface Patch {
  readonly body: Body;
  readonly way: Way;
  readonly style: Style;
  readonly target: Fields;
}

const patchOf = (base: Fields): fc.Arbitrary<Patch> =>
  fc.oneof(
    {
      weight: 1,
      arbitrary: fc.record({
        body: fc.constant<Body>({ form: 'merge', spec: {}, deletes: true }),
        way: one<Way>(...WAYS.merge),
        style,
        target,
      }),
    },
    {
      weight: 12,
      arbitrary: fc.record({
        body: merge.map((drawn): Body => ({ form: 'merge', spec: drawn })),
        way: one<Way>(...WAYS.merge),
        style,
        target,
      }),
    },
    {
      weight: 12,
      arbitrary: fc.record({
        body: operations(base).map((drawn): Body => ({ form: 'json', operations: drawn })),
        way: one<Way>(...WAYS.json),
        style,
        target,
      }),
    },
  );

/** What else a kustomization does to its installation. */
export type Extra = readonly [text: string, files?: Files];

const configuration = (text: string): Files => ({ 'configuration.yaml': text });

export const EXTRAS: readonly Extra[] = [
  ['namePrefix: o-\n'],
  ['nameSuffix: -o\n'],
  ['namespace: mm\n'],
  ['commonLabels: {team: blue}\n'],
  ['commonAnnotations: {owner: chat}\n'],
  ['labels:\n- pairs: {team: blue}\n  fields:\n  - path: spec/resourceLabels\n    kind: ClusterInstallation\n    create: true\n'],
  ['labels:\n- pairs: {team: blue}\n  fields:\n  - path: spec/nodeSelector\n    kind: ClusterInstallation\n    create: true\n'],
  [
    'replacements:\n- source: {kind: ConfigMap, name: settings-THE-NAME, fieldPath: data.size}\n  targets:\n  - select: {kind: ClusterInstallation}\n    fieldPaths: [spec.size]\n    options: {create: true}\n',
  ],
  [
    'replacements:\n- source: {kind: ConfigMap, name: settings-THE-NAME, fieldPath: data.pool}\n  targets:\n  - select: {group: mattermost.com, kind: ClusterInstallation}\n    fieldPaths: [spec.nodeSelector.pool]\n    options: {create: true}\n',
  ],
  [
    'replacements:\n- source: {kind: ConfigMap, name: settings-THE-NAME, fieldPath: data.store}\n  targets:\n  - select: {kind: ClusterInstallation}\n    fieldPaths: [spec.minio.storageSize]\n    options: {create: true}\n',
  ],
  [
    'replacements:\n- source: {kind: ClusterInstallation, fieldPath: spec.ingressName}\n  targets:\n  - select: {kind: ConfigMap}\n    fieldPaths: [data.host]\n    options: {create: true}\n',
  ],
  [
    'replacements:\n- path: replacement.yaml\n',
    {
      'replacement.yaml':
        'source: {kind: ConfigMap, name: settings-THE-NAME, fieldPath: data.pool}\ntargets:\n- select: {kind: ClusterInstallation, name: THE-NAME}\n  fieldPaths: [spec.resourceLabels.pool]\n  options: {create: true}\n',
    },
  ],
  ['secretGenerator:\n- name: extra-THE-NAME\n  literals: [license=none]\n'],
  [
    'transformers: [labels.yaml]\n',
    {
      'labels.yaml':
        'apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: labels}\nlabels: {tier: chat}\nfieldSpecs:\n- path: spec/resourceLabels\n  kind: ClusterInstallation\n  create: true\n',
    },
  ],
  [
    'transformers: [annotations.yaml]\n',
    {
      'annotations.yaml':
        'apiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {name: annotations}\nannotations: {tier: chat}\nfieldSpecs:\n- path: spec/serviceAnnotations\n  group: mattermost.com\n  kind: ClusterInstallation\n  create: true\n',
    },
  ],
  [
    'configurations: [configuration.yaml]\nimages:\n- {name: mattermost/team, newName: registry/team}\n',
    configuration('images:\n- path: spec/image\n  kind: ClusterInstallation\n'),
  ],
  [
    'configurations: [configuration.yaml]\nreplicas:\n- {name: THE-NAME, count: 4}\n',
    configuration('replicas:\n- path: spec/replicas\n  kind: ClusterInstallation\n  create: true\n'),
  ],
  [
    'configurations: [configuration.yaml]\ncommonLabels: {team: blue}\n',
    configuration('commonLabels:\n- path: spec/resourceLabels\n  create: true\n  kind: ClusterInstallation\n'),
  ],
  [
    'configurations: [configuration.yaml]\nnameSuffix: -s\n',
    configuration(
      'nameReference:\n- kind: Secret\n  version: v1\n  fieldSpecs:\n  - {kind: ClusterInstallation, path: spec/database/secret}\n  - {kind: ClusterInstallation, path: spec/mattermostLicenseSecret}\n',
    ),
  ],
  [
    'configurations: [configuration.yaml]\nvars:\n- name: HOST_THE-NAME\n  objref: {apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation, name: THE-NAME}\n  fieldref: {fieldpath: spec.ingressName}\n',
    configuration('varReference:\n- {kind: ClusterInstallation, path: spec/resourceLabels}\n- {kind: ConfigMap, path: data}\n'),
  ],
];

export const layer = (base: Fields): fc.Arbitrary<{ readonly patches: readonly Patch[]; readonly extra: Extra | null }> =>
  fc.record({ patches: fc.array(patchOf(base), { minLength: 1, maxLength: 3 }), extra: fc.option(one(...EXTRAS), { freq: 2 }) });

const SECRETS = [
  '{DB_CONNECTION_STRING: none}',
  '{DB_CONNECTION_STRING: none}',
  '{DB_CONNECTION_STRING: none, DB_CONNECTION_CHECK_URL: none}',
  '{ROOT_PASSWORD: none, USER: none, PASSWORD: none, DATABASE: none}',
  '{other: none}',
];

export const family: fc.Arbitrary<DrawnFamily> = spec(2).chain((base) =>
  fc
    .record({
      baseStyle: one<Style>('block', 'block', 'flow'),
      secret: one(...SECRETS),
      restore: fc.boolean(),
      middle: fc.option(layer(base), { freq: 3 }),
      component: fc.option(fc.array(patchOf(base), { minLength: 1, maxLength: 2 }), { freq: 2 }),
      overlays: fc.array(fc.record({ layer: layer(base), component: fc.boolean() }), { minLength: 1, maxLength: 3 }),
    })
    .map((drawn) => write({ ...drawn, base })),
);

interface Drawn {
  readonly base: Fields;
  readonly baseStyle: Style;
  readonly secret: string;
  readonly restore: boolean;
  readonly middle: Layer | null;
  readonly component: readonly Patch[] | null;
  readonly overlays: readonly { readonly layer: Layer; readonly component: boolean }[];
}

export interface Layer {
  readonly patches: readonly Patch[];
  readonly extra: Extra | null;
}

export const manifest = (fields: Fields): Fields => ({ ...OLD, metadata: { name: NAME, labels: { app: 'chat' } }, spec: fields });

function write({ base, baseStyle, secret, restore, middle, component, overlays }: Drawn): DrawnFamily {
  const files: Record<string, string> = {
    'base/kustomization.yaml': `resources:\n- mattermost.yaml\n- others.yaml\n`,
    'base/mattermost.yaml': documentText(manifest({ ingressName: 'chat.example.com', ...base }), baseStyle),
    'base/others.yaml': [
      `apiVersion: v1\nkind: Secret\nmetadata: {name: db-${NAME}}\nstringData: ${secret}\n`,
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings-${NAME}}\ndata: {size: 1000users, pool: big, store: 70Gi, host: $(HOST_${NAME})}\n`,
      ...(restore
        ? [
            `apiVersion: mattermost.com/v1alpha1\nkind: MattermostRestoreDB\nmetadata: {name: ${NAME}}\nspec: {mattermostClusterName: ${NAME}}\n`,
          ]
        : []),
    ].join('---\n'),
  };
  const folder = (name: string, head: string, { patches, extra }: Layer): void => {
    const [text = '', extraFiles = {}] = extra ?? [];
    for (const [file, content] of Object.entries(extraFiles)) files[`${name}/${file}`] = content;
    files[`${name}/kustomization.yaml`] = merged(
      head,
      text,
      patchFields(patches, (file, content) => (files[`${name}/${file}`] = content)),
    );
  };
  if (component !== null && overlays.some((overlay) => overlay.component))
    folder('shared', 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n', { patches: component, extra: null });
  if (middle !== null) folder('middle', 'resources: [../base]\n', middle);
  for (const [index, overlay] of overlays.entries()) {
    const shared = component !== null && overlay.component ? 'components: [../../shared]\n' : '';
    folder(`overlays/o${index}`, `resources: [../../${middle === null ? 'base' : 'middle'}]\n${shared}`, overlay.layer);
  }
  return { files };
}

/** The lists of a kustomization that patches fill, by field. */
export function patchFields(patches: readonly Patch[], addFile: (file: string, text: string) => void): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const [index, patch] of patches.entries()) {
    const [field, entry] = entryOf(patch, index, addFile);
    fields.set(field, `${fields.get(field) ?? ''}${entry}`);
  }
  return fields;
}

/** A field that stands in both gets the entries of both. */
export function merged(head: string, extra: string, fields: ReadonlyMap<string, string>): string {
  const plugins = /^transformers: \[(.*)\]\n/m.exec(extra)?.[1];
  const rest = plugins === undefined ? extra : '';
  const lists = new Map(fields);
  if (plugins !== undefined) lists.set('transformers', `${fields.get('transformers') ?? ''}- ${plugins}\n`);
  return `${head}${rest}${[...lists].map(([field, entries]) => `${field}:\n${entries}`).join('')}`;
}

function entryOf(
  { body, way, style: drawn, target: chosen }: Patch,
  index: number,
  addFile: (file: string, text: string) => void,
): readonly [field: string, entry: string] {
  const isJson = body.form === 'json';
  const content = isJson ? body.operations : body.deletes === true ? { ...manifest({}), $patch: 'delete' } : manifest(body.spec);
  const text = documentText(content, drawn);
  const file = `patch-${index}.${drawn === 'json' ? 'json' : 'yaml'}`;
  const selector = documentText(chosen, 'block');
  const inline = `|-\n${indented(text, 4)}`;
  const exact = documentText({ group: 'mattermost.com', version: 'v1alpha1', kind: OLD.kind, name: NAME }, 'block');
  switch (way) {
    case 'patches file':
      addFile(file, text);
      return ['patches', `- path: ${file}\n`];
    case 'patches inline':
      return ['patches', `- patch: ${inline}`];
    case 'patches targeted file':
      addFile(file, text);
      return ['patches', `- path: ${file}\n  target:\n${indented(selector, 4)}`];
    case 'patches targeted inline':
      return ['patches', `- target:\n${indented(selector, 4)}  patch: ${inline}`];
    case 'patchesStrategicMerge file':
      addFile(file, text);
      return ['patchesStrategicMerge', `- ${file}\n`];
    case 'patchesStrategicMerge inline':
      return ['patchesStrategicMerge', `- ${inline}`];
    case 'several documents':
      addFile(
        `patch-${index}.yaml`,
        `# two documents\n---\n${documentText(manifest({ size: '250users' }), 'block')}---\n${documentText(content, 'block')}`,
      );
      return ['patchesStrategicMerge', `- patch-${index}.yaml\n`];
    case 'list':
      addFile(file, documentText({ apiVersion: 'v1', kind: 'List', items: [content] }, drawn === 'flow' ? 'block' : drawn));
      return ['patchesStrategicMerge', `- ${file}\n`];
    case 'patchesJson6902 file':
      addFile(file, text);
      return ['patchesJson6902', `- path: ${file}\n  target:\n${indented(exact, 4)}`];
    case 'patchesJson6902 inline':
      return ['patchesJson6902', `- target:\n${indented(exact, 4)}  patch: ${inline}`];
    case 'PatchTransformer':
    case 'PatchJson6902Transformer':
    case 'PatchStrategicMergeTransformer':
      addFile(file, text);
      addFile(`plugin-${index}.yaml`, plugin(way, `plugin-${index}`, file, way === 'PatchTransformer' ? selector : exact));
      return ['transformers', `- plugin-${index}.yaml\n`];
  }
}

function plugin(
  kind: 'PatchTransformer' | 'PatchJson6902Transformer' | 'PatchStrategicMergeTransformer',
  name: string,
  file: string,
  selector: string,
): string {
  const head = `apiVersion: builtin\nkind: ${kind}\nmetadata: {name: ${name}}\n`;
  return kind === 'PatchStrategicMergeTransformer'
    ? `${head}paths: [${file}]\n`
    : `${head}path: ${file}\ntarget:\n${indented(selector, 2)}`;
}
