import type { Installation, Resource } from '../model/installation.ts';
import { installationId } from '../model/installation.ts';
import type { InstallationRule } from './rule.ts';

export const mattermostExists: InstallationRule = {
  id: 'mattermost-exists',
  level: 'error',
  summary: 'A Mattermost of the same name is already there, or may be, in the same namespace.',
  remedy:
    'If the Mattermost has replaced the ClusterInstallation, delete the manifest of the ClusterInstallation. If they are meant for different namespaces, write metadata.namespace in both.',
  explanation:
    'The conversion would define the same Mattermost twice, and one would overwrite the other. A Mattermost next to its ClusterInstallation is ' +
    "also what brings the operator's migration to a standstill: when one exists, the operator skips making the Deployment again " +
    '(`HandleMigration`, the same in v1.12.0 to v1.25.9).\n\n' +
    'A manifest without `metadata.namespace`, or with a variable in it, may land in any namespace. So one that names no namespace counts as ' +
    'being in the same one: better a question too many than an installation overwritten.',
  before: `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat
spec:
  ingressName: chat.example.com
---
apiVersion: installation.mattermost.com/v1beta1
kind: Mattermost
metadata:
  name: chat
spec:
  ingressName: chat.example.com
`,
  after: `apiVersion: installation.mattermost.com/v1beta1
kind: Mattermost
metadata:
  name: chat
spec:
  ingressName: chat.example.com
`,
  example: 'manifest',
  check: ({ installation, mattermosts }) =>
    mattermosts
      .filter((mattermost) => mattermost.name === installation.name && mayShareNamespace(installation, mattermost))
      .map((mattermost) => ({
        path: ['metadata', 'name'],
        message: `Mattermost ${installationId(mattermost)} is defined in ${mattermost.place.file}:${mattermost.place.line}${caveat(installation, mattermost)}.`,
      })),
};

const isFinal = (namespace: string | null): namespace is string => namespace !== null && !/\$\{|\{\{/.test(namespace);

const mayShareNamespace = (a: Resource, b: Resource): boolean =>
  !isFinal(a.namespace) || !isFinal(b.namespace) || a.namespace === b.namespace;

const caveat = (installation: Installation, mattermost: Resource): string =>
  isFinal(installation.namespace) && isFinal(mattermost.namespace)
    ? ' in the same namespace'
    : ', and may be in the same namespace: not both manifests name one';
