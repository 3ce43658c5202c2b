import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { RepositoryError } from './error.ts';
import { readManifest } from './read.ts';

/** The names of a configuration file, at the top of a repository. */
export const CONFIG_NAMES = ['.ci2mm.yaml', '.ci2mm.yml', '.ci2mm.json'] as const;

/** Far more than any configuration needs. */
const MAX_CONFIG = 1024 * 1024;

/** The configuration file of a root with its content, or null. Throws a `RepositoryError`: `usage` for more than one, `io` for one that can't be read. */
export function findConfig(root: string): { readonly file: string; readonly bytes: Uint8Array } | null {
  const [file, other] = CONFIG_NAMES.filter((name) => lstatSync(join(root, name), { throwIfNoEntry: false }) !== undefined);
  if (other !== undefined) throw new RepositoryError('usage', `there are two configurations, ${file} and ${other}; keep one`);
  if (file === undefined) return null;
  const bytes = readManifest(root, file, MAX_CONFIG);
  if ('tooLarge' in bytes) throw new RepositoryError('usage', `${file} is too large for a configuration`);
  return { file, bytes };
}
