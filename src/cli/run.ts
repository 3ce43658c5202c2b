import { installationId } from '../model/installation.ts';
import { followingCommand } from './following.ts';
import type { Asked } from './following.ts';
import { discover } from '../repo/discover.ts';
import type { Discovery } from '../repo/discover.ts';
import { maskText } from '../report/mask.ts';
import { renderNotes } from '../report/text.ts';
import type { Report } from '../report/report.ts';
import { EXIT } from '../run/exit-codes.ts';
import type { CommonFlags, ConvertFlags, ScanFlags } from '../run/flags.ts';
import type { Io } from '../run/io.ts';
import { didYouMean } from '../run/sight.ts';
import { exitCode, exitCodeBeyond, publish } from '../run/publish.ts';
import { choicesFrom } from '../run/settings.ts';
import type { TreeRequest, TreeRun } from '../run/tree.ts';
import { UsageError } from '../run/usage-error.ts';

/** `ci2mm convert`: discover, convert, report, and write when asked to. Resolves to the exit code. */
export async function runConvert(paths: readonly string[], flags: ConvertFlags, io: Io): Promise<number> {
  const isLimited = flags.only.length > 0 || flags.root.length > 0;
  if (flags.interactive === true) return runInteractive(paths, flags, io);
  if (!paths.includes('-')) return runChanging(paths, { flags, io, ...(isLimited && (await limitedTo(flags, io))) });
  if (flags.baseline !== undefined) throw new UsageError('--baseline is about files, and a stream has none');
  if (isLimited || flags.changedSince !== undefined)
    throw new UsageError('--only, --root and --changed-since choose among files; a stream is converted as a whole');
  requireOneMode(flags);
  await requireOwnOutput(paths, flags, io);
  const { convertStream } = await import('./convert-stream.ts');
  return convertStream(paths, flags, io);
}

/** What somebody picks at a terminal is converted in a run of its own, so that it is proven as it is written. */
async function runInteractive(paths: readonly string[], flags: ConvertFlags, io: Io): Promise<number> {
  requirePerson(paths, flags, io);
  const { choice } = await limitedTo(flags, io);
  const offered = await runFiles(paths, { flags, write: false, ...(choice !== undefined && { choice }) }, io);
  const { pickFamilies } = await import('./interactive.ts');
  const families = await pickFamilies(offered, flags, io);
  if (families.size === 0) {
    io.stderr.write('nothing chosen, nothing changed\n');
    return EXIT.ok.code;
  }
  // What else there is to say was said before the answers.
  const answered: ConvertFlags = { ...flags, write: true, stat: true, minLevel: flags.minLevel ?? 'error' };
  return runChanging(paths, { flags: answered, io, choice: { only: [], roots: [], ...choice, families } });
}

function requirePerson(paths: readonly string[], { check, stat, format, output }: ConvertFlags, { stdin, stdout }: Io): void {
  if (paths.includes('-')) throw new UsageError('--interactive reads answers from standard input, and so can not read manifests from it');
  if (stdin.isTTY !== true || stdout.isTTY !== true)
    throw new UsageError('--interactive asks at a terminal, and there is none; --only and --root choose without');
  if (check === true || stat === true || format !== undefined || output !== undefined)
    throw new UsageError('--interactive shows and changes what is chosen; --check, --stat, --format and -o are of no use with it');
}

function requireOneMode({ write, check }: ConvertFlags): void {
  if (write === true && check === true) throw new UsageError('--write changes files and --check changes none; give one of them');
}

/** What chooses is loaded where it is asked for. */
const limitedTo = async (flags: ConvertFlags, { cwd }: Io): Promise<Pick<TreeRequest, 'choice'>> =>
  (await import('../run/stages.ts')).rolloutRequest('convert', flags, cwd);

/** The conversion, or a stage in its place, of files. Resolves to the exit code. */
export async function runChanging(
  paths: readonly string[],
  { flags, io, ...asked }: { readonly flags: ConvertFlags; readonly io: Io } & Pick<TreeRequest, 'stage' | 'choice'>,
): Promise<number> {
  requireOneMode(flags);
  await requireOwnOutput(paths, flags, io);
  const result = await runFiles(paths, { flags, write: flags.write === true, ...asked }, io);
  await publish({ ...result, toApply: 'run with --write' }, formatOf(flags), flags, io);
  if (flags.quiet !== true) io.stderr.write(renderNotes(unmatched(result.report, flags)));
  printNotes(result, flags, io);
  const code = (await baselineCode(result.report, flags, io)) ?? exitCode(result.report, result.report.changes.length, flags);
  printFollowing(result.report, { paths, wrote: flags.write === true, flags }, io);
  return code;
}

/** The exit code by a baseline, and what it comes to on standard error; null without one. */
async function baselineCode(report: Report, flags: CommonFlags, io: Io): Promise<number | null> {
  const file = flags.writeBaseline ?? flags.baseline;
  if (file === undefined) return null;
  const { comparedWith, toldOfBaseline, writeBaseline } = await import('../run/baseline.ts');
  if (flags.writeBaseline !== undefined) {
    await writeBaseline(file, report, io.cwd);
    if (flags.quiet !== true) io.stderr.write(renderNotes([`wrote what is known to ${file}`]));
    return EXIT.ok.code;
  }
  const compared = comparedWith(file, report, io.cwd);
  if (flags.quiet !== true) io.stderr.write(renderNotes(toldOfBaseline(compared, file)));
  return exitCodeBeyond(compared.beyond, flags);
}

