import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import type { Finding, Report } from '../../src/index.ts';
import type { KustomizeBinary } from '../../src/repo/kustomize.ts';
import { binaries, tree } from '../proof/harness.ts';
import type { Files } from '../proof/harness.ts';

/**
 * What is converted without a proof must be what a proof lets pass. Each tree is converted with a proof by the newest kustomize that is found, and
 * without: either both convert, or neither does, and then the reason is known before anything is built.
 */
interface Row {
  readonly name: string;
  readonly files: Files;
  /** Why it is blocked; left out where it is converted. */
  readonly blocked?: RegExp;
  /** What the files hold afterwards. */
  readonly holds?: Readonly<Record<string, string>>;
  /** Only newer ones know it. */
  readonly since5?: true;
}

const MODERN = { ingress: 'modern' } as const;

const chat = (spec: string): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n${spec.replaceAll(/^(?=.)/gm, '  ')}`;
const CHAT = chat('ingressName: chat.example.com\nnodeSelector:\n  pool: apps\n');
const OTHER =
  'apiVersion: installation.mattermost.com/v1beta1\nkind: Mattermost\nmetadata:\n  name: other\nspec:\n  ingressName: other.example.com\n  replicas: 1\n';
const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  a: zz.example.com\n';

/** A kustomization with an installation, and what else it has. */
const single = (kustomization: string, more: Files = {}, installation = CHAT): Files => ({
  'kustomization.yaml': `resources: [chat.yaml${['other.yaml', 'config.yaml'].flatMap((file) => (more[file] === undefined ? [] : [`, ${file}`])).join('')}]\n${kustomization}`,
  'chat.yaml': installation,
  ...more,
});

const replacement = (target: string, source = '{kind: ConfigMap, name: settings, fieldPath: data.a}'): string =>
  `replacements:\n- source: ${source}\n  targets:\n  - ${target}\n`;

/** A Mattermost that is there already must not be reached by what was meant for the installation alone. */
const BESIDE: readonly Row[] = [
  ...['{kind: ClusterInstallation}', '{group: mattermost.com}', '{kind: Cluster.*}', '{version: v1alpha1, kind: ClusterInstallation}'].map(
    (target): Row => ({
      name: `a patch for ${target}`,
      files: single(`patches:\n- target: ${target}\n  patch: |\n    - {op: add, path: /spec/replicas, value: 5}\n`, {
        'other.yaml': OTHER,
      }),
      blocked: /^with this target Mattermost other would be changed as well; name the installation in it\.$/,
    }),
  ),
  {
    name: 'a patch in patchesJson6902',
    files: single(
      'patchesJson6902:\n- target: {group: mattermost.com, version: v1alpha1, kind: ClusterInstallation, name: "chat|other"}\n  patch: |\n    - {op: add, path: /spec/replicas, value: 5}\n',
      { 'other.yaml': OTHER },
    ),
    blocked: /^with this target Mattermost other would be changed as well/,
  },
  {
    name: 'a patch that names the installation',
    files: single(
      'patches:\n- target: {kind: ClusterInstallation, name: chat}\n  patch: |\n    - {op: add, path: /spec/replicas, value: 5}\n',
      {
        'other.yaml': OTHER,
      },
    ),
  },
  {
    name: 'a patch by a label that the other lacks',
    files: single(
      'patches:\n- target: {kind: ClusterInstallation, labelSelector: team=a}\n  patch: |\n    - {op: add, path: /spec/replicas, value: 5}\n',
      { 'other.yaml': OTHER },
      CHAT.replace('name: chat\n', 'name: chat\n  labels: {team: a}\n'),
    ),
  },
  {
    name: 'a patch by a label that a kustomization takes from the other afterwards',
    files: single(
      'patches:\n- target: {kind: ClusterInstallation, labelSelector: team=a}\n  patch: |\n    - {op: add, path: /spec/replicas, value: 5}\ncommonLabels: {team: b}\n',
      { 'other.yaml': OTHER.replace('name: other\n', 'name: other\n  labels: {team: a}\n') },
      CHAT.replace('name: chat\n', 'name: chat\n  labels: {team: a}\n'),
    ),
    blocked: /^with this target Mattermost other would be changed as well/,
  },
  {
    name: 'a patch in a file of a transformer',
    files: single('transformers: [patch.yaml]\n', {
      'other.yaml': OTHER,
      'patch.yaml':
        'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\ntarget: {kind: ClusterInstallation}\npatch: |\n  - {op: add, path: /spec/replicas, value: 5}\n',
    }),
    blocked: /^with this target Mattermost other would be changed as well/,
  },
  {
    name: 'a patch of a base, where only the overlay has the other',
    files: {
      'base/kustomization.yaml':
        'resources: [chat.yaml]\npatches:\n- target: {kind: ClusterInstallation}\n  patch: |\n    - {op: add, path: /spec/replicas, value: 5}\n',
      'base/chat.yaml': CHAT,
      'prod/kustomization.yaml': 'resources: [../base, other.yaml]\n',
      'prod/other.yaml': OTHER,
    },
  },
  {
    name: 'a replacement into it',
    files: single(replacement('select: {kind: ClusterInstallation}\n    fieldPaths: [spec.image]\n    options: {create: true}'), {
      'other.yaml': OTHER,
      'config.yaml': CONFIG,
    }),
    blocked: /^with this select Mattermost other would be changed as well; name the installation in it\.$/,
  },
  {
    name: 'a replacement that rejects it',
    files: single(
      replacement(
        'select: {name: other}\n    reject: [{kind: ClusterInstallation}]\n    fieldPaths: [spec.image]\n    options: {create: true}',
      ),
      { 'other.yaml': OTHER, 'config.yaml': CONFIG },
    ),
    blocked: /^with this reject Mattermost other would be left out as well; name the installation in it\.$/,
  },
  {
    name: 'a replacement out of it',
    files: single(
      replacement('select: {kind: ConfigMap}\n    fieldPaths: [data.a]', '{kind: ClusterInstallation, fieldPath: spec.ingressName}'),
      { 'other.yaml': OTHER, 'config.yaml': CONFIG },
    ),
    blocked: /^with this source Mattermost other would be found as well; name the installation in it\.$/,
  },
  {
    name: 'field specs of a configuration',
    files: single('configurations: [fields.yaml]\nnamePrefix: p-\n', {
      'other.yaml': OTHER,
      'fields.yaml': 'namePrefix:\n- {kind: ClusterInstallation, path: spec/ingressName}\n',
    }),
    blocked: /^with this field spec Mattermost other would be changed as well; it can only be meant for all of the kind\.$/,
  },
  {
    name: 'field specs of a configuration that has them for both kinds',
    files: single('configurations: [fields.yaml]\nnamePrefix: p-\n', {
      'other.yaml': OTHER,
      'fields.yaml': 'namePrefix:\n- {kind: ClusterInstallation, path: spec/ingressName}\n- {kind: Mattermost, path: spec/ingressName}\n',
    }),
  },
  {
    name: 'field specs for both kinds in different words, of which kustomize makes one',
    files: single('configurations: [fields.yaml]\nnamePrefix: p-\n', {
      'other.yaml': OTHER,
      'fields.yaml':
        'namePrefix:\n- {kind: ClusterInstallation, path: spec/ingressName}\n- {group: installation.mattermost.com, kind: Mattermost, path: spec/ingressName}\n',
    }),
  },
  ...[
    '{version: v1beta1, kind: Mattermost, path: spec/ingressName}',
    '{group: installation.mattermost.com, kind: Mattermost, path: spec/ingressName, create: true}',
  ].map((twin): Row => ({
    name: `field specs for both kinds, beside ${twin}`,
    files: single('configurations: [fields.yaml]\nnamePrefix: p-\n', {
      'fields.yaml': `namePrefix:\n- {group: mattermost.com, kind: ClusterInstallation, path: spec/ingressName}\n- ${twin}\n`,
    }),
    blocked: /^this field spec would stand beside one for Mattermost and the same field; write both in the same words\.$/,
  })),
  {
    name: 'field specs for both kinds in a plugin, where each counts',
    files: single('transformers: [prefix.yaml]\n', {
      'other.yaml': OTHER,
      'prefix.yaml':
        'apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: p}\nprefix: p-\nfieldSpecs:\n- {kind: ClusterInstallation, path: spec/ingressName}\n- {kind: Mattermost, path: spec/ingressName}\n',
    }),
    blocked: /^this field spec would stand beside one for Mattermost and the same field; leave one of the two\.$/,
  },
  {
    name: 'field specs of labels',
    files: single('labels:\n- pairs: {a: b}\n  fields: [{kind: ClusterInstallation, path: spec/resourceLabels, create: true}]\n', {
      'other.yaml': OTHER,
    }),
    blocked: /^with this field spec Mattermost other would be changed as well/,
  },
  {
    name: 'references to its name',
    files: single('configurations: [names.yaml]\nnamePrefix: p-\n', {
      'other.yaml': `${OTHER}---\napiVersion: mattermost.com/v1alpha1\nkind: MattermostRestoreDB\nmetadata: {name: r}\nspec: {mattermostClusterName: other}\n`,
      'names.yaml':
        'nameReference:\n- kind: ClusterInstallation\n  fieldSpecs:\n  - {kind: MattermostRestoreDB, path: spec/mattermostClusterName}\n',
    }),
    blocked: /^with this reference names of Mattermost other would be changed as well; it can only be meant for all of the kind\.$/,
  },
  {
    name: 'an order by kinds',
    files: single('sortOptions: {order: legacy, legacySortOptions: {orderFirst: [ClusterInstallation, ConfigMap]}}\n', {
      'other.yaml': OTHER,
      'config.yaml': CONFIG,
    }),
    since5: true,
    blocked: /^with this order Mattermost other would be built at another place as well\.$/,
  },
  {
    name: 'an order by both kinds',
    files: single('sortOptions: {order: legacy, legacySortOptions: {orderFirst: [ClusterInstallation, ConfigMap, Mattermost]}}\n', {
      'config.yaml': CONFIG,
    }),
    since5: true,
    blocked: /^this order names Mattermost as well; leave one of the two\.$/,
  },
];

const FOR_BOTH = single(
  'patches:\n- target: {kind: ClusterInstallation|Mattermost}\n  patch: |\n    - {op: add, path: /spec/ingressAnnotations/x, value: z}\n',
  { 'other.yaml': `${OTHER}  ingressAnnotations: {q: w}\n` },
  `${CHAT}  ingressAnnotations: {q: w}\n`,
);

/** A patch that other kustomizations use for other resources can't follow the installation. */
const SHARED: readonly Row[] = [
  { name: 'a patch that a Mattermost shares, and that may stay', files: FOR_BOTH },
  ...[
    ['operations', '- {op: add, path: /spec/nodeSelector/disk, value: ssd}'],
    ['a merge', 'apiVersion: x\n    kind: x\n    metadata: {name: x}\n    spec: {nodeSelector: {disk: ssd}}'],
  ].map(([name, patch]): Row => ({
    name: `${name} for a kind that another root builds`,
    files: {
      'one/kustomization.yaml': 'resources: [chat.yaml]\ncomponents: [../disk]\n',
      'one/chat.yaml': CHAT,
      'two/kustomization.yaml': 'resources: [worker.yaml]\ncomponents: [../disk]\n',
      'two/worker.yaml': 'apiVersion: example.io/v1\nkind: Worker\nmetadata: {name: w}\nspec: {nodeSelector: {pool: q}}\n',
      'disk/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n- target: {kind: ClusterInstallation|Worker}\n  patch: |\n    ${patch}\n`,
    },
    blocked: /^this patch changes Worker w too, and would have to be another one for the installation; give each a patch of its own\.$/,
  })),
  {
    name: 'operations that mean the same for both',
    files: {
      'one/kustomization.yaml': 'resources: [chat.yaml]\ncomponents: [../size]\n',
      'one/chat.yaml': CHAT,
      'two/kustomization.yaml': 'resources: [worker.yaml]\ncomponents: [../size]\n',
      'two/worker.yaml': 'apiVersion: example.io/v1\nkind: Worker\nmetadata: {name: w}\nspec: {size: a}\n',
      'size/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n- target: {kind: ClusterInstallation|Worker}\n  patch: |\n    - {op: add, path: /spec/size, value: 100users}\n',
    },
    holds: { 'size/kustomization.yaml': 'kind: Mattermost|Worker' },
  },
];

