import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Plan } from '../../src/report/plan.ts';
import { parseAllDocuments } from 'yaml';
import { evaluate, healthBy } from '../references/health-languages.ts';
import { run } from '../cli/harness.ts';
import { commitAll, temporaryDirectory, temporaryRepository, writeAll } from '../repo/workspace.ts';

/** The printed script on a cluster that is played by a program called kubectl. */

const EXAMPLE = join(import.meta.dirname, '../../examples/flux-platform');

/** What is live, by namespace, kind, name and JSONPath; of all else there is nothing. */
function cluster(live: Readonly<Record<string, string>>): string {
  const cases = Object.entries(live).map(([asked, answer]) => `'${asked}') printf '%s' '${answer}' ;;`);
  const directory = temporaryDirectory();
  writeAll(directory, {
    kubectl: `#!/bin/sh\n# get -n NAMESPACE KIND NAME --ignore-not-found -o jsonpath=PATH\ncase "$3 $4 $5 \${8#jsonpath=}" in\n${cases.join('\n')}\nesac\n`,
  });
  chmodSync(join(directory, 'kubectl'), 0o755);
  return directory;
}

const OLD = 'clusterinstallations.mattermost.com';
const PRUNE = String.raw`{.metadata.annotations.kustomize\.toolkit\.fluxcd\.io/prune}`;

test('the gate of the trigger is about what waits for it, and not about what has begun', async () => {
  const cwd = temporaryRepository();
  cpSync(EXAMPLE, cwd, { recursive: true });
  commitAll(cwd);
  const { stdout } = await run(['plan', '--format', 'script'], { cwd });
  const gate = (live: Readonly<Record<string, string>>, ...words: readonly string[]): string =>
    spawnSync('sh', ['-s', ...words], {
      input: stdout,
      encoding: 'utf8',
      cwd: temporaryDirectory(),
      env: { PATH: `${cluster(live)}:${process.env['PATH']}` },
    }).stdout;
  const waiting = Object.fromEntries(
    ['chat chat', 'incident war-room'].flatMap((id) => {
      const [namespace = '', name = ''] = id.split(' ');
      return [
        [`${namespace} ${OLD} ${name} {.status.state}`, 'stable'],
        [`${namespace} ${OLD} ${name} ${PRUNE}`, 'disabled'],
      ];
    }),
  );
  // Of support, which was triggered before, nothing of the old kind is left.
  expect(gate(waiting, 'live')).toBe('ok\n');
  expect(gate({ ...waiting, [`chat ${OLD} chat ${PRUNE}`]: 'enabled' }, 'live')).toBe('NOT chat/chat: prune: disabled is not live\n');
  // What is built for two clusters can't be recorded in one.
  expect(gate(waiting, 'record', 'gate.json')).toBe(
    'NOT chat/chat: several roots build it, for several clusters: print this script with --root\n',
  );
});

const UIDS = Array.from({ length: 9 }, (_, index) => `0000000${index}-1234-4abc-8def-0123456789ab`) as readonly string[] as readonly [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];

const APPLICATION =
  'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: chat, namespace: argocd}\nspec:\n  source: {repoURL: https://git.example.com/chat.git, path: chat}\n';

/** An installation with an operator-managed database, protected in Git; and what is live of it. */
const CHAT = `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat
  namespace: talk
  annotations:
    argocd.argoproj.io/sync-options: Prune=false,Delete=false
spec:
  image: mattermost/mattermost-enterprise-edition
  version: "9.11.2"
  ingressName: chat.example.com
  database:
    storageSize: 10Gi
    version: "8.0"
  minio:
    externalURL: s3.amazonaws.com
    externalBucket: files
    secret: files
`;
const SYNC_OPTIONS = String.raw`{.metadata.annotations.argocd\.argoproj\.io/sync-options}`;
const LIVE = {
  [`talk ${OLD} chat {.status.state}`]: 'stable',
  [`talk ${OLD} chat ${SYNC_OPTIONS}`]: 'Prune=false,Delete=false',
  [`talk ${OLD} chat {.metadata.uid}`]: UIDS[0],
  'talk services chat {.metadata.uid}': UIDS[1],
  'talk mysqlclusters.mysql.presslabs.org db-aa8af3 {.metadata.uid}': UIDS[2],
  'talk secrets chat-mysql-root-password {.metadata.uid}': UIDS[3],
  'talk persistentvolumeclaims of-db-aa8af3 {.metadata.uid}': UIDS[4],
};
const OWNED = { 'talk secrets chat-mysql-root-password {.metadata.ownerReferences[*].kind}': 'ClusterInstallation' };

