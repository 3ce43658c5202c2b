import { readConfig } from '../config/read.ts';
import { noConfig } from '../config/config.ts';
import type { Config } from '../config/config.ts';
import type { CommonFlags } from './flags.ts';
import { findConfig } from '../repo/config-file.ts';
import { readOutside } from '../repo/read.ts';
import { topLevel } from '../repo/tree.ts';

/** The configuration of a run: the file that `--config` names, the one at the root, or none. Throws ConfigError or RepositoryError. */
export function loadConfig(root: string, { config }: Pick<CommonFlags, 'config'>, cwd: string): Config {
  if (config === false) return noConfig;
  if (typeof config === 'string') return readConfig(config, readOutside(cwd, config));
  const found = findConfig(root);
  return found === null ? noConfig : readConfig(found.file, found.bytes);
}

/** Where a stream's configuration is looked for: the repository that the program is started in. */
export const rootOf = (cwd: string): string => topLevel(cwd) ?? cwd;
