import { FamilyAssessor } from '../family/assess-family.ts';
import type { Assessing, FamilyAssessment } from '../family/assess-family.ts';
import type { Family } from '../family/family.ts';
import { familyKey } from '../family/outcome.ts';
import { directoryOf, fileOfKey } from '../kustomize/paths.ts';
import type { Source } from '../manifests/source.ts';
import { stageReasons } from '../rules/stage-refused.ts';
import { reachedBy } from '../family/changed.ts';
import type { IsReached } from '../family/changed.ts';
import { isChosen } from './choice.ts';
import type { Choice } from './choice.ts';

/** Judges the conversion of what was chosen; what was not stays as it is, and so does a family of which only a part was. */
export class ChosenConversion {
  /** How many installations were not chosen, of what was judged so far. */
  passedOver = 0;
  readonly #with: Assessing;
  readonly #choice: Choice;
  readonly #conversion: FamilyAssessor;
  readonly #isReached: IsReached;

  constructor(assessing: Assessing, choice: Choice, source: Source) {
    this.#with = assessing;
    this.#choice = choice;
    this.#isReached = choice.changed === undefined ? () => true : reachedBy(choice.changed, assessing.inventory, source);
    this.#conversion = new FamilyAssessor(assessing, true);
  }

  assess(family: Family): FamilyAssessment {
    const assessment = this.#conversion.assess(family);
    const chosen =
      this.#isPicked(assessment) && this.#isReached(assessment)
        ? assessment.assessments.filter((each) => isChosen(this.#choice, each))
        : [];
    if (chosen.length === assessment.assessments.length) return assessment;
    this.passedOver += assessment.assessments.length - chosen.length;
    const findings = this.#shared(assessment, chosen);
    return { ...assessment, assessments: chosen, findings, blocked: true, edits: [] };
  }

  #isPicked(assessment: FamilyAssessment): boolean {
    const { families } = this.#choice;
    return families === undefined || families.has(familyKey(assessment));
  }

  /** A conversion reaches all that share a manifest. */
  #shared({ assessments }: FamilyAssessment, chosen: FamilyAssessment['assessments']): FamilyAssessment['findings'] {
    const others = assessments.filter((each) => !chosen.includes(each));
    const named = [...new Set(others.map(({ variant }) => directoryOf(fileOfKey(variant.kustomization)) || '.'))];
    const shown = `${named.slice(0, 3).join(', ')}${named.length > 3 ? ` and ${named.length - 3} more` : ''}`;
    const message = `The manifest is built by ${shown} as well, which was not chosen, and a conversion reaches all that share it (not-chosen)`;
    return chosen.flatMap(({ installation }) =>
      this.#with.findings.of('stage-refused', {
        place: installation.place,
        message,
        installation,
        remedy: stageReasons['not-chosen'].remedy,
      }),
    );
  }
}
