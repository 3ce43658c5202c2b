import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, plainOf } from '../../src/model/value.ts';
import { readValues } from '../../src/manifests/values.ts';
import { run } from '../cli/harness.ts';
import { commitAll, temporaryRepository } from '../repo/workspace.ts';
import type { Commit, EngineModel, Manifest, Policy } from './world.ts';

/** What Git holds before and after each stage, as the commands write it. */
export interface StagedCommits {
  readonly start: Commit;
  readonly prepared: Commit;
  readonly triggered: Commit;
  readonly converted: Commit;
  readonly finished: Commit;
  /** What lets the pods through, at each of them. */
  readonly policies: Readonly<Record<Step, readonly Policy[]>>;
}

export type Step = 'start' | 'prepared' | 'triggered' | 'converted' | 'finished';

export type Store = Manifest['database'];

const STORES: Readonly<Record<Store, string>> = {
  external: '  database:\n    secret: db\n  minio:\n    externalURL: s3.example.com\n    externalBucket: chat\n    secret: s3\n',
  'operator-managed': '  database:\n    storageSize: 10Gi\n    version: "8.0"\n  minio:\n    storageSize: 10Gi\n',
};

const APPLIERS = {
  argo: 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: chat}\nspec:\n  source: {repoURL: https://git.example.com/x.git, path: chat}\n',
  flux: 'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: chat}\nspec:\n  path: ./chat\n  prune: true\n  sourceRef: {kind: GitRepository, name: x}\n',
} as const;

interface PlainManifest {
  kind: Manifest['kind'];
  metadata: { annotations?: Record<string, string>; labels?: Record<string, string> };
  spec: {
    migrate?: boolean;
    version?: string;
    replicas?: number;
    size?: string;
    blueGreen?: { enable?: boolean };
    canary?: { enable?: boolean };
    database?: { secret?: string; external?: unknown };
  };
}

/** A manifest of either kind, as far as the model knows it. */
function manifestsIn(text: string): Commit {
  return readValues(Buffer.from(text))
    .filter(isMap)
    .map((value) => plainOf(value) as PlainManifest)
    .map(({ kind, metadata, spec }) => ({
      kind,
      annotations: metadata.annotations ?? {},
      labels: metadata.labels ?? {},
      migrate: spec.migrate === true,
      version: spec.version ?? '',
      replicas: spec.replicas ?? 2,
      blueGreen: spec.blueGreen?.enable === true,
      canary: spec.canary?.enable === true,
      size: spec.size ?? null,
      database: spec.database?.secret !== undefined || spec.database?.external !== undefined ? 'external' : 'operator-managed',
    }));
}

/** In a namespace that denies everything else. */
const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: chat-in
  namespace: mm
spec:
  podSelector:
    matchLabels:
      v1alpha1.mattermost.com/installation: chat
  ingress:
  - from: [{namespaceSelector: {}}]
`;

interface PlainPolicy {
  metadata: { name: string; annotations?: Record<string, string> };
  spec: { podSelector: { matchLabels: Record<string, string> } };
}

const policiesIn = (text: string): Policy[] =>
  readValues(Buffer.from(text))
    .filter(isMap)
    .map((value) => plainOf(value) as PlainPolicy)
    .map(({ metadata, spec }) => ({
      name: metadata.name,
      generation: 'v1alpha1.mattermost.com/installation' in spec.podSelector.matchLabels ? 'old' : 'new',
      pruneLast: (metadata.annotations?.['argocd.argoproj.io/sync-options'] ?? '').split(',').includes('PruneLast=true'),
    }));

/** Walks a repository through the commands. */
export async function stagedCommits(engine: EngineModel['name'], store: Store, spec = ''): Promise<StagedCommits> {
  const cwd = temporaryRepository({
    'chat/chat.yaml': `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\n  namespace: mm\nspec:\n  ingressName: chat.example.com\n  image: mattermost/mattermost-enterprise-edition\n  version: "9.11"\n  replicas: 2\n${spec}${STORES[store]}`,
    'chat/policy.yaml': POLICY,
    'engine.yaml': engine === 'flux' ? APPLIERS.flux : APPLIERS.argo,
  });
  commitAll(cwd);
  const policies: Partial<Record<Step, readonly Policy[]>> = {};
  const held = (step: Step): Commit => {
    policies[step] = policiesIn(readFileSync(join(cwd, 'chat/policy.yaml'), 'utf8'));
    return manifestsIn(readFileSync(join(cwd, 'chat/chat.yaml'), 'utf8'));
  };
  const after = async (step: Step, ...command: readonly string[]): Promise<Commit> => {
    const { code, stderr } = await run([...command, '--write', '--prove', 'never', '--assume-database', 'external'], { cwd });
    if (code !== 0) throw new Error(stderr);
    return held(step);
  };
  const commits = {
    start: held('start'),
    prepared: await after('prepared', 'prepare'),
    triggered: await after('triggered', 'trigger', '--confirmed-live', '--confirmed-root-password'),
    converted: await after('converted', 'convert'),
    finished: await after('finished', 'finish'),
  };
  return { ...commits, policies: policies as StagedCommits['policies'] };
}
