import type { ArtifactChange, Fix, Location, Log, Notification, Region, Replacement, Result } from 'sarif';
import type { Finding } from '../rules/finding.ts';
import { installationId } from '../model/installation.ts';
import type { ChangeReport, InstallationReport, Report } from './report.ts';
import { CONVERTIBLE, convertibleMessage, convertibles } from './convertible.ts';
import { count, countByLevel, worstFirst } from './findings.ts';
import { fingerprint, howManieth } from './fingerprint.ts';
import { mayAddCredentials, replacementsOf } from './hunks.ts';
import type { DiffLine, LineReplacement } from './hunks.ts';
import { cut, printable } from './printable.ts';
import type { RenderOptions, Reporter } from './reporter.ts';
import { ruleDescriptors } from './sarif-rules.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
/** GitHub refuses a run with more results, */
const MAX_RESULTS = 25_000;
/** and a file of more than 10 MB when compressed; results and fixes together stay below that as they are. */
const MAX_BYTES = 9_000_000;
const MESSAGE = 4000;

/** SARIF 2.1.0 for code scanning: findings, and every installation that can be converted with the conversion as its fix. */
export const sarif: Reporter = {
  format: 'sarif',
  summary: 'SARIF 2.1.0 for code scanning, conversions as fixes',
  showsFindings: false,
  render: (report, options) => `${JSON.stringify(logOf(report, options))}\n`,
};

function logOf(report: Report, options: RenderOptions): Log {
  const rules = ruleDescriptors(options);
  const ruleIndex = new Map(rules.map(({ id }, index) => [id, index]));
  const { results, left } = withinLimits(candidates(report));
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: report.tool.name, semanticVersion: report.tool.version, rules } },
        automationDetails: { id: 'ci2mm/' },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { description: { text: 'The top level of the repository.' } } },
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: left.length === 0 ? [] : [leftOut(left)] }],
        results: results.map((result) => ({ ...result, ruleIndex: ruleIndex.get(result.ruleId ?? '') ?? -1 })),
      },
    ],
  };
}

const leftOut = (left: readonly Result[]): Notification => ({
  level: 'warning',
  message: {
    text: `${count(left.length, 'more result')} (${countByLevel(left.map(({ level }) => ({ level: level === 'error' || level === 'warning' ? level : 'note' })))}) would exceed what GitHub takes.`,
  },
});

/** Worst first. A file's fix is with its first installation, as all of its changes belong together. */
function candidates(report: Report): Result[] {
  const changes = new Map(report.changes.map((change) => [change.file, change]));
  const conversions = convertibles(report).map((installation) => {
    const change = changes.get(installation.file);
    changes.delete(installation.file);
    return conversionResult(installation, change);
  });
  const others = [...changes.values()].map(changeResult);
  return withFingerprints([...worstFirst(report.findings).map(findingResult), ...conversions, ...others]);
}

function findingResult({ rule, level, message, remedy, file, line, column, endLine, endColumn, field, installation }: Finding): Result {
  return {
    ruleId: rule,
    level,
    message: { text: `${plain(message)} ${plain(remedy)}` },
    locations: [locationOf(file, { startLine: line, startColumn: column, endLine, endColumn }, installation, field)],
  };
}

function conversionResult(installation: InstallationReport, change: ChangeReport | undefined): Result {
  const { file, line } = installation;
  return {
    ruleId: CONVERTIBLE.id,
    level: CONVERTIBLE.level,
    message: { text: plain(convertibleMessage(installation)) },
    locations: [locationOf(file, { startLine: line }, installationId(installation), null)],
    ...(change === undefined ? {} : fixesOf(change)),
  };
}

/** A file that changes along with installations elsewhere. */
function changeResult(change: ChangeReport): Result {
  const line = replacementsOf(change.diff)[0]?.line ?? 1;
  return {
    ruleId: CONVERTIBLE.id,
    level: CONVERTIBLE.level,
    message: { text: 'Changes together with the conversion of the installations it refers to.' },
    locations: [locationOf(change.file, { startLine: line }, null, null)],
    ...fixesOf(change),
  };
}

function locationOf(file: string, region: Region, installation: string | null, field: string | null): Location {
  const logicalLocations = [
    ...(installation === null ? [] : [{ fullyQualifiedName: installation, kind: 'resource' }]),
    ...(field === null ? [] : [{ fullyQualifiedName: field, kind: 'member' }]),
  ];
  const physicalLocation = { artifactLocation: { uri: uriOf(file), uriBaseId: 'SRCROOT' }, region };
  return logicalLocations.length === 0 ? { physicalLocation } : { physicalLocation, logicalLocations };
}

/** A relative reference: every segment percent-encoded, so that no name is taken for a scheme, a query or a fragment. */
const uriOf = (file: string): string =>
  file
    .replaceAll(/\p{Cs}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/');

/** Message text as SARIF takes it: what looks like an embedded link is none. */
const plain = (text: string): string => cut(printable(text), MESSAGE).replaceAll(/\[(?=[^\]]*\]\()/g, String.raw`\[`);

/** None where the lines of one may hold credentials. */
const fixesOf = (change: ChangeReport): Pick<Result, 'fixes'> => (mayAddCredentials(change.diff) ? {} : { fixes: [fixOf(change)] });

function fixOf({ file, diff }: ChangeReport): Fix {
  const change: ArtifactChange = { artifactLocation: { uri: uriOf(file), uriBaseId: 'SRCROOT' }, replacements: [] };
  change.replacements.push(...replacementsOf(diff).map(replacementOf));
  return { description: { text: 'Convert the installations of this file.' }, artifactChanges: [change] };
}

/** Whole lines with their line breaks. The end is exclusive: the beginning of the next line, or the end of a last line without a break. */
function replacementOf({ line, removed, added }: LineReplacement): Replacement {
  const last = removed.at(-1);
  const end =
    last?.ended === false
      ? { endLine: line + removed.length - 1, endColumn: last.text.length + 1 }
      : { endLine: line + removed.length, endColumn: 1 };
  // The standard allows none for a deletion, but readers that look for the text of one without asking fail.
  return { deletedRegion: { startLine: line, startColumn: 1, ...end }, insertedContent: { text: added.map(withBreak).join('') } };
}

const withBreak = ({ text, ended }: DiffLine): string => (ended ? `${text}\n` : text);

/** An identity that survives when lines move: what was found in which field of which installation, and the how-manieth such it is. */
function withFingerprints(results: readonly Result[]): Result[] {
  const nth = howManieth();
  return results.map((result) => {
    const [location] = result.locations ?? [];
    const names = location?.logicalLocations?.map(({ fullyQualifiedName }) => fullyQualifiedName) ?? [];
    const identity = JSON.stringify([result.ruleId, location?.physicalLocation?.artifactLocation?.uri, ...names]);
    return { ...result, partialFingerprints: { 'ci2mm/v1': `${fingerprint(identity)}:${nth(identity)}` } };
  });
}

/** The first results that GitHub takes; a fix that has no room goes before its result does. */
function withinLimits(all: readonly Result[]): { results: Result[]; left: Result[] } {
  const results: Result[] = [];
  const left: Result[] = [];
  let bytes = 0;
  for (const result of all) {
    const { fixes: _fixes, ...bare } = result;
    const kept = [result, bare].find((each) => bytes + sizeOf(each) <= MAX_BYTES);
    if (kept === undefined || results.length >= MAX_RESULTS) left.push(result);
    else {
      bytes += sizeOf(kept);
      results.push(kept);
    }
  }
  return { results, left };
}

const sizeOf = (result: Result): number => Buffer.byteLength(JSON.stringify(result)) + 20;
