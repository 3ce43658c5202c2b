import { isError } from '../rules/finding.ts';
import type { Finding, Findings } from '../rules/finding.ts';
import type { DatabaseKind, Generated, Installation } from '../model/installation.ts';
import { stringAt } from '../model/value.ts';
import type { Path } from '../model/value.ts';
import { fileStoreOf } from './file-store.ts';
import type { Inventory } from './inventory.ts';
import { convert, ingressStyleOf } from '../operator/convert.ts';
import type { ConversionOptions } from '../operator/convert.ts';
import { prunedPaths, validate, validateAgainstCrd } from '../operator/validate.ts';
import type { SchemaProblem } from '../operator/schema-problem.ts';
import type { Place } from '../model/place.ts';
import { checkInstallation } from '../rules/index.ts';
import type { InstallationSubject } from '../rules/rule.ts';
import { classifyDatabaseSecret } from '../secrets/classify.ts';
import type { DatabaseSecret } from '../secrets/classify.ts';
import type { SecretSource } from '../secrets/source.ts';
import { isAbout } from '../rules/settings.ts';
import type { KnownDatabase, Settings } from '../rules/settings.ts';
import { SECRET_PATH } from '../rules/database-secret.ts';

/** What rules look at besides an installation. */
interface AssessmentInventory extends Pick<Inventory, 'secrets' | 'substitutions' | 'mattermosts' | 'installations'> {
  /** What writes the manifest; null where people do. */
  readonly generated: Generated | null;
  readonly inChart: boolean;
  /** What applies it; null where nothing tells. */
  readonly engines: InstallationSubject['engines'];
}

/** What an assessment of one installation draws on besides the installation. */
export interface Around extends AssessmentInventory {
  /** Where a field of the installation stands. */
  readonly place: (field: Path) => Place;
  readonly findings: Findings;
}

/** One installation judged: how it would be converted, and what was found. */
export interface Assessment {
  readonly installation: Installation;
  readonly database: DatabaseKind;
  /** Nobody says what the file store is. */
  readonly fileStoreUndecided: boolean;
  readonly options: ConversionOptions;
  readonly findings: readonly Finding[];
  readonly blocked: boolean;
}

/** Judges one installation. Pure: looks at nothing but its arguments. */
export function assess(installation: Installation, around: Around, settings: Settings): Assessment {
  const subject = subjectOf(installation, around, settings);
  const findings = checkInstallation(subject).flatMap(({ id, hit }) =>
    around.findings.of(id, { ...hit, place: around.place(hit.path), field: hit.path, installation }),
  );
  const { database, fileStoreUndecided } = subject;
  return { installation, database, fileStoreUndecided, options: optionsOf(subject), findings, blocked: findings.some(isError) };
}

/** What the rules see of an installation. */
export function subjectOf(installation: Installation, around: AssessmentInventory, settings: Settings): InstallationSubject {
  const answer = databaseOf(installation, around.secrets, settings);
  const known = {
    installation,
    ...fileStoreOf(installation, around.substitutions, settings),
    database: answer.kind,
    databaseEvidence: answer.evidence,
    databaseSecretKeys: answer.keys,
    databaseContradiction: answer.contradiction,
    ingress: settings.ingress,
    target: settings.target,
    engines: around.engines,
    generated: around.generated,
    inChart: around.inChart,
    mattermosts: around.mattermosts.get(installation.name) ?? [],
    installations: around.installations.get(installation.name) ?? [],
    problems: validate('ClusterInstallation', installation.value, settings.target),
  };
  return { ...known, targetProblems: targetProblems(installation, optionsOf(known), settings) };
}

interface DatabaseOutcome {
  readonly kind: DatabaseKind;
  readonly evidence: string | null;
  readonly keys: readonly string[];
  /** What the manifests say instead of the user's answer, for messages; null where they say the same or nothing for certain. */
  readonly contradiction: string | null;
}

/** A user's answer first, then the manifests, then the user's general assumption. */
function databaseOf(installation: Installation, secrets: readonly SecretSource[], settings: Settings): DatabaseOutcome {
  const secret = stringAt(installation.value, SECRET_PATH);
  if (secret === null) return { kind: 'operator-managed', evidence: null, keys: [], contradiction: null };
  const answer = settings.databases.find((each) => isAbout(each, installation));
  const found = classifyDatabaseSecret(secret, installation.namespace, secrets);
  if (answer !== undefined)
    return {
      kind: answer.database,
      evidence: answer.origin ?? 'your answer',
      keys: [],
      contradiction: contradictionOf(answer.database, found),
    };
  if (found.kind !== 'unknown' || settings.assumeDatabase === null)
    return { ...found, evidence: found.ambiguous ?? found.evidence, contradiction: null };
  return { kind: settings.assumeDatabase, evidence: 'what you assume of database Secrets', keys: [], contradiction: null };
}

/** A Secret that is complete for neither kind contradicts nothing: it may be a placeholder that something else fills in. */
function contradictionOf(answer: KnownDatabase, { kind, evidence }: DatabaseSecret): string | null {
  return kind === answer || (kind !== 'external' && kind !== 'operator-managed') ? null : evidence;
}

function optionsOf(subject: Omit<InstallationSubject, 'targetProblems'>): ConversionOptions {
  const { installation, fileStore, database, ingress, problems } = subject;
  return { fileStore, database, ingress: ingressStyleOf(installation.value, ingress), unknown: prunedPaths(problems) };
}

function targetProblems(installation: Installation, options: ConversionOptions, settings: Settings): SchemaProblem[] {
  const converted = convert(installation.value, options);
  return settings.crd === null ? validate('Mattermost', converted, settings.target) : validateAgainstCrd(settings.crd, converted);
}
