import type { Task } from '../edit/task.ts';
import { generatedBy } from '../manifests/generated.ts';
import type { Manifest } from '../manifests/read.ts';
import { groupBy } from '../model/group.ts';
import type { Installation, Resource } from '../model/installation.ts';
import { sameValue } from '../model/same.ts';
import { isMap, stringAt, valueAt, withValueAt } from '../model/value.ts';
import type { Path, ValueMap } from '../model/value.ts';
import { asPrunedAnyTime, hasNewLabels, isCounterpartOf, isTwinOf, TWIN_COMMENT } from '../references/twins.ts';
import { afterEdits, editsIn, twinAfter } from '../references/edits.ts';
import type { EditRequest, ResourceEdits, TwinState } from '../references/edits.ts';
import { contextOf } from '../references/kustomize/context.ts';
import type { Fate, Meant, ResourceContext } from '../references/resource-context.ts';
import type { ReferrerStage } from '../references/referrer.ts';
import { OLD } from '../operator/fields.ts';
import { isError } from '../rules/finding.ts';
import type { Finding } from '../rules/finding.ts';
import { FamilyAssessor } from './assess-family.ts';
import type { Assessing, FamilyAssessment, VariantAssessment } from './assess-family.ts';
import { saidEngines } from './deployment.ts';
import { edited } from './edit-families.ts';

/** A resource that refers to installations, as a family of its own: it is edited because of them, and never stands in their way. */
export interface Referring {
  readonly resource: Resource;
  readonly written: ResourceEdits['written'];
  /** What another object of its kind and name becomes, such as the one that a kustomization builds of it; null where that is nothing. */
  readonly after: (object: ValueMap) => ValueMap | null;
  /** The twin that it gets; null where it gets none. */
  readonly twin: (object: ValueMap) => ValueMap | null;
  /** The twin that it takes the place of. */
  readonly gone: Resource | null;
}

/** What a later stage sees to. */
export interface Waiting {
  /** What names both kinds until *finish*, with its twins. */
  readonly resources: readonly Resource[];
  /** How many references that is. */
  readonly both: number;
  /** Whether what stands at a path of a resource is written by *cutover*, or once installations are prepared that are not now. */
  readonly isForLater: (resource: Resource, path: Path) => boolean;
}

/** What is known besides the families. */
interface ReferringInventory {
  readonly stage: ReferrerStage;
  /** Whether there may be installations that the run has not seen. */
  readonly unseen: boolean;
}

interface PlannedResource {
  readonly resource: Resource;
  readonly edits: ResourceEdits;
}

/** What becomes of installations, by what is meant, or by their name and where they are. */
interface KnownFates extends Pick<ResourceContext, 'fateOf'> {
  readonly fateIn: (name: string | null, namespaces: readonly string[] | null) => Fate;
}

const NAME: Path = ['metadata', 'name'];

/** Writes references in resources, along with the families that they are about. */
export class ReferringResources {
  readonly #with: Assessing;
  readonly #around: ReferringInventory;
  readonly #all: readonly Resource[];
  #byFile: ReadonlyMap<string, readonly Resource[]> | null = null;
  #withNewLabels: readonly Resource[] | null = null;
  readonly #withdrawn = new Map<Resource, Finding>();
  readonly #prunesFirst: boolean;

  constructor(assessing: Assessing, around: ReferringInventory) {
    this.#with = assessing;
    this.#around = around;
    const engines = saidEngines(assessing.settings.engine) ?? assessing.inventory.appliers.map(({ engine }) => engine);
    this.#prunesFirst = engines.includes('argo-cd');
    this.#all = [...assessing.inventory.manifests, ...assessing.inventory.referrers].flatMap(({ resources }) => resources);
  }

