import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readFileSync, readdirSync } from 'node:fs';
import { kustomize5 } from '../proof/harness.ts';
import { temporaryRepository } from '../repo/workspace.ts';
import { buildAll, differencesBetween } from './roots.ts';
import { convertRepository } from '../../src/index.ts';

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

interface Row {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly blocked?: RegExp;
}

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
      'apps/chat.yaml': `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: chats, namespace: argocd}\nspec:\n  template:\n    spec:\n      source:\n        path: base\n        kustomize:\n          nameSuffix: '-{{.name}}'\n          patches:\n          - target: {kind: ClusterInstallation}\n            patch: |-\n              - op: replace\n                path: /spec/mattermostLicenseSecret\n                value: '{{.license}}'\n`,
    },
  },
  {
    name: 'Argo CD: a directory that a template names',
    files: {
      ...BASE,
      'apps/chat.yaml': argo(indented4(`  patches:\n${JSON_PATCH}`), "path: '{{path}}'")
        .replace('kind: Application\n', 'kind: ApplicationSet\n')
        .replace('spec:\n', 'spec: {template: {\n')
        .replace('spec: {template: {\n', 'spec:\n template:\n  spec:\n')
        .replaceAll(/^ {2}(source:|( {2}.*))/gm, '    $1'),
    },
    blocked: /^apps\/chat.yaml kustomize-obstacle: .*nobody here can tell/m,
  },
];

interface EnginePart {
  readonly [key: string]: unknown;
}

/** What engines make of their objects, as overlays: written here anew, and not as ci2mm reads it. */
function writeOverlays(root: string): void {
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^(?:apps|clusters|a|b)\/.*\.yaml$/.test(name),
  )) {
    for (const document of parseAllDocuments(readFileSync(join(root, file), 'utf8'))) {
      const object = document.toJS() as { kind?: string; spec?: EnginePart } | null;
      for (const [index, [path, own]] of partsOf(object).entries()) writeOverlay(root, `${file.replaceAll('/', '-')}-${index}`, path, own);
    }
  }
}

function partsOf(object: { kind?: string; spec?: EnginePart } | null): [string, EnginePart][] {
  const spec = object?.spec ?? {};
  if (object?.kind === 'Kustomization') return [[String(spec['path']), { ...spec, namespace: spec['targetNamespace'] }]];
  const inner = (object?.kind === 'ApplicationSet' ? (spec['template'] as { spec: EnginePart }).spec : spec) as {
    source?: EnginePart;
    sources?: EnginePart[];
  };
  return [...(inner.source === undefined ? [] : [inner.source]), ...(inner.sources ?? [])].flatMap((source): [string, EnginePart][] =>
    source['kustomize'] === undefined ? [] : [[String(source['path']), source['kustomize'] as EnginePart]],
  );
}

function writeOverlay(root: string, name: string, path: string, own: EnginePart): void {
  const directory = join(root, `engine-${name}`);
  const target = `../${path.replace(/^\.\//, '')}`;
  const patches = ((own['patches'] ?? []) as { path?: string }[]).map((patch) =>
    patch.path === undefined ? patch : { ...patch, patch: readFileSync(join(root, path, patch.path), 'utf8'), path: undefined },
  );
  const merges = ((own['patchesStrategicMerge'] ?? []) as unknown[]).map((merge) => JSON.stringify(merge));
  const json = ((own['patchesJson6902'] ?? []) as { patch: unknown }[]).map((each) => ({ ...each, patch: JSON.stringify(each.patch) }));
  const kept = Object.fromEntries(['namespace', 'namePrefix', 'nameSuffix'].map((key) => [key, own[key]]));
  mkdirSync(directory);
  writeFileSync(
    join(directory, 'kustomization.yaml'),
    JSON.stringify({
      ...kept,
      resources: [target],
      patches: patches.map((each) => ({ ...each })),
      patchesStrategicMerge: merges,
      patchesJson6902: json,
    }),
  );
}

/** Plain directories get the kustomization that Flux would make. */
function built(root: string, isPlain: boolean): ReturnType<typeof buildAll> {
  const made: string[] = [];
  if (isPlain) {
    writeFileSync(join(root, 'base/kustomization.yaml'), 'resources: [chat.yaml]\n');
    made.push('base/kustomization.yaml');
  }
  writeOverlays(root);
  const result = buildAll(root);
  for (const name of readdirSync(root)) if (name.startsWith('engine-')) rmSync(join(root, name), { recursive: true });
  for (const file of made) rmSync(join(root, file));
  return result;
}

describe.each(ROWS)('$name', ({ files, blocked }) => {
  test.each(['never', ...(kustomize5 === null ? [] : ['always' as const])] as const)('prove: %s', async (prove) => {
    const root = temporaryRepository(files);
    const isPlain = files['base/kustomization.yaml'] === undefined;
    const before = built(root, isPlain);
    const report = await convertRepository({ cwd: root, prove, assumeDatabase: 'external', write: true });
    const errors = report.findings.filter(({ level }) => level === 'error').map(({ file, rule, message }) => `${file} ${rule}: ${message}`);
    const choices = { database: 'external', ingress: 'keep', stays: blocked !== undefined } as const;
    expect(differencesBetween(before, built(root, isPlain), choices)).toEqual([]);
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
