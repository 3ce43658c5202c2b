import fc from 'fast-check';
import type { Dice } from '../engine/random/dice.ts';
import { EXTRAS, layer, manifest, merged, NAME, patchFields, spec } from '../families/draw.ts';
import type { Fields, Layer, Patch } from '../families/draw.ts';
import { documentText } from '../families/text.ts';
import type { Style } from '../families/text.ts';
import { Draft } from './draft.ts';
import { drawEngines } from './engines.ts';
import { drawFolder, drawName, listOf, spelled, wayTo } from './names.ts';
import { tamePatch, TARGETS } from './patches.ts';
import { drawSecrets, secretOf } from './secrets.ts';

/** A whole repository, and what a test has to know of it. */
export interface DrawnRepository {
  readonly files: Readonly<Record<string, string>>;
  /** Symbolic links and where they lead. */
  readonly links: Readonly<Record<string, string>>;
  /** The manifest of each installation, by its name. */
  readonly manifests: ReadonlyMap<string, string>;
  /** What it has, for people. */
  readonly features: readonly string[];
}

/** The families of a repository, the strangers that share with them, the engines that build them, and what is left out of runs. */
export function drawRepository(dice: Dice): DrawnRepository {
  const draft = new Draft(dice);
  const names = dice.chance(35) ? ['chat', 'talk'] : ['chat'];
  const shared = dice.chance(55) ? drawFolder(draft) : null;
  if (shared !== null) drawComponent(draft, shared);
  const families = names.map((name) => drawFamily(draft, name, shared));
  const strangers = Array.from({ length: dice.below(3) }, (_, index) => drawStranger(draft, index, shared));
  if (dice.chance(25)) drawNeighbour(draft, families[0] as DrawnFolders);
  if (dice.chance(25)) drawTop(draft, families, strangers);
  if (dice.chance(10)) drawUnused(draft);
  if (dice.chance(55)) drawEngines(draft, [...families.flatMap(({ overlays, base }) => [...overlays, base]), ...strangers], shared);
  if (dice.chance(12)) leaveOut(draft);
  const { files, links, manifests, features } = draft;
  return { files, links, manifests, features: [...features] };
}

/** Where the kustomizations of a family are. */
interface DrawnFolders {
  readonly base: string;
  readonly overlays: readonly string[];
}

const KUSTOMIZATION_NAMES = ['kustomization.yaml', 'kustomization.yaml', 'kustomization.yaml', 'kustomization.yml', 'Kustomization'];

const kustomizationIn = (draft: Draft, folder: string): string => `${folder}/${draft.dice.pick(KUSTOMIZATION_NAMES)}`;

const sample = <Value>(dice: Dice, arbitrary: fc.Arbitrary<Value>): Value =>
  fc.sample(arbitrary, { numRuns: 1, seed: dice.below(1 << 30) })[0] as Value;

const resource = (dice: Dice, value: unknown): string => documentText(value, dice.pick<Style>(['block', 'block', 'flow', 'json']));

