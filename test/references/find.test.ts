import { describe, expect, test } from 'vitest';
import { readManifest } from '../../src/manifests/read.ts';
import { formatPath } from '../../src/model/value.ts';
import { referencesIn } from '../../src/references/find.ts';
import type { FoundReference } from '../../src/references/find.ts';
import { otherKinds } from '../../src/references/other-kinds.ts';

/** What is found in the only resource of a text: `kind` or `label` with its path. The last referrer alone must find all of it, whoever comes before. */
function found(text: string): string[] {
  const { resources, problems } = readManifest('a.yaml', Buffer.from(text), { keep: () => true });
  expect(problems).toEqual([]);
  expect(resources).toHaveLength(1);
  const all = resources.flatMap((each) => referencesIn(each));
  const without = resources.flatMap((each) => referencesIn(each, [otherKinds]));
  expect(without.map(shown)).toEqual(all.map(shown));
  return all.map(shown);
}

const shown = ({ referent, path }: FoundReference): string => `${referent} ${formatPath(path)}`;

const resource = (apiVersion: string, kind: string, rest: string): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n${rest}`;
const role = (rules: string): string => resource('rbac.authorization.k8s.io/v1', 'ClusterRole', `rules:\n${rules}`);
const application = (spec: string): string => resource('argoproj.io/v1alpha1', 'Application', `spec:\n${spec}`);
const flux = (spec: string): string => resource('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', `spec:\n${spec}`);
const other = (spec: string): string => resource('example.io/v1', 'Other', `spec:\n${spec}`);

describe('a resource refers to the kind', () => {
  test.each([
    [
      'a role',
      role('- {apiGroups: [mattermost.com], resources: [clusterinstallations, clusterinstallations/status], verbs: [get]}\n'),
      ['rules[0].resources[0]', 'rules[0].resources[1]'],
    ],
    ['a role for the whole group', role('- {apiGroups: [mattermost.com], resources: ["*"], verbs: [get]}\n'), ['rules[0].apiGroups[0]']],
    ['a role for all groups', role('- {apiGroups: ["*"], resources: [clusterinstallations], verbs: [get]}\n'), ['rules[0].resources[0]']],
    [
      'differences that Argo CD ignores',
      application('  ignoreDifferences: [{group: mattermost.com, kind: ClusterInstallation, jsonPointers: [/spec/size]}]\n'),
      ['spec.ignoreDifferences[0].kind'],
    ],
    [
      'a group by a pattern',
      application('  ignoreDifferences: [{group: "*.com", kind: ClusterInstallation}]\n'),
      ['spec.ignoreDifferences[0].kind'],
    ],
    ['a kind without a group', other('  kinds: [Deployment, ClusterInstallation]\n'), ['spec.kinds[1]']],
    ['a group in a variable', other('  target: {group: "${GROUP}", kind: ClusterInstallation}\n'), ['spec.target.kind']],
    [
      'a health check',
      flux('  healthChecks: [{apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation, name: chat, namespace: mm}]\n'),
      ['spec.healthChecks[0].kind'],
    ],
    [
      'a patch in a string',
      flux('  patches:\n  - patch: |\n      apiVersion: mattermost.com/v1alpha1\n      kind: ClusterInstallation\n'),
      ['spec.patches[0].patch'],
    ],
    [
      'a patch in JSON',
      flux(
        `  patches:\n  - patch: |\n      {"apiVersion": "mattermost.com/v1alpha1",\n       "kind": "ClusterInstallation",\n       "metadata": {}}\n`,
      ),
      ['spec.patches[0].patch'],
    ],
    ['an expression', other(`  expression: object.kind == 'ClusterInstallation' && true\n`), ['spec.expression']],
    ['a query', other(`  expr: 'up{customresource_kind="ClusterInstallation"} > 0'\n`), ['spec.expr']],
    [
      'a policy line',
      other('  policies: ["p, role:x, applications, update/mattermost.com/ClusterInstallation/mm/chat, */*, allow"]\n'),
      ['spec.policies[0]'],
    ],
    ['a command', other('  args: [sh, -c, "kubectl -n mm wait clusterinstallation/chat --for=condition=x"]\n'), ['spec.args[2]']],
    ['a command in words', other('  args: [kubectl, wait, clusterinstallation/chat]\n'), ['spec.args[2]']],
    ['a path of the API', other('  url: /apis/mattermost.com/v1alpha1/namespaces/mm/clusterinstallations/chat\n'), ['spec.url']],
    ['the name of its definition', other('  name: clusterinstallations.mattermost.com\n'), ['spec.name']],
    [
      'a quota',
      resource('v1', 'ResourceQuota', 'spec:\n  hard:\n    count/clusterinstallations.mattermost.com: 3\n'),
      ['spec.hard["count/clusterinstallations.mattermost.com"]'],
    ],
    ['a policy for its full name', other('  kinds: [mattermost.com/v1alpha1/ClusterInstallation]\n'), ['spec.kinds[0]']],
    [
      'a policy for any version of it',
      other('  kinds: [mattermost.com/*/ClusterInstallation, "*/ClusterInstallation", "*/*/ClusterInstallation"]\n'),
      ['spec.kinds[0]', 'spec.kinds[1]', 'spec.kinds[2]'],
    ],
    ['an operator group', other('  providedAPIs: ClusterInstallation.v1alpha1.mattermost.com\n'), ['spec.providedAPIs']],
    [
      'a backup',
      resource(
        'velero.io/v1',
        'Backup',
        'spec:\n  includedResources: [clusterinstallations]\n  orderedResources: {clusterinstallations: a/b}\n',
      ),
      ['spec.includedResources[0]', 'spec.orderedResources.clusterinstallations'],
    ],
    [
      'a backup that lists both',
      resource('velero.io/v1', 'Backup', 'spec:\n  includedResources: [clusterinstallations, mattermosts]\n'),
      [],
    ],
    [
      'a customization of Argo CD',
      resource('v1', 'ConfigMap', 'data:\n  resource.customizations.health.mattermost.com_ClusterInstallation: |\n    return {}\n'),
      ['data["resource.customizations.health.mattermost.com_ClusterInstallation"]'],
    ],
    [
      'an object that is known by kind and name',
      other('  object:\n    apiVersion: mattermost.com/v1alpha1\n    kind: ClusterInstallation\n    name: chat\n'),
      ['spec.object.kind'],
    ],
    ['a value under two aliases', other('  one: &k {kind: ClusterInstallation}\n  two: *k\n'), ['spec.one.kind']],
  ])('%s', (_, text, paths) => {
    expect(found(text)).toEqual(paths.map((path) => `kind ${path}`));
  });
});

describe('a resource refers to the labels', () => {
  const LABEL = 'v1alpha1.mattermost.com/installation';

  test.each([
    [
      'a selector',
      resource('networking.k8s.io/v1', 'NetworkPolicy', `spec:\n  podSelector:\n    matchLabels:\n      ${LABEL}: chat\n`),
      [`spec.podSelector.matchLabels["${LABEL}"]`],
    ],
    [
      'an expression of a selector',
      other(`  selector: {matchExpressions: [{key: v1alpha1.mattermost.com/resource, operator: Exists}]}\n`),
      ['spec.selector.matchExpressions[0].key'],
    ],
    ['a selector in a string', other(`  selector: ${LABEL} == 'chat' && app == 'mattermost'\n`), ['spec.selector']],
    [
      'a selector with a source',
      other(`  endpointSelector: {matchLabels: {"k8s:${LABEL}": chat}}\n`),
      [`spec.endpointSelector.matchLabels["k8s:${LABEL}"]`],
    ],
    [
      'a query',
      resource(
        'monitoring.coreos.com/v1',
        'PrometheusRule',
        'spec: {groups: [{rules: [{expr: "sum by (label_v1alpha1_mattermost_com_installation) (kube_pod_labels)"}]}]}\n',
      ),
      ['spec.groups[0].rules[0].expr'],
    ],
    [
      'what a query is made from',
      other('  sourceLabels: [__meta_kubernetes_pod_label_v1alpha1_mattermost_com_resource]\n'),
      ['spec.sourceLabels[0]'],
    ],
    [
      'a Mattermost',
      resource(
        'installation.mattermost.com/v1beta1',
        'Mattermost',
        `spec: {scheduling: {affinity: {x: {labelSelector: {matchLabels: {${LABEL}: chat}}}}}}\n`,
      ),
      [`spec.scheduling.affinity.x.labelSelector.matchLabels["${LABEL}"]`],
    ],
  ])('%s', (_, text, paths) => {
    expect(found(text)).toEqual(paths.map((path) => `label ${path}`));
  });
});

describe('a resource refers to nothing', () => {
  test.each([
    [
      'an installation',
      resource(
        'mattermost.com/v1alpha1',
        'ClusterInstallation',
        'spec: {affinity: {matchLabels: {v1alpha1.mattermost.com/installation: chat}}}\n',
      ),
    ],
    [
      'a whole installation in it, which is more than a reference',
      other('  manifest:\n    apiVersion: mattermost.com/v1alpha1\n    kind: ClusterInstallation\n    metadata: {name: chat}\n'),
    ],
    [
      'its definition',
      resource(
        'apiextensions.k8s.io/v1',
        'CustomResourceDefinition',
        'spec: {names: {kind: ClusterInstallation, plural: clusterinstallations}}\n',
      ),
    ],
    [
      'a kustomization, which is converted',
      resource('kustomize.config.k8s.io/v1beta1', 'Kustomization', 'patches: [{target: {kind: ClusterInstallation}}]\n'),
    ],
    ['a transformer of kustomize', resource('builtin', 'PatchTransformer', 'target: {kind: ClusterInstallation}\n')],
    ['a Secret', resource('v1', 'Secret', 'stringData: {kind: ClusterInstallation, "mattermost.com_ClusterInstallation": x}\n')],
    [
      'a text in a ConfigMap',
      resource(
        'v1',
        'ConfigMap',
        'data:\n  kind: ClusterInstallation\n  a.yaml: |\n    apiVersion: mattermost.com/v1alpha1\n    kind: ClusterInstallation\n',
      ),
    ],
    ['a role of another vendor', role('- {apiGroups: [example.io], resources: [clusterinstallations], verbs: [get]}\n')],
    ['a kind of another vendor', other('  target: {apiVersion: install.istio.io/v1alpha1, kind: ClusterInstallation}\n')],
    [
      'a full name of another vendor',
      other('  kinds: [install.istio.io/v1alpha1/ClusterInstallation]\n  name: clusterinstallations.example.io\n'),
    ],
    [
      'names',
      resource(
        'rbac.authorization.k8s.io/v1',
        'RoleBinding',
        'roleRef: {kind: Role, name: clusterinstallation, apiGroup: rbac.authorization.k8s.io}\nsubjects: [{kind: ServiceAccount, name: clusterinstallations}]\n',
      ),
    ],
    [
      'paths, images and addresses',
      other(
        '  path: ./apps/clusterinstallations\n  image: registry.example.com/clusterinstallation:1\n  url: https://example.com/clusterinstallations.git\n  kind: ClusterInstallationEditor\n',
      ),
    ],
    ['prose', other('  description: All about the ClusterInstallation of a team and its clusterinstallations.\n')],
    [
      'annotations and labels of its own',
      `apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  labels: {v1alpha1.mattermost.com/installation: chat}\n  annotations: {x: mattermost.com/ClusterInstallation}\n`,
    ],
    ['labels of a template', other('  template: {metadata: {labels: {v1alpha1.mattermost.com/installation: chat}}}\n')],
    ['a status', resource('example.io/v1', 'Other', 'status: {kind: ClusterInstallation}\n')],
    [
      'other words of the group',
      other('  host: chat.mattermost.com\n  key: mattermost.com/last-applied\n  kinds: [MattermostRestoreDB]\n'),
    ],
  ])('%s', (_, text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('a part of a resource that names the new counterpart has been seen to', () => {
  test.each([
    [
      'a role',
      role(
        '- {apiGroups: [mattermost.com], resources: [clusterinstallations], verbs: [get]}\n- {apiGroups: [installation.mattermost.com], resources: ["*"], verbs: [get]}\n',
      ),
      [],
    ],
    [
      'alternatives',
      other('  peers: [{v1alpha1.mattermost.com/installation: chat}, {installation.mattermost.com/installation: chat}]\n'),
      [],
    ],
    [
      'two selectors',
      other('  a: {v1alpha1.mattermost.com/installation: chat}\n  b: {installation.mattermost.com/installation: chat}\n'),
      ['label spec.a["v1alpha1.mattermost.com/installation"]'],
    ],
    ['a query', other('  expr: a_v1alpha1_mattermost_com_installation or a_installation_mattermost_com_installation\n'), []],
    [
      'the kind, but not the label',
      other(
        '  kinds: [mattermost.com/ClusterInstallation, installation.mattermost.com/Mattermost]\n  selector: {v1alpha1.mattermost.com/resource: chat}\n',
      ),
      ['label spec.selector["v1alpha1.mattermost.com/resource"]'],
    ],
    [
      'the label, but not the kind',
      other(
        '  kinds: [mattermost.com/ClusterInstallation]\n  a: {v1alpha1.mattermost.com/installation: chat, installation.mattermost.com/installation: chat}\n',
      ),
      ['kind spec.kinds[0]'],
    ],
  ])('%s', (_, text, expected) => {
    expect(found(text)).toEqual(expected);
  });
});

test('a long text is read to its end', () => {
  const texts = ['kubectl '.repeat(50_000), 'kind'.padEnd(200_000), '/apis/mattermost.com/v1alpha1/'.repeat(10_000), ' '.repeat(200_000)];
  for (const text of texts) {
    expect(found(other(`  text: ${JSON.stringify(`${text} clusterinstallation`)}\n`)).length).toBeLessThan(2);
    expect(found(other(`  text: ${JSON.stringify(`${text} mattermost.com/ClusterInstallation`)}\n`))).toEqual(['kind spec.text']);
  }
});