/** A baseline is written of all, or what was not looked at would be new the next time. */
async function requireBaseline({ baseline, writeBaseline, changedSince }: CommonFlags, { cwd }: Io): Promise<void> {
  if (writeBaseline === undefined) return;
  if (baseline !== undefined) throw new UsageError('--write-baseline writes what --baseline reads; give one of them');
  if (changedSince !== undefined)
    throw new UsageError('--write-baseline is about all installations, and --changed-since about some; give one of them');
  const { requireNoManifest, requireOutput } = await import('../repo/write.ts');
  requireNoManifest(writeBaseline, [], { cwd });
  await requireOutput(writeBaseline, { cwd });
}

function formatOf({ stat, format }: ConvertFlags): string {
  if (stat === true && format !== undefined) throw new UsageError('--stat takes the place of a --format; give one of them');
  return stat === true ? 'stat' : (format ?? 'diff');
}

/** Who sits at a terminal may go on. */
function printFollowing(report: Report, { flags, ...asked }: Asked & { readonly flags: CommonFlags }, io: Io): void {
  const next = io.stderr.isTTY === true && flags.quiet !== true ? followingCommand(report, asked) : null;
  if (next !== null) io.stderr.write(`next: ${next}\n`);
}

/** What was chosen and is not there, most likely for a slip; in lines. */
function unmatched({ installations }: Report, { only, root }: ConvertFlags): string[] {
  const names = new Set(installations.flatMap((each) => [each.name, installationId(each)]));
  return [
    ...only
      .filter((name) => !names.has(name))
      .map((name) => `--only ${name}: no such installation was found${didYouMean(name, installations)}`),
    ...(root.length > 0 && installations.length === 0
      ? [`--root ${root.join(', ')}: nothing that is built there, or stands there alone, is an installation`]
      : []),
  ];
}

/** A stream tells neither what applies it nor what stands beside it. */
export function requireFiles(command: string, paths: readonly string[]): void {
  if (paths.includes('-')) throw new UsageError(`${command} needs files: a stream does not tell what applies it`);
}

/** `ci2mm scan`: the same without changes. */
export async function runScan(paths: readonly string[], flags: ScanFlags, io: Io): Promise<number> {
  if (paths.includes('-')) throw new UsageError('scan reads files; to look at a stream, use convert -');
  await requireOwnOutput(paths, flags, io);
  await requireBaseline(flags, io);
  const result = await runFiles(paths, { flags, write: false, readiness: true }, io);
  await publish({ ...result, report: { ...result.report, changes: [] } }, flags.format ?? 'text', flags, io);
  printNotes(result, flags, io);
  const code = (await baselineCode(result.report, flags, io)) ?? exitCode(result.report, 0, flags);
  printFollowing(result.report, { paths, wrote: false, flags }, io);
  return code;
}

/** A report never takes the place of manifests; a converted stream may. Nothing is done where its result can't be written. */
export async function requireOwnOutput(paths: readonly string[], { output, format }: CommonFlags, { cwd }: Io): Promise<void> {
  if (output === undefined) return;
  const { requireNoManifest, requireOutput } = await import('../repo/write.ts');
  if (!paths.includes('-') || format !== undefined) requireNoManifest(output, paths, { cwd });
  await requireOutput(output, { cwd });
}

/** The pipeline is loaded while git lists the files, which takes about as long. */
async function runFiles(
  paths: readonly string[],
  { flags, ...asked }: { readonly flags: CommonFlags } & Pick<TreeRequest, 'write' | 'stage' | 'choice' | 'readiness'>,
  io: Io,
): Promise<TreeRun> {
  await requireRules(flags);
  const [discovery, { runTree }] = await Promise.all([discover(paths, { cwd: io.cwd }), import('../run/tree.ts')]);
  const chosen = { ...asked, ...(await limitedToChanged(discovery, flags, asked)) };
  return runTree(discovery, { ...flags, choices: choicesFrom(flags, io.cwd), ...chosen }, io);
}

/** What a changed file has a part in, of what was chosen. */
async function limitedToChanged(
  { root }: Discovery,
  { changedSince: ref }: CommonFlags,
  { choice }: Pick<TreeRequest, 'choice'>,
): Promise<Pick<TreeRequest, 'choice'>> {
  if (ref === undefined) return {};
  const { changedSince } = await import('../repo/changed.ts');
  return { choice: { only: [], roots: [], ...choice, changed: await changedSince(root, ref) } };
}

/** A slip in the name of a rule would show nothing, as if nothing had been found. */
async function requireRules({ rule: names = [] }: CommonFlags): Promise<void> {
  if (names.length === 0) return;
  const [{ isRuleId, rules }, { nearest }] = await Promise.all([import('../rules/index.ts'), import('../operator/suggest.ts')]);
  const unknown = names.find((name) => !isRuleId(name));
  if (unknown === undefined) return;
  const ids = rules.map(({ id }) => id);
  const guess = nearest(unknown, ids);
  throw new UsageError(
    `there is no rule ${JSON.stringify(unknown)}${guess === null ? '' : `; did you mean ${guess}?`} (ci2mm explain lists them)`,
  );
}

/** What is worth knowing beside the report. */
function printNotes(
  { statement, sight, skipped, unsearched, namingLines, droppedComments }: TreeRun,
  { quiet, verbose }: CommonFlags,
  io: Io,
): void {
  if (statement !== null && quiet !== true) io.stderr.write(`${statement}\n`);
  if (quiet !== true) io.stderr.write(renderNotes(sight));
  if (verbose !== true) return;
  const notes = [
    ...skipped.map(({ file, reason }) => `skipped ${file}: ${reason}`),
    ...unsearched.map(({ file, reason }) => `not searched for references ${file}: ${reason}`),
    ...namingLines.map(({ file, line }) => `names the old kind ${file}:${line}`),
    ...droppedComments.map(({ file, comment }) => `dropped with its field in ${file}: ${maskText(comment)}`),
  ];
  io.stderr.write(renderNotes(notes));
}
