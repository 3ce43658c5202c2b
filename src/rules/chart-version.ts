import type { ReportedRule } from './rule.ts';

export const chartVersion: ReportedRule = {
  id: 'chart-version',
  level: 'note',
  summary: 'A template of a Helm chart was converted, and the version of the chart is to be raised.',
  remedy: 'Raise version in Chart.yaml, and release it when what installs the chart is ready for the rollout.',
  onlyConverted: true,
  explanation:
    'Who installs a chart by its version (a repository of charts, a HelmRelease of Flux with `reconcileStrategy: ChartVersion`, which is its default) sees a change of its templates ' +
    'only with a new one. The new kind needs an operator that knows it (1.12 or later), and each release of the chart is a rollout of its own.',
  before: `# Chart.yaml
apiVersion: v2
name: chat
version: 1.0.0
`,
  after: `# Chart.yaml
apiVersion: v2
name: chat
version: 2.0.0
`,
  example: 'none',
};