/** References by a part of the type only, which the new kind does not share. */
const PARTS: readonly Row[] = [
  ...['{group: mattermost.com, name: chat}', '{version: v1alpha1, name: chat}'].flatMap((selector): Row[] => [
    {
      name: `a replacement into ${selector}`,
      files: single(replacement(`select: ${selector}\n    fieldPaths: [spec.image]\n    options: {create: true}`), {
        'config.yaml': CONFIG,
      }),
      blocked: /^this select names no kind, and its (?:group|version) changes for ClusterInstallation only; name the kind\.$/,
    },
    {
      name: `a replacement out of ${selector}`,
      files: single(
        replacement('select: {kind: ConfigMap}\n    fieldPaths: [data.a]', selector.replace('}', ', fieldPath: spec.ingressName}')),
        { 'config.yaml': CONFIG },
      ),
      blocked: /^this source names no kind, and its (?:group|version) changes for ClusterInstallation only; name the kind\.$/,
    },
    {
      name: `a replacement that rejects ${selector}`,
      files: single(
        replacement(`select: {name: chat}\n    reject: [${selector}]\n    fieldPaths: [spec.image]\n    options: {create: true}`),
        { 'config.yaml': CONFIG },
      ),
      blocked: /^this reject names no kind, and its (?:group|version) changes for ClusterInstallation only; name the kind\.$/,
    },
  ]),
  ...['group: mattermost.com', 'version: v1alpha1'].map((part): Row => ({
    name: `field specs of a configuration for ${part}`,
    files: single('configurations: [fields.yaml]\ncommonAnnotations: {a: b}\n', {
      'fields.yaml': `commonAnnotations:\n- {${part}, path: spec/serviceAnnotations, create: true}\n`,
    }),
    blocked: /^this field spec names no kind, and its (?:group|version) changes for ClusterInstallation only; name the kind\.$/,
  })),
  {
    name: 'a replacement out of a name alone, whose field moves',
    files: single(replacement('select: {kind: ConfigMap}\n    fieldPaths: [data.a]', '{name: chat, fieldPath: spec.nodeSelector.pool}'), {
      'config.yaml': CONFIG,
    }),
    blocked: /^this source names no kind, and its field path changes for ClusterInstallation only; name the kind\.$/,
  },
  {
    name: 'a replacement out of a name alone, whose field stays',
    files: single(replacement('select: {kind: ConfigMap}\n    fieldPaths: [data.a]', '{name: chat, fieldPath: spec.ingressName}'), {
      'config.yaml': CONFIG,
    }),
  },
];

