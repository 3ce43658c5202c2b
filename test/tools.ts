import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const cache = process.env['CI2MM_TOOLS'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'ci2mm-tools');

/** A program that an example is for: in the cache that scripts/tools.sh fills, or on the PATH; null where it is in neither. */
export const toolAt = (name: string): string | null =>
  [join(cache, 'bin'), ...(process.env['PATH'] ?? '').split(delimiter)]
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file)) ?? null;
