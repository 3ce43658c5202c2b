import { reachableFrom } from '../kustomize/graph-walk.ts';
import { familiesOf } from './family.ts';
import type { Family } from './family.ts';
import type { Graph } from '../kustomize/graph.ts';
import { fragmentId } from '../kustomize/model.ts';
import type { FragmentForm, Obstacle, TextPlace, Variant } from '../kustomize/model.ts';
import { directoryOf } from '../kustomize/paths.ts';
import { planReferences } from '../references/kustomize/referrers.ts';
import { pathsIn } from '../kustomize/relevant.ts';
import type { SharedDecision } from '../references/kustomize/referrers.ts';
import { referenceDocuments } from '../references/kustomize/documents.ts';
import type { ReferenceDocument } from '../references/kustomize/documents.ts';
import { rewriteFile } from '../edit/file.ts';
import type { FileRefusal, OptionsFor, Task } from '../edit/file.ts';
import { layerOf, TextPlaces } from '../kustomize/text-places.ts';
import type { Trouble } from '../kustomize/trouble.ts';
import type { Finding, Place } from '../model/finding.ts';
import { installationId } from '../model/installation.ts';
import type { DatabaseKind, Installation } from '../model/installation.ts';
import { formatPath, stringAt } from '../model/value.ts';
import type { Path, ValueMap } from '../model/value.ts';
import { fileStoreOf } from '../operator/convert.ts';
import type { ConvertOptions } from '../operator/convert.ts';
import { OLD } from '../operator/fields.ts';
import { validate } from '../operator/validate.ts';
import { ruleById } from '../rules/index.ts';
import type { RuleId } from '../rules/index.ts';
import { editReason, unsafeEdit } from '../rules/unsafe-edit.ts';
import type { SecretSource } from '../secrets/index.ts';
import { assess } from './assess.ts';
import type { Assessment, Inventory } from './assess.ts';
import type { Settings } from '../rules/settings.ts';

/** What is known about the kustomizations of a repository. */
export interface KustomizeInput {
  readonly graph: Graph;
  readonly variants: readonly Variant[];
  readonly troubles: readonly Trouble[];
  /** The Secrets that a kustomization builds. */
  readonly secretsOf: (kustomization: string) => readonly SecretSource[];
  /** Whether the run was asked to look at a file; all are when it is left out. */
  readonly isGiven?: (file: string) => boolean;
}

/** A family judged: how each of its states is converted, and what keeps it from being. */
export interface FamilyAssessment {
  /** Deleted ones included. */
  readonly roots: readonly Variant[];
  /** One for each installation manifest, as its first root builds it. */
  readonly assessments: readonly Assessment[];
  readonly findings: readonly Finding[];
  readonly blocked: boolean;
  readonly optionsFor: OptionsFor;
  /** What is to be rewritten, by file. */
  readonly tasks: ReadonlyMap<string, readonly Task[]>;
}

/** Judges every family of a repository's kustomizations, and tries the rewrite of each. Pure. */
export function assessFamilies(input: KustomizeInput, around: Inventory, settings: Settings): FamilyAssessment[] {
  const judge = new Judge(input, around, settings);
  return familiesOf(input.variants, (variant) => judge.referencePlaces(variant)).map((family) => judge.judge(family));
}

class Judge {
  readonly #input: KustomizeInput;
  readonly #around: Inventory;
  readonly #settings: Settings;
  readonly #places: TextPlaces;
  readonly #references: readonly ReferenceDocument[];
  /** Troubles that hide what a kustomization includes, with what its words may lead to. */
  readonly #cutOff: readonly { readonly trouble: Trouble; readonly paths: ReadonlySet<string> }[];

  constructor(input: KustomizeInput, around: Inventory, settings: Settings) {
    this.#input = input;
    this.#around = around;
    this.#settings = settings;
    this.#places = new TextPlaces(input.graph.files);
    this.#references = referenceDocuments(input.graph).filter(({ value, role }) => refers(planReferences(value, role, 'undecided')));
    const hidden = 'this kustomization can not be read, and names what an installation is built from';
    this.#cutOff = input.troubles
      .filter(({ code }) => code === 'unreadable-kustomization' || code === 'several-kustomizations')
      .map((trouble) => ({
        trouble: trouble.code === 'unreadable-kustomization' ? { ...trouble, message: hidden } : trouble,
        paths: pathsIn(input.graph.files.text(trouble.file)?.text ?? '', directoryOf(trouble.file)),
      }));
  }

