import { documents, plainInstallation } from './examples.ts';
import { operator } from './examples-operator.ts';
import type { ReportedRule } from './rule.ts';

export const operatorUnpinned: ReportedRule = {
  id: 'operator-unpinned',
  level: 'warning',
  summary: 'The manifests do not say which release of the operator runs, or another one than it seems.',
  remedy:
    'Pin the image (of the chart: mattermostOperator.image.tag in its values) to a tag of a 1.x release, from v1.12.0 to v1.25.9, before the rollout begins.',
  explanation:
    'An image without a tag, or `latest`, drifts into operator 2.0 by itself, which knows no ClusterInstallation. The manifests of the releases pin odd images as well: those of v1.24.0 to v1.25.7 ' +
    'run v1.23.0, and those of v1.20.0 to v1.22.0, v1.25.8 and v1.25.9 run `latest`. What kustomize or the values of a chart put in place of the image counts. ' +
    'Of the chart `mattermost-operator` the versions up to 1.0.5 are known with their operators; for a range, or a later one, `mattermostOperator.image.tag` in its values says which runs.',
  before: documents(operator('latest'), plainInstallation),
  after: documents(operator('v1.25.7'), plainInstallation),
  example: 'manifest',
};
