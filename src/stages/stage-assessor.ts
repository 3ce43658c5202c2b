import type { Assessing, FamilyAssessment } from '../family/assess-family.ts';
import type { Family } from '../family/family.ts';
import type { Variant } from '../kustomize/model.ts';
import { directoryOf, fileOfKey } from '../kustomize/paths.ts';
import { groupBy } from '../model/group.ts';
import { isError, unique } from '../rules/finding.ts';
import type { Finding } from '../rules/finding.ts';
import type { RuleId } from '../rules/index.ts';
import { stageReasons } from '../rules/stage-refused.ts';
import { adding } from './adding.ts';
import type { FieldChange } from '../edit/field-change.ts';
import { place } from './placing.ts';
import type { StageRefusal, Stage, StageSubject } from './stage.ts';
import { Surveyor } from './survey.ts';

/** Judges what a stage makes of families, in place of their conversion. */
export class StageAssessor {
  readonly #with: Assessing;
  readonly #surveyor: Surveyor;
  readonly #stage: Stage;

  constructor(assessing: Assessing, stage: Stage) {
    this.#with = assessing;
    this.#surveyor = new Surveyor(assessing, stage.kind);
    this.#stage = stage;
  }

  /** A refused installation keeps all of its family as it is; one that was not chosen, or is further on, just stays. */
  assess(family: Family): FamilyAssessment {
    const { assessment, subjects: all } = this.#surveyor.survey(family);
    const subjects = all.filter((subject) => this.#stage.isChosen(subject));
    const decisions = subjects.map((subject) => ({ subject, ...this.#stage.decide(subject) }));
    const wanted = new Map(decisions.map(({ subject, changes }): [Variant, readonly FieldChange[]] => [subject.variant, changes]));
    const placed = place(family, wanted, this.#with.inventory.kustomizations?.graph ?? null);
    const added = adding(family, decisions, all.length);
    const tasks = groupBy([...placed.tasks, ...added.tasks], ({ at }) => at.file);
    const reach = this.#surveyor.reachOf(family, tasks);
    const findings = unique([
      ...decisions.flatMap(({ subject, refusals }) => refusals.flatMap((refusal) => this.#refused(subject, refusal))),
      ...decisions.flatMap(({ subject, asks = [] }) => asks.flatMap(({ rule, message }) => this.#tell(rule, subject, message))),
      ...decisions.flatMap(({ subject, effects = [] }) => effects.flatMap((effect) => this.#tell('stage-effect', subject, effect))),
      ...[...placed.obstacles, ...added.obstacles].flatMap(({ variant, message }) => this.#unplaced(subjects, variant, message)),
      ...reach.findings,
    ]);
    return {
      ...assessment,
      guards: reach.guards,
      assessments: subjects,
      findings,
      blocked: findings.some(isError),
      expectedFor: (variant, value) => ({
        expected: placed.after(variant, value),
        database: null,
        beside: added.beside(value),
        gone: added.gone,
      }),
      tasks,
      edits: [],
    };
  }

  #tell(rule: RuleId, { installation }: StageSubject, message: string): Finding[] {
    return this.#with.findings.of(rule, { place: installation.place, message: `${message}.`, installation });
  }

  #refused({ installation, variant }: StageSubject, { code, message }: StageRefusal): Finding[] {
    const by = variant.kustomization === '' ? '' : ` (as built by ${directoryOf(fileOfKey(variant.kustomization)) || '.'})`;
    return this.#with.findings.of('stage-refused', {
      place: installation.place,
      message: `${message}${by} (${code})`,
      installation,
      remedy: stageReasons[code].remedy,
    });
  }

  #unplaced(subjects: readonly StageSubject[], variant: Variant, message: string): Finding[] {
    const subject = subjects.find((each) => each.variant === variant);
    return subject === undefined ? [] : this.#refused(subject, { code: 'no-place', message: `This can not be written: ${message}` });
  }
}
