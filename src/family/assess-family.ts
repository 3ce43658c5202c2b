import type { Template } from '../charts/mask.ts';
import { headerOperations } from '../edit/document.ts';
import type { OptionsFor, Task } from '../edit/file.ts';
import { fieldOrigin } from '../kustomize/field-origin.ts';
import { directoryOf, fileOfKey } from '../kustomize/paths.ts';
import type { TextPlace, Variant } from '../kustomize/model.ts';
import type { KustomizeProblem } from '../kustomize/problem.ts';
import type { DocumentPlaces } from '../manifests/places.ts';
import { groupBy } from '../model/group.ts';
import { generatedBy } from '../manifests/generated.ts';
import type { DatabaseKind, Decision, FileStoreKind, Generated, Installation } from '../model/installation.ts';
import type { Place } from '../model/place.ts';
import { formatPath, stringAt } from '../model/value.ts';
import type { Path, ValueMap } from '../model/value.ts';
import { convert, fileStoreAsWritten, ingressStyleOf } from '../operator/convert.ts';
import type { ConversionOptions } from '../operator/convert.ts';
import { OLD } from '../operator/fields.ts';
import { prunedPaths, validate } from '../operator/validate.ts';
import { asBuiltBy, isError, unique } from '../rules/finding.ts';
import type { Finding, Findings } from '../rules/finding.ts';
import { ruleById } from '../rules/index.ts';
import type { RuleId } from '../rules/index.ts';
import type { Settings } from '../rules/settings.ts';
import { assess } from './assess.ts';
import type { Assessment } from './assess.ts';
import type { FileEdit } from './edit-families.ts';
import { deploymentOf, enginesOf } from './deployment.ts';
import type { Deployment } from './deployment.ts';
import type { Family } from './family.ts';
import { isOpenStore, sameStore } from './file-store.ts';
import type { Inventory } from './inventory.ts';
import type { PlannedReference, Reader } from './kustomizations.ts';
import type { Referring } from './referring.ts';
import { reachingBuild, reachingFile } from './substitutions.ts';
import { SECRET_PATH } from '../rules/database-secret.ts';
import { stageReasons } from '../rules/stage-refused.ts';
import { standingOf } from '../engines/standing.ts';

/** A family judged: how each of its states is converted, what keeps it from being, and what is edited for it. */
export interface FamilyAssessment {
  /** What every kustomization makes of it, those first that nothing includes; deleted ones included. */
  readonly roots: readonly Variant[];
  /** Kustomizations that build none of its installations, and are made of files that change. */
  readonly guards: readonly Reader[];
  /** What is reported: each installation that a kustomization builds which nothing includes, or the one that stands alone. */
  readonly assessments: readonly VariantAssessment[];
  readonly findings: readonly Finding[];
  /** Errors of a template of a chart that hold unless each of its renderings shows otherwise. */
  readonly unlessRendered?: readonly Finding[];
  readonly blocked: boolean;
  readonly optionsFor: OptionsFor;
  /** What an installation becomes, as a variant of the family builds it. */
  readonly expectedFor: (variant: Variant, built: ValueMap) => ExpectedInstallation;
  /** What is to be rewritten, by file. */
  readonly tasks: ReadonlyMap<string, readonly Task[]>;
  /** The installation itself, where no kustomization has to do with it. */
  readonly lone: Installation | null;
  /** What variants are put into of which the spec, or a map in it, stands in values of a chart; else empty. */
  readonly frames: Family['frames'];
  /** None where it is blocked. */
  readonly edits: readonly FileEdit[];
  /** The resource that refers to installations, where it is one and no installation; null for installations. */
  readonly refers: Referring | null;
}

/** What an object that is built is to become. */
export interface ExpectedInstallation {
  readonly expected: ValueMap;
  /** What its database was taken for, where that decided; null where it did not. */
  readonly database: DatabaseKind | null;
  /** What comes to be built beside it. */
  readonly beside?: readonly ValueMap[];
  /** Whether it is built no more. */
  readonly gone?: boolean;
}

/** One variant judged. */
export interface VariantAssessment extends Assessment {
  readonly variant: Variant;
}

