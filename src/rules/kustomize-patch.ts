import { documents, installation, mattermost } from './examples.ts';
import type { ReportedRule } from './rule.ts';

export const kustomizePatch: ReportedRule = {
  id: 'kustomize-patch',
  level: 'error',
  fixed: true,
  summary: 'A kustomization patch of a ClusterInstallation applies to nothing that can be seen.',
  remedy: 'If the base is remote, convert the patch together with a new version of the base. If the patch is no longer used, delete it.',
  explanation:
    'A patch is part of a manifest: which of its fields go where depends on the whole, such as whether `spec.minio.externalURL` is set in the base. ' +
    'Where the base can not be read (it is remote, or made by a chart or plugin), or no kustomization applies the patch to an installation, ' +
    'nobody can tell what it means, and it is left as it is. The operator never sees a patch: its conversion (`ConvertToMM`, operator ' +
    'v1.12.0 to v1.25.9) works on the whole resource.',
  before: documents(
    `# kustomization.yaml
resources:
  - https://example.com/mattermost/base?ref=v1
patches:
  - path: replicas.yaml
`,
    '# replicas.yaml\n' +
      installation(`
  replicas: 2
`),
  ),
  after: documents(
    `# kustomization.yaml
resources:
  - https://example.com/mattermost/base?ref=v1
patches:
  - path: replicas.yaml
`,
    '# replicas.yaml\n' +
      mattermost(`
  replicas: 2
`),
  ),
  example: 'none',
};
