import { loadConfig } from './configuration.ts';
import { convertSource } from './convert-source.ts';
import type { Conversion, Outcome } from '../family/conversion.ts';
import type { CommonFlags, ConvertFlags, ScanFlags } from './flags.ts';
import type { Io } from './io.ts';
import { limitHeap } from './memory.ts';
import type { Report } from '../model/report.ts';
import { Progress } from './progress.ts';
import type { ProofOptions, ProvenOutcome } from '../proof/prove-families.ts';
import { exitCode, publish, told } from './publish.ts';
import { discover, exclude } from '../repo/discover.ts';
import type { Discovery } from '../repo/discover.ts';
import { renderNotes } from '../report/text.ts';
import { reportOf, showChanges } from './report-of.ts';
import { settingsFrom } from './settings.ts';
import { TreeSource } from './sources.ts';

/** Files converted and told about; written when asked to. Resolves to the exit code. */
export async function convertAndTell(discovery: Discovery, flags: ConvertFlags, io: Io): Promise<number> {
  const { run, report } = await convertDiscovered(discovery, flags, io);
  await publish(told(report, run), flags.format ?? 'diff', flags, io);
  tellAside(run, flags, io);
  return exitCode(report, flags.check === true && report.changes.length > 0);
}

/** Converts the files below paths, for a caller that tells what came of it in its own way. */
export const convertFiles = async (paths: readonly string[], flags: ConvertFlags, io: Io): Promise<Converted> =>
  convertDiscovered(await discover(paths, { cwd: io.cwd }), flags, io);

/** Converts files, writes them when asked to, and leaves the telling to others. */
async function convertDiscovered(discovery: Discovery, flags: ConvertFlags, io: Io): Promise<Converted> {
  const run = await convertTree(discovery, flags, io);
  const { outcome, changes } = await showChanges(run.discovery, run.outcome);
  if (flags.write === true) {
    const { writeChanges } = await import('../repo/write.ts');
    await writeChanges(run.discovery.root, outcome.changes);
  }
  return { run, report: reportOf(outcome, { ...run, changes }) };
}

/** The inventory. Resolves to the exit code. */
export async function scanAndTell(discovery: Discovery, flags: ScanFlags, io: Io): Promise<number> {
  const run = await convertTree(discovery, flags, io);
  const report = reportOf(run.outcome, { ...run, changes: null });
  await publish(told(report, run), flags.format ?? 'text', flags, io);
  tellAside(run, flags, io);
  return exitCode(report, false);
}

export interface Converted {
  readonly run: Run;
  readonly report: Report;
}

interface Run {
  readonly discovery: Discovery;
  readonly outcome: Outcome;
  readonly excerpts: Conversion['excerpts'];
  readonly unsearched: Conversion['unsearched'];
  readonly target: string;
  readonly filesScanned: number;
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** What was proven by building; null where there was nothing to prove. */
  readonly statement: string | null;
}

async function convertTree(found: Discovery, flags: CommonFlags, io: Io): Promise<Run> {
  const progress = new Progress(io);
  const config = loadConfig(found.root, flags, io.cwd);
  const settings = await settingsFrom(flags, config, io.cwd);
  const discovery = exclude(found, config.ignore);
  const source = new TreeSource(discovery, { onProgress: (done, total) => progress.show('searched', done, total) });
  await limitHeap(source.scan.hitBytes);
  const conversion = await convertSource(source, settings, (done, total) => progress.show('read', done, total));
  const { outcome, statement } = await proven(conversion, {
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
  const { excerpts, unsearched } = conversion;
  return {
    discovery,
    outcome,
    excerpts,
    unsearched,
    target: settings.target.version,
    filesScanned: source.scan.scanned,
    skipped,
    statement,
  };
}

/** What proves is loaded where there is something to prove. */
async function proven(conversion: Conversion, options: ProofOptions): Promise<ProvenOutcome> {
  if (conversion.families.length === 0) return { outcome: conversion.outcome(), statement: null };
  const { proveFamilies } = await import('../proof/prove-families.ts');
  return proveFamilies(conversion, options);
}

/** What is worth knowing beside the report. */
function tellAside(run: Run, flags: CommonFlags, io: Io): void {
  if (run.statement !== null && flags.quiet !== true) io.stderr.write(`${run.statement}\n`);
  if (flags.verbose !== true) return;
  const notes = [
    ...run.skipped.map(({ file, reason }) => `skipped ${file}: ${reason}`),
    ...run.unsearched.map(({ file, reason }) => `not searched for references ${file}: ${reason}`),
    ...run.outcome.droppedComments.map(({ file, comment }) => `dropped with its field in ${file}: ${comment}`),
  ];
  io.stderr.write(renderNotes(notes));
}