/** `--ingress modern` moves three fields more. */
const INGRESS: readonly Row[] = [
  {
    name: 'a patch that a Mattermost shares, and that has to follow',
    files: FOR_BOTH,
    blocked:
      /^this patch changes Mattermost other too, and would have to be another one for the installation; give each a patch of its own\.$/,
  },
  {
    name: 'a replacement into the host',
    files: single(replacement('select: {kind: ClusterInstallation}\n    fieldPaths: [spec.ingressName]'), { 'config.yaml': CONFIG }),
    holds: { 'kustomization.yaml': 'fieldPaths: [spec.ingress.host]' },
  },
  {
    name: 'a replacement into the host that the TLS Secret is named after',
    files: single(
      replacement('select: {kind: ClusterInstallation}\n    fieldPaths: [spec.ingressName]'),
      { 'config.yaml': CONFIG },
      `${CHAT}  useIngressTLS: true\n`,
    ),
    blocked: /^spec\.ingressName can't be carried over: the name of the TLS Secret would have to follow it\.$/,
  },
  {
    name: 'a replacement out of the host that the TLS Secret is named after',
    files: single(
      replacement(
        'select: {kind: ConfigMap}\n    fieldPaths: [data.a]',
        '{kind: ClusterInstallation, name: chat, fieldPath: spec.ingressName}',
      ),
      { 'config.yaml': CONFIG },
      `${CHAT}  useIngressTLS: true\n`,
    ),
    holds: { 'kustomization.yaml': 'fieldPath: spec.ingress.host' },
  },
  {
    name: 'a replacement into an annotation',
    files: single(
      replacement('select: {kind: ClusterInstallation}\n    fieldPaths: ["spec.ingressAnnotations.[a.b/c]"]\n    options: {create: true}'),
      { 'config.yaml': CONFIG },
    ),
    holds: { 'kustomization.yaml': 'spec.ingress.annotations.[a.b/c]' },
  },
  {
    name: 'a replacement out of the TLS switch',
    files: single(
      replacement(
        'select: {kind: ConfigMap}\n    fieldPaths: [data.a]',
        '{kind: ClusterInstallation, name: chat, fieldPath: spec.useIngressTLS}',
      ),
      { 'config.yaml': CONFIG },
      `${CHAT}  useIngressTLS: true\n`,
    ),
    blocked: /^spec\.useIngressTLS can't be carried over: it becomes the name of a Secret\.$/,
  },
  {
    name: 'a variable out of the host',
    files: single(
      'vars:\n- name: HOST\n  objref: {apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation, name: chat}\n  fieldref: {fieldpath: spec.ingressName}\nconfigurations: [fields.yaml]\n',
      { 'config.yaml': CONFIG.replace('zz.example.com', '$(HOST)'), 'fields.yaml': 'varReference:\n- {kind: ConfigMap, path: data}\n' },
    ),
    holds: { 'kustomization.yaml': 'fieldpath: spec.ingress.host' },
  },
  {
    name: 'annotations of a configuration',
    files: single(
      'configurations: [fields.yaml]\ncommonAnnotations: {x: z}\n',
      { 'fields.yaml': 'commonAnnotations:\n- {path: spec/ingressAnnotations, kind: ClusterInstallation, create: true}\n' },
      `${CHAT}  useIngressTLS: true\n  ingressAnnotations: {q: w}\n`,
    ),
    holds: { 'fields.yaml': 'path: spec/ingress/annotations' },
  },
  {
    name: 'a prefix of the host',
    files: single('configurations: [fields.yaml]\nnamePrefix: p-\n', {
      'fields.yaml': 'namePrefix:\n- {path: spec/ingressName, kind: ClusterInstallation}\n',
    }),
    holds: { 'fields.yaml': 'path: spec/ingress/host' },
  },
  {
    name: 'a prefix of the host that the TLS Secret is named after',
    files: single(
      'configurations: [fields.yaml]\nnamePrefix: p-\n',
      { 'fields.yaml': 'namePrefix:\n- {path: spec/ingressName, kind: ClusterInstallation}\n' },
      `${CHAT}  useIngressTLS: true\n`,
    ),
    blocked: /^spec\/ingressName can't be carried over: the name of the TLS Secret would have to follow it\.$/,
  },
  {
    name: 'labels that are annotations',
    files: single('labels:\n- pairs: {a: b}\n  fields: [{kind: ClusterInstallation, path: spec/ingressAnnotations, create: true}]\n'),
    holds: { 'kustomization.yaml': 'path: spec/ingress/annotations' },
  },
  {
    name: 'a value that a plugin adds',
    files: single('transformers: [value.yaml]\n', {
      'value.yaml':
        'apiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {name: v}\nannotations: {a: b}\nfieldSpecs: [{kind: ClusterInstallation, path: spec/ingressAnnotations, create: true}]\n',
    }),
    holds: { 'value.yaml': 'path: spec/ingress/annotations' },
  },
  {
    name: 'JSON6902 patches',
    files: single(
      'patches:\n- target: {kind: ClusterInstallation}\n  patch: |\n    - {op: replace, path: /spec/ingressName, value: new.example.com}\n    - {op: add, path: /spec/ingressAnnotations/x, value: z}\n',
      {},
      `${CHAT}  ingressAnnotations: {q: w}\n`,
    ),
    holds: {
      'kustomization.yaml':
        '    - {op: replace, path: /spec/ingress/host, value: new.example.com}\n    - {op: add, path: /spec/ingress/annotations/x, value: z}\n',
    },
  },
  {
    name: 'a JSON6902 patch that gives the host in the first place',
    files: single(
      'patches:\n- target: {kind: ClusterInstallation}\n  patch: |\n    - {op: add, path: /spec/ingressName, value: new.example.com}\n',
      {},
      chat('size: 100users\n'),
    ),
    holds: { 'kustomization.yaml': '/spec/ingress' },
  },
  {
    name: 'a JSON6902 patch that takes the host away',
    files: single(
      'patches:\n- target: {kind: ClusterInstallation}\n  patch: |\n    - {op: remove, path: /spec/ingressName}\n',
      {},
      `${CHAT}  ingressAnnotations: {q: w}\n`,
    ),
  },
  {
    name: 'a JSON6902 patch that switches TLS on',
    files: single(
      'patches:\n- target: {kind: ClusterInstallation}\n  patch: |\n    - {op: add, path: /spec/useIngressTLS, value: true}\n    - {op: replace, path: /spec/ingressName, value: new.example.com}\n',
    ),
    holds: { 'kustomization.yaml': 'new-example-com-tls-cert' },
  },
  {
    name: 'a strategic-merge patch',
    files: single('patches:\n- path: patch.yaml\n', { 'patch.yaml': chat('ingressName: new.example.com\ningressAnnotations: {x: y}\n') }),
    holds: { 'patch.yaml': 'host: new.example.com' },
  },
  {
    name: 'overlays of which one keeps the old fields',
    files: {
      'base/kustomization.yaml': 'resources: [chat.yaml]\nconfigurations: [fields.yaml]\ncommonAnnotations: {x: z}\n',
      'base/fields.yaml': 'commonAnnotations:\n- {path: spec/ingressAnnotations, kind: ClusterInstallation, create: true}\n',
      'base/chat.yaml': chat('size: 100users\n'),
      'one/kustomization.yaml': 'resources: [../base]\npatches: [{path: patch.yaml}]\n',
      'one/patch.yaml': chat('ingressName: one.example.com\n'),
      'two/kustomization.yaml': 'resources: [../base]\npatches: [{path: patch.yaml}]\n',
      'two/patch.yaml': chat('ingressName: ${HOST}\n'),
    },
    blocked: /^spec\/ingressAnnotations can't be carried over: where spec\.ingressAnnotations goes depends on the installation\.$/,
  },
];

