import type { ReportedRule } from './rule.ts';

export const referenceLeft: ReportedRule = {
  id: 'reference-left',
  level: 'warning',
  left: 'reference',
  summary: 'Another resource refers to ClusterInstallation, or to the labels of what the operator makes of one, and stays as it is.',
  remedy:
    'Name Mattermost of group installation.mattermost.com as well; take the old name away when no ClusterInstallation is left. Put the new name in place of the old where what is named must exist, as in a health check.',
  explanation:
    'Roles, network policies, health checks, Argo CD and Flux objects go on naming a kind that is no longer there, and fail in silence: access is denied, a selector matches nothing, a difference that was ' +
    'ignored comes back, a health check waits until it times out. The operator labels what belongs to a Mattermost `installation.mattermost.com/installation` and `installation.mattermost.com/resource`, ' +
    'no longer `v1alpha1.mattermost.com/...` (`MattermostLabels`, v1.12.0 to v1.25.9; the Secret `<name>-minio` alone keeps the old label). A resource that names the new kind or label too is taken to be ready. ' +
    'Text in ConfigMaps, scripts and templates is told of by `old-name-left`; what names the group mattermost.com alone (`resources: ["*"]`) is not looked for.',
  before: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: chat-editor
rules:
  - apiGroups: [mattermost.com]
    resources: [clusterinstallations]
    verbs: [get, list, watch, update, patch]
`,
  after: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: chat-editor
rules:
  - apiGroups: [mattermost.com]
    resources: [clusterinstallations]
    verbs: [get, list, watch, update, patch]
  - apiGroups: [installation.mattermost.com]
    resources: [mattermosts]
    verbs: [get, list, watch, update, patch]
`,
  example: 'manifest',
};
