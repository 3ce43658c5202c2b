import type { Applier } from '../engines/applier.ts';
import type { AddedDocument } from '../edit/task.ts';
import type { VariantAssessment } from '../family/assess-family.ts';
import type { FollowedKind } from '../family/followed-kind.ts';
import type { OperatorFault } from '../family/operators.ts';
import type { Installation } from '../model/installation.ts';
import type { ValueMap } from '../model/value.ts';
import type { AppliedBy, StageName, Standing } from '../model/rollout.ts';
import type { Release } from '../operator/releases.ts';
import type { RuleId } from '../rules/index.ts';
import type { StageReasonCode } from '../rules/stage-refused.ts';
import type { FieldChange } from '../edit/field-change.ts';

/** One installation as one kustomization builds it, or a manifest that stands alone, seen by a stage. */
export interface StageSubject extends VariantAssessment {
  /** The engines that apply it; null where nothing tells. */
  readonly engines: readonly AppliedBy[] | null;
  readonly standing: Standing;
  /** The objects that apply it. */
  readonly appliers: readonly Applier[];
  /** The one release of the operator that the repository deploys; null where there is none, or several. */
  readonly operator: Release | null;
  /** The release of the operator that is planned for. */
  readonly target: Release;
  /** Whether the repository says which operator it deploys. */
  readonly hasOperator: boolean;
  /** What is wrong with the operators of the repository. */
  readonly operatorFaults: readonly OperatorFault[];
  /** Resources of the old kind that have its name, for one of the new kind. */
  readonly namesakes: readonly Installation[];
  /** Whether the manifests have a Mattermost of a name in its namespace. */
  readonly hasMattermost: (name: string) => boolean;
}

/** Why a stage leaves an installation alone. */
export interface StageRefusal {
  readonly code: StageReasonCode;
  /** What is in the way here, in a sentence without its last dot. */
  readonly message: string;
}

/** What a stage makes of one installation; no change and no refusal where nothing is left to do. */
export interface StageDecision {
  readonly changes: readonly FieldChange[];
  readonly refusals: readonly StageRefusal[];
  /** What it does in the cluster besides, in sentences without their last dots. */
  readonly effects?: readonly string[];
  /** Documents that come to stand behind the manifest: what stands beside it in the text, or beside it as it is built. */
  readonly beside?: (installation: ValueMap) => readonly AddedDocument[];
  /** The manifest goes. */
  readonly goes?: boolean;
  /** What it asks for besides, by rule, in sentences without their last dots. */
  readonly asks?: readonly { readonly rule: RuleId; readonly message: string }[];
}

/** A stage: what it writes, and when it does not. */
export interface Stage {
  readonly name: StageName;
  /** The kind that it looks for. */
  readonly kind: FollowedKind;
  /** Whether what is chosen includes an installation. */
  readonly isChosen: (subject: StageSubject) => boolean;
  readonly decide: (subject: StageSubject) => StageDecision;
}

export const NOTHING_TO_DO: StageDecision = { changes: [], refusals: [] };

export const refused = (...refusals: readonly StageRefusal[]): StageDecision => ({ changes: [], refusals });

export const refusal = (code: StageRefusal['code'], message: string): StageRefusal => ({ code, message });

export const refusedIf = (isSo: boolean, code: StageRefusal['code'], message: string): StageRefusal[] =>
  isSo ? [refusal(code, message)] : [];
