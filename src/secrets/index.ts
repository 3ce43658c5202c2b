/** From resources to the keys of Secrets, and from keys to the kind of database. No value of a Secret is ever kept. */
export { isSecretBearing } from './bearing.ts';
export { classifyDatabaseSecret } from './classify.ts';
export type { DatabaseSecret } from './classify.ts';
export { unite } from './keys.ts';
export { makesSecrets, readSecretSources, SECRET_MARKERS } from './read.ts';
export type { SecretSource } from './source.ts';
