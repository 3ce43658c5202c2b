import { documents, plainInstallation } from './examples.ts';
import type { ReportedRule } from './rule.ts';

export const kustomizeObstacle: ReportedRule = {
  id: 'kustomize-obstacle',
  level: 'error',
  fixed: true,
  summary: 'A kustomization changes or names an installation in a way that can not be carried over.',
  remedy: 'Write the kustomization the way the message says, or convert this family by hand.',
  explanation:
    'A base, its overlays and what refers to them are converted together or not at all. Something in the kustomization works on the ' +
    'installation from outside its patches: a replacement or variable that writes into it, a generator or plugin of another kind, a selector ' +
    'that would choose other objects once the kind has changed, a field path whose target depends on the overlay. kustomize would build ' +
    'without a word, and the change would be lost or land in the wrong place, while the operator converts what is in the cluster (`ConvertToMM`).',
  before: documents(
    `# kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - mattermost.yaml
patches:
  - target:
      version: v1alpha1
    path: patch.yaml
`,
    '# mattermost.yaml\n' + plainInstallation,
  ),
  after: documents(
    `# kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - mattermost.yaml
patches:
  - target:
      group: mattermost.com
      version: v1alpha1
      kind: ClusterInstallation
    path: patch.yaml
`,
    '# mattermost.yaml\n' + plainInstallation,
  ),
  example: 'none',
};
