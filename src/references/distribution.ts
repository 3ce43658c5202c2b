import { entryAround, besideEntry, extending } from './resource-plan.ts';
import { kindsIn } from './flagged.ts';
import { written } from './written.ts';

/** What takes objects on to other clusters. */
export const distribution = written(
  {
    id: 'distribution',
    found: 'Policies of Karmada that select installations for other clusters.',
    example: `apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata:
  name: chat
spec:
  resourceSelectors:
    - apiVersion: mattermost.com/v1alpha1
      kind: ClusterInstallation
      name: chat
`,
    written: { prepare: 'what is propagated of the old kind is propagated of the new one too', finish: 'the old kind goes' },
  },
  {
    owns: kindsIn('policy.karmada.io'),
    plan: ({ resource: { kind, value }, path }, stage) => {
      const [how, entry] = [extending(stage), entryAround(value, path)];
      const isPropagation = /^(?:Cluster)?PropagationPolicy$/.test(kind) && path.includes('resourceSelectors');
      return how === null || entry === null || !isPropagation ? null : besideEntry(value, entry, how);
    },
  },
);
