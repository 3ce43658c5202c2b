import { stringAt } from '../model/value.ts';
import type { ValueMap } from '../model/value.ts';
import { isError } from '../rules/finding.ts';
import type { RuleId } from '../rules/index.ts';
import { listed } from '../rules/written.ts';
import { TRUE } from '../edit/field-change.ts';
import { gateClosed } from './gate-file.ts';
import type { GateChecks } from './gate-file.ts';
import { NOTHING_TO_DO, refusal, refused, refusedIf } from './stage.ts';
import type { StageRefusal, StageDecision, StageSubject } from './stage.ts';

/** What the user has seen in the cluster. */
export interface TriggerOptions {
  /** Protection is on the live objects. */
  readonly confirmedLive: boolean;
  /** Secrets with root passwords of operator-managed databases no longer belong to the ClusterInstallations. */
  readonly confirmedRootPassword: boolean;
  /** In place of both: what a script saw. */
  readonly gates: GateChecks | null;
}

/** Stage 1: `spec.migrate: true`, and nothing else. The operator takes it from there, and the commit must not be reverted. */
export function trigger(subject: StageSubject, options: TriggerOptions): StageDecision {
  if (subject.standing === 'triggered') return NOTHING_TO_DO;
  const refusals = [...ofManifest(subject), ...unconfirmed(subject, options)];
  return refusals.length > 0 ? refused(...refusals) : { changes: [{ path: ['spec', 'migrate'], value: TRUE }], refusals: [] };
}

const FEATURES: ReadonlySet<RuleId> = new Set(['blue-green-enabled', 'canary-enabled']);

function ofManifest({ installation, findings, standing, operatorFaults, appliers }: StageSubject): StageRefusal[] {
  const errors = [...new Set(findings.filter(isError).map(({ rule }) => rule))];
  const features = errors.filter((rule) => FEATURES.has(rule));
  const others = errors.filter((rule) => !FEATURES.has(rule) && rule !== 'mattermost-exists');
  const left = defaulted(installation.value);
  return [
    ...appliers.flatMap(({ shown, harmful }) =>
      harmful.length === 0 ? [] : [refusal('not-protected', `${shown} syncs with ${defeating(harmful)}`)],
    ),
    ...operatorFaults.map(({ message }) => refusal('operator', message)),
    ...refusedIf(standing === 'unprepared', 'not-protected', 'The manifest does not protect the ClusterInstallation from pruning'),
    ...refusedIf(features.length > 0, 'feature-on', `The operator refuses to migrate: ${listed(features)}`),
    ...refusedIf(errors.includes('mattermost-exists'), 'mattermost-exists', 'A Mattermost of this name is in the manifests'),
    ...refusedIf(others.length > 0, 'would-be-blocked', `ci2mm convert is blocked by ${listed(others)}`),
    ...refusedIf(left.length > 0, 'image-defaulted', notSet(left)),
  ];
}

function unconfirmed(subject: StageSubject, { confirmedLive, confirmedRootPassword, gates }: TriggerOptions): StageRefusal[] {
  const closed = gates === null ? null : gateClosed(subject, gates);
  if (gates !== null) return closed === null ? [] : [refusal('gate-closed', closed)];
  const { installation, database, engines, standing } = subject;
  const needsProtection = engines === null || engines.length > 0;
  return [
    ...refusedIf(
      needsProtection && standing === 'prepared' && !confirmedLive,
      'not-confirmed-live',
      'Nobody has said that the protection is live',
    ),
    ...refusedIf(
      database === 'operator-managed' && !confirmedRootPassword,
      'root-password',
      `Secret ${installation.name}-mysql-root-password may still belong to the ClusterInstallation`,
    ),
  ];
}

/** What is left to the operator's default of the day. */
export const defaulted = (value: ValueMap): ('image' | 'version')[] =>
  (['image', 'version'] as const).filter((field) => stringAt(value, ['spec', field]) === null);

/** Fields that are left out, in a sentence. */
export const notSet = (fields: readonly string[]): string =>
  `${listed(fields.map((field) => `spec.${field}`))} ${fields.length > 1 ? 'are' : 'is'} not set`;

/** Options of every sync, in a sentence. */
export const defeating = (options: readonly string[]): string => `${listed(options)}, which protection does not hold against`;
