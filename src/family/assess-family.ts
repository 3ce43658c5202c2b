import type { OptionsFor, Task } from '../edit/file.ts';
import { layerOf } from '../kustomize/model.ts';
import type { Obstacle, TextPlace, Variant } from '../kustomize/model.ts';
import type { DocumentPlaces } from '../manifests/places.ts';
import type { DatabaseKind, Installation } from '../model/installation.ts';
import type { Place } from '../model/place.ts';
import { formatPath, stringAt } from '../model/value.ts';
import type { Path, ValueMap } from '../model/value.ts';
import { fileStoreOf, ingressStyleOf } from '../operator/convert.ts';
import type { ConvertOptions } from '../operator/convert.ts';
import { OLD } from '../operator/fields.ts';
import { validate } from '../operator/validate.ts';
import { isError, unique } from '../rules/finding.ts';
import type { Finding, Findings } from '../rules/finding.ts';
import { ruleById } from '../rules/index.ts';
import type { RuleId } from '../rules/index.ts';
import type { Settings } from '../rules/settings.ts';
import { assess } from './assess.ts';
import type { Assessment } from './assess.ts';
import type { FileEdit } from './edit-families.ts';
import type { Family } from './family.ts';
import type { Inventory } from './inventory.ts';
import type { PlannedReference } from './kustomizations.ts';

/** A family judged: how each of its states is converted, what keeps it from being, and what is edited for it. */
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
  /** The installation itself, where no kustomization has to do with it. */
  readonly lone: Installation | null;
  /** None where it is blocked. */
  readonly edits: readonly FileEdit[];
}

/** What an assessment draws on besides the family itself. */
export interface Assessing {
  readonly inventory: Inventory;
  readonly settings: Settings;
  readonly findings: Findings;
  readonly places: DocumentPlaces;
  readonly textOf: (file: string) => string;
  /** Whether the run was asked to look at a file. */
  readonly isGiven: (file: string) => boolean;
}

/** Judges families. Pure: reads nothing but texts, for the places of findings. */
export class FamilyAssessor {
  readonly #with: Assessing;

  constructor(assessing: Assessing) {
    this.#with = assessing;
  }

