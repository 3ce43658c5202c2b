import type { Installation } from '../model/installation.ts';
import type { Path, ValueMap } from '../model/value.ts';
import { formatPath, isMap, isScalar, scalarAt, stringAt, valueAt } from '../model/value.ts';
import type { Hit } from './rule.ts';
import { isOpen, isUnset } from './written.ts';

export type Feature = 'blueGreen' | 'canary';

/** `off`: the block is there and switched off. `undecided`: cannot be told to be true or false offline, so never to be taken for off. */
type FeatureState = 'absent' | 'off' | 'on' | 'undecided';

/** Whether BlueGreen or Canary runs, as Kubernetes reads `enable`. */
export function featureState(installation: Installation, feature: Feature): FeatureState {
  const block = valueAt(installation.value, ['spec', feature]);
  if (block === undefined) return 'absent';
  if (!isMap(block)) return isUnset(block) ? 'off' : 'undecided';
  const enable = block.get('enable');
  if (enable === undefined) return 'off';
  if (!isScalar(enable)) return 'undecided';
  if (enable.value === true) return 'on';
  return enable.value === false || enable.value === null ? 'off' : 'undecided';
}

/** What a block of BlueGreen or Canary runs; null for what it leaves out. */
export interface AppDeployment {
  readonly image: string | null;
  readonly version: string | null;
  readonly labels: ValueMap | null;
}

export function deploymentAt(value: ValueMap, path: Path): AppDeployment {
  const [image = null, version = null] = ['image', 'version'].map((field) => stringAt(value, [...path, field]));
  const labels = valueAt(value, [...path, 'resourceLabels']);
  return { image, version, labels: isMap(labels) ? labels : null };
}

/** What BlueGreen has in production. */
export interface Production {
  readonly colour: 'blue' | 'green';
  readonly image: string;
  readonly version: string;
  readonly labels: ValueMap | null;
}

/** Which colour is in production, in any letter case, and what it runs; null where the manifest does not say all of it. */
export function productionOf({ value }: Installation): Production | null {
  const colour = String(scalarAt(value, ['spec', 'blueGreen', 'productionDeployment'])).toLowerCase();
  if (colour !== 'blue' && colour !== 'green') return null;
  const { image, version, labels } = deploymentAt(value, ['spec', 'blueGreen', colour]);
  return image === null || version === null ? null : { colour, image, version, labels };
}

/** What the operator names Deployment, Service and Ingress of a canary. */
export const canaryName = ({ value, name }: Pick<Installation, 'value' | 'name'>): string =>
  stringAt(value, ['spec', 'canary', 'deployment', 'name']) ?? `${name}-canary`;

/** A feature that runs, or that cannot be told not to. */
export function enabledHits(installation: Installation, feature: Feature, remedy: string): Hit[] {
  const state = featureState(installation, feature);
  if (state === 'absent' || state === 'off') return [];
  const path = enablePath(installation, feature);
  const refusal = `the operator refuses to convert an installation with ${NAMES[feature]} enabled`;
  if (state === 'on') return [{ path, message: `${formatPath(path)} is true, and ${refusal}.`, remedy }];
  return [{ path, message: `${formatPath(path)} ${doubt(installation, path)}, and ${refusal}.`, remedy: decide(path, remedy) }];
}

const NAMES = { blueGreen: 'BlueGreen', canary: 'Canary' } as const satisfies Record<Feature, string>;

function enablePath(installation: Installation, feature: Feature): Path {
  const path = ['spec', feature, 'enable'];
  return valueAt(installation.value, path) === undefined ? ['spec', feature] : path;
}

const doubt = (installation: Installation, path: Path): string =>
  isOpen(valueAt(installation.value, path))
    ? 'is filled in later and may turn out true'
    : 'is neither true nor false to Kubernetes and may be meant as true';

const decide = (path: Path, remedy: string): string => `If it is off, remove spec.${path[1]}. If it is on: ${remedy}`;
