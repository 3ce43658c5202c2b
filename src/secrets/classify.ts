import { CONNECTION_STRING, OPERATOR_MANAGED_KEYS, unite } from './keys.ts';
import { candidatesFor } from './candidates.ts';
import type { DatabaseKind } from '../model/installation.ts';
import type { KeySet } from './keys.ts';
import type { Candidate } from './candidates.ts';
import type { SecretSource } from './source.ts';

/** What the repository says about a database Secret. Names, keys and places, never values. */
export interface DatabaseSecret {
  readonly kind: DatabaseKind;
  /** Sorted; those that the Secret holds in every way it may be made. */
  readonly keys: readonly string[];
  /** Where the answer comes from: `Secret db (manifests/db.yaml:3)`. Null when nothing makes the Secret. */
  readonly evidence: string | null;
  /** For an unknown kind: the two places whose answers differ. */
  readonly ambiguous: string | null;
}

/** A candidate with its answer. */
interface CandidateAnswer {
  readonly kind: DatabaseKind;
  readonly candidate: Candidate;
  readonly keys: KeySet;
}

const NOTHING_FOUND: DatabaseSecret = { kind: 'unknown', keys: [], evidence: null, ambiguous: null };

/**
 * The kind of database that an installation's Secret stands for, decided by its keys alone. A namespace that is null, or filled in later,
 * may turn out to be any. Where the Secret may be made in several ways (overlays, clusters), all must agree, or the kind is unknown. The
 * sources are indexed when first asked about and must not change after.
 */
export function classifyDatabaseSecret(name: string, namespace: string | null, sources: readonly SecretSource[]): DatabaseSecret {
  const answers = candidatesFor(name, namespace, sources).map(answerOf).filter(counts);
  const [first] = answers;
  if (first === undefined) return NOTHING_FOUND;
  const other = answers.find((answer) => answer.kind !== first.kind);
  const keys = keysOfAll(answers.filter((answer) => !answer.candidate.fragment));
  if (other === undefined) return { kind: first.kind, keys, evidence: evidenceOf(answers), ambiguous: null };
  return { kind: 'unknown', keys, evidence: evidenceOf(answers), ambiguous: `${statement(first)}, ${statement(other)}` };
}

function answerOf(candidate: Candidate): CandidateAnswer {
  const union = unite(candidate.sources);
  const keys = { ...union, complete: union.complete && !candidate.open };
  return { kind: kindOfKeys(keys), candidate, keys };
}

/** The operator's own decision; a key that must have a value must not be visibly empty. */
function kindOfKeys({ keys, emptyKeys, complete }: KeySet): DatabaseKind {
  if (keys.has(CONNECTION_STRING)) return 'external';
  if (!complete) return 'unknown';
  return OPERATOR_MANAGED_KEYS.every((key) => keys.has(key) && !emptyKeys.has(key)) ? 'operator-managed' : 'invalid';
}

/** An installation can't have been running on a fragment that is neither form, so only one that decides is a possible answer. */
const counts = ({ kind, candidate }: CandidateAnswer): boolean => !candidate.fragment || kind === 'external' || kind === 'operator-managed';

function keysOfAll(answers: readonly CandidateAnswer[]): string[] {
  const [first, ...others] = answers.map((answer) => answer.keys.keys);
  return [...(first ?? [])].filter((key) => others.every((keys) => keys.has(key))).sort();
}

const STATEMENTS: Readonly<Record<DatabaseKind, string>> = {
  external: 'makes the database external',
  'operator-managed': 'makes it operator-managed',
  invalid: 'is complete for neither kind of database',
  unknown: 'may hold keys that are not in the repository',
};

const statement = (answer: CandidateAnswer): string => `${listed(deciding(answer))} ${STATEMENTS[answer.kind]}`;

/** The sources that an answer rests on. */
function deciding({ kind, candidate }: CandidateAnswer): readonly SecretSource[] {
  if (kind === 'external') return candidate.sources.filter((source) => source.keys.has(CONNECTION_STRING));
  const open = candidate.sources.filter((source) => !source.complete);
  return kind === 'unknown' && open.length > 0 ? open : candidate.sources;
}

function evidenceOf(answers: readonly CandidateAnswer[]): string {
  const sources = answers.flatMap(deciding);
  const isEmpty = sources.some((source) => source.emptyKeys.has(CONNECTION_STRING));
  return listed(sources) + (isEmpty ? `, where ${CONNECTION_STRING} is empty` : '');
}

const SHOWN = 3;

function listed(sources: readonly SecretSource[]): string {
  const places = [...new Set(sources.map(described))];
  const shown = places.slice(0, SHOWN).join(' and ');
  return places.length > SHOWN ? `${shown} and ${places.length - SHOWN} more` : shown;
}

const described = ({ name, origin }: SecretSource): string => `${origin.kind} ${name} (${origin.file}:${origin.line})`;
