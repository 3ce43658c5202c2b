import { documentText, indented } from '../families/text.ts';
import { NAME } from '../families/draw.ts';
import type { Patch } from '../families/draw.ts';
import type { Draft } from './draft.ts';
import { listOf, wayTo } from './names.ts';
import { tamePatch } from './patches.ts';

/** Objects of Flux and Argo CD that build folders of the repository with changes of their own. */
export function drawEngines(draft: Draft, folders: readonly string[], shared: string | null): void {
  const { dice, files } = draft;
  const count = 1 + dice.below(3);
  for (let index = 0; index < count; index += 1) {
    const folder = dice.pick(folders);
    const draw = dice.pick([drawFlux, drawFlux, drawApplication, drawApplication, drawSet]);
    const text = draw(draft, { folder, shared }, index);
    const file = `clusters/c${dice.chance(50) ? 0 : index}.yaml`;
    files[file] = files[file] === undefined ? text : `${files[file]}---\n${text}`;
  }
  if (dice.chance(45)) {
    draft.features.add('app of apps');
    const own = [...new Set(Object.keys(files).filter((file) => file.startsWith('clusters/')))];
    if (dice.chance(75))
      drawOverlay(
        draft,
        Object.keys(files).some((file) => file.startsWith('clusters/') && /kind: Kustomization/.test(files[file] ?? '')),
      );
    files['clusters/kustomization.yaml'] = `resources:\n${own.map((file) => `- ${file.slice('clusters/'.length)}\n`).join('')}`;
  }
}

/** An overlay that changes the objects themselves: something that does not matter, or what they build with. */
function drawOverlay({ dice, files, features }: Draft, hasFlux: boolean): void {
  features.add('overlay of engines');
  const license = (by: number): string =>
    indented(
      `- target: {kind: ClusterInstallation}\n  patch: '[{"op": "add", "path": "/spec/mattermostLicenseSecret", "value": "built"}]'\n`,
      by,
    );
  const operations = [
    ['Kustomization', '{op: add, path: /spec/interval, value: 1m}'],
    ['Application', '{op: add, path: /spec/project, value: other}'],
    ['Kustomization', '{op: add, path: /spec/targetNamespace, value: overlay}'],
    ['Kustomization', `op: add\n  path: /spec/patches\n  value:\n${license(2)}`],
    [
      'Kustomization',
      `op: add\n  path: /spec/patches/-\n  value:\n    target: {kind: ClusterInstallation}\n    patch: '[{"op": "add", "path": "/spec/size", "value": "100users"}]'\n`,
    ],
    ['Application', `op: add\n  path: /spec/source/kustomize\n  value:\n    patches:\n${license(4)}`],
  ] as const;
  const [kind, operation] = dice.pick(operations.filter(([each]) => (each === 'Kustomization') === hasFlux));
  files['over/kustomization.yaml'] =
    `resources: [../clusters]\npatches:\n- target: {kind: ${kind}}\n  patch: |-\n${indented(`- ${operation}`, 4)}\n`;
}

/** What an engine builds, and the component that it may add. */
interface Place {
  readonly folder: string;
  readonly shared: string | null;
}

function component({ dice }: Draft, { folder, shared }: Place): string {
  return shared !== null && dice.chance(25) ? listOf(dice, 'components', [wayTo(folder, shared)]) : '';
}

/** Patches as engines have them: under `patches`, with the patch in a string. */
function patchList(draft: Draft, indent: number, change: (text: string) => string = (text) => text): string {
  const { dice } = draft;
  const count = dice.below(3);
  if (count === 0) return '';
  const entries = Array.from({ length: count }, () => {
    const patch = tamePatch(dice, {});
    const target = documentText({ kind: 'ClusterInstallation', ...(dice.chance(30) ? { name: NAME } : {}) }, 'block');
    return `- target:\n${indented(target, 4)}  patch: |-\n${indented(change(textOf(patch)), 4)}`;
  });
  return indented(`patches:\n${entries.join('')}`, indent);
}

const textOf = ({ body, style }: Patch): string =>
  (body.form === 'json'
    ? documentText(body.operations, style)
    : documentText({ apiVersion: 'mattermost.com/v1alpha1', kind: 'ClusterInstallation', metadata: { name: NAME }, spec: body.spec }, style)
  ).replace(/\n*$/, '\n');

const named = (text: string): string => text.replaceAll(NAME, 'chat');

