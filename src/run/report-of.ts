import type { Outcome } from '../family/conversion.ts';
import type { Assessment } from '../family/assess.ts';
import type { Change } from '../model/change.ts';
import type { ChangeReport, InstallationReport, Report } from '../model/report.ts';
import type { PatchHeader } from '../model/git-header.ts';
import { patchHeaders } from '../repo/git.ts';
import type { GitTree } from '../repo/git.ts';
import { buildReport } from '../report/build.ts';
import { unifiedDiff, UnsafeDiffError } from '../report/diff.ts';
import { editReason, unsafeEdit } from '../rules/unsafe-edit.ts';
import { version } from './version.ts';

/** What a report says besides the outcome. `changes` is null where nothing was to be changed. */
export interface ReportContext {
  readonly target: string;
  readonly filesScanned: number;
  readonly skipped: readonly unknown[];
  readonly changes: readonly ChangeReport[] | null;
}

/** The report of an outcome. */
export function reportOf(outcome: Outcome, { target, filesScanned, skipped, changes }: ReportContext): Report {
  return buildReport({
    version,
    target,
    filesScanned,
    filesSkipped: skipped.length,
    installations: outcome.assessments.map((each) => installationReport(each, statusOf(each, outcome, changes !== null))),
    findings: outcome.findings,
    changes: changes ?? [],
  });
}

function statusOf(assessment: Assessment, outcome: Outcome, converts: boolean): InstallationReport['status'] {
  if (!outcome.converted.has(assessment)) return 'blocked';
  return converts ? 'converted' : 'unchanged';
}

function installationReport({ installation, database, options }: Assessment, status: InstallationReport['status']): InstallationReport {
  const { name, namespace, file, place } = installation;
  return {
    name,
    namespace,
    file,
    line: place.line,
    status,
    database: database === 'invalid' ? 'unknown' : database,
    fileStore: options.fileStore,
  };
}

/** An outcome whose changes can all be shown, with their diffs as `git apply` takes them at the root. */
export interface ShownOutcome {
  readonly outcome: Outcome;
  readonly changes: readonly ChangeReport[];
}

/**
 * Makes the diffs. Only UTF-8 files are ever changed, so a diff is text. A change that can't be shown without a line of a Secret is taken
 * back with all that change together with it: their installations count as blocked.
 */
export async function showChanges(tree: GitTree, outcome: Outcome): Promise<ShownOutcome> {
  const headers = await patchHeaders(tree, outcome.changes);
  const changes: ChangeReport[] = [];
  let shown = outcome;
  for (const change of outcome.changes) {
    const header = headers.get(change.file);
    const diff = header === undefined ? null : diffOrError(change, header);
    if (typeof diff === 'string') changes.push({ file: change.file, diff });
    else if (diff !== null) shown = takeBack(shown, change, diff);
  }
  const kept = new Set(shown.changes.map(({ file }) => file));
  return { outcome: shown, changes: changes.filter(({ file }) => kept.has(file)) };
}

function diffOrError(change: Change, header: PatchHeader): string | UnsafeDiffError {
  try {
    return Buffer.from(unifiedDiff(change, header), 'latin1').toString('utf8');
  } catch (error) {
    if (error instanceof UnsafeDiffError) return error;
    throw error;
  }
}

function takeBack(outcome: Outcome, { file, together = [file] }: Change, error: UnsafeDiffError): Outcome {
  const taken = new Set(together);
  const place = { file, line: error.line, column: 1, endLine: error.line, endColumn: 1 };
  const { id: rule, level } = unsafeEdit;
  const finding = {
    rule,
    level,
    message: `${error.explanation} (${error.code})`,
    ...place,
    field: null,
    installation: null,
    remedy: editReason(error.code).remedy,
  };
  return {
    ...outcome,
    converted: new Set([...outcome.converted].filter(({ installation }) => !taken.has(installation.file))),
    changes: outcome.changes.filter((change) => !taken.has(change.file)),
    findings: [...outcome.findings, finding],
  };
}
