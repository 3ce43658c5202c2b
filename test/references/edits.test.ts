import { describe, expect, test } from 'vitest';
import { rewriteFile } from '../../src/edit/file.ts';
import { readManifest } from '../../src/manifests/read.ts';
import type { Resource } from '../../src/model/installation.ts';
import { editsIn } from '../../src/references/edits.ts';
import { resourceReferrers } from '../../src/references/list.ts';
import type { Fate, ResourceContext } from '../../src/references/resource-context.ts';
import type { Stage } from '../../src/references/referrer.ts';
import { applyEdits } from '../../src/yaml/text.ts';

/** The only installation is `chat` in `mm`, which is converted; `other` stays. */
const fateOf = (name: string | null): Fate => ({
  names: ['chat'],
  converted: name === 'other' ? 'none' : name === null ? 'some' : 'all',
  decision: { fileStore: 'external', database: 'undecided', ingress: 'keep' },
});
const context: ResourceContext = { fateOf: ({ name }) => fateOf(name), fateBeside: fateOf };

function resourceOf(text: string): Resource {
  const { resources, problems } = readManifest('a.yaml', Buffer.from(text), { keep: () => true });
  expect(problems).toEqual([]);
  const [resource] = resources;
  if (resource === undefined) throw new Error(`no resource in ${text}`);
  return resource;
}

/** The text after a stage. */
function at(stage: Stage, text: string): string {
  const edits = editsIn(resourceOf(text), { stage, context, twin: () => 'possible' as const, isKept: () => false });
  if (edits === null) return text;
  const place = { file: 'a.yaml', document: 0, inline: null };
  const tasks = [
    ...(edits.batches.length === 0 ? [] : [{ at: place, batches: edits.batches }]),
    ...(edits.twin === null ? [] : [{ at: place, twin: edits.twin, why: 'the twin' }]),
  ];
  const { regions, refused } = rewriteFile(text, tasks, () => {
    throw new Error('no installation is converted');
  });
  expect([...refused.values()]).toEqual([]);
  return applyEdits(text, regions);
}

interface Row {
  readonly referrer: string;
  readonly what: string;
  readonly kind: string;
  readonly before: string;
  /** Left out where nothing is written. */
  readonly prepare?: string;
  /** What `prepare` has left, at the cutover. */
  readonly cutover?: string;
  /** What the stages before have left, at the end. */
  readonly finish?: string;
}

const ROLE = 'rbac.authorization.k8s.io/v1 ClusterRole';
const NETWORK = 'networking.k8s.io/v1 NetworkPolicy';

