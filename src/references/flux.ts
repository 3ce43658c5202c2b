import { isMap, isScalar, stringAt, valueAt } from '../model/value.ts';
import type { Path, ValueMap } from '../model/value.ts';
import { NEW, OLD } from '../operator/fields.ts';
import type { Operation } from '../yaml/primitives.ts';
import { makeScalar } from '../yaml/scalar.ts';
import { kindsIn } from './flagged.ts';
import type { Mention } from './mentions.ts';
import type { ResourceContext } from './resource-context.ts';
import { planIgnored } from './ignored-fields.ts';
import { withoutSameFields } from './policy-fields.ts';
import { besideEntry, extendedAt, extending, rewritten } from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';
import type { ReferrerStage } from './referrer.ts';
import { written } from './written.ts';

/** What Flux waits for, patches, or tells of. */
export const flux = written(
  {
    id: 'flux',
    found: 'Objects of Flux that name the kind: health checks, patches, post-renderers, alerts, resource sets.',
    example: `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: chat
spec:
  healthChecks:
    - apiVersion: mattermost.com/v1alpha1
      kind: ClusterInstallation
      name: chat
      namespace: mattermost
`,
    written: {
      prepare:
        'expressions for the health of the old kind are there for the new one too, where all that they look at is in both; lists of an Alert fit events of both',
      cutover:
        'health checks and dependencies wait for the Mattermosts that installations become, and what is ignored of installations is ignored of those',
      finish: 'expressions for the old kind go, and what is ignored of it',
    },
  },
  { owns: kindsIn('toolkit.fluxcd.io', 'fluxcd.controlplane.io'), plan: planFlux },
);

function planFlux({ resource, path, form }: Mention, stage: ReferrerStage, context: ResourceContext): ResourcePlan | null {
  if (resource.kind === 'Alert') return planEvents(resource.value, path, extending(stage));
  const [list, at] = [path.at(-3), path.slice(0, -1)];
  if (form !== 'name') return null;
  if (path.at(-4) === 'ignore' && path.at(-2) === 'target')
    return planIgnored(resource.value, path.slice(0, -2), { stage, context: inRepository(resource, context), target: ['target'] });
  if (list === 'healthCheckExprs') return planExpressions(resource.value, at, extending(stage));
  const waits = path.at(-1) === 'kind' && (list === 'healthChecks' || (list === 'dependsOn' && resource.kind === 'ResourceSet'));
  return waits ? planWait(resource.value, at, stage, context) : null;
}

/** What a chart makes is not what is converted here, so that both kinds may be there. */
const inRepository = ({ kind }: Mention['resource'], { fateOf }: ResourceContext): Pick<ResourceContext, 'fateOf'> =>
  kind === 'HelmRelease' ? { fateOf: (meant) => ({ ...fateOf(meant), converted: 'some' }) } : { fateOf };

/** Regular expressions over the words of events come to fit both kinds. */
function planEvents(value: ValueMap, path: Path, how: 'extend' | 'finish' | null): ResourcePlan | null {
  const pattern = valueAt(value, path);
  if (how === null || !isScalar(pattern) || /\[[^\]]*ClusterInstallation/.test(pattern.text)) return null;
  const [from, to] = how === 'extend' ? [EVENTS_OF_OLD, EVENTS_OF_BOTH] : [EVENTS_OF_BOTH, NEW.kind];
  const text = pattern.text.replaceAll(from, to);
  return text === pattern.text ? null : extendedAt(how, { op: 'set', path, text, string: true });
}

const EVENTS_OF_BOTH = `(${OLD.kind}|${NEW.kind})`;
const EVENTS_OF_OLD = new RegExp(String.raw`(?<![\w(])${OLD.kind}(?![\w|])`, 'g');

/** What has to be there can have one name only. */
function planWait(value: ValueMap, path: Path, stage: ReferrerStage, { fateOf }: ResourceContext): ResourcePlan | null {
  const check = valueAt(value, path);
  if (!isMap(check) || (stage !== 'cutover' && stage !== 'convert')) return null;
  const name = stringAt(check, ['name']);
  const namespace = stringAt(check, ['namespace']) ?? stringAt(value, ['metadata', 'namespace']);
  const isOther = check.has('readyExpr') || name === null || name.includes('$');
  if (isOther || fateOf({ name, namespace }).converted !== 'all') return null;
  const apiVersion = check.get('apiVersion');
  if (isScalar(apiVersion) && apiVersion.text !== OLD.apiVersion) return null;
  const setVersion: Operation =
    apiVersion === undefined
      ? { op: 'add', path, key: 'apiVersion', value: makeScalar(NEW.apiVersion, true) }
      : { op: 'set', path: [...path, 'apiVersion'], text: NEW.apiVersion, string: true };
  return rewritten(setVersion, { op: 'set', path: [...path, 'kind'], text: NEW.kind, string: true });
}

/** Fields that only the old kind has, or has at another place. */
const OF_THE_OLD = /\bspec\b|blueName|greenName|migration|ClusterInstallation/;

function planExpressions(value: ValueMap, path: Path, how: 'extend' | 'finish' | null): ResourcePlan | null {
  const entry = valueAt(value, path);
  if (how === null || !isMap(entry) || (how === 'finish' && !entry.has('kind'))) return null; // Others of the group stay.
  const isOfBoth = ['current', 'inProgress', 'failed'].every((key) => !OF_THE_OLD.test(withoutSameFields(stringAt(entry, [key]) ?? '')));
  return isOfBoth ? besideEntry(value, path, how) : null;
}
