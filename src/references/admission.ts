import { isMap, isScalar, stringAt, valueAt, withKey } from '../model/value.ts';
import type { Path, Scalar, Value, ValueMap } from '../model/value.ts';
import type { Operation } from '../yaml/primitives.ts';
import { kindsIn } from './flagged.ts';
import type { Mention } from './mentions.ts';
import { isSameField, ofBothKinds, ofNewKind, readsFields, ruleOfNewKind } from './policy-fields.ts';
import { besideEntry, besideItem, besideWord, entryAround, extending, toText } from './resource-plan.ts';
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
      prepare:
        'policies are meant for the new kind too where they are about nothing else than metadata and fields with the same place in both; expressions of CEL ask each kind for its own places of fields that move, and rules of Kyverno get one beside them',
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
    if (entry === null) return null;
    if (/^Validating(?:Admission)?Policy$/.test(kind)) return planExpressions(value, entry, how);
    return readsFields(judging(value)) ? null : besideEntry(value, entry, how);
  }
  if (isCondition(kind, steps)) return readsFields(valueAt(value, ['spec'])) ? null : besideWord(value, path, how);
  const [, list, index, side] = path;
  const isRule = list === 'rules' && (side === 'match' || side === 'exclude') && steps.at(-1) === 'kinds';
  return isRule ? planRule(value, [['spec', 'rules', index as number], path], how) : null;
}

/** A rule about fields that move gets one beside it. */
function planRule(value: ValueMap, [at, path]: readonly [rule: Path, kind: Path], how: 'extend' | 'finish'): ResourcePlan | null {
  const rule = valueAt(value, at);
  if (!readsFields(rule)) return besideWord(value, path, how);
  const counterpart = ruleOfNewKind(rule);
  return counterpart === null ? null : besideItem(value, at, counterpart, how);
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
  const isSame = location !== null && isSameField(location.replaceAll(/\[[^\]]*\]/g, ''));
  return isSame && isMap(spec) ? withKey(spec, 'location', undefined) : spec;
}

/** What is asked of both kinds in the expressions of a policy of CEL, where it asks of fields that move. */
function planExpressions(value: ValueMap, entry: Path, how: 'extend' | 'finish'): ResourcePlan | null {
  const kindAt = stringAt(value, ['kind']) === 'ValidatingAdmissionPolicy' ? 'request.kind.kind' : 'object.kind';
  const beside = besideEntry(value, entry, how);
  const operations = expressionsIn(valueAt(value, ['spec']) ?? [], ['spec']).map(({ path, scalar }): Operation | null => {
    const renewed = path === null ? null : (how === 'extend' ? ofBothKinds : ofNewKind)(scalar.text, kindAt);
    return path === null || renewed === null ? null : toText(scalar, path, renewed);
  });
  const known = operations.filter((operation) => operation !== null);
  return beside === null || known.length < operations.length ? null : { ...beside, operations: [...beside.operations, ...known] };
}

const EXPRESSION = /^(?:expression|messageExpression|valueExpression)$/;

/** Each text that looks at fields; without a path where it is no expression. */
function expressionsIn(value: Value, path: Path): { readonly path: Path | null; readonly scalar: Scalar }[] {
  if (isScalar(value)) return readsFields(value) ? [{ path: EXPRESSION.test(String(path.at(-1))) ? path : null, scalar: value }] : [];
  return [...value.entries()].flatMap(([step, child]) => expressionsIn(child, [...path, step]));
}
