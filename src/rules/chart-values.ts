import type { ReportedRule } from './rule.ts';

export const chartValues: ReportedRule = {
  id: 'chart-values',
  level: 'error',
  fixed: true,
  summary: 'Fields of an installation stand in values of a Helm chart, and not all of them are known or can be proven.',
  remedy:
    'Have helm at hand (on the PATH, or --helm); put values that come from a ConfigMap, a Secret, parameters or a program into the manifest of the ' +
    'release, or into a file of values beside the chart, for as long as it takes to convert them.',
  explanation:
    'A template may write a whole spec out, or the map of a store (`spec: {{ toYaml .Values.mattermost.spec | nindent 2 }}`, `minio: {{ toYaml .Values.minio | nindent 4 }}`). Then the fields of the ClusterInstallation stand in ' +
    'values: in `values.yaml`, in files of values, in HelmReleases of Flux (`spec.values`) and in Applications of Argo CD (`helm.values`, ' +
    '`helm.valuesObject`, `helm.valueFiles`). All of them are converted together, each in its own style, and the chart is rendered before and after with each ' +
    'of them. One that nobody here can see would go on setting fields of the old kind, which the API server drops from a Mattermost without a word, so nothing is converted then.',
  before: `# HelmRelease
spec:
  valuesFrom:
    - kind: ConfigMap
      name: chat-values
`,
  after: `# HelmRelease
spec:
  values:
    mattermost:
      spec:
        ingressName: chat.example.com
`,
  example: 'none',
};