function drawFamily(draft: Draft, name: string, shared: string | null): DrawnFolders {
  const { dice, files } = draft;
  const area = dice.chance(30) ? `${drawFolder(draft)}/` : '';
  const base = `${area}${drawFolder(draft)}`;
  const fields = sample(dice, spec(2));
  const file = drawName(dice, 'yaml');
  const secrets = drawSecrets(draft, name, base);
  const own = { ingressName: 'chat.example.com', ...fields, ...(secrets.names ? { database: { secret: secretOf(name) } } : {}) };
  draft.manifests.set(name, `${base}/${file}`);
  files[`${base}/${file}`] = resource(dice, manifest(own)).replaceAll(NAME, name);
  const settings = dice.chance(50)
    ? {
        'settings.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings-${name}}\ndata: {size: 1000users, pool: big, store: 70Gi}\n`,
      }
    : {};
  for (const [each, text] of Object.entries(settings)) files[`${base}/${each}`] = text;
  files[kustomizationIn(draft, base)] =
    `${listOf(dice, 'resources', [file, ...secrets.inBase, ...Object.keys(settings)])}${secrets.baseText}${copyOf(draft, file)}`;
  let below = base;
  if (dice.chance(20)) {
    below = `${area}${drawFolder(draft)}`;
    writeLayer(draft, below, { head: listOf(dice, 'resources', [wayTo(below, base)]), layer: drawLayer(draft, own), name });
  }
  if (dice.chance(15)) {
    // A link to the directory, beside it.
    const link = `${area}${drawFolder(draft)}`;
    draft.links[link] = wayTo(area === '' ? '' : area.slice(0, -1), below).replace(/^\.\.\//, '');
    draft.features.add('link');
    below = link;
  }
  const overlays = Array.from({ length: 1 + dice.below(3) }, (_, index) => {
    const folder = `${area}${drawFolder(draft)}`;
    const components = shared !== null && dice.chance(60) ? listOf(dice, 'components', [wayTo(folder, shared)]) : '';
    const [secretResources, secretText] = secrets.overlay(folder, index);
    const head = `${listOf(dice, 'resources', [wayTo(folder, below), ...secretResources])}${components}${secretText}`;
    writeLayer(draft, folder, { head, layer: drawLayer(draft, own), name });
    draft.roots.push(folder);
    return folder;
  });
  return { base, overlays };
}

/** Seldom a ConfigMap of the manifest, which would change with it. */
function copyOf({ dice, features }: Draft, file: string): string {
  if (!dice.chance(4) || /[=,]/.test(file)) return '';
  features.add('a copy of the manifest');
  const entry = `files: [${JSON.stringify(file)}]`;
  return dice.chance(50)
    ? `configMapGenerator:\n- {name: copy, ${entry}}\n`
    : `generators:\n- |-\n  apiVersion: builtin\n  kind: ConfigMapGenerator\n  metadata: {name: copy}\n  ${entry}\n`;
}

/** Mostly patches that fit; at times what random families are made of. */
function drawLayer(draft: Draft, base: Fields): Layer {
  const { dice } = draft;
  if (dice.chance(8)) return sample(dice, layer(base));
  const patches = Array.from({ length: dice.below(3) }, () => tamePatch(dice, base));
  return { patches, extra: dice.chance(30) ? dice.pick(dice.chance(15) ? EXTRAS : KEEPING) : null };
}

/** A new name makes the operator look for other Secrets, which mostly ends in a block. */
const KEEPING = EXTRAS.filter(([text]) => !/^name(?:Prefix|Suffix)/.test(text));

interface Written {
  readonly head: string;
  readonly layer: Layer;
  readonly name: string;
}

/** Writes a kustomization with its files; some of these have odd names. */
function writeLayer(draft: Draft, folder: string, { head, layer: { patches, extra }, name }: Written): void {
  const { dice, files } = draft;
  const [text = '', extraFiles = {}] = extra ?? [];
  const odd = dice.chance(25) ? (file: string): string => file.replace(/^patch-/, 'my [patch], ') : (file: string): string => file;
  const renamed = (content: string): string =>
    content.replaceAll(
      /(path: |- |paths: \[)(patch-\d+\.\w+)/g,
      (_, before: string, file: string) => `${before}${odd(file) === file ? file : JSON.stringify(odd(file))}`,
    );
  for (const [file, content] of Object.entries(extraFiles)) files[`${folder}/${file}`] = content.replaceAll(NAME, name);
  const fields = patchFields(patches, (file, content) => (files[`${folder}/${odd(file)}`] = renamed(content).replaceAll(NAME, name)));
  files[kustomizationIn(draft, folder)] = joined(renamed(merged(head, text, fields))).replaceAll(NAME, name);
}

/** Fields that came to stand twice, as one list each. */
function joined(text: string): string {
  const fields = new Map<string, string[]>();
  for (const block of text.split(/^(?=[A-Za-z]\w*:)/m)) {
    const key = block.slice(0, block.indexOf(':'));
    fields.set(key, [...(fields.get(key) ?? []), block.slice(key.length + 1)]);
  }
  return [...fields].map(([key, values]) => `${key}:${values.length === 1 ? values[0] : `\n${values.map(asBlock).join('')}`}`).join('');
}

const asBlock = (list: string): string => list.replace(/^ \[(.*)\]\n$/, '- $1\n').replace(/^\n/, '');

const COMPONENT = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n';

/** What a shared component does besides its patches. */
const COMPONENT_EXTRAS: Layer['extra'][] = [
  null,
  null,
  null,
  ['commonAnnotations: {owner: all}\n'],
  ['labels:\n- pairs: {team: blue}\n  fields:\n  - path: spec/resourceLabels\n    kind: ClusterInstallation\n    create: true\n'],
  [
    'transformers: [labels.yaml]\n',
    {
      'labels.yaml':
        'apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: labels}\nlabels: {tier: chat}\nfieldSpecs:\n- path: spec/nodeSelector\n  kind: ClusterInstallation\n  create: true\n',
    },
  ],
  [
    'resources: [more.yaml]\nreplacements:\n- source: {kind: ConfigMap, name: more, fieldPath: data.pool}\n  targets:\n  - select: {kind: ClusterInstallation}\n    fieldPaths: [spec.nodeSelector.pool]\n    options: {create: true}\n',
    { 'more.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\ndata: {pool: big}\n' },
  ],
  [
    'resources: [more.yaml]\nreplacements:\n- source: {kind: ConfigMap, name: more, fieldPath: data.pool}\n  targets:\n  - select: {name: ".*"}\n    reject: [{kind: ConfigMap}, {kind: Secret}]\n    fieldPaths: [spec.nodeSelector.pool]\n    options: {create: true}\n',
    { 'more.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\ndata: {pool: big}\n' },
  ],
];

function drawComponent(draft: Draft, folder: string): void {
  const { dice } = draft;
  draft.features.add('component');
  const patches = Array.from({ length: 1 + dice.below(2) }, () =>
    tamePatch(
      dice,
      {},
      TARGETS.filter((target) => !('name' in target) || target['name'] === '.*'),
    ),
  );
  // A merge that goes by a name is an error where it finds none.
  const fitting = patches.map((patch): Patch =>
    patch.body.form === 'merge'
      ? { ...patch, way: dice.pick(['patches targeted file', 'patches targeted inline', 'PatchTransformer'] as const) }
      : {
          ...patch,
          way: patch.way.startsWith('patchesJson') || patch.way === 'PatchJson6902Transformer' ? 'patches targeted inline' : patch.way,
        },
  );
  writeLayer(draft, folder, { head: COMPONENT, layer: { patches: fitting, extra: dice.pick(COMPONENT_EXTRAS) }, name: 'chat' });
}

const LABELS = { app: 'chat' };

/** Objects that are no installation, and have fields of one. */
const STRANGERS: Readonly<Record<string, (name: string) => unknown>> = {
  mattermost: (name) => ({
    apiVersion: 'installation.mattermost.com/v1beta1',
    kind: 'Mattermost',
    metadata: { name, labels: LABELS },
    spec: { ingressName: 'other.example.com', replicas: 1, licenseSecret: 'l', scheduling: { nodeSelector: { pool: 'x' } } },
  }),
  worker: (name) => ({
    apiVersion: 'example.com/v1',
    kind: 'Worker',
    metadata: { name, labels: LABELS },
    spec: { nodeSelector: { pool: 'x' }, replicas: 1, ingressName: 'w.example.com', minio: { storageSize: '1Gi' } },
  }),
  deployment: (name) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels: LABELS },
    spec: {
      replicas: 1,
      selector: { matchLabels: LABELS },
      template: { metadata: { labels: LABELS }, spec: { containers: [{ name: 'a', image: 'b' }] } },
    },
  }),
};

