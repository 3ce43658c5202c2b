import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DatabaseKind } from '../../src/model/installation.ts';
import { isMap, stringAt } from '../../src/model/value.ts';
import type { Value, ValueMap } from '../../src/model/value.ts';
import { readValues } from '../../src/manifests/values.ts';
import { convert, fileStoreAsWritten } from '../../src/operator/convert.ts';
import { withoutEmpty } from '../../src/operator/equivalent.ts';
import { reportOf, run } from '../cli/harness.ts';
import type { Result } from '../cli/harness.ts';
import { build, meaning, quickest as program } from '../kustomize/binary.ts';
import { kustomize4, quickest } from '../proof/harness.ts';
import { commitAll, git, temporaryRepository, writeAll } from '../repo/workspace.ts';

/**
 * The repositories of two platform teams go through every stage by what `git apply` takes of each command. What is built, and what engines apply
 * as it is, is compared with what is expected of it: that names replace names, word by word, and that installations become what the operator makes
 * of them. Nothing here asks what ci2mm has planned.
 */

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples');
const GOLDEN = join(import.meta.dirname, '..', 'golden');

interface Platform {
  /** Kustomizations that an engine applies. */
  readonly roots: readonly string[];
  /** Folders whose manifests are applied as they are. */
  readonly plain: readonly string[];
  readonly protection: readonly [annotation: string, text: string];
  readonly databases: Readonly<Record<string, DatabaseKind>>;
  /** What *prepare* makes name both kinds, by kind and name. */
  readonly extended: readonly string[];
  /** What it gives a twin. */
  readonly twins: readonly string[];
  /** What *cutover* replaces besides the installations. */
  readonly replaced: readonly string[];
  /** Objects that name the old kind until somebody edits them, as the accounting says. */
  readonly byHand: readonly string[];
  /** What comes of objects in which not every name is replaced by another. */
  readonly otherwise: Readonly<Record<string, (before: Plain) => Plain>>;
  /** Files that name the old kind at the end. */
  readonly left: readonly string[];
}

type Plain = Record<string, unknown> & {
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> };
  spec: Record<string, unknown>;
};

const PLATFORMS: Readonly<Record<string, Platform>> = {
  'flux-platform': {
    roots: [
      'apps/chat/production',
      'apps/chat/staging',
      'apps/incident/production',
      'apps/support',
      'infrastructure/configs',
      'infrastructure/controllers',
    ],
    plain: ['clusters'],
    protection: ['kustomize.toolkit.fluxcd.io/prune', 'disabled'],
    databases: { chat: 'external', 'war-room': 'external', support: 'operator-managed' },
    extended: [
      'Alert chat',
      'ClusterRole chat-admin',
      'ClusterRole chat-viewer',
      'Kustomization chat',
      'NetworkPolicy chat',
      'NetworkPolicy pgbouncer',
      'PodMonitor support',
      'PrometheusRule chats',
      'ResourceQuota support',
      'Role scale-chat',
      'Schedule chats-nightly',
      'Schedule incident-hourly',
      'Service support-widget',
    ],
    twins: ['NetworkPolicy chat', 'NetworkPolicy war-room', 'PodDisruptionBudget chat', 'PodMonitor support', 'ServiceMonitor chat'],
    replaced: ['Deployment pgbouncer', 'Kustomization chat', 'Kustomization support'],
    byHand: ['HelmRelease kube-prometheus-stack'],
    otherwise: {
      // Restores stay what they are.
      'ClusterRole chat-admin': (before) => ({
        ...before,
        rules: [
          { apiGroups: ['mattermost.com'], resources: ['mattermostrestoredbs'], verbs: ['*'] },
          { apiGroups: [''], resources: ['pods', 'pods/log', 'services'], verbs: ['get', 'list', 'watch'] },
          { apiGroups: ['installation.mattermost.com'], resources: ['mattermosts'], verbs: ['*'] },
        ],
      }),
      'Service support-widget': (before) => ({ ...before, spec: { ...before.spec, selector: { app: 'mattermost' } } }),
    },
    left: [
      '.github/workflows/validate.yaml',
      'README.md',
      'infrastructure/controllers/monitoring/release.yaml',
      'scripts/wait-for-chat.sh',
    ],
  },
  'argo-cd-platform': {
    roots: ['argocd', 'argocd/config', 'chat/overlays/berlin', 'chat/overlays/lisbon', 'chat/overlays/oslo', 'platform', 'press'],
    plain: ['bootstrap', 'archive'],
    protection: ['argocd.argoproj.io/sync-options', 'Prune=false,Delete=false'],
    databases: { chat: 'external', press: 'external', archive: 'operator-managed' },
    extended: [
      'AppProject chat',
      'ClusterPolicy owner-of-chats',
      'ClusterPolicy pinned-chats',
      'ClusterRole studio-lead',
      'ConfigMap argocd-cm',
      'ConfigMap argocd-rbac-cm',
      'K8sRequiredLabels chats-have-a-studio',
      'NetworkPolicy chat',
      'NetworkPolicy press-minio',
      'ResourceQuota chats',
      'Schedule chats',
      'Service search',
      'ValidatingAdmissionPolicy names-of-chats',
    ],
    twins: ['NetworkPolicy chat', 'NetworkPolicy press', 'PodDisruptionBudget chat', 'ServiceMonitor chat'],
    replaced: ['Application press', 'ApplicationSet chat'],
    byHand: ['ClusterRole mattermost-operator', 'PrometheusRule chats'],
    otherwise: {
      'Service search': (before) => ({ ...before, spec: { ...before.spec, selector: { app: 'mattermost' } } }),
    },
    left: ['README.md', 'chat/overlays/berlin/chat.yaml', 'platform/alerts.yaml', 'platform/operator/rbac.yaml'],
  },
};

