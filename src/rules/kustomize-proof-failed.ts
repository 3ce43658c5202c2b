import { documents, plainInstallation } from './examples.ts';
import type { ReportedRule } from './rule.ts';

export const kustomizeProofFailed: ReportedRule = {
  id: 'kustomize-proof-failed',
  level: 'error',
  fixed: true,
  summary: 'Built before and after, a kustomization differs in more than the conversion.',
  remedy:
    'Nothing was written. Look at the difference that the message names; if the manifests are right, this is a fault of ci2mm: please report it.',
  explanation:
    'Every kustomization that builds an installation is built with the real kustomize before and after the edit. The objects must be the ' +
    'same but for the new kind, every Mattermost must equal what the operator would make of the ClusterInstallation as it was built, and no ' +
    'other object may change. A difference means that a patch, a replacement or a field spec has lost its effect or got another one.',
  before: documents(
    `# kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - mattermost.yaml
patches:
  - path: patch.yaml
`,
    '# mattermost.yaml\n' + plainInstallation,
  ),
  after: documents(
    `# kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - mattermost.yaml
`,
    '# mattermost.yaml\n' + plainInstallation,
  ),
  example: 'none',
};
