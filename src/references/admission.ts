import { mapFieldPath } from '../edit/field-path.ts';
import { isList, isMap, isScalar, stringAt, valueAt, withKey } from '../model/value.ts';
import type { Value, ValueMap } from '../model/value.ts';
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
  if (isEntry(steps)) {
    const entry = entryAround(value, path);
    return entry === null || readsFields(judging(value)) ? null : besideEntry(value, entry, how);
  }
  if (isCondition(kind, steps)) return readsFields(valueAt(value, ['spec'])) ? null : besideWord(value, path, how);
  const [, list, index, side] = path;
  const isRule = list === 'rules' && (side === 'match' || side === 'exclude') && steps.at(-1) === 'kinds';
  return isRule && !readsFields(valueAt(value, ['spec', 'rules', index as number])) ? besideWord(value, path, how) : null;
}

/** Entries of lists that say groups, versions and kinds or resources. */
const isEntry = (steps: readonly string[]): boolean =>
  steps.includes('resourceRules') || steps.includes('excludeResourceRules') || isMatch(steps) || LISTS.has(String(steps.at(-2)));

/** `spec.match.kinds[].kinds` of Gatekeeper, or the groups beside it. */
const isMatch = (steps: readonly string[]): boolean => /^spec\.match\.kinds\.(?:kinds|apiGroups)$/.test(steps.join('.'));

/** Lists of groups, versions and kinds: what a mutation is applied to, and what Gatekeeper keeps at hand. */
const LISTS: ReadonlySet<string> = new Set(['applyTo', 'syncOnly', 'gvks']);

/** Kyverno's exceptions and clean-ups, which have one match in place of rules. */
const isCondition = (kind: string, steps: readonly string[]): boolean =>
  /^(?:PolicyException|(?:Cluster)?CleanupPolicy)$/.test(kind) &&
  /^spec\.(?:match|exclude)\.(?:.*\.)?resources\.kinds$/.test(steps.join('.'));

/** What a policy says of the objects, without the place of a mutation where that is the same in both kinds. */
function judging(value: ValueMap): Value | undefined {
  const [spec, location] = [valueAt(value, ['spec']), stringAt(value, ['spec', 'location'])];
  const isSame = location !== null && isSamePlace(location.replaceAll(/\[[^\]]*\]/g, ''));
  return isSame && isMap(spec) ? withKey(spec, 'location', undefined) : spec;
}

function isSamePlace(path: string): boolean {
  const mapped = mapFieldPath(path, 'dotted', { fileStore: 'undecided', database: 'undecided', ingress: 'undecided' });
  return 'path' in mapped && mapped.path === path;
}

/** Whether a policy looks at fields that have other places in the new kind, or asks for the old kind in words. */
function readsFields(value: Value | undefined): boolean {
  if (isScalar(value)) return /\bspec\b/.test(value.text) || /\s[\s\S]*ClusterInstallation|ClusterInstallation\S*\s/.test(value.text);
  if (isList(value)) return value.some(readsFields);
  return isMap(value) && [...value].some(([key, child]) => /\bspec\b/.test(key) || readsFields(child));
}
