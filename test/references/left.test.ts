import { describe, expect, test } from 'vitest';
import { reportOf, run } from '../cli/harness.ts';
import { temporaryRepository } from '../repo/workspace.ts';

/** What nobody can write exactly is told, at its line; what only looks like a reference is not. */

const INSTALLATION =
  'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat, namespace: mm}\nspec: {ingressName: chat.example.com}\n';

/** A resource in `mm`; its own fields begin on line 4. */
const resource = (kind: string, fields: string): string =>
  `apiVersion: ${kind.replace(' ', '\nkind: ')}\nmetadata: {name: a, namespace: mm}\n${fields}`;

async function toldOf(text: string): Promise<string[]> {
  const cwd = temporaryRepository({ 'chat.yaml': INSTALLATION, 'a.yaml': text });
  const { findings, changes } = reportOf(
    await run(['convert', '--assume-database', 'external', '--prove', 'never', '--format', 'json'], { cwd }),
  );
  expect(changes.map(({ file }) => file)).toEqual(['chat.yaml']);
  return findings.filter(({ file }) => file === 'a.yaml').map(({ rule, line }) => `${rule}:${line}`);
}

const LEFT = 'reference-left';

describe('is told, and stays', () => {
  test.each<[string, string, string, string]>([
    [
      'a patch of what a chart makes',
      'helm.toolkit.fluxcd.io/v2 HelmRelease',
      'spec:\n  postRenderers:\n    - kustomize:\n        patches:\n          - target: {kind: ClusterInstallation}\n            patch: "- {op: add, path: /spec/nodeSelector, value: {a: b}}"\n',
      `${LEFT}:8`,
    ],
    [
      'values of a chart',
      'helm.toolkit.fluxcd.io/v2 HelmRelease',
      'spec:\n  values:\n    rules:\n      - {apiGroups: [mattermost.com], resources: [clusterinstallations]}\n',
      `${LEFT}:7`,
    ],
    [
      'a template of a ResourceSet',
      'fluxcd.controlplane.io/v1 ResourceSet',
      'spec:\n  resourcesTemplate: |\n    apiVersion: mattermost.com/v1alpha1\n    kind: ClusterInstallation\n',
      `${LEFT}:5`,
    ],
    [
      'a dependency with an expression',
      'fluxcd.controlplane.io/v1 ResourceSet',
      'spec:\n  dependsOn:\n    - {apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation, name: chat, readyExpr: "spec.minio == null"}\n',
      `${LEFT}:6`,
    ],
    [
      'an object of a ResourceSet',
      'fluxcd.controlplane.io/v1 ResourceSet',
      'spec:\n  resources:\n    - apiVersion: mattermost.com/v1alpha1\n      kind: ClusterInstallation\n      metadata: {name: b}\n      spec: {ingressName: b.example.com}\n',
      'embedded-installation:6',
    ],
    [
      'a sync of single resources',
      'argoproj.io/v1alpha1 Application',
      'operation:\n  sync:\n    resources:\n      - {group: mattermost.com, kind: ClusterInstallation, name: chat}\n',
      `${LEFT}:7`,
    ],
    [
      'a patch of a template that is no YAML',
      'argoproj.io/v1alpha1 ApplicationSet',
      'spec:\n  templatePatch: |\n    {{- if .prod }}\n    spec:\n      ignoreDifferences:\n        - group: mattermost.com\n          kind: ClusterInstallation\n    {{- end }}\n',
      `${LEFT}:5`,
    ],
    [
      'customizations in one setting of which one writes fields',
      'v1 ConfigMap',
      'data:\n  resource.customizations: |\n    mattermost.com/ClusterInstallation:\n      health.lua: return {}\n      actions: obj.spec.replicas = 0\n',
      `${LEFT}:5`,
    ],
    [
      'a link to what stands in a field',
      'v1 ConfigMap',
      `data:\n  resource.links: |\n    - url: https://{{.resource.spec.ingressName}}\n      if: kind == "ClusterInstallation"\n`,
      `${LEFT}:5`,
    ],
    [
      'an action that writes fields',
      'v1 ConfigMap',
      'data:\n  resource.customizations.actions.mattermost.com_ClusterInstallation: "obj.spec.replicas = 0"\n',
      `${LEFT}:5`,
    ],
    [
      'a role for a group that never was',
      'rbac.authorization.k8s.io/v1 ClusterRole',
      'rules:\n  - {apiGroups: [mattermost.com.mattermost.com], resources: [clusterinstallations], verbs: [get]}\n',
      `${LEFT}:5`,
    ],
    [
      'a webhook',
      'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration',
      'webhooks:\n  - name: a.example.com\n    rules:\n      - {apiGroups: [mattermost.com], apiVersions: [v1alpha1], operations: [CREATE], resources: [clusterinstallations]}\n',
      `${LEFT}:7`,
    ],
    [
      'objects of a webhook by their labels',
      'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration',
      'webhooks:\n  - name: a.example.com\n    objectSelector: {matchLabels: {v1alpha1.mattermost.com/installation: chat}}\n',
      `${LEFT}:6`,
    ],
    [
      'a policy about the spec',
      'kyverno.io/v1 ClusterPolicy',
      'spec:\n  rules:\n    - name: r\n      match: {any: [{resources: {kinds: [ClusterInstallation]}}]}\n      validate: {pattern: {spec: {minio: {secret: "?*"}}}}\n',
      `${LEFT}:7`,
    ],
    [
      'a program of Gatekeeper',
      'templates.gatekeeper.sh/v1 ConstraintTemplate',
      'spec:\n  targets:\n    - target: a\n      rego: |\n        input.review.kind.kind == "ClusterInstallation"\n',
      `${LEFT}:7`,
    ],
    [
      'a mutation of a field that moves',
      'mutations.gatekeeper.sh/v1 Assign',
      'spec:\n  applyTo: [{groups: [mattermost.com], kinds: [ClusterInstallation], versions: [v1alpha1]}]\n  location: spec.nodeSelector\n',
      `${LEFT}:5`,
    ],
    [
      'a subset of Istio for another installation',
      'networking.istio.io/v1 DestinationRule',
      'spec:\n  host: chat\n  subsets:\n    - {name: a, labels: {v1alpha1.mattermost.com/installation: other}}\n',
      `${LEFT}:7`,
    ],
    [
      'a server of Linkerd for other pods',
      'policy.linkerd.io/v1beta3 Server',
      'spec:\n  podSelector: {matchExpressions: [{key: v1alpha1.mattermost.com/installation, operator: NotIn, values: [chat]}]}\n',
      `${LEFT}:5`,
    ],
    [
      'a relabeling that makes a number of the label',
      'monitoring.coreos.com/v1 PodMonitor',
      'spec:\n  podMetricsEndpoints:\n    - relabelings:\n        - {action: hashmod, sourceLabels: [__meta_kubernetes_pod_label_v1alpha1_mattermost_com_installation]}\n',
      `${LEFT}:7`,
    ],
    [
      'a query that counts objects',
      'monitoring.coreos.com/v1 PrometheusRule',
      'spec:\n  groups:\n    - rules:\n        - expr: count(kube_customresource_info{customresource_kind="ClusterInstallation"}) == 0\n',
      `${LEFT}:7`,
    ],
    [
      'pods of a colour',
      'policy/v1 PodDisruptionBudget',
      'spec:\n  selector: {matchLabels: {v1alpha1.mattermost.com/installation: chat-blue}}\n',
      `${LEFT}:5`,
    ],
    [
      'what would be scaled',
      'autoscaling/v2 HorizontalPodAutoscaler',
      'spec:\n  scaleTargetRef: {apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation, name: chat}\n',
      `${LEFT}:5`,
    ],
    [
      'a manifest of a workflow',
      'argoproj.io/v1alpha1 Workflow',
      'spec:\n  templates:\n    - resource:\n        action: get\n        manifest: |\n          apiVersion: mattermost.com/v1alpha1\n          kind: ClusterInstallation\n',
      `${LEFT}:8`,
    ],
    [
      'a source of events',
      'argoproj.io/v1alpha1 EventSource',
      'spec:\n  resource:\n    chat: {group: mattermost.com, version: v1alpha1, resource: clusterinstallations}\n',
      `${LEFT}:6`,
    ],
    [
      'a job that asks the cluster',
      'batch/v1 Job',
      'spec:\n  template:\n    spec:\n      containers:\n        - {name: a, command: [kubectl, get, clusterinstallations]}\n',
      `${LEFT}:8`,
    ],
    [
      'an object of Crossplane',
      'kubernetes.crossplane.io/v1alpha2 Object',
      'spec:\n  forProvider:\n    manifest:\n      apiVersion: mattermost.com/v1alpha1\n      kind: ClusterInstallation\n      metadata: {name: b}\n',
      'embedded-installation:6',
    ],
    [
      'manifests of a ManifestWork',
      'work.open-cluster-management.io/v1 ManifestWork',
      'spec:\n  workload:\n    manifests:\n      - apiVersion: mattermost.com/v1alpha1\n        kind: ClusterInstallation\n        metadata: {name: b}\n',
      'embedded-installation:7',
    ],
    [
      'objects of a template of OpenShift',
      'template.openshift.io/v1 Template',
      'objects:\n  - apiVersion: mattermost.com/v1alpha1\n    kind: ClusterInstallation\n    metadata: {name: b}\n',
      'embedded-installation:5',
    ],
    [
      'overrides of Karmada at a place that changes',
      'policy.karmada.io/v1alpha1 OverridePolicy',
      'spec:\n  resourceSelectors:\n    - {apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation, name: chat}\n  overrideRules: [{overriders: {plaintext: [{path: /spec/minio, operator: remove}]}}]\n',
      `${LEFT}:6`,
    ],
    [
      'rules of kapp',
      'kapp.k14s.io/v1alpha1 Config',
      'rebaseRules:\n  - resourceMatchers:\n      - apiVersionKindMatcher: {apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation}\n',
      `${LEFT}:6`,
    ],
    [
      'metrics of a field that may go to two places',
      'v1 ConfigMap',
      'data:\n  config.yaml: |\n    kind: CustomResourceStateMetrics\n    spec:\n      resources:\n        - groupVersionKind: {group: mattermost.com, version: v1alpha1, kind: ClusterInstallation}\n          metrics: [{each: {info: {path: [spec, minio]}}}]\n',
      `${LEFT}:5`,
    ],
    [
      'a manifest in a ConfigMap',
      'v1 ConfigMap',
      'data:\n  chat.yaml: |\n    apiVersion: mattermost.com/v1alpha1\n    kind: ClusterInstallation\n',
      'old-name-left:6',
    ],
  ])('%s', async (_, kind, fields, told) => {
    expect(await toldOf(resource(kind, fields))).toEqual([told]);
  });
});

