import type { Installation } from '../model/installation.ts';
import { formatPath } from '../model/value.ts';
import { installationId } from '../model/installation.ts';
import type { InstallationRule } from './rule.ts';

export const duplicateInstallation: InstallationRule = {
  id: 'duplicate-installation',
  level: 'warning',
  summary: 'The same installation is defined twice in one folder.',
  remedy: 'Keep the manifest that is rolled out and delete the other, or give it a name or namespace of its own.',
  explanation:
    'Both manifests are converted, each for itself. Which of the two counts in the cluster depends on what applies them: with kubectl the last ' +
    'one wins, kustomize refuses to build. The operator sees one resource only, so settings of the other have no effect, before as after ' +
    '(operator v1.12.0 to v1.25.9).\n\n' +
    'Manifests in different folders may belong to different clusters and are not compared.',
  before: `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat
spec:
  ingressName: chat.example.com
---
apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat
spec:
  ingressName: chat.example.org
`,
  after: `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat
spec:
  ingressName: chat.example.com
`,
  example: 'manifest',
  check: ({ installation, installations }) => {
    const [first, ...more] = installations.filter((other) => isSame(other, installation) && positionOf(other) !== positionOf(installation));
    if (first === undefined) return [];
    const others = more.length === 0 ? '' : `, and ${more.length === 1 ? 'once' : `${more.length} times`} more`;
    const message = `ClusterInstallation ${installationId(first)} is also defined in ${first.place.file}:${first.place.line}${others}.`;
    return [{ path: ['metadata', 'name'], message }];
  },
};

const isSame = (a: Installation, b: Installation): boolean => a.name === b.name && a.namespace === b.namespace && folderOf(a) === folderOf(b);

const folderOf = ({ file }: Installation): string => file.slice(0, file.lastIndexOf('/') + 1);

const positionOf = ({ file, document, path }: Installation): string => `${file} ${document} ${formatPath(path)}`;
