import type { Path, ValueMap } from '../model/value.ts';
import { valueAt } from '../model/value.ts';
import type { ConversionOptions } from '../operator/convert.ts';
import { CONTAINERS, FIELDS } from '../operator/fields.ts';
import type { FieldMove } from '../operator/fields.ts';
import type { PatchExpectation } from './expectation.ts';
import { fieldFate } from './field-path.ts';
import { isSame } from './plan-patch.ts';

/** Where a JSON pointer of a patch leads after the conversion. */
export type Target =
  /** `field` is the field that it leads to, null where it leads below one, or to what stays. */
  | { readonly kind: 'field'; readonly steps: readonly string[]; readonly field: FieldMove | null }
  /** A map that the conversion spreads: `spec`, `spec.minio`, `spec.database`. */
  | { readonly kind: 'whole'; readonly steps: readonly string[] }
  | { readonly kind: 'dropped' };

const SPREAD: readonly { readonly from: Path; readonly to: Path }[] = [{ from: ['spec'], to: ['spec'] }, ...CONTAINERS];

/** Where a pointer leads in a Mattermost with the given decision. */
function targetOf(steps: readonly string[], options: ConversionOptions): Target {
  const whole = SPREAD.find(({ from }) => isSame(from, steps));
  if (whole !== undefined) return { kind: 'whole', steps: whole.to.map(String) };
  if (steps[0] === 'status' || isUnknown(steps, options)) return { kind: 'dropped' };
  const fate = fieldFate(steps, options);
  if (fate.fate !== 'moved') return { kind: 'dropped' };
  return {
    kind: 'field',
    steps: [...fate.to, ...steps.slice(fate.from.length)],
    field: FIELDS.find(({ from }) => isSame(from, steps)) ?? null,
  };
}

const isUnknown = (steps: readonly string[], { unknown }: ConversionOptions): boolean =>
  unknown.some((path) => path.length <= steps.length && path.every((step, index) => String(step) === steps[index]));

/** The different places to which a pointer leads, with what the patch leads to first, then with what it starts from. */
export function targetsOf(steps: readonly string[], expectations: readonly PatchExpectation[]): Target[] {
  const all = [
    ...expectations.map(({ options }) => targetOf(steps, options)),
    ...expectations.map(({ optionsBefore }) => targetOf(steps, optionsBefore)),
  ];
  return [...new Map(all.map((target) => [JSON.stringify(target), target])).values()];
}

/** Where a pointer leads with the decisions of the states after; null where they differ. */
export function commonTarget(steps: readonly string[], expectations: readonly PatchExpectation[]): Target | null {
  const targets = new Map(expectations.map(({ options }) => targetOf(steps, options)).map((target) => [JSON.stringify(target), target]));
  return targets.size === 1 ? ([...targets.values()][0] ?? null) : null;
}

/** Maps that only gather fields: they come with their first field and go with their last. */
const GATHERING: readonly Path[] = [
  ...FIELDS.flatMap(({ from, to }) => (to !== null && to.length > from.length ? [to.slice(0, -1)] : [])),
  ['spec', 'ingress'],
];

/** Maps of a Mattermost that a ClusterInstallation has under another name, or not at all. */
const STRUCTURE: readonly Path[] = [...GATHERING, ...CONTAINERS.map(({ to }) => to)];

/** A field that goes takes the map around it along where that map goes too. */
export function lifted(
  steps: readonly string[],
  states: readonly ValueMap[],
  expectations: readonly PatchExpectation[],
): readonly string[] {
  const parent = steps.slice(0, -1);
  const gathers = GATHERING.some((path) => isSame(path, parent));
  const goes =
    states.every((state) => valueAt(state, parent) !== undefined) &&
    expectations.every(({ expected }) => valueAt(expected ?? undefined, parent) === undefined);
  return gathers && goes ? parent : steps;
}

/** The outermost map around a place that the conversion may not have made: missing in all states or in some. Null where none is missing. */
export function missingParent(
  steps: readonly string[],
  states: readonly ValueMap[],
): { readonly steps: readonly string[]; readonly inAll: boolean } | null {
  for (const length of steps.keys()) {
    const parent = steps.slice(0, length);
    if (!STRUCTURE.some((path) => isSame(path, parent))) continue;
    const lacking = states.filter((state) => valueAt(state, parent) === undefined);
    if (lacking.length > 0) return { steps: parent, inAll: lacking.length === states.length };
  }
  return null;
}
