import { installationId } from '../model/installation.ts';
import { rootsNamedIn } from '../rules/finding.ts';
import type { Finding } from '../rules/finding.ts';
import { ruleById } from '../rules/index.ts';
import { buildReport } from './build.ts';
import { builderOf } from './findings.ts';
import { howManieth } from './fingerprint.ts';
import type { InstallationReport, Report } from './report.ts';

/** What is known of a repository and may stay: installations, and findings that are more than notes. Each line as many times as it may be found. */
export interface Baseline {
  readonly lines: readonly string[];
}

const HEADER =
  '# ci2mm baseline 1: what is known and may stay, by rule, root, installation and field. ci2mm scan --write-baseline writes it.';

/** The text of a baseline: sorted, a line each, without the place in a file, which moves. */
export const renderBaseline = (report: Report): string => `${[HEADER, ...linesOf(report).toSorted()].join('\n')}\n`;

/** The number of the first line that is none of a baseline, or the baseline. */
export function readBaseline(text: string): Baseline | { readonly wrong: number } {
  const [header, ...lines] = text.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n');
  if (header !== HEADER) return { wrong: 1 };
  const wrong = lines.findIndex((line) => !isLine(line));
  return wrong === -1 ? { lines } : { wrong: wrong + 2 };
}

function isLine(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return Array.isArray(value) && value.length === 4 && value.every((each) => typeof each === 'string');
  } catch {
    return false;
  }
}

/** A report compared with a baseline. */
export interface Compared {
  /** The report with what is not in the baseline alone. */
  readonly beyond: Report;
  /** The lines that are not in it. */
  readonly more: readonly string[];
  /** How many of its lines nothing was found for. */
  readonly gone: number;
}

/** What a report has beyond a baseline. */
export function compareWith({ lines }: Baseline, report: Report): Compared {
  const known = numbered(lines);
  const nth = howManieth();
  const isMore = (line: string): boolean => !known.has(keyOf(line, nth(line)));
  const withLines = entriesOf(report).map(({ lines: own, ...entry }) => ({ ...entry, more: own.filter(isMore) }));
  const more = withLines.flatMap((entry) => entry.more);
  const beyond = withLines.filter((entry) => entry.more.length > 0);
  return {
    beyond: reduced(
      report,
      beyond.flatMap(({ finding }) => finding ?? []),
      beyond.flatMap(({ installation }) => installation ?? []),
    ),
    more: more.toSorted(),
    gone: lines.length - (linesOf(report).length - more.length),
  };
}

const keyOf = (line: string, number: number): string => `${number} ${line}`;

function numbered(lines: readonly string[]): ReadonlySet<string> {
  const nth = howManieth();
  return new Set(lines.map((line) => keyOf(line, nth(line))));
}

/** A report as if what is known had not been found. */
function reduced(report: Report, findings: readonly Finding[], installations: readonly InstallationReport[]): Report {
  const { tool, target, stage, summary } = report;
  const left = (what: 'file' | 'vendored'): number => findings.filter(({ rule }) => ruleById(rule).left === what).length;
  return buildReport({
    version: tool.version,
    target,
    stage,
    filesScanned: summary.filesScanned,
    filesSkipped: summary.filesSkipped,
    notChosen: summary.notChosen,
    references: summary.references,
    installations,
    findings,
    changes: installations.length === 0 ? [] : report.changes,
    namingFiles: { files: left('file'), vendored: left('vendored') },
  });
}

interface Entry {
  readonly finding: Finding | null;
  readonly installation: InstallationReport | null;
  readonly lines: readonly string[];
}

const linesOf = (report: Report): string[] => entriesOf(report).flatMap(({ lines }) => lines);

/** Installations that are not written, and findings that can fail a run. */
const entriesOf = (report: Report): Entry[] => [
  ...report.installations
    .filter(({ status }) => status === 'convertible' || status === 'blocked')
    .map((installation) => ({ finding: null, installation, lines: [lineOf('installation', installation, '')] })),
  ...report.findings.filter(isCounted).map((finding) => ({ finding, installation: null, lines: linesFor(finding, report) })),
];

/** A hazard of a conversion comes with every installation that nothing blocks any more. */
function isCounted({ rule, level }: Finding): boolean {
  const { left, onlyConverted } = ruleById(rule);
  return left !== undefined || (level !== 'note' && onlyConverted !== true);
}

/** One for each root that it is about; by its file, where it is about no installation. */
function linesFor(finding: Finding, { installations }: Report): string[] {
  const { rule, file, installation, field } = finding;
  const about = installation === null ? [] : variantsOf(finding, installations);
  if (about.length === 0) return [JSON.stringify([rule, file, installation ?? '', field ?? ''])];
  return about.map((each) => lineOf(rule, each, field ?? ''));
}

const lineOf = (rule: string, installation: InstallationReport, field: string): string =>
  JSON.stringify([rule, rootOf(installation), installationId(installation), field]);

/** The folder of what builds it, or where it stands alone. */
const rootOf = ({ builtBy, file }: InstallationReport): string => builderOf(builtBy ?? file.replace(/[^/]*$/, 'kustomization.yaml'));

/** A finding that many share names one of them; it is about those that its message names, or about all. */
function variantsOf({ file, installation, message }: Finding, installations: readonly InstallationReport[]): InstallationReport[] {
  const named = installations.filter((each) => installationId(each) === installation);
  const own = named.find((each) => each.file === file) ?? named[0];
  if (own === undefined) return [];
  const family = installations.filter((each) =>
    own.builtBy === null ? each === own : each.builtBy !== null && each.file === own.file && each.line === own.line,
  );
  const roots = rootsNamedIn(message);
  const among = family.filter((each) => roots?.includes(rootOf(each)) === true);
  return among.length > 0 ? among : family;
}
