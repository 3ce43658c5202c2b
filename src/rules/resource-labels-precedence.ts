import type { Installation } from '../model/installation.ts';
import type { Value } from '../model/value.ts';
import { isMap, isScalar, valueAt } from '../model/value.ts';
import { compareReleases, release } from '../operator/releases.ts';
import { installation } from './examples.ts';
import { inOwnPatch } from './rule.ts';
import type { InstallationRule, InstallationSubject } from './rule.ts';

const PATH = ['spec', 'resourceLabels'];

/** Before, `spec.resourceLabels` of a Mattermost won over the operator's labels, as it always has in a ClusterInstallation. */
const operatorWinsSince = release('1.19.0');

export const resourceLabelsPrecedence: InstallationRule = {
  id: 'resource-labels-precedence',
  level: 'warning',
  summary: 'A label of spec.resourceLabels collides with one that the operator sets.',
  remedy: 'Remove the label from spec.resourceLabels, and correct selectors that rely on it.',
  remedyWhereShared: inOwnPatch,
  explanation:
    'In a ClusterInstallation `resourceLabels` win over the labels of the operator: `app`, `v1alpha1.mattermost.com/installation` and ' +
    '`v1alpha1.mattermost.com/resource` (`ClusterInstallationLabels`, operator v1.12.0 to v1.25.9). In a Mattermost the labels of the operator are ' +
    '`app`, `installation.mattermost.com/installation` and `installation.mattermost.com/resource`, and they win from operator v1.19.0 ' +
    '(`MattermostLabels`). In older releases `resourceLabels` win there too, against the selector of the Deployment, which the API server then ' +
    'rejects. A label with the value that the operator gives it does no harm and is not flagged.',
  before: installation(`
  ingressName: chat.example.com
  resourceLabels:
    app: chat
    team: platform
`),
  after: installation(`
  ingressName: chat.example.com
  resourceLabels:
    team: platform
`),
  example: 'manifest',
  check(subject) {
    const labels = valueAt(subject.installation.value, PATH);
    if (!isMap(labels)) return [];
    return [...labels]
      .filter(([name, value]) => collides(subject.installation, name, value))
      .map(([name]) => ({ path: [...PATH, name], message: `The label ${name} ${effect(subject, name)}.` }));
  },
};

const OLD: ReadonlySet<string> = new Set(['v1alpha1.mattermost.com/installation', 'v1alpha1.mattermost.com/resource']);
const NEW: ReadonlySet<string> = new Set(['installation.mattermost.com/installation', 'installation.mattermost.com/resource']);

function collides({ name: installation }: Installation, name: string, value: Value): boolean {
  if (name !== 'app' && !OLD.has(name) && !NEW.has(name)) return false;
  return !isScalar(value) || value.text !== (name === 'app' ? 'mattermost' : installation);
}

function effect({ target }: InstallationSubject, name: string): string {
  if (OLD.has(name)) return "takes the place of the operator's label in a ClusterInstallation, and is one more label in a Mattermost";
  const before =
    name === 'app' ? "takes the place of the operator's label in a ClusterInstallation" : 'is one more label in a ClusterInstallation';
  return compareReleases(target, operatorWinsSince) < 0
    ? `${before}; in a Mattermost of operator ${target.version} it breaks the selector of the Deployment`
    : `${before}; in a Mattermost the operator overwrites it`;
}
