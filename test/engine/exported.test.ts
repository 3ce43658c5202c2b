import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { convertRepository, convertText } from '../../src/index.ts';
import { writeAll } from '../repo/workspace.ts';

/** Manifests taken from a cluster: what belongs to one object in it must not be applied as another. */

const HEAD = 'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\n';
const NEW_HEAD = 'apiVersion: installation.mattermost.com/v1beta1\nkind: Mattermost\n';
const SPEC = 'spec:\n  ingressName: chat.example.com\n';

async function converted(metadata: string): Promise<string | null> {
  const { text } = await convertText(`${HEAD}${metadata}${SPEC}`);
  return text === null ? null : text.replace(NEW_HEAD, '').replace(SPEC, '');
}

describe('metadata of an exported manifest', () => {
  test.each([
    ['uid', 'uid: 0b0c1c0e-0000-4000-8000-000000000000\n'],
    ['resourceVersion', 'resourceVersion: "12345"\n'],
    ['generation', 'generation: 3\n'],
    ['creationTimestamp', 'creationTimestamp: "2021-01-01T00:00:00Z"\n'],
    ['creationTimestamp without quotes', 'creationTimestamp: 2021-01-01T00:00:00Z\n'],
    ['deletionTimestamp', 'deletionTimestamp: "2021-01-01T00:00:00Z"\n  deletionGracePeriodSeconds: 0\n'],
    ['selfLink', 'selfLink: /apis/mattermost.com/v1alpha1/namespaces/mm/clusterinstallations/chat\n'],
    [
      'managedFields',
      'managedFields:\n  - apiVersion: mattermost.com/v1alpha1\n    fieldsType: FieldsV1\n    fieldsV1: {"f:spec": {}}\n    manager: kubectl\n',
    ],
    ['ownerReferences', 'ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: x, uid: a}]\n'],
    ['fields of older servers', 'clusterName: ""\n  initializers: {pending: []}\n'],
    [
      'the last applied configuration',
      'annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {"apiVersion":"mattermost.com/v1alpha1"}\n',
    ],
    ['a tracking id', 'annotations:\n    argocd.argoproj.io/tracking-id: chat:mattermost.com/ClusterInstallation:mm/chat\n'],
  ])('%s goes', async (_, lines) => {
    expect(await converted(`metadata:\n  name: chat\n  ${lines}`)).toBe('metadata:\n  name: chat\n');
  });

  test('what else stands there stays as it is', async () => {
    const metadata = `metadata:
  # of the chat
  annotations:
    argocd.argoproj.io/sync-wave: "1"
    argocd.argoproj.io/tracking-id: chat:installation.mattermost.com/Mattermost:mm/chat
  creationTimestamp: null
  finalizers: [example.com/keep]
  labels: {uid: a, generation: b}
  name: chat
`;
    expect(await converted(metadata)).toBe(metadata);
  });

  test('other annotations stay', async () => {
    const annotations =
      'metadata:\n  annotations:\n    a: b\n    kubectl.kubernetes.io/last-applied-configuration: "{}"\n    c: d\n  name: chat\n';
    expect(await converted(annotations)).toBe('metadata:\n  annotations:\n    a: b\n    c: d\n  name: chat\n');
  });

  test('of a List as kubectl writes it', async () => {
    const list = (item: string): string => `apiVersion: v1\nitems:\n${item}kind: List\nmetadata:\n  resourceVersion: ""\n`;
    const before = `- apiVersion: mattermost.com/v1alpha1
  kind: ClusterInstallation
  metadata:
    annotations:
      kubectl.kubernetes.io/last-applied-configuration: |
        {"apiVersion":"mattermost.com/v1alpha1","kind":"ClusterInstallation"}
    creationTimestamp: "2021-02-27T10:03:59Z"
    generation: 9
    name: chat
    namespace: mattermost
    resourceVersion: "277178439"
    uid: 87d8d657-1ba5-11e8-a9cd-06fa2d724cac
  spec:
    ingressName: chat.example.com
  status:
    state: stable
`;
    const after = `- apiVersion: installation.mattermost.com/v1beta1
  kind: Mattermost
  metadata:
    name: chat
    namespace: mattermost
  spec:
    ingressName: chat.example.com
`;
    expect((await convertText(list(before))).text).toBe(list(after));
  });

  test('in JSON', async () => {
    const object = (kind: string, apiVersion: string, metadata: object): string =>
      `${JSON.stringify({ apiVersion, kind, metadata, spec: { ingressName: 'a' } }, null, 2)}\n`;
    const before = object('ClusterInstallation', 'mattermost.com/v1alpha1', {
      uid: 'a',
      name: 'chat',
      generation: 1,
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    });
    expect((await convertText(before)).text).toBe(object('Mattermost', 'installation.mattermost.com/v1beta1', { name: 'chat' }));
  });

  test('a merge key that brings it is not followed', async () => {
    const { text, report } = await convertText(`x: &x {uid: a}\n${HEAD}metadata:\n  <<: *x\n  name: chat\n${SPEC}`);
    expect(text).toBeNull();
    expect(report.findings.map(({ rule, message }) => `${rule} ${message}`)).toContainEqual(
      expect.stringMatching(/^unsafe-edit .*merge-key/),
    );
  });
});

