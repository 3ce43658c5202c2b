import { loadConfig, rootOf } from '../run/configuration.ts';
import { EXIT } from '../run/exit-codes.ts';
import { UsageError } from '../run/usage-error.ts';
import type { ConvertFlags } from '../run/flags.ts';
import { readInput } from '../run/io.ts';
import type { Io } from '../run/io.ts';
import { mentionsResourceList, readResourceList } from '../krm/resource-list.ts';
import type { ResourceList } from '../krm/list.ts';
import { limitHeap } from '../run/memory.ts';
import { run } from '../run/pipeline.ts';
import { emit, exitCode, publish, showFindings } from '../run/publish.ts';
import { runFunction, showResults } from '../krm/run-krm.ts';
import type { CommandLine } from '../krm/run-krm.ts';
import { rules } from '../rules/index.ts';
import { unusedAnswers } from '../run/sight.ts';
import type { Change } from '../model/change.ts';
import { gitHeaders } from '../repo/git.ts';
import { renderNotes } from '../report/text.ts';
import { choicesFrom, settingsFrom } from '../run/settings.ts';
import { MAX_FILE } from '../run/markers.ts';
import { StreamSource } from '../run/sources.ts';

/** The name under which standard input appears in findings. */
const STDIN = 'stdin';

/** A filter: the converted stream, or nothing at all. */
export async function convertStream(paths: readonly string[], flags: ConvertFlags, io: Io): Promise<number> {
  if (paths.length > 1) throw new UsageError('- is standard input and goes without other paths');
  if (flags.stat === true) throw new UsageError('--stat counts lines of files; a stream is converted as a whole');
  if (flags.write === true) throw new UsageError('--write needs files; a stream is converted to standard output');
  const bytes = await readInput(io, MAX_FILE);
  await limitHeap(bytes.length);
  if (isEmpty(bytes)) return passEmpty(bytes, flags, io);
  const config = loadConfig(rootOf(io.cwd), flags, io.cwd);
  const list = flags.format === undefined && bytes.length <= MAX_FILE && mentionsResourceList(bytes) ? readResourceList(bytes) : null;
  if (list !== null && !('problem' in list)) return convertList(list, { flags, config }, io);
  return convertManifests(bytes, { flags, config }, io);
}

/** A stream of manifests. */
async function convertManifests(bytes: Buffer, { flags, config }: CommandLine & { readonly flags: ConvertFlags }, io: Io): Promise<number> {
  const settings = await settingsFrom(choicesFrom(flags, io.cwd), config);
  const diffs = flags.format === undefined ? null : (changes: readonly Change[]) => gitHeaders({ root: io.cwd }, changes);
  const converts = flags.format === undefined && flags.check !== true ? 'whole' : 'none';
  const result = await run(new StreamSource(STDIN, bytes), settings, { prove: null, diffs, converts });
  const code = exitCode(result.report, result.changes.length, flags);
  if (flags.quiet !== true) io.stderr.write(renderNotes(unusedAnswers(settings, result.report, false)));
  if (flags.format !== undefined) await publish(result, flags.format, flags, io);
  else {
    showFindings(result, flags, io);
    if (code === EXIT.ok.code) await emit(result.changes[0]?.after ?? bytes, flags, io);
  }
  return code;
}

/** A line that is part of a document: no blank, no comment and no mark between documents. */
const CONTENT = /^(?!(?:---|\.\.\.)?[^\S\n]*(?:#|$))/m;

/** What templates leave of manifests that are all switched off: comments and marks. */
const isEmpty = (bytes: Buffer): boolean => !CONTENT.test(bytes.toString('latin1').replace(/^\u00ef\u00bb\u00bf/, ''));

/** Output without a resource makes an engine that prunes delete everything, so such an input is most likely a mistake. */
async function passEmpty(bytes: Buffer, flags: ConvertFlags, io: Io): Promise<number> {
  const isBlank = bytes.toString('latin1').trim() === '';
  if (flags.allowEmpty !== true)
    throw new UsageError(`standard input ${isBlank ? 'is empty' : 'holds no resource'}; --allow-empty if that may be`);
  await emit(bytes, flags, io);
  return EXIT.ok.code;
}

/** Rules of what goes on naming the old kind and is to be edited by those who run this. */
const LEFT: ReadonlySet<string | null> = new Set(rules.filter(({ left }) => left === 'reference' || left === 'file').map(({ id }) => id));

/** A stream that is a ResourceList goes on as one. */
async function convertList(list: ResourceList, commandLine: CommandLine & { readonly flags: ConvertFlags }, io: Io): Promise<number> {
  const { flags } = commandLine;
  const result = await runFunction(list, commandLine, io.cwd);
  showResults(
    result.results.filter(({ severity }) => flags.quiet !== true || severity === 'error'),
    io,
  );
  if (result.code !== EXIT.ok.code) return result.code;
  if (flags.check === true && result.changed) return EXIT.blocked.code;
  if (flags.failOnLeft === true && result.results.some(({ rule }) => LEFT.has(rule))) return EXIT.blocked.code;
  await emit(Buffer.from(result.output), flags, io);
  return EXIT.ok.code;
}
