import type { ReportedRule } from './rule.ts';

export const kustomizePatch: ReportedRule = {
  id: 'kustomize-patch',
  level: 'error',
  summary: 'A ClusterInstallation is a kustomization patch, or is changed by one, and is not converted on its own.',
  remedy: 'Convert the base, its overlays and their patches together by hand for now, or convert the output of kustomize build.',
  explanation:
    'A patch is part of a manifest: which of its fields go where depends on the whole, such as whether `spec.minio.externalURL` is set in the base. And a ' +
    'base that is converted without its patches no longer builds, as a patch names the kind of what it changes. So bases, overlays and patches have to ' +
    'change together; until they can, each is left as it is. The operator never sees a patch: its conversion (`ConvertToMM`, operator ' +
    'v1.12.0 to v1.25.9) works on the whole resource.',
  before: `# kustomization.yaml
resources:
  - ../base
patches:
  - path: replicas.yaml
---
# replicas.yaml
apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat
spec:
  replicas: 2
`,
  after: `# kustomization.yaml
resources:
  - ../base
patches:
  - path: replicas.yaml
---
# replicas.yaml
apiVersion: installation.mattermost.com/v1beta1
kind: Mattermost
metadata:
  name: chat
spec:
  replicas: 2
`,
  example: 'none',
};
