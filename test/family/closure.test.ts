import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kustomize5 } from '../proof/harness.ts';
import { temporaryRepository } from '../repo/workspace.ts';
import { tried } from './roots.ts';

/**
 * The closure of a change: every kustomization that reaches a file which would change, by whatever way, builds the operator's conversion
 * afterwards, or what it built before. Where that can't be had nothing changes, and the finding names what is in the way.
 */

const CHAT =
  'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\nspec:\n  ingressName: chat.example.com\n';
const FULL = `${CHAT}  replicas: 2\n  mattermostLicenseSecret: license\n  nodeSelector: {pool: apps}\n  database: {secret: chat-db}\n  minio: {externalURL: s3.example.com, externalBucket: files, secret: s3}\n`;
const SELECTOR = '- {op: add, path: /spec/nodeSelector, value: {disk: ssd}}';
const patchOf = (target: string): string => `patches:\n- target: ${target}\n  patch: |\n    ${SELECTOR}\n`;
const over = (base: string): string => `resources: [${base}]\n${patchOf('{name: chat}')}`;
const COMPONENT = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n';
const WORKER = 'apiVersion: example.com/v1\nkind: Worker\nmetadata: {name: worker}\nspec: {nodeSelector: {pool: other}}\n';
const OTHER =
  'apiVersion: installation.mattermost.com/v1beta1\nkind: Mattermost\nmetadata: {name: other}\nspec: {ingressName: other.example.com, replicas: 1}\n';
const EXTERNAL = 'apiVersion: v1\nkind: Secret\nmetadata: {name: chat-mysql-root-password}\nstringData: {DB_CONNECTION_STRING: x}\n';
const MANAGED = EXTERNAL.replace('{DB_CONNECTION_STRING: x}', '{ROOT_PASSWORD: a, USER: b, PASSWORD: c, DATABASE: d}');
const NAMED = `${CHAT}  database: {secret: chat-mysql-root-password}\n`;

const MANAGED_KEYS = '[ROOT_PASSWORD=a, USER=b, PASSWORD=c, DATABASE=d]';
const generatedSecret = (behavior: string, literals: string): string =>
  `secretGenerator:\n- name: chat-mysql-root-password\n  behavior: ${behavior}\n  literals: ${literals}\n  options: {disableNameSuffixHash: true}\n`;
const generator = (file: string): string => `apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: made}\nfiles: [${file}]\n`;

interface Row {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
  /** What one of the errors says; without it everything is converted. */
  readonly blocked?: RegExp;
  /** Installations that are converted in spite of the error. */
  readonly converted?: number;
}

