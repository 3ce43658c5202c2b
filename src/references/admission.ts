import { isList, isMap, isScalar, valueAt } from '../model/value.ts';
import type { Value } from '../model/value.ts';
import { kindsIn } from './flagged.ts';
import type { Mention } from './mentions.ts';
import { besideEntry, besideWord, entryAround, extending } from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';
import { written } from './written.ts';

/** What is checked or changed on its way into the cluster. */
export const admission = written(
  {
    id: 'admission',
    found: 'Admission policies and webhooks that are meant for the kind: those of Kubernetes, Kyverno and Gatekeeper.',
    example: `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: no-latest
spec:
  rules:
    - name: version
      match:
        any:
          - resources:
              kinds: [mattermost.com/v1alpha1/ClusterInstallation]
`,
    written: {
      prepare: 'policies of which no word is about the spec of what they are meant for are meant for the new kind too',
      finish: 'the old names go',
    },
  },
  {
    owns: kindsIn('admissionregistration.k8s.io', 'kyverno.io', 'gatekeeper.sh'),
    plan: (mention, stage) => {
      const how = extending(stage);
      return how === null || mention.form !== 'name' ? null : planPolicy(mention, how);
    },
  },
);

function planPolicy({ resource: { kind, value }, path }: Mention, how: 'extend' | 'finish'): ResourcePlan | null {
  if (/Webhook/.test(kind)) return null; // Nobody here can tell what it makes of another kind.
  const steps = path.filter((step) => typeof step === 'string');
  if (steps.includes('resourceRules') || steps.includes('excludeResourceRules') || isMatch(steps) || steps.at(-2) === 'applyTo') {
    const entry = entryAround(value, path);
    return entry === null || readsFields(valueAt(value, ['spec'])) ? null : besideEntry(value, entry, how);
  }
  const [, list, index, side] = path;
  const isRule = list === 'rules' && (side === 'match' || side === 'exclude') && steps.at(-1) === 'kinds';
  return isRule && !readsFields(valueAt(value, ['spec', 'rules', index as number])) ? besideWord(value, path, how) : null;
}

/** `spec.match.kinds[].kinds` of Gatekeeper, or the groups beside it. */
const isMatch = (steps: readonly string[]): boolean => /^spec\.match\.kinds\.(?:kinds|apiGroups)$/.test(steps.join('.'));

/** Whether a policy looks at fields that have other places in the new kind, or asks for the old kind in words. */
function readsFields(value: Value | undefined): boolean {
  if (isScalar(value)) return /\bspec\b/.test(value.text) || /\s[\s\S]*ClusterInstallation|ClusterInstallation\S*\s/.test(value.text);
  if (isList(value)) return value.some(readsFields);
  return isMap(value) && [...value].some(([key, child]) => /\bspec\b/.test(key) || readsFields(child));
}
