import { flagged } from './flagged.ts';

/** Who may work with the old kind. */
export const rbac = flagged(
  {
    id: 'rbac',
    found: 'Rules of a Role or ClusterRole that name the resources of ClusterInstallation.',
    example: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: editor
rules:
  - apiGroups: [mattermost.com]
    resources: [clusterinstallations]
    verbs: [get, list, watch]
`,
    remedy:
      'Add a rule for mattermosts of group installation.mattermost.com before the Mattermost comes; take the old one away when no ClusterInstallation is left.',
  },
  ({ referent, resource }) => referent === 'kind' && /^(?:Cluster)?Role$/.test(resource.kind),
);