const shown = async (words: readonly string[], cwd: string): Promise<string> => (await run(words, { cwd })).stdout.toString();

async function recorded(live: Readonly<Record<string, string>>): Promise<{ readonly cwd: string; readonly said: string }> {
  const cwd = temporaryRepository({ 'chat/chat.yaml': CHAT, 'app.yaml': APPLICATION });
  commitAll(cwd);
  const { stdout: input } = await run(['plan', '--format', 'script'], { cwd });
  const { stdout: said } = spawnSync('sh', ['-s', 'record', '.git/gate.json'], {
    input,
    encoding: 'utf8',
    cwd,
    env: { PATH: `${cluster(live)}:${process.env['PATH']}` },
  });
  return { cwd, said };
}

test('a gate file takes the place of both confirmations, and is written while the gate is open alone', async () => {
  const closed = await recorded({ ...LIVE, ...OWNED });
  expect(closed.said).toBe('NOT talk/chat: Secret chat-mysql-root-password belongs to the ClusterInstallation, or can not be read\n');
  expect(existsSync(join(closed.cwd, '.git/gate.json'))).toBe(false);
  const { cwd, said } = await recorded(LIVE);
  expect(said).toBe('kept 4 uids in .git/gate.json\nok\n');
  expect(await run(['trigger', '--gate-file', '.git/gate.json', '--check'], { cwd })).toMatchObject({ code: 1 });
  const stdout = await shown(['trigger', '--gate-file', '.git/gate.json'], cwd);
  expect(stdout.match(/^[+-] .*$/gm)).toEqual(['+  migrate: true']);
});

