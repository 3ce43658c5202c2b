import { join } from 'node:path';
import { gitDirectory, lookAt } from './tree.ts';

/** Where the journal of a write may lie: where git does not look, or beside the files where there is no git, or its directory may not be written to. */
export function journalPlaces(root: string): string[] {
  const own = gitDirectory(root);
  return [...(own === null ? [] : [join(own, 'ci2mm-journal')]), join(root, '.ci2mm-journal')];
}

/** Far more than the names of all files of a large repository. */
const MAX_JOURNAL = 64 * 1024 * 1024;

/** The journals that ended runs have left. A pipe, a link or something huge is not ours. */
export function journalsOf(root: string): string[] {
  return journalPlaces(root).filter((path) => {
    const stats = lookAt(path);
    return stats?.isFile() === true && stats.size <= MAX_JOURNAL;
  });
}
