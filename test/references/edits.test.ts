import { describe, expect, test } from 'vitest';
import { resourceReferrers } from '../../src/references/list.ts';
import type { Fate } from '../../src/references/resource-context.ts';
import { at, whole } from './edits.ts';

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
  {
    referrer: 'flux',
    what: 'what is ignored of an installation goes with it',
    kind: 'kustomize.toolkit.fluxcd.io/v1 Kustomization',
    before: 'spec:\n  ignore:\n    - paths: [/spec/replicas, /spec/resources]\n      target: {kind: ClusterInstallation, name: chat}\n',
    cutover: 'spec:\n  ignore:\n    - paths: [/spec/replicas, /spec/scheduling/resources]\n      target: {kind: Mattermost, name: chat}\n',
  },
  {
    referrer: 'flux',
    what: 'what is ignored of some is ignored of both kinds',
    kind: 'kustomize.toolkit.fluxcd.io/v1 Kustomization',
    before:
      'spec:\n  ignore:\n    - paths: [/spec/replicas]\n      target:\n        group: mattermost.com\n        kind: ClusterInstallation\n',
    cutover:
      'spec:\n  ignore:\n    - paths: [/spec/replicas]\n      target:\n        group: mattermost.com\n        kind: ClusterInstallation\n    - paths: [/spec/replicas]\n      target:\n        group: installation.mattermost.com\n        kind: Mattermost\n',
    finish:
      'spec:\n  ignore:\n    - paths: [/spec/replicas]\n      target:\n        group: installation.mattermost.com\n        kind: Mattermost\n',
  },
  {
    referrer: 'flux',
    what: 'what is ignored of what a chart makes is ignored of both kinds',
    kind: 'helm.toolkit.fluxcd.io/v2 HelmRelease',
    before:
      'spec:\n  driftDetection:\n    ignore:\n      - paths: [/spec/replicas]\n        target: {kind: ClusterInstallation, name: chat}\n',
    cutover:
      'spec:\n  driftDetection:\n    ignore:\n      - paths: [/spec/replicas]\n        target: {kind: ClusterInstallation, name: chat}\n      - paths: [/spec/replicas]\n        target:\n          kind: Mattermost\n          name: chat\n',
    finish:
      'spec:\n  driftDetection:\n    ignore:\n      - paths: [/spec/replicas]\n        target:\n          kind: Mattermost\n          name: chat\n',
  },
  {
    referrer: 'flux',
    what: 'events of both kinds are told',
    kind: 'notification.toolkit.fluxcd.io/v1beta3 Alert',
    before: 'spec:\n  inclusionList: [".*ClusterInstallation/.*"]\n  exclusionList:\n    - "^ClusterInstallation/mm/chat configured$"\n',
    prepare:
      'spec:\n  inclusionList: [".*(ClusterInstallation|Mattermost)/.*"]\n  exclusionList:\n    - "^(ClusterInstallation|Mattermost)/mm/chat configured$"\n',
    finish: 'spec:\n  inclusionList: [".*Mattermost/.*"]\n  exclusionList:\n    - "^Mattermost/mm/chat configured$"\n',
  },
  {
    referrer: 'flux',
    what: 'a pattern that has the word among characters stays',
    kind: 'notification.toolkit.fluxcd.io/v1beta3 Alert',
    before: 'spec:\n  exclusionList: ["[ClusterInstallation]"]\n',
  },
  {
    referrer: 'argo-cd',
    what: 'a cluster knows both API versions',
    kind: 'argoproj.io/v1alpha1 Application',
    before:
      'spec:\n  source:\n    helm: {apiVersions: [mattermost.com/v1alpha1/ClusterInstallation, v1]}\n    kustomize: {apiVersions: [mattermost.com/v1alpha1]}\n',
    prepare:
      'spec:\n  source:\n    helm: {apiVersions: [mattermost.com/v1alpha1/ClusterInstallation, v1, installation.mattermost.com/v1beta1/Mattermost]}\n    kustomize: {apiVersions: [mattermost.com/v1alpha1, installation.mattermost.com/v1beta1]}\n',
    finish:
      'spec:\n  source:\n    helm: {apiVersions: [v1, installation.mattermost.com/v1beta1/Mattermost]}\n    kustomize: {apiVersions: [installation.mattermost.com/v1beta1]}\n',
  },
  {
    referrer: 'argo-cd',
    what: 'a project admits both definitions, and ignores both where nobody owns them',
    kind: 'argoproj.io/v1alpha1 AppProject',
    before:
      'spec:\n  clusterResourceWhitelist:\n    - {group: apiextensions.k8s.io, kind: CustomResourceDefinition, name: clusterinstallations.mattermost.com}\n  orphanedResources:\n    ignore:\n      - {group: mattermost.com, kind: ClusterInstallation, name: chat}\n',
    prepare:
      'spec:\n  clusterResourceWhitelist:\n    - {group: apiextensions.k8s.io, kind: CustomResourceDefinition, name: clusterinstallations.mattermost.com}\n    - {group: apiextensions.k8s.io, kind: CustomResourceDefinition, name: mattermosts.installation.mattermost.com}\n  orphanedResources:\n    ignore:\n      - {group: mattermost.com, kind: ClusterInstallation, name: chat}\n      - {group: installation.mattermost.com, kind: Mattermost, name: chat}\n',
    finish:
      'spec:\n  clusterResourceWhitelist:\n    - {group: apiextensions.k8s.io, kind: CustomResourceDefinition, name: mattermosts.installation.mattermost.com}\n  orphanedResources:\n    ignore:\n      - {group: installation.mattermost.com, kind: Mattermost, name: chat}\n',
  },
  {
    referrer: 'argo-cd',
    what: 'settings with fields follow the map of fields',
    kind: 'v1 ConfigMap',
    before:
      'data:\n  resource.customizations.useOpenLibs.mattermost.com_ClusterInstallation: "true"\n  resource.customizations.knownTypeFields.mattermost.com_ClusterInstallation: |\n    - field: spec.resources\n      type: core/v1/ResourceRequirements\n  resource.customizations.ignoreDifferences.mattermost.com_ClusterInstallation: |\n    jsonPointers:\n      - /spec/size\n      - /spec/nodeSelector\n    jqPathExpressions:\n      - .spec.mattermostEnv[]?.value\n    managedFieldsManagers:\n      - kubectl\n',
    prepare:
      'data:\n  resource.customizations.useOpenLibs.mattermost.com_ClusterInstallation: "true"\n  resource.customizations.knownTypeFields.mattermost.com_ClusterInstallation: |\n    - field: spec.resources\n      type: core/v1/ResourceRequirements\n  resource.customizations.ignoreDifferences.mattermost.com_ClusterInstallation: |\n    jsonPointers:\n      - /spec/size\n      - /spec/nodeSelector\n    jqPathExpressions:\n      - .spec.mattermostEnv[]?.value\n    managedFieldsManagers:\n      - kubectl\n  resource.customizations.useOpenLibs.installation.mattermost.com_Mattermost: "true"\n  resource.customizations.knownTypeFields.installation.mattermost.com_Mattermost: |\n    - field: spec.scheduling.resources\n      type: core/v1/ResourceRequirements\n  resource.customizations.ignoreDifferences.installation.mattermost.com_Mattermost: |\n    jsonPointers:\n      - /spec/size\n      - /spec/scheduling/nodeSelector\n    jqPathExpressions:\n      - .spec.mattermostEnv[]?.value\n    managedFieldsManagers:\n      - kubectl\n',
    finish:
      'data:\n  resource.customizations.useOpenLibs.installation.mattermost.com_Mattermost: "true"\n  resource.customizations.knownTypeFields.installation.mattermost.com_Mattermost: |\n    - field: spec.scheduling.resources\n      type: core/v1/ResourceRequirements\n  resource.customizations.ignoreDifferences.installation.mattermost.com_Mattermost: |\n    jsonPointers:\n      - /spec/size\n      - /spec/scheduling/nodeSelector\n    jqPathExpressions:\n      - .spec.mattermostEnv[]?.value\n    managedFieldsManagers:\n      - kubectl\n',
  },
  {
    referrer: 'argo-cd',
    what: 'a setting with a program of jq stays',
    kind: 'v1 ConfigMap',
    before:
      'data:\n  resource.customizations.ignoreDifferences.mattermost.com_ClusterInstallation: |\n    jqPathExpressions:\n      - .spec | .minio\n',
  },
  {
    referrer: 'argo-cd',
    what: 'who may act on one kind may act on both',
    kind: 'v1 ConfigMap',
    before:
      'data:\n  policy.csv: |\n    # ops\n    p, role:ops, applications, action/mattermost.com/ClusterInstallation/*, team/*, allow\n    g, ops, role:ops\n  policy.team.csv: p, role:dev, applications, delete/mattermost.com/ClusterInstallation/mm/chat, team/*, allow\n',
    prepare:
      'data:\n  policy.csv: |\n    # ops\n    p, role:ops, applications, action/mattermost.com/ClusterInstallation/*, team/*, allow\n    p, role:ops, applications, action/installation.mattermost.com/Mattermost/*, team/*, allow\n    g, ops, role:ops\n  policy.team.csv: "p, role:dev, applications, delete/mattermost.com/ClusterInstallation/mm/chat, team/*, allow\\np, role:dev, applications, delete/installation.mattermost.com/Mattermost/mm/chat, team/*, allow"\n',
    finish:
      'data:\n  policy.csv: |\n    # ops\n    p, role:ops, applications, action/installation.mattermost.com/Mattermost/*, team/*, allow\n    g, ops, role:ops\n  policy.team.csv: "p, role:dev, applications, delete/installation.mattermost.com/Mattermost/mm/chat, team/*, allow"\n',
  },
  {
    referrer: 'argo-cd',
    what: "a check of health in the settings of Argo CD's operator",
    kind: 'argoproj.io/v1beta1 ArgoCD',
    before:
      'spec:\n  resourceHealthChecks:\n    - group: mattermost.com\n      kind: ClusterInstallation\n      check: |\n        hs = {}\n        return hs\n',
    prepare:
      'spec:\n  resourceHealthChecks:\n    - group: mattermost.com\n      kind: ClusterInstallation\n      check: |\n        hs = {}\n        return hs\n    - group: installation.mattermost.com\n      kind: Mattermost\n      check: |\n        hs = {}\n        return hs\n',
    finish:
      'spec:\n  resourceHealthChecks:\n    - group: installation.mattermost.com\n      kind: Mattermost\n      check: |\n        hs = {}\n        return hs\n',
  },
  {
    referrer: 'quotas',
    what: 'requests about both kinds are served alike',
    kind: 'flowcontrol.apiserver.k8s.io/v1 FlowSchema',
    before:
      'spec:\n  rules:\n    - resourceRules:\n        - {apiGroups: [mattermost.com], resources: [clusterinstallations], verbs: ["*"], namespaces: ["*"]}\n',
    prepare:
      'spec:\n  rules:\n    - resourceRules:\n        - {apiGroups: [mattermost.com], resources: [clusterinstallations], verbs: ["*"], namespaces: ["*"]}\n        - {apiGroups: [installation.mattermost.com], resources: [mattermosts], verbs: ["*"], namespaces: ["*"]}\n',
    finish:
      'spec:\n  rules:\n    - resourceRules:\n        - {apiGroups: [installation.mattermost.com], resources: [mattermosts], verbs: ["*"], namespaces: ["*"]}\n',
  },
  {
    referrer: 'quotas',
    what: 'requests about both kinds are kept on record',
    kind: 'audit.k8s.io/v1 Policy',
    before: 'rules:\n  - level: Metadata\n    resources:\n      - group: mattermost.com\n        resources: [clusterinstallations]\n',
    prepare:
      'rules:\n  - level: Metadata\n    resources:\n      - group: mattermost.com\n        resources: [clusterinstallations]\n      - group: installation.mattermost.com\n        resources: [mattermosts]\n',
    finish: 'rules:\n  - level: Metadata\n    resources:\n      - group: installation.mattermost.com\n        resources: [mattermosts]\n',
  },
  {
    referrer: 'admission',
    what: 'objects of both kinds are kept at hand',
    kind: 'config.gatekeeper.sh/v1alpha1 Config',
    before: 'spec:\n  sync:\n    syncOnly:\n      - {group: mattermost.com, version: v1alpha1, kind: ClusterInstallation}\n',
    prepare:
      'spec:\n  sync:\n    syncOnly:\n      - {group: mattermost.com, version: v1alpha1, kind: ClusterInstallation}\n      - {group: installation.mattermost.com, version: v1beta1, kind: Mattermost}\n',
    finish: 'spec:\n  sync:\n    syncOnly:\n      - {group: installation.mattermost.com, version: v1beta1, kind: Mattermost}\n',
  },
  {
    referrer: 'admission',
    what: 'a mutation of a field that is the same in both',
    kind: 'mutations.gatekeeper.sh/v1 Assign',
    before:
      'spec:\n  applyTo:\n    - groups: [mattermost.com]\n      kinds: [ClusterInstallation]\n      versions: [v1alpha1]\n  location: "spec.mattermostEnv[name:A].value"\n  parameters: {assign: {value: x}}\n',
    prepare:
      'spec:\n  applyTo:\n    - groups: [mattermost.com]\n      kinds: [ClusterInstallation]\n      versions: [v1alpha1]\n    - groups: [installation.mattermost.com]\n      kinds: [Mattermost]\n      versions: [v1beta1]\n  location: "spec.mattermostEnv[name:A].value"\n  parameters: {assign: {value: x}}\n',
    finish:
      'spec:\n  applyTo:\n    - groups: [installation.mattermost.com]\n      kinds: [Mattermost]\n      versions: [v1beta1]\n  location: "spec.mattermostEnv[name:A].value"\n  parameters: {assign: {value: x}}\n',
  },
  {
    referrer: 'admission',
    what: 'a mutation of a field that moves stays',
    kind: 'mutations.gatekeeper.sh/v1 Assign',
    before:
      'spec:\n  applyTo:\n    - {groups: [mattermost.com], kinds: [ClusterInstallation], versions: [v1alpha1]}\n  location: spec.nodeSelector\n  parameters: {assign: {value: {a: b}}}\n',
  },
  {
    referrer: 'admission',
    what: 'an exception is made for both',
    kind: 'kyverno.io/v2 PolicyException',
    before:
      'spec:\n  exceptions: [{policyName: p, ruleNames: [r]}]\n  match:\n    any:\n      - resources:\n          kinds:\n            - ClusterInstallation\n          names: [chat]\n',
    prepare:
      'spec:\n  exceptions: [{policyName: p, ruleNames: [r]}]\n  match:\n    any:\n      - resources:\n          kinds:\n            - ClusterInstallation\n            - Mattermost\n          names: [chat]\n',
    finish:
      'spec:\n  exceptions: [{policyName: p, ruleNames: [r]}]\n  match:\n    any:\n      - resources:\n          kinds:\n            - Mattermost\n          names: [chat]\n',
  },
  {
    referrer: 'backups',
    what: 'what a selector finds is found by the labels of both generations',
    kind: 'velero.io/v1 Schedule',
    before: 'spec:\n  template:\n    labelSelector:\n      matchLabels: {v1alpha1.mattermost.com/installation: chat}\n',
    prepare:
      'spec:\n  template:\n    orLabelSelectors:\n    - matchLabels:\n        v1alpha1.mattermost.com/installation: chat\n    - matchLabels:\n        installation.mattermost.com/installation: chat\n',
  },
  {
    referrer: 'backups',
    what: 'a selector beside others gets one more',
    kind: 'velero.io/v1 Backup',
    before: 'spec:\n  orLabelSelectors:\n    - matchLabels: {v1alpha1.mattermost.com/installation: chat}\n    - matchLabels: {app: x}\n',
    prepare:
      'spec:\n  orLabelSelectors:\n    - matchLabels: {v1alpha1.mattermost.com/installation: chat}\n    - matchLabels: {app: x}\n    - matchLabels:\n        installation.mattermost.com/installation: chat\n',
  },
  {
    referrer: 'backups',
    what: 'a hook gets one beside it',
    kind: 'velero.io/v1 Backup',
    before:
      'spec:\n  hooks:\n    resources:\n      - name: flush\n        includedResources: [pods]\n        labelSelector: {matchLabels: {v1alpha1.mattermost.com/installation: chat}}\n',
    prepare:
      'spec:\n  hooks:\n    resources:\n      - name: flush\n        includedResources: [pods]\n        labelSelector: {matchLabels: {v1alpha1.mattermost.com/installation: chat}}\n      - name: flush\n        includedResources: [pods]\n        labelSelector:\n          matchLabels:\n            installation.mattermost.com/installation: chat\n',
  },
  {
    referrer: 'backups',
    what: 'what has no such label is another set',
    kind: 'velero.io/v1 Backup',
    before: 'spec:\n  labelSelector:\n    matchExpressions: [{key: v1alpha1.mattermost.com/installation, operator: DoesNotExist}]\n',
  },
  {
    referrer: 'distribution',
    what: 'both kinds are propagated',
    kind: 'policy.karmada.io/v1alpha1 PropagationPolicy',
    before: 'spec:\n  resourceSelectors:\n    - {apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation, name: chat}\n',
    prepare:
      'spec:\n  resourceSelectors:\n    - {apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation, name: chat}\n    - {apiVersion: installation.mattermost.com/v1beta1, kind: Mattermost, name: chat}\n',
    finish: 'spec:\n  resourceSelectors:\n    - {apiVersion: installation.mattermost.com/v1beta1, kind: Mattermost, name: chat}\n',
  },
  {
    referrer: 'distribution',
    what: 'overrides of fields that move stay',
    kind: 'policy.karmada.io/v1alpha1 OverridePolicy',
    before:
      'spec:\n  resourceSelectors:\n    - {apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation, name: chat}\n  overrideRules:\n    - overriders: {plaintext: [{path: /spec/nodeSelector/pool, operator: replace, value: a}]}\n',
  },
  {
    referrer: 'calico',
    what: 'an expression selects pods of both generations',
    kind: 'projectcalico.org/v3 NetworkPolicy',
    before:
      "spec:\n  selector: v1alpha1.mattermost.com/installation == 'chat' && app == 'mattermost'\n  ingress:\n    - action: Allow\n      source:\n        selector: has(v1alpha1.mattermost.com/resource)\n",
    prepare:
      "spec:\n  selector: (v1alpha1.mattermost.com/installation == 'chat' && app == 'mattermost') || (installation.mattermost.com/installation == 'chat' && app == 'mattermost')\n  ingress:\n    - action: Allow\n      source:\n        selector: (has(v1alpha1.mattermost.com/resource)) || (has(installation.mattermost.com/resource))\n",
    finish:
      "spec:\n  selector: installation.mattermost.com/installation == 'chat' && app == 'mattermost'\n  ingress:\n    - action: Allow\n      source:\n        selector: has(installation.mattermost.com/resource)\n",
  },
  {
    referrer: 'calico',
    what: 'one that says what is not selected stays, and one of a colour',
    kind: 'projectcalico.org/v3 GlobalNetworkPolicy',
    before:
      'spec:\n  selector: "!has(v1alpha1.mattermost.com/installation)"\n  egress:\n    - destination: {selector: "v1alpha1.mattermost.com/installation == \'chat-blue\'"}\n',
  },
  {
    referrer: 'calico',
    what: 'one of an installation that stays, too',
    kind: 'projectcalico.org/v3 NetworkPolicy',
    before: "spec:\n  selector: v1alpha1.mattermost.com/installation == 'other'\n",
  },
  {
    referrer: 'label-selectors',
    what: 'peers of Cilium, with a prefix',
    kind: 'cilium.io/v2 CiliumNetworkPolicy',
    before:
      'spec:\n  endpointSelector: {}\n  ingress:\n    - fromEndpoints:\n        - matchLabels:\n            k8s:v1alpha1.mattermost.com/installation: chat\n',
    prepare:
      'spec:\n  endpointSelector: {}\n  ingress:\n    - fromEndpoints:\n        - matchLabels:\n            k8s:v1alpha1.mattermost.com/installation: chat\n        - matchLabels:\n            "k8s:installation.mattermost.com/installation": chat\n',
    finish:
      'spec:\n  endpointSelector: {}\n  ingress:\n    - fromEndpoints:\n        - matchLabels:\n            "k8s:installation.mattermost.com/installation": chat\n',
  },
  {
    referrer: 'label-selectors',
    what: 'peers without the label are another set',
    kind: 'networking.k8s.io/v1 NetworkPolicy',
    before:
      'spec:\n  podSelector: {}\n  ingress:\n    - from:\n        - podSelector: {matchExpressions: [{key: v1alpha1.mattermost.com/installation, operator: NotIn, values: [chat]}]}\n',
  },
  {
    referrer: 'label-selectors',
    what: 'monitors carry over the labels of both generations',
    kind: 'monitoring.coreos.com/v1 PodMonitor',
    before: 'spec:\n  selector: {matchLabels: {app: mattermost}}\n  podTargetLabels: [v1alpha1.mattermost.com/installation]\n',
    prepare:
      'spec:\n  selector: {matchLabels: {app: mattermost}}\n  podTargetLabels: [v1alpha1.mattermost.com/installation, installation.mattermost.com/installation]\n',
    finish: 'spec:\n  selector: {matchLabels: {app: mattermost}}\n  podTargetLabels: [installation.mattermost.com/installation]\n',
  },
  {
    referrer: 'relabelings',
    what: 'a rule copies the label of either generation',
    kind: 'monitoring.coreos.com/v1 PodMonitor',
    before:
      'spec:\n  podMetricsEndpoints:\n    - relabelings:\n        - sourceLabels: [__meta_kubernetes_pod_label_v1alpha1_mattermost_com_installation] # which\n          targetLabel: installation\n',
    prepare:
      'spec:\n  podMetricsEndpoints:\n    - relabelings:\n        - sourceLabels: [__meta_kubernetes_pod_label_v1alpha1_mattermost_com_installation, __meta_kubernetes_pod_label_installation_mattermost_com_installation] # which\n          targetLabel: installation\n          regex: "(.*);|;(.*)"\n          replacement: $1$2\n',
    finish:
      'spec:\n  podMetricsEndpoints:\n    - relabelings:\n        - sourceLabels: [__meta_kubernetes_pod_label_installation_mattermost_com_installation] # which\n          targetLabel: installation\n',
  },
  {
    referrer: 'relabelings',
    what: 'a rule keeps and a rule writes what either label says',
    kind: 'monitoring.coreos.com/v1 ServiceMonitor',
    before:
      'spec:\n  endpoints:\n    - relabelings:\n        - action: keep\n          sourceLabels: [__meta_kubernetes_service_label_v1alpha1_mattermost_com_resource]\n          regex: chat|talk\n      metricRelabelings:\n        - sourceLabels:\n            - v1alpha1_mattermost_com_installation\n          regex: "(.+)-(a|b)"\n          targetLabel: side\n          replacement: ${2}/$1\n',
    prepare:
      'spec:\n  endpoints:\n    - relabelings:\n        - action: keep\n          sourceLabels: [__meta_kubernetes_service_label_v1alpha1_mattermost_com_resource, __meta_kubernetes_service_label_installation_mattermost_com_resource]\n          regex: (?:chat|talk);|;(?:chat|talk)\n      metricRelabelings:\n        - sourceLabels:\n            - v1alpha1_mattermost_com_installation\n            - installation_mattermost_com_installation\n          regex: "(?:(.+)-(a|b));|;(?:(.+)-(a|b))"\n          targetLabel: side\n          replacement: ${2}${4}/$1$3\n',
    finish:
      'spec:\n  endpoints:\n    - relabelings:\n        - action: keep\n          sourceLabels: [__meta_kubernetes_service_label_installation_mattermost_com_resource]\n          regex: chat|talk\n      metricRelabelings:\n        - sourceLabels:\n            - installation_mattermost_com_installation\n          regex: "(.+)-(a|b)"\n          targetLabel: side\n          replacement: ${2}/$1\n',
  },
  {
    referrer: 'relabelings',
    what: 'labels of both generations are dropped, by their names',
    kind: 'monitoring.coreos.com/v1alpha1 ScrapeConfig',
    before: 'spec:\n  metricRelabelings:\n    - {action: LabelDrop, regex: "(?:pod|v1alpha1_mattermost_com_resource)"}\n',
    prepare:
      'spec:\n  metricRelabelings:\n    - {action: LabelDrop, regex: "(?:pod|(?:v1alpha1_mattermost_com_resource|installation_mattermost_com_resource))"}\n',
    finish: 'spec:\n  metricRelabelings:\n    - {action: LabelDrop, regex: "(?:pod|installation_mattermost_com_resource)"}\n',
  },
  ...[
    ['of several labels', 'sourceLabels: [LABEL, job]'],
    ['with a separator of its own', 'sourceLabels: [LABEL], separator: ""'],
    ['that makes a number', 'action: hashmod, modulus: 2, sourceLabels: [LABEL]'],
    ['that writes all that was found', 'sourceLabels: [LABEL], regex: .+, replacement: $0'],
    ['with a name for what it finds', 'sourceLabels: [LABEL], regex: "(?P<name>.+)", replacement: $name'],
    ['with a variable', 'sourceLabels: [LABEL], regex: "${NAME}"'],
    ['that is no pattern', 'sourceLabels: [LABEL], regex: "(", targetLabel: a'],
    ['that compares', 'action: keepequal, sourceLabels: [LABEL], targetLabel: a'],
  ].map(([what, rule = '']) => ({
    referrer: 'relabelings',
    what: `a rule ${what} stays`,
    kind: 'monitoring.coreos.com/v1 PodMonitor',
    before: `spec:\n  podMetricsEndpoints:\n    - relabelings: [{${rule.replace('LABEL', '__meta_kubernetes_pod_label_v1alpha1_mattermost_com_installation')}}]\n`,
  })),
  {
    referrer: 'argo-cd',
    what: 'both kinds are looked at, or left out',
    kind: 'v1 ConfigMap',
    before:
      'data:\n  resource.inclusions: |\n    - apiGroups: [mattermost.com] # ours\n      kinds: [ClusterInstallation, MattermostRestoreDB]\n    - {apiGroups: [apps], kinds: ["*"]}\n  resource.exclusions: "- {apiGroups: [mattermost.com], kinds: [ClusterInstallation], clusters: [a]}"\n',
    prepare:
      'data:\n  resource.inclusions: |\n    - apiGroups: [mattermost.com] # ours\n      kinds: [ClusterInstallation, MattermostRestoreDB]\n    - {apiGroups: [apps], kinds: ["*"]}\n    - {apiGroups: [installation.mattermost.com], kinds: [Mattermost]}\n  resource.exclusions: "- {apiGroups: [mattermost.com], kinds: [ClusterInstallation], clusters: [a]}\\n- {apiGroups: [installation.mattermost.com], kinds: [Mattermost], clusters: [a]}"\n',
    finish:
      'data:\n  resource.inclusions: |\n    - apiGroups: [mattermost.com] # ours\n      kinds: [MattermostRestoreDB]\n    - {apiGroups: [apps], kinds: ["*"]}\n    - {apiGroups: [installation.mattermost.com], kinds: [Mattermost]}\n  resource.exclusions: "- {apiGroups: [installation.mattermost.com], kinds: [Mattermost], clusters: [a]}"\n',
  },
  {
    referrer: 'argo-cd',
    what: 'customizations of all kinds in one setting',
    kind: 'v1 ConfigMap',
    before:
      'data:\n  resource.customizations: |\n    mattermost.com/ClusterInstallation:\n      health.lua.useOpenLibs: true\n      health.lua: |\n        hs = {}\n        return hs\n      ignoreDifferences: |\n        jsonPointers:\n        - /spec/resources\n      knownTypeFields:\n      - field: spec.affinity\n        type: core/v1/Affinity\n',
    prepare:
      'data:\n  resource.customizations: |\n    mattermost.com/ClusterInstallation:\n      health.lua.useOpenLibs: true\n      health.lua: |\n        hs = {}\n        return hs\n      ignoreDifferences: |\n        jsonPointers:\n        - /spec/resources\n      knownTypeFields:\n      - field: spec.affinity\n        type: core/v1/Affinity\n    installation.mattermost.com/Mattermost:\n      health.lua.useOpenLibs: true\n      health.lua: |\n        hs = {}\n        return hs\n      ignoreDifferences: |\n        jsonPointers:\n        - /spec/scheduling/resources\n      knownTypeFields:\n      - field: spec.scheduling.affinity\n        type: core/v1/Affinity\n',
    finish:
      'data:\n  resource.customizations: |\n    installation.mattermost.com/Mattermost:\n      health.lua.useOpenLibs: true\n      health.lua: |\n        hs = {}\n        return hs\n      ignoreDifferences: |\n        jsonPointers:\n        - /spec/scheduling/resources\n      knownTypeFields:\n      - field: spec.scheduling.affinity\n        type: core/v1/Affinity\n',
  },
  {
    referrer: 'argo-cd',
    what: 'links are there for both',
    kind: 'v1 ConfigMap',
    before:
      'data:\n  resource.links: |\n    - url: https://example.com/{{.resource.metadata.name}}\n      if: resource.kind == "ClusterInstallation" && true\n',
    prepare:
      'data:\n  resource.links: |\n    - url: https://example.com/{{.resource.metadata.name}}\n      if: (resource.kind == "ClusterInstallation" || resource.kind == "Mattermost") && true\n',
    finish:
      'data:\n  resource.links: |\n    - url: https://example.com/{{.resource.metadata.name}}\n      if: resource.kind == "Mattermost" && true\n',
  },
  {
    referrer: 'argo-cd',
    what: 'a patch of a template ignores what its text says',
    kind: 'argoproj.io/v1alpha1 ApplicationSet',
    before:
      'spec:\n  templatePatch: |\n    spec:\n      source: {path: "apps/{{.name}}"}\n      ignoreDifferences:\n        - group: mattermost.com # theirs\n          kind: ClusterInstallation\n          name: chat\n          jsonPointers: [/spec/nodeSelector]\n',
    cutover:
      'spec:\n  templatePatch: |\n    spec:\n      source: {path: "apps/{{.name}}"}\n      ignoreDifferences:\n        - group: installation.mattermost.com # theirs\n          kind: Mattermost\n          name: chat\n          jsonPointers: [/spec/scheduling/nodeSelector]\n',
  },
  {
    referrer: 'admission',
    what: 'a policy that looks at fields with the same place in both is meant for both',
    kind: 'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy',
    before:
      'spec:\n  matchConstraints:\n    resourceRules:\n      - {apiGroups: [mattermost.com], apiVersions: [v1alpha1], resources: [clusterinstallations]}\n  validations:\n    - expression: object.spec.mattermostEnv.exists(e, e.name == "A") && object.spec.replicas > 1\n',
    prepare:
      'spec:\n  matchConstraints:\n    resourceRules:\n      - {apiGroups: [mattermost.com], apiVersions: [v1alpha1], resources: [clusterinstallations]}\n      - {apiGroups: [installation.mattermost.com], apiVersions: [v1beta1], resources: [mattermosts]}\n  validations:\n    - expression: object.spec.mattermostEnv.exists(e, e.name == "A") && object.spec.replicas > 1\n',
    finish:
      'spec:\n  matchConstraints:\n    resourceRules:\n      - {apiGroups: [installation.mattermost.com], apiVersions: [v1beta1], resources: [mattermosts]}\n  validations:\n    - expression: object.spec.mattermostEnv.exists(e, e.name == "A") && object.spec.replicas > 1\n',
  },
  {
    referrer: 'admission',
    what: 'a policy asks each kind for its own places of fields that move',
    kind: 'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy',
    before:
      'spec:\n  matchConstraints:\n    resourceRules:\n      - apiGroups: [mattermost.com]\n        apiVersions: [v1alpha1]\n        resources: [clusterinstallations]\n  validations:\n    - expression: has(object.spec.resources) && has(object.spec.resources.limits) && object.spec.resources.limits.memory != "" # all\n      message: limits\n',
    prepare:
      'spec:\n  matchConstraints:\n    resourceRules:\n      - apiGroups: [mattermost.com]\n        apiVersions: [v1alpha1]\n        resources: [clusterinstallations]\n      - apiGroups: [installation.mattermost.com]\n        apiVersions: [v1beta1]\n        resources: [mattermosts]\n  validations:\n    - expression: "request.kind.kind == \'ClusterInstallation\' ? (has(object.spec.resources) && has(object.spec.resources.limits) && object.spec.resources.limits.memory != \\"\\") : ((has(object.spec.scheduling) && has(object.spec.scheduling.resources)) && has(object.spec.scheduling.resources.limits) && object.spec.scheduling.resources.limits.memory != \\"\\")" # all\n      message: limits\n',
    finish:
      'spec:\n  matchConstraints:\n    resourceRules:\n      - apiGroups: [installation.mattermost.com]\n        apiVersions: [v1beta1]\n        resources: [mattermosts]\n  validations:\n    - expression: "(has(object.spec.scheduling) && has(object.spec.scheduling.resources)) && has(object.spec.scheduling.resources.limits) && object.spec.scheduling.resources.limits.memory != \\"\\"" # all\n      message: limits\n',
  },
  {
    referrer: 'admission',
    what: 'a rule of Kyverno about fields with the same place in both is meant for both',
    kind: 'kyverno.io/v1 ClusterPolicy',
    before:
      'spec:\n  rules:\n    - match: {any: [{resources: {kinds: [ClusterInstallation]}}]}\n      preconditions: {all: [{key: "{{ request.object.spec.image }}", operator: NotEquals, value: ""}]}\n      validate: {pattern: {spec: {"=(replicas)": ">1", version: "?*"}}}\n',
    prepare:
      'spec:\n  rules:\n    - match: {any: [{resources: {kinds: [ClusterInstallation, Mattermost]}}]}\n      preconditions: {all: [{key: "{{ request.object.spec.image }}", operator: NotEquals, value: ""}]}\n      validate: {pattern: {spec: {"=(replicas)": ">1", version: "?*"}}}\n',
    finish:
      'spec:\n  rules:\n    - match: {any: [{resources: {kinds: [Mattermost]}}]}\n      preconditions: {all: [{key: "{{ request.object.spec.image }}", operator: NotEquals, value: ""}]}\n      validate: {pattern: {spec: {"=(replicas)": ">1", version: "?*"}}}\n',
  },
  {
    referrer: 'admission',
    what: 'a rule of Kyverno about fields that move gets one beside it',
    kind: 'kyverno.io/v1 ClusterPolicy',
    before:
      'spec:\n  rules:\n    - name: limits\n      match: {any: [{resources: {kinds: [mattermost.com/v1alpha1/ClusterInstallation]}}]}\n      validate:\n        pattern:\n          spec:\n            resources:\n              limits: {memory: "?*"}\n            nodeSelector: {"=(pool)": apps}\n            =(livenessProbe): {periodSeconds: ">5"}\n            replicas: ">1"\n',
    prepare:
      'spec:\n  rules:\n    - name: limits\n      match: {any: [{resources: {kinds: [mattermost.com/v1alpha1/ClusterInstallation]}}]}\n      validate:\n        pattern:\n          spec:\n            resources:\n              limits: {memory: "?*"}\n            nodeSelector: {"=(pool)": apps}\n            =(livenessProbe): {periodSeconds: ">5"}\n            replicas: ">1"\n    - name: limits-mattermost\n      match:\n        any:\n        - resources:\n            kinds:\n            - installation.mattermost.com/v1beta1/Mattermost\n      validate:\n        pattern:\n          spec:\n            scheduling:\n              resources:\n                limits:\n                  memory: "?*"\n              nodeSelector:\n                "=(pool)": apps\n            "=(probes)":\n              "=(livenessProbe)":\n                periodSeconds: ">5"\n            replicas: ">1"\n',
    finish:
      'spec:\n  rules:\n    - name: limits-mattermost\n      match:\n        any:\n        - resources:\n            kinds:\n            - installation.mattermost.com/v1beta1/Mattermost\n      validate:\n        pattern:\n          spec:\n            scheduling:\n              resources:\n                limits:\n                  memory: "?*"\n              nodeSelector:\n                "=(pool)": apps\n            "=(probes)":\n              "=(livenessProbe)":\n                periodSeconds: ">5"\n            replicas: ">1"\n',
  },
  ...[
    ['that looks at a field by another way', 'validate: {pattern: {spec: {(resources): {limits: {cpu: 1}}}}}'],
    [
      'that needs one field of a parent and lets another be absent',
      'validate: {pattern: {spec: {nodeSelector: {a: b}, "=(affinity)": {}}}}',
    ],
    ['with a program of JMESPath', 'validate: {deny: {conditions: {all: [{key: "{{ request.object.spec | keys(@) }}"}]}}}'],
    ['with a patch of a field that moves', 'mutate: {patchesJson6902: "- {op: remove, path: /spec/nodeSelector}"}'],
  ].map(([what, rule = '']) => ({
    referrer: 'admission',
    what: `a rule of Kyverno ${what} stays`,
    kind: 'kyverno.io/v1 ClusterPolicy',
    before: `spec:\n  rules:\n    - {name: a, match: {any: [{resources: {kinds: [ClusterInstallation]}}]}, ${rule}}\n`,
  })),
  {
    referrer: 'admission',
    what: 'a rule of Kyverno about other kinds too stays, where fields move',
    kind: 'kyverno.io/v1 ClusterPolicy',
    before:
      'spec:\n  rules:\n    - {name: a, match: {any: [{resources: {kinds: [ClusterInstallation, Deployment]}}]}, validate: {pattern: {spec: {nodeSelector: {a: b}}}}}\n',
  },
  ...[
    'object.spec["resources"] != null',
    'object.?spec.?resources.hasValue()',
    'object.spec.minio.secret != ""',
    'object.spec == oldObject.spec',
  ].map((expression) => ({
    referrer: 'admission',
    what: `a policy stays that asks for ${expression}`,
    kind: 'policies.kyverno.io/v1 ValidatingPolicy',
    before: `spec:\n  matchConstraints:\n    resourceRules:\n      - {apiGroups: [mattermost.com], apiVersions: [v1alpha1], resources: [clusterinstallations]}\n  validations:\n    - expression: ${expression}\n`,
  })),
  ...(
    [
      [
        'by a label of pods',
        'sum(up{job="a",v1alpha1_mattermost_com_installation="chat"}) < 2',
        'sum((up{job="a",v1alpha1_mattermost_com_installation="chat"} or up{job="a",installation_mattermost_com_installation="chat"})) < 2',
        'sum(up{job="a",installation_mattermost_com_installation="chat"}) < 2',
      ],
      [
        'by a label, over a range',
        "rate(http_total{v1alpha1_mattermost_com_resource=~'chat|talk'}[5m]) > 5",
        "(rate(http_total{v1alpha1_mattermost_com_resource=~'chat|talk'}[5m]) or rate(http_total{installation_mattermost_com_resource=~'chat|talk'}[5m])) > 5",
        "rate(http_total{installation_mattermost_com_resource=~'chat|talk'}[5m]) > 5",
      ],
      [
        'by the kind',
        'kube_customresource_state{customresource_group="mattermost.com",customresource_kind="ClusterInstallation"} == 0',
        'kube_customresource_state{customresource_group=~"(installation[.])?mattermost[.]com",customresource_kind=~"ClusterInstallation|Mattermost"} == 0',
        'kube_customresource_state{customresource_group="installation.mattermost.com",customresource_kind="Mattermost"} == 0',
      ],
      [
        'by another kind',
        'kube_customresource_state{customresource_kind!="ClusterInstallation"} == 0',
        'kube_customresource_state{customresource_kind!~"ClusterInstallation|Mattermost"} == 0',
        'kube_customresource_state{customresource_kind!="Mattermost"} == 0',
      ],
    ] as const
  ).map(([what, ...queries]) => {
    const [before, prepare, finish] = queries.map((query) => `spec:\n  groups:\n    - rules:\n        - expr: |\n            ${query}\n`);
    return {
      referrer: 'queries',
      what: `a query ${what}`,
      kind: 'monitoring.coreos.com/v1 PrometheusRule',
      before: before ?? '',
      prepare: prepare ?? '',
      finish: finish ?? '',
    };
  }),
  {
    referrer: 'queries',
    what: 'a query on a line of its own, with its comment',
    kind: 'operator.victoriametrics.com/v1beta1 VMRule',
    before: 'spec:\n  groups:\n    - rules:\n        - expr: up{v1alpha1_mattermost_com_installation="chat"} # which\n',
    prepare:
      'spec:\n  groups:\n    - rules:\n        - expr: (up{v1alpha1_mattermost_com_installation="chat"} or up{installation_mattermost_com_installation="chat"}) # which\n',
    finish: 'spec:\n  groups:\n    - rules:\n        - expr: up{installation_mattermost_com_installation="chat"} # which\n',
  },
  ...[
    'sum by (v1alpha1_mattermost_com_installation) (up)',
    'sum by (v1alpha1_mattermost_com_installation) (up{v1alpha1_mattermost_com_installation="chat"})',
    'absent(up{v1alpha1_mattermost_com_installation="chat"})',
    'up{v1alpha1_mattermost_com_installation=~".*"}',
    'up{v1alpha1_mattermost_com_installation!="chat"}',
    'up{v1alpha1_mattermost_com_installation="chat-blue"}',
    'up{v1alpha1_mattermost_com_installation="chat"} offset 5m',
    'quantile_over_time(0.9, up{v1alpha1_mattermost_com_installation="chat"}[5m])',
    'count(kube_customresource_info{customresource_kind="ClusterInstallation"})',
  ].map((query) => ({
    referrer: 'queries',
    what: `${query} stays`,
    kind: 'operator.victoriametrics.com/v1beta1 VMRule',
    before: `spec:\n  groups:\n    - rules:\n        - expr: |-\n            ${query}\n`,
  })),
  {
    referrer: 'custom-metrics',
    what: 'the same is measured of both kinds',
    kind: 'v1 ConfigMap',
    before:
      'data:\n  config.yaml: |\n    kind: CustomResourceStateMetrics\n    spec:\n      resources:\n        - groupVersionKind:\n            group: mattermost.com\n            version: v1alpha1\n            kind: ClusterInstallation\n          resourcePlural: clusterinstallations\n          labelsFromPath:\n            name: [metadata, name]\n          metrics:\n            - name: state\n              each:\n                type: StateSet\n                stateSet:\n                  path: [status, state]\n                  list: [reconciling, stable]\n            - name: limits\n              each:\n                type: Info\n                info:\n                  path: [spec, resources]\n                  labelsFromPath:\n                    cpu: [limits, cpu]\n',
    prepare:
      'data:\n  config.yaml: |\n    kind: CustomResourceStateMetrics\n    spec:\n      resources:\n        - groupVersionKind:\n            group: mattermost.com\n            version: v1alpha1\n            kind: ClusterInstallation\n          resourcePlural: clusterinstallations\n          labelsFromPath:\n            name: [metadata, name]\n          metrics:\n            - name: state\n              each:\n                type: StateSet\n                stateSet:\n                  path: [status, state]\n                  list: [reconciling, stable]\n            - name: limits\n              each:\n                type: Info\n                info:\n                  path: [spec, resources]\n                  labelsFromPath:\n                    cpu: [limits, cpu]\n        - groupVersionKind:\n            group: installation.mattermost.com\n            version: v1beta1\n            kind: Mattermost\n          resourcePlural: mattermosts\n          labelsFromPath:\n            name:\n            - metadata\n            - name\n          metrics:\n            - name: state\n              each:\n                type: StateSet\n                stateSet:\n                  path:\n                  - status\n                  - state\n                  list:\n                  - reconciling\n                  - stable\n                  - ready\n            - name: limits\n              each:\n                type: Info\n                info:\n                  path:\n                  - spec\n                  - scheduling\n                  - resources\n                  labelsFromPath:\n                    cpu:\n                    - limits\n                    - cpu\n',
    finish:
      'data:\n  config.yaml: |\n    kind: CustomResourceStateMetrics\n    spec:\n      resources:\n        - groupVersionKind:\n            group: installation.mattermost.com\n            version: v1beta1\n            kind: Mattermost\n          resourcePlural: mattermosts\n          labelsFromPath:\n            name:\n            - metadata\n            - name\n          metrics:\n            - name: state\n              each:\n                type: StateSet\n                stateSet:\n                  path:\n                  - status\n                  - state\n                  list:\n                  - reconciling\n                  - stable\n                  - ready\n            - name: limits\n              each:\n                type: Info\n                info:\n                  path:\n                  - spec\n                  - scheduling\n                  - resources\n                  labelsFromPath:\n                    cpu:\n                    - limits\n                    - cpu\n',
  },
  {
    referrer: 'metric-labels',
    what: 'labels of both generations are told',
    kind: 'apps/v1 Deployment',
    before:
      'spec:\n  template:\n    spec:\n      containers:\n        - name: a\n          args:\n            - --metric-labels-allowlist=pods=[v1alpha1.mattermost.com/installation,app],services=[v1alpha1.mattermost.com/resource] # ours\n',
    prepare:
      'spec:\n  template:\n    spec:\n      containers:\n        - name: a\n          args:\n            - --metric-labels-allowlist=pods=[v1alpha1.mattermost.com/installation,installation.mattermost.com/installation,app],services=[v1alpha1.mattermost.com/resource,installation.mattermost.com/resource] # ours\n',
    finish:
      'spec:\n  template:\n    spec:\n      containers:\n        - name: a\n          args:\n            - --metric-labels-allowlist=pods=[installation.mattermost.com/installation,app],services=[installation.mattermost.com/resource] # ours\n',
  },
  {
    referrer: 'rbac',
    what: 'addresses of the kind are allowed for both',
    kind: ROLE,
    before: 'rules:\n  - nonResourceURLs: [/apis/mattermost.com/v1alpha1/namespaces/mm/clusterinstallations/*]\n    verbs: [get]\n',
    prepare:
      'rules:\n  - nonResourceURLs: [/apis/mattermost.com/v1alpha1/namespaces/mm/clusterinstallations/*, /apis/installation.mattermost.com/v1beta1/namespaces/mm/mattermosts/*]\n    verbs: [get]\n',
    finish: 'rules:\n  - nonResourceURLs: [/apis/installation.mattermost.com/v1beta1/namespaces/mm/mattermosts/*]\n    verbs: [get]\n',
  },
  {
    referrer: 'flux',
    what: 'an expression with a field that both have',
    kind: 'kustomize.toolkit.fluxcd.io/v1 Kustomization',
    before:
      'spec:\n  healthCheckExprs:\n    - apiVersion: mattermost.com/v1alpha1\n      kind: ClusterInstallation\n      current: status.updatedReplicas == spec.replicas\n',
    prepare:
      'spec:\n  healthCheckExprs:\n    - apiVersion: mattermost.com/v1alpha1\n      kind: ClusterInstallation\n      current: status.updatedReplicas == spec.replicas\n    - apiVersion: installation.mattermost.com/v1beta1\n      kind: Mattermost\n      current: status.updatedReplicas == spec.replicas\n',
    finish:
      'spec:\n  healthCheckExprs:\n    - apiVersion: installation.mattermost.com/v1beta1\n      kind: Mattermost\n      current: status.updatedReplicas == spec.replicas\n',
  },
  {
    referrer: 'argo-cd',
    what: 'a check of health with a field that both have',
    kind: 'v1 ConfigMap',
    before:
      'data:\n  resource.customizations.health.mattermost.com_ClusterInstallation: |\n    if obj.status.updatedReplicas == obj.spec.replicas then return {status = "Healthy"} end\n',
    prepare:
      'data:\n  resource.customizations.health.mattermost.com_ClusterInstallation: |\n    if obj.status.updatedReplicas == obj.spec.replicas then return {status = "Healthy"} end\n  resource.customizations.health.installation.mattermost.com_Mattermost: |\n    if obj.status.updatedReplicas == obj.spec.replicas then return {status = "Healthy"} end\n',
    finish:
      'data:\n  resource.customizations.health.installation.mattermost.com_Mattermost: |\n    if obj.status.updatedReplicas == obj.spec.replicas then return {status = "Healthy"} end\n',
  },
  {
    referrer: 'admission',
    what: 'an expression on lines of its own stays on such',
    kind: 'policies.kyverno.io/v1 ValidatingPolicy',
    before:
      'spec:\n  matchConstraints:\n    resourceRules:\n      - {apiGroups: [mattermost.com], apiVersions: [v1alpha1], resources: [clusterinstallations]}\n  validations:\n    - expression: |\n        has(object.spec.mattermostLicenseSecret)\n',
    prepare:
      "spec:\n  matchConstraints:\n    resourceRules:\n      - {apiGroups: [mattermost.com], apiVersions: [v1alpha1], resources: [clusterinstallations]}\n      - {apiGroups: [installation.mattermost.com], apiVersions: [v1beta1], resources: [mattermosts]}\n  validations:\n    - expression: |\n        object.kind == 'ClusterInstallation' ? (has(object.spec.mattermostLicenseSecret)) : (has(object.spec.licenseSecret))\n",
    finish:
      'spec:\n  matchConstraints:\n    resourceRules:\n      - {apiGroups: [installation.mattermost.com], apiVersions: [v1beta1], resources: [mattermosts]}\n  validations:\n    - expression: |\n        has(object.spec.licenseSecret)\n',
  },
  {
    referrer: 'distribution',
    what: 'the same field is overridden of both kinds',
    kind: 'policy.karmada.io/v1alpha1 OverridePolicy',
    before:
      'spec:\n  resourceSelectors:\n    - {apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation, name: chat}\n  overrideRules:\n    - overriders: {plaintext: [{path: /spec/replicas, operator: replace, value: 2}]}\n',
    prepare:
      'spec:\n  resourceSelectors:\n    - {apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation, name: chat}\n    - {apiVersion: installation.mattermost.com/v1beta1, kind: Mattermost, name: chat}\n  overrideRules:\n    - overriders: {plaintext: [{path: /spec/replicas, operator: replace, value: 2}]}\n',
    finish:
      'spec:\n  resourceSelectors:\n    - {apiVersion: installation.mattermost.com/v1beta1, kind: Mattermost, name: chat}\n  overrideRules:\n    - overriders: {plaintext: [{path: /spec/replicas, operator: replace, value: 2}]}\n',
  },
  {
    referrer: 'quotas',
    what: 'both kinds are copied to the namespaces below',
    kind: 'hnc.x-k8s.io/v1alpha2 HNCConfiguration',
    before: 'spec:\n  resources:\n    - group: mattermost.com\n      resource: clusterinstallations\n      mode: Propagate\n',
    prepare:
      'spec:\n  resources:\n    - group: mattermost.com\n      resource: clusterinstallations\n      mode: Propagate\n    - group: installation.mattermost.com\n      resource: mattermosts\n      mode: Propagate\n',
    finish: 'spec:\n  resources:\n    - group: installation.mattermost.com\n      resource: mattermosts\n      mode: Propagate\n',
  },
  {
    referrer: 'label-selectors',
    what: 'a server of Linkerd selects what pods of both generations have',
    kind: 'policy.linkerd.io/v1beta3 Server',
    before: 'spec:\n  port: 8065\n  podSelector:\n    matchLabels:\n      v1alpha1.mattermost.com/installation: chat # the servers\n',
    prepare: 'spec:\n  port: 8065\n  podSelector:\n    matchLabels:\n      app: mattermost # the servers\n',
  },
  {
    referrer: 'label-selectors',
    what: 'a subset of a host, too',
    kind: 'networking.istio.io/v1 DestinationRule',
    before: 'spec:\n  host: chat\n  subsets:\n    - {name: a, labels: {app: mattermost, v1alpha1.mattermost.com/resource: chat}}\n',
    prepare: 'spec:\n  host: chat\n  subsets:\n    - {name: a, labels: {app: mattermost}}\n',
  },
  {
    referrer: 'label-selectors',
    what: 'a subset of a host in another namespace stays',
    kind: 'networking.istio.io/v1 DestinationRule',
    before: 'spec:\n  host: chat.other.svc.cluster.local\n  subsets:\n    - {name: a, labels: {v1alpha1.mattermost.com/resource: chat}}\n',
  },
  {
    referrer: 'label-selectors',
    what: 'a subset of a host by its whole name',
    kind: 'networking.istio.io/v1 DestinationRule',
    before: 'spec:\n  host: chat.mm.svc.cluster.local\n  subsets:\n    - {name: a, labels: {v1alpha1.mattermost.com/resource: chat}}\n',
    prepare: 'spec:\n  host: chat.mm.svc.cluster.local\n  subsets:\n    - {name: a, labels: {app: mattermost}}\n',
  },
];

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
    [
      'an expression that wants the label',
      'policy/v1 PodDisruptionBudget',
      'spec:\n  selector:\n    matchExpressions:\n      - {key: KEY/installation, operator: Exists}\n',
    ],
    [
      'an expression that wants one of its values',
      'policy/v1 PodDisruptionBudget',
      'spec:\n  selector: {matchExpressions: [{key: KEY/resource, operator: In, values: [chat]}]}\n',
    ],
    [
      'a label with the word of Cilium in front',
      'cilium.io/v2 CiliumNetworkPolicy',
      'spec:\n  endpointSelector:\n    matchLabels: {"k8s:KEY/installation": chat}\n',
    ],
    ['workloads of Istio', 'networking.istio.io/v1 Sidecar', 'spec:\n  workloadSelector: {labels: {KEY/installation: chat}}\n'],
  ])('goes by %s', (_, kind, fields) => {
    const [old, renewed] = [OLD, NEW].map((key) => whole(kind, fields.replace('KEY', key)));
    expect(at('prepare', old ?? '')).toBe(`${old}---\n# the twin\n${renewed?.replace('name: a\n', 'name: a-mattermost\n')}`);
  });

  test.each([
    [
      'an expression that wants other pods',
      'spec:\n  selector:\n    matchExpressions:\n      - {key: v1alpha1.mattermost.com/installation, operator: NotIn, values: [chat]}\n',
    ],
    [
      'an expression that wants none',
      'spec:\n  selector:\n    matchExpressions:\n      - {key: v1alpha1.mattermost.com/installation, operator: DoesNotExist}\n',
    ],
    ['a variable', 'spec:\n  selector:\n    matchLabels: {v1alpha1.mattermost.com/installation: "${NAME}"}\n'],
    [
      'an installation that stays, among others',
      'spec:\n  selector:\n    matchExpressions:\n      - {key: v1alpha1.mattermost.com/installation, operator: In, values: [chat, other]}\n',
    ],
  ])('is none for %s', (_, fields) => {
    const text = whole('policy/v1 PodDisruptionBudget', fields);
    expect(at('prepare', text)).toBe(text);
  });

  test('of a monitor carries over the labels of both generations', () => {
    const monitor = (key: string, list: string): string =>
      whole(
        'monitoring.coreos.com/v1 ServiceMonitor',
        `spec:\n  selector: {matchLabels: {${key}/installation: chat}}\n  targetLabels: [${list}]\n`,
      );
    const both = `${OLD}/resource, ${NEW}/resource`;
    expect(at('prepare', monitor(OLD, `${OLD}/resource`))).toBe(
      `${monitor(OLD, both)}---\n# the twin\n${monitor(NEW, both).replace('name: a\n', 'name: a-mattermost\n')}`,
    );
  });

  test('of a monitor names its jobs by the new label', () => {
    const monitor = (name: string, key: string): string =>
      whole(
        'monitoring.coreos.com/v1 ServiceMonitor',
        `spec:\n  jobLabel: ${key}/installation\n  selector: {matchLabels: {${key}/installation: chat}}\n`,
      ).replace('name: a\n', `name: ${name}\n`);
    const prepared = `${monitor('a', OLD)}---\n# the twin\n${monitor('a-mattermost', NEW)}`;
    expect(at('prepare', monitor('a', OLD))).toBe(prepared);
    expect(at('cutover', monitor('a', OLD))).toBe(monitor('a', OLD));
  });

  test('is none of a monitor by other labels, which names its jobs by the new label at the cutover, where all are converted', () => {
    const monitor = (key: string): string =>
      whole(
        'monitoring.coreos.com/v1 ServiceMonitor',
        `spec:\n  jobLabel: ${key}/installation\n  selector: {matchLabels: {app: mattermost}}\n`,
      );
    expect(at('prepare', monitor(OLD))).toBe(monitor(OLD));
    expect(at('cutover', monitor(OLD))).toBe(monitor(OLD));
    const fateBeside = (): Fate => ({
      names: ['chat'],
      converted: 'all',
      decision: { fileStore: 'external', database: 'external', ingress: 'keep' },
    });
    expect(at('cutover', monitor(OLD), { fateBeside })).toBe(monitor(NEW));
  });

  test.each([
    ['of what stays', policy('a', OLD, '{}').replace('installation: chat', 'installation: other')],
    ['of a colour', policy('a', OLD, '{}').replace('installation: chat', 'installation: chat-green')],
    ['without a name', policy('a', OLD, '{}').replace('name: a #', 'generateName: a #')],
  ])('is none %s', (_, text) => {
    expect(at('prepare', text)).toBe(text);
  });

  test.each([
    ['', '  annotations:\n    argocd.argoproj.io/sync-options: PruneLast=true\n'],
    ['  annotations: {}\n', '  annotations: {argocd.argoproj.io/sync-options: PruneLast=true}\n'],
    ['  annotations:\n    a: b\n', '  annotations:\n    a: b\n    argocd.argoproj.io/sync-options: PruneLast=true\n'],
    ...['Prune=false', 'PruneLast=true,Prune=false'].map((options) => [
      `  annotations:\n    argocd.argoproj.io/sync-options: ${options}\n`,
      `  annotations:\n    argocd.argoproj.io/sync-options: ${options.includes('Last') ? options : `${options},PruneLast=true`}\n`,
    ]),
  ])('that Argo CD may prune goes last: %j', (annotations, expected) => {
    const named = (name: string, key: string, own: string): string =>
      policy(name, key, '{}').replace('# of the team\n', `# of the team\n${own}`);
    expect(at('prepare', named('a', OLD, annotations ?? ''), { prunesFirst: true })).toBe(
      `${named('a', OLD, annotations ?? '')}---\n# the twin\n${named('a-mattermost', NEW, expected ?? '')}`,
    );
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
