import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kustomize5 } from '../proof/harness.ts';
import { commitAll, temporaryRepository } from '../repo/workspace.ts';
import { tried } from './roots.ts';

/** Objects of engines as they are built, ignored, filled in later, or pinned: what such a one patches must not lose its installation unseen. */

const CHAT =
  'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\nspec:\n  ingressName: chat.example.com\n  mattermostLicenseSecret: license\n';
const BASE = { 'base/kustomization.yaml': 'resources: [chat.yaml]\n', 'base/chat.yaml': CHAT };
const PATCH = (kind = 'ClusterInstallation'): string =>
  `- target: {kind: ${kind}}\n  patch: |-\n    - {op: replace, path: /spec/mattermostLicenseSecret, value: other}\n`;
const indented = (text: string, by: number): string => text.replaceAll(/^(?=.)/gm, ' '.repeat(by));
const flux = ({ path = './base', patches = '', name = 'chat', repository = 'flux-system' } = {}): string =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: ${name}, namespace: flux-system}\nspec:\n  interval: 5m\n  path: ${path}\n  prune: true\n  sourceRef: {kind: GitRepository, name: ${repository}}\n${patches === '' ? '' : `  patches:\n${indented(patches, 2)}`}`;
const argo = ({ path = 'base', patches = '', revision = 'HEAD', repository = 'https://git.example.com/x/y.git' } = {}): string =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: chat, namespace: argocd}\nspec:\n  project: default\n  source:\n    repoURL: ${repository}\n    path: ${path}\n    targetRevision: ${revision}\n    kustomize:\n      namePrefix: ""\n${patches === '' ? '' : `      patches:\n${indented(patches, 6)}`}`;
/** A patch of an object of an engine that gives it a list of patches. */
const adding = (kind: string, pointer: string): string =>
  `- target: {kind: ${kind}}\n  patch: |\n    - op: add\n      path: ${pointer}\n      value:\n${indented(PATCH(), 6)}`;
const gitRepository = (ref: string): string =>
  `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: flux-system, namespace: flux-system}\nspec: {url: "https://git.example.com/x/y", ref: ${ref}}\n---\n`;

/** A chart, and a release of it that patches what is rendered. */
const chartWith = (target: string): Record<string, string> => ({
  'chart/Chart.yaml': 'apiVersion: v2\nname: chat\nversion: 1.0.0\n',
  'chart/templates/chat.yaml': CHAT.replace('chat.example.com', '{{ .Values.host }}'),
  'chart/values.yaml': 'host: chat.example.com\n',
  'clusters/chat.yaml': `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: chat, namespace: chat}\nspec:\n  chart:\n    spec:\n      chart: ./chart\n      sourceRef: {kind: GitRepository, name: flux-system}\n  postRenderers:\n  - kustomize:\n      patches:\n${indented(PATCH().replace('{kind: ClusterInstallation}', target), 6)}`,
});

interface Row {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
  /** What one of the errors says; without it everything is converted. */
  readonly blocked?: RegExp;
}

const BUILT = /is built with other patches, or over another directory, than where it is written/;

