import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Plan } from '../../src/report/plan.ts';
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
