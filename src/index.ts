import type { DatabaseAnswer, KnownDatabase, Settings } from './rules/settings.ts';
import { convertSource } from './run/convert-source.ts';
import { readValues } from './manifests/values.ts';
import type { Finding } from './model/finding.ts';
import type { InstallationReport, Report } from './model/report.ts';
import { readCrd } from './operator/crd.ts';
import { defaultTarget, parseRelease } from './operator/releases.ts';
import { discover } from './repo/discover.ts';
import { proveFamilies } from './proof/prove-families.ts';
import { writeChanges } from './repo/write.ts';
import { reportOf, showChanges } from './run/report-of.ts';
import { StreamSource, TreeSource } from './run/sources.ts';

export type { DatabaseAnswer, Finding, InstallationReport, KnownDatabase, Report };
export type { Level, Place } from './model/finding.ts';
export type { ChangeReport, InstallationStatus } from './model/report.ts';

/** What decides a conversion besides the manifests. Every option has the default of the command line. */
export interface ConvertOptions {
  /** Operator release whose schema the result must fit, `1.12` to `2.0`. Default: the newest 1.x. */
  readonly target?: string;
  /** `modern` writes `spec.ingress` (target 1.16 and later). Default: `keep`. */
  readonly ingress?: 'keep' | 'modern';
  /** What database Secrets hold, for those that the manifests can't answer. */
  readonly databases?: readonly DatabaseAnswer[];
  /** For every other database Secret without an answer. Default: such an installation is blocked. */
  readonly assumeDatabase?: KnownDatabase;
  /** Text of a CustomResourceDefinition to validate against in place of the target's schema. */
  readonly crd?: string;
}

export interface TextResult {
  /** The converted manifests; null when an installation is blocked or the text can't be read, so that a part is never mistaken for the whole. */
  readonly text: string | null;
  readonly report: Report;
}

/** Converts manifests given as one text. Secrets in the text answer for themselves. Throws RangeError for an option that can't be used. */
export async function convertText(text: string, options: ConvertOptions = {}): Promise<TextResult> {
  const settings = await settingsOf(options);
  const bytes = Buffer.from(text, 'utf8');
  const outcome = (await convertSource(new StreamSource('stdin', bytes), settings)).outcome();
  const report = reportOf(outcome, { target: settings.target.version, filesScanned: 1, skipped: [], changes: [] });
  const whole = report.summary.blocked === 0 && report.summary.findings.error === 0;
  return { text: whole ? (outcome.changes[0]?.after ?? bytes).toString('utf8') : null, report };
}

export interface RepositoryOptions extends ConvertOptions {
  /** Files and folders; default: the working directory. */
  readonly paths?: readonly string[];
  /** Default: the process's working directory. */
  readonly cwd?: string;
  /** Whether to change the files. Default: false. */
  readonly write?: boolean;
  /** Whether kustomizations are built before and after with the real kustomize. Default: `auto`, when one is found. */
  readonly prove?: 'auto' | 'always' | 'never';
  /** The kustomize (or kubectl) to build with. Default: the one on the PATH. */
  readonly kustomize?: string;
}

/**
 * Converts the installations below paths; the report holds a diff for each file that changes (as `--format json` has it). Rejects when a path
 * does not exist or a file can't be read or written.
 */
export async function convertRepository(options: RepositoryOptions = {}): Promise<Report> {
  const settings = await settingsOf(options);
  const discovery = await discover(options.paths ?? ['.'], { cwd: options.cwd ?? process.cwd() });
  const source = new TreeSource(discovery);
  const { prove = 'auto', kustomize, cwd = process.cwd() } = options;
  const proven = await proveFamilies(await convertSource(source, settings), {
    root: discovery.root,
    prove,
    kustomize,
    cwd,
    env: process.env,
    settings,
  });
  const { outcome, changes } = await showChanges(discovery, proven.outcome);
  if (options.write === true) await writeChanges(discovery.root, outcome.changes);
  const skipped = [...discovery.skipped, ...source.scan.skipped];
  return reportOf(outcome, { target: settings.target.version, filesScanned: source.scan.scanned, skipped, changes });
}

async function settingsOf(options: ConvertOptions): Promise<Settings> {
  const target = options.target === undefined ? defaultTarget : parseRelease(options.target);
  if (target === null) throw new RangeError(`unknown operator release ${JSON.stringify(options.target)}`);
  const [definition] = options.crd === undefined ? [] : readValues(Buffer.from(options.crd));
  return {
    target,
    ingress: options.ingress ?? 'keep',
    databases: options.databases ?? [],
    assumeDatabase: options.assumeDatabase ?? null,
    crd: definition === undefined ? null : await readCrd(definition),
    levels: new Map(),
    engine: null,
  };
}
