import { assessAll, otherFindings, referencesTold, unreadableFindings } from '../family/assess-all.ts';
import type { OnProgress, TellingOfReferences } from '../family/assess-all.ts';
import type { Assessing, FamilyAssessment, FamilyAssessor } from '../family/assess-family.ts';
import type { Inventory } from '../family/inventory.ts';
import { namesLeft } from '../family/names-left.ts';
import { droppedComments, familyKey, findingsOf, isConvertedTemplate, withFindings } from '../family/outcome.ts';
import { referencesWritten, ReferringResources } from '../family/referring.ts';
import type { Waiting } from '../family/referring.ts';
import { NO_OPERATOR, operatorFindings } from '../family/operators.ts';
import { restoresLeft } from '../family/restores.ts';
import { fileOfKey } from '../kustomize/paths.ts';
import type { Manifest } from '../manifests/read.ts';
import type { Source } from '../manifests/source.ts';
import type { Change } from '../model/change.ts';
import type { Excerpt } from '../model/excerpt.ts';
import { groupBy } from '../model/group.ts';
import { installationId } from '../model/installation.ts';
import type { Installation, Resource } from '../model/installation.ts';
import type { Path } from '../model/value.ts';
import type { Provable, ProvableCharts, Proven } from '../proof/provable.ts';
import type { ReferrerStage } from '../references/referrer.ts';
import { buildReport } from '../report/build.ts';
import type { InstallationReport, Report } from '../report/report.ts';
import { byPlace, isError } from '../rules/finding.ts';
import type { Finding, Findings } from '../rules/finding.ts';
import type { Settings } from '../rules/settings.ts';
import type { Choice } from '../stages/choice.ts';
import type { StageName } from '../model/rollout.ts';
import type { Stage } from '../stages/stage.ts';
import { readSource } from './assessing.ts';
import type { Contents } from './contents.ts';
import { shownChanges } from './diffs.ts';
import type { GitHeaders, Shown } from './diffs.ts';
import { excerptsOf } from './excerpts.ts';
import { version } from './version.ts';

/** Everything a run found out and would change. */
export interface Run {
  readonly report: Report;
  readonly changes: readonly Change[];
  readonly converted: readonly Installation[];
  /** What can be converted by itself. */
  readonly convertible: readonly ConvertibleFamily[];
  /** The lines around findings that may be shown. */
  readonly excerpts: ReadonlyMap<Finding, Excerpt>;
  /** What was proven by building; null where there was nothing to prove. */
  readonly statement: string | null;
  /** Files that were not searched for references and old names, or not to their end; nothing else depends on them. */
  readonly unsearched: readonly { readonly file: string; readonly reason: string }[];
  /** Every line with an old name that no finding but `old-name-left` accounts for. */
  readonly namingLines: readonly { readonly file: string; readonly line: number }[];
  readonly droppedComments: readonly { readonly file: string; readonly comment: string }[];
}

/** A family that nothing blocks, for somebody who picks. */
export interface ConvertibleFamily {
  readonly key: string;
  /** `namespace/name` of each of its installations. */
  readonly installations: readonly string[];
  /** What its conversion changes. */
  readonly files: readonly string[];
}

export interface RunOptions {
  /** Proves what kustomizations build; null for a source that has none. */
  readonly prove: ((provable: Provable) => Promise<Proven>) | null;
  /** Proves what charts render; left out for a source that has none. */
  readonly proveCharts?: (provable: ProvableCharts) => Promise<Proven>;
  /** What diffs say where they are to apply; null where nobody looks at them. */
  readonly diffs: GitHeaders | null;
  readonly converts: Converts;
  /** Further findings, which nothing of the run depends on. */
  readonly besides?: (findings: Findings) => readonly Finding[];
  /** A stage of the rollout in place of the conversion; null for the conversion itself. */
  readonly stage?: Stage | null;
  /** What the conversion is limited to; a stage has a choice of its own. */
  readonly choice?: Choice;
  readonly onProgress?: OnProgress;
}

