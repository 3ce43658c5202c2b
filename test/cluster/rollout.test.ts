import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { run } from '../cli/harness.ts';
import { commitAll, temporaryRepository } from '../repo/workspace.ts';

/**
 * The stages of a rollout, by what the commands write, on a real control plane with the operator: API server, garbage collector, controllers of
 * Deployments, and the libraries that Argo CD and Flux sync with, each in a program of its own. Nothing may be lost, by uid, and no moment may
 * be without endpoints but for a pod's start. Left out where there is none; CONTRIBUTING.md says what it takes.
 */
const kubeconfig = process.env['CI2MM_CLUSTER_KUBECONFIG'] ?? '';
const argo = process.env['CI2MM_ARGO_DRIVER'] ?? '';
const flux = process.env['CI2MM_FLUX_DRIVER'] ?? '';
const missing = [kubeconfig, argo, flux].some((path) => path === '' || !existsSync(path));

const execute = promisify(execFile);
const environment = { ...process.env, KUBECONFIG: kubeconfig };

const kubectl = (...args: readonly string[]): string =>
  execFileSync('kubectl', args, { encoding: 'utf8', env: environment, stdio: ['ignore', 'pipe', 'pipe'] });

const secret = (name: string, data: Readonly<Record<string, string>>): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}}\nstringData: ${JSON.stringify(data)}\n`;

const SECRETS = `${secret('chat-db', { DB_CONNECTION_STRING: 'postgres://u:p@db.example.com:5432/mm' })}---\n${secret('chat-files', { accesskey: 'a', secretkey: 's' })}`;

const STORES = {
  external:
    '  database:\n    secret: chat-db\n  minio:\n    externalURL: s3.amazonaws.com\n    externalBucket: chat-files\n    secret: chat-files\n  mattermostEnv:\n  - name: MM_FILESETTINGS_AMAZONS3SSL\n    value: "true"\n',
  'operator-managed': '  database:\n    storageSize: 10Gi\n    version: "8.0"\n  minio:\n    storageSize: 10Gi\n',
};

const installation = (namespace: string, store: keyof typeof STORES): string => `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat
  namespace: ${namespace}
spec:
  image: mattermost/mattermost-enterprise-edition
  version: "9.11.2"
  ingressName: chat.example.com
  replicas: 2
  resources:
    requests:
      cpu: 100m
      memory: 256Mi
${STORES[store]}`;

/** Lets the pods through in a namespace that denies everything else. */
const policy = (namespace: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: chat-in
  namespace: ${namespace}
spec:
  podSelector:
    matchLabels:
      v1alpha1.mattermost.com/installation: chat
  ingress:
  - {}
`;

interface Engine {
  readonly applier: string;
  readonly sync: (namespace: string, folder: string, state: string) => readonly string[];
}

const APPLICATION =
  'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: chat, namespace: argocd}\nspec:\n  source: {repoURL: https://git.example.com/chat.git, path: chat}\n';
const argoCd = (tracking: string): Engine => ({
  applier: APPLICATION,
  sync: (namespace, folder) => [argo, '--dir', folder, '--namespace', namespace, '--tracking', tracking],
});

const ENGINES: Readonly<Record<string, Engine>> = {
  'Argo CD, tracking by annotation': argoCd('annotation'),
  'Argo CD, tracking by label': argoCd('label'),
  Flux: {
    applier:
      'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: chat, namespace: flux-system}\nspec:\n  path: ./chat\n  prune: true\n  sourceRef: {kind: GitRepository, name: chat}\n',
    sync: (namespace, folder, state) => [flux, '--dir', folder, '--namespace', namespace, '--state', state],
  },
};

async function until(holds: () => boolean | Promise<boolean>, seconds: number): Promise<boolean> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return false;
}

const KINDS =
  'deployments,services,ingresses,serviceaccounts,roles,rolebindings,secrets,persistentvolumeclaims,mysqlclusters.mysql.presslabs.org,minioinstances.miniocontroller.min.io,clusterinstallations.mattermost.com,mattermosts.installation.mattermost.com';

