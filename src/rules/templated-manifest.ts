import type { TemplateEngine } from '../model/template.ts';
import { installation } from './examples.ts';
import type { ReportedRule } from './rule.ts';

const BY_HAND = 'or rewrite the template by hand along docs/fields.md.';

/** What makes a manifest of a template of each engine. */
export const templateRemedies: Readonly<Record<TemplateEngine, string>> = {
  helm: `Render the chart (helm template) and convert the output, ${BY_HAND}`,
  'helm-like': `Render it as part of the chart that it belongs to and convert the output, ${BY_HAND}`,
  go: `Render it with the tool that fills it in (such as gomplate) and convert the output, ${BY_HAND}`,
  jinja: `Render it with the tool that fills it in (Ansible's template module, or jinja2) and convert the output, ${BY_HAND}`,
  ytt: `Render it (ytt -f) and convert the output, ${BY_HAND}`,
  shell: `Fill the variables in (envsubst, or the postBuild of Flux) and convert the output, ${BY_HAND}`,
};

export const templatedManifest: ReportedRule = {
  id: 'templated-manifest',
  level: 'error',
  fixed: true,
  summary: 'A file that mentions ClusterInstallation is a template: of Helm, gomplate, Jinja, ytt or envsubst.',
  remedy: `Render the template with the tool that fills it in, and convert the output, ${BY_HAND}`,
  explanation:
    'What a template yields depends on its values: whole blocks may be there or not, and the same field may hold 0 or 3. The conversion depends on ' +
    'both, so a template is not edited, but for those of Helm charts that can be read as YAML around their actions: there each action stands for a value, an item or entries, ' +
    'or on a line of its own for a condition around whole entries. The message says what stands in the way. The operator never sees it either: its conversion (`ConvertToMM`, operator v1.12.0 to v1.25.9) works on ' +
    'what was rendered. The finding names the tool by the marks that it has found: actions in `{{ }}` and `{% %}`, comments that begin with `#@`, and ' +
    'variables that stand for whole lines. Variables as Flux and envsubst know them (`${VARIABLE}`) are no templates in this sense: they fill in single values and are ' +
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
