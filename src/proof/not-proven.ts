import { chartOf } from '../charts/chart.ts';
import type { FamilyAssessment } from '../family/assess-family.ts';
import { isConvertedTemplate, templatesOf, withFindings } from '../family/outcome.ts';
import { fileOfKey } from '../kustomize/paths.ts';
import { groupBy } from '../model/group.ts';
import { startOf } from '../model/place.ts';
import type { Place } from '../model/place.ts';
import type { Finding, Findings } from '../rules/finding.ts';
import type { Provable, ProvableCharts, Proven } from './provable.ts';

/** The kustomizations that build a family, or whose build must not change with it. */
export const kustomizationsOf = ({ roots, guards }: FamilyAssessment): string[] => [
  ...roots.map(({ kustomization }) => kustomization),
  ...guards.map(({ file }) => file),
];

/** Whether a build could show what becomes of a family. */
export const isProvable = (family: FamilyAssessment): boolean =>
  !family.blocked && family.lone === null && family.frames.size === 0 && kustomizationsOf(family).length > 0;

/** Where what is said of a family's build stands. */
const placeOfFamily = (family: FamilyAssessment): Place => startOf(fileOfKey(kustomizationsOf(family)[0] ?? ''));

/** What is told where no program is there to build with, and why there is none. */
export function unprovenByBuild({ families, findings }: Pick<Provable, 'families' | 'findings'>, reason: string): Proven {
  const free = families.filter(isProvable);
  if (free.length === 0) return { families, statement: null };
  const message = `Not proven by building: ${reason}.`;
  const notes = free.map((family) => [family, findings.of('kustomize-not-proven', { place: placeOfFamily(family), message })] as const);
  return { families: withFindings(families, new Map(notes)), statement: `not proven: ${reason}` };
}

/** What is told where no helm is there, and why there is none. */
export function unprovenByRendering({ families, contents, findings }: ProvableCharts, reason: string): Proven {
  const free = families.filter((family) => isConvertedTemplate(family, contents));
  const message = `Not proven by rendering: ${reason}.`;
  const notes = free.map((family) => [family, [...unrendered(family, message, findings), ...(family.unlessRendered ?? [])]] as const);
  return { families: withFindings(families, new Map(notes)), statement: `charts not proven: ${reason}` };
}

/** An installation whose spec stands in values is not converted without helm. */
function unrendered(family: FamilyAssessment, message: string, findings: Findings): Finding[] {
  const [file = ''] = templatesOf(family);
  const told = findings.of('chart-not-proven', { place: startOf(file), message });
  return family.frames.size === 0 ? told : [...told, ...valuesNotRendered(family, findings)];
}

/** Values go many ways before they are rendered, so that nothing less than that shows that they were followed. */
export const valuesNotRendered = (family: FamilyAssessment, findings: Findings): Finding[] =>
  templatesOf(family).flatMap((file) =>
    findings.of('chart-values', {
      place: startOf(file),
      message: 'Fields stand in values of the chart, which are only converted with a helm that renders them before and after.',
      installation: family.roots[0] ?? null,
    }),
  );

/** Charts that change have to say so by their version. */
export function withVersions(proven: Proven, { contents, findings }: ProvableCharts): Proven {
  const converted = groupBy(
    proven.families.filter((family) => isConvertedTemplate(family, contents)),
    (family) => chartOf(templatesOf(family)[0] ?? ''),
  );
  const notes = [...converted].flatMap(([directory, own]) => {
    const [family] = own;
    const isOfValues = own.some(({ frames }) => frames.size > 0);
    const file = directory === '' ? 'Chart.yaml' : `${directory}/Chart.yaml`;
    const found = findings.of('chart-version', {
      place: startOf(file),
      message: isOfValues
        ? 'Templates and values of this chart change, and its version does not say so yet: who installs it from elsewhere has to write the same values anew.'
        : 'Templates of this chart change, and its version does not say so yet.',
    });
    return family === undefined ? [] : [[family, found] as const];
  });
  return { ...proven, families: withFindings(proven.families, new Map(notes)) };
}
