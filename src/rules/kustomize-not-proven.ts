import type { ReportedRule } from './rule.ts';

export const kustomizeNotProven: ReportedRule = {
  id: 'kustomize-not-proven',
  level: 'note',
  summary: 'A family of kustomizations was converted without building it before and after.',
  remedy:
    'Install kustomize 4.5 or later (or kubectl), or name one with --kustomize, and run again; --prove always makes a missing one an error.',
  explanation:
    'A base, its overlays and their patches were converted together from a reading of the kustomizations. With kustomize at hand every ' +
    'kustomization is also built before and after, and the objects are compared: nothing but the conversion that the operator itself would ' +
    'make (`ConvertToMM`) may differ. Without it, that comparison is missing.',
  before: `# kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - mattermost.yaml
`,
  after: `# kustomization.yaml, with kustomize on the PATH
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - mattermost.yaml
`,
  example: 'none',
};