/** What an assessment draws on besides the family itself. */
export interface Assessing {
  readonly inventory: Inventory;
  readonly settings: Settings;
  readonly findings: Findings;
  readonly places: DocumentPlaces;
  readonly textOf: (file: string) => string;
  /** The template of a chart that a text stands for; null for any other file. */
  readonly templateOf: (file: string) => Template | null;
  /** Whether the run was asked to look at a file. */
  readonly isGiven: (file: string) => boolean;
  /** Why a file is left alone whatever paths are given; null where nothing is known of that. */
  readonly leftOut: (file: string) => string | null;
  /** Whether a file is there; null in a stream, which something writes in any case. */
  readonly exists: ((file: string) => boolean) | null;
}

/** Judges families. Pure: reads nothing but texts, for the places of findings. */
export class FamilyAssessor {
  readonly #with: Assessing;
  readonly #deployment: Deployment;
  readonly #isCutover: boolean;

  /** @param isCutover whether what is judged is to be rolled out now, and not what a stage leads to */
  constructor(assessing: Assessing, isCutover = false) {
    this.#with = assessing;
    this.#deployment = deploymentOf(assessing);
    this.#isCutover = isCutover;
  }

  assess(family: Family): FamilyAssessment {
    const variants = [...family.variants].sort((a, b) => Number(b.root) - Number(a.root));
    const live = topsOf(variants).some(({ deleted }) => deleted === null) ? variants.filter(({ deleted }) => deleted === null) : [];
    const built = live.length === 0 ? variants : live;
    const assessments = new Map(built.map((variant) => [variant, this.#assess(variant, family)] as const));
    const tops = topsOf(built);
    const isKustomized = family.lone === null && family.frames.size === 0;
    const references = isKustomized ? this.#references(variants, decisionsOf(built, assessments)) : [];
    const tasks = tasksByFile(family, references);
    const { guards, findings: obstacles } = this.reachOf({ variants, built, lone: family.lone }, tasks);
    const found = unique([
      ...this.#shared(tops, assessments),
      ...includedFindings(built, assessments),
      ...obstacles,
      ...(this.#isCutover ? this.#apart(tops, assessments) : []),
      ...references.flatMap((reference) => this.#referenceObstacles(reference)),
    ]);
    const unlessRendered = this.#isTemplate(family.lone) ? found.filter(isDecidedByRendering) : [];
    const findings = found.filter((finding) => !unlessRendered.includes(finding));
    const optionsFor = this.#optionsFor(assessments);
    return {
      roots: variants,
      guards,
      assessments: tops.flatMap((variant) => assessments.get(variant) ?? []),
      findings,
      unlessRendered: unlessRendered.map((finding) => ({ ...finding, remedy: RENDER })),
      blocked: findings.some(isError),
      optionsFor,
      expectedFor: (variant, built) => {
        const options = optionsFor(variant, built);
        return { expected: convert(built, options), database: options.database };
      },
      tasks,
      lone: family.lone,
      frames: family.frames,
      edits: [],
      refers: null,
    };
  }

  /** Whom edits of a family reach besides it, and what of that keeps them from being made. */
  reachOf(
    { variants, built, lone }: { readonly variants: readonly Variant[]; readonly built: readonly Variant[] } & Pick<Family, 'lone'>,
    tasks: FamilyAssessment['tasks'],
  ): Pick<FamilyAssessment, 'guards' | 'findings'> {
    const guards = this.#guards(tasks, variants);
    const findings = [
      ...variants.flatMap((variant) =>
        this.#opaque(variant).flatMap((obstacle) => this.#obstacle('kustomize-obstacle', obstacle, variant)),
      ),
      ...built.flatMap((variant) => (variant.deleted === null ? [] : this.#obstacle('kustomize-obstacle', variant.deleted, variant))),
      ...this.#generators(tasks, variants),
      ...(lone === null ? [...this.#faults(variants, guards), ...this.#outside(tasks, variants), ...this.#leftOut(tasks, variants)] : []),
      ...this.#untold(variants),
    ];
    return { guards, findings };
  }

  #opaque({ opaque, opaqueIfModern }: Variant): readonly KustomizeProblem[] {
    return this.#with.settings.ingress === 'modern' ? [...opaque, ...opaqueIfModern] : opaque;
  }

  #assess(variant: Variant, { lone, frames }: Pick<Family, 'lone' | 'frames'>): VariantAssessment {
    const { inventory, settings, findings } = this.#with;
    const installation = lone ?? builtInstallation(variant, this.#with.places);
    const place = (field: Path): Place => (lone !== null && field.length === 0 ? lone.place : this.#fieldPlace(variant, field));
    const around = {
      ...inventory,
      secrets: this.#secretsOf(variant),
      substitutions: this.#substitutionsOf(variant, lone),
      place,
      findings,
      generated: this.#generated(variant),
      inChart: frames.has(variant) || this.#isTemplate(lone),
      engines: enginesOf(variant, lone, this.#deployment),
    };
    const assessment = assess(installation, around, settings);
    return { ...withoutUnknownFields(assessment, variant.unknownFields), variant };
  }

  #isTemplate(lone: Installation | null): boolean {
    return lone !== null && this.#with.templateOf(lone.file) !== null;
  }

  /** The first of the layers that a program writes. */
  #generated({ layers }: Variant): Generated | null {
    const { places, textOf, exists } = this.#with;
    if (exists === null) return null;
    for (const { fragment } of layers) {
      const { file, document } = fragment.at;
      const found = generatedBy({ file, text: textOf(file), start: places.start(file, document) }, exists);
      if (found !== null) return found;
    }
    return null;
  }

  /** What a kustomization builds goes before what lies about. */
  #secretsOf({ kustomization, built }: Variant): Inventory['secrets'] {
    const { kustomizations, secrets } = this.#with.inventory;
    const named = stringAt(built, SECRET_PATH);
    const own = kustomizations?.secretsOf(kustomization) ?? [];
    return own.some(({ name }) => name === named) ? own : secrets;
  }

  #substitutionsOf({ kustomization }: Variant, lone: Installation | null): Inventory['substitutions'] {
    const { substitutions } = this.#with.inventory;
    return lone === null ? reachingBuild(substitutions, kustomization) : reachingFile(substitutions, lone.file);
  }

  #fieldPlace(variant: Variant, field: Path): Place {
    const found = fieldOrigin(variant, field);
    return this.#with.places.of(found?.layer.fragment.at ?? NOWHERE, found?.path ?? field);
  }

  /** A state is converted as its variant is. */
  #optionsFor(assessments: ReadonlyMap<Variant, Assessment>): OptionsFor {
    const known = new Map<Variant, WeakMap<ValueMap, ConversionOptions>>();
    for (const [variant, { options, database, fileStoreUndecided }] of assessments)
      if (isKnown(database) && !fileStoreUndecided) known.set(variant, new WeakMap([[variant.built, options]]));
    return (variant, state) => {
      const own = known.get(variant) ?? new WeakMap<ValueMap, ConversionOptions>();
      const options =
        own.get(state) ??
        this.#optionsOf(state, { database: databaseOf(state, variant, assessments), fileStore: fileStoreIn(state, variant, assessments) });
      known.set(variant, own.set(state, options));
      return options;
    };
  }

  #optionsOf(state: ValueMap, decision: Decision): ConversionOptions {
    const { target, ingress } = this.#with.settings;
    const unknown = prunedPaths(validate(OLD.kind, state, target));
    return { ...decision, ingress: ingressStyleOf(state, ingress), unknown };
  }

  /** Findings of the roots; one that not every root has names those that have it. */
  #shared(roots: readonly Variant[], assessments: ReadonlyMap<Variant, Assessment>): Finding[] {
    const by = new Map<string, { finding: Finding; roots: string[] }>();
    for (const root of roots) {
      for (const finding of assessments.get(root)?.findings ?? []) {
        const key = keyOf(finding);
        const known = by.get(key) ?? { finding, roots: [] };
        known.roots.push(root.kustomization);
        by.set(key, known);
      }
    }
    return [...by.values()].map(({ finding, roots: own }) => {
      const others = roots.filter(({ kustomization }) => !own.includes(kustomization));
      return others.length === 0 ? finding : builtBy(whereShared(finding, others), own);
    });
  }

  #obstacle(rule: RuleId, { file, document, path, message }: Omit<KustomizeProblem, 'code'>, installation: Variant | null): Finding[] {
    const place = this.#with.places.of({ file, document, inline: null }, path);
    return this.#with.findings.of(rule, { place, message: `${message}.`, field: path, installation });
  }

  #faults(variants: readonly Variant[], guards: readonly Reader[]): Finding[] {
    const kustomizations = [...variants.map(({ kustomization }) => kustomization), ...guards.map(({ file }) => file)];
    const faults = this.#with.inventory.kustomizations?.faultsOf(kustomizations) ?? [];
    return faults.flatMap((fault) => this.#obstacle('kustomize-build-fails', fault, null));
  }

  /** What else is built from the files that change, and has to stay as it is. */
  #guards(tasks: FamilyAssessment['tasks'], variants: readonly Variant[]): Reader[] {
    const own = new Set(variants.map(({ kustomization }) => kustomization));
    return this.#readers(tasks).filter(({ file }) => !own.has(file));
  }