/** kustomize reads its own files into structures of Go, and finds their fields in any letter case. */
const LETTER_CASE: readonly Row[] = [
  {
    name: 'replacements',
    files: single(
      'replacements:\n- source: {Kind: ClusterInstallation, name: chat, FieldPath: spec.nodeSelector.pool}\n  targets:\n  - Select: {KIND: ClusterInstallation}\n    FieldPaths: [spec.image]\n    OPTIONS: {Create: true}\n',
    ),
    holds: { 'kustomization.yaml': '{Kind: Mattermost, name: chat, FieldPath: spec.scheduling.nodeSelector.pool}' },
  },
  {
    name: 'replacements in a file',
    files: single('Replacements: [{Path: r.yaml}]\n', {
      'config.yaml': CONFIG,
      'r.yaml':
        'Source: {kind: ConfigMap, name: settings, FieldPath: data.a}\nTargets:\n- Select: {Kind: ClusterInstallation}\n  FieldPaths: [spec.nodeSelector.pool]\n',
    }),
    holds: { 'r.yaml': '{Kind: Mattermost}\n  FieldPaths: [spec.scheduling.nodeSelector.pool]' },
  },
  {
    name: 'patches',
    files: single(
      'Patches:\n- Target: {Kind: ClusterInstallation}\n  Patch: |\n    - {op: replace, path: /spec/nodeSelector/pool, value: big}\n',
    ),
    holds: { 'kustomization.yaml': 'Target: {Kind: Mattermost}\n  Patch: |\n    - {op: replace, path: /spec/scheduling/nodeSelector/pool' },
  },
  {
    name: 'patches in files',
    files: single('patches:\n- {PATH: patch.yaml, TARGET: {kind: ClusterInstallation}}\nPatchesStrategicMerge: [merge.yaml]\n', {
      'patch.yaml': '- {op: replace, path: /spec/nodeSelector/pool, value: big}\n',
      'merge.yaml': chat('nodeSelector: {zone: a}\n'),
    }),
    holds: { 'patch.yaml': '/spec/scheduling/nodeSelector/pool', 'merge.yaml': 'scheduling:' },
  },
  {
    name: 'resources and prefixes',
    files: {
      'kustomization.yaml':
        'Resources: [chat.yaml]\nNamePrefix: p-\npatches:\n- target: {kind: ClusterInstallation, name: chat}\n  patch: |\n    - {op: replace, path: /spec/nodeSelector/pool, value: big}\n',
      'chat.yaml': CHAT,
    },
    holds: { 'kustomization.yaml': 'kind: Mattermost' },
  },
  {
    name: 'configurations',
    files: single('Configurations: [fields.yaml]\ncommonAnnotations: {x: z}\n', {
      'fields.yaml':
        'CommonAnnotations:\n- {Path: spec/nodeSelector, Kind: ClusterInstallation, Create: true}\nNameReference:\n- Kind: Secret\n  FieldSpecs: [{Kind: ClusterInstallation, PATH: spec/mattermostLicenseSecret}]\n',
    }),
    holds: { 'fields.yaml': '{Path: spec/scheduling/nodeSelector, Kind: Mattermost, Create: true}' },
  },
  {
    name: 'labels',
    files: single('Labels:\n- Pairs: {Pool: big}\n  Fields: [{Path: spec/nodeSelector, Kind: ClusterInstallation}]\n'),
    holds: { 'kustomization.yaml': '{Path: spec/scheduling/nodeSelector, Kind: Mattermost}' },
  },
  {
    name: 'variables',
    files: single(
      'Vars:\n- Name: POOL\n  ObjRef: {ApiVersion: mattermost.com/v1alpha1, KIND: ClusterInstallation, name: chat}\n  FieldRef: {FieldPath: spec.nodeSelector.pool}\nconfigurations: [fields.yaml]\n',
      { 'config.yaml': CONFIG.replace('zz.example.com', '$(POOL)'), 'fields.yaml': 'VarReference:\n- {kind: ConfigMap, path: data}\n' },
    ),
    holds: { 'kustomization.yaml': 'FieldPath: spec.scheduling.nodeSelector.pool' },
  },
  {
    name: 'an order by kinds',
    files: single('SortOptions: {Order: legacy, LegacySortOptions: {OrderFirst: [ClusterInstallation, ConfigMap]}}\n', {
      'config.yaml': CONFIG,
    }),
    since5: true,
    holds: { 'kustomization.yaml': 'OrderFirst: [Mattermost, ConfigMap]' },
  },
  {
    name: 'the configuration of a transformer',
    files: single('Transformers: [patch.yaml]\n', {
      'patch.yaml':
        'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\nTarget: {Kind: ClusterInstallation}\nPatch: |\n  - {op: replace, path: /spec/nodeSelector/pool, value: big}\n',
    }),
    holds: { 'patch.yaml': 'Target: {Kind: Mattermost}\nPatch: |\n  - {op: replace, path: /spec/scheduling/nodeSelector/pool' },
  },
  {
    name: 'a generator of the database Secret',
    files: single(
      'SecretGenerator:\n- Name: db\n  Literals: [ROOT_PASSWORD=none, USER=none, PASSWORD=none, DATABASE=none]\n',
      {},
      `${CHAT}  database: {secret: db}\n`,
    ),
    blocked: /^Secret db would be ignored: /,
  },
  {
    name: 'letters that only Go takes for others',
    files: single(
      'patche\u017F:\n- target: {\u212Aind: ClusterInstallation}\n  patch: |\n    - {op: replace, path: /spec/nodeSelector/pool, value: big}\n',
    ),
    holds: { 'kustomization.yaml': '{\u212Aind: Mattermost}' },
  },
  {
    name: 'the same field twice',
    files: single(
      'patches:\n- target: {kind: ClusterInstallation}\n  Target: {name: chat}\n  patch: |\n    - {op: replace, path: /spec/nodeSelector/pool, value: big}\n',
    ),
    blocked: /^target and Target are one field to kustomize; leave one\.$/,
  },
  {
    name: 'the same list twice',
    files: single(
      'patches:\n- target: {kind: ClusterInstallation}\n  patch: |\n    - {op: replace, path: /spec/nodeSelector/pool, value: big}\nPatches: []\n',
    ),
    blocked: /^patches and Patches are one field to kustomize; leave one\.$/,
  },
  {
    name: 'labels that differ by letter case only, which are no fields',
    files: single('commonLabels: {App: a, app: b}\nlabels:\n- pairs: {Pool: c, pool: d}\n'),
  },
  {
    name: 'a schema, which versions of kustomize read differently',
    files: single('openapi: {path: schema.json}\npatches: [{path: patch.yaml}]\n', {
      'schema.json':
        '{"definitions":{"x":{"x-kubernetes-group-version-kind":[{"group":"mattermost.com","version":"v1alpha1","kind":"ClusterInstallation"}],"Properties":{"spec":{"properties":{"nodeSelector":{"type":"object"}}}}}}}\n',
      'patch.yaml': chat('nodeSelector: {zone: a}\n'),
    }),
    blocked: /^Properties is no key of a schema to every kustomize; write properties\.$/,
  },
];