const ROWS: readonly Row[] = [
  {
    referrer: 'rbac',
    what: 'a rule of nothing else speaks of both',
    kind: ROLE,
    before:
      'rules:\n  - apiGroups: [mattermost.com]\n    resources: [clusterinstallations, clusterinstallations/status]\n    verbs: [get]\n',
    prepare:
      'rules:\n  - apiGroups: [mattermost.com, installation.mattermost.com]\n    resources: [clusterinstallations, clusterinstallations/status, mattermosts, mattermosts/status]\n    verbs: [get]\n',
    finish: 'rules:\n  - apiGroups: [installation.mattermost.com]\n    resources: [mattermosts, mattermosts/status]\n    verbs: [get]\n',
  },
  {
    referrer: 'rbac',
    what: 'a rule with restores gets one beside it',
    kind: ROLE,
    before:
      'rules:\n  - apiGroups: ["mattermost.com"]\n    resources:\n      - clusterinstallations\n      - mattermostrestoredbs # stays\n    verbs: ["*"]\n',
    prepare:
      'rules:\n  - apiGroups: ["mattermost.com"]\n    resources:\n      - clusterinstallations\n      - mattermostrestoredbs # stays\n    verbs: ["*"]\n  - apiGroups: ["installation.mattermost.com"]\n    resources:\n      - mattermosts\n    verbs: ["*"]\n',
    finish:
      'rules:\n  - apiGroups: ["mattermost.com"]\n    resources:\n      - mattermostrestoredbs # stays\n    verbs: ["*"]\n  - apiGroups: ["installation.mattermost.com"]\n    resources:\n      - mattermosts\n    verbs: ["*"]\n',
  },
  {
    referrer: 'rbac',
    what: 'a rule for all groups needs the name alone',
    kind: 'rbac.authorization.k8s.io/v1 Role',
    before: 'rules: [{apiGroups: ["*"], resources: [clusterinstallations, pods], verbs: [get]}]\n',
    prepare: 'rules: [{apiGroups: ["*"], resources: [clusterinstallations, pods, mattermosts], verbs: [get]}]\n',
    finish: 'rules: [{apiGroups: ["*"], resources: [pods, mattermosts], verbs: [get]}]\n',
  },
  {
    referrer: 'rbac',
    what: 'a rule for the whole group gets one beside it, and stays',
    kind: ROLE,
    before: 'rules:\n  - apiGroups: [mattermost.com, apps]\n    resources: ["*"]\n    verbs: ["*"]\n',
    prepare:
      'rules:\n  - apiGroups: [mattermost.com, apps]\n    resources: ["*"]\n    verbs: ["*"]\n  - apiGroups: [installation.mattermost.com]\n    resources: ["*"]\n    verbs: ["*"]\n',
  },
  {
    referrer: 'argo-cd',
    what: 'a project that admits the whole group admits the new one',
    kind: 'argoproj.io/v1alpha1 AppProject',
    before: 'spec:\n  namespaceResourceWhitelist:\n    - {group: mattermost.com, kind: "*"}\n',
    prepare:
      'spec:\n  namespaceResourceWhitelist:\n    - {group: mattermost.com, kind: "*"}\n    - {group: installation.mattermost.com, kind: "*"}\n',
  },
  {
    referrer: 'flux',
    what: 'an expression for the whole group gets one beside it',
    kind: 'kustomize.toolkit.fluxcd.io/v1 Kustomization',
    before: "spec:\n  healthCheckExprs:\n    - apiVersion: mattermost.com/v1alpha1\n      current: status.state == 'stable'\n",
    prepare:
      "spec:\n  healthCheckExprs:\n    - apiVersion: mattermost.com/v1alpha1\n      current: status.state == 'stable'\n    - apiVersion: installation.mattermost.com/v1beta1\n      current: status.state == 'stable'\n",
  },
  {
    referrer: 'quotas',
    what: 'both kinds are counted',
    kind: 'v1 ResourceQuota',
    before: 'spec:\n  hard:\n    count/clusterinstallations.mattermost.com: "3"\n',
    prepare: 'spec:\n  hard:\n    count/clusterinstallations.mattermost.com: "3"\n    count/mattermosts.installation.mattermost.com: "3"\n',
    finish: 'spec:\n  hard:\n    count/mattermosts.installation.mattermost.com: "3"\n',
  },
  {
    referrer: 'admission',
    what: 'a policy of Kubernetes that looks at metadata alone is meant for both',
    kind: 'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy',
    before:
      'spec:\n  matchConstraints:\n    resourceRules:\n      - apiGroups: [mattermost.com]\n        apiVersions: [v1alpha1]\n        operations: [CREATE]\n        resources: [clusterinstallations]\n  validations:\n    - expression: "has(object.metadata.labels.team)"\n',
    prepare:
      'spec:\n  matchConstraints:\n    resourceRules:\n      - apiGroups: [mattermost.com]\n        apiVersions: [v1alpha1]\n        operations: [CREATE]\n        resources: [clusterinstallations]\n      - apiGroups: [installation.mattermost.com]\n        apiVersions: [v1beta1]\n        operations: [CREATE]\n        resources: [mattermosts]\n  validations:\n    - expression: "has(object.metadata.labels.team)"\n',
    finish:
      'spec:\n  matchConstraints:\n    resourceRules:\n      - apiGroups: [installation.mattermost.com]\n        apiVersions: [v1beta1]\n        operations: [CREATE]\n        resources: [mattermosts]\n  validations:\n    - expression: "has(object.metadata.labels.team)"\n',
  },
  {
    referrer: 'admission',
    what: 'a policy that looks at the spec stays',
    kind: 'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy',
    before:
      'spec:\n  matchConstraints:\n    resourceRules:\n      - {apiGroups: [mattermost.com], apiVersions: [v1alpha1], operations: [CREATE], resources: [clusterinstallations]}\n  validations:\n    - expression: "has(object.spec.minio.secret)"\n',
  },
  {
    referrer: 'admission',
    what: 'a webhook stays',
    kind: 'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration',
    before: 'webhooks:\n  - rules:\n      - {apiGroups: [mattermost.com], apiVersions: [v1alpha1], resources: [clusterinstallations]}\n',
  },
  {
    referrer: 'admission',
    what: 'a rule of Kyverno about metadata is meant for both',
    kind: 'kyverno.io/v1 ClusterPolicy',
    before:
      'spec:\n  rules:\n    - match: {any: [{resources: {kinds: [mattermost.com/v1alpha1/ClusterInstallation]}}]}\n      validate: {pattern: {metadata: {labels: {team: "?*"}}}}\n',
    prepare:
      'spec:\n  rules:\n    - match: {any: [{resources: {kinds: [mattermost.com/v1alpha1/ClusterInstallation, installation.mattermost.com/v1beta1/Mattermost]}}]}\n      validate: {pattern: {metadata: {labels: {team: "?*"}}}}\n',
    finish:
      'spec:\n  rules:\n    - match: {any: [{resources: {kinds: [installation.mattermost.com/v1beta1/Mattermost]}}]}\n      validate: {pattern: {metadata: {labels: {team: "?*"}}}}\n',
  },
  {
    referrer: 'admission',
    what: 'a rule of Kyverno about the spec stays',
    kind: 'kyverno.io/v1 ClusterPolicy',
    before:
      'spec:\n  rules:\n    - match: {any: [{resources: {kinds: [ClusterInstallation]}}]}\n      validate: {pattern: {spec: {minio: {secret: "?*"}}}}\n',
  },
  {
    referrer: 'admission',
    what: 'a constraint of Gatekeeper is meant for both',
    kind: 'constraints.gatekeeper.sh/v1beta1 RequiredLabels',
    before:
      'spec:\n  match:\n    kinds:\n      - apiGroups: [mattermost.com]\n        kinds: [ClusterInstallation]\n  parameters: {labels: [team]}\n',
    prepare:
      'spec:\n  match:\n    kinds:\n      - apiGroups: [mattermost.com]\n        kinds: [ClusterInstallation]\n      - apiGroups: [installation.mattermost.com]\n        kinds: [Mattermost]\n  parameters: {labels: [team]}\n',
    finish:
      'spec:\n  match:\n    kinds:\n      - apiGroups: [installation.mattermost.com]\n        kinds: [Mattermost]\n  parameters: {labels: [team]}\n',
  },
  {
    referrer: 'argo-cd',
    what: 'a project admits both',
    kind: 'argoproj.io/v1alpha1 AppProject',
    before:
      'spec:\n  namespaceResourceWhitelist:\n    - group: mattermost.com\n      kind: ClusterInstallation\n    - group: apps\n      kind: Deployment\n',
    prepare:
      'spec:\n  namespaceResourceWhitelist:\n    - group: mattermost.com\n      kind: ClusterInstallation\n    - group: apps\n      kind: Deployment\n    - group: installation.mattermost.com\n      kind: Mattermost\n',
    finish:
      'spec:\n  namespaceResourceWhitelist:\n    - group: apps\n      kind: Deployment\n    - group: installation.mattermost.com\n      kind: Mattermost\n',
  },
  {
    referrer: 'argo-cd',
    what: 'a role of a project may do the same with both',
    kind: 'argoproj.io/v1alpha1 AppProject',
    before:
      'spec:\n  roles:\n    - name: ops\n      policies:\n        - p, proj:team:ops, applications, action/mattermost.com/ClusterInstallation/*, team/*, allow\n',
    prepare:
      'spec:\n  roles:\n    - name: ops\n      policies:\n        - p, proj:team:ops, applications, action/mattermost.com/ClusterInstallation/*, team/*, allow\n        - p, proj:team:ops, applications, action/installation.mattermost.com/Mattermost/*, team/*, allow\n',
    finish:
      'spec:\n  roles:\n    - name: ops\n      policies:\n        - p, proj:team:ops, applications, action/installation.mattermost.com/Mattermost/*, team/*, allow\n',
  },
  {
    referrer: 'argo-cd',
    what: 'what is ignored of an installation goes with it, by the map of fields',
    kind: 'argoproj.io/v1alpha1 Application',
    before:
      'spec:\n  ignoreDifferences:\n    - group: mattermost.com\n      kind: ClusterInstallation # the operator erases it\n      name: chat\n      jsonPointers: [/spec/size, /spec/resources/limits, /spec/minio/secret]\n      jqPathExpressions: [".spec.mattermostEnv[]?.value"]\n',
    cutover:
      'spec:\n  ignoreDifferences:\n    - group: installation.mattermost.com\n      kind: Mattermost # the operator erases it\n      name: chat\n      jsonPointers: [/spec/size, /spec/scheduling/resources/limits, /spec/fileStore/external/secret]\n      jqPathExpressions: [".spec.mattermostEnv[]?.value"]\n',
  },
  {
    referrer: 'argo-cd',
    what: 'what is ignored of all is ignored of both kinds as long as some stay',
    kind: 'argoproj.io/v1alpha1 ApplicationSet',
    before:
      'spec:\n  template:\n    spec:\n      ignoreDifferences:\n        - {group: mattermost.com, kind: ClusterInstallation, jsonPointers: [/spec/size]}\n',
    cutover:
      'spec:\n  template:\n    spec:\n      ignoreDifferences:\n        - {group: mattermost.com, kind: ClusterInstallation, jsonPointers: [/spec/size]}\n        - {group: installation.mattermost.com, kind: Mattermost, jsonPointers: [/spec/size]}\n',
    finish:
      'spec:\n  template:\n    spec:\n      ignoreDifferences:\n        - {group: installation.mattermost.com, kind: Mattermost, jsonPointers: [/spec/size]}\n',
  },
  {
    referrer: 'argo-cd',
    what: 'a program of jq stays, and a field of which nobody knows where it goes',
    kind: 'argoproj.io/v1alpha1 Application',
    before:
      'spec:\n  ignoreDifferences:\n    - {group: mattermost.com, kind: ClusterInstallation, name: chat, jqPathExpressions: [".spec | .minio"]}\n    - {group: mattermost.com, kind: ClusterInstallation, name: chat, jsonPointers: [/spec/database/secret]}\n',
  },
  {
    referrer: 'argo-cd',
    what: 'a check of health that asks for the state is there for both',
    kind: 'v1 ConfigMap',
    before:
      'data:\n  resource.customizations.health.mattermost.com_ClusterInstallation: |\n    hs = {}\n    if obj.status ~= nil and obj.status.state == "stable" then\n      hs.status = "Healthy"\n    end\n    return hs\n',
    prepare:
      'data:\n  resource.customizations.health.mattermost.com_ClusterInstallation: |\n    hs = {}\n    if obj.status ~= nil and obj.status.state == "stable" then\n      hs.status = "Healthy"\n    end\n    return hs\n  resource.customizations.health.installation.mattermost.com_Mattermost: |\n    hs = {}\n    if obj.status ~= nil and obj.status.state == "stable" then\n      hs.status = "Healthy"\n    end\n    return hs\n',
    finish:
      'data:\n  resource.customizations.health.installation.mattermost.com_Mattermost: |\n    hs = {}\n    if obj.status ~= nil and obj.status.state == "stable" then\n      hs.status = "Healthy"\n    end\n    return hs\n',
  },
  {
    referrer: 'argo-cd',
    what: 'an action that writes to the spec stays',
    kind: 'v1 ConfigMap',
    before: 'data:\n  resource.customizations.actions.mattermost.com_ClusterInstallation: "obj.spec.replicas = 0"\n',
  },
  {
    referrer: 'flux',
    what: 'a health check waits for what is there',
    kind: 'kustomize.toolkit.fluxcd.io/v1 Kustomization',
    before:
      'spec:\n  healthChecks:\n    - apiVersion: mattermost.com/v1alpha1\n      kind: ClusterInstallation # waits\n      name: chat\n      namespace: mm\n    - kind: ClusterInstallation\n      name: chat\n      namespace: mm\n',
    cutover:
      'spec:\n  healthChecks:\n    - apiVersion: installation.mattermost.com/v1beta1\n      kind: Mattermost # waits\n      name: chat\n      namespace: mm\n    - kind: Mattermost\n      name: chat\n      namespace: mm\n      apiVersion: installation.mattermost.com/v1beta1\n',
  },
  {
    referrer: 'flux',
    what: 'a health check of what stays, or of what a variable names, stays',
    kind: 'kustomize.toolkit.fluxcd.io/v1 Kustomization',
    before:
      'spec:\n  healthChecks:\n    - {apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation, name: other, namespace: mm}\n    - {apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation, name: "${NAME}", namespace: mm}\n',
  },
  {
    referrer: 'flux',
    what: 'an expression for the health of both kinds',
    kind: 'kustomize.toolkit.fluxcd.io/v1 Kustomization',
    before:
      "spec:\n  healthCheckExprs:\n    - apiVersion: mattermost.com/v1alpha1\n      kind: ClusterInstallation\n      current: status.state == 'stable'\n",
    prepare:
      "spec:\n  healthCheckExprs:\n    - apiVersion: mattermost.com/v1alpha1\n      kind: ClusterInstallation\n      current: status.state == 'stable'\n    - apiVersion: installation.mattermost.com/v1beta1\n      kind: Mattermost\n      current: status.state == 'stable'\n",
    finish:
      "spec:\n  healthCheckExprs:\n    - apiVersion: installation.mattermost.com/v1beta1\n      kind: Mattermost\n      current: status.state == 'stable'\n",
  },
  {
    referrer: 'flux',
    what: 'an expression of fields that are not there any more stays, as do patches of a chart',
    kind: 'helm.toolkit.fluxcd.io/v2 HelmRelease',
    before:
      "spec:\n  healthCheckExprs:\n    - {apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation, current: status.blueName != ''}\n  postRenderers:\n    - kustomize: {patches: [{target: {kind: ClusterInstallation}, patch: x}]}\n",
  },
  {
    referrer: 'backups',
    what: 'both kinds are saved',
    kind: 'velero.io/v1 Schedule',
    before: 'spec:\n  template:\n    includedResources:\n      - clusterinstallations.mattermost.com\n      - secrets\n',
    prepare:
      'spec:\n  template:\n    includedResources:\n      - clusterinstallations.mattermost.com\n      - secrets\n      - mattermosts.installation.mattermost.com\n',
    finish: 'spec:\n  template:\n    includedResources:\n      - secrets\n      - mattermosts.installation.mattermost.com\n',
  },
  {
    referrer: 'backups',
    what: 'a restore goes on knowing old backups',
    kind: 'velero.io/v1 Restore',
    before: 'spec:\n  includedResources: [clusterinstallations]\n',
    prepare: 'spec:\n  includedResources: [clusterinstallations, mattermosts]\n',
  },
  {
    referrer: 'label-selectors',
    what: 'peers of both generations are let in',
    kind: NETWORK,
    before:
      'spec:\n  podSelector: {}\n  ingress:\n    - from:\n        - podSelector:\n            matchLabels:\n              v1alpha1.mattermost.com/installation: chat\n',
    prepare:
      'spec:\n  podSelector: {}\n  ingress:\n    - from:\n        - podSelector:\n            matchLabels:\n              v1alpha1.mattermost.com/installation: chat\n        - podSelector:\n            matchLabels:\n              installation.mattermost.com/installation: chat\n',
    finish:
      'spec:\n  podSelector: {}\n  ingress:\n    - from:\n        - podSelector:\n            matchLabels:\n              installation.mattermost.com/installation: chat\n',
  },
  {
    referrer: 'label-selectors',
    what: 'pods are placed by the labels of those that come',
    kind: 'apps/v1 Deployment',
    before:
      'spec:\n  template:\n    spec:\n      affinity:\n        podAffinity:\n          requiredDuringSchedulingIgnoredDuringExecution:\n            - topologyKey: zone\n              labelSelector:\n                matchLabels: {v1alpha1.mattermost.com/installation: chat}\n',
    cutover:
      'spec:\n  template:\n    spec:\n      affinity:\n        podAffinity:\n          requiredDuringSchedulingIgnoredDuringExecution:\n            - topologyKey: zone\n              labelSelector:\n                matchLabels: {installation.mattermost.com/installation: chat}\n',
  },
  {
    referrer: 'label-selectors',
    what: 'a Service selects what pods of both generations have',
    kind: 'v1 Service',
    before:
      'spec:\n  selector:\n    v1alpha1.mattermost.com/installation: chat # the servers\n    v1alpha1.mattermost.com/resource: chat\n',
    prepare: 'spec:\n  selector:\n    app: mattermost # the servers\n',
  },
  {
    referrer: 'label-selectors',
    what: 'a Service that selects it already needs no more',
    kind: 'v1 Service',
    before: 'spec:\n  selector: {app: mattermost, v1alpha1.mattermost.com/installation: chat}\n',
    prepare: 'spec:\n  selector: {app: mattermost}\n',
  },
  {
    referrer: 'label-selectors',
    what: 'a Service of another installation, or of another app, stays',
    kind: 'v1 Service',
    before: 'spec:\n  selector: {app: proxy, v1alpha1.mattermost.com/installation: chat}\n',
  },
  {
    referrer: 'label-selectors',
    what: 'colours have no counterpart',
    kind: NETWORK,
    before:
      'spec:\n  podSelector: {}\n  egress:\n    - to: [{podSelector: {matchLabels: {v1alpha1.mattermost.com/installation: chat-blue}}}]\n',
  },
];