/** Which installations that nothing blocks are converted for good: each; all, but none where anything is blocked; none, as nothing is written. */
type Converts = 'each' | 'whole' | 'none';

/** The one pipeline: load, assess, edit, prove, report. Writes nothing. */
export async function run(source: Source, settings: Settings, options: RunOptions): Promise<Run> {
  const { assessing, contents } = await readSource(source, settings, options.stage?.kind, options.stage == null ? 'masked' : 'told');
  const { inventory, findings } = assessing;
  const stage = options.stage ?? null;
  const assessor = await assessorFor(assessing, stage, { choice: options.choice, source });
  const assessed = assessAll(assessing, options.onProgress, assessor);
  const referring = new ReferringResources(assessing, { stage: referenceStage(stage), unseen: await mayHaveUnseen(source, inventory) });
  const following = stage?.name === 'trigger' ? assessed : referring.following(assessed);
  const proven = await provenWithReferences(following, referring, { assessing, options: { ...options, contents } });
  const { families, changes, diffs } = await shownFollowing(proven.families, referring, { contents, findings, headersOf: options.diffs });
  const besides = options.besides?.(findings) ?? [];
  const waiting = referring.waiting(families);
  const outcome: RunOutcome = { families, changes, besides, waiting, reasonOf: (resource) => referring.reasonOf(resource) };
  const { names, all } =
    stage === null ? toldOf(outcome, { assessing, source, contents }) : toldOfStage(stage, outcome, { assessing, source });
  const reporting = { writes: isWritten(options.converts, families, all), errorsOf: errorsByFile(all) };
  return {
    report: buildReport({
      version,
      target: settings.target.version,
      stage: stage?.name ?? null,
      filesScanned: source.filesScanned,
      filesSkipped: source.skipped.length,
      installations: families.flatMap((family) => installationReports(family, reporting)),
      notChosen: assessor?.passedOver ?? 0,
      findings: all,
      changes: diffs,
      references: { ...referencesWritten(families), both: waiting.both },
      namingFiles: names,
    }),
    changes,
    converted: convertedIn(families),
    convertible: families.flatMap(convertibleFamily),
    excerpts: excerptsOf(all, inventory.manifests),
    statement: proven.statement,
    unsearched: [...inventory.referrers.flatMap(unreadPart), ...names.unsearched],
    namingLines: names.lines,
    droppedComments: droppedComments(families),
  };
}

/** What references in resources have to do at a stage of the rollout. */
const referenceStage = (stage: Stage | null): ReferrerStage =>
  stage === null ? 'convert' : stage.name === 'finish' ? 'finish' : 'prepare';

/** Whether there may be installations that the run does not see: in what can't be read, or where it was not asked to look. */
const mayHaveUnseen = async (source: Source, { manifests }: Inventory): Promise<boolean> =>
  manifests.some(({ problems }) => problems.length > 0) || (await source.findElsewhere('installation')).length > 0;

interface Proving {
  readonly assessing: Assessing;
  readonly options: Pick<RunOptions, 'prove' | 'proveCharts'> & { readonly contents: Contents };
}

/** References that can't be proven stay as they are, and what was proven with them is proven without them. */
async function provenWithReferences(
  families: readonly FamilyAssessment[],
  referring: ReferringResources,
  { assessing, options }: Proving,
): Promise<Proven> {
  const built = await provenFamilies(families, assessing, options);
  const proven = await provenCharts(built, assessing, options);
  const sound = families.filter(({ refers }, index) => refers === null || proven.families[index]?.blocked === false);
  referring.withdraw(proven.families);
  if (sound.length < families.length) return provenWithReferences(sound, referring, { assessing, options });
  return { ...proven, families: referring.holding(proven.families) };
}

