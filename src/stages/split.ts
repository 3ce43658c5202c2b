import type { AddedDocument } from '../edit/task.ts';
import { scalarAt, stringAt } from '../model/value.ts';
import type { ValueMap } from '../model/value.ts';
import { canaryName, deploymentAt, featureState, productionOf } from '../rules/feature.ts';
import type { Feature } from '../rules/feature.ts';
import { listed } from '../rules/written.ts';
import { apart, COLOURS, colourName, colourOf, productionIngress, productionName, productionService } from './colours.ts';
import { changedBy } from '../edit/field-change.ts';
import { withPlainHttp } from './plain-http.ts';
import { NOTHING_TO_DO, refusal, refused, refusedIf } from './stage.ts';
import type { StageDecision, StageRefusal, StageSubject } from './stage.ts';

/**
 * Two Mattermosts in place of the colours of BlueGreen. They share database and file store, so both must be external. The operator calls Deployments of the
 * colours as their Mattermosts will be called, and a Deployment keeps its selector: BlueGreen has to be off, and rolled out, before. Then they come up beside
 * the ClusterInstallation with a Service for production; once they are in the manifests, the ClusterInstallation makes room for an Ingress of its host.
 */
export function splitBlueGreen(subject: StageSubject): StageDecision {
  const { installation, hasMattermost, options } = subject;
  const production = productionOf(installation);
  const faults = faultsOf(subject, 'blueGreen');
  if (faults === null) return NOTHING_TO_DO;
  if (faults.length > 0) return refused(...faults);
  if (production === null)
    return refused(refusal('feature-on', 'spec.blueGreen does not say which colour is in production, with its image and version'));
  const names = COLOURS.map((colour) => colourName(installation.value, colour));
  const there = names.filter(hasMattermost);
  if (there.length === names.length) return replacedByIngress(subject);
  if (there.length > 0)
    return refused(refusal('mattermost-exists', `Mattermost ${listed(there)} is in the manifests, and the other colour is not`));
  const beside = (value: ValueMap): AddedDocument[] => [
    ...COLOURS.map((colour) => ({
      value: colourOf(changedBy(value, withPlainHttp(subject)), colour, options),
      why: `${colour === production.colour ? 'In production' : 'Not in production'} when this was written. Never change the image of both colours at once.`,
    })),
    {
      value: productionService(value, production.colour, options),
      why: `The switch: clients reach the colour that both labels name, ${names.join(' or ')}.`,
    },
  ];
  return {
    changes: [],
    refusals: [],
    beside,
    effects: [
      `Rolled out, Mattermosts ${names.join(' and ')} start beside ClusterInstallation ${installation.name}, on its database and file store, and clients stay where they are. When both are stable, ci2mm prepare --blue-green split writes the rest`,
    ],
  };
}

/** A Mattermost in place of the canary, which takes its share of requests by the same annotations of its Ingress. */
export function splitCanary(subject: StageSubject): StageDecision {
  const { installation, hasMattermost, options } = subject;
  const faults = faultsOf(subject, 'canary');
  if (faults === null) return NOTHING_TO_DO;
  if (faults.length > 0) return refused(...faults);
  const name = canaryName(installation);
  if (hasMattermost(name)) return NOTHING_TO_DO;
  const { image, version } = deploymentAt(installation.value, ['spec', 'canary', 'deployment']);
  if (image === null || version === null)
    return refused(refusal('feature-on', 'spec.canary does not say with which image and version the canary runs'));
  const host = stringAt(installation.value, ['spec', 'ingressName']);
  return {
    changes: [],
    refusals: [],
    beside: (value): AddedDocument[] => [
      {
        value: apart(
          changedBy(value, withPlainHttp(subject)),
          { path: ['spec', 'canary', 'deployment'], name: canaryName({ ...installation, value }), host, annotations: CANARY_INGRESS },
          options,
        ),
        why: 'Clients with the cookie canary=always reach it, others do not.',
      },
    ],
    effects: [
      `Rolled out, Mattermost ${name} starts on the database and the file store of ClusterInstallation ${installation.name}. What the operator has left of the canary has the same names and has to be gone before: kubectl delete -n ${installation.namespace ?? 'NAMESPACE'} deployment,service,ingress ${name}`,
    ],
  };
}

/** What the operator gives the Ingress of a canary besides (canary.go, v1.12.0 to v1.25.9). */
const CANARY_INGRESS: readonly (readonly [string, string])[] = [
  ['nginx.ingress.kubernetes.io/canary', 'true'],
  ['nginx.ingress.kubernetes.io/canary-by-cookie', 'canary'],
];

/** What is in the way; null where the feature is not there at all. */
function faultsOf(subject: StageSubject, feature: Feature): StageRefusal[] | null {
  const { installation, blocked, database, options } = subject;
  const state = featureState(installation, feature);
  const shown = feature === 'blueGreen' ? 'BlueGreen' : 'Canary';
  if (state === 'absent') return null;
  const isTaken = `${shown} is on, or may be, and the operator has a Deployment of the name that a Mattermost would get`;
  if (state !== 'off') return [refusal('feature-on', isTaken)];
  if (blocked) return [refusal('would-be-blocked', 'ci2mm convert would not convert this ClusterInstallation')];
  const own = [...(database === 'external' ? [] : ['database']), ...(options.fileStore === 'external' ? [] : ['file store'])];
  const isBalanced = feature === 'blueGreen' && scalarAt(installation.value, ['spec', 'useServiceLoadBalancer']) === true;
  return [
    ...refusedIf(own.length > 0, 'split-stores', `The ${own.join(' and the ')} can not be told to be external`),
    ...refusedIf(isBalanced, 'split-load-balancer', 'spec.useServiceLoadBalancer gives clients the address of a Service'),
  ];
}

/** Both colours are in the manifests: the ClusterInstallation goes, and its host comes to lead to the Service that switches. */
function replacedByIngress({ installation, options }: StageSubject): StageDecision {
  const { name } = installation;
  return {
    changes: [],
    refusals: [],
    goes: true,
    beside: (value): AddedDocument[] => [
      { value: productionIngress(value, options), why: `The host of production, which leads to Service ${productionName(value)}.` },
    ],
    effects: [
      `Merge it when both Mattermosts are stable. Rolled out and pruned, ClusterInstallation ${name} goes with its Deployment, Service and Ingress, and ${productionName(installation.value)} takes its host over: an outage until the new Ingress is served. ingress-nginx admits a host once, so that the sync may have to be repeated when Ingress ${name} is gone; a ClusterInstallation that is protected from pruning has to be deleted by hand`,
    ],
  };
}