describe('in a family', () => {
  const base = `${HEAD}metadata:\n  name: chat\n  uid: a\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: "{}"\n${SPEC}`;
  const newBase = `${NEW_HEAD}metadata:\n  name: chat\n${SPEC}`;

  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['of the base', { 'kustomization.yaml': 'resources: [../base]\nnamePrefix: x-\n' }, {}],
    [
      'in spite of annotations that kustomize adds',
      { 'kustomization.yaml': 'resources: [../base]\ncommonAnnotations: {a: b}\ncommonLabels: {team: chat}\n' },
      {},
    ],
    [
      'of a patch',
      {
        'kustomization.yaml': 'resources: [../base]\npatchesStrategicMerge: [patch.yaml]\n',
        'patch.yaml': `${HEAD}metadata:\n  name: chat\n  resourceVersion: "5"\n  annotations:\n    a: b\n    argocd.argoproj.io/tracking-id: x:mattermost.com/ClusterInstallation:mm/chat\nspec:\n  size: 100users\n`,
      },
      { 'patch.yaml': `${NEW_HEAD}metadata:\n  name: chat\n  annotations:\n    a: b\nspec:\n  size: 100users\n` },
    ],
    [
      'of JSON6902 operations',
      {
        'kustomization.yaml':
          'resources: [../base]\npatches:\n- target: {group: mattermost.com, kind: ClusterInstallation}\n  path: patch.yaml\n',
        'patch.yaml': '- op: replace\n  path: /metadata/uid\n  value: b\n- op: add\n  path: /spec/size\n  value: 100users\n',
      },
      { 'patch.yaml': '- op: add\n  path: /spec/size\n  value: 100users\n' },
    ],
  ])('goes %s', async (_, overlay, changed) => {
    const root = family(overlay);
    const report = await convertRepository({ cwd: root, write: true });
    expect(report.findings.filter(({ level }) => level === 'error')).toEqual([]);
    const read = (file: string): string => readFileSync(join(root, file), 'utf8');
    expect(read('base/chat.yaml')).toBe(newBase);
    for (const [name, text] of Object.entries(changed)) expect(read(`overlay/${name}`)).toBe(text);
  });

  const STALE = 'x:mattermost.com/ClusterInstallation:mm/chat';
  test.each([
    `- op: add\n  path: /metadata/annotations\n  value: {argocd.argoproj.io/tracking-id: ${STALE}}\n`,
    `- op: add\n  path: /metadata/annotations\n  value: {a: b}\n- op: add\n  path: /metadata/annotations/argocd.argoproj.io~1tracking-id\n  value: ${STALE}\n`,
  ])('is named where an operation writes it, and nothing is written: %s', async (patch) => {
    const root = family({
      'kustomization.yaml':
        'resources: [../base]\npatches:\n- target: {group: mattermost.com, kind: ClusterInstallation}\n  path: patch.yaml\n',
      'patch.yaml': `${patch}- op: add\n  path: /spec/size\n  value: 100users\n`,
    });
    const { findings } = await convertRepository({ cwd: root, write: true });
    expect(findings.filter(({ level }) => level === 'error')).toMatchObject([
      {
        file: 'overlay/patch.yaml',
        rule: 'unsafe-edit',
        message: expect.stringContaining('(writes-dropped-metadata)') as string,
        remedy: 'Take it out of the patch.',
      },
    ]);
    expect(readFileSync(join(root, 'base/chat.yaml'), 'utf8')).toBe(base);
  });

  /** A base with an overlay; goes away after the test. */
  function family(overlay: Readonly<Record<string, string>>): string {
    const root = mkdtempSync(join(tmpdir(), 'ci2mm-exported-'));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    writeAll(root, {
      'base/kustomization.yaml': 'resources: [chat.yaml]\n',
      'base/chat.yaml': base,
      ...Object.fromEntries(Object.entries(overlay).map(([name, text]) => [`overlay/${name}`, text])),
    });
    return root;
  }
});
