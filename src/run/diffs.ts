import type { FileContents } from '../edit/file-secrets.ts';
import type { FamilyAssessment } from '../family/assess-family.ts';
import { changesOf, takenBack } from '../family/outcome.ts';
import type { Change } from '../model/change.ts';
import type { GitHeader } from '../model/git-header.ts';
import { unifiedDiff, UnsafeDiffError } from '../report/diff.ts';
import type { ChangeReport } from '../report/report.ts';
import type { Finding, Findings } from '../rules/finding.ts';
import { editReason } from '../rules/unsafe-edit.ts';

/** What a git patch says of changed files where it is to apply, by file. */
export type GitHeaders = (changes: readonly Change[]) => Promise<ReadonlyMap<string, GitHeader>>;

/** Families of which every change can be shown, with their diffs as `git apply` takes them at the root. */
export interface Shown {
  readonly families: readonly FamilyAssessment[];
  readonly changes: readonly Change[];
  readonly diffs: readonly ChangeReport[];
}

interface Showing {
  readonly contents: FileContents;
  readonly findings: Findings;
  /** Null where no diffs are wanted. */
  readonly headersOf: GitHeaders | null;
}

/**
 * Makes the diffs. Only UTF-8 files are ever changed, so a diff is text. A change that can't be shown without a line of a Secret is taken
 * back with all that changes together with it: their installations count as blocked.
 */
export async function shownChanges(families: readonly FamilyAssessment[], showing: Showing): Promise<Shown> {
  const { contents, headersOf } = showing;
  const changes = changesOf(families, contents);
  if (headersOf === null || changes.length === 0) return { families, changes, diffs: [] };
  const headers = await headersOf(changes);
  const results = changes.map((change) => ({ file: change.file, diff: diffOrError(change, headers.get(change.file)) }));
  const refused = results.flatMap(({ file, diff }) => (diff instanceof UnsafeDiffError ? [{ file, error: diff }] : []));
  // What was taken back may have shared files with what stays, so that these have other changes now.
  if (refused.length > 0)
    return shownChanges(
      refused.reduce((left, { file, error }) => takenBack(left, file, refusalOf(file, error, showing)), families),
      showing,
    );
  return { families, changes, diffs: results.flatMap(({ file, diff }) => (typeof diff === 'string' ? [{ file, diff }] : [])) };
}

function diffOrError(change: Change, header: GitHeader | undefined): string | UnsafeDiffError | null {
  try {
    return header === undefined ? null : Buffer.from(unifiedDiff(change, header), 'latin1').toString('utf8');
  } catch (error) {
    if (error instanceof UnsafeDiffError) return error;
    throw error;
  }
}

function refusalOf(file: string, { line, explanation, code }: UnsafeDiffError, { findings }: Showing): Finding[] {
  const place = { file, line, column: 1, endLine: line, endColumn: 1 };
  return findings.of('unsafe-edit', { place, message: `${explanation} (${code})`, remedy: editReason(code).remedy });
}