/** By where it is built, or its file, and by kind, namespace and name. */
type Objects = ReadonlyMap<string, ValueMap>;

function objectsIn(root: string, { roots, plain }: Platform): Objects {
  const built = roots.flatMap((directory) => {
    const result = build(join(root, directory), program);
    if ('error' in result) throw new Error(`${directory}: ${result.error}`);
    return result.values.map((value) => [directory, value] as const);
  });
  const files = plain.flatMap((folder) => manifestsIn(join(root, folder)));
  const applied = files.flatMap((file) => readValues(readFileSync(file)).map((value) => [relative(root, file), value] as const));
  return new Map([...built, ...applied].flatMap(([place, value]) => (isMap(value) ? [[`${place}: ${idOf(value)}`, value]] : [])));
}

const manifestsIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(?!kustomization).*\.yaml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));

const idOf = (value: ValueMap): string =>
  ['kind', 'metadata.namespace', 'metadata.name'].map((path) => stringAt(value, path.split('.')) ?? '').join(' ');

const plainOf = (value: Value | undefined): Plain => meaning(value ?? new Map()) as Plain;

const shortId = ({ kind, metadata: { name } }: Plain): string => `${kind} ${name}`;

const isInstallation = (value: ValueMap): boolean => stringAt(value, ['apiVersion']) === 'mattermost.com/v1alpha1';

/** Every name of the old kind, as the words stand for themselves. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/v1alpha1\.mattermost\.com\//g, 'installation.mattermost.com/'],
  [/(?<![\w.-])mattermost\.com\/v1alpha1(?![\w])/g, 'installation.mattermost.com/v1beta1'],
  [/(?<![\w-]|installation\.)mattermost\.com(?=[/_]ClusterInstallation)/g, 'installation.mattermost.com'],
  [/^mattermost\.com$/, 'installation.mattermost.com'],
  [/^v1alpha1$/, 'v1beta1'],
  [/clusterinstallations\.mattermost\.com/g, 'mattermosts.installation.mattermost.com'],
  [/clusterinstallations/g, 'mattermosts'],
  [/ClusterInstallation/g, 'Mattermost'],
  // A state that only a Mattermost has.
  [/obj\.status\.state == "reconciling"/g, '(obj.status.state == "reconciling" or obj.status.state == "ready")'],
  // Fields that have another place.
  [/\/spec\/mattermostLicenseSecret/g, '/spec/licenseSecret'],
  [/^\/spec\/minio\/storageSize$/, '/spec/fileStore/operatorManaged/storageSize'],
  [/^\.spec\.resources\.limits$/, '.spec.scheduling.resources.limits'],
];

function renamed<Data>(data: Data): Data {
  if (typeof data === 'string') return WORDS.reduce<string>((text, [from, to]) => text.replace(from, to), data) as Data;
  if (Array.isArray(data)) return data.map((item: unknown) => renamed(item)) as Data;
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [renamed(key), renamed(value as unknown)])) as Data;
}

/** Lists in one order, whichever they have, and keys as well. */
function unordered(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(unordered).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, unordered(value)]),
  );
}

/** Whether all of something is in something else, which may have more. */
function contains(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part)) return Array.isArray(whole) && part.every((item) => whole.some((each) => contains(each, item)));
  if (typeof part === 'string' && typeof whole === 'string') return saysAll(whole, part);
  if (typeof part !== 'object' || part === null) return whole === part;
  return (
    typeof whole === 'object' &&
    whole !== null &&
    Object.entries(part).every(([key, value]) => contains((whole as Record<string, unknown>)[key], value))
  );
}

