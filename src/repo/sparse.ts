import { git, GitError } from './git.ts';

/**
 * The contents of files that git tracks and that are not checked out, as its index has them; null for those of which there is no copy here, as
 * in a partial clone. Nothing is fetched.
 */
export async function readFromIndex(root: string, files: readonly string[]): Promise<ReadonlyMap<string, Buffer | null>> {
  const contents = new Map<string, Buffer | null>(files.map((file) => [file, null]));
  const asked = files.filter((file) => !file.includes('\n'));
  if (asked.length === 0) return contents;
  try {
    const { stdout } = await git(root, ['cat-file', '--batch'], { input: asked.map((file) => `:${file}\n`).join('') });
    for (const [index, content] of splitBatch(stdout, asked.length).entries()) contents.set(asked[index] ?? '', content);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
  }
  return contents;
}

/** `ID blob SIZE`, the content and a line break for each that is there; one line for each that is missing. */
function splitBatch(output: Buffer, count: number): (Buffer | null)[] {
  let at = 0;
  return Array.from({ length: count }, () => {
    const end = output.indexOf('\n', at);
    if (end === -1) return null;
    const size = /^[0-9a-f]+ blob (\d+)$/.exec(output.toString('utf8', at, end))?.[1];
    const start = end + 1;
    at = size === undefined ? start : start + Number(size) + 1;
    return size === undefined ? null : output.subarray(start, start + Number(size));
  });
}

/** Files in git's index that hold one of some words; null where it can't be searched, as contents are missing. */
export async function mentionedInIndex(root: string, words: readonly string[]): Promise<readonly string[] | null> {
  try {
    const patterns = words.flatMap((word) => ['-e', word]);
    const { stdout } = await git(root, ['grep', '--cached', '--files-with-matches', '-z', '--fixed-strings', ...patterns]);
    return stdout
      .toString()
      .split('\0')
      .filter((file) => file !== '');
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    // It ends with 1, and says nothing, where there is none.
    return (error.cause as { code?: unknown } | undefined)?.code === 1 && error.message.startsWith('Command failed') ? [] : null;
  }
}
