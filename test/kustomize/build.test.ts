import { describe, expect, test } from 'vitest';
import { buildVariants } from '../../src/kustomize/build.ts';
import { Files } from '../../src/kustomize/files.ts';
import { readGraph } from '../../src/kustomize/graph.ts';
import type { Variant } from '../../src/kustomize/model.ts';
import { isMap, stringAt, withValueAt } from '../../src/model/value.ts';
import type { Path, Value, ValueMap } from '../../src/model/value.ts';
import { binaries, buildFiles, meaning } from './binary.ts';

/** What this reading makes of installations, against what kustomize builds. */
interface Row {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** The directory that is built. */
  readonly root?: string;
  /** How much of it can be followed, but not be carried over. */
  readonly obstacles?: number;
  /** Where only some releases build it. */
  readonly only?: RegExp;
}

const chat = (spec = '  ingressName: chat.example.com\n', name = 'chat', metadata = ''): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: ${name}\n${metadata}spec:\n${spec}`;

const BASE = {
  'base/kustomization.yaml': 'resources: [chat.yaml]\n',
  'base/chat.yaml': chat(
    '  ingressName: chat.example.com\n  image: mattermost/team:7.1\n  size: 100users\n  replicas: 2\n  nodeSelector: {disk: ssd, zone: a}\n  minio: {storageSize: 10Gi, replicas: 4}\n  mattermostEnv: [{name: A, value: "1"}]\n',
  ),
};

const over = (text: string, more: Readonly<Record<string, string>> = {}): Row['files'] => ({
  ...BASE,
  'over/kustomization.yaml': `resources: [../base]\n${text}`,
  ...Object.fromEntries(Object.entries(more).map(([file, content]) => [`over/${file}`, content])),
});

const inline = (text: string): string => text.replaceAll(/^(?=.)/gm, '    ');
const patch = (spec: string, name = 'chat'): string => `- patch: |-\n${inline(chat(spec, name))}`;
const CONFIGURED = `images:
- {path: spec/image, kind: ClusterInstallation}
- {path: spec/blueGreen/blue/image, group: mattermost.com}
replicas:
- {path: spec/replicas, kind: ClusterInstallation, create: true}
commonLabels:
- {path: spec/resourceLabels, kind: ClusterInstallation, create: true}
- {path: spec/nodeSelector, kind: ClusterInstallation}
commonAnnotations:
- {path: spec/serviceAnnotations, kind: ClusterInstallation, create: true}
- {path: spec/ingressAnnotations, version: v1alpha1}
namePrefix:
- {path: spec/mattermostLicenseSecret, kind: ClusterInstallation}
nameSuffix:
- {path: spec/mattermostLicenseSecret, kind: ClusterInstallation}
namespace:
- {path: spec/elasticSearch/host, kind: ClusterInstallation, create: true}
`;

const ROWS: readonly Row[] = [
  { name: 'prefix, suffix and namespace', files: over('namePrefix: p-\nnameSuffix: -s\nnamespace: mm\n') },
  { name: 'a patch by the name of the base, over a prefix', files: over(`namePrefix: p-\npatches:\n${patch('  size: 5000users\n')}`) },
  {
    name: 'patches by the first and by the latest name',
    files: {
      ...over('namePrefix: p-\n'),
      'top/kustomization.yaml': `resources: [../over]\nnamePrefix: t-\npatches:\n${patch('  size: 1users\n')}${patch('  version: "7.0"\n', 'p-chat')}patchesJson6902:\n- target: {group: mattermost.com, version: v1alpha1, kind: ClusterInstallation, name: t-p-chat}\n  patch: '[{"op": "add", "path": "/spec/image", "value": "x"}]'\n`,
    },
    root: 'top',
  },
  {
    name: 'labels and annotations over what is there',
    files: {
      ...over('commonLabels: {team: chat, number: "5"}\ncommonAnnotations: {owner: x}\n'),
      'base/chat.yaml': chat(undefined, 'chat', '  labels: {team: old, other: five}\n  annotations: {a: "1"}\n'),
    },
  },
  {
    name: 'labels by entries with fields',
    files: over(
      'labels:\n- pairs: {team: chat}\n  fields:\n  - {path: spec/resourceLabels, kind: ClusterInstallation, create: true}\n  - {path: spec/nodeSelector, group: mattermost.com}\n  - {path: spec/serviceAnnotations, kind: ClusterInstallation}\n  - {path: spec/ingressAnnotations, kind: Mattermost, create: true}\n- pairs: {other: later}\n',
    ),
  },
  {
    name: 'labels with selectors',
    files: over('labels:\n- pairs: {team: chat}\n  includeSelectors: true\nconfigurations: [c.yaml]\n', { 'c.yaml': CONFIGURED }),
  },
  {
    name: 'field specs of every kind',
    files: over(
      'configurations: [c.yaml]\nnamePrefix: p-\nnameSuffix: -s\nnamespace: mm\ncommonLabels: {team: chat}\ncommonAnnotations: {owner: x}\nreplicas: [{name: chat, count: 5}]\nimages: [{name: mattermost/team, newTag: "8.0"}]\npatches:\n- target: {kind: ClusterInstallation}\n  patch: \'[{"op": "add", "path": "/spec/mattermostLicenseSecret", "value": "license"}]\'\n',
      { 'c.yaml': CONFIGURED },
    ),
  },
  {
    name: 'field specs of the base reach the overlay',
    files: {
      ...over('commonLabels: {team: chat}\nimages: [{name: mattermost/team, newName: registry:5000/team}]\n'),
      'base/kustomization.yaml': 'resources: [chat.yaml]\nconfigurations: [c.yaml]\n',
      'base/c.yaml': CONFIGURED,
    },
  },
  {
    name: 'of field specs that narrow each other one counts, of others each, and in a plugin all',
    files: over(`configurations: [c.yaml, d.yaml]\nnamePrefix: p-\ntransformers: [t.yaml]\npatches:\n${patch('  version: "7.0"\n')}`, {
      'c.yaml':
        'namePrefix:\n- {path: spec/ingressName, kind: ClusterInstallation}\n- {path: spec/ingressName, kind: ClusterInstallation}\n- {path: spec/size, kind: ClusterInstallation}\n- {path: spec/version, group: mattermost.com, kind: ClusterInstallation}\n- {path: spec/image, kind: ClusterInstallation}\n- {path: spec/image, version: v1alpha1, kind: ClusterInstallation}\n',
      'd.yaml':
        'namePrefix:\n- {path: spec/ingressName, kind: ClusterInstallation}\n- {path: spec/size, group: mattermost.com, kind: ClusterInstallation}\n- {path: spec/version, kind: ClusterInstallation}\n- {path: spec/image, group: mattermost.com, kind: ClusterInstallation}\n',
      't.yaml':
        'apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: x}\nprefix: t-\nfieldSpecs:\n- {path: spec/ingressName, kind: ClusterInstallation}\n- {path: spec/ingressName, kind: ClusterInstallation}\n',
    }),
  },
  {
    name: 'fields of a kustomization and of what it reads, in any letter case',
    files: {
      'base/kustomization.yaml': 'Resources: [chat.yaml]\nNAMEPREFIX: b-\n',
      'base/chat.yaml': BASE['base/chat.yaml'],
      'over/kustomization.yaml': `RESOURCES: [../base]\nConfigurations: [c.yaml]\nCommonLabels: {Team: chat, team: mm}\nLabels:\n- Pairs: {A: b}\n  Fields: [{PATH: spec/serviceAnnotations, Kind: ClusterInstallation, Create: true}]\nPatches:\n- Target: {Kind: ClusterInstallation, NAME: chat}\n  Patch: '[{"op": "add", "path": "/spec/version", "value": "7.0"}]'\npatchesStrategicMerge: [merge.yaml]\nReplicas: [{Name: b-chat, Count: 5}]\nImages: [{Name: mattermost/team, NewTag: "9.0"}]\nTransformers: [t.yaml]\n`,
      'over/c.yaml':
        'CommonLabels: [{Path: spec/resourceLabels, KIND: ClusterInstallation, CREATE: true}]\nReplicas: [{path: spec/replicas, kind: ClusterInstallation}]\nImages: [{path: spec/image, kind: ClusterInstallation}]\n',
      'over/merge.yaml': chat('  size: 5000users\n'),
      'over/t.yaml':
        'apiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {name: x}\nAnnotations: {Owner: x}\nFieldSpecs: [{Path: spec/ingressAnnotations, Create: true, kind: ClusterInstallation}]\n',
    },
  },
  {
    name: 'field specs of an overlay do not reach the base',
    files: {
      ...over('configurations: [c.yaml]\n', { 'c.yaml': CONFIGURED }),
      'base/kustomization.yaml': 'resources: [chat.yaml]\ncommonLabels: {team: chat}\n',
    },
  },
  ...[
    'mattermost/team',
    'mattermost/team:7.1',
    'mattermost/team@sha256:abc',
    'mattermost/team:7.1@sha256:abc',
    'registry:5000/mattermost/team:7.1',
    'mattermost/team-edition:7.1',
    'other',
  ].map((image) => ({
    name: `image ${image}`,
    files: {
      ...over(
        'configurations: [c.yaml]\nimages:\n- {name: mattermost/team, newTag: "8.0"}\n- {name: "registry:5000/mattermost/team", newName: new/team}\n- {name: other, digest: "sha256:def"}\n',
        { 'c.yaml': CONFIGURED },
      ),
      'base/chat.yaml': chat(`  ingressName: chat.example.com\n  image: ${image}\n`),
    },
  })),
  {
    name: 'replicas of a quoted number, and by another name',
    files: {
      ...over('configurations: [c.yaml]\nnamePrefix: p-\nreplicas: [{name: chat, count: 5}]\n', { 'c.yaml': CONFIGURED }),
      'base/chat.yaml': chat('  ingressName: chat.example.com\n  replicas: "2"\n'),
    },
  },
  {
    name: 'a component before the patches of the overlay',
    files: {
      ...over(`components: [../part, ../other]\nnamePrefix: o-\npatches:\n${patch('  size: 5000users\n')}`),
      'part/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: c-\ncommonLabels: {part: one}\npatches:\n${patch('  size: 1users\n  version: "7.0"\n')}`,
      'other/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [second.yaml]\npatches:\n${patch('  version: "7.1"\n')}`,
      'other/second.yaml': chat(undefined, 'second'),
    },
  },
  {
    name: 'patches in their order: merges, patches, late operations, transformers',
    files: over(
      `transformers: [t.yaml]\npatchesJson6902:\n- target: {group: mattermost.com, version: v1alpha1, kind: ClusterInstallation, name: chat}\n  patch: |-\n    - {op: copy, from: /spec/size, path: /spec/version}\npatches:\n${patch('  size: second\n')}patchesStrategicMerge:\n- |-\n${inline(chat('  size: first\n  imagePullPolicy: Always\n'))}`,
      {
        't.yaml':
          'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: t}\ntarget: {kind: ClusterInstallation}\npatch: |-\n  - {op: copy, from: /spec/version, path: /spec/ingressName}\n  - {op: replace, path: /spec/size, value: last}\n',
      },
    ),
  },
  {
    name: 'directives and deletions',
    files: over(
      `patches:\n${patch('  nodeSelector: {$patch: replace, pool: x}\n  minio: {$patch: delete}\n  replicas: null\n  mattermostEnv: [{name: B, value: "2"}]\n  resources: {limits: {cpu: null}}\n')}`,
    ),
  },
  { name: 'spec replaced', files: over(`patches:\n${patch('  $patch: replace\n  ingressName: new.example.com\n')}`) },
  {
    name: 'operations of every kind',
    files: over(
      'patches:\n- target: {kind: ClusterInstallation}\n  patch: |-\n    - {op: test, path: /spec/replicas, value: 2}\n    - {op: move, from: /spec/nodeSelector/zone, path: /spec/nodeSelector/area}\n    - {op: add, path: /spec/mattermostEnv/0, value: {name: Z, value: z}}\n    - {op: remove, path: /spec/mattermostEnv/-1}\n    - {op: add, path: /metadata/annotations, value: {a~b: 5}}\n    - {op: replace, path: /metadata/name, value: other}\n',
    ),
  },
  {
    name: 'targets by pattern, label and name',
    files: {
      ...over(
        'patches:\n- target: {kind: "Cluster.*", labelSelector: "app in (chat, talk),!gone"}\n  patch: \'[{"op": "add", "path": "/spec/size", "value": "a"}]\'\n- target: {kind: cluster.*}\n  patch: \'[{"op": "add", "path": "/spec/size", "value": "b"}]\'\n- target: {name: "c.at|x"}\n  patch: \'[{"op": "add", "path": "/spec/version", "value": "c"}]\'\n',
      ),
      'base/chat.yaml': chat(undefined, 'chat', '  labels: {app: chat}\n'),
    },
  },
  {
    name: 'name and kind allowed to change',
    files: over(
      'patches:\n- target: {name: chat}\n  options: {allowNameChange: true}\n  patch: |-\n    apiVersion: mattermost.com/v1alpha1\n    kind: ClusterInstallation\n    metadata: {name: renamed}\n',
    ),
    obstacles: 1,
  },
  {
    name: 'lists as resources',
    files: {
      'base/kustomization.yaml': 'resources: [list.yaml, typed.json]\nnamePrefix: p-\n',
      'base/list.yaml': `apiVersion: v1\nkind: List\nitems:\n- ${chat().replaceAll('\n', '\n  ').trimEnd()}\n`,
      'base/typed.json': JSON.stringify({
        apiVersion: 'mattermost.com/v1alpha1',
        kind: 'ClusterInstallationList',
        items: [
          {
            apiVersion: 'mattermost.com/v1alpha1',
            kind: 'ClusterInstallation',
            metadata: { name: 'talk' },
            spec: { ingressName: 'talk.example.com' },
          },
        ],
      }),
    },
    root: 'base',
  },
  {
    name: 'one base twice under one root',
    files: {
      ...over('namePrefix: a-\n'),
      'also/kustomization.yaml': `resources: [../base]\nnamePrefix: b-\npatches:\n${patch('  size: b\n')}`,
      'top/kustomization.yaml': 'resources: [../over, ../also]\nnamespace: mm\n',
    },
    root: 'top',
  },
  { name: 'patches as a list of files', files: over('patches: [p.yaml]\n', { 'p.yaml': chat('  size: p\n') }), only: / 4\./ },
  {
    name: 'generators with every behaviour beside it',
    files: {
      ...over(
        'secretGenerator:\n- {name: db, behavior: merge, literals: [DB_CONNECTION_STRING=none]}\n- {name: new, literals: [a=b]}\nconfigMapGenerator:\n- {name: settings, behavior: replace, literals: [a=b]}\n',
      ),
      'base/kustomization.yaml':
        'resources: [chat.yaml]\nsecretGenerator:\n- {name: db, literals: [token=none]}\nconfigMapGenerator:\n- {name: settings, literals: [c=d]}\n',
    },
  },
  {
    name: 'builtin transformers',
    files: over('transformers: [t.yaml]\n', {
      't.yaml': [
        'kind: LabelTransformer\nlabels: {team: chat}\nfieldSpecs: [{path: metadata/labels, create: true}, {path: spec/resourceLabels, kind: ClusterInstallation, create: true}]',
        'kind: AnnotationsTransformer\nannotations: {owner: x}\nfieldSpecs: [{path: spec/serviceAnnotations, create: true, kind: ClusterInstallation}]',
        'kind: ImageTagTransformer\nimageTag: {name: mattermost/team, newTag: "9"}\nfieldSpecs: [{path: spec/image, kind: ClusterInstallation}]',
        'kind: ReplicaCountTransformer\nreplica: {name: chat, count: 7}\nfieldSpecs: [{path: spec/replicas, kind: ClusterInstallation}]',
        'kind: PrefixTransformer\nprefix: p-\nfieldSpecs: [{path: metadata/name}]',
        'kind: SuffixTransformer\nsuffix: -s\nfieldSpecs: [{path: metadata/name}]',
      ]
        .map((text) => `apiVersion: builtin\nmetadata: {name: t${text.length}}\n${text}\n`)
        .join('---\n'),
    }),
  },
  {
    name: 'a transformer for the namespace',
    files: over('transformers: [t.yaml]\n', {
      't.yaml':
        'apiVersion: builtin\nkind: NamespaceTransformer\nmetadata: {name: n, namespace: mm}\nfieldSpecs: [{path: metadata/namespace, create: true}]\n',
    }),
  },
  {
    name: 'a prefix that does not reach names',
    files: over('transformers: [t.yaml]\n', {
      't.yaml':
        'apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: n}\nprefix: p-\nfieldSpecs: [{path: spec/size, kind: ClusterInstallation}]\n',
    }),
  },
  {
    name: 'a replacement into fields',
    files: {
      ...over(
        'replacements:\n- source: {kind: ConfigMap, name: settings, fieldPath: data.size}\n  targets:\n  - select: {kind: ClusterInstallation}\n    fieldPaths: [spec.size, "spec.mattermostEnv.[name=A].value"]\n',
      ),
      'base/kustomization.yaml': 'resources: [chat.yaml, settings.yaml]\n',
      'base/settings.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {size: big}\n',
    },
  },
  {
    name: 'a variable',
    files: {
      ...over(
        'configurations: [c.yaml]\nvars:\n- name: NAME\n  objref: {apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation, name: chat}\n',
        { 'c.yaml': 'varReference:\n- {kind: ClusterInstallation, path: spec/mattermostEnv/value}\n' },
      ),
      'base/chat.yaml': chat('  ingressName: $(NAME)\n  mattermostEnv: [{name: A, value: $(NAME)}, {name: B, value: plain}]\n'),
    },
  },
];

