import { noConfig } from './config/config.ts';
import { discover } from './repo/discover.ts';
import type { InstallationReport, Report } from './report/report.ts';
import type { Finding } from './rules/finding.ts';
import type { DatabaseAnswer, FileStoreAnswer, KnownDatabase } from './rules/settings.ts';
import { run } from './run/pipeline.ts';
import { settingsFrom } from './run/settings.ts';
import type { Choices } from './run/settings.ts';
import { StreamSource } from './run/sources.ts';
import { runTree } from './run/tree.ts';
import { UsageError } from './run/usage-error.ts';

export type { DatabaseAnswer, FileStoreAnswer, Finding, InstallationReport, KnownDatabase, Report };
export type { Level, Place } from './model/place.ts';
export type { ChangeReport, InstallationStatus } from './report/report.ts';

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
  /** What file stores are whose URL is filled in later. */
  readonly fileStores?: readonly FileStoreAnswer[];
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
  const settings = await usable(() => settingsFrom(choicesOf(options), noConfig));
  const bytes = Buffer.from(text, 'utf8');
  const { report, changes } = await run(new StreamSource('stdin', bytes), settings, { prove: null, diffs: null, converts: 'whole' });
  const whole = report.summary.blocked === 0 && report.summary.findings.error === 0;
  return { text: whole ? (changes[0]?.after ?? bytes).toString('utf8') : null, report };
}

export interface RepositoryOptions extends ConvertOptions {
  /** Files and folders; default: the working directory. */
  readonly paths?: readonly string[];
  /** Default: the process's working directory. */
  readonly cwd?: string;
  /** Whether to change the files. Default: false. */
  readonly write?: boolean;
  /** A configuration file, or false for none. Default: `.ci2mm.yaml` at the top of the repository, as for the command line. */
  readonly config?: string | false;
  /** Whether kustomizations are built before and after with the real kustomize. Default: `auto`, when one is found. */
  readonly prove?: 'auto' | 'always' | 'never';
  /** The kustomize (or kubectl) to build with. Default: the one on the PATH. */
  readonly kustomize?: string;
  /** The helm to render charts with. Default: the one on the PATH. */
  readonly helm?: string;
}

/**
 * Converts the installations below paths; the report holds a diff for each file that changes (as `--format json` has it). Rejects when a path
 * does not exist or a file can't be read or written.
 */
export async function convertRepository(options: RepositoryOptions = {}): Promise<Report> {
  const { paths = ['.'], cwd = process.cwd(), write = false, config, prove, kustomize, helm } = options;
  const request = {
    choices: choicesOf(options),
    write,
    ...(config === undefined ? {} : { config }),
    ...(prove === undefined ? {} : { prove }),
    ...(kustomize === undefined ? {} : { kustomize }),
    ...(helm === undefined ? {} : { helm }),
  } as const;
  const discovery = await discover(paths, { cwd });
  const { report } = await usable(() => runTree(discovery, request, { cwd, env: process.env, stderr: NOWHERE }));
  return report;
}

/** A library tells what it does by what it returns. */
const NOWHERE = { write: (): void => undefined };

const choicesOf = ({ target, ingress, databases = [], fileStores = [], assumeDatabase, crd }: ConvertOptions): Choices => ({
  databases,
  fileStores,
  ...(target === undefined ? {} : { target }),
  ...(ingress === undefined ? {} : { ingress }),
  ...(assumeDatabase === undefined ? {} : { assumeDatabase }),
  ...(crd === undefined ? {} : { crd: { name: 'crd', bytes: Buffer.from(crd) } }),
});

async function usable<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw error instanceof UsageError ? new RangeError(error.message) : error;
  }
}
