import { stringAt } from '../model/value.ts';
import type { InstallationSubject } from './rule.ts';

/**
 * The Secret of `spec.database.secret`, whose keys alone decide the kind of database.
 * Source: `GenerateDatabaseInfoFromSecret` and `IsValid` in pkg/database/database.go, the same in operator v1.12.0 to v1.25.9.
 */
export const EXTERNAL_KEY = 'DB_CONNECTION_STRING';
export const OPERATOR_MANAGED_KEYS: readonly string[] = ['ROOT_PASSWORD', 'USER', 'PASSWORD', 'DATABASE'];

export const SECRET_PATH = ['spec', 'database', 'secret'] as const;

/** `Secret chat-db` */
export const secretName = ({ installation }: InstallationSubject): string =>
  `Secret ${stringAt(installation.value, SECRET_PATH) ?? '(without a name)'}`;

/** A sentence on where the answer about the Secret comes from, to end a message with; empty where there is none. */
export const secretSource = ({ databaseEvidence }: InstallationSubject): string =>
  databaseEvidence === null ? '' : ` Source: ${databaseEvidence}.`;
