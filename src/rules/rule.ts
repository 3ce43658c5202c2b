import type { DatabaseKind, FileStoreKind, Generated, Installation, Resource } from '../model/installation.ts';
import type { AppliedBy } from '../model/rollout.ts';
import type { Level } from '../model/place.ts';
import type { Path } from '../model/value.ts';
import type { IngressStyle } from '../operator/convert.ts';
import type { Release } from '../operator/releases.ts';
import type { SchemaProblem } from '../operator/schema-problem.ts';

/** What a rule may look at when it judges one installation. Plain data: a rule reads no file. */
export interface InstallationSubject {
  readonly installation: Installation;
  readonly fileStore: FileStoreKind;
  /** The URL may turn out empty or not, and neither the user nor the manifests say which. */
  readonly fileStoreUndecided: boolean;
  /** The user's answer where the manifests say the contrary, with what does; null where they do not. */
  readonly fileStoreContradiction: { readonly answer: FileStoreKind; readonly evidence: string } | null;
  readonly database: DatabaseKind;
  /** Where the answer about the database Secret came from, for messages: `Secret db-credentials (manifests/db.yaml:3)`. Names and keys only. */
  readonly databaseEvidence: string | null;
  /** Keys (never values) that the database Secret is known to hold. */
  readonly databaseSecretKeys: readonly string[];
  /** Where the manifests say the contrary of the user's answer, in the form of `databaseEvidence`; null where they do not. */
  readonly databaseContradiction: string | null;
  /** How the ingress fields are to be written. */
  readonly ingress: IngressStyle;
  readonly target: Release;
  /** The engines that bring the manifest into the cluster, none for whatever else does; null where nothing tells. */
  readonly engines: readonly AppliedBy[] | null;
  /** Whether a template of a chart makes it. */
  readonly inChart: boolean;
  /** What the installation is made of and a program writes, and what shows that, for messages; null where nothing does. */
  readonly generated: Generated | null;
  /** Every Mattermost resource found in the scanned manifests; those of the installation's name are enough. */
  readonly mattermosts: readonly Resource[];
  /** Every installation found in the scanned manifests, this one included; those of its name are enough. */
  readonly installations: readonly Installation[];
  /** Problems of the manifest against the ClusterInstallation schema. */
  readonly problems: readonly SchemaProblem[];
  /** Problems of the converted manifest against the target's Mattermost schema (or the user's CRD). */
  readonly targetProblems: readonly SchemaProblem[];
}

/** One occurrence: the runner turns the path into a place in the file. */
export interface Hit {
  /** Field path from the installation's root; `[]` for the installation itself. A missing field points at its nearest existing parent. */
  readonly path: Path;
  readonly message: string;
  /** Overrides the rule's general remedy with a concrete one. */
  readonly remedy?: string;
}

/** What a rule says of itself; printed by `ci2mm explain` and into docs/rules/. */
interface RuleText {
  /** Kebab-case id. Stable: users put it into configuration. */
  readonly id: string;
  readonly level: Level;
  /** The program can't work without the fact that the rule guards: no configuration lowers its level, and no comment suppresses it. */
  readonly fixed?: true;
  /** A hazard of rolling a conversion out: an installation that stays as it is has none. */
  readonly onlyConverted?: true;
  /** Says what happens in the cluster when what was written is rolled out, which has to be read before anything else. */
  readonly isHazard?: true;
  /** A kustomization above may still bring what is missing: of a base that is included it says nothing. */
  readonly mayBeCompleted?: true;
  /** Judges the type of a value, and so says nothing of one that comes from elsewhere. */
  readonly aboutTypes?: true;
  /** What it finds goes on naming the old kind when all is converted; the summary of a run counts it as this. */
  readonly left?: 'reference' | 'file' | 'vendored';
  /** One sentence: what is found. */
  readonly summary: string;
  /** One or two sentences: what to do. */
  readonly remedy: string;
  /** What to do in place of a remedy that edits the manifest, where others that have not this finding are built from the same file. */
  readonly remedyWhereShared?: (remedy: string) => string;
  /** Why it matters, with the operator's behaviour as the source. */
  readonly explanation: string;
  /** A minimal manifest that the rule flags. */
  readonly before: string;
  /** The same after following the remedy. */
  readonly after: string;
  /** `manifest`: a run over `before` alone shows the rule, and one over `after` does not. `none`: that takes more than one file or format. */
  readonly example: 'manifest' | 'none';
  /** Command-line options with which a run over `before` and `after` shows the rule, such as `--target 2.0`. */
  readonly exampleOptions?: readonly string[];
}

/** A rule that judges one installation. */
export interface InstallationRule extends RuleText {
  check(subject: InstallationSubject): Hit[];
}

/** A rule whose findings are raised where the trouble is met (reading, parsing, rewriting), not by a check. */
export interface ReportedRule extends RuleText {
  readonly check?: never;
}

/** The remedy, without a change of what others are made of. */
export const inOwnPatch = (remedy: string): string =>
  `${remedy.replace(/\.$/, '')}; all in a patch of what is named above, as others are built from this file too.`;

export type Rule = InstallationRule | ReportedRule;
