import { formatPath } from '../model/value.ts';
import { installation } from './examples.ts';
import { countsOf } from './replicas.ts';
import type { InstallationRule } from './rule.ts';

export const replicasUnset: InstallationRule = {
  id: 'replicas-unset',
  level: 'note',
  summary: 'replicas: 0 is dropped, as it meant "not set".',
  remedy: 'Nothing has to be done. If the pods are to be stopped, write replicas: 0 into the Mattermost after the conversion.',
  explanation:
    'The three `replicas` of a ClusterInstallation are plain integers in which 0 means "not set", so that the size or the default decides. ' +
    'In a Mattermost 0 means no pods. Like the conversion of the operator (`convertReplicas`, the same in v1.12.0 to v1.25.9), ci2mm leaves the ' +
    'field out: carrying the 0 over would stop the service.',
  before: installation(`
  ingressName: chat.example.com
  replicas: 0
`),
  after: installation(`
  ingressName: chat.example.com
`),
  example: 'manifest',
  check: (subject) =>
    countsOf(subject)
      .filter(({ count }) => count === 0)
      .map(({ path }) => ({ path, message: `${formatPath(path)} is 0, which means "not set" in a ClusterInstallation, and is dropped.` })),
};
