import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import { binaries, tree } from '../proof/harness.ts';

/** Anchors of kustomizations and Lists that are used in several places: the rest keeps its meaning, proven by kustomize and without it. */

const CHAT = `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat
spec:
  ingressName: chat.example.com
  nodeSelector:
    pool: apps
`;
const OTHERS = `apiVersion: v1
kind: ConfigMap
metadata: {name: values}
data: {pool: web}
---
apiVersion: mattermost.com/v1alpha1
kind: MattermostRestoreDB
metadata: {name: restore}
spec: {mattermostDBName: x}
---
apiVersion: example.com/v1
kind: Worker
metadata: {name: worker}
spec: {nodeSelector: {pool: q}}
`;

/** `before` and `after` are what stands below `resources`. */
const CASES: readonly { readonly name: string; readonly before: string; readonly after: string }[] = [
  {
    name: 'an annotation that repeats the kind of a target',
    before: `patches:
- target: {kind: &kind ClusterInstallation}
  patch: |
    - {op: add, path: /spec/size, value: 100users}
commonAnnotations: {example.com/before: *kind}
`,
    after: `patches:
- target: {kind: &kind Mattermost}
  patch: |
    - {op: add, path: /spec/size, value: 100users}
commonAnnotations: {example.com/before: ClusterInstallation}
`,
  },
  {
    name: 'the kind of a target that repeats an annotation',
    before: `commonAnnotations: {example.com/before: &kind ClusterInstallation}
patches:
- patch: |
    - {op: add, path: /spec/size, value: 100users}
  target: {kind: *kind}
`,
    after: `commonAnnotations: {example.com/before: &kind ClusterInstallation}
patches:
- patch: |
    - {op: add, path: /spec/size, value: 100users}
  target: {kind: Mattermost}
`,
  },
  {
    name: 'targets that share a kind',
    before: `patches:
- target:
    kind: &kind ClusterInstallation
  patch: '[{"op": "add", "path": "/spec/size", "value": "100users"}]'
- target:
    kind: *kind
  patch: '[{"op": "add", "path": "/spec/replicas", "value": 3}]'
`,
    after: `patches:
- target:
    kind: &kind Mattermost
  patch: '[{"op": "add", "path": "/spec/size", "value": "100users"}]'
- target:
    kind: *kind
  patch: '[{"op": "add", "path": "/spec/replicas", "value": 3}]'
`,
  },
  {
    name: 'targets that are one',
    before: `patches:
- target: &target
    kind: ClusterInstallation
    name: chat
  patch: '[{"op": "add", "path": "/spec/size", "value": "100users"}]'
- target: *target
  patch: '[{"op": "add", "path": "/spec/replicas", "value": 3}]'
`,
    after: `patches:
- target: &target
    kind: Mattermost
    name: chat
  patch: '[{"op": "add", "path": "/spec/size", "value": "100users"}]'
- target: *target
  patch: '[{"op": "add", "path": "/spec/replicas", "value": 3}]'
`,
  },
  {
    name: 'a group that another kind of it has too',
    before: `replacements:
- source: {kind: ConfigMap, name: values, fieldPath: data.pool}
  targets:
  - select: {group: &group mattermost.com, kind: ClusterInstallation}
    fieldPaths: [spec.nodeSelector.pool]
  - select: {group: *group, kind: MattermostRestoreDB}
    fieldPaths: [spec.mattermostDBName]
`,
    after: `replacements:
- source: {kind: ConfigMap, name: values, fieldPath: data.pool}
  targets:
  - select: {group: &group installation.mattermost.com, kind: Mattermost}
    fieldPaths: [spec.scheduling.nodeSelector.pool]
  - select: {group: mattermost.com, kind: MattermostRestoreDB}
    fieldPaths: [spec.mattermostDBName]
`,
  },
  {
    name: 'field paths that another kind has too',
    before: `replacements:
- source: {kind: ConfigMap, name: values, fieldPath: data.pool}
  targets:
  - select: {kind: ClusterInstallation}
    fieldPaths: &paths [spec.nodeSelector.pool]
  - select: {kind: Worker}
    fieldPaths: *paths
`,
    after: `replacements:
- source: {kind: ConfigMap, name: values, fieldPath: data.pool}
  targets:
  - select: {kind: Mattermost}
    fieldPaths: &paths [spec.scheduling.nodeSelector.pool]
  - select: {kind: Worker}
    fieldPaths: [spec.nodeSelector.pool]
`,
  },
  {
    name: 'field paths whose escapes are escaped',
    before: `replacements:
- source: {kind: ConfigMap, name: values, fieldPath: data.pool}
  targets:
  - select: {kind: ClusterInstallation}
    fieldPaths: ["spec.nodeSelector.a\\\\.b/c", 'spec.nodeSelector.it''s']
    options: {create: true}
`,
    after: `replacements:
- source: {kind: ConfigMap, name: values, fieldPath: data.pool}
  targets:
  - select: {kind: Mattermost}
    fieldPaths: ["spec.scheduling.nodeSelector.a\\\\.b/c", 'spec.scheduling.nodeSelector.it''s']
    options: {create: true}
`,
  },
];