/** Lines of a text are contained in one with more; a pattern or query is in one that fits both kinds. */
const saysAll = (whole: string, part: string): boolean =>
  part.replaceAll('ClusterInstallation/', '(ClusterInstallation|Mattermost)/') === whole ||
  part.replaceAll('="ClusterInstallation"', '=~"ClusterInstallation|Mattermost"') === whole ||
  part.split('\n').every((line) => whole.split('\n').includes(line));

/** What the operator makes of an installation. */
function mattermostOf(value: ValueMap, { databases }: Platform): Plain {
  const database = databases[stringAt(value, ['metadata', 'name']) ?? ''] ?? 'unknown';
  return plainOf(withoutEmpty(convert(value, { database, fileStore: fileStoreAsWritten(value), ingress: 'keep', unknown: [] })));
}

function withoutAnnotation(object: Plain, annotation: string): Plain {
  const { annotations, ...metadata } = object.metadata;
  const rest = Object.entries(annotations ?? {}).filter(([key]) => key !== annotation);
  return { ...object, metadata: rest.length === 0 ? metadata : { ...metadata, annotations: Object.fromEntries(rest) } };
}

const requireFrom = createRequire(import.meta.url);

interface Model {
  validate(): void;
}

/** What is wrong with an object by Kubernetes' own OpenAPI; null for kinds that are not Kubernetes' own, and Secrets, whose values kustomize breaks into lines. */
function problemOf(object: unknown): string | null | undefined {
  const { apiVersion, kind } = object as { apiVersion: string; kind: string };
  if (kind === 'Secret') return null;
  let models: Readonly<Record<string, new (data: unknown) => Model>>;
  try {
    models = requireFrom(`kubernetes-models/${apiVersion}/${kind}`) as typeof models;
  } catch {
    return null;
  }
  try {
    const Own = models[kind];
    if (Own !== undefined) new Own(object).validate();
    return undefined;
  } catch (error) {
    return `${kind}: ${(error as Error).message}`;
  }
}

/** The kinds that were validated. */
function validated(objects: Objects): Set<string> {
  const told = [...objects].map(([key, value]) => ({ key, kind: stringAt(value, ['kind']) ?? '', problem: problemOf(meaning(value)) }));
  expect(told.filter(({ problem }) => typeof problem === 'string')).toEqual([]);
  return new Set(told.flatMap(({ kind, problem }) => (problem === undefined ? [kind] : [])));
}

test('a fault in an object of Kubernetes is seen', () => {
  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'a' },
    spec: { podSelector: { matchLabels: { a: 1 } } },
  };
  expect(problemOf(policy)).toMatch(/^NetworkPolicy: .*matchLabels/);
  expect(problemOf({ ...policy, kind: 'ServiceMonitor' })).toBeNull();
});

const README = join(import.meta.dirname, '..', '..', 'README.md');