  #readers(tasks: FamilyAssessment['tasks']): readonly Reader[] {
    return this.#with.inventory.kustomizations?.readersOf(tasks.keys()) ?? [];
  }

  /** Changes of which nobody here can tell whether they are made to this installation. */
  #untold(variants: readonly Variant[]): Finding[] {
    const changes = this.#with.inventory.kustomizations?.untold ?? [];
    return changes.flatMap(({ entry, message, fits }) => {
      const variant = variants.find(fits);
      return variant === undefined ? [] : this.#obstacle('kustomize-obstacle', { ...entry, message }, variant);
    });
  }

  /** A ConfigMap or Secret that is made of a file which changes is another one then, and so is its name. */
  #generators(tasks: FamilyAssessment['tasks'], [variant]: readonly Variant[]): Finding[] {
    const made = this.#with.inventory.kustomizations?.generatedFrom(tasks.keys()) ?? [];
    return made.flatMap(({ entry, kind, name, file }) => {
      const message = `${kind} ${name} is made of ${file}, and would change with it; make it of another file, or convert that one by hand`;
      return this.#obstacle('kustomize-obstacle', { ...entry, message }, variant ?? null);
    });
  }

  /** What the user, or git, leaves out is not changed, and what it is made of must not change either. */
  #leftOut(tasks: FamilyAssessment['tasks'], [variant]: readonly Variant[]): Finding[] {
    return this.#readers(tasks).flatMap(({ file, leftOut }) => {
      if (leftOut === null) return [];
      const message = `this kustomization is built from files that would change, and ${leftOut}; let runs see it, or take it away`;
      return this.#obstacle('kustomize-obstacle', { file: fileOfKey(file), document: 0, path: [], message }, variant ?? null);
    });
  }

  /** A family changes as a whole, so a part of it can't be left out. */
  #outside(tasks: FamilyAssessment['tasks'], roots: readonly Variant[]): Finding[] {
    const [root] = roots;
    if (root === undefined) return [];
    // What builds from the change by itself is told as that.
    const told = new Set(this.#readers(tasks).flatMap(({ file, leftOut }) => (leftOut === null ? [] : [fileOfKey(file)])));
    const outside = [...tasks.keys()].filter((file) => !this.#with.isGiven(file) && !told.has(file));
    return [...groupBy(outside, (file) => this.#with.leftOut(file))].flatMap(([leftOut, files]) => {
      const why =
        leftOut === null
          ? 'is not among the given paths; give the paths of the whole family'
          : `${leftOut}; let runs see it, or convert the family by hand`;
      const message = `${files.slice(0, 3).join(', ')} would have to change too, and ${why}`;
      return this.#obstacle('kustomize-obstacle', { file: fileOfKey(root.kustomization), document: 0, path: [], message }, root);
    });
  }

  #references(variants: readonly Variant[], decisions: ReadonlyMap<Variant, ConversionOptions | undefined>): readonly PlannedReference[] {
    return this.#with.inventory.kustomizations?.plannedReferences(variants, decisions) ?? [];
  }

  /** A shared manifest is converted for all, and for those that have not set out for the conversion it comes too early. */
  #apart(tops: readonly Variant[], assessments: ReadonlyMap<Variant, VariantAssessment>): Finding[] {
    const hasSetOut = ({ built }: Variant): boolean => standingOf(built, null) === 'triggered';
    const behind = tops.find((variant) => !hasSetOut(variant));
    const ahead = tops.find(hasSetOut);
    const installation = behind === undefined ? undefined : assessments.get(behind)?.installation;
    if (behind === undefined || ahead === undefined || installation === undefined) return [];
    const [here, there] = [behind, ahead].map(({ kustomization }) => directoryOf(fileOfKey(kustomization)) || '.');
    const message = `As built by ${there} it has spec.migrate, as built by ${here} it has not, and both are built from this (stages-differ)`;
    const { remedy } = stageReasons['stages-differ'];
    return this.#with.findings.of('stage-refused', { place: installation.place, message, installation, remedy });
  }

  #referenceObstacles({ reference, plan }: PlannedReference): Finding[] {
    const { file, document, inline } = reference.at;
    return plan.obstacles.flatMap(({ path, message }) =>
      this.#obstacle('kustomize-obstacle', { file, document, path: inline === null ? path : inline.path, message }, null),
    );
  }
}