  assess(family: Family): FamilyAssessment {
    const all = family.variants.some(({ root }) => root) ? family.variants.filter(({ root }) => root) : family.variants;
    const live = all.filter(({ deleted }) => deleted === null);
    const roots = live.length === 0 ? all : live;
    const assessments = roots.map((variant) => this.#assess(variant, family.lone));
    const optionsFor = this.#optionsFor(roots, assessments);
    const references =
      family.lone === null ? this.#references([...roots, ...all.filter((each) => !roots.includes(each))], assessments) : [];
    const tasks = tasksByFile(family, all, references);
    const findings = unique([
      ...this.#shared(roots, assessments),
      ...all.flatMap((variant) => this.#opaque(variant).flatMap((obstacle) => this.#obstacle('kustomize-obstacle', obstacle, variant))),
      ...roots.flatMap((variant) => (variant.deleted === null ? [] : this.#obstacle('kustomize-obstacle', variant.deleted, variant))),
      ...(family.lone === null ? [...this.#faults(all), ...this.#outside(tasks, roots)] : []),
      ...references.flatMap((reference) => this.#referenceObstacles(reference)),
    ]);
    return {
      roots: all,
      assessments: onePerManifest(assessments),
      findings,
      blocked: findings.some(isError),
      optionsFor,
      tasks,
      lone: family.lone,
      edits: [],
    };
  }

  #opaque({ opaque, opaqueIfModern }: Variant): readonly Obstacle[] {
    return this.#with.settings.ingress === 'modern' ? [...opaque, ...opaqueIfModern] : opaque;
  }

  #assess(variant: Variant, lone: Installation | null): Assessment {
    const { inventory, settings, findings } = this.#with;
    const installation = lone ?? builtInstallation(variant, this.#with.places);
    const place = (field: Path): Place => (lone !== null && field.length === 0 ? lone.place : this.#fieldPlace(variant, field));
    const assessment = assess(installation, { ...inventory, secrets: this.#secretsOf(variant), place, findings }, settings);
    return withoutUnknownFields(assessment, variant.unknownFields);
  }

  /** What a kustomization builds goes before what lies about. */
  #secretsOf({ kustomization, built }: Variant): Inventory['secrets'] {
    const { kustomizations, secrets } = this.#with.inventory;
    const named = stringAt(built, ['spec', 'database', 'secret']);
    const own = kustomizations?.secretsOf(kustomization) ?? [];
    return own.some(({ name }) => name === named) ? own : secrets;
  }

  #fieldPlace(variant: Variant, field: Path): Place {
    const found = layerOf(variant, field);
    return this.#with.places.of(found?.layer.fragment.at ?? NOWHERE, found?.path ?? field);
  }

  /** A state is converted as its variant is: the Secret that a state names decides wherever it is named. */
  #optionsFor(roots: readonly Variant[], assessments: readonly Assessment[]): OptionsFor {
    const kinds = new Map<string, DatabaseKind>();
    const known = new WeakMap<ValueMap, ConvertOptions>();
    for (const [index, { built }] of roots.entries()) {
      const secret = stringAt(built, ['spec', 'database', 'secret']);
      if (secret !== null) kinds.set(secret, assessments[index]?.database ?? 'unknown');
    }
    const [only] = assessments;
    const [first] = roots;
    if (only !== undefined && first !== undefined && roots.length === 1) known.set(first.built, only.options);
    return (variant, state) => {
      const own = assessments[Math.max(roots.indexOf(variant), 0)];
      const options = known.get(state) ?? this.#optionsOf(state, kinds, own?.database ?? 'unknown');
      known.set(state, options);
      return options;
    };
  }

  /** A Secret that only a lower layer names is taken to be of the kind that the whole has. */
  #optionsOf(state: ValueMap, kinds: ReadonlyMap<string, DatabaseKind>, whole: DatabaseKind): ConvertOptions {
    const { target, ingress } = this.#with.settings;
    const secret = stringAt(state, ['spec', 'database', 'secret']);
    const unknown = validate(OLD.kind, state, target).flatMap(({ code, path }) => (code === 'unknown-field' ? [path] : []));
    const database = secret === null ? 'operator-managed' : (kinds.get(secret) ?? whole);
    return { fileStore: fileStoreOf(state), database, ingress: ingressStyleOf(state, ingress), unknown };
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

  #obstacle(rule: RuleId, { file, document, path, message }: Obstacle, installation: Variant | null): Finding[] {
    const place = this.#with.places.of({ file, document, inline: null }, path);
    return this.#with.findings.of(rule, { place, message: `${message}.`, field: path, installation });
  }

  #faults(variants: readonly Variant[]): Finding[] {
    const faults = this.#with.inventory.kustomizations?.faultsOf(variants) ?? [];
    return faults.flatMap((fault) => this.#obstacle('kustomize-build-fails', fault, null));
  }

  /** A family changes as a whole, so a part of it can't be left out. */
  #outside(tasks: FamilyAssessment['tasks'], roots: readonly Variant[]): Finding[] {
    const outside = [...tasks.keys()].filter((file) => !this.#with.isGiven(file));
    const [root] = roots;
    if (outside.length === 0 || root === undefined) return [];
    const message = `${outside.slice(0, 3).join(', ')} would have to change too and is not among the given paths; give the paths of the whole family`;
    return this.#obstacle('kustomize-obstacle', { file: root.kustomization, document: 0, path: [], message }, root);
  }

  #references(roots: readonly Variant[], assessments: readonly Assessment[]): readonly PlannedReference[] {
    const options = new Map(assessments.map((assessment, index) => [roots[index], assessment.options] as const));
    return this.#with.inventory.kustomizations?.plannedReferences(roots, options) ?? [];
  }

  #referenceObstacles({ reference, plan }: PlannedReference): Finding[] {
    const { file, document, inline } = reference.at;
    return plan.obstacles.flatMap(({ path, message }) =>
      this.#obstacle('kustomize-obstacle', { file, document, path: inline === null ? path : inline.path, message }, null),
    );
  }
}

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
function builtInstallation(variant: Variant, places: DocumentPlaces): Installation {
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
