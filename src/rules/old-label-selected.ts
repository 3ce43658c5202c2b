import type { Path, Value } from '../model/value.ts';
import { formatPath, isScalar, valueAt } from '../model/value.ts';
import { installation } from './examples.ts';
import { inOwnPatch } from './rule.ts';
import type { Hit, InstallationRule } from './rule.ts';

const PATH = ['spec', 'affinity'];

/** The labels of the operator that have another name on the pods of a Mattermost. */
const OLD_LABEL = /^v1alpha1\.(mattermost\.com\/(?:installation|resource))$/;

export const oldLabelSelected: InstallationRule = {
  id: 'old-label-selected',
  level: 'warning',
  left: 'reference',
  summary: 'The affinity selects pods by a label that those of a Mattermost do not carry.',
  remedy:
    'Write installation.mattermost.com/installation (or /resource) into the Mattermost, in a commit after the one that brings the converted manifest.',
  remedyWhereShared: inOwnPatch,
  explanation:
    'The operator labels the pods of a ClusterInstallation `v1alpha1.mattermost.com/installation` and `v1alpha1.mattermost.com/resource`, those of a ' +
    'Mattermost `installation.mattermost.com/installation` and `installation.mattermost.com/resource` (`ClusterInstallationLabels` and ' +
    '`MattermostLabels`, v1.12.0 to v1.25.9). Its conversion copies the affinity as it is, and so does ci2mm. A rule that keeps pods apart then ' +
    'matches none of them, in silence, and all may land on one node; a required affinity to such pods leaves new ones pending.',
  before: installation(`
  ingressName: chat.example.com
  affinity:
    podAntiAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        - topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              v1alpha1.mattermost.com/installation: chat
`),
  after: installation(`
  ingressName: chat.example.com
  affinity:
    podAntiAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        - topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              app: mattermost
`),
  example: 'manifest',
  check: ({ installation }) => oldLabelsIn(valueAt(installation.value, PATH), PATH, new Set()),
};

/** Where such a label stands: as a key of `matchLabels`, or as the `key` of an expression. Each value is looked at once, however often aliases repeat it. */
function oldLabelsIn(value: Value | undefined, path: Path, seen: Set<Value>): Hit[] {
  if (value === undefined || isScalar(value) || seen.has(value)) return [];
  seen.add(value);
  return [...value.entries()].flatMap(([step, child]) => {
    const at = [...path, step];
    return [...hits(String(step), at), ...(step === 'key' && isScalar(child) ? hits(child.text, at) : []), ...oldLabelsIn(child, at, seen)];
  });
}

function hits(label: string, path: Path): Hit[] {
  const name = OLD_LABEL.exec(label)?.[1];
  return name === undefined
    ? []
    : [{ path, message: `${formatPath(path)} selects pods by ${label}; those of a Mattermost carry installation.${name} instead.` }];
}
