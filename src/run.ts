import { loadConfig, rootOf } from './configuration.ts';
import { convertSource } from './convert-source.ts';
import type { Conversion, Outcome } from './convert-source.ts';
import { EXIT } from './exit-codes.ts';
import { UsageError } from './failure.ts';
import type { CommonFlags, ConvertFlags, ScanFlags } from './flags.ts';
import { readAll, usesColor } from './io.ts';
import type { Io } from './io.ts';
import { mentionsResourceList, readResourceList } from './krm/resource-list.ts';
import type { ResourceList } from './krm/list.ts';
import type { Report } from './model/report.ts';
import { Progress } from './progress.ts';
import { proveFamilies } from './prove-families.ts';
import { discover, exclude } from './repo/discover.ts';
import { writeChanges, writeOutput } from './repo/write.ts';
import { reporterFor } from './report/index.ts';
import { renderFindings, renderNotes, summaryLine } from './report/text.ts';
import { reportOf, showChanges } from './report-of.ts';
import { runFunction, showResults } from './run-krm.ts';
import type { CommandLine } from './run-krm.ts';
import { settingsFrom } from './settings.ts';
import { MAX_FILE, StreamSource, TreeSource } from './sources.ts';

/** The name under which standard input appears in findings. */
const STDIN = 'stdin';

/** `ci2mm convert`: discover, convert, report, and write when asked to. Resolves to the exit code. */
export async function runConvert(paths: readonly string[], flags: ConvertFlags, io: Io): Promise<number> {
  if (flags.write === true && flags.check === true) throw new UsageError('--write changes files and --check changes none; give one of them');
  if (paths.includes('-')) return convertStream(paths, flags, io);
  const { run, report } = await convertFiles(paths, flags, io);
  await publish(told(report, run), flags.format ?? 'diff', flags, io);
  if (run.statement !== null && flags.quiet !== true) io.stderr.write(`${run.statement}\n`);
  explainSkipped(run, flags, io);
  return exitCode(report, flags.check === true && report.changes.length > 0);
}

/** Converts files, writes them when asked to, and leaves the telling to others. */
export async function convertFiles(paths: readonly string[], flags: ConvertFlags, io: Io): Promise<{ readonly run: Run; readonly report: Report }> {
  const run = await convertTree(paths, flags, io);
  const { outcome, changes } = await showChanges(run.root, run.outcome);
  if (flags.write === true) await writeChanges(run.root, outcome.changes);
  return { run, report: reportOf(outcome, { ...run, changes }) };
}

/** `ci2mm scan`: the same without changes. */
export async function runScan(paths: readonly string[], flags: ScanFlags, io: Io): Promise<number> {
  if (paths.includes('-')) throw new UsageError('scan reads files; to look at a stream, use convert -');
  const run = await convertTree(paths, flags, io);
  const report = reportOf(run.outcome, { ...run, changes: null });
  await publish(told(report, run), flags.format ?? 'text', flags, io);
  if (run.statement !== null && flags.quiet !== true) io.stderr.write(`${run.statement}\n`);
  explainSkipped(run, flags, io);
  return exitCode(report, false);
}

interface Run {
  readonly root: string;
  readonly outcome: Outcome;
  readonly excerpts: Conversion['excerpts'];
  readonly target: string;
  readonly filesScanned: number;
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** What was proven by building; null where there was nothing to prove. */
  readonly statement: string | null;
}

async function convertTree(paths: readonly string[], flags: CommonFlags, io: Io): Promise<Run> {
  const progress = new Progress(io);
  const found = await discover(paths, { cwd: io.cwd });
  const config = loadConfig(found.root, flags, io.cwd);
  const settings = await settingsFrom(flags, config, io.cwd);
  const discovery = exclude(found, config.ignore);
  const source = new TreeSource(discovery, { onProgress: (done, total) => progress.show('searched', done, total) });
  const conversion = await convertSource(source, settings, (done, total) => progress.show('read', done, total));
  const { outcome, statement } = await proveFamilies(conversion, {
    root: found.root,
    prove: flags.prove ?? 'auto',
    kustomize: flags.kustomize,
    cwd: io.cwd,
    env: io.env,
    settings,
    onProgress: (done, total) => progress.show('built', done, total),
  });
  progress.clear();
  const skipped = [...discovery.skipped, ...source.scan.skipped];
  return { root: discovery.root, outcome, excerpts: conversion.excerpts, target: settings.target.version, filesScanned: source.scan.scanned, skipped, statement };
}

