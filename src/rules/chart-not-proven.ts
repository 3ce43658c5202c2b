import type { ReportedRule } from './rule.ts';

export const chartNotProven: ReportedRule = {
  id: 'chart-not-proven',
  level: 'note',
  summary: 'A template of a Helm chart was converted without rendering it before and after.',
  remedy: 'Install Helm 3 or 4, or name one with --helm, and run again; --prove always makes a missing one an error.',
  explanation:
    'The actions of a template stay byte for byte, and what stands around them was converted and read again, under each of its conditions. With helm at ' +
    'hand the chart is also rendered before and after, with its own values, with each `ci/*-values.yaml` and `values-*.yaml` beside them and with those of each HelmRelease and Application in the repository, and every ' +
    'object is compared: nothing but the conversion that the operator itself would make (`ConvertToMM`) may differ. Without it, or with values that the chart ' +
    'does not render with, that comparison is missing.',
  before: `# Chart.yaml
apiVersion: v2
name: chat
version: 1.0.0
`,
  after: `# Chart.yaml, with helm on the PATH
apiVersion: v2
name: chat
version: 1.0.1
`,
  example: 'none',
};
