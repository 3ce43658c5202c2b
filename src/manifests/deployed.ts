import { stringAt } from '../model/value.ts';
import type { Engine } from '../model/installation.ts';
import type { Value } from '../model/value.ts';
import type { Release } from '../operator/releases.ts';
import { operatorSightings, releaseOf } from './operators.ts';

/** The texts by which files that tell about an operator or an engine are found. */
export const DEPLOYED_MARKERS: readonly string[] = ['mattermost-operator', 'argoproj.io', 'fluxcd.io'];

/** Releases of the operator that data deploys, as far as they can be targets. */
export const operatorReleasesIn = (value: Value): Release[] => operatorSightings(value).flatMap((sighting) => releaseOf(sighting) ?? []);

/** The engine whose own resource this is. */
export function engineOf(value: Value): Engine | null {
  const group = (stringAt(value, ['apiVersion']) ?? '').split('/')[0] ?? '';
  if (group === 'argoproj.io' && /^App(?:lication(?:Set)?|Project)$/.test(stringAt(value, ['kind']) ?? '')) return 'argo-cd';
  return group.endsWith('toolkit.fluxcd.io') ? 'flux' : null;
}
