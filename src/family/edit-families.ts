import { rewriteFile } from '../edit/file.ts';
import type { FileRefusal, FileRewrite, OptionsFor, Task } from '../edit/file.ts';
import type { Edit } from '../model/edit.ts';
import { applyEdits } from '../yaml/text.ts';
import type { Template } from '../charts/mask.ts';
import { templateFault } from './template-ways.ts';
import type { OpenDocument } from '../manifests/places.ts';
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
type Editing = Pick<Assessing, 'findings' | 'places' | 'textOf' | 'templateOf'>;

/**
 * Families with their edits; one that can't be edited is blocked, with the reason. It is one family, or all that have an installation in one
 * document and nothing else: these are edited together, but one by one they may be blocked.
 */
export function edited(families: readonly FamilyAssessment[], editing: Editing): FamilyAssessment[] {
  const free = families.filter(({ blocked }) => !blocked);
  const files = [...new Set(free.flatMap(({ tasks }) => [...tasks.keys()]))];
  const results = files.map((file) => resultOf(free, file, editing));
  return families.map((family) => {
    if (family.blocked) return family;
    const own = results.filter(({ edit }) => family.tasks.has(edit.file));
    const refusals = own.flatMap(({ edit, refused }) => (family.tasks.get(edit.file) ?? []).flatMap((task) => refused.get(task) ?? []));
    if (refusals.length === 0) {
      const doubts = own.flatMap(({ doubts: actions }) => actions.flatMap((action) => doubtFinding(family, action, editing)));
      return { ...family, edits: own.map(({ edit }) => edit), unlessRendered: [...(family.unlessRendered ?? []), ...doubts] };
    }
    return blockedBy(
      family,
      refusals.flatMap((refusal) => refusalFinding(family, refusal, editing)),
    );
  });
}

interface FileResult {
  readonly edit: FileEdit;
  readonly refused: Refused;
  /** Actions of a template of which only a rendering shows that they could be moved. */
  readonly doubts: readonly string[];
}

function resultOf(families: readonly FamilyAssessment[], file: string, { places, textOf, templateOf }: Editing): FileResult {
  const text = textOf(file);
  const rewrite = rewriteOf(families, file, text, (index) => places.open(file, index));
  const template = templateOf(file);
  const { regions, droppedComments, refused } = template === null ? rewrite : ofTemplate(rewrite, families, { file, template });
  const doubts = template === null ? [] : regions.flatMap((region) => template.unsure(region.text));
  return { edit: { file, regions, droppedComments }, refused, doubts };
}

/** A template is edited as a whole or not at all, and only where its conditions are known to hold. */
function ofTemplate(
  { regions, droppedComments, refused }: FileRewrite,
  families: readonly FamilyAssessment[],
  { file, template }: { readonly file: string; readonly template: Template },
): FileRewrite {
  const after = applyEdits(template.masked, regions);
  const tasks = families.flatMap((family) => family.tasks.get(file) ?? []);
  const refers = families.some((family) => family.refers !== null);
  const fault = refers
    ? 'references in templates of charts are not written'
    : refused.size > 0
      ? null
      : templateFault({ template, after }, families);
  const dropped = droppedComments.map((comment) => template.written(comment)).filter((comment) => comment.startsWith('#'));
  if (fault === null) return { regions, refused, droppedComments: dropped };
  const refusal = { code: 'template-conditions', message: fault, offset: 0 } as const;
  return { regions: [], droppedComments: [], refused: new Map(tasks.map((task) => [task, { at: task.at, offset: 0, refusal }])) };
}

type Refused = FileRewrite['refused'];

/** What all of some families ask for in one file. */
export function rewriteOf(
  families: readonly FamilyAssessment[],
  file: string,
  text: string,
  documentAt?: (index: number) => OpenDocument,
): FileRewrite {
  const tasks = families.flatMap((family) => family.tasks.get(file) ?? []);
  return rewriteFile(text, tasks, optionsOf(families, file), documentAt);
}

/** Each family decides on its own variants. */
function optionsOf(families: readonly FamilyAssessment[], file: string): OptionsFor {
  const owners = new Map(
    families.flatMap((family) => variantsIn(family.tasks.get(file) ?? []).map((variant) => [variant, family] as const)),
  );
  return (variant, state) => {
    const family = owners.get(variant);
    if (family === undefined) throw new Error(`no family owns a variant of ${file}`);
    return family.optionsFor(variant, state);
  };
}

const variantsIn = (tasks: readonly Task[]): FamilyAssessment['roots'] =>
  tasks.flatMap((task) => ('use' in task ? task.use.uses.map(({ variant }) => variant) : []));

function doubtFinding({ lone, roots }: FamilyAssessment, action: string, { findings, places }: Editing): Finding[] {
  const place = lone?.place ?? places.between('', 0, 0);
  const message = `${action} is moved, and whether the lines that it writes are indented then only shows when the chart is rendered (template-lines)`;
  return findings.of('unsafe-edit', { place, message, installation: roots[0] ?? null, remedy: editReason('template-lines').remedy });
}

function refusalFinding({ roots, lone }: FamilyAssessment, { at, offset, refusal }: FileRefusal, { findings, places }: Editing): Finding[] {
  const { message, code } = refusal;
  const place = refusal.offset === 0 && lone !== null ? lone.place : places.between(at.file, offset, offset + 1);
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