const FILES = { 'chat.yaml': CHAT, 'others.yaml': OTHERS };
const RESOURCES = 'resources: [chat.yaml, others.yaml]\n';

describe.each(CASES)('$name', ({ before, after }) => {
  test.each([
    ['without a proof', { prove: 'never' }],
    ...binaries.map((each) => [`proven by ${each.description}`, { prove: 'always', kustomize: each.program }] as const),
  ] as const)('%s', async (_, options) => {
    const cwd = tree({ ...FILES, 'kustomization.yaml': RESOURCES + before });
    const { summary, findings } = await convertRepository({ cwd, write: true, ...options });
    expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
    expect(summary).toMatchObject({ converted: 1, blocked: 0 });
    expect(readFileSync(join(cwd, 'kustomization.yaml'), 'utf8')).toBe(RESOURCES + after);
  });
});

/** Each blocks its family with or without the proof of kustomize. */
const BLOCKED: readonly { readonly name: string; readonly files: Readonly<Record<string, string>>; readonly told: string }[] = [
  {
    name: 'an alias in an item of a List that would stand for the item itself',
    files: {
      'kustomization.yaml': 'resources: [list.yaml]\n',
      'list.yaml': `apiVersion: v1
kind: List
metadata: {annotations: {note: &x true}}
items:
- &x
  apiVersion: mattermost.com/v1alpha1
  kind: ClusterInstallation
  metadata:
    name: chat
  spec:
    ingressName: chat.example.com
    migrate: &x true
    useServiceLoadBalancer: *x
`,
    },
    told: 'list.yaml:6:3 an alias would stand for another anchor of the same name (alias-target-changed)',
  },
  {
    name: 'field paths of several lines that another kind has too',
    files: {
      ...FILES,
      'kustomization.yaml': `${RESOURCES}replacements:
- source: {kind: ConfigMap, name: values, fieldPath: data.pool}
  targets:
  - select: {kind: ClusterInstallation}
    fieldPaths: &paths
    - spec.nodeSelector.pool
  - select: {kind: Worker}
    fieldPaths: *paths
`,
    },
    told: 'kustomization.yaml:9:17 replacements[0].targets[1].fieldPaths is *paths, and what that stands for must change in one of the places only (anchored-map-rewritten)',
  },
  {
    name: 'a target of several lines that another patch has too',
    files: {
      ...FILES,
      'kustomization.yaml': `${RESOURCES}patches:
- target: &target
    kind: ClusterInstallation
  patch: '[{"op": "add", "path": "/spec/size", "value": "100users"}]'
commonAnnotations: *target
`,
    },
    told: 'kustomization.yaml:6:20 commonAnnotations is *target, and what that stands for must change in one of the places only (anchored-map-rewritten)',
  },
];

test.each(BLOCKED)('blocked: $name', async ({ files, told }) => {
  for (const prove of ['never', 'auto'] as const) {
    const { findings, summary, changes } = await convertRepository({ cwd: tree(files), prove });
    const errors = findings.filter(({ level }) => level === 'error');
    expect(errors.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`)).toEqual([told]);
    expect({ changes, convertible: summary.convertible }).toEqual({ changes: [], convertible: 0 });
  }
});
