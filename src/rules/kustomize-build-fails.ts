import { documents, plainInstallation } from './examples.ts';
import type { ReportedRule } from './rule.ts';

export const kustomizeBuildFails: ReportedRule = {
  id: 'kustomize-build-fails',
  level: 'error',
  fixed: true,
  summary: 'A kustomization that builds an installation does not build today.',
  remedy: 'Repair the kustomization until `kustomize build` succeeds, and run again.',
  explanation:
    'What an overlay makes of an installation is only known from a kustomization that builds: with a missing file, a cycle, a patch that ' +
    'fits nothing or a field that kustomize does not know, nothing is built, and nothing can be compared before and after. The operator converts what reaches the cluster, so what reaches it must be known.',
  before: documents(
    `# kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - mattermost.yaml
  - missing.yaml
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