/** A filter: the converted stream, or nothing at all. */
async function convertStream(paths: readonly string[], flags: ConvertFlags, io: Io): Promise<number> {
  if (paths.length > 1) throw new UsageError('- is standard input and goes without other paths');
  if (flags.write === true) throw new UsageError('--write needs files; a stream is converted to standard output');
  const bytes = await readAll(io.stdin, MAX_FILE);
  if (isBlank(bytes)) return passEmpty(bytes, flags, io);
  const config = loadConfig(rootOf(io.cwd), flags, io.cwd);
  const list = flags.format === undefined && bytes.length <= MAX_FILE && mentionsResourceList(bytes) ? readResourceList(bytes) : null;
  if (list !== null && !('problem' in list)) return convertList(list, { flags, config }, io);
  return convertManifests(bytes, { flags, config }, io);
}

/** A stream of manifests. */
async function convertManifests(bytes: Buffer, { flags, config }: CommandLine & { readonly flags: ConvertFlags }, io: Io): Promise<number> {
  const settings = await settingsFrom(flags, config, io.cwd);
  const conversion = await convertSource(new StreamSource(STDIN, bytes), settings);
  const converted = conversion.outcome();
  const { outcome, changes } = flags.format === undefined ? { outcome: converted, changes: [] } : await showChanges(io.cwd, converted);
  const report = reportOf(outcome, { target: settings.target.version, filesScanned: 1, skipped: [], changes });
  const code = exitCode(report, flags.check === true && outcome.changes.length > 0);
  const whole = told(report, conversion);
  if (flags.format !== undefined) await publish(whole, flags.format, flags, io);
  else {
    showFindings(whole, flags, io);
    if (code === EXIT.ok.code) await emit(outcome.changes[0]?.after ?? bytes, flags, io);
  }
  return code;
}

const isBlank = (bytes: Buffer): boolean => bytes.toString('latin1').trim() === '';

/** Blank output makes an engine that prunes delete everything, so blank input is most likely a mistake. */
async function passEmpty(bytes: Buffer, flags: ConvertFlags, io: Io): Promise<number> {
  if (flags.allowEmpty !== true) throw new UsageError('standard input is empty; --allow-empty if that may be');
  await emit(bytes, flags, io);
  return EXIT.ok.code;
}

/** A stream that is a ResourceList goes on as one. */
async function convertList(list: ResourceList, commandLine: CommandLine & { readonly flags: ConvertFlags }, io: Io): Promise<number> {
  const { flags } = commandLine;
  const run = await runFunction(list, commandLine, io.cwd);
  showResults(run.results.filter(({ severity }) => flags.quiet !== true || severity === 'error'), io);
  if (run.code !== EXIT.ok.code) return run.code;
  if (flags.check === true && run.changed) return EXIT.blocked.code;
  await emit(Buffer.from(run.output), flags, io);
  return EXIT.ok.code;
}

function exitCode({ summary }: Report, pending: boolean): number {
  const blocked = summary.blocked > 0 || summary.findings.error > 0;
  return blocked || pending ? EXIT.blocked.code : EXIT.ok.code;
}

/** A report with the lines that its findings are about. */
interface Told {
  readonly report: Report;
  readonly excerpts: ReturnType<Conversion['excerpts']>;
}

const told = (report: Report, { excerpts }: Pick<Conversion, 'excerpts'>): Told => ({ report, excerpts: excerpts(report.findings) });

/** The chosen format goes to standard output (or a file), findings and summary to standard error unless the format shows them. */
async function publish({ report, excerpts }: Told, format: string, flags: CommonFlags, io: Io): Promise<void> {
  const reporter = reporterFor(format);
  if (reporter === undefined) throw new UsageError(`there is no format ${format}`);
  const color = flags.output === undefined && usesColor(flags.color, io.stdout, io.env);
  const text = reporter.render(report, { color, verbose: flags.verbose === true, excerpts });
  await emit(Buffer.from(text), flags, io);
  if (!reporter.showsFindings || flags.output !== undefined) showFindings({ report, excerpts }, flags, io);
}

async function emit(bytes: Uint8Array, flags: CommonFlags, io: Io): Promise<void> {
  if (flags.output !== undefined) await writeOutput(flags.output, bytes, { cwd: io.cwd });
  else if (bytes.length > 0) io.stdout.write(bytes);
}

function showFindings({ report, excerpts }: Told, flags: CommonFlags, io: Io): void {
  const color = usesColor(flags.color, io.stderr, io.env);
  const shown = flags.quiet === true ? report.findings.filter(({ level }) => level === 'error') : report.findings;
  io.stderr.write(renderFindings(shown, { color, excerpts }));
  if (flags.quiet !== true) io.stderr.write(`${summaryLine(report)}\n`);
}

function explainSkipped(run: Run, flags: CommonFlags, io: Io): void {
  if (flags.verbose !== true) return;
  const notes = [
    ...run.skipped.map(({ file, reason }) => `skipped ${file}: ${reason}`),
    ...run.outcome.droppedComments.map(({ file, comment }) => `dropped with its field in ${file}: ${comment}`),
  ];
  io.stderr.write(renderNotes(notes));
}
