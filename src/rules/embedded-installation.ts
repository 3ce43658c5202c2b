import type { ReportedRule } from './rule.ts';

export const embeddedInstallation: ReportedRule = {
  id: 'embedded-installation',
  level: 'warning',
  left: 'reference',
  summary: 'A ClusterInstallation is a part of something else, such as the values of a chart, and stays as it is.',
  remedy:
    'Copy it into a file of its own, convert that, and carry the result back; or let the manifest that it becomes pass through ci2mm convert -.',
  explanation:
    'Charts take whole manifests among their values (`extraObjects` and the like), and other controllers carry them in their resources. What such a part becomes on its way to the cluster is up to whoever reads it: ' +
    'it may be a template, a patch, or one layer of several. In the cluster the operator sees an ordinary ClusterInstallation, which operator 2.0.0 no longer knows.',
  before: `extraObjects:
  - apiVersion: mattermost.com/v1alpha1
    kind: ClusterInstallation
    metadata:
      name: chat
    spec:
      ingressName: chat.example.com
`,
  after: `extraObjects:
  - apiVersion: installation.mattermost.com/v1beta1
    kind: Mattermost
    metadata:
      name: chat
    spec:
      ingressName: chat.example.com
`,
  example: 'manifest',
};
