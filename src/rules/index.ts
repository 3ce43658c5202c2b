import type { Level } from '../model/place.ts';
import { chartNotProven } from './chart-not-proven.ts';
import { chartProofFailed } from './chart-proof-failed.ts';
import { chartValues } from './chart-values.ts';
import { chartVersion } from './chart-version.ts';
import { blueGreenEnabled } from './blue-green-enabled.ts';
import { booleanSpelling } from './boolean-spelling.ts';
import { canaryEnabled } from './canary-enabled.ts';
import { databaseAnswerContradicted } from './database-answer-contradicted.ts';
import { databaseCheckUrl } from './database-check-url.ts';
import { databaseSecretInvalid } from './database-secret-invalid.ts';
import { databaseSecretRenamed } from './database-secret-renamed.ts';
import { databaseSecretUnresolved } from './database-secret-unresolved.ts';
import { databaseTypeUnsupported } from './database-type-unsupported.ts';
import { directSwap } from './direct-swap.ts';
import { disabledFeatureDropped } from './disabled-feature-dropped.ts';
import { duplicateInstallation } from './duplicate-installation.ts';
import { embeddedInstallation } from './embedded-installation.ts';
import { encryptedManifest } from './encrypted-manifest.ts';
import { externalFileStoreIncomplete } from './external-file-store-incomplete.ts';
import { fileStoreAnswerContradicted } from './file-store-answer-contradicted.ts';
import { fileStoreBucketRenamed } from './file-store-bucket-renamed.ts';
import { fileStoreSecretRenamed } from './file-store-secret-renamed.ts';
import { generatedManifest } from './generated-manifest.ts';
import { ignoredField } from './ignored-field.ts';
import { imageDefaulted } from './image-defaulted.ts';
import { ingressAnnotationDropped } from './ingress-annotation-dropped.ts';
import { ingressKept } from './ingress-kept.ts';
import { invalidIgnore } from './invalid-ignore.ts';
import { invalidInstallation } from './invalid-installation.ts';
import { invalidTarget } from './invalid-target.ts';
import { kustomizeBuildFails } from './kustomize-build-fails.ts';
import { kustomizeNotProven } from './kustomize-not-proven.ts';
import { kustomizeObstacle } from './kustomize-obstacle.ts';
import { kustomizePatch } from './kustomize-patch.ts';
import { kustomizeProofFailed } from './kustomize-proof-failed.ts';
import { mattermostElsewhere } from './mattermost-elsewhere.ts';
import { mattermostExists } from './mattermost-exists.ts';
import { metadataDropped } from './metadata-dropped.ts';
import { migrateDropped } from './migrate-dropped.ts';
import { missingIngressName } from './missing-ingress-name.ts';
import { mysqlVersionDefault } from './mysql-version-default.ts';
import { notReadyFor2 } from './not-ready-for-2.ts';
import { oldLabelSelected } from './old-label-selected.ts';
import { oldNameLeft } from './old-name-left.ts';
import { oldNameVendored } from './old-name-vendored.ts';
import { operatorNotFound } from './operator-not-found.ts';
import { operatorTooOld } from './operator-too-old.ts';
import { operatorUnpinned } from './operator-unpinned.ts';
import { operatorWithoutMigration } from './operator-without-migration.ts';
import { operatorManagedUntil2 } from './operator-managed-until-2.ts';
import { referenceLeft } from './reference-left.ts';
import { replicasNegative } from './replicas-negative.ts';
import { replicasUnset } from './replicas-unset.ts';
import { resourceLabelsPrecedence } from './resource-labels-precedence.ts';
import { restoreLeft } from './restore-left.ts';
import type { Hit, InstallationSubject, Rule } from './rule.ts';
import { s3TlsDefault } from './s3-tls-default.ts';
import { serviceAnnotationsActivated } from './service-annotations-activated.ts';
import { stageEffect } from './stage-effect.ts';
import { stageRefused } from './stage-refused.ts';
import { statusDropped } from './status-dropped.ts';
import { targetRemovedField } from './target-removed-field.ts';
import { templatedManifest } from './templated-manifest.ts';
import { undecidedVariable } from './undecided-variable.ts';
import { unknownField } from './unknown-field.ts';
import { unparsableManifest } from './unparsable-manifest.ts';
import { unsafeEdit } from './unsafe-edit.ts';
import { unusedIgnore } from './unused-ignore.ts';

