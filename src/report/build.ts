import type { Level } from '../model/place.ts';
import type { Finding } from '../rules/finding.ts';
import { rules } from '../rules/index.ts';
import type { ChangeReport, InstallationReport, Report } from './report.ts';

/** What a report is made from. */
export interface ReportParts {
  readonly version: string;
  readonly target: string;
  readonly stage: Report['stage'];
  readonly filesScanned: number;
  readonly filesSkipped: number;
  readonly installations: readonly InstallationReport[];
  readonly notChosen: number;
  readonly findings: readonly Finding[];
  readonly changes: readonly ChangeReport[];
  /** How many files name the old kind, and how many of those that come from elsewhere. */
  /** References in other resources that are written along. */
  readonly references: Report['summary']['references'];
  readonly namingFiles: { readonly files: number; readonly vendored: number };
}

const REFERENCES: ReadonlySet<string> = new Set(rules.filter(({ left }) => left === 'reference').map(({ id }) => id));

/** Puts a report together and counts. */
export function buildReport(parts: ReportParts): Report {
  const { version, target, stage, filesScanned, filesSkipped, installations, notChosen, findings, changes, references, namingFiles } =
    parts;
  const having = (status: InstallationReport['status']): number => installations.filter((each) => each.status === status).length;
  const at = (level: Level): number => findings.filter((finding) => finding.level === level).length;
  return {
    schemaVersion: 2,
    tool: { name: 'ci2mm', version },
    target,
    stage,
    summary: {
      filesScanned,
      filesSkipped,
      installations: installations.length,
      convertible: having('convertible'),
      converted: having('converted'),
      done: having('done'),
      blocked: having('blocked'),
      notChosen,
      references,
      left: {
        references: findings.filter(({ rule }) => REFERENCES.has(rule)).length,
        files: namingFiles.files,
        vendored: namingFiles.vendored,
      },
      findings: { error: at('error'), warning: at('warning'), note: at('note') },
    },
    installations,
    findings,
    changes,
  };
}