describe('only looks like a reference', () => {
  test.each<[string, string]>([
    ['an annotation of the operator', resource('v1 ConfigMap', 'data: {a: mattermost.com/last-applied}\n')],
    [
      'hosts and addresses',
      resource('v1 ConfigMap', 'data: {host: chat.mattermost.com, chart: "https://helm.mattermost.com", mail: ops@mattermost.com}\n'),
    ],
    [
      'images',
      resource(
        'apps/v1 Deployment',
        'spec: {template: {spec: {containers: [{name: a, image: "mattermost/mattermost-operator:v1.24.0"}]}}}\n',
      ),
    ],
    [
      'restores of databases, by their resource',
      resource(
        'rbac.authorization.k8s.io/v1 Role',
        'rules: [{apiGroups: [mattermost.com], resources: [mattermostrestoredbs], verbs: [get]}]\n',
      ),
    ],
    ['a version of others', resource('bitnami.com/v1alpha1 SealedSecret', 'spec: {encryptedData: {a: eA==}}\n')],
    ['the kind of another group', resource('install.istio.io/v1alpha1 ClusterInstallation', 'spec: {minio: {secret: a}}\n')],
    ['Mattermost as the name of an app', resource('apps/v1 Deployment', 'spec: {selector: {matchLabels: {app: mattermost}}}\n')],
    [
      'Mattermost as who is told',
      resource(
        'notification.toolkit.fluxcd.io/v1beta3 Provider',
        'spec: {type: generic, address: "https://chat.example.com/hooks/mattermost"}\n',
      ),
    ],
    [
      'labels of the new kind',
      resource('policy/v1 PodDisruptionBudget', 'spec: {selector: {matchLabels: {installation.mattermost.com/installation: chat}}}\n'),
    ],
    ['fields of the same names', resource('v1 ConfigMap', 'data: {minio: a, database: b, blueGreen: c}\n')],
    [
      'a glob that fits both',
      resource(
        'argoproj.io/v1alpha1 Application',
        'spec: {ignoreDifferences: [{group: "*.mattermost.com", kind: "*", jsonPointers: [/spec/size]}]}\n',
      ),
    ],
  ])('%s', async (_, text) => {
    expect((await toldOf(text)).filter((told) => !told.startsWith('mattermost-restore'))).toEqual([]);
  });

  test('a pair of policies, one for each generation of labels', async () => {
    const policy = (name: string, key: string): string =>
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: mm}\nspec: {podSelector: {matchLabels: {${key}/installation: chat}}}\n`;
    const both = `${policy('a', 'v1alpha1.mattermost.com')}---\n${policy('a-mattermost', 'installation.mattermost.com')}`;
    expect(await toldOf(both)).toEqual([]);
  });
});
