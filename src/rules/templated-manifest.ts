import { installation } from './examples.ts';
import type { ReportedRule } from './rule.ts';

export const templatedManifest: ReportedRule = {
  id: 'templated-manifest',
  level: 'error',
  fixed: true,
  summary: 'A file that mentions ClusterInstallation is a template of Helm or another Go template engine.',
  remedy: 'Render the template (helm template) and convert the output, or rewrite the template by hand along docs/fields.md.',
  explanation:
    'What a template yields depends on its values: whole blocks may be there or not, and the same field may hold 0 or 3. The conversion depends on ' +
    'both, so a template is never edited. The operator never sees it either: its conversion (`ConvertToMM`, operator v1.12.0 to v1.25.9) works on ' +
    'what was rendered. Variables as Flux and envsubst know them (`${VARIABLE}`) are no templates in this sense: they fill in single values and are ' +
    'kept, but for those of undecided-variable.',
  before: `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: {{ .Release.Name }}
spec:
  ingressName: {{ .Values.host }}
  {{- if .Values.replicas }}
  replicas: {{ .Values.replicas }}
  {{- end }}
`,
  after: installation(`
  ingressName: chat.example.com
  replicas: 2
`),
  example: 'manifest',
};
