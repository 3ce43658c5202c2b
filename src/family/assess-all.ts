import { isInstallation } from '../manifests/read.ts';
import type { Embedded, Manifest } from '../manifests/read.ts';
import { groupBy } from '../model/group.ts';
import type { Resource } from '../model/installation.ts';
import { startOf } from '../model/place.ts';
import type { Path } from '../model/value.ts';
import { unique } from '../rules/finding.ts';
import type { Finding } from '../rules/finding.ts';
import { FamilyAssessor } from './assess-family.ts';
import type { Assessing, FamilyAssessment } from './assess-family.ts';
import { edited } from './edit-families.ts';
import { loneFamily } from './family.ts';
import type { Inventory } from './inventory.ts';
import { templateRemedies } from '../rules/templated-manifest.ts';
import { referenceFindings } from '../references/findings.ts';
import type { IsWritten } from '../references/findings.ts';

/** Called now and then with the number of files done and of files in all. */
export type OnProgress = (done: number, total: number) => void;

/**
 * Judges and edits every family of an inventory, one after the other, so that few documents are open at a time: manifests that stand alone
 * first, in their order, then what charts and kustomizations build. What the run was not asked for is left alone.
 *
 * @param assessor judges what becomes of a family: its conversion, or a stage on the way to it
 */
export function assessAll(
  assessing: Assessing,
  onProgress: OnProgress = () => undefined,
  assessor: Pick<FamilyAssessor, 'assess'> = new FamilyAssessor(assessing, true),
): FamilyAssessment[] {
  const { inventory, isGiven } = assessing;
  const lone = groupBy(inventory.lone, ({ file }) => file);
  const alone = inventory.manifests.flatMap((manifest, index) => {
    onProgress(index, inventory.manifests.length);
    const documents = groupBy(lone.get(manifest.file) ?? [], ({ document }) => document);
    return [...documents.values()].flatMap((installations) => {
      const families = installations.map((installation) => assessor.assess(loneFamily(installation)));
      return edited(manifest.problems.length > 0 ? families.map(heldUp) : families, assessing);
    });
  });
  const families = [...inventory.charts.families, ...(inventory.kustomizations?.families() ?? [])];
  const built = families.map((family) => assessor.assess(family));
  const given = built.filter(({ roots, tasks }) => [...tasks.keys(), ...filesOf(roots)].some(isGiven));
  return [...alone, ...given.flatMap((family) => edited([family], assessing))];
}

/** What installations are made of. */
const filesOf = (roots: FamilyAssessment['roots']): string[] =>
  roots.flatMap(({ layers }) => layers.map(({ fragment }) => fragment.at.file));

/** A manifest of which a part can't be read is left as it is. */
const heldUp = (family: FamilyAssessment): FamilyAssessment => ({ ...family, blocked: true });

/** What there is to tell besides the families: manifests that can't be read, references, patches of nothing. */
export function otherFindings(
  assessing: Pick<Assessing, 'inventory' | 'findings' | 'places'>,
  families: readonly FamilyAssessment[],
  telling: TellingOfReferences,
): Finding[] {
  const { inventory } = assessing;
  return [
    ...unreadableFindings(assessing),
    ...chartFaults(assessing),
    ...unusedPatchFindings(inventory, assessing),
    ...referencesTold(assessing, families, telling),
  ];
}

/** What keeps the values of charts from being converted. */
const chartFaults = ({ inventory, findings }: Pick<Assessing, 'inventory' | 'findings'>): Finding[] =>
  inventory.charts.faults.flatMap(({ place, message, installation }) =>
    findings.of('chart-values', { place, message: `${message}.`, installation }),
  );

/** What is known of references that stay as they are. */
export interface TellingOfReferences {
  /** What was found in the way of writing them. */
  readonly reasonOf: (resource: Resource) => Finding | null;
  /** Whether a later stage writes them. */
  readonly isLater?: IsWritten;
}

