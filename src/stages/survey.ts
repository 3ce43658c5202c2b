import { builtInstallation, FamilyAssessor, topsOf } from '../family/assess-family.ts';
import type { Assessing, FamilyAssessment, VariantAssessment } from '../family/assess-family.ts';
import { edited } from '../family/edit-families.ts';
import type { Family } from '../family/family.ts';
import type { FollowedKind } from '../family/followed-kind.ts';
import { releaseOf } from '../manifests/operators.ts';
import type { Release } from '../operator/releases.ts';
import type { Variant } from '../kustomize/model.ts';
import { isMap, valueAt } from '../model/value.ts';
import type { ValueMap } from '../model/value.ts';
import { appliersOf, deploymentOf, enginesOf } from '../family/deployment.ts';
import type { Deployment } from '../family/deployment.ts';
import type { StageSubject } from './stage.ts';
import { isError } from '../rules/finding.ts';
import type { Finding } from '../rules/finding.ts';
import { mayMeet } from '../rules/namesake.ts';
import { standingOf } from '../engines/standing.ts';

/** What is known of a family before a stage decides. */
export interface Survey {
  readonly assessment: FamilyAssessment;
  /** Each installation that is rolled out by itself. */
  readonly subjects: readonly StageSubject[];
}

/** Finds out where the installations of families stand. */
export class Surveyor {
  readonly #with: Assessing;
  readonly #kind: FollowedKind;
  readonly #conversion: FamilyAssessor;
  readonly #deployment: Deployment;
  readonly #operator: StageSubject['operator'];
  readonly #operatorFaults: StageSubject['operatorFaults'];

  constructor(assessing: Assessing, kind: FollowedKind) {
    this.#with = assessing;
    this.#kind = kind;
    this.#conversion = new FamilyAssessor(assessing);
    this.#deployment = deploymentOf(assessing);
    this.#operator = theOne(assessing.inventory.operators.map(releaseOf));
    this.#operatorFaults = assessing.inventory.operatorFaults;
  }

  survey(family: Family): Survey {
    const assessment = this.#kind === 'installation' ? this.#converted(family) : this.#asItIs(family);
    const tops = assessment.assessments.filter(({ variant }) => variant.deleted === null);
    return { assessment, subjects: tops.map((each) => this.#subject(each, assessment, family)) };
  }

  /** Whom edits reach, and what keeps them from being made; nobody where nothing is edited. */
  reachOf({ variants, lone }: Family, tasks: FamilyAssessment['tasks']): Pick<FamilyAssessment, 'guards' | 'findings'> {
    const built = variants.filter(({ deleted }) => deleted === null);
    return tasks.size === 0 ? { guards: [], findings: [] } : this.#conversion.reachOf({ variants, built, lone }, tasks);
  }

  /** The conversion that is to come, edits included, so that nothing sets out which could not arrive. */
  #converted(family: Family): FamilyAssessment {
    const assessment = this.#conversion.assess(family);
    return edited([assessment], this.#with)[0] ?? assessment;
  }

  #asItIs(family: Family): FamilyAssessment {
    const built = family.variants.filter(({ deleted }) => deleted === null);
    return {
      roots: family.variants,
      guards: [],
      assessments: topsOf(built).map((variant) => this.#plain(variant, family)),
      findings: [],
      blocked: false,
      optionsFor: () => ({ fileStore: 'operator-managed', database: 'operator-managed', ingress: 'keep', unknown: [] }),
      expectedFor: (_, value) => ({ expected: value, database: null }),
      tasks: new Map(),
      lone: family.lone,
      frames: family.frames,
      edits: [],
      refers: null,
    };
  }

  /** A Mattermost says itself what it runs on. */
  #plain(variant: Variant, { lone }: Family): VariantAssessment {
    const installation = lone ?? builtInstallation(variant, this.#with.places);
    const [database, fileStore] = ['database', 'fileStore'].map((store) => storeOf(installation.value, store)) as [Store, Store];
    const options = { fileStore, database, ingress: 'keep', unknown: [] } as const;
    return { installation, database, fileStoreUndecided: false, options, findings: [], blocked: false, variant };
  }

  #subject(assessment: VariantAssessment, conversion: FamilyAssessment, { lone }: Family): StageSubject {
    const { variant, installation } = assessment;
    const engines = enginesOf(variant, lone, this.#deployment);
    const namesakes = this.#kind === 'installation' ? [] : (this.#with.inventory.installations.get(installation.name) ?? []);
    return {
      ...assessment,
      findings: ownFindings(assessment, conversion),
      engines,
      appliers: appliersOf(variant, lone, this.#deployment),
      operator: this.#operator,
      target: this.#with.settings.target,
      hasOperator: this.#with.inventory.operators.length > 0,
      operatorFaults: this.#operatorFaults,
      standing: standingOf(installation.value, engines),
      namesakes,
      hasMattermost: (name) => (this.#with.inventory.mattermosts.get(name) ?? []).some((each) => mayMeet(each, installation)),
    };
  }
}

/** What is found of a variant, and of its family, but for what is found of other variants alone and keeps none of them back. */
function ownFindings(own: VariantAssessment, { assessments, findings }: FamilyAssessment): readonly Finding[] {
  const keysOf = (found: readonly Finding[]): Set<string> =>
    new Set(found.map(({ rule, file, line, column }) => `${rule} ${line}:${column} ${file}`));
  const mine = keysOf(own.findings);
  const others = keysOf(assessments.flatMap((each) => (each === own ? [] : each.findings)));
  return findings.filter((finding) => isError(finding) || [...keysOf([finding])].every((key) => mine.has(key) || !others.has(key)));
}

const theOne = ([first = null, ...others]: readonly (Release | null)[]): Release | null =>
  others.every((each) => each?.version === first?.version) ? first : null;

type Store = 'external' | 'operator-managed';

/** A volume or the pod's own disk are no store of the operator's either. */
const storeOf = (mattermost: ValueMap, store: string): Store =>
  ['external', 'externalVolume', 'local'].some((kind) => isMap(valueAt(mattermost, ['spec', store, kind])))
    ? 'external'
    : 'operator-managed';
