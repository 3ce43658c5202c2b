import { describe, expect, test } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import { buildAll } from '../drawn/build.ts';
import { differencesIn } from '../drawn/expected.ts';
import { kustomize5 } from '../proof/harness.ts';
import { temporaryRepository } from '../repo/workspace.ts';

/** Flux Kustomizations, Argo CD Applications and ApplicationSets that build a directory with patches of their own are roots as kustomizations are. */

const CHAT =
  'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\nspec:\n  ingressName: chat.example.com\n  mattermostLicenseSecret: license\n';
const BASE = { 'base/kustomization.yaml': 'resources: [chat.yaml]\n', 'base/chat.yaml': CHAT };
const flux = (spec: string, version = 'v1'): string =>
  `apiVersion: kustomize.toolkit.fluxcd.io/${version}\nkind: Kustomization\nmetadata: {name: chat, namespace: flux-system}\nspec:\n  path: ./base\n  prune: true\n  sourceRef: {kind: GitRepository, name: fleet}\n${spec}`;
const argo = (kustomize: string, source = 'path: base'): string =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: chat, namespace: argocd}\nspec:\n  source:\n    repoURL: https://git.example.com/fleet.git\n    ${source}\n    kustomize:\n${kustomize}`;
const JSON_PATCH =
  '    - target: {kind: ClusterInstallation}\n      patch: |-\n        - {op: add, path: /spec/nodeSelector, value: {disk: ssd}}\n';
const MERGE =
  '    - patch: |-\n        apiVersion: mattermost.com/v1alpha1\n        kind: ClusterInstallation\n        metadata: {name: chat}\n        spec: {mattermostLicenseSecret: other, nodeSelector: {disk: ssd}}\n';
const indented4 = (text: string): string => text.replaceAll(/^(?=.)/gm, '    ');

const OTHER =
  'apiVersion: installation.mattermost.com/v1beta1\nkind: Mattermost\nmetadata: {name: other}\nspec: {ingressName: other.example.com}\n';
const SSD =
  'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n- target: {kind: ClusterInstallation}\n  patch: |-\n    - {op: add, path: /spec/nodeSelector, value: {disk: ssd}}\n';
const OVERLAYS = {
  'over/a/kustomization.yaml': 'resources: [../../base]\nnamespace: a\n',
  'over/b/kustomization.yaml': 'resources: [../../base]\nnamespace: b\n',
};

/** An ApplicationSet with a generator, a path, and what its template adds. */
const set = (generator: string, path: string, patches: string, components: readonly string[] = []): string =>
  `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: chats, namespace: argocd}\nspec:\n  generators:\n  ${generator}\n  template:\n    spec:\n      source:\n        path: ${path}\n        kustomize:\n          components: ${JSON.stringify(components)}\n${patches === '' ? '' : `          patches:\n${patches.replaceAll(/^(?=.)/gm, '      ')}`}`;

interface Row {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly blocked?: RegExp;
  /** Of git, before the run. */
  readonly settings?: readonly string[];
}

const ORIGIN = ['remote.origin.url=git@git.example.com:acme/fleet.git'];
const argoOf = (repository: string, kustomize: string, name = 'chat'): string =>
  argo(kustomize).replace('https://git.example.com/fleet.git', repository).replace('name: chat,', `name: ${name},`);
const gitRepository = (url: string): string =>
  `---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: fleet, namespace: flux-system}\nspec: {url: ${url}}\n`;