describe.each(binaries)('$name', (binary) => {
  test.each(ROWS.filter(({ only }) => only?.test(binary.name) !== false))('$name', ({ files, root = 'over', obstacles = 0 }) => {
    const variants = own(files, root);
    const built = buildFiles(files, root, binary);
    if ('error' in built) throw new Error(built.error);
    expect(variants.flatMap(({ opaque }) => opaque)).toHaveLength(obstacles);
    const unknown = variants.flatMap(({ unknownFields }) => unknownFields);
    const real = built.values.filter(isMap).filter((value) => stringAt(value, ['kind']) === 'ClusterInstallation');
    expect(
      sorted(
        variants.map((variant) => variant.built),
        unknown,
      ),
    ).toEqual(sorted(real, unknown));
  });
});

function own(files: Row['files'], root: string): Variant[] {
  const graph = readGraph({
    kustomizations: Object.keys(files).filter((file) => file.endsWith('kustomization.yaml')),
    files: new Files((file) => (files[file] === undefined ? null : Buffer.from(files[file]))),
  });
  const { variants, problems } = buildVariants(graph);
  expect(problems).toEqual([]);
  return variants.filter(({ kustomization }) => kustomization === `${root}/kustomization.yaml`);
}

const NULL: Value = { text: 'null', plain: true, tag: null, value: null };

/** In the order of their names, without what this reading does not know. */
function sorted(values: readonly ValueMap[], unknown: readonly Path[]): unknown[] {
  const known = values.map((value) => unknown.reduce<Value>((each, field) => withValueAt(each, field, NULL), value));
  return known.map(meaning).sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}