/** A number that stays where it is: the one that would not, 0, shows when the chart is rendered. */
const isDecidedByRendering = ({ rule, field }: Finding): boolean => rule === 'undecided-variable' && /\breplicas$/.test(field ?? '');

const RENDER =
  'Let the chart be rendered (helm on the PATH, or --helm) with values that bring a number above 0, its own and those of each ci/*-values.yaml, or write the value literally.';

const NOWHERE: TextPlace = { file: '', document: 0, inline: null };

/** What stands in a field whose value comes from elsewhere says nothing of its type. */
function withoutUnknownFields(assessment: Assessment, fields: readonly Path[]): Assessment {
  const unknown = fields.map(formatPath);
  const isUnknown = ({ rule, field }: Finding): boolean =>
    ruleById(rule).aboutTypes === true &&
    field !== null &&
    unknown.some((each) => field === each || field.startsWith(`${each}.`) || field.startsWith(`${each}[`));
  const findings = assessment.findings.filter((finding) => !isUnknown(finding));
  return { ...assessment, findings, blocked: findings.some(isError) };
}

/** An installation as a kustomization builds it, with the place of the manifest it starts from. */
export function builtInstallation(variant: Variant, places: DocumentPlaces): Installation {
  const origin = variant.layers[0]?.fragment;
  const at = origin?.at ?? NOWHERE;
  const path = origin?.path ?? [];
  const { name, namespace } = variant;
  const value = variant.built;
  return {
    file: at.file,
    document: at.document,
    path,
    apiVersion: OLD.apiVersion,
    kind: OLD.kind,
    name,
    namespace,
    value,
    place: places.of(at, path),
  };
}

