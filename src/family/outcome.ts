import { changeOf } from '../edit/change.ts';
import { FileSecrets } from '../edit/file-secrets.ts';
import type { FileContents } from '../edit/file-secrets.ts';
import { groupBy } from '../model/group.ts';
import type { Change } from '../model/change.ts';
import { installationId } from '../model/installation.ts';
import type { Edit } from '../model/edit.ts';
import { isError, unique } from '../rules/finding.ts';
import type { Finding } from '../rules/finding.ts';
import { ruleById } from '../rules/index.ts';
import type { FamilyAssessment } from './assess-family.ts';
import { blockedBy, rewriteOf } from './edit-families.ts';
import type { FileEdit } from './edit-families.ts';

/** The changes of all families that nothing blocks, in the order in which files are first met; a file may belong to several. */
export function changesOf(families: readonly FamilyAssessment[], contents: FileContents): Change[] {
  const secrets = new FileSecrets(contents);
  const tied = tiedFiles(families);
  return [...editsByFile(families)].flatMap(([file, edits]) => {
    const own = edits.flatMap(({ regions }) => regions).sort((a, b) => a.start - b.start || a.end - b.end);
    const regions = overlap(own) ? regionsTogether(families, file, contents.text(file)) : own;
    const change = changeOf(file, ...asWritten(regions, file, contents), secrets.of(file));
    return change === null ? [] : [{ ...change, together: tied.get(file) ?? [file] }];
  });
}

/** The text of a file and its edits; what stands for a template of a chart is that template again. */
function asWritten(regions: readonly Edit[], file: string, contents: FileContents): [string, readonly Edit[]] {
  const template = contents.manifest(file)?.template ?? null;
  if (template === null) return [contents.text(file), regions];
  return [template.original, regions.map((region) => ({ ...region, text: template.restore(region.text) }))];
}

/** Whether a family has to do with templates of charts, and nothing blocks it. */
export const isConvertedTemplate = ({ lone, frames, blocked }: FamilyAssessment, contents: FileContents): boolean =>
  !blocked && (frames.size > 0 || (lone !== null && contents.manifest(lone.file)?.template != null));

/** The templates of a family that has to do with charts. */
export const templatesOf = ({ lone, frames }: FamilyAssessment): readonly string[] =>
  lone === null ? [...new Set([...frames.values()].map(({ at }) => at.file))] : [lone.file];

/** By file, the files that change together with it: those of its families, and of families that share a file with them. */
function tiedFiles(families: readonly FamilyAssessment[]): Map<string, readonly string[]> {
  const tied = new Map<string, readonly string[]>();
  for (const { edits } of families) {
    const all = [...new Set(edits.flatMap(({ file }) => tied.get(file) ?? [file]))];
    for (const file of all) tied.set(file, all);
  }
  return tied;
}

/** Whether families change different parts of one document, such as the inline patches of one kustomization. */
const overlap = (regions: readonly Edit[]): boolean => regions.some(({ start }, index) => start < (regions[index - 1]?.end ?? 0));

function regionsTogether(families: readonly FamilyAssessment[], file: string, text: string): readonly Edit[] {
  const { regions, refused } = rewriteOf(
    families.filter(({ blocked }) => !blocked),
    file,
    text,
  );
  const [refusal] = refused.values();
  if (refusal !== undefined) throw new Error(`${file} could be edited for each family, and not for all: ${refusal.refusal.code}`);
  return regions;
}

/** Installations of one document share an edit. */
const editsByFile = (families: readonly FamilyAssessment[]): Map<string, FileEdit[]> =>
  groupBy(new Set(families.filter(({ blocked }) => !blocked).flatMap(({ edits }) => edits)), ({ file }) => file);

/** Comments that go with a field, by file. */
export const droppedComments = (families: readonly FamilyAssessment[]): { readonly file: string; readonly comment: string }[] =>
  [...editsByFile(families)].flatMap(([file, edits]) =>
    edits.flatMap((edit) => edit.droppedComments.map((comment) => ({ file, comment }))),
  );

/** What is told of families; hazards of a conversion are none for what stays as it is. */
export const findingsOf = (families: readonly FamilyAssessment[]): Finding[] =>
  families.flatMap(({ blocked, findings }) => findings.filter(({ rule }) => !blocked || ruleById(rule).onlyConverted !== true));

/** The families with what was found of some of them later; an error among it takes back what would have been edited. */
export const withFindings = (
  families: readonly FamilyAssessment[],
  found: ReadonlyMap<FamilyAssessment, readonly Finding[]>,
): FamilyAssessment[] =>
  families.map((family) => {
    const findings = found.get(family) ?? [];
    if (findings.length === 0) return family;
    return findings.some(isError) ? blockedBy(family, findings) : { ...family, findings: unique([...family.findings, ...findings]) };
  });

/** The families without those that change a file: all that changes with it stays as it is. The findings go to the first of them. */
export function takenBack(families: readonly FamilyAssessment[], file: string, findings: readonly Finding[]): FamilyAssessment[] {
  const isTaken = ({ blocked, edits }: FamilyAssessment): boolean => !blocked && edits.some((edit) => edit.file === file);
  const first = families.find((family) => isTaken(family) && family.refers === null);
  return families.map((family) => (isTaken(family) ? blockedBy(family, family === first ? findings : []) : family));
}

/** What a family is known by in another run over the same files. */
export const familyKey = ({ assessments }: Pick<FamilyAssessment, 'assessments'>): string =>
  JSON.stringify(
    assessments.map(({ installation, variant }) => [
      variant.kustomization,
      installation.file,
      installation.place.line,
      installationId(installation),
    ]),
  );