const ROWS: readonly Row[] = [
  ...['clusters/eu/p.yaml', 'clusters/eu/p'].map((file) => ({
    name: `an overlay adds patches to a Flux Kustomization by ${file}`,
    files: {
      ...BASE,
      'clusters/base/kustomization.yaml': 'resources: [flux.yaml]\n',
      'clusters/base/flux.yaml': flux(),
      'clusters/eu/kustomization.yaml': `resources: [../base]\npatches: [{path: ${file.slice(12)}, target: {kind: Kustomization}}]\n`,
      [file]: `- op: add\n  path: /spec/patches\n  value:\n${indented(PATCH(), 2)}`,
    },
    blocked: BUILT,
  })),
  {
    name: 'an overlay changes one patch of a Flux Kustomization',
    files: {
      ...BASE,
      'clusters/base/kustomization.yaml': 'resources: [flux.yaml]\n',
      'clusters/base/flux.yaml': flux({ patches: PATCH() }),
      'clusters/eu/kustomization.yaml':
        'resources: [../base]\npatches:\n- target: {kind: Kustomization}\n  patch: |\n    - op: replace\n      path: /spec/patches/0/patch\n      value: |-\n        - {op: replace, path: /spec/mattermostLicenseSecret, value: eu}\n',
    },
    blocked: BUILT,
  },
  {
    name: 'a component adds patches to an Application',
    files: {
      ...BASE,
      'apps/kustomization.yaml': 'resources: [chat.yaml]\ncomponents: [patched]\n',
      'apps/chat.yaml': argo(),
      'apps/patched/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n${adding('Application', '/spec/source/kustomize/patches')}`,
    },
    blocked: BUILT,
  },
  {
    name: 'a Flux Kustomization patches another',
    files: {
      ...BASE,
      'clusters/flux.yaml': flux(),
      'root.yaml': flux({ name: 'root', path: './clusters', patches: adding('Kustomization', '/spec/patches') }),
    },
    blocked: BUILT,
  },
  {
    name: 'an app of apps patches an Application',
    files: {
      ...BASE,
      'apps/kustomization.yaml': 'resources: [chat.yaml]\n',
      'apps/chat.yaml': argo(),
      'root.yaml': argo({ path: 'apps', patches: adding('Application', '/spec/source/kustomize/patches') }).replace(
        'name: chat,',
        'name: root,',
      ),
    },
    blocked: BUILT,
  },
  {
    name: 'a replacement says which directory a Flux Kustomization builds',
    files: {
      ...BASE,
      'clusters/base/kustomization.yaml': 'resources: [flux.yaml]\n',
      'clusters/base/flux.yaml': flux({ path: './other', patches: PATCH() }),
      'other/kustomization.yaml': 'resources: [config.yaml]\n',
      'other/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n',
      'clusters/eu/kustomization.yaml':
        'resources: [../base, path.yaml]\nreplacements:\n- source: {kind: ConfigMap, name: path, fieldPath: data.path}\n  targets:\n  - select: {kind: Kustomization}\n    fieldPaths: [spec.path]\n',
      'clusters/eu/path.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: path}\ndata: {path: ./base}\n',
    },
    blocked: BUILT,
  },
  {
    name: 'an overlay that changes nothing of what is built',
    files: {
      ...BASE,
      'clusters/base/kustomization.yaml': 'resources: [flux.yaml]\n',
      'clusters/base/flux.yaml': flux({ patches: PATCH() }),
      'clusters/eu/kustomization.yaml':
        'resources: [../base]\npatches:\n- target: {kind: Kustomization}\n  patch: |\n    - {op: replace, path: /spec/interval, value: 1m}\n',
    },
  },
  {
    name: 'an overlay that adds patches of other kinds',
    files: {
      ...BASE,
      'clusters/base/kustomization.yaml': 'resources: [flux.yaml]\n',
      'clusters/base/flux.yaml': flux(),
      'clusters/eu/kustomization.yaml': `resources: [../base]\npatches:\n${adding('Kustomization', '/spec/patches').replace('{kind: ClusterInstallation}', '{kind: Deployment}')}`,
    },
  },
  {
    name: 'an overlay that adds patches to an object over another directory',
    files: {
      ...BASE,
      'other/kustomization.yaml': 'resources: [config.yaml]\n',
      'other/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n',
      'clusters/base/kustomization.yaml': 'resources: [flux.yaml]\n',
      'clusters/base/flux.yaml': flux({ path: './other' }),
      'clusters/eu/kustomization.yaml': `resources: [../base]\npatches:\n${adding('Kustomization', '/spec/patches').replace('{kind: ClusterInstallation}', '{name: other}')}`,
    },
  },
  ...['flux.txt', 'flux'].map((file) => ({
    name: `a Flux Kustomization in ${file}`,
    files: { ...BASE, 'clusters/kustomization.yaml': `resources: [${file}]\n`, [`clusters/${file}`]: flux({ patches: PATCH() }) },
  })),
  {
    name: 'an Application whose name gets a prefix',
    files: { ...BASE, 'apps/kustomization.yaml': 'resources: [a.yaml]\nnamePrefix: eu-\n', 'apps/a.yaml': argo({ patches: PATCH() }) },
  },
  {
    name: 'an Application over a symbolic link',
    files: { ...BASE, 'apps/a.yaml': argo({ path: 'link', patches: PATCH() }) },
    links: { link: 'base' },
  },
  {
    name: 'a Flux Kustomization that git ignores',
    files: { ...BASE, '.gitignore': '/clusters/\n', 'clusters/flux.yaml': flux({ patches: PATCH() }) },
    blocked: /clusters\/flux\.yaml.*git ignores it/,
  },
  {
    name: 'an Application that git ignores and that has the name of another manifest',
    files: { ...BASE, '.gitignore': '/apps/\n', 'apps/chat.yaml': argo({ patches: PATCH() }) },
    blocked: /apps\/chat\.yaml.*git ignores it/,
  },
  {
    name: 'a patch that git ignores',
    files: {
      ...BASE,
      '.gitignore': 'p.yaml\n',
      'over/kustomization.yaml': 'resources: [../base]\npatches: [{path: p.yaml}]\n',
      'over/p.yaml': CHAT,
    },
    blocked: /p\.yaml would have to change too, and git ignores it/,
  },
  {
    name: 'an Application in a template of a chart',
    files: {
      ...BASE,
      'apps/Chart.yaml': 'apiVersion: v2\nname: apps\nversion: 1.0.0\n',
      'apps/templates/a.yaml': argo({ patches: PATCH(), repository: '{{ .Values.repository }}' }),
    },
    blocked: /what this template has an engine build may change the installation/,
  },
  {
    name: 'a HelmRelease that patches what a chart renders',
    files: chartWith('{kind: ClusterInstallation}'),
    blocked: /HelmRelease chat\/chat patches what its chart renders/,
  },
  {
    name: 'an Application in values',
    files: {
      ...BASE,
      'values.yaml': `apps:\n- name: chat\n  source:\n    path: base\n    kustomize:\n      patches:\n${indented(PATCH(), 6)}`,
    },
    blocked: /an engine may build with this patch/,
  },
  ...['{tag: v1.0.0}', '{commit: 0123456789abcdef}', '{semver: ">=1.0.0"}', '{name: refs/tags/v1}'].map((ref) => ({
    name: `a Flux Kustomization of a repository at ${ref}`,
    files: { ...BASE, 'clusters/flux.yaml': gitRepository(ref) + flux({ patches: PATCH() }) },
    blocked: /builds revision .* and not what stands here/,
  })),
  ...['{branch: main}', '{name: refs/heads/main}'].map((ref) => ({
    name: `a Flux Kustomization of a repository at ${ref}`,
    files: { ...BASE, 'clusters/flux.yaml': gitRepository(ref) + flux({ patches: PATCH() }) },
  })),
  ...['v1.2.3', '1.*', '0123456789abcdef0123456789abcdef01234567'].map((revision) => ({
    name: `an Application at ${revision}`,
    files: { ...BASE, 'apps/a.yaml': argo({ patches: PATCH(), revision }) },
    blocked: /builds revision .* and not what stands here/,
  })),
  ...['main', 'release-1'].map((revision) => ({
    name: `an Application at ${revision}`,
    files: { ...BASE, 'apps/a.yaml': argo({ patches: PATCH(), revision }) },
  })),
  {
    name: 'a target whose kind Flux fills in',
    files: { ...BASE, 'clusters/flux.yaml': flux({ patches: PATCH('"${KIND:=ClusterInstallation}"') }) },
    blocked: /a patch whose target is filled in later/,
  },
  {
    name: 'the only installation in a file without an extension',
    files: { 'base/kustomization.yaml': 'resources: [chat]\n', 'base/chat': CHAT },
  },
];

