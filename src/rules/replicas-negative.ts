import { formatPath } from '../model/value.ts';
import { installation } from './examples.ts';
import { countsOf } from './replicas.ts';
import type { InstallationRule } from './rule.ts';

export const replicasNegative: InstallationRule = {
  id: 'replicas-negative',
  level: 'note',
  summary: 'A negative number of replicas becomes 0.',
  remedy: 'Nothing has to be done if no pods are wanted; else write the number that is.',
  explanation:
    'In a ClusterInstallation, where `replicas: 0` means "not set", a negative number is the way to ask for no pods. In a Mattermost that is 0, and ' +
    'so the conversion of the operator writes it (`convertReplicas`, the same in v1.12.0 to v1.25.9).',
  before: installation(`
  ingressName: chat.example.com
  replicas: -1
`),
  after: installation(`
  ingressName: chat.example.com
  replicas: 2
`),
  example: 'manifest',
  check: (subject) =>
    countsOf(subject)
      .filter(({ count }) => count < 0)
      .map(({ path }) => ({ path, message: `${formatPath(path)} is negative, which means no pods, and becomes 0.` })),
};