/** Its builds are quick, and the differences between versions have tests of their own. */
const newest = binaries.at(-1) as KustomizeBinary;
const isNew = / 5\./.test(newest.description);

describe.each([
  ['beside a Mattermost', BESIDE, {}],
  ['by patches that others share', SHARED, {}],
  ['by a part of the type', PARTS, {}],
  ['with --ingress modern', INGRESS, MODERN],
  ['in any letter case', LETTER_CASE, {}],
] as const)('references %s', (_, rows, more) => {
  test.each(rows.filter(({ since5 }) => isNew || since5 !== true))('$name', async ({ files, blocked, holds = {} }) => {
    const options = { assumeDatabase: 'external', ...more } as const;
    const proven = await convertRepository({ ...options, cwd: tree(files), prove: 'always', kustomize: newest.program });
    expect(errorsOf(proven).filter(({ rule }) => rule === 'kustomize-proof-failed' || rule === 'kustomize-build-fails')).toEqual([]);

    const cwd = tree(files);
    const unproven = await convertRepository({ ...options, cwd, prove: 'never', write: true });
    expect(errorsOf(unproven).map(({ message }) => message)).toEqual(blocked === undefined ? [] : [expect.stringMatching(blocked)]);
    expect([proven, unproven].map(({ summary }) => summary.convertible + summary.converted)).toEqual(
      blocked === undefined ? [1, 1] : [0, 0],
    );
    for (const [file, text] of Object.entries(files)) {
      const after = readFileSync(join(cwd, file), 'utf8');
      if (blocked !== undefined) expect(after).toBe(text);
      expect(after).toContain(holds[file] ?? '');
    }
  });
});

const errorsOf = ({ findings }: Report): readonly Finding[] => findings.filter(({ level }) => level === 'error');
