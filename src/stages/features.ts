import { canaryName, featureState, productionOf } from '../rules/feature.ts';
import { isScalar, stringScalar, valueAt } from '../model/value.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { makeScalar } from '../yaml/scalar.ts';
import type { FieldChange } from '../edit/field-change.ts';
import { NOTHING_TO_DO, refusal, refused } from './stage.ts';
import type { StageDecision, StageSubject } from './stage.ts';

const FALSE: Value = makeScalar('false', true);

/** BlueGreen goes off, and what is in production comes to be what the installation itself says. A rollout of its own, before all stages. */
export function withoutBlueGreen({ installation, standing }: StageSubject): StageDecision {
  const state = featureState(installation, 'blueGreen');
  if (state === 'absent' || state === 'off' || standing === 'triggered') return NOTHING_TO_DO;
  const { value, name } = installation;
  const production = productionOf(installation);
  if (state === 'undecided' || production === null)
    return refused(
      refusal('feature-on', 'spec.blueGreen does not say whether it is on, and with which image and version which colour is in production'),
    );
  return {
    changes: [
      { path: ['spec', 'image'], value: stringScalar(production.image) },
      { path: ['spec', 'version'], value: stringScalar(production.version) },
      ...(production.labels === null ? [] : [{ path: ['spec', 'resourceLabels'], value: production.labels }]),
      { path: ['spec', 'blueGreen', 'enable'], value: FALSE },
    ].filter((change) => !isThere(value, change)),
    refusals: [],
    effects: [
      `Rolled out, Deployments, Services and Ingresses of both colours go, and Deployment ${name} starts with what is in production: an outage as long as a pod takes to start. Hosts of the colours' own end with them`,
    ],
  };
}

/** Canary goes off. The operator leaves what it has made for it, and nobody uses it any more. */
export function withoutCanary({ installation, standing }: StageSubject): StageDecision {
  const state = featureState(installation, 'canary');
  if (state === 'absent' || state === 'off' || standing === 'triggered') return NOTHING_TO_DO;
  if (state === 'undecided') return refused(refusal('feature-on', 'spec.canary does not say whether it is on'));
  const { namespace } = installation;
  const left = canaryName(installation);
  return {
    changes: [{ path: ['spec', 'canary', 'enable'], value: FALSE }],
    refusals: [],
    effects: [
      `Rolled out, Deployment, Service and Ingress ${left} stay and take their share of requests until they are deleted: kubectl delete -n ${namespace ?? 'NAMESPACE'} deployment,service,ingress ${left}`,
    ],
  };
}

function isThere(value: ValueMap, { path, value: wanted }: FieldChange): boolean {
  const found = valueAt(value, path);
  return isScalar(found) && isScalar(wanted ?? undefined) && found.value === (wanted as typeof found).value;
}
