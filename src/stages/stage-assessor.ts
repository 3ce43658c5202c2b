import type { Assessing, FamilyAssessment, FamilyAssessor, VariantAssessment } from '../family/assess-family.ts';
import { edited } from '../family/edit-families.ts';
import type { Family } from '../family/family.ts';
import type { Variant } from '../kustomize/model.ts';
import { directoryOf } from '../kustomize/paths.ts';
import { groupBy } from '../model/group.ts';
import { isError, unique } from '../rules/finding.ts';
import type { Finding } from '../rules/finding.ts';
import { stageReasons } from '../rules/stage-refused.ts';
import { enginesOf } from './engines-of.ts';
import type { Deployment } from './engines-of.ts';
import type { FieldChange } from './field-change.ts';
import { place } from './placing.ts';
import type { Refusal, Stage, StageSubject } from './stage.ts';
import { standingOf } from './standing.ts';

/** Judges what a stage makes of families, in place of their conversion. */
export class StageAssessor {
  readonly #with: Assessing;
  readonly #conversion: FamilyAssessor;
  readonly #stage: Stage;
  readonly #deployment: Deployment;

  constructor(assessing: Assessing, conversion: FamilyAssessor, stage: Stage) {
    this.#with = assessing;
    this.#conversion = conversion;
    this.#stage = stage;
    this.#deployment = deploymentOf(assessing);
  }

  /** A refused installation keeps all of its family as it is; one that was not chosen, or is further on, just stays. */
  assess(family: Family): FamilyAssessment {
    const [converted] = edited([this.#conversion.assess(family)], this.#with);
    const conversion = converted as FamilyAssessment;
    const built = family.variants.filter(({ deleted }) => deleted === null);
    const tops = conversion.assessments.filter(({ variant }) => built.includes(variant));
    const subjects = tops
      .map((assessment) => this.#subject(assessment, conversion, family))
      .filter((subject) => this.#stage.isChosen(subject));
    const decisions = subjects.map((subject) => ({ subject, ...this.#stage.decide(subject) }));
    const wanted = new Map(decisions.map(({ subject, changes }): [Variant, readonly FieldChange[]] => [subject.variant, changes]));
    const placed = place(family, wanted, this.#with.inventory.kustomizations?.graph ?? null);
    const tasks = groupBy(placed.tasks, ({ at }) => at.file);
    const reach = tasks.size === 0 ? NO_REACH : this.#conversion.reachOf({ variants: family.variants, built, lone: family.lone }, tasks);
    const findings = unique([
      ...decisions.flatMap(({ subject, refusals }) => refusals.flatMap((refusal) => this.#refused(subject, refusal))),
      ...placed.obstacles.flatMap(({ variant, message }) => this.#unplaced(subjects, variant, message)),
      ...reach.findings,
    ]);
    return {
      ...conversion,
      guards: reach.guards,
      assessments: subjects,
      findings,
      blocked: findings.some(isError),
      expectedFor: (variant, value) => ({ expected: placed.after(variant, value), database: null }),
      tasks,
      edits: [],
    };
  }

  #subject(assessment: VariantAssessment, conversion: FamilyAssessment, { lone }: Family): StageSubject {
    const engines = enginesOf(assessment.variant, lone, this.#deployment);
    return { ...assessment, findings: conversion.findings, engines, standing: standingOf(assessment.installation.value, engines) };
  }

  #refused({ installation, variant }: StageSubject, { code, message }: Refusal): Finding[] {
    const by = variant.kustomization === '' ? '' : ` (as built by ${directoryOf(variant.kustomization) || '.'})`;
    return this.#with.findings.of('stage-refused', {
      place: installation.place,
      message: `${message}${by} (${code}).`,
      installation,
      remedy: stageReasons[code].remedy,
    });
  }

  #unplaced(subjects: readonly StageSubject[], variant: Variant, message: string): Finding[] {
    const subject = subjects.find((each) => each.variant === variant);
    return subject === undefined ? [] : this.#refused(subject, { code: 'no-place', message: `This can not be written: ${message}` });
  }
}

const NO_REACH = { guards: [], findings: [] } as const;

/** What an inventory tells of who applies what. */
export function deploymentOf({ inventory, settings }: Pick<Assessing, 'inventory' | 'settings'>): Deployment {
  const nodes = [...(inventory.kustomizations?.graph.nodes.values() ?? [])];
  const kustomized = new Set(
    nodes.filter(({ kustomization }) => kustomization.base.length === 0).map(({ kustomization }) => kustomization.directory),
  );
  return { appliers: inventory.appliers, engine: settings.engine, isKustomized: (directory) => kustomized.has(directory) };
}