test.each<readonly [string, (gate: string) => string, RegExp]>([
  ['stale', (gate) => gate.replace(/"time": "\d{4}/, '"time": "2020'), /more than an hour ago \(gate-closed\)/],
  ['of tomorrow', (gate) => gate.replace(/"time": "\d{4}/, '"time": "2999'), /still to come/],
  ['of another installation', (gate) => gate.replace('"name": "chat", "root"', '"name": "other", "root"'), /says nothing of talk\/chat/],
  ['of another namespace', (gate) => gate.replace('"talk", "name": "chat", "root"', '"else", "name": "chat", "root"'), /says nothing of/],
  ['of another root', (gate) => gate.replace('chat/chat.yaml', 'west'), /says nothing of talk\/chat/],
  ['without protection', (gate) => gate.replace('"argo-cd"', ''), /does not show the protection by argo-cd/],
  ['without the root password', (gate) => gate.replace('freed', 'none'), /root password is freed/],
])('a gate file %s is refused', async (_, change, message) => {
  const { cwd } = await recorded(LIVE);
  const file = join(cwd, '.git/gate.json');
  const text = readFileSync(file, 'utf8');
  expect(change(text)).not.toBe(text);
  writeFileSync(file, change(text));
  const stdout = await shown(['trigger', '--gate-file', file, '--format', 'text'], cwd);
  expect(stdout).toMatch(message);
});

test('what is no gate file, or comes from another context, is refused', async () => {
  const { cwd } = await recorded(LIVE);
  const file = join(cwd, '.git/gate.json');
  const text = readFileSync(file, 'utf8');
  expect(await shown(['trigger', '--gate-file', file, '--context', 'west', '--format', 'text'], cwd)).toMatch(/in context .*, not west/);
  for (const broken of [text.replace(UIDS[0], 'unreadable'), text.replace('"cluster"', '"clutter"'), text.slice(0, -5), '[]']) {
    writeFileSync(file, broken);
    const { code, stderr } = await run(['trigger', '--gate-file', file], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/is not what sh gate\.sh record writes|is no JSON/)]);
  }
  expect(await run(['trigger', '--gate-file', 'missing.json'], { cwd })).toMatchObject({ code: 3 });
});

test('what is found of one overlay is told of it alone', async () => {
  const cwd = temporaryRepository();
  cpSync(join(EXAMPLE, '../argo-cd-platform'), cwd, { recursive: true });
  commitAll(cwd);
  const { installations } = JSON.parse((await run(['plan', '--format', 'json'], { cwd })).stdout.toString()) as Plan;
  const told = installations.filter(({ hazards }) => hazards.some((hazard) => hazard.includes('old-label-selected')));
  expect(told.map(({ root }) => root)).toEqual(['chat/overlays/berlin']);
});

/** The documents of the gates of engines, by kind; parts of others' objects have none. */
async function machineGates(cwd: string, ...words: readonly string[]): Promise<Map<string, Record<string, never>>> {
  const documents = parseAllDocuments(await shown(['plan', '--format', 'gates', ...words], cwd)).map((each) => {
    expect(each.errors).toEqual([]);
    return each.toJS() as { kind?: string } & Record<string, never>;
  });
  return new Map(documents.map((each) => [each.kind ?? Object.keys(each)[0] ?? '', each]));
}

const IMAGE = 'example/kubectl:1.33.1';

interface GateJob {
  readonly spec: {
    readonly template: {
      readonly spec: { readonly containers: readonly { readonly image: string; readonly command: readonly string[] }[] };
    };
  };
}

test('the Job of Argo CD lets the sync go on when the migration is over and nothing was lost', async () => {
  const { cwd } = await recorded(LIVE);
  const gates = await machineGates(cwd, '--gate-file', '.git/gate.json', '--gate-image', IMAGE);
  const [container] = (gates.get('Job') as unknown as GateJob).spec.template.spec.containers;
  expect(container?.image).toBe(IMAGE);
  const script = container?.command[2] ?? '';
  /** How the Job ends, where this is live; it does not wait here. */
  const job = (live: Readonly<Record<string, string>>): number | null => {
    const cases = Object.entries(live).map(([asked, answer]) => `'${asked}') printf '%s' '${answer}' ;;`);
    const bin = temporaryDirectory();
    writeAll(bin, {
      kubectl: `#!/bin/sh\ncase "$2 $3 \${6#jsonpath=}" in\n${cases.join('\n')}\nesac\n`,
      sleep: '#!/bin/sh\n',
    });
    for (const program of ['kubectl', 'sleep']) chmodSync(join(bin, program), 0o755);
    return spawnSync('sh', ['-c', script], { env: { PATH: `${bin}:${process.env['PATH']}` } }).status;
  };
  const over = {
    'mattermosts.installation.mattermost.com chat {.status.state}': 'stable',
    'services chat {.metadata.uid}': UIDS[1],
    'mysqlclusters.mysql.presslabs.org db-aa8af3 {.metadata.uid}': UIDS[2],
    'persistentvolumeclaims of-db-aa8af3 {.metadata.uid}': UIDS[4],
  };
  expect(job(over)).toBe(0);
  expect(job({ ...over, [`${OLD} chat {.metadata.uid}`]: UIDS[0] })).toBe(1);
  expect(job({ ...over, 'mattermosts.installation.mattermost.com chat {.status.state}': 'reconciling' })).toBe(1);
  for (const asked of Object.keys(over).slice(1)) expect(job({ ...over, [asked]: UIDS[6] })).toBe(1);
  expect(job({})).toBe(1);
  // Where kubectl fails, nothing is known to be gone.
  expect(spawnSync('sh', ['-c', `kubectl() { false; }\nsleep() { :; }\n${script}`]).status).toBe(1);
});

test('the Job may read what it names and nothing else, no Secret among it, and runs before all that is applied', async () => {
  const { cwd } = await recorded(LIVE);
  const gates = await machineGates(cwd, '--gate-file', '.git/gate.json', '--gate-image', IMAGE);
  expect([...gates.keys()]).toEqual(['data', 'ServiceAccount', 'Role', 'RoleBinding', 'Job']);
  const { rules } = gates.get('Role') as unknown as { rules: readonly Record<string, readonly string[]>[] };
  expect(
    rules.map(({ apiGroups, resources, resourceNames, verbs }) => [apiGroups, resources, resourceNames, verbs].flat().join(' ')),
  ).toEqual([
    'mattermost.com clusterinstallations chat get',
    'installation.mattermost.com mattermosts chat get',
    ' services chat get',
    'mysql.presslabs.org mysqlclusters db-aa8af3 get',
    ' persistentvolumeclaims of-db-aa8af3 get',
  ]);
  for (const kind of ['ServiceAccount', 'Role', 'RoleBinding', 'Job'])
    expect(gates.get(kind)).toMatchObject({ metadata: { namespace: 'talk', annotations: { 'argocd.argoproj.io/hook': 'PreSync' } } });
});

test.each([
  [[], /compares uids/],
  [['--gate-file', '.git/gate.json'], /add --gate-image/],
  [['--gate-file', '.git/gate.json', '--gate-image', 'example/kubectl'], /add --gate-image/],
  [['--gate-file', '.git/gate.json', '--gate-image', 'example/kubectl:latest'], /add --gate-image/],
])('no gate without uids and a pinned image: %j', async (words, message) => {
  const { cwd } = await recorded(LIVE);
  const { code, stderr } = await run(['plan', '--format', 'gates', ...words], { cwd });
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
});

test('health of both kinds: a migration is no failure and holds up no sync, but for one that the operator refuses', async () => {
  const { cwd } = await recorded(LIVE);
  const gates = await machineGates(cwd, '--gate-file', '.git/gate.json', '--gate-image', IMAGE);
  const { data } = gates.get('data') as unknown as { data: Readonly<Record<string, string>> };
  const health = (kind: string, object: object): string | undefined =>
    healthBy(data[`resource.customizations.health.${kind}`] ?? '', { metadata: { generation: 3 }, spec: {}, ...object })['status'];
  const old = 'mattermost.com_ClusterInstallation';
  expect(health(old, {})).toBe('Progressing');
  expect(health(old, { status: { state: 'stable' } })).toBe('Healthy');
  expect(health(old, { spec: { migrate: 'true' }, status: { migration: { error: 'failed to found migrated deployment' } } })).toBe(
    'Healthy',
  );
  expect(health(old, { spec: { migrate: 'true' }, status: { migration: { status: 'it cannot be performed safely: BlueGreen' } } })).toBe(
    'Degraded',
  );
  const mattermost = 'installation.mattermost.com_Mattermost';
  expect(health(mattermost, {})).toBe('Progressing');
  expect(health(mattermost, { status: { state: 'ready' } })).toBe('Progressing');
  expect(health(mattermost, { status: { state: 'stable' } })).toBe('Healthy');
  expect(health(mattermost, { status: { state: 'stable', observedGeneration: 2 } })).toBe('Progressing');
  expect(health(mattermost, { status: { state: 'stable', observedGeneration: 3 } })).toBe('Healthy');
});

test('Flux is told when a Mattermost is healthy, and nothing of the old kind', async () => {
  const cwd = temporaryRepository({
    'chat/chat.yaml': CHAT.replace(/ {2}annotations:\n.*\n/, ''),
    'flux.yaml':
      'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: chat, namespace: flux-system}\nspec: {path: ./chat, prune: true, sourceRef: {kind: GitRepository, name: chat}}\n',
  });
  commitAll(cwd);
  const { spec } = (await machineGates(cwd)).get('spec') as unknown as {
    spec: { readonly healthChecks: readonly object[]; readonly healthCheckExprs: readonly { readonly current: string }[] };
  };
  expect(spec.healthChecks).toEqual([
    { apiVersion: 'installation.mattermost.com/v1beta1', kind: 'Mattermost', name: 'chat', namespace: 'talk' },
  ]);
  const current = (status: object): unknown => evaluate(spec.healthCheckExprs[0]?.current ?? '', { metadata: { generation: 3 }, status });
  expect([{}, { state: 'ready' }, { state: 'stable', observedGeneration: 2 }].map(current)).toEqual([false, false, false]);
  expect([{ state: 'stable' }, { state: 'stable', observedGeneration: 3 }].map(current)).toEqual([true, true]);
});
