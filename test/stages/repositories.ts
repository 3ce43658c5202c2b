import type { Files } from '../proof/harness.ts';

/** Small repositories of each shape in which a rollout goes through its stages. */

export const installation = (name: string, metadata = '', spec = ''): string => `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: ${name}
${metadata}spec:
  ingressName: ${name}.example.com
  image: mattermost/mattermost-enterprise-edition
  version: 9.5.1
  minio:
    externalURL: s3.example.com
    externalBucket: chat
    secret: s3-credentials
  database:
    secret: database
${spec}`;

const kustomization = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;

const application = (name: string, path: string, more = ''): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${name}
  namespace: argocd
spec:
  project: default
  source:
    repoURL: https://git.example.com/chat.git
    path: ${path}
${more}  destination:
    server: https://kubernetes.default.svc
`;

const fluxKustomization = (name: string, path: string, more = ''): string => `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: ${name}
  namespace: flux-system
spec:
  interval: 10m
  path: ./${path}
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
${more}`;

export interface Repository {
  readonly files: Files;
  /** What every command is given. */
  readonly options: readonly string[];
  /** Where installations are built, each to be rolled out by itself; the folder or file of each. */
  readonly roots: readonly string[];
  /** The annotation that protects. */
  readonly protection: string;
}

const ARGO = 'argocd.argoproj.io/sync-options: Prune=false,Delete=false';
const FLUX = 'kustomize.toolkit.fluxcd.io/prune: disabled';

const BASE = {
  'base/kustomization.yaml': kustomization('resources:', '- chat.yaml'),
  'base/chat.yaml': installation('chat'),
};

export const REPOSITORIES: Readonly<Record<string, Repository>> = {
  'a plain manifest, applied by Argo CD': {
    files: { 'chat/chat.yaml': installation('chat', '  namespace: mm\n'), 'apps/chat.yaml': application('chat', 'chat') },
    options: ['--assume-database', 'external'],
    roots: ['chat/chat.yaml'],
    protection: ARGO,
  },
  'a plain manifest below what Flux applies': {
    files: { 'clusters/prod/chat/chat.yaml': installation('chat'), 'flux.yaml': fluxKustomization('all', 'clusters/prod') },
    options: ['--assume-database', 'external'],
    roots: ['clusters/prod/chat/chat.yaml'],
    protection: FLUX,
  },
  'a base with three overlays': {
    files: {
      ...BASE,
      'overlays/dev/kustomization.yaml': kustomization('resources: [../../base]', 'namespace: dev'),
      'overlays/test/kustomization.yaml': kustomization('resources:', '- ../../base', 'namespace: test', 'namePrefix: test-'),
      'overlays/prod/kustomization.yaml': kustomization(
        'resources:',
        '- ../../base',
        'namespace: prod',
        'patches:',
        '# More of it.',
        '- path: size.yaml',
      ),
      'overlays/prod/size.yaml': `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat
spec:
  replicas: 4 # busy
`,
    },
    options: ['--engine', 'flux', '--assume-database', 'external'],
    roots: ['overlays/dev', 'overlays/test', 'overlays/prod'],
    protection: FLUX,
  },
  'Applications made by one above them': {
    files: {
      ...BASE,
      'overlays/a/kustomization.yaml': kustomization('resources: [../../base]', 'namespace: a'),
      'overlays/b/kustomization.yaml': kustomization('resources: [../../base]', 'namespace: b'),
      'apps/kustomization.yaml': kustomization('resources: [a.yaml, b.yaml]'),
      'apps/a.yaml': application('a', 'overlays/a'),
      'apps/b.yaml': application(
        'b',
        'overlays/b',
        `    kustomize:
      patches:
      - target: {kind: ClusterInstallation}
        patch: |-
          - op: add
            path: /spec/replicas
            value: 3
`,
      ),
      'root.yaml': application('root', 'apps'),
    },
    options: ['--assume-database', 'external'],
    roots: ['overlays/a', 'apps/b.yaml'],
    protection: ARGO,
  },
  'an ApplicationSet over folders': {
    files: {
      ...BASE,
      'overlays/a/kustomization.yaml': kustomization('resources: [../../base]', 'namespace: a'),
      'overlays/b/kustomization.yaml': kustomization('resources: [../../base]', 'namespace: b', 'patchesStrategicMerge:', '- patch.yaml'),
      'overlays/b/patch.yaml': `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat
  annotations:
    argocd.argoproj.io/sync-options: ServerSideApply=true,Replace=true
    team: chat
`,
      'set.yaml': `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata:
  name: chat
  namespace: argocd
spec:
  generators:
  - git:
      repoURL: https://git.example.com/chat.git
      directories:
      - path: overlays/*
  template:
    metadata:
      name: '{{path.basename}}'
    spec:
      source:
        repoURL: https://git.example.com/chat.git
        path: '{{path}}'
`,
    },
    options: ['--assume-database', 'external'],
    roots: ['overlays/a', 'overlays/b'],
    protection: 'argocd.argoproj.io/sync-options: ServerSideApply=true,Prune=false,Delete=false',
  },
  'Flux with dependsOn, and a shared base for two clusters': {
    files: {
      ...BASE,
      'clusters/east/chat.yaml': fluxKustomization('chat', 'apps/east', '  dependsOn:\n  - name: operator\n'),
      'clusters/west/chat.yaml': fluxKustomization(
        'chat',
        'apps/west',
        `  dependsOn:
  - name: operator
  patches:
  - patch: |
      apiVersion: mattermost.com/v1alpha1
      kind: ClusterInstallation
      metadata:
        name: chat
      spec:
        replicas: 5
`,
      ),
      'apps/east/kustomization.yaml': kustomization('resources: [../../base]', 'namespace: east'),
      'apps/west/kustomization.yaml': kustomization('resources: [../../base]', 'namespace: west'),
    },
    options: ['--assume-database', 'external'],
    roots: ['apps/east', 'clusters/west/chat.yaml'],
    protection: FLUX,
  },
};