  /** Documents with references tie together all that they may refer to. */
  referencePlaces(variant: Variant): string[] {
    return this.#referencesOf([variant]).map(({ at }) => JSON.stringify(at));
  }

  judge(family: Family): FamilyAssessment {
    const all = family.variants.some(({ root }) => root) ? family.variants.filter(({ root }) => root) : family.variants;
    const live = all.filter(({ deleted }) => deleted === null);
    const roots = live.length === 0 ? all : live;
    const assessments = roots.map((variant) => this.#assess(variant));
    const optionsFor = this.#optionsFor(roots, assessments);
    const references = this.#plannedReferences([...roots, ...all.filter((each) => !roots.includes(each))], assessments);
    const tasks = tasksByFile(family, all, references);
    const found = [
      ...this.#shared(roots, assessments),
      ...all.flatMap((variant) => variant.opaque.map((obstacle) => this.#obstacle('kustomize-obstacle', obstacle, variant))),
      ...roots.flatMap((variant) => (variant.deleted === null ? [] : [this.#obstacle('kustomize-obstacle', variant.deleted, variant)])),
      ...this.#troubles(all),
      ...this.#outside(tasks, roots),
      ...references.flatMap((reference) => this.#referenceObstacles(reference)),
    ];
    const refusals = found.some(isError) ? [] : this.#tryRewrite(tasks, optionsFor, roots);
    const findings = unique([...found, ...refusals]);
    return { roots: all, assessments: onePerManifest(assessments), findings, blocked: findings.some(isError), optionsFor, tasks };
  }

  #assess(variant: Variant): Assessment {
    const installation = builtInstallation(variant, this.#places);
    const built = this.#input.secretsOf(variant.kustomization);
    const named = stringAt(installation.value, ['spec', 'database', 'secret']);
    const own = built.some(({ name }) => name === named) ? built : this.#around.secrets;
    const places = { of: (_: unknown, field: Path): Place => this.#fieldPlace(variant, field) };
    return withoutUnknownFields(assess(installation, places, { ...this.#around, secrets: own }, this.#settings), variant.unknownFields);
  }

  #fieldPlace(variant: Variant, field: Path): Place {
    const found = layerOf(variant, field);
    return this.#places.of(found?.layer.fragment.at ?? NOWHERE, found?.path ?? field);
  }

  /** A state is converted as its variant is: the Secret that a state names decides wherever it is named. */
  #optionsFor(roots: readonly Variant[], assessments: readonly Assessment[]): OptionsFor {
    const kinds = new Map<string, DatabaseKind>();
    for (const [index, { built }] of roots.entries()) {
      const secret = stringAt(built, ['spec', 'database', 'secret']);
      if (secret !== null) kinds.set(secret, assessments[index]?.database ?? 'unknown');
    }
    const known = new WeakMap<ValueMap, ConvertOptions>();
    return (variant, state) => {
      const own = assessments[Math.max(roots.indexOf(variant), 0)];
      const options = known.get(state) ?? this.#optionsOf(state, kinds, own?.database ?? 'unknown');
      known.set(state, options);
      return options;
    };
  }

  /** A Secret that only a lower layer names is taken to be of the kind that the whole has. */
  #optionsOf(state: ValueMap, kinds: ReadonlyMap<string, DatabaseKind>, whole: DatabaseKind): ConvertOptions {
    const secret = stringAt(state, ['spec', 'database', 'secret']);
    const unknown = validate(OLD.kind, state, this.#settings.target)
      .filter(({ code }) => code === 'unknown-field')
      .map(({ path }) => path);
    const database = secret === null ? 'operator-managed' : (kinds.get(secret) ?? whole);
    return { fileStore: fileStoreOf(state), database, ingress: this.#settings.ingress, unknown };
  }

  /** Findings of the roots; one that not every root has names those that have it. */
  #shared(roots: readonly Variant[], assessments: readonly Assessment[]): Finding[] {
    const by = new Map<string, { finding: Finding; roots: string[] }>();
    for (const [index, { findings }] of assessments.entries()) {
      for (const finding of findings) {
        const key = JSON.stringify([finding.rule, finding.file, finding.line, finding.column, finding.message]);
        const known = by.get(key) ?? { finding, roots: [] };
        known.roots.push(roots[index]?.kustomization ?? '');
        by.set(key, known);
      }
    }
    return [...by.values()].map(({ finding, roots: own }) =>
      new Set(own).size < new Set(roots.map(({ kustomization }) => kustomization)).size ? builtBy(finding, own) : finding,
    );
  }

  #obstacle(rule: RuleId, { file, document, path, message }: Obstacle, variant: Variant | null): Finding {
    const { level, remedy } = ruleById(rule);
    const place = this.#places.of({ file, document, inline: null }, path);
    const installation = variant === null ? null : installationId(variant);
    return { rule, level, message: `${message}.`, ...place, field: path.length === 0 ? null : formatPath(path), installation, remedy };
  }

  #troubles(roots: readonly Variant[]): Finding[] {
    const files = new Set(roots.flatMap(({ kustomization }) => [...reachableFrom(this.#input.graph, kustomization)]));
    const own = this.#input.troubles.filter(({ code, file }) => BREAKS_BUILD.has(code) && files.has(file));
    const directories = new Set([...files].map(directoryOf));
    const above = this.#cutOff.filter(
      ({ trouble, paths }) => !files.has(trouble.file) && [...paths].some((path) => files.has(path) || directories.has(path)),
    );
    return [...own, ...above.map(({ trouble }) => trouble)].map((trouble) => this.#obstacle('kustomize-build-fails', trouble, null));
  }

  /** A family changes as a whole, so a part of it can't be left out. */
  #outside(tasks: FamilyAssessment['tasks'], roots: readonly Variant[]): Finding[] {
    const { isGiven } = this.#input;
    const outside = isGiven === undefined ? [] : [...tasks.keys()].filter((file) => !isGiven(file));
    const [root] = roots;
    if (outside.length === 0 || root === undefined) return [];
    const message = `${outside.slice(0, 3).join(', ')} would have to change too and is not among the given paths; give the paths of the whole family`;
    return [this.#obstacle('kustomize-obstacle', { file: root.kustomization, document: 0, path: [], message }, root)];
  }

  #referencesOf(variants: readonly Variant[]): ReferenceDocument[] {
    const files = new Set(variants.flatMap(({ kustomization }) => [...reachableFrom(this.#input.graph, kustomization)]));
    return this.#references.filter(({ kustomization }) => files.has(kustomization));
  }

  /** Each referring document once, planned for the installations of all roots that read it. */
  #plannedReferences(roots: readonly Variant[], assessments: readonly Assessment[]): PlannedReference[] {
    const documents = new Map(this.#referencesOf(roots).map((reference) => [JSON.stringify([reference.at, reference.role]), reference]));
    return [...documents.values()].map((reference) => {
      const own = assessments.filter((_, index) =>
        reachableFrom(this.#input.graph, roots[index]?.kustomization ?? '').has(reference.kustomization),
      );
      return { reference, plan: planReferences(reference.value, reference.role, sharedDecision(own)) };
    });
  }

  #referenceObstacles({ reference, plan }: PlannedReference): Finding[] {
    const { file, document, inline } = reference.at;
    return plan.obstacles.map(({ path, message }) =>
      this.#obstacle('kustomize-obstacle', { file, document, path: inline === null ? path : inline.path, message }, null),
    );
  }

  #tryRewrite(tasks: FamilyAssessment['tasks'], optionsFor: OptionsFor, roots: readonly Variant[]): Finding[] {
    return [...tasks].flatMap(([file, own]) => {
      const result = rewriteFile(this.#input.graph.files.text(file)?.text ?? '', own, optionsFor);
      return result.ok ? [] : result.refusals.map((refusal) => this.#refusal(file, refusal, roots));
    });
  }

  #refusal(file: string, { offset, refusal }: FileRefusal, roots: readonly Variant[]): Finding {
    const place = this.#places.atOffset(file, offset);
    const [first] = roots;
    const installation = first === undefined ? null : installationId(first);
    const remedy = editReason(refusal.code).remedy;
    return {
      rule: unsafeEdit.id,
      level: unsafeEdit.level,
      message: `${refusal.message} (${refusal.code})`,
      ...place,
      field: null,
      installation,
      remedy,
    };
  }
}

interface PlannedReference {
  readonly reference: ReferenceDocument;
  readonly plan: ReturnType<typeof planReferences>;
}

const NOWHERE: TextPlace = { file: '', document: 0, inline: null };

/** What stands in a field whose value comes from elsewhere says nothing of its type. */
function withoutUnknownFields(assessment: Assessment, fields: readonly Path[]): Assessment {
  const unknown = fields.map(formatPath);
  const isUnknown = ({ rule, field }: Finding): boolean =>
    ABOUT_TYPES.has(rule) &&
    field !== null &&
    unknown.some((each) => field === each || field.startsWith(`${each}.`) || field.startsWith(`${each}[`));
  const findings = assessment.findings.filter((finding) => !isUnknown(finding));
  return { ...assessment, findings, blocked: findings.some(isError) };
}

const ABOUT_TYPES: ReadonlySet<string> = new Set(['invalid-installation', 'invalid-target']);

const refers = (plan: ReturnType<typeof planReferences>): boolean => plan.batches.length > 0 || plan.obstacles.length > 0;

const isError = (finding: Finding): boolean => finding.level === 'error';

/** Troubles with which kustomize itself builds nothing, or not what this reading has seen. */
const BREAKS_BUILD: ReadonlySet<Trouble['code']> = new Set([
  'unreadable-kustomization',
  'unknown-field',
  'several-kustomizations',
  'wrong-kind',
  'missing',
  'outside-root',
  'cycle',
  'unreadable-manifest',
  'unreadable-patch',
  'patch-fails',
  'patch-without-match',
  'patch-with-several-matches',
  'bad-selector',
  'duplicate-resource',
]);

/** An installation as a kustomization builds it, with the place of the manifest it starts from. */
function builtInstallation(variant: Variant, places: TextPlaces): Installation {
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

/** Several roots build the same manifest: the report has one line for it. */
function onePerManifest(assessments: readonly Assessment[]): Assessment[] {
  const first = new Map<string, Assessment>();
  for (const each of assessments) {
    const { file, document, path } = each.installation;
    const key = JSON.stringify([file, document, path]);
    if (!first.has(key)) first.set(key, each);
  }
  return [...first.values()];
}

function builtBy(finding: Finding, roots: readonly string[]): Finding {
  const folders = [...new Set(roots)].map((file) => file.slice(0, Math.max(file.lastIndexOf('/'), 0)) || '.');
  const shown = folders.length > 3 ? `${folders.slice(0, 3).join(', ')} and ${folders.length - 3} more` : folders.join(', ');
  return { ...finding, message: `${finding.message.replace(/\.$/, '')} (as built by ${shown}).` };
}

function sharedDecision(assessments: readonly Assessment[]): SharedDecision {
  const [first] = assessments;
  if (first === undefined) return 'undecided';
  const { fileStore, database } = first.options;
  return assessments.every(({ options }) => options.fileStore === fileStore && options.database === database)
    ? { fileStore, database }
    : 'undecided';
}

function tasksByFile(family: Family, roots: readonly Variant[], references: readonly PlannedReference[]): Map<string, Task[]> {
  const tasks = new Map<string, Task[]>();
  const add = (task: Task): void => {
    const own = tasks.get(task.at.file);
    if (own === undefined) tasks.set(task.at.file, [task]);
    else own.push(task);
  };
  for (const { fragment, uses } of family.fragments) {
    const own = uses.filter(({ variant }) => roots.includes(variant));
    if (own.length > 0) add({ at: fragment.at, use: { fragment, uses: own } });
  }
  for (const { reference, plan } of references) if (plan.batches.length > 0) add({ at: reference.at, batches: plan.batches });
  return tasks;
}

function unique(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

/** The places of fragments, of one form or of all: what stands there is judged with its family and not by itself. */
export const fragmentKeys = (variants: readonly Variant[], form?: FragmentForm): Set<string> =>
  new Set(
    variants.flatMap(({ layers }) =>
      layers.flatMap(({ fragment }) => (form === undefined || fragment.form === form ? [fragmentId(fragment)] : [])),
    ),
  );