const ROWS: readonly Row[] = [
  ...['my chat.yaml', 'chat,1.yaml', '[chat].yaml', "it's.yaml", 'a&b.yaml'].map((file) => ({
    name: `a manifest called ${file}`,
    files: {
      'base/kustomization.yaml': `resources: [${JSON.stringify(file)}]\n`,
      [`base/${file}`]: CHAT,
      'over/kustomization.yaml': over('../base'),
    },
  })),
  ...['my base', '[prod]', 'a,b', '{x}'].map((folder) => ({
    name: `a base called ${folder}`,
    files: {
      [`${folder}/kustomization.yaml`]: 'resources: [chat.yaml]\n',
      [`${folder}/chat.yaml`]: CHAT,
      'over/kustomization.yaml': over(JSON.stringify(`../${folder}`)),
    },
  })),
  {
    name: 'a base called {x} with a Secret that an overlay patches',
    files: {
      '{x}/kustomization.yaml': 'resources: [chat.yaml, secret.yaml]\n',
      '{x}/chat.yaml': NAMED,
      '{x}/secret.yaml': MANAGED,
      'over/kustomization.yaml': `resources: ["../{x}"]\npatches:\n- patch: |\n${EXTERNAL.replaceAll(/^/gm, '    ').trimEnd()}\n`,
    },
    blocked: /variants-disagree/,
  },
  {
    name: 'a patch of a transformer that changes strangers only, and looks like an installation',
    files: {
      'base/kustomization.yaml': 'resources: [chat.yaml]\n',
      'base/chat.yaml': FULL,
      'ssd/kustomization.yaml': `${COMPONENT}transformers: [transformer.yaml]\n`,
      'ssd/transformer.yaml':
        'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: ssd}\npath: patch.yaml\ntarget: {name: ".*"}\n',
      'ssd/patch.yaml': `${CHAT}  nodeSelector: {disk: ssd}\n`,
      'two/kustomization.yaml': 'resources: [worker.yaml]\ncomponents: [../ssd]\n',
      'two/worker.yaml': WORKER,
    },
    blocked: /ssd\/patch.yaml:1 kustomize-patch: A kustomization reads this file, but builds no installation from this document/,
    converted: 1,
  },
  {
    name: 'a name with an escape of YAML',
    files: {
      'base/kustomization.yaml': 'resources: ["ch\\x61t.yaml"]\n',
      'base/chat.yaml': CHAT,
      'over/kustomization.yaml': over('"../b\\u0061se"'),
    },
  },
  {
    name: 'a name in a block scalar',
    files: {
      'base/kustomization.yaml': 'resources:\n- >-\n  chat.yaml\n',
      'base/chat.yaml': CHAT,
      'over/kustomization.yaml': over('../base'),
    },
  },
  {
    name: 'a ConfigMap that another root makes of the manifest',
    files: {
      'base/kustomization.yaml': 'resources: [chat.yaml]\n',
      'base/chat.yaml': CHAT,
      'docs/kustomization.yaml':
        'configMapGenerator:\n- name: manifests\n  files: [manifest=../base/chat.yaml]\ngeneratorOptions: {disableNameSuffixHash: true}\n',
    },
    blocked: /docs\/kustomization\.yaml:3 kustomize-obstacle: ConfigMap manifests is made of base\/chat\.yaml, and would change with it/,
  },
  {
    name: 'a Secret that the same root makes of a patch',
    files: {
      'base/kustomization.yaml': 'resources: [chat.yaml]\n',
      'base/chat.yaml': CHAT,
      'over/kustomization.yaml': 'resources: [../base]\npatches: [{path: p.yaml}]\nsecretGenerator:\n- name: kept\n  files:\n  - p.yaml\n',
      'over/p.yaml': `${CHAT}  replicas: 3\n`,
    },
    blocked: /over\/kustomization\.yaml:6 kustomize-obstacle: Secret kept is made of over\/p\.yaml/,
  },
  ...Object.entries({
    'in a file': {
      'docs/kustomization.yaml': 'resources: [chat.yaml]\ngenerators: [docs.yaml]\n',
      'docs/docs.yaml': generator('chat.yaml'),
    },
    'in a string': {
      'docs/kustomization.yaml': `resources: [chat.yaml]\ngenerators:\n- |-\n${generator('chat.yaml').trimEnd().replaceAll(/^/gm, '  ')}\n`,
    },
    'from above': {
      'docs/kustomization.yaml': 'resources: [chat.yaml]\n',
      'kustomization.yaml': 'generators: [docs.yaml]\n',
      'docs.yaml': generator('docs/chat.yaml'),
    },
    'as variables': { 'docs/kustomization.yaml': 'resources: [chat.yaml]\nconfigMapGenerator: [{name: made, envs: [chat.yaml]}]\n' },
  }).map(([where, files]) => ({
    name: `a ConfigMap that a generator makes of the manifest, ${where}`,
    files: { 'docs/chat.yaml': CHAT, ...files },
    blocked: /kustomize-obstacle: ConfigMap made is made of docs\/chat\.yaml, and would change with it/,
  })),
  {
    name: 'a patch that a transformer of another root uses for another kind',
    files: {
      'kustomization.yaml': 'resources: [worker.yaml]\ntransformers: [transformer.yaml]\n',
      'transformer.yaml':
        'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: ssd}\npath: base/patch.yaml\ntarget: {kind: Worker}\n',
      'worker.yaml': WORKER,
      'base/kustomization.yaml': 'resources: [chat.yaml]\npatches: [{path: patch.yaml, target: {kind: ClusterInstallation}}]\n',
      'base/chat.yaml': FULL,
      'base/patch.yaml': '- {op: add, path: /spec/nodeSelector/disk, value: ssd}\n',
    },
    blocked: /Worker worker/,
  },
  {
    name: 'a base behind a symbolic link',
    files: { 'base/kustomization.yaml': 'resources: [chat.yaml]\n', 'base/chat.yaml': CHAT, 'over/kustomization.yaml': over('../link') },
    links: { link: 'base' },
  },
  {
    name: 'a base below a symbolic link',
    files: {
      'all/base/kustomization.yaml': 'resources: [chat.yaml]\n',
      'all/base/chat.yaml': CHAT,
      'over/kustomization.yaml': over('../link/base'),
    },
    links: { link: 'all' },
  },
  {
    name: 'an overlay that the configuration leaves out',
    files: {
      '.ci2mm.yaml': 'ignore: ["over/**"]\n',
      'base/kustomization.yaml': 'resources: [chat.yaml]\n',
      'base/chat.yaml': CHAT,
      'over/kustomization.yaml': over('../base'),
    },
    blocked: /^over\/kustomization.yaml:1 kustomize-obstacle: .*ignore in the configuration leaves it out/,
  },
  {
    name: 'an overlay that git ignores',
    files: {
      '.gitignore': 'over/\n',
      'base/kustomization.yaml': 'resources: [chat.yaml]\n',
      'base/chat.yaml': CHAT,
      'over/kustomization.yaml': over('../base'),
    },
    blocked: /^over\/kustomization.yaml:1 kustomize-obstacle: .*git ignores it/,
  },
  {
    name: 'a left-out kustomization of another base',
    files: {
      '.ci2mm.yaml': 'ignore: ["old"]\n',
      'base/kustomization.yaml': 'resources: [chat.yaml]\n',
      'base/chat.yaml': CHAT,
      'old/kustomization.yaml': 'resources: [worker.yaml]\n',
      'old/worker.yaml': WORKER,
    },
  },
  {
    name: 'a component that another root uses for another kind',
    files: {
      'base/kustomization.yaml': 'resources: [chat.yaml]\n',
      'base/chat.yaml': FULL,
      'one/kustomization.yaml': 'resources: [../base]\ncomponents: [../ssd]\n',
      'two/kustomization.yaml': 'resources: [worker.yaml]\ncomponents: [../ssd]\n',
      'two/worker.yaml': WORKER,
      'ssd/kustomization.yaml': `${COMPONENT}patches:\n- target: {kind: "ClusterInstallation|Worker"}\n  patch: |\n    - {op: add, path: /spec/nodeSelector/disk, value: ssd}\n`,
    },
    blocked: /Worker worker/,
  },
  {
    name: 'a component that changes whatever there is',
    files: {
      'base/kustomization.yaml': 'resources: [chat.yaml]\n',
      'base/chat.yaml': FULL,
      'one/kustomization.yaml': 'resources: [../base]\ncomponents: [../ssd]\n',
      'two/kustomization.yaml': 'resources: [worker.yaml]\ncomponents: [../ssd]\n',
      'two/worker.yaml': WORKER,
      'ssd/kustomization.yaml': `${COMPONENT}patches:\n- target: {name: ".*"}\n  patch: |\n    apiVersion: x\n    kind: x\n    metadata: {name: x}\n    spec: {nodeSelector: {disk: ssd}}\n`,
    },
    blocked: /Worker worker/,
  },
  {
    name: 'a patch file that another root uses for another kind',
    files: {
      'base/kustomization.yaml': 'resources: [chat.yaml]\n',
      'base/chat.yaml': FULL,
      'kustomization.yaml': 'resources: [base]\npatches:\n- {path: shared.yaml, target: {kind: ClusterInstallation}}\n',
      'shared.yaml': '- {op: replace, path: /spec/nodeSelector, value: {disk: ssd}}\n',
      'base2/kustomization.yaml': 'resources: [worker.yaml]\n',
      'base2/worker.yaml': WORKER,
      'two/kustomization.yaml': 'resources: [../base2]\ncomponents: [..]\n',
    },
    blocked: /./,
  },
  {
    name: 'a component that another root uses without any of its kinds',
    files: {
      'base/kustomization.yaml': 'resources: [chat.yaml]\n',
      'base/chat.yaml': FULL,
      'one/kustomization.yaml': 'resources: [../base]\ncomponents: [../ssd]\n',
      'two/kustomization.yaml': 'resources: [worker.yaml]\ncomponents: [../ssd]\n',
      'two/worker.yaml': WORKER,
      'ssd/kustomization.yaml': `${COMPONENT}${patchOf('{kind: ClusterInstallation}')}`,
    },
  },
  {
    name: 'a component whose widened target would reach a Mattermost of another root',
    files: {
      'base/kustomization.yaml': 'resources: [chat.yaml]\n',
      'base/chat.yaml': FULL,
      'one/kustomization.yaml': 'resources: [../base]\ncomponents: [../ssd]\n',
      'two/kustomization.yaml': 'resources: [other.yaml]\ncomponents: [../ssd]\n',
      'two/other.yaml': OTHER,
      'ssd/kustomization.yaml': `${COMPONENT}${patchOf('{kind: ClusterInstallation}')}`,
    },
    blocked: /./,
  },
  {
    name: 'a target that would reach a Mattermost of the same root',
    files: {
      'base/kustomization.yaml': `resources: [chat.yaml, other.yaml]\n${patchOf('{kind: ClusterInstallation}').replace('nodeSelector, value: {disk: ssd}', 'replicas, value: 5')}`,
      'base/chat.yaml': FULL,
      'base/other.yaml': OTHER,
    },
    blocked: /./,
  },
  {
    name: 'a base with BlueGreen that its overlay turns off',
    files: {
      'base/kustomization.yaml': 'resources: [chat.yaml]\n',
      'base/chat.yaml': `${CHAT}  blueGreen: {enable: true, productionDeployment: blue, blue: {image: a, version: "1"}, green: {image: a, version: "2"}}\n`,
      'over/kustomization.yaml':
        'resources: [../base]\npatches:\n- patch: |\n    apiVersion: mattermost.com/v1alpha1\n    kind: ClusterInstallation\n    metadata: {name: chat}\n    spec: {blueGreen: {enable: false}}\n',
    },
    blocked: /^base\/chat.yaml:\d+ blue-green-enabled: .*\(as built by base\)/,
  },
  {
    name: 'a base with a database Secret that its overlay takes away',
    files: {
      'base/kustomization.yaml': 'resources: [chat.yaml]\n',
      'base/chat.yaml': FULL,
      'over/kustomization.yaml':
        'resources: [../base]\npatches:\n- patch: |\n    apiVersion: mattermost.com/v1alpha1\n    kind: ClusterInstallation\n    metadata: {name: chat}\n    spec: {database: {secret: null, storageSize: 5Gi}}\n',
    },
  },
  {
    name: 'one name for Secrets of two kinds',
    files: {
      'base/kustomization.yaml': 'resources: [chat.yaml]\n',
      'base/chat.yaml': NAMED,
      ...Object.fromEntries(
        ['a', 'b'].map((name) => [`${name}/kustomization.yaml`, `resources: [../base, secret.yaml]\nnamespace: ${name}\n`]),
      ),
      'a/secret.yaml': EXTERNAL,
      'b/secret.yaml': MANAGED,
    },
    blocked: /variants-disagree/,
  },
  {
    name: 'a key that an overlay patches into the Secret',
    files: {
      'base/kustomization.yaml': 'resources: [chat.yaml, secret.yaml]\n',
      'base/chat.yaml': NAMED,
      'base/secret.yaml': MANAGED,
      'over/kustomization.yaml': `resources: [../base]\npatches:\n- patch: |\n${EXTERNAL.replaceAll(/^/gm, '    ').trimEnd()}\n`,
    },
    blocked: /variants-disagree/,
  },
  {
    name: 'a key that an operation adds to the Secret of the same root',
    files: {
      'kustomization.yaml':
        'resources: [chat.yaml, secret.yaml]\npatches:\n- target: {kind: Secret}\n  patch: |\n    - {op: add, path: /stringData/DB_CONNECTION_STRING, value: x}\n',
      'chat.yaml': NAMED,
      'secret.yaml': MANAGED,
    },
  },
  {
    name: 'a key that a replacement adds to the Secret',
    files: {
      'kustomization.yaml':
        'resources: [chat.yaml, secret.yaml, settings.yaml]\nreplacements:\n- source: {kind: ConfigMap, name: settings, fieldPath: data.url}\n  targets:\n  - select: {kind: Secret}\n    fieldPaths: [stringData.DB_CONNECTION_STRING]\n    options: {create: true}\n',
      'chat.yaml': NAMED,
      'secret.yaml': MANAGED,
      'settings.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {url: postgres}\n',
    },
  },
  ...(['merge', 'replace'] as const).map((behavior) => ({
    name: `a generated Secret to which an overlay does something else, ${behavior}`,
    files: {
      'base/kustomization.yaml': `resources: [chat.yaml]\n${generatedSecret('create', MANAGED_KEYS)}`,
      'base/chat.yaml': NAMED,
      'over/kustomization.yaml': `resources: [../base]\n${generatedSecret(behavior, '[DB_CONNECTION_STRING=x]')}`,
    },
    blocked: /variants-disagree/,
  })),
  {
    name: 'a generated Secret that an overlay replaces by one of the same kind',
    files: {
      'base/kustomization.yaml': `resources: [chat.yaml]\n${generatedSecret('create', MANAGED_KEYS)}`,
      'base/chat.yaml': NAMED,
      'over/kustomization.yaml': `resources: [../base]\n${generatedSecret('replace', MANAGED_KEYS)}namespace: over\n`,
    },
  },
  {
    name: 'a generated Secret that a component replaces, in a base',
    files: {
      'base/kustomization.yaml': 'resources: [chat.yaml]\ncomponents: [../own]\n',
      'base/chat.yaml': NAMED,
      'own/kustomization.yaml': `${COMPONENT}${generatedSecret('create', MANAGED_KEYS)}`,
      'over/kustomization.yaml': 'resources: [../base]\nnamespace: over\n',
    },
  },
  {
    name: 'a patch for whatever there is, a generated Secret included',
    files: {
      'base/kustomization.yaml': `resources: [chat.yaml]\n${generatedSecret('create', MANAGED_KEYS)}patches:\n- target: {name: ".*"}\n  patch: |\n    apiVersion: x\n    kind: x\n    metadata: {name: x}\n    spec: {nodeSelector: {disk: ssd}}\n`,
      'base/chat.yaml': FULL,
    },
    blocked: /this patch changes Secret chat-mysql-root-password too/,
  },
  {
    name: 'a generated Secret beside a patch for whatever there is, in another overlay',
    files: {
      'base/kustomization.yaml': `resources: [chat.yaml]\n${generatedSecret('create', MANAGED_KEYS)}`,
      'base/chat.yaml': NAMED,
      'over/kustomization.yaml': `resources: [../other]\n${patchOf('{name: ".*"}')}`,
      'other/kustomization.yaml': 'resources: [worker.yaml]\n',
      'other/worker.yaml': WORKER,
    },
  },
  {
    name: 'an inline patch in a component that nobody uses',
    files: {
      'base/kustomization.yaml': 'resources: [chat.yaml]\n',
      'base/chat.yaml': FULL,
      'c/kustomization.yaml': `${COMPONENT}patches:\n- patch: |\n    apiVersion: mattermost.com/v1alpha1\n    kind: ClusterInstallation\n    metadata: {name: chat}\n    spec: {nodeSelector: {z: y}}\n`,
    },
    blocked: /^c\/kustomization.yaml:4 kustomize-patch/,
    converted: 1,
  },
  {
    name: 'operations by name in a component that nobody uses',
    files: {
      'base/kustomization.yaml': 'resources: [chat.yaml]\n',
      'base/chat.yaml': FULL,
      'c/kustomization.yaml': `${COMPONENT}${patchOf('{name: chat}')}`,
    },
    blocked: /^c\/kustomization.yaml:4 kustomize-patch/,
    converted: 1,
  },
  {
    name: 'a patch of a base that is elsewhere',
    files: {
      'over/kustomization.yaml':
        'resources: ["https://git.example.com/x/y//base?ref=v1"]\npatchesStrategicMerge:\n- |-\n  apiVersion: mattermost.com/v1alpha1\n  kind: ClusterInstallation\n  metadata: {name: chat}\n  spec: {nodeSelector: {z: "1"}}\n',
    },
    blocked: /^over\/kustomization.yaml:3 kustomize-patch/,
    converted: 0,
  },
  {
    name: 'a replacement into installations of a base that is elsewhere',
    files: {
      'over/kustomization.yaml':
        'resources: ["https://git.example.com/x/y//base?ref=v1"]\nreplacements:\n- source: {kind: ConfigMap, name: a, fieldPath: data.b}\n  targets:\n  - select: {kind: ClusterInstallation}\n    fieldPaths: [spec.minio.secret]\n',
    },
    blocked: /^over\/kustomization.yaml:1 kustomize-patch/,
    converted: 0,
  },
  {
    name: 'a patch of another kind in a component that nobody uses',
    files: {
      'base/kustomization.yaml': 'resources: [chat.yaml]\n',
      'base/chat.yaml': FULL,
      'c/kustomization.yaml': `${COMPONENT}${patchOf('{kind: Worker}')}`,
    },
  },
];

describe.each(ROWS)('$name', ({ files, links = {}, blocked, converted = 0 }) => {
  test.each(['never', ...(kustomize5 === null ? [] : ['always' as const])] as const)('prove: %s', async (prove) => {
    const root = temporaryRepository(files);
    for (const [link, target] of Object.entries(links)) symlinkSync(target, join(root, link));
    const { errors, differences, report } = await tried(root, { prove });
    expect(differences).toEqual([]);
    if (blocked === undefined) expect(errors).toEqual([]);
    else expect(errors.some((line) => blocked.test(line)) ? [] : errors).toEqual([]);
    if (blocked === undefined) expect(report.summary.converted).toBe(report.summary.installations);
    else {
      expect(errors).not.toEqual([]);
      expect(report.summary.converted).toBe(converted);
    }
  });
});