const whole = (kind: string, text: string): string =>
  `apiVersion: ${kind.replace(' ', '\nkind: ')}\nmetadata:\n  name: a\n  namespace: mm\n${text}`;

describe.each(ROWS)('$referrer: $what', ({ kind, before, prepare, cutover, finish }) => {
  const start = whole(kind, before);
  const prepared = whole(kind, prepare ?? before);
  const cut = whole(kind, cutover ?? prepare ?? before);
  const end = whole(kind, finish ?? cutover ?? prepare ?? before);

  test('stage by stage', () => {
    expect(at('prepare', start)).toBe(prepared);
    expect(at('cutover', prepared)).toBe(cut);
    expect(at('finish', cut)).toBe(end);
  });

  test('at once, and once only', () => {
    expect(at('convert', start)).toBe(cut);
    for (const stage of ['prepare', 'cutover', 'convert'] as const) expect(at(stage, cut)).toBe(cut);
    expect(at('finish', start)).toBe(start);
    expect(at('finish', end)).toBe(end);
  });
});

describe('a twin', () => {
  const policy = (name: string, key: string, peers: string): string =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: ${name} # of the team\nspec:\n  podSelector:\n    matchLabels:\n      app: mattermost\n      ${key}/installation: chat\n  ingress:\n    - from: [${peers}]\n`;
  const peer = (key: string): string => `{podSelector: {matchLabels: {${key}/installation: chat}}}`;
  const [OLD, NEW] = ['v1alpha1.mattermost.com', 'installation.mattermost.com'];
  const head = '# The pods answer nobody but each other.\n';

  test('stands behind what goes by the old labels alone, with the peers of both', () => {
    const both = `${peer(OLD)}, ${peer(NEW)}`;
    for (const stage of ['prepare', 'convert'] as const)
      expect(at(stage, head + policy('a', OLD, peer(OLD)))).toBe(
        `${head}${policy('a', OLD, both)}---\n# the twin\n${policy('a-mattermost', NEW, both)}`,
      );
  });

  test.each([
    ['of what stays', policy('a', OLD, '{}').replace('installation: chat', 'installation: other')],
    ['of a colour', policy('a', OLD, '{}').replace('installation: chat', 'installation: chat-green')],
    ['without a name', policy('a', OLD, '{}').replace('name: a #', 'generateName: a #')],
  ])('is none %s', (_, text) => {
    expect(at('prepare', text)).toBe(text);
  });

  test('has the line breaks of its file, and no end where that has none', () => {
    const text = policy('a', OLD, '{}').replaceAll('\n', '\r\n').slice(0, -2);
    expect(at('prepare', text)).toBe(
      `${text}\r\n---\r\n# the twin\r\n${policy('a-mattermost', NEW, '{}').replaceAll('\n', '\r\n').slice(0, -2)}`,
    );
  });
});

test('each referrer that writes has a row that is written at each stage that it tells of', () => {
  for (const { id, written } of resourceReferrers) {
    const own = ROWS.filter(({ referrer }) => referrer === id);
    for (const stage of ['prepare', 'cutover', 'finish'] as const)
      expect([id, stage, own.some((row) => row[stage] !== undefined)]).toEqual([id, stage, written[stage] !== undefined]);
  }
});
