import { chartOf } from '../charts/chart.ts';
import type { FamilyAssessment } from './assess-family.ts';
import type { Inventory } from './inventory.ts';
import { fileOfKey } from '../kustomize/paths.ts';
import type { Source } from '../manifests/source.ts';
import { isManifestName } from '../model/manifest-name.ts';
import { stringAt } from '../model/value.ts';
import { SECRET_PATH } from '../rules/database-secret.ts';

/** Whether one of some files has a part in what becomes of a family. In doubt it has. */
export type IsReached = (family: FamilyAssessment) => boolean;

/** What the changed files of a repository reach: what a family is made of, builds it, stands by its name, or decides about all. */
export function reachedBy(changed: ReadonlySet<string>, inventory: Inventory, source: Source): IsReached {
  const isChanged = (file: string): boolean => changed.has(file) || changed.has(source.real(file) ?? file);
  if (reachesAll(changed, { inventory, source, isChanged })) return () => true;
  const builders = new Set(inventory.kustomizations?.readersOf(changed).map(({ file }) => fileOfKey(file)));
  return ({ roots, assessments, frames, lone }) =>
    roots.some(
      ({ kustomization }) => kustomization !== '' && (builders.has(fileOfKey(kustomization)) || isChanged(fileOfKey(kustomization))),
    ) ||
    filesOf({ roots, frames, lone }).some((file) => isChanged(file) || isInChangedChart(file, changed)) ||
    assessments.some(({ installation }) => namedFiles(installation, inventory).some(isChanged));
}

interface Known {
  readonly inventory: Inventory;
  readonly source: Source;
  readonly isChanged: (file: string) => boolean;
}

/** What says how all are judged; and what is gone, of which nobody knows what it was. */
const reachesAll = (changed: ReadonlySet<string>, { inventory, source, isChanged }: Known): boolean =>
  [...inventory.operators, ...inventory.appliers].some(({ file }) => isChanged(file)) ||
  [...changed].some((file) => source.isConfiguration(file) || (isManifestName(file) && !source.exists(file)));

const filesOf = ({ roots, frames, lone }: Pick<FamilyAssessment, 'roots' | 'frames' | 'lone'>): string[] => [
  ...(lone === null ? [] : [lone.file]),
  ...roots.flatMap(({ layers }) => layers.map(({ fragment }) => fragment.at.file)),
  ...[...frames.values()].map(({ at }) => at.file),
];

/** Helpers, values and what else a template is rendered with. */
function isInChangedChart(file: string, changed: ReadonlySet<string>): boolean {
  if (!/(?:^|\/)templates\//.test(file)) return false;
  const chart = chartOf(file);
  return [...changed].some((each) => chart === '' || each.startsWith(`${chart}/`));
}

/** Where the Secret of an installation comes from, and where others stand that have its name. */
function namedFiles(
  { name, value }: FamilyAssessment['assessments'][number]['installation'],
  { secrets, installations, mattermosts }: Inventory,
): string[] {
  const secret = stringAt(value, SECRET_PATH);
  return [
    ...secrets.filter((each) => each.name === secret).map(({ origin }) => origin.file),
    ...[...(installations.get(name) ?? []), ...(mattermosts.get(name) ?? [])].map(({ file }) => file),
  ];
}