describe.each(ROWS)('$name', ({ files, links = {}, blocked }) => {
  test.each(['never', ...(kustomize5 === null ? [] : ['always' as const])] as const)('prove: %s', async (prove) => {
    const root = temporaryRepository(files);
    for (const [link, target] of Object.entries(links)) symlinkSync(target, join(root, link));
    commitAll(root);
    const { errors, report } = await tried(root, { prove });
    if (blocked === undefined) expect(errors).toEqual([]);
    else expect(errors.some((line) => blocked.test(line)) ? [] : errors).toEqual([]);
    expect(report.summary).toMatchObject({ installations: 1, converted: blocked === undefined ? 1 : 0 });
  });
});

test('an installation in a patch of an engine is a part of the family, and stays nowhere', async () => {
  const patch = `- apiVersion: mattermost.com/v1alpha1\n  kind: ClusterInstallation\n  metadata: {name: chat}\n  spec: {mattermostLicenseSecret: other}\n`;
  const root = temporaryRepository({ ...BASE, 'clusters/flux.yaml': `${flux()}  patchesStrategicMerge:\n${indented(patch, 2)}` });
  commitAll(root);
  const { errors, report } = await tried(root, { prove: 'never' });
  expect(errors).toEqual([]);
  expect(report.findings.filter(({ rule }) => rule === 'embedded-installation')).toEqual([]);
});

test('a HelmRelease that patches something else in what a chart renders', async () => {
  const root = temporaryRepository(chartWith('{kind: Deployment}'));
  commitAll(root);
  const { errors, report } = await tried(root, { prove: 'never' });
  expect(errors).toEqual([]);
  expect(report.summary).toMatchObject({ installations: 1, converted: 1 });
});