/** References that nothing is written for, and parts of other resources that are installations. */
export function referencesTold(
  { inventory, findings }: Pick<Assessing, 'inventory' | 'findings'>,
  families: readonly FamilyAssessment[],
  { reasonOf, isLater = () => false }: TellingOfReferences,
): Finding[] {
  const isWritten = writtenBy(families, inventory);
  const parts = new Set(
    inventory.kustomizations?.variants.flatMap(({ layers }) =>
      layers.map(({ fragment: { at, path } }) => JSON.stringify([at.file, at.document, ...(at.inline?.path ?? []), ...path])),
    ),
  );
  const isPart = ({ document, path }: Embedded, { file }: Manifest): boolean => parts.has(JSON.stringify([file, document, ...path]));
  const telling = { reasonOf, isPart, isWritten: (resource: Resource, path: Path) => isWritten(resource, path) || isLater(resource, path) };
  return [...inventory.manifests, ...inventory.referrers].flatMap((manifest) => referenceFindings(manifest, findings, telling));
}

/** Manifests, or parts of them, that can't be read. */
export const unreadableFindings = ({ inventory, findings }: Pick<Assessing, 'inventory' | 'findings'>): Finding[] =>
  inventory.manifests.flatMap(({ problems }) =>
    problems.flatMap(({ engine, ...problem }) =>
      findings.of(problem.rule, engine === undefined ? problem : { ...problem, remedy: templateRemedies[engine] }),
    ),
  );

/** What is changed with families: the patches of engines, and references in resources. */
function writtenBy(families: readonly FamilyAssessment[], inventory: Inventory): IsWritten {
  const isEnginePatch = enginePatchesOf(families, inventory);
  const written = new Set(
    families.flatMap(({ blocked, refers }) =>
      blocked || refers === null ? [] : refers.written.map(({ path }) => keyOf(refers.resource, path)),
    ),
  );
  const gone = new Set(families.flatMap(({ blocked, refers }) => (blocked ? [] : (refers?.gone ?? []))));
  return (resource, path) => gone.has(resource) || isEnginePatch(resource, path) || written.has(keyOf(resource, path));
}

const keyOf = ({ file, document, path: own }: Resource, path: Path): string => JSON.stringify([file, document, ...own, ...path]);

/** The patches of engines are changed with the families that they belong to. */
function enginePatchesOf(families: readonly FamilyAssessment[], { kustomizations }: Inventory): IsWritten {
  const changed = new Set(families.flatMap(({ blocked, tasks }) => (blocked ? [] : [...tasks.keys()])));
  const bases = (kustomizations?.engines ?? []).map(({ root }) => root.kustomization).filter(({ file }) => changed.has(file));
  return ({ file, document, path: own }, path) => {
    const whole = [...own, ...path];
    return bases.some(
      (each) =>
        each.file === file &&
        each.document === document &&
        PATCHES.has(String(whole[each.base.length])) &&
        each.base.every((step, index) => step === whole[index]),
    );
  };
}

const PATCHES: ReadonlySet<string> = new Set(['patches', 'patchesStrategicMerge', 'patchesJson6902']);

/** Patches and resources of kustomizations of which nobody can tell what they become. */
function unusedPatchFindings(
  { manifests, kustomizations }: Inventory,
  { findings, places }: Pick<Assessing, 'findings' | 'places'>,
): Finding[] {
  if (kustomizations === null) return [];
  const unread = kustomizations.unreadable.flatMap(({ file, message }) =>
    findings.of('kustomize-build-fails', { place: startOf(file), message: `This kustomization can not be read: ${message}.` }),
  );
  const unused = installationsIn(manifests).flatMap((installation) => {
    const message = MESSAGES[kustomizations.roleOf(installation)];
    return message === null ? [] : findings.of('kustomize-patch', { place: installation.place, message, installation });
  });
  const inline = kustomizations.unusedPatches.flatMap(({ entry }) =>
    findings.of('kustomize-patch', { place: places.of({ ...entry, inline: null }, entry.path), message: MESSAGES.patch }),
  );
  const told = new Set(inline.map(({ file }) => file));
  const left = kustomizations.unusedReferences().filter(({ at }) => !told.has(at.file));
  const references = left.flatMap(({ at, kustomization }) =>
    findings.of('kustomize-patch', {
      place: startOf(at.file),
      message: `${at.file === kustomization ? 'This kustomization' : `What ${kustomization} reads here`} refers to installations, and none can be seen that it builds.`,
    }),
  );
  return unique([...unread, ...unused, ...inline, ...references]);
}

const MESSAGES = {
  patch: 'This patch applies to no installation that can be seen.',
  unbuilt: 'A kustomization reads this file, but builds no installation from this document.',
  family: null,
  none: null,
} as const;

const installationsIn = (manifests: readonly Manifest[]): Resource[] =>
  manifests.flatMap(({ resources }) => resources.filter(isInstallation));