/** An edit where others are built from would change these as well. */
function whereShared(finding: Finding, others: readonly Variant[]): Finding {
  const instead = ruleById(finding.rule).remedyWhereShared;
  const isShared = others.some(({ layers }) => layers.some(({ fragment }) => fragment.at.file === finding.file));
  return instead === undefined || !isShared ? finding : { ...finding, remedy: instead(finding.remedy) };
}

function builtBy(finding: Finding, roots: readonly string[]): Finding {
  const folders = [...new Set(roots)].map((id) => (fileOfKey(id) === id ? directoryOf(id) || '.' : fileOfKey(id)));
  const shown = folders.length > 3 ? `${folders.slice(0, 3).join(', ')} and ${folders.length - 3} more` : folders.join(', ');
  return { ...finding, message: asBuiltBy(finding.message, shown) };
}

function tasksByFile(family: Family, references: readonly PlannedReference[]): Map<string, Task[]> {
  const fragments = family.fragments.map((use): Task => ({ at: use.fragment.at, use }));
  const planned = references
    .filter(({ plan }) => plan.batches.length > 0)
    .map(({ reference, plan }): Task => ({ at: reference.at, batches: plan.batches }));
  const whole = [...family.frames.values()].filter(({ isWhole }) => isWhole);
  const places = new Map(whole.map(({ at }) => [JSON.stringify(at), at]));
  const framed = [...places.values()].map((at): Task => ({ at, batches: [headerOperations([])] }));
  return groupBy([...fragments, ...planned, ...framed], ({ at }) => at.file);
}