/** What was taken back because it can't be shown may have had references that follow it. */
async function shownFollowing(
  families: readonly FamilyAssessment[],
  referring: ReferringResources,
  showing: Parameters<typeof shownChanges>[1],
): Promise<Shown> {
  const shown = await shownChanges(families, showing);
  const held = referring.holding(shown.families);
  return held.length === shown.families.length ? shown : shownFollowing(held, referring, showing);
}

/** Families that hold when kustomizations are followed with the changes, and when they are built. */
async function provenFamilies(
  assessed: readonly FamilyAssessment[],
  { inventory: { kustomizations }, settings, findings, places }: Assessing,
  { prove, contents }: Pick<RunOptions, 'prove'> & { readonly contents: Contents },
): Promise<Proven> {
  if (kustomizations === null) return { families: assessed, statement: null };
  const { followed } = await import('../family/follow.ts');
  const sound = followed(assessed, kustomizations, { contents, findings });
  if (prove === null) return { families: sound, statement: null };
  return prove({ families: sound, graph: kustomizations.graph, engines: kustomizations.engines, contents, settings, findings, places });
}

/** Charts that hold when they are rendered. */
async function provenCharts(
  { families, statement }: Proven,
  { settings, findings }: Assessing,
  { proveCharts, contents }: Proving['options'],
): Promise<Proven> {
  const isTemplate = (family: FamilyAssessment): boolean => isConvertedTemplate(family, contents);
  if (!families.some(isTemplate)) return { families, statement };
  if (proveCharts === undefined) {
    const { valuesNotRendered } = await import('../proof/not-proven.ts');
    const foundIn = (family: FamilyAssessment): readonly Finding[] => [
      ...(family.unlessRendered ?? []),
      ...(family.frames.size > 0 ? valuesNotRendered(family, findings) : []),
    ];
    const undecided = families.map((family) => [family, isTemplate(family) ? foundIn(family) : []] as const);
    return { families: withFindings(families, new Map(undecided)), statement };
  }
  const proven = await proveCharts({ families, contents, settings, findings });
  return { ...proven, statement: [statement, proven.statement].filter((each) => each !== null).join('; ') || null };
}

/** What a run has come to, before it is told. */
interface RunOutcome {
  readonly families: readonly FamilyAssessment[];
  readonly changes: readonly Change[];
  readonly besides: readonly Finding[];
  readonly waiting: Waiting;
  readonly reasonOf: TellingOfReferences['reasonOf'];
}

/** What a run tells, in the order of the files, and what goes on naming the old kind. */
interface Told {
  readonly all: readonly Finding[];
  readonly names: ReturnType<typeof namesLeft>;
}

function toldOf(
  { families, changes, besides, waiting, reasonOf }: RunOutcome,
  { assessing, source, contents }: { readonly assessing: Assessing; readonly source: Source; readonly contents: Contents },
): Told {
  const { inventory, findings } = assessing;
  const restores = restoresLeft(inventory, families, findings);
  const found = [
    ...findingsOf(families),
    ...otherFindings(assessing, families, { reasonOf }),
    ...restores.findings,
    ...ofOperators(assessing),
    ...besides,
  ];
  const names = namesLeft({ inventory, families, changes, found, told: [...restores.resources, ...waiting.resources] }, source, findings);
  const told = [...found, ...names.findings];
  return { all: [...told, ...findings.ofIgnores(contents.files(told))].sort(byPlace), names };
}

const ofOperators = ({ inventory, findings, places }: Assessing): Finding[] => operatorFindings(inventory.operatorFaults, findings, places);

/** Once for all: it takes the operator to migrate. */
function ofNoOperator(name: StageName, families: readonly FamilyAssessment[], { inventory, findings }: Assessing): Finding[] {
  const [first] = families.flatMap(({ assessments }) => assessments);
  if (name === 'finish' || first === undefined || inventory.operators.length > 0) return [];
  return findings.of('operator-not-found', { place: first.installation.place, message: NO_OPERATOR });
}

