import type { ReportedRule } from './rule.ts';

export const chartProofFailed: ReportedRule = {
  id: 'chart-proof-failed',
  level: 'error',
  fixed: true,
  summary: 'Rendered before and after, a Helm chart differs in more than the conversion, or it does not render today.',
  remedy:
    'Nothing was written. Where the chart does not render, put values with which it does into a file ci/NAME-values.yaml beside its Chart.yaml; where it ' +
    'differs, look at what the message names, and convert the template by hand along docs/fields.md.',
  explanation:
    'A chart is rendered with the real helm before and after the edit, offline, without a cluster and without plugins. The objects must be the same but for ' +
    'the new kind, every Mattermost must equal what the operator would make of the ClusterInstallation as it was rendered, and no other object may change. ' +
    'Values decide what is rendered, so each file of values that the chart brings is tried.',
  before: `# templates/mattermost.yaml
apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat
spec:
  ingressName: {{ required "a host" .Values.host }}
`,
  after: `# ci/host-values.yaml
host: chat.example.com
`,
  example: 'none',
};