/** What decides about references: how all that build an installation convert it, included ones too, for what reads them is built by these as well. */
function decisionsOf(
  built: readonly Variant[],
  assessments: ReadonlyMap<Variant, VariantAssessment>,
): ReadonlyMap<Variant, ConversionOptions | undefined> {
  const tops = new Set(topsOf(built));
  const isDecided = ({ database, fileStoreUndecided }: VariantAssessment): boolean => isKnown(database) && !fileStoreUndecided;
  return new Map(
    built.flatMap((variant) => {
      const assessment = assessments.get(variant);
      // What a base lacks the kustomizations above it may bring.
      return assessment === undefined || !(tops.has(variant) || isDecided(assessment)) ? [] : [[variant, assessment.options] as const];
    }),
  );
}

/** Kustomizations that nothing includes; where there is none, all. */
export function topsOf(variants: readonly Variant[]): readonly Variant[] {
  const tops = variants.filter(({ root }) => root);
  return tops.length === 0 ? variants : tops;
}

/** What a base does when it is built by itself, but for what the kustomizations above it may still bring. */
function includedFindings(variants: readonly Variant[], assessments: ReadonlyMap<Variant, Assessment>): Finding[] {
  const tops = topsOf(variants);
  const known = new Set(tops.flatMap((variant) => assessments.get(variant)?.findings.map(keyOf) ?? []));
  return variants
    .filter((variant) => !tops.includes(variant))
    .flatMap((variant) =>
      (assessments.get(variant)?.findings ?? [])
        .filter((finding) => isError(finding) && ruleById(finding.rule).mayBeCompleted !== true && !known.has(keyOf(finding)))
        .map((finding) => builtBy(finding, [variant.kustomization])),
    );
}

const keyOf = ({ rule, file, line, column, message }: Finding): string => JSON.stringify([rule, file, line, column, message]);

const isKnown = (database: DatabaseKind): boolean => database === 'external' || database === 'operator-managed';

/** What the database of a state is: as the variant itself is judged, where it names that Secret and its own Secrets tell, else as others that name it are. */
function databaseOf(state: ValueMap, variant: Variant, assessments: ReadonlyMap<Variant, Assessment>): DatabaseKind {
  const secret = secretOf(state);
  if (secret === null) return 'operator-managed';
  const own = assessments.get(variant)?.database;
  if (own !== undefined && isKnown(own) && secretOf(variant.built) === secret) return own;
  const other = [...assessments].find(([each, { database }]) => isKnown(database) && secretOf(each.built) === secret);
  return other?.[1].database ?? own ?? [...assessments.values()][0]?.database ?? 'unknown';
}

/** What the file store of a state is: by its URL, where that tells, else as the variant itself is judged, or another with the same URL. */
function fileStoreIn(state: ValueMap, variant: Variant, assessments: ReadonlyMap<Variant, Assessment>): FileStoreKind {
  if (!isOpenStore(state)) return fileStoreAsWritten(state);
  const own = assessments.get(variant);
  if (own?.fileStoreUndecided === false && sameStore(variant.built, state)) return own.options.fileStore;
  const other = [...assessments].find(([each, { fileStoreUndecided }]) => !fileStoreUndecided && sameStore(each.built, state));
  return (other?.[1] ?? own)?.options.fileStore ?? fileStoreAsWritten(state);
}

const secretOf = (state: ValueMap): string | null => stringAt(state, SECRET_PATH);
