import { rewriteDocument } from '../edit/document.ts';
import { rewriteFile } from '../edit/file.ts';
import type { Edit, Refusal } from '../model/edit.ts';
import { unique } from '../rules/finding.ts';
import type { Finding } from '../rules/finding.ts';
import { editReason } from '../rules/unsafe-edit.ts';
import type { Assessing, FamilyAssessment } from './assess-family.ts';

/** What is edited in one file for a family, or for several whose installations stand in one document. */
export interface FileEdit {
  readonly file: string;
  /** The documents that change, each as a whole. */
  readonly regions: readonly Edit[];
  /** Comments that go with a field. */
  readonly droppedComments: readonly string[];
}

/** What an edit of families needs to know of the run. */
type Editing = Pick<Assessing, 'findings' | 'places' | 'textOf'>;

/** Families with their edits; those that can't be edited are blocked, with the reason. All of them stand alone in one document, or it is one. */
export function edited(families: readonly FamilyAssessment[], editing: Editing): FamilyAssessment[] {
  return families.some(({ lone }) => lone !== null)
    ? editedDocument(families, editing)
    : families.map((family) => editedFamily(family, editing));
}

function editedFamily(family: FamilyAssessment, editing: Editing): FamilyAssessment {
  if (family.blocked) return family;
  const results = [...family.tasks].map(([file, tasks]) => ({ file, result: rewriteFile(editing.textOf(file), tasks, family.optionsFor) }));
  const refusals = results.flatMap(({ file, result }) => (result.ok ? [] : result.refusals.map((each) => ({ file, ...each }))));
  if (refusals.length > 0)
    return blockedBy(
      family,
      refusals.flatMap(({ file, offset, refusal }) => refused(family, { file, offset, refusal }, editing)),
    );
  const edits = results.flatMap(({ file, result }): FileEdit[] => (result.ok ? [{ file, ...result }] : []));
  return { ...family, edits };
}

function editedDocument(families: readonly FamilyAssessment[], editing: Editing): FamilyAssessment[] {
  const free = families.filter(({ blocked }) => !blocked);
  const [first] = free.flatMap(({ lone }) => lone ?? []);
  if (first === undefined) return [...families];
  const { file, document: index } = first;
  const { document, start } = editing.places.open(file, index);
  const conversions = free.flatMap(({ lone, assessments: [own] }) =>
    lone === null || own === undefined ? [] : [{ path: lone.path, options: own.options }],
  );
  const { text, refused: refusals, droppedComments } = rewriteDocument(document, conversions, free.length < families.length);
  const edit: FileEdit = { file, regions: [{ start, end: start + document.text.length, text }], droppedComments };
  return families.map((family) => {
    const at = free.indexOf(family);
    const refusal = refusals.get(at);
    if (at === -1) return family;
    if (refusal === undefined) return { ...family, edits: [edit] };
    return blockedBy(family, refused(family, { file, offset: refusal.offset > 0 ? start + refusal.offset : null, refusal }, editing));
  });
}

interface PlacedRefusal {
  readonly file: string;
  /** In the file; null for the installation as a whole. */
  readonly offset: number | null;
  readonly refusal: Refusal;
}

function refused({ roots, lone }: FamilyAssessment, { file, offset, refusal }: PlacedRefusal, { findings, places }: Editing): Finding[] {
  const { message, code } = refusal;
  const place = offset === null && lone !== null ? lone.place : places.between(file, offset ?? 0, (offset ?? 0) + 1);
  return findings.of('unsafe-edit', {
    place,
    message: `${message} (${code})`,
    installation: roots[0] ?? null,
    remedy: editReason(code).remedy,
  });
}

/** A family that stays as it is, for another reason than its assessment gave. */
export const blockedBy = (family: FamilyAssessment, findings: readonly Finding[]): FamilyAssessment => ({
  ...family,
  findings: unique([...family.findings, ...findings]),
  blocked: true,
  edits: [],
});