const ROWS: readonly Row[] = [
  { name: 'Flux: operations', files: { ...BASE, 'clusters/chat.yaml': flux(`  patches:\n${JSON_PATCH}`) } },
  { name: 'Flux: a merge', files: { ...BASE, 'clusters/chat.yaml': flux(`  patches:\n${MERGE}`) } },
  {
    name: 'Flux: in a stream of objects',
    files: {
      ...BASE,
      'clusters/chat.yaml': `# Clusters.\napiVersion: v1\nkind: Namespace\nmetadata: {name: chat}\n---\n${flux(`  patches:\n${MERGE}${JSON_PATCH}`)}`,
    },
  },
  {
    name: 'Flux v1beta2: merges and operations that are no strings',
    files: {
      ...BASE,
      'clusters/chat.yaml': flux(
        '  patchesStrategicMerge:\n    - apiVersion: mattermost.com/v1alpha1\n      kind: ClusterInstallation\n      metadata: {name: chat}\n      spec:\n        nodeSelector: {disk: ssd} # fast\n  patchesJson6902:\n    - target: {group: mattermost.com, version: v1alpha1, kind: ClusterInstallation, name: chat}\n      patch:\n        - op: replace\n          path: /spec/mattermostLicenseSecret\n          value: other\n',
        'v1beta2',
      ),
    },
  },
  {
    name: 'Flux: a namespace and a prefix, no patch',
    files: { ...BASE, 'clusters/chat.yaml': flux('  targetNamespace: chat\n  namePrefix: my-\n') },
  },
  {
    name: 'Argo CD: operations that are none before their template is filled in',
    files: {
      ...BASE,
      'clusters/chat.yaml': set(
        '- list: {elements: [{license: l1}, {license: l2}]}',
        'base',
        '    - target: {kind: ClusterInstallation}\n      patch: |-\n        - op: replace\n          path: /spec/mattermostLicenseSecret\n          value: {{.license}}\n',
      ),
    },
    blocked: /before \{\{ \}\} in it is filled in/,
  },
  {
    name: 'Flux: a patch, and a transformer of the directory that comes behind it',
    files: {
      ...BASE,
      'base/kustomization.yaml': 'resources: [chat.yaml]\ntransformers: [last.yaml]\n',
      'base/last.yaml':
        'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: last}\ntarget: {kind: ClusterInstallation}\npatch: |-\n  - {op: replace, path: /spec/mattermostLicenseSecret, value: last}\n',
      'clusters/chat.yaml': flux(`  patches:\n${MERGE}`),
    },
  },
  {
    name: 'Flux: a patch of which a transformer of the directory takes a part away',
    files: {
      ...BASE,
      'base/kustomization.yaml': 'resources: [chat.yaml]\ntransformers: [last.yaml]\n',
      'base/last.yaml':
        'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: last}\ntarget: {kind: ClusterInstallation}\npath: patch.yaml\n',
      'base/patch.yaml':
        'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\nspec:\n  minio: {secret: null}\n',
      'clusters/chat.yaml': flux(
        '  patches:\n    - patch: |-\n        apiVersion: mattermost.com/v1alpha1\n        kind: ClusterInstallation\n        metadata: {name: chat}\n        spec:\n          minio: {externalURL: s3.example.com, externalBucket: b, secret: s3}\n',
      ),
    },
    blocked: /spec\.minio\.secret is not set/,
  },
  {
    name: 'Flux: a prefix in the place of that of the directory',
    files: {
      ...BASE,
      'base/kustomization.yaml': 'resources: [chat.yaml]\nnamePrefix: eu-\n',
      'clusters/chat.yaml': flux(`  namePrefix: my-\n  patches:\n${MERGE}`),
    },
  },
  {
    name: 'Flux: a prefix and a patch by the name before',
    files: { ...BASE, 'clusters/chat.yaml': flux(`  namePrefix: my-\n  patches:\n${MERGE}`) },
  },
  {
    name: 'Flux: manifests without a kustomization',
    files: { 'base/chat.yaml': CHAT, 'clusters/chat.yaml': flux(`  patches:\n${JSON_PATCH}`) },
  },
  {
    name: 'Flux: two clusters of one base',
    files: {
      ...BASE,
      'a/chat.yaml': flux(`  patches:\n${JSON_PATCH}`),
      'b/chat.yaml': flux(`  patches:\n${MERGE}`).replace('name: chat, namespace', 'name: other, namespace'),
    },
  },
  {
    name: 'Flux: a patch that turns BlueGreen on',
    files: {
      ...BASE,
      'clusters/chat.yaml': flux(
        '  patches:\n    - target: {kind: ClusterInstallation}\n      patch: \'[{"op": "add", "path": "/spec/blueGreen", "value": {"enable": true}}]\'\n',
      ),
    },
    blocked: /blue-green-enabled/,
  },
  {
    name: 'Flux: a patch that names a database Secret of another kind',
    files: {
      'base/kustomization.yaml': 'resources: [chat.yaml, secret.yaml]\n',
      'base/chat.yaml': CHAT,
      'base/secret.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {DB_CONNECTION_STRING: x}\n',
      'clusters/chat.yaml': flux(
        '  patches:\n    - target: {kind: ClusterInstallation}\n      patch: \'[{"op": "add", "path": "/spec/database", "value": {"secret": "db"}}]\'\n',
      ),
    },
  },
  {
    name: 'Flux: an object that the configuration leaves out',
    files: { ...BASE, '.ci2mm.yaml': 'ignore: [clusters]\n', 'clusters/chat.yaml': flux(`  patches:\n${JSON_PATCH}`) },
    blocked: /^clusters\/chat.yaml kustomize-obstacle: .*ignore in the configuration/m,
  },
  {
    name: 'Flux: a directory of another repository',
    files: { ...BASE, 'clusters/chat.yaml': flux(`  patches:\n${JSON_PATCH}`).replace('./base', './elsewhere') },
    blocked: /^clusters\/chat.yaml kustomize-obstacle: .*nobody here can tell/m,
  },
  {
    name: 'Flux: an artifact that is no Git repository',
    files: { ...BASE, 'clusters/chat.yaml': flux(`  patches:\n${JSON_PATCH}`).replace('GitRepository', 'OCIRepository') },
    blocked: /^clusters\/chat.yaml kustomize-obstacle: .*nobody here can tell/m,
  },
  {
    name: 'Flux: patches of something else from another repository',
    files: {
      ...BASE,
      'clusters/chat.yaml': flux(`  patches:\n${JSON_PATCH}`)
        .replace('./base', './elsewhere')
        .replace('kind: ClusterInstallation', 'kind: Deployment'),
    },
  },
  { name: 'Argo CD: operations', files: { ...BASE, 'apps/chat.yaml': argo(indented4(`  patches:\n${JSON_PATCH}`)) } },
  {
    name: 'Argo CD: a target without a kind',
    files: { ...BASE, 'apps/chat.yaml': argo(indented4(`  patches:\n${JSON_PATCH.replace('kind: ClusterInstallation', 'name: chat')}`)) },
  },
  {
    name: 'Argo CD: a patch in a file of the directory',
    files: {
      ...BASE,
      'base/patch.yaml': '- {op: add, path: /spec/nodeSelector, value: {disk: ssd}}\n',
      'apps/chat.yaml': argo('      patches:\n      - path: patch.yaml\n        target: {kind: ClusterInstallation}\n'),
    },
  },
  {
    name: 'Argo CD: several sources',
    files: {
      ...BASE,
      'apps/chat.yaml': `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: chat, namespace: argocd}\nspec:\n  sources:\n  - {repoURL: "https://charts.example.com", chart: x}\n  - repoURL: https://git.example.com/fleet.git\n    path: base\n    kustomize:\n${indented4(`  patches:\n${JSON_PATCH}`)}`,
    },
  },
  {
    name: 'Argo CD: an ApplicationSet with templates in its patches',
    files: {
      ...BASE,
      'apps/chat.yaml': `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: chats, namespace: argocd}\nspec:\n  generators: [{list: {elements: [{name: one, license: l}]}}]\n  template:\n    spec:\n      source:\n        path: base\n        kustomize:\n          nameSuffix: '-{{.name}}'\n          patches:\n          - target: {kind: ClusterInstallation}\n            patch: |-\n              - op: replace\n                path: /spec/mattermostLicenseSecret\n                value: '{{.license}}'\n`,
    },
  },
  {
    name: 'Argo CD: a directory that only a cluster knows',
    files: { ...BASE, 'apps/chat.yaml': set('- clusters: {}', "'{{path}}'", JSON_PATCH) },
    blocked: /^apps\/chat.yaml kustomize-obstacle: .*nobody here can tell/m,
  },
  {
    name: 'Argo CD: a component over a directory that only a cluster knows',
    files: { ...BASE, 'ssd/kustomization.yaml': SSD, 'apps/chat.yaml': set('- clusters: {}', "'{{path}}'", '', ['../ssd']) },
    blocked: /^apps\/chat.yaml kustomize-obstacle: .*nobody here can tell, and with this component/m,
  },
  ...[
    '- list: {elements: [{dir: a}, {dir: b}]}',
    '- matrix: {generators: [{list: {elements: [{dir: a}]}}, {list: {elements: [{x: y}]}}]}',
  ].map((generator) => ({
    name: `Argo CD: directories that a generator names, ${generator}`,
    files: { ...BASE, ...OVERLAYS, 'apps/chat.yaml': set(generator, "'over/{{dir}}'", JSON_PATCH) },
  })),
  {
    name: 'Argo CD: directories that git lists',
    files: {
      ...BASE,
      ...OVERLAYS,
      'apps/chat.yaml': set('- git: {directories: [{path: "over/*"}, {path: over/b, exclude: true}]}', "'{{.path.path}}'", JSON_PATCH),
    },
  },
  {
    name: 'Argo CD: directories that a generator names, one of them of a Mattermost',
    files: {
      ...BASE,
      ...OVERLAYS,
      'over/b/kustomization.yaml': `resources: [other.yaml]\n`,
      'over/b/other.yaml': OTHER,
      'apps/chat.yaml': set(
        '- list: {elements: [{dir: a}, {dir: b}]}',
        "'over/{{dir}}'",
        JSON_PATCH.replace('nodeSelector, value: {disk: ssd}', 'replicas, value: 4'),
      ),
    },
    blocked: /would build another Mattermost other/,
  },
  {
    name: 'Argo CD: a template of a generator',
    files: {
      ...BASE,
      'apps/chat.yaml': set(
        `- list:\n      elements: [{a: b}]\n      template:\n       spec:\n        source:\n         kustomize:\n${indented4(`      patches:\n  ${JSON_PATCH.replaceAll('\n', '\n  ').trimEnd()}\n`)}`,
        'base',
        '',
      ),
    },
    blocked: /^apps\/chat.yaml kustomize-obstacle: .*nobody here can tell/m,
  },
  {
    name: 'Argo CD: a template that a text changes',
    files: {
      ...BASE,
      'apps/chat.yaml': `${set('- list: {elements: [{a: b}]}', 'base', '')}  templatePatch: |\n    spec: {source: {kustomize: {patches: [{target: {name: chat}, patch: "[]"}]}}}\n`,
    },
    blocked: /^apps\/chat.yaml kustomize-obstacle: .*changes by this text what kustomize builds/m,
  },
  {
    name: 'Argo CD: a template of another directory that a text changes',
    files: {
      ...BASE,
      'elsewhere/kustomization.yaml': 'resources: [other.yaml]\n',
      'elsewhere/other.yaml': OTHER,
      'apps/chat.yaml': `${set('- list: {elements: [{a: b}]}', 'elsewhere', '')}  templatePatch: |\n    spec: {source: {kustomize: {patches: [{target: {name: chat}, patch: "[]"}]}}}\n`,
    },
  },
  ...Object.entries({
    'a Mattermost': { 'base/other.yaml': OTHER },
    'a folder with a Mattermost': { 'base/more/kustomization.yaml': 'resources: [other.yaml]\n', 'base/more/other.yaml': OTHER },
  }).map(([what, files]) => ({
    name: `Flux: manifests without a kustomization, ${what} among them`,
    files: {
      'base/chat.yaml': CHAT,
      ...files,
      'clusters/chat.yaml': flux(`  patches:\n${JSON_PATCH.replace('nodeSelector, value: {disk: ssd}', 'replicas, value: 4')}`),
    },
    blocked: /with this target Mattermost other would be changed as well/,
  })),
  {
    name: 'Flux: manifests without a kustomization, and a patch for whatever there is',
    files: {
      'base/chat.yaml': CHAT,
      'base/worker.yaml': 'apiVersion: example.com/v1\nkind: Worker\nmetadata: {name: worker}\nspec: {replicas: 1}\n',
      'clusters/chat.yaml': flux(`  patches:\n${JSON_PATCH.replace('kind: ClusterInstallation', 'name: ".*"')}`),
    },
    blocked: /this patch changes Worker worker too/,
  },
  {
    name: 'Flux: a folder with a kustomization below a directory without one',
    files: {
      'base/chat/kustomization.yaml':
        'resources: [chat.yaml]\npatches:\n- target: {kind: ClusterInstallation}\n  patch: |-\n    - {op: add, path: /spec/nodeSelector, value: {pool: apps}}\n',
      'base/chat/chat.yaml': CHAT,
      'clusters/chat.yaml': flux(`  patches:\n${JSON_PATCH.replace('nodeSelector, value: {disk: ssd}', 'nodeSelector/disk, value: ssd')}`),
    },
  },
  {
    name: 'Flux: a component that nothing else uses',
    files: { ...BASE, 'ssd/kustomization.yaml': SSD, 'clusters/chat.yaml': flux('  components: [../ssd]\n') },
  },
  {
    name: 'Flux: a component over another directory, with a Mattermost',
    files: {
      ...BASE,
      'ssd/kustomization.yaml': SSD.replace('nodeSelector, value: {disk: ssd}', 'replicas, value: 4'),
      'elsewhere/kustomization.yaml': 'resources: [other.yaml]\n',
      'elsewhere/other.yaml': OTHER,
      'a/chat.yaml': flux('  components: [../ssd]\n'),
      'b/chat.yaml': flux('  components: [../ssd]\n')
        .replace('./base', './elsewhere')
        .replace('name: chat, namespace', 'name: other, namespace'),
    },
    blocked: /Mattermost other/,
  },
  ...[BASE, { 'base/chat.yaml': CHAT }].map((base) => ({
    name: `Argo CD: an object that is no YAML, over ${Object.keys(base).length} files`,
    files: { ...base, 'apps/chat.yaml': argo(`      patches:\n${JSON_PATCH}`) },
    blocked: /^apps\/chat.yaml kustomize-obstacle: .*can not be read; correct it first/m,
  })),
  {
    name: 'Argo CD: a directory of the same name in another repository',
    settings: ORIGIN,
    files: {
      ...BASE,
      'apps/fleet.yaml': argoOf('https://git.example.com/acme/fleet.git', '      images: [a=b]\n', 'fleet'),
      'apps/chat.yaml': argoOf('https://token@git.example.com/acme/other.git', indented4(`  patches:\n${JSON_PATCH}`)),
    },
    blocked: /^apps\/chat.yaml kustomize-obstacle: .*builds from another repository, git.example.com\/acme\/other, and this patch/m,
  },
  ...['https://git.example.com/acme/fleet', 'ssh://git@git.example.com:2222/acme/fleet.git', 'https://mirror.example.org/Acme/Fleet/'].map(
    (url) => ({
      name: `Argo CD: this repository, as ${url}`,
      settings: ORIGIN,
      files: { ...BASE, 'apps/chat.yaml': argoOf(url, indented4(`  patches:\n${JSON_PATCH}`)) },
    }),
  ),
  {
    name: 'Argo CD: another repository with the same directory, and no patch',
    settings: ORIGIN,
    files: { ...BASE, 'apps/chat.yaml': argoOf('https://git.example.com/acme/other.git', '      images: [a=b]\n') },
  },
  {
    name: 'Argo CD: a repository that is none of the remotes',
    settings: ORIGIN,
    files: { ...BASE, 'apps/chat.yaml': argoOf('https://git.example.com/acme/other.git', indented4(`  patches:\n${JSON_PATCH}`)) },
    blocked: /^apps\/chat.yaml kustomize-obstacle: .*nobody here can tell whether/m,
  },
  {
    name: 'Argo CD: a repository of which this is a fork',
    settings: ['remote.origin.url=git@git.example.com:somebody/fleet.git'],
    files: { ...BASE, 'apps/chat.yaml': argoOf('https://git.example.com/acme/fleet.git', indented4(`  patches:\n${JSON_PATCH}`)) },
  },
  {
    name: 'Argo CD: a clone of a folder',
    settings: ['remote.origin.url=/srv/clones/chat'],
    files: { ...BASE, 'apps/chat.yaml': argoOf('https://git.example.com/acme/fleet.git', indented4(`  patches:\n${JSON_PATCH}`)) },
  },
  {
    name: 'Argo CD: two repositories, and nothing that says which is this one',
    files: {
      ...BASE,
      'apps/chat.yaml': argoOf('https://git.example.com/acme/fleet.git', '      images: [a=b]\n'),
      'apps/other.yaml': argoOf('https://git.example.com/acme/other.git', indented4(`  patches:\n${JSON_PATCH}`), 'other'),
    },
    blocked:
      /^apps\/other.yaml kustomize-obstacle: .*git.example.com\/acme\/other, and nobody here can tell whether that is this repository/m,
  },
  {
    name: 'Argo CD: two repositories, one of which has nothing of this name',
    files: {
      ...BASE,
      'apps/chat.yaml': argoOf('https://git.example.com/acme/fleet.git', indented4(`  patches:\n${JSON_PATCH}`)),
      'apps/other.yaml': argoOf('https://git.example.com/acme/other.git', '      images: [a=b]\n', 'other').replace(
        'path: base',
        'path: manifests',
      ),
    },
  },
  {
    name: 'Flux: a directory of the same name in another repository',
    settings: ORIGIN,
    files: { ...BASE, 'clusters/chat.yaml': `${flux(`  patches:\n${JSON_PATCH}`)}${gitRepository('https://git.example.com/acme/other')}` },
    blocked: /^clusters\/chat.yaml kustomize-obstacle: .*git.example.com\/acme\/other, and nobody here can tell whether/m,
  },
  {
    name: 'Flux: this repository, by its own URL',
    settings: ORIGIN,
    files: {
      ...BASE,
      'clusters/chat.yaml': `${flux(`  patches:\n${JSON_PATCH}`)}${gitRepository('ssh://git@git.example.com/acme/fleet')}`,
    },
  },
  {
    name: 'Flux: a patch of another repository, and a manifest that nothing builds',
    files: {
      'base/chat.yaml': CHAT,
      'base/kustomization.yaml': 'resources: []\n',
      'clusters/chat.yaml': flux(`  patches:\n${JSON_PATCH}`).replace('./base', './elsewhere'),
    },
    blocked: /^clusters\/chat.yaml kustomize-obstacle: .*nobody here can tell/m,
  },
];

describe.each(ROWS)('$name', ({ files, blocked, settings }) => {
  test.each(['never', ...(kustomize5 === null ? [] : ['always' as const])] as const)('prove: %s', async (prove) => {
    const root = temporaryRepository(files, settings);
    const before = await buildAll(root);
    const report = await convertRepository({ cwd: root, prove, assumeDatabase: 'external', write: true });
    const errors = report.findings.filter(({ level }) => level === 'error').map(({ file, rule, message }) => `${file} ${rule}: ${message}`);
    expect(differencesIn(before, await buildAll(root), () => blocked === undefined)).toEqual([]);
    if (blocked === undefined) expect(errors).toEqual([]);
    else expect(errors.join('\n')).toMatch(blocked);
    expect(report.changes.length > 0).toBe(blocked === undefined);
    // What is written is not told as left.
    expect(
      report.findings
        .filter(({ rule, field }) => rule === 'reference-left' && blocked === undefined && /patches/.test(field ?? ''))
        .map(({ message }) => message)
        .filter((message) => !message.includes('elsewhere')),
    ).toEqual([]);
  });
});
