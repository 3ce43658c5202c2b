import type { Outcome } from './convert-source.ts';
import type { Assessment } from './conversion/assess.ts';
import type { Change } from './model/change.ts';
import type { ChangeReport, InstallationReport, Report } from './model/report.ts';
import { patchHeaders } from './repo/git.ts';
import { buildReport } from './report/build.ts';
import { unifiedDiff } from './report/diff.ts';
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
  return { name, namespace, file, line: place.line, status, database: database === 'invalid' ? 'unknown' : database, fileStore: options.fileStore };
}

/** Diffs as `git apply` takes them at the root. Only UTF-8 files are ever changed, so a diff is text. */
export async function changeReports(root: string, changes: readonly Change[]): Promise<ChangeReport[]> {
  const headers = await patchHeaders(root, changes);
  return changes.flatMap((change) => {
    const header = headers.get(change.file);
    return header === undefined ? [] : [{ file: change.file, diff: Buffer.from(unifiedDiff(change, header), 'latin1').toString('utf8') }];
  });
}