/** Uid and generation of everything in a namespace. */
function objectsIn(namespace: string): Map<string, string> {
  const { items } = JSON.parse(kubectl('get', '-n', namespace, KINDS, '-o', 'json')) as {
    items: { kind: string; metadata: { name: string; uid: string; generation?: number } }[];
  };
  return new Map(items.map(({ kind, metadata }) => [`${kind} ${metadata.name}`, `${metadata.uid} ${metadata.generation ?? ''}`]));
}

const uidsOf = (objects: ReadonlyMap<string, string>, kinds: RegExp): [string, string][] =>
  [...objects].filter(([key]) => kinds.test(key)).map(([key, value]) => [key, value.split(' ')[0] ?? '']);

/** The longest time without a ready endpoint, looked at until it is stopped, in seconds. */
function watchEndpoints(namespace: string): () => Promise<number> {
  let [longest, since] = [0, Number.NaN];
  const stop = new AbortController();
  const watching = (async () => {
    while (!stop.signal.aborted) {
      const { stdout } = await execute(
        'kubectl',
        ['get', 'endpoints', '-n', namespace, 'chat', '-o', 'jsonpath={.subsets[*].addresses[*].ip}'],
        {
          env: environment,
        },
      ).catch(() => ({ stdout: '' }));
      const now = Date.now();
      if (stdout.trim() !== '') since = Number.NaN;
      else if (Number.isNaN(since)) since = now;
      else longest = Math.max(longest, (now - since) / 1000);
    }
  })();
  return async () => {
    stop.abort();
    await watching;
    return longest;
  };
}