  /** The families, and behind them the resources that follow them. */
  following(families: readonly FamilyAssessment[]): FamilyAssessment[] {
    const own = families.filter(({ refers }) => refers === null);
    return [...own, ...this.#followers(own)];
  }

  /** Without the resources that do not follow the families as they have come to be. */
  holding(families: readonly FamilyAssessment[]): FamilyAssessment[] {
    const own = families.filter(({ refers }) => refers === null);
    if (own.length === families.length) return own;
    const wanted = new Map(this.#planned(own).map(({ resource, edits }) => [resource, JSON.stringify(edits.written)]));
    return families.filter(
      ({ refers, blocked }) => refers === null || (!blocked && wanted.get(refers.resource) === JSON.stringify(refers.written)),
    );
  }

  /** Keeps in mind why resources that were to follow stay as they are. */
  withdraw(families: readonly FamilyAssessment[]): void {
    for (const { refers, findings } of families) {
      const reason = findings.find(isError);
      if (refers !== null && reason !== undefined) this.#withdrawn.set(refers.resource, reason);
    }
  }

  /** Why a resource that was to follow stays as it is; null where nothing was in the way. */
  reasonOf(resource: Resource): Finding | null {
    return this.#withdrawn.get(resource) ?? null;
  }

  /** What is left to later stages. */
  waiting(families: readonly FamilyAssessment[]): Waiting {
    const now = new Set(this.#around.stage === 'finish' ? families.flatMap(({ refers }) => refers?.resource ?? []) : []);
    const fates = this.#fatesOf(families);
    const ending = this.#editable().flatMap((resource) => {
      const edits =
        now.has(resource) || this.#isGoing(resource, fates, 'finish')
          ? null
          : editsIn(resource, this.#requestFor(resource, fates, 'finish'));
      return edits === null ? [] : [{ resource, edits }];
    });
    return {
      resources: ending.flatMap(({ resource, edits }) => [resource, (edits.endsTwin ? this.#twinOf(resource) : null) ?? []].flat()),
      both: ending.reduce((sum, { edits }) => sum + edits.written.length, 0),
      isForLater: this.#laterFinder(families),
    };
  }

  #laterFinder(families: readonly FamilyAssessment[]): Waiting['isForLater'] {
    const fates = this.#fatesOf(families, true);
    const editable = new Set(this.#editable());
    return (resource, path) => {
      if (!editable.has(resource) || this.#withdrawn.has(resource) || this.#isWrittenElsewhere(resource)) return false;
      const edits = (['prepare', 'cutover'] as const).flatMap((stage) => editsIn(resource, this.#requestFor(resource, fates, stage)) ?? []);
      return edits.some(({ written }) => written.some((each) => JSON.stringify(each.path) === JSON.stringify(path)));
    };
  }

  #followers(families: readonly FamilyAssessment[]): FamilyAssessment[] {
    const planned = this.#planned(families);
    if (planned.length === 0) return [];
    const assessor = new FamilyAssessor(this.#with);
    const fates = this.#fatesOf(families);
    return planned.flatMap((each) => this.#family(each, assessor, fates));
  }

  #planned(families: readonly FamilyAssessment[]): PlannedResource[] {
    if (!this.#isTime(families)) return [];
    const fates = this.#fatesOf(families);
    return this.#editable().flatMap((resource) => {
      const edits = editsIn(resource, this.#requestFor(resource, fates));
      return edits === null || this.#isGoing(resource, fates) || this.#isWrittenElsewhere(resource) ? [] : [{ resource, edits }];
    });
  }

  #editable(): Resource[] {
    const { manifests, referrers } = this.#with.inventory;
    return [...manifests, ...referrers].filter((manifest) => this.#mayBeEdited(manifest)).flatMap(({ resources }) => resources);
  }

  /** Whether the families come to what the resources are to follow. */
  #isTime(families: readonly FamilyAssessment[]): boolean {
    const free = families.filter(({ blocked, assessments }) => !blocked && assessments.length > 0);
    if (this.#around.stage !== 'finish')
      return this.#around.stage === 'prepare' ? free.length > 0 : free.some(({ tasks }) => tasks.size > 0);
    return free.length > 0 && !this.#around.unseen && this.#with.inventory.installations.size === 0;
  }

  #mayBeEdited({ file, problems }: Manifest): boolean {
    return problems.length === 0 && this.#with.isGiven(file);
  }

  /** A comment that suppresses what would be told of a reference says that it is to stay. */
  #requestFor(resource: Resource, fates: KnownFates, stage = this.#around.stage): EditRequest {
    const { file, document, path: own } = resource;
    const { exists, findings, places } = this.#with;
    const isKept = (path: Path): boolean =>
      findings.suppresses('reference-left', places.of({ file, document, inline: null }, [...own, ...path]));
    const request = { stage, context: this.#contextFor(resource, fates), isKept };
    const hasRoom = own.length === 0 && exists !== null;
    return { ...request, twin: () => (hasRoom ? this.#twinState(resource, request) : 'none') };
  }

  #twinState(resource: Resource, request: Omit<EditRequest, 'twin'>): TwinState {
    const twin = this.#twinOf(resource);
    if (twin === null) return this.#renewed().some((each) => isCounterpartOf(each, resource)) ? 'none' : 'possible';
    if (request.stage !== 'finish') return 'none';
    const [own, other] = [resource, twin].map((each) => afterEdits(each, { ...request, twin: () => 'there' }) ?? each.value);
    const name = valueAt(twin.value, NAME);
    const isSame =
      own !== undefined &&
      other !== undefined &&
      name !== undefined &&
      sameValue(asPrunedAnyTime(withValueAt(own, NAME, name) as ValueMap), asPrunedAnyTime(other));
    return isSame ? 'there' : 'none';
  }

  /** Whether another resource takes the place of one that is its twin. */
  #isGoing(resource: Resource, fates: KnownFates, stage = this.#around.stage): boolean {
    const other = stage === 'finish' ? this.#besides(resource).find((each) => isTwinOf(resource, each)) : undefined;
    return other !== undefined && editsIn(other, this.#requestFor(other, fates, stage))?.endsTwin === true;
  }

  /** Twins stand in one file. */
  #twinOf(resource: Resource): Resource | null {
    return this.#besides(resource).find((each) => isTwinOf(each, resource)) ?? null;
  }

  /** What goes by the new labels. */
  #renewed(): readonly Resource[] {
    this.#withNewLabels ??= this.#all.filter(hasNewLabels);
    return this.#withNewLabels;
  }

  #besides({ file }: Resource): readonly Resource[] {
    this.#byFile ??= groupBy(this.#all, (each) => each.file);
    return this.#byFile.get(file) ?? [];
  }

  /** Whether a program writes a resource, or a change would break its seal. */
  #isWrittenElsewhere({ file, document, value }: Resource): boolean {
    if (isMap(valueAt(value, ['sops']))) return true;
    const { exists, places, textOf } = this.#with;
    return exists !== null && generatedBy({ file, text: textOf(file), start: places.start(file, document) }, exists) !== null;
  }

  /** @param isSoon what becomes of them once every installation goes the way of those that are free now */
  #fatesOf(families: readonly FamilyAssessment[], isSoon = false): KnownFates {
    const { inventory } = this.#with;
    // What was not chosen stays, as what stands outside of the families does.
    const judged = families.filter(({ assessments }) => assessments.length > 0);
    const assessed = judged.flatMap(({ blocked, assessments }) =>
      assessments.map((each): KnownInstallation => ({ ...knownOf(each), blocked: blocked && !isSoon })),
    );
    const told = new Set(judged.flatMap(({ roots }) => roots));
    const variants = inventory.kustomizations?.variants.filter(({ built }) => stringAt(built, ['kind']) === OLD.kind) ?? [];
    const built = variants.filter((variant) => variant.root && variant.deleted === null && !told.has(variant));
    const places = new Set(
      [...told, ...variants].flatMap(({ layers }) => layers.map(({ fragment: { at, path } }) => keyOf({ ...at, path }))),
    );
    const alone = [...inventory.installations.values()].flat().filter((each) => !places.has(keyOf(each)));
    const others = [...built, ...alone].map(({ name, namespace }): KnownInstallation => ({
      name,
      namespace,
      blocked: !isSoon,
      judged: null,
    }));
    const known = [...assessed, ...others];
    const { unseen } = this.#around;
    const candidates = finderOf(known);
    const fateIn: KnownFates['fateIn'] = (name, namespaces) => fateOf({ name, candidates: candidates({ name, namespaces }) }, unseen);
    return { fateOf: ({ name, namespace }) => fateIn(name, namespace === null ? null : [namespace]), fateIn };
  }

  /** A resource that names no namespace stands where the kustomizations that read it put it. */
  #contextFor({ file }: Resource, { fateOf, fateIn }: KnownFates): ResourceContext {
    const fateBeside: ResourceContext['fateBeside'] = (name, value) => {
      const own = stringAt(value, ['metadata', 'namespace']);
      return fateIn(name, own === null ? (this.#with.inventory.kustomizations?.namespacesOf(file) ?? null) : [own]);
    };
    return { fateOf, fateBeside, prunesFirst: this.#prunesFirst };
  }

  #family({ resource, edits }: PlannedResource, assessor: FamilyAssessor, fates: KnownFates): FamilyAssessment[] {
    const { file, document, path, apiVersion, kind } = resource;
    const batches = edits.batches.map((batch) => batch.map((operation) => ({ ...operation, path: [...path, ...operation.path] })));
    const task: Task = { at: { file, document, inline: null }, batches };
    const place = { file, document, inline: null };
    const tasksHere: Task[] = [
      ...(edits.batches.length === 0 ? [] : [task]),
      ...(edits.twin === null ? [] : [{ at: place, twin: edits.twin, why: TWIN_COMMENT }]),
    ];
    const gone = edits.endsTwin ? this.#twinOf(resource) : null;
    if (gone !== null) tasksHere.push({ at: { file, document: gone.document, inline: null }, gone: true });
    const tasks = new Map([[file, tasksHere]]);
    const { guards, findings } = assessor.reachOf({ variants: [], built: [], lone: null }, tasks);
    const request = this.#requestFor(resource, fates);
    const after = (object: ValueMap): ValueMap | null => afterEdits({ apiVersion, kind, value: object }, request);
    const family: FamilyAssessment = {
      roots: [],
      guards,
      assessments: [],
      findings: [],
      blocked: false,
      optionsFor: () => {
        throw new Error(`${file} is edited by operations alone`);
      },
      expectedFor: (_, value) => ({ expected: value, database: null }),
      tasks,
      lone: null,
      frames: new Map(),
      edits: [],
      refers: {
        resource,
        written: edits.written,
        after,
        twin: (object) => twinAfter({ apiVersion, kind, value: object }, request),
        gone,
      },
    };
    const all = findings.some(isError) ? [{ ...family, findings, blocked: true }] : edited([family], this.#with);
    this.withdraw(all);
    return all.filter(({ blocked }) => !blocked);
  }
}

/** An installation that a reference may mean. */
interface KnownInstallation extends Meant {
  readonly name: string;
  readonly blocked: boolean;
  readonly judged: VariantAssessment | null;
}

const knownOf = (judged: VariantAssessment): Omit<KnownInstallation, 'blocked'> => ({
  name: judged.installation.name,
  namespace: judged.installation.namespace,
  judged,
});

interface MeantIn extends Pick<Meant, 'name'> {
  /** Null for any. */
  readonly namespaces: readonly string[] | null;
}

/** Finds what may be meant among many. */
function finderOf(known: readonly KnownInstallation[]): (meant: MeantIn) => readonly KnownInstallation[] {
  const byName = groupBy(known, ({ name }) => name);
  const byNamespace = groupBy(known, ({ namespace }) => namespace);
  return ({ name, namespaces }) => {
    const isThere = ({ namespace }: KnownInstallation): boolean =>
      namespaces === null || namespace === null || namespaces.includes(namespace);
    if (name !== null) return (byName.get(name) ?? []).filter(isThere);
    return namespaces === null ? known : [...new Set([...namespaces, null])].flatMap((namespace) => byNamespace.get(namespace) ?? []);
  };
}

function fateOf(
  { name: meant, candidates }: Pick<Meant, 'name'> & { readonly candidates: readonly KnownInstallation[] },
  unseen: boolean,
): Fate {
  const converted = candidates.filter(({ blocked }) => !blocked);
  const isAll = converted.length === candidates.length && !(unseen && meant === null);
  const judged = converted.flatMap(({ judged: each }) => each ?? []);
  return {
    names: unseen ? null : [...new Set(candidates.map(({ name }) => name))],
    converted: converted.length === 0 ? 'none' : isAll ? 'all' : 'some',
    decision: contextOf(
      judged.map(({ installation, options }) => ({ built: installation.value, options })),
      [],
    ).decision,
  };
}

const keyOf = ({ file, document, path }: Pick<Installation, 'file' | 'document'> & { readonly path: Path }): string =>
  JSON.stringify([file, document, path]);

/** Whether an object that was built may be a resource, under a name with a prefix or suffix. */
export function mayBe(object: ValueMap, { apiVersion, kind, name }: Resource): boolean {
  const [builtName, builtKind, version] = [['metadata', 'name'], ['kind'], ['apiVersion']].map((path) => stringAt(object, path));
  return builtKind === kind && version === apiVersion && builtName !== null && builtName !== undefined && builtName.includes(name);
}

/** How many references are written, by how. */
export function referencesWritten(families: readonly FamilyAssessment[]): { readonly rewritten: number; readonly extended: number } {
  const written = families.flatMap(({ blocked, refers }) => (blocked || refers === null ? [] : refers.written));
  const count = (how: ResourceEdits['written'][number]['how']): number => written.filter((each) => each.how === how).length;
  return { rewritten: count('rewritten'), extended: count('extended') };
}