function drawFlux(draft: Draft, { folder, shared }: Place, index: number): string {
  const { dice } = draft;
  draft.features.add('flux');
  const version = dice.pick(['v1', 'v1', 'v1beta2', 'v1beta1']);
  const older =
    version !== 'v1' && dice.chance(50)
      ? `  patchesStrategicMerge:\n  - apiVersion: mattermost.com/v1alpha1\n    kind: ClusterInstallation\n    metadata: {name: ${NAME}}\n    spec:\n      mattermostLicenseSecret: flux # theirs\n  patchesJson6902:\n  - target: {group: mattermost.com, version: v1alpha1, kind: ClusterInstallation, name: ${NAME}}\n    patch:\n    - op: add\n      path: /spec/nodeSelector\n      value: {flux: "1"}\n`
      : '';
  const more = [
    dice.chance(30) ? '  targetNamespace: flux-ns\n' : '',
    dice.chance(20) ? '  commonMetadata: {labels: {a: b}, annotations: {c: d}}\n' : '',
    dice.chance(5) && version === 'v1' ? '  namePrefix: f-\n' : '',
    dice.chance(5) && version === 'v1' ? '  nameSuffix: -f\n' : '',
    dice.chance(15) ? '  images: [{name: mattermost/team, newTag: "9"}]\n' : '',
    dice.chance(15) ? '  postBuild: {substitute: {V: w}}\n' : '',
  ];
  return named(
    `apiVersion: kustomize.toolkit.fluxcd.io/${version}\nkind: Kustomization\nmetadata: {name: c${index}, namespace: flux-system}\nspec:\n  path: ${JSON.stringify(`${dice.pick(['./', '', '/'])}${folder}${dice.pick(['', '/'])}`)}\n  prune: true\n  sourceRef: {kind: GitRepository, name: fleet}\n${patchList(draft, 2)}${older}${version === 'v1beta1' ? '' : indented(component(draft, { folder, shared }), 2)}${more.join('')}`,
  );
}

function argoPart(draft: Draft, place: Place, change?: (text: string) => string): string {
  const { dice } = draft;
  const more = [
    dice.chance(5) ? 'namePrefix: a-\n' : '',
    dice.chance(5) ? 'nameSuffix: -a\n' : '',
    dice.chance(20) ? 'namespace: argo-ns\n' : '',
    dice.chance(20) ? 'commonLabels: {a: b}\n' : '',
    dice.chance(20) ? 'commonAnnotations: {c: d}\n' : '',
    dice.chance(15) ? 'images: ["mattermost/team=registry/team:9"]\n' : '',
  ].join('');
  const own = `${patchList(draft, 0, change)}${component(draft, place)}${more}`;
  return own === '' ? '' : `kustomize:\n${indented(own, 2)}`;
}

function drawApplication(draft: Draft, { folder, shared }: Place, index: number): string {
  const { dice } = draft;
  draft.features.add('argo');
  const source = `repoURL: https://git.example.com/fleet.git\ntargetRevision: main\npath: ${JSON.stringify(`${dice.pick(['', './', ''])}${folder}`)}\n${argoPart(draft, { folder, shared })}`;
  const body = dice.chance(25)
    ? `  sources:\n  - {repoURL: "https://charts.example.com", chart: x, targetRevision: "1"}\n  - ${indented(source, 4).trimStart()}`
    : `  source:\n${indented(source, 4)}`;
  return named(`apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: c${index}, namespace: argocd}\nspec:\n${body}`);
}

/** A set whose template names one folder, or whose generators do. */
function drawSet(draft: Draft, { folder, shared }: Place, index: number): string {
  const { dice } = draft;
  draft.features.add('application set');
  const goTemplate = dice.chance(50);
  const value = goTemplate ? '{{.license}}' : '{{license}}';
  const isFixed = dice.chance(60);
  const elements = `- list:\n    elements:\n    - {license: l1, dir: ${JSON.stringify(folder)}}\n    - {license: l2, dir: ${JSON.stringify(dice.chance(30) ? `./${folder}` : folder)}}\n`;
  const isGit = !isFixed && dice.chance(40) && !/[*?[\]\\{]/.test(folder);
  const directories = `- git: {repoURL: "https://git.example.com/fleet.git", directories: [{path: ${JSON.stringify(dice.chance(50) ? folder : folder.replace(/[^/]+$/, '*'))}}]}\n`;
  const inner = isGit ? `${directories}- list: {elements: [{license: l1}]}\n` : `${elements}- list: {elements: [{region: eu}]}\n`;
  const generators = isGit || dice.chance(30) ? `- matrix:\n    generators:\n${indented(inner, 4)}` : elements;
  const path = isFixed ? folder : isGit ? (goTemplate ? '{{.path.path}}' : '{{path}}') : goTemplate ? '{{.dir}}' : '{{dir}}';
  const licensed = (text: string): string => text.replaceAll('other-license', value);
  const template = `metadata: {name: x}\nspec:\n  project: default\n  source:\n    repoURL: https://git.example.com/fleet.git\n    path: ${JSON.stringify(path)}\n${indented(argoPart(draft, { folder, shared }, licensed), 4)}`;
  return named(
    `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: s${index}, namespace: argocd}\nspec:\n  goTemplate: ${goTemplate}\n  generators:\n${indented(generators, 2)}  template:\n${indented(template, 4)}`,
  );
}