/** Every rule, in the order of the documentation: by level, and within a level what is about the installation before what is about its file. */
const RULES = {
  'blue-green-enabled': blueGreenEnabled,
  'canary-enabled': canaryEnabled,
  'database-secret-unresolved': databaseSecretUnresolved,
  'database-secret-invalid': databaseSecretInvalid,
  'database-secret-renamed': databaseSecretRenamed,
  'database-type-unsupported': databaseTypeUnsupported,
  'file-store-secret-renamed': fileStoreSecretRenamed,
  'file-store-bucket-renamed': fileStoreBucketRenamed,
  'external-file-store-incomplete': externalFileStoreIncomplete,
  'undecided-variable': undecidedVariable,
  'invalid-installation': invalidInstallation,
  'target-removed-field': targetRemovedField,
  'invalid-target': invalidTarget,
  'mattermost-exists': mattermostExists,
  'operator-too-old': operatorTooOld,
  'not-ready-for-2': notReadyFor2,
  'kustomize-patch': kustomizePatch,
  'kustomize-obstacle': kustomizeObstacle,
  'kustomize-build-fails': kustomizeBuildFails,
  'kustomize-proof-failed': kustomizeProofFailed,
  'chart-proof-failed': chartProofFailed,
  'chart-values': chartValues,
  'templated-manifest': templatedManifest,
  'encrypted-manifest': encryptedManifest,
  'unparsable-manifest': unparsableManifest,
  'unsafe-edit': unsafeEdit,
  'stage-refused': stageRefused,

  'direct-swap': directSwap,
  'stage-effect': stageEffect,
  'image-defaulted': imageDefaulted,
  'operator-without-migration': operatorWithoutMigration,
  'operator-unpinned': operatorUnpinned,
  'database-answer-contradicted': databaseAnswerContradicted,
  'file-store-answer-contradicted': fileStoreAnswerContradicted,
  'missing-ingress-name': missingIngressName,
  'unknown-field': unknownField,
  'ignored-field': ignoredField,
  's3-tls-default': s3TlsDefault,
  'service-annotations-activated': serviceAnnotationsActivated,
  'ingress-annotation-dropped': ingressAnnotationDropped,
  'resource-labels-precedence': resourceLabelsPrecedence,
  'old-label-selected': oldLabelSelected,
  'duplicate-installation': duplicateInstallation,
  'mattermost-elsewhere': mattermostElsewhere,
  'generated-manifest': generatedManifest,
  'embedded-installation': embeddedInstallation,
  'reference-left': referenceLeft,
  'restore-left': restoreLeft,
  'invalid-ignore': invalidIgnore,
  'unused-ignore': unusedIgnore,

  'kustomize-not-proven': kustomizeNotProven,
  'chart-not-proven': chartNotProven,
  'chart-version': chartVersion,
  'operator-not-found': operatorNotFound,
  'operator-managed-until-2': operatorManagedUntil2,
  'mysql-version-default': mysqlVersionDefault,
  'database-check-url': databaseCheckUrl,
  'disabled-feature-dropped': disabledFeatureDropped,
  'migrate-dropped': migrateDropped,
  'status-dropped': statusDropped,
  'metadata-dropped': metadataDropped,
  'replicas-unset': replicasUnset,
  'replicas-negative': replicasNegative,
  'boolean-spelling': booleanSpelling,
  'ingress-kept': ingressKept,
  'old-name-left': oldNameLeft,
  'old-name-vendored': oldNameVendored,
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleId = keyof typeof RULES;

/** A level that a user chooses for a rule; `off` drops its findings. */
export type ChosenLevel = Level | 'off';

export const rules: readonly Rule[] = Object.values(RULES);

/** Ids of the rules whose level a user may choose. */
export const adjustableRules: readonly string[] = rules.filter(({ fixed }) => fixed !== true).map(({ id }) => id);

export const isRuleId = (id: string): id is RuleId => Object.hasOwn(RULES, id);

export const ruleById = (id: RuleId): Rule => RULES[id];

/** What the rules find in one installation, in the order of the list. */
export const checkInstallation = (subject: InstallationSubject): { readonly id: RuleId; readonly rule: Rule; readonly hit: Hit }[] =>
  Object.entries<Rule>(RULES).flatMap(([id, rule]) => (rule.check?.(subject) ?? []).map((hit) => ({ id: id as RuleId, rule, hit })));