/** A root that builds none of the installations, and may share the component. */
function drawStranger(draft: Draft, index: number, shared: string | null): string {
  const { dice, files } = draft;
  const folder = drawFolder(draft);
  const kind = dice.pick(Object.keys(STRANGERS));
  const file = drawName(dice, 'yaml');
  draft.features.add(kind);
  files[`${folder}/${file}`] = resource(dice, STRANGERS[kind]?.(dice.chance(8) ? 'chat' : `other-${index}`));
  const components = shared !== null && dice.chance(70) ? listOf(dice, 'components', [wayTo(folder, shared)]) : '';
  files[kustomizationIn(draft, folder)] = `${listOf(dice, 'resources', [file])}${components}`;
  draft.roots.push(folder);
  return folder;
}

/** A kustomization above that uses files of one below it: its manifest, or one of its patches for something else. */
function drawNeighbour(draft: Draft, { base, overlays }: DrawnFolders): void {
  const { dice, files } = draft;
  const overlay = dice.pick(overlays);
  const above = overlay.split('/').slice(0, -1).join('/');
  if (above === '') return;
  draft.features.add('neighbour');
  const patches = Object.keys(files).filter((file) => file.startsWith(`${overlay}/`) && /patch/.test(file) && !/plugin/.test(file));
  const patch = patches.length === 0 ? null : dice.pick(patches).slice(above.length + 1);
  const own = dice.chance(50);
  if (!own) files[`${above}/stranger.yaml`] = resource(dice, STRANGERS[dice.pick(Object.keys(STRANGERS))]?.('near'));
  const from = own ? wayTo(above, base) : 'stranger.yaml';
  const target = own
    ? '{kind: ClusterInstallation}'
    : dice.pick(['{kind: "ClusterInstallation|Worker"}', '{name: near}', '{kind: Worker}', '{kind: Mattermost}']);
  files[`${above}/kustomization.yaml`] =
    `${listOf(dice, 'resources', [from])}${patch === null ? '' : `patches:\n- path: ${spelled(dice, patch, true)}\n  target: ${target}\n`}`;
}