/** Every moment, by the server's own events, in which NetworkPolicies that had selected by a generation's labels do so no more. */
function watchPolicies(namespace: string): () => readonly string[] {
  const fields = '{.type} {.object.metadata.name} {.object.spec.podSelector.matchLabels}';
  const args = ['get', 'networkpolicies', '-n', namespace, '--watch', '--output-watch-events', '-o', `jsonpath=${fields}{"\\n"}`];
  const watching = spawn('kubectl', args, { env: environment, stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  watching.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => {
    watching.kill();
    const live = new Map<string, string>();
    let known = new Set<string>();
    return text.split('\n').flatMap((line) => {
      const [type = '', name = '', labels = ''] = line.split(' ');
      if (type === 'DELETED') live.delete(name);
      else if (type !== '') live.set(name, /v1alpha1/.test(labels) ? 'old' : 'new');
      const now = new Set(live.values());
      const lost = [...known].filter((generation) => !now.has(generation));
      known = now;
      return lost.map((generation) => `${line}: nothing selects ${generation} pods`);
    });
  };
}

const cases = Object.keys(ENGINES).flatMap((engine) => Object.keys(STORES).map((store) => [engine, store as keyof typeof STORES] as const));

describe.skipIf(missing)('a rollout on a control plane', () => {
  test.each(cases)('%s, %s stores: nothing is lost', { timeout: 600_000 }, async (engineName, store) => {
    const engine = ENGINES[engineName] as Engine;
    const namespace = `walk-${cases.findIndex((each) => each[0] === engineName && each[1] === store)}-${Date.now().toString(36)}`;
    kubectl('create', 'namespace', namespace);
    onTestFinished(() => void kubectl('delete', 'namespace', namespace, '--wait=false'));
    const cwd = temporaryRepository({
      'chat/chat.yaml': installation(namespace, store),
      'chat/secrets.yaml': SECRETS,
      'chat/policy.yaml': policy(namespace),
      'engine.yaml': engine.applier,
    });
    commitAll(cwd);
    const [program = '', ...args] = engine.sync(namespace, join(cwd, 'chat'), join(cwd, '.git/inventory.json'));
    const sync = (): Promise<unknown> => execute(program, args, { env: environment });
    const stage = async (...words: readonly string[]): Promise<void> => {
      expect(await run([...words, '--write', '--prove', 'never'], { cwd })).toMatchObject({ code: 0 });
      commitAll(cwd);
      await sync();
    };
    const gate = async (...words: readonly string[]): Promise<string> => {
      const { stdout } = await execute('sh', [join(cwd, '.git/gate.sh'), ...words], { cwd, env: environment }).catch(
        (error: { stdout: string; stderr: string }) => ({ stdout: `${error.stdout}${error.stderr}` }),
      );
      return stdout;
    };
    const state = (kind: string): string =>
      kubectl('get', '-n', namespace, kind, 'chat', '--ignore-not-found', '-o', 'jsonpath={.status.state}').trim();
    writeFileSync(join(cwd, '.git/gate.sh'), (await run(['plan', '--format', 'script'], { cwd })).stdout);

    await sync();
    expect(await until(() => state('clusterinstallations.mattermost.com') === 'stable', 120)).toBe(true);
    expect(await gate('live')).toContain('NOT');
    await stage('prepare');
    expect(await gate('live')).toBe('ok\n');
    if (store === 'operator-managed')
      kubectl(
        'patch',
        '-n',
        namespace,
        'secret',
        'chat-mysql-root-password',
        '--type=json',
        '-p',
        '[{"op":"remove","path":"/metadata/ownerReferences"}]',
      );
    expect(await gate('record', '.git/gate.json')).toMatch(/^kept \d+ uids in .*\nok\n$/);
    const before = objectsIn(namespace);
    const endpoints = watchEndpoints(namespace);
    const unselected = watchPolicies(namespace);
    await stage('trigger', '--gate-file', '.git/gate.json');
    expect(await gate('migrated', '.git/gate.json')).toContain('NOT');
    expect(
      await until(
        () =>
          state('mattermosts.installation.mattermost.com') === 'stable' &&
          kubectl('get', '-n', namespace, 'clusterinstallations.mattermost.com', 'chat', '--ignore-not-found', '-o', 'name') === '',
        240,
      ),
    ).toBe(true);
    expect(await gate('migrated', '.git/gate.json')).toBe('ok\n');
    const survivors = /^(?:Service|Secret|PersistentVolumeClaim|MysqlCluster|MinIOInstance) /;
    expect(uidsOf(objectsIn(namespace), survivors)).toEqual(expect.arrayContaining(uidsOf(before, survivors)));

    const migrated = objectsIn(namespace);
    await stage('convert');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect([...objectsIn(namespace)].filter(([key]) => !key.startsWith('Mattermost '))).toEqual(
      [...migrated].filter(([key]) => !key.startsWith('Mattermost ')),
    );
    expect(state('mattermosts.installation.mattermost.com')).toBe('stable');
    await stage('finish');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(uidsOf(objectsIn(namespace), /./)).toEqual(uidsOf(migrated, /./));
    // The old labels go last, when no pod has them any more.
    const lost = unselected();
    expect(lost).toEqual([expect.stringContaining('nothing selects old pods') as string]);
    const gap = await endpoints();
    console.log(`${engineName}, ${store}: ${gap.toFixed(1)} s without endpoints`);
    expect(gap).toBeLessThan(3);
  });
});

const FEATURES = {
  blueGreen: `  blueGreen:
    enable: true
    productionDeployment: blue
    blue: {image: mattermost/mattermost-enterprise-edition, version: "9.11.2"}
    green: {image: mattermost/mattermost-enterprise-edition, version: "10.5.1"}
`,
  canary: `  canary:
    enable: true
    deployment: {image: mattermost/mattermost-enterprise-edition, version: "10.5.1"}
`,
};

describe.skipIf(missing)('Mattermosts in place of features', () => {
  interface Trial {
    readonly namespace: string;
    readonly write: (...words: readonly string[]) => Promise<void>;
    /** The names of a kind, or what a path leads to in one object. */
    readonly names: (kind: string) => string[];
    readonly at: (kind: string, name: string, path: string) => string;
  }

  async function trial(engine: Engine, feature: keyof typeof FEATURES): Promise<Trial> {
    const namespace = `split-${feature.toLowerCase()}-${Date.now().toString(36)}`;
    kubectl('create', 'namespace', namespace);
    onTestFinished(() => void kubectl('delete', 'namespace', namespace, '--wait=false'));
    const cwd = temporaryRepository({
      'chat/chat.yaml': installation(namespace, 'external') + FEATURES[feature],
      'chat/secrets.yaml': SECRETS,
      'engine.yaml': engine.applier,
    });
    commitAll(cwd);
    const [program = '', ...args] = engine.sync(namespace, join(cwd, 'chat'), join(cwd, '.git/inventory.json'));
    const names: Trial['names'] = (kind) =>
      kubectl('get', '-n', namespace, kind, '-o', 'jsonpath={.items[*].metadata.name}')
        .split(' ')
        .filter((name) => name !== '')
        .sort();
    const write: Trial['write'] = async (...words) => {
      if (words.length > 0) expect(await run([...words, '--write', '--prove', 'never'], { cwd })).toMatchObject({ code: 0 });
      commitAll(cwd);
      await execute(program, args, { env: environment });
    };
    const at: Trial['at'] = (kind, name, path) =>
      kubectl('get', '-n', namespace, kind, name, '--ignore-not-found', '-o', `jsonpath={${path}}`).trim();
    return { namespace, write, names, at };
  }

  const OLD = 'clusterinstallations.mattermost.com';
  const NEW = 'mattermosts.installation.mattermost.com';
  const engines = ['Argo CD, tracking by annotation', 'Flux'];

  test.each(engines)('%s: one for each colour, and production changes hands', { timeout: 600_000 }, async (name) => {
    const { namespace, write, names, at } = await trial(ENGINES[name] as Engine, 'blueGreen');
    await write();
    expect(await until(() => names('deployments').join() === 'chat-blue,chat-green', 120)).toBe(true);
    await write('prepare', '--blue-green', 'production');
    expect(await until(() => names('deployments').join() === 'chat' && at(OLD, 'chat', '.status.state') === 'stable', 120)).toBe(true);
    const uid = at('deployment', 'chat', '.metadata.uid');
    const endpoints = watchEndpoints(namespace);
    await write('prepare', '--blue-green', 'split');
    const stable = (): boolean => ['chat-blue', 'chat-green'].every((each) => at(NEW, each, '.status.state') === 'stable');
    expect(await until(stable, 120)).toBe(true);
    expect(at('deployment', 'chat', '.metadata.uid')).toBe(uid);
    expect(await endpoints()).toBeLessThan(1);
    const address = (): string => at('endpoints', 'chat-production', '.subsets[*].addresses[*].ip');
    expect(await until(() => address() !== '', 30)).toBe(true);
    const before = uidsOf(objectsIn(namespace), /^(?:Deployment|Service|Mattermost) chat-/);
    expect(before.map(([key]) => key).sort()).toEqual([
      'Deployment chat-blue',
      'Deployment chat-green',
      'Mattermost chat-blue',
      'Mattermost chat-green',
      'Service chat-blue',
      'Service chat-green',
      'Service chat-production',
    ]);
    await write('prepare', '--blue-green', 'split');
    expect(await until(() => names(OLD).length === 0 && !names('deployments').includes('chat'), 60)).toBe(true);
    expect(names('ingresses')).toEqual(['chat-blue', 'chat-green', 'chat-production']);
    expect(at('ingress', 'chat-production', '.spec.rules[0].host')).toBe('chat.example.com');
    expect(uidsOf(objectsIn(namespace), /^(?:Deployment|Service|Mattermost) chat-/)).toEqual(before);
    expect([address() !== '', stable()]).toEqual([true, true]);
  });

  test.each(engines)('%s: one for the canary, once what is left of it is gone', { timeout: 600_000 }, async (name) => {
    const { namespace, write, names, at } = await trial(ENGINES[name] as Engine, 'canary');
    await write();
    expect(await until(() => names('deployments').join() === 'chat,chat-canary', 120)).toBe(true);
    await write('prepare', '--canary', 'off');
    expect(await until(() => at(OLD, 'chat', '.status.state') === 'stable', 120)).toBe(true);
    kubectl('delete', '-n', namespace, 'deployment,service,ingress', 'chat-canary');
    await write('prepare', '--canary', 'split');
    expect(await until(() => at(NEW, 'chat-canary', '.status.state') === 'stable', 120)).toBe(true);
    expect(at('ingress', 'chat-canary', '.spec.rules[0].host')).toBe('chat.example.com');
    expect(at('ingress', 'chat-canary', '.metadata.annotations')).toContain('"nginx.ingress.kubernetes.io/canary":"true"');
    expect(at(OLD, 'chat', '.status.state')).toBe('stable');
  });
});
