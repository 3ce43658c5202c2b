import type { ReportedRule } from './rule.ts';

export const oldNameVendored: ReportedRule = {
  id: 'old-name-vendored',
  level: 'note',
  left: 'vendored',
  summary: 'Files that come from elsewhere name the old kind: definitions of the operator, vendored code, lock files.',
  remedy:
    'Leave definitions and roles of the operator as they are until no ClusterInstallation is left; they go when operator 2 comes. Bring vendored code up to date where it comes from.',
  explanation:
    'The definition of ClusterInstallation must stay in the cluster as long as there is one: with it the API server deletes every ClusterInstallation. So these files are told of once, together, and ' +
    '`--fail-on-left` does not count them. As such count CustomResourceDefinitions, roles and Deployments called `mattermost-operator`, folders called `vendor` and `third_party`, the chart of the operator ' +
    'below `charts/`, lock files, and schemas called `clusterinstallation_v1alpha1.json`.',
  before: `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: clusterinstallations.mattermost.com
spec:
  group: mattermost.com
  names: {kind: ClusterInstallation, plural: clusterinstallations}
`,
  after: `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: mattermosts.installation.mattermost.com
spec:
  group: installation.mattermost.com
  names: {kind: Mattermost, plural: mattermosts}
`,
  example: 'manifest',
};