/** A kustomization of everything, with a change of its own. */
function drawTop(draft: Draft, families: readonly DrawnFolders[], strangers: readonly string[]): void {
  const { dice, files } = draft;
  draft.features.add('top');
  const all = [...families.map(({ overlays }) => dice.pick(overlays)), ...strangers.filter(() => dice.chance(70))];
  const more = dice.pick([
    '',
    ...(dice.chance(20) ? ['namePrefix: top-\n'] : []),
    'namespace: top\n',
    'commonLabels: {all: "yes"}\n',
    'patches:\n- target: {kind: ClusterInstallation}\n  patch: |\n    - {op: add, path: /spec/nodeSelector, value: {top: "1"}}\n',
    'patches:\n- target: {kind: "ClusterInstallation|Mattermost", name: ".*"}\n  patch: |\n    - {op: add, path: /spec/replicas, value: 7}\n',
  ]);
  files['kustomization.yaml'] = `${listOf(dice, 'resources', all)}${more}`;
}

/** A component that nobody uses. */
function drawUnused(draft: Draft): void {
  const folder = drawFolder(draft);
  draft.features.add('unused');
  writeLayer(draft, folder, { head: COMPONENT, layer: { patches: [tamePatch(draft.dice, {})], extra: null }, name: 'chat' });
}

/** Keeps one of the folders from being seen: by the configuration, or by git. */
function leaveOut(draft: Draft): void {
  const { dice, files, roots } = draft;
  const folder = dice.pick(roots);
  draft.features.add('left out');
  const pattern = folder.replaceAll(/[[\]{}()!?*#\\]/g, String.raw`\$&`);
  if (dice.chance(50)) files['.ci2mm.yaml'] = `ignore: [${JSON.stringify(`${pattern}/**`)}]\n`;
  else files['.gitignore'] = `/${pattern}/\n`;
}
