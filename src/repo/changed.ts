import { RepositoryError } from './error.ts';
import { asTree, git, GitError } from './git.ts';
import { holdsRepository } from './tree.ts';

/**
 * The files that differ from where the history of a commit and that of HEAD part: committed since, only staged, only in the working tree, new
 * or gone. No content is compared, so that no filter of the repository's runs: one file too many does no harm. Throws a `RepositoryError`.
 */
export async function changedSince(root: string, ref: string): Promise<ReadonlySet<string>> {
  if (!holdsRepository(root)) throw unusable(ref, `${root} is no git repository`);
  const base = await mergeBase(root, await commitOf(root, ref), ref);
  const lists = await Promise.all(
    [
      ['diff-index', '--cached', ...NAMES, base, '--'],
      ['diff-files', ...NAMES],
      ['ls-files', '-z', '--others', '--exclude-standard'],
    ].map((args) => asked(root, ref, [...asTree(root), ...args])),
  );
  return new Set(lists.flatMap((list) => list.split('\0')).filter((file) => file !== ''));
}

/** A file that moved is gone from where it was. */
const NAMES = ['-z', '--name-only', '--no-renames', '--ignore-submodules=all'];

async function commitOf(root: string, ref: string): Promise<string> {
  try {
    const { stdout } = await git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
    return stdout.toString().trim().split('\n').at(-1) ?? '';
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw unusable(ref, 'git knows no such commit here; fetch it first, or name another');
  }
}

async function mergeBase(root: string, commit: string, ref: string): Promise<string> {
  try {
    return (await git(root, ['merge-base', commit, 'HEAD'])).stdout.toString().trim();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw unusable(ref, 'it has no commit in common with HEAD here; a shallow clone needs more of the history (git fetch --unshallow)');
  }
}

async function asked(root: string, ref: string, args: readonly string[]): Promise<string> {
  try {
    return (await git(root, args)).stdout.toString();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw unusable(ref, `git can't tell what has changed: ${error.message}`);
  }
}

const unusable = (ref: string, reason: string): RepositoryError => new RepositoryError('usage', `--changed-since ${ref}: ${reason}`);