/** A stage says nothing of what a conversion brings. *prepare* tells what has to know both kinds and is to be edited by hand, *finish* whatever is left. */
function toldOfStage(
  { name }: Stage,
  { families, changes, waiting, reasonOf }: RunOutcome,
  { assessing, source }: { readonly assessing: Assessing; readonly source: Source },
): Told {
  const { inventory, findings } = assessing;
  const own = [
    ...findingsOf(families),
    ...unreadableFindings(assessing),
    ...ofOperators(assessing),
    ...ofNoOperator(name, families, assessing),
  ];
  const isLater = (resource: Resource, path: Path): boolean => name === 'prepare' && waiting.isForLater(resource, path);
  const isEnd = name === 'finish' && inventory.installations.size === 0;
  const references = isEnd || name === 'prepare' ? referencesTold(assessing, families, { reasonOf, isLater }) : [];
  const found = [...own, ...references];
  const names = isEnd ? namesLeft({ inventory, families, changes, found, told: waiting.resources }, source, findings) : NO_NAMES;
  return { all: [...found, ...names.findings].sort(byPlace), names };
}

const NO_NAMES: Told['names'] = { findings: [], files: 0, vendored: 0, lines: [], unsearched: [] };

interface Assessor extends Pick<FamilyAssessor, 'assess'> {
  readonly passedOver?: number;
}

/** What only stages and choices need is loaded for them alone; without them, all is converted. */
async function assessorFor(
  assessing: Assessing,
  stage: Stage | null,
  { choice, source }: { readonly choice: Choice | undefined; readonly source: Source },
): Promise<Assessor | undefined> {
  if (stage !== null) return new (await import('../stages/stage-assessor.ts')).StageAssessor(assessing, stage);
  return choice === undefined
    ? undefined
    : new (await import('../stages/chosen-conversion.ts')).ChosenConversion(assessing, choice, source);
}

const isWritten = (converts: Converts, families: readonly FamilyAssessment[], findings: readonly Finding[]): boolean =>
  converts === 'each' || (converts === 'whole' && !families.some(({ blocked }) => blocked) && !findings.some(isError));

const unreadPart = ({ file, problems: [problem] }: Manifest): Run['unsearched'] =>
  problem === undefined ? [] : [{ file, reason: problem.message }];

const convertedIn = (families: readonly FamilyAssessment[]): Installation[] =>
  families.flatMap(({ blocked, assessments }) => (blocked ? [] : assessments.map(({ installation }) => installation)));

function convertibleFamily(family: FamilyAssessment): ConvertibleFamily[] {
  const { blocked, refers, tasks, assessments } = family;
  if (blocked || refers !== null || tasks.size === 0) return [];
  return [
    {
      key: familyKey(family),
      installations: [...new Set(assessments.map(({ installation }) => installationId(installation)))],
      files: [...tasks.keys()],
    },
  ];
}

interface Reporting {
  readonly writes: boolean;
  /** The errors about a file as a whole. */
  readonly errorsOf: (file: string) => readonly Finding[];
}

function installationReports(family: FamilyAssessment, { writes, errorsOf }: Reporting): InstallationReport[] {
  const { blocked, assessments, findings } = family;
  return assessments.map(({ installation, variant, database, options }) => {
    const errors = blocked ? [...findings.filter(isError), ...errorsOf(installation.file)] : [];
    return {
      name: installation.name,
      namespace: installation.namespace,
      file: installation.file,
      line: installation.place.line,
      builtBy: family.lone === null ? fileOfKey(variant.kustomization) : null,
      status: blocked ? 'blocked' : family.tasks.size === 0 ? 'done' : writes ? 'converted' : 'convertible',
      blockedBy: [...new Set(errors.map(({ rule }) => rule))],
      database: database === 'invalid' ? 'unknown' : database,
      fileStore: options.fileStore,
    };
  });
}

function errorsByFile(findings: readonly Finding[]): Reporting['errorsOf'] {
  const errors = groupBy(
    findings.filter((finding) => isError(finding) && finding.installation === null),
    ({ file }) => file,
  );
  return (file) => errors.get(file) ?? [];
}
