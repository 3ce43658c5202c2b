import { entryAround, besideEntry, extending } from './resource-plan.ts';
import { valueAt } from '../model/value.ts';
import { kindsIn } from './flagged.ts';
import { readsFields } from './policy-fields.ts';
import { written } from './written.ts';

/** What takes objects on to other clusters. */
export const distribution = written(
  {
    id: 'distribution',
    found: 'Policies of Karmada that select installations for other clusters, or what is different there.',
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
    written: {
      prepare:
        'what is propagated of the old kind is propagated of the new one too, and overridden there, where that is at the same place in both',
      finish: 'the old kind goes',
    },
  },
  {
    owns: kindsIn('policy.karmada.io'),
    plan: ({ resource: { kind, value }, path }, stage) => {
      const [how, entry] = [extending(stage), entryAround(value, path)];
      const isKnown = /^(?:Cluster)?(?:Propagation|Override)Policy$/.test(kind) && path.includes('resourceSelectors');
      if (how === null || entry === null || !isKnown) return null;
      return readsFields(valueAt(value, ['spec'])) ? null : besideEntry(value, entry, how);
    },
  },
);