/** Whether the README shows what each command says of a platform in a line; `CI2MM_UPDATE=1` writes it there. */
function inReadme(name: string, said: readonly string[]): boolean {
  const shown = said.map((text) => `${/^.*$/m.exec(text)?.[0]}\n${/^(\d+ installations?: .*); \d+ errors?,/m.exec(text)?.[1]}\n`);
  const [start, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
  const block = `${start}\n\`\`\`\n${shown.join('')}\`\`\`\n\n${end}`;
  const readme = readFileSync(README, 'utf8');
  const written = readme.slice(0, readme.indexOf(start)) + block + readme.slice(readme.indexOf(end) + end.length);
  if (process.env['CI2MM_UPDATE'] === '1') writeFileSync(README, written);
  return readFileSync(README, 'utf8').includes(block);
}

const OLD_NAMES = 'ClusterInstallation|clusterinstallation|v1alpha1[._]mattermost[._]com|(^|[^n.])mattermost\\.com/v1alpha1';

describe.each(Object.entries(PLATFORMS))('%s', (name, platform) => {
  const [annotation, text] = platform.protection;

  test('from stage to stage', async () => {
    const cwd = temporaryRepository();
    cpSync(join(EXAMPLES, name), cwd, { recursive: true });
    commitAll(cwd);
    const said: string[] = [];
    const command = async (...args: readonly string[]): Promise<Result> => {
      const result = await run([...args, '--kustomize', quickest.program], { cwd, env: { PATH: process.env['PATH'] ?? '' } });
      const stderr = result.stderr.replaceAll(quickest.description, kustomize4.description).replaceAll(cwd, '/platform');
      said.push(`$ ci2mm ${args.join(' ')}\n${result.stdout.toString()}${stderr}exit code ${result.code}\n`);
      return result;
    };
    const stage = async (...args: readonly string[]): Promise<Objects> => {
      const result = await command(...args);
      expect(result.code).toBe(0);
      writeAll(cwd, { '.git/stage.patch': result.stdout });
      git(cwd, ['apply', '.git/stage.patch']);
      commitAll(cwd);
      const objects = objectsIn(cwd, platform);
      expect(validated(objects)).toEqual(kinds);
      return objects;
    };

    const before = objectsIn(cwd, platform);
    const kinds = validated(before);
    expect(kinds.size).toBeGreaterThan(7);
    const prepared = await stage('prepare');
    const twins = [...before].filter(([, value]) => platform.twins.includes(shortId(plainOf(value)))).map(([key]) => `${key}-mattermost`);
    expect([...prepared.keys()].filter((key) => !before.has(key)).sort()).toEqual(twins.sort());
    for (const [key, value] of before) {
      const [own, after, twin] = [value, prepared.get(key), prepared.get(`${key}-mattermost`)].map((each) => plainOf(each)) as [
        Plain,
        Plain,
        Plain,
      ];
      const id = shortId(own);
      if (isInstallation(value)) {
        expect(withoutAnnotation(after, annotation)).toEqual(withoutAnnotation(own, annotation));
        expect(after.metadata.annotations?.[annotation]).toBe(text);
      } else if (id.startsWith('Service ')) expect(after).toEqual(platform.otherwise[id]?.(own) ?? own);
      else if (platform.extended.includes(id)) {
        expect({ key, after }).not.toEqual({ key, after: own });
        expect({ key, contains: contains(after, own) }).toEqual({ key, contains: true });
      } else expect({ key, after }).toEqual({ key, after: own });
      if (twins.includes(`${key}-mattermost`)) {
        const expected = renamed(own);
        const labels = (platform.otherwise[id]?.(own) ?? expected).spec;
        expect({
          key,
          contains: contains(twin, { ...expected, spec: labels, metadata: { ...own.metadata, name: `${own.metadata.name}-mattermost` } }),
        }).toEqual({ key, contains: true });
      }
    }

    const triggered = await stage('trigger', '--confirmed-live');
    expect([...triggered.keys()]).toEqual([...prepared.keys()]);
    for (const [key, value] of prepared) {
      const own = plainOf(value);
      expect(plainOf(triggered.get(key))).toEqual(isInstallation(value) ? { ...own, spec: { ...own.spec, migrate: true } } : own);
    }

    const converted = await stage('convert');
    expect(converted.size).toBe(triggered.size);
    for (const [key, value] of triggered) {
      const own = plainOf(value);
      const after = converted.get(key.replace(': ClusterInstallation ', ': Mattermost '));
      if (isInstallation(value)) expect(plainOf(withoutEmpty(after ?? new Map()))).toEqual(mattermostOf(value, platform));
      else if (platform.replaced.includes(shortId(own))) expect({ key, after: plainOf(after) }).not.toEqual({ key, after: own });
      else expect({ key, after: plainOf(after) }).toEqual({ key, after: own });
    }

    const finished = await stage('finish');
    expect(finished.size).toBe(before.size);
    for (const [key, value] of before) {
      const own = plainOf(value);
      const id = shortId(own);
      const after = finished.get(key.replace(': ClusterInstallation ', ': Mattermost '));
      const other = platform.byHand.includes(id) ? own : (platform.otherwise[id]?.(own) ?? renamed(own));
      const expected = isInstallation(value) ? withoutAnnotation(mattermostOf(value, platform), annotation) : other;
      expect({ key, after: unordered(plainOf(isInstallation(value) ? withoutEmpty(after ?? new Map()) : after)) }).toEqual({
        key,
        after: unordered(expected),
      });
    }

    const left = git(cwd, ['grep', '-lE', OLD_NAMES]).toString().trim().split('\n');
    expect(left).toEqual(platform.left);
    const { summary } = reportOf(await run(['scan', '--format', 'json'], { cwd }));
    expect(summary.left.references + summary.left.files + summary.left.vendored).toBe(left.length);
    await command('scan');

    expect(said.join('\n')).not.toMatch(/c4n4ry|YzRuNHJ5/i);
    expect(inReadme(name, said)).toBe(true);
    const file = join(GOLDEN, `${name}-stages.txt`);
    if (process.env['CI2MM_UPDATE'] === '1') writeFileSync(file, said.join('\n'));
    expect(said.join('\n')).toBe(readFileSync(file, 'utf8'));
  });
});

test('where one overlay goes first, what is written with the others later is not told as left', async () => {
  const cwd = temporaryRepository();
  cpSync(join(EXAMPLES, 'flux-platform'), cwd, { recursive: true });
  commitAll(cwd);
  const { summary, findings } = reportOf(
    await run(['prepare', '--root', 'apps/chat/staging', '--prove', 'never', '--format', 'json'], { cwd }),
  );
  expect(summary.installations).toBe(1);
  expect(findings.flatMap(({ rule, file }) => (rule === 'reference-left' ? [file] : []))).toEqual([
    'infrastructure/controllers/monitoring/release.yaml',
  ]);
});
