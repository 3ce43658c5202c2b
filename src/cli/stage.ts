import { exitCode, publish } from '../run/publish.ts';
import type { StageFlags } from '../run/flags.ts';
import type { Io } from '../run/io.ts';
import { stageFrom } from '../run/stages.ts';
import { UsageError } from '../run/usage-error.ts';
import { renderNotes } from '../report/text.ts';
import type { Report } from '../report/report.ts';
import { installationId } from '../model/installation.ts';
import { printNotes, requireOwnOutput, runFiles } from './run.ts';

/** `ci2mm prepare` and `ci2mm trigger`. Resolves to the exit code. */
export async function runStage(
  name: Parameters<typeof stageFrom>[0],
  paths: readonly string[],
  { flags, io }: { readonly flags: StageFlags; readonly io: Io },
): Promise<number> {
  if (flags.write === true && flags.check === true)
    throw new UsageError('--write changes files and --check changes none; give one of them');
  if (paths.includes('-')) throw new UsageError(`${name} needs files: a stream does not tell what applies it`);
  await requireOwnOutput(paths, flags, io);
  const stage = stageFrom(name, flags, io.cwd);
  const result = await runFiles(paths, { flags, write: flags.write === true, stage }, io);
  await publish({ ...result, toApply: 'run with --write' }, flags.format ?? 'diff', flags, io);
  if (flags.quiet !== true) io.stderr.write(renderNotes(unmatched(result.report, flags)));
  printNotes(result, flags, io);
  return exitCode(result.report, result.report.changes.length, flags);
}

/** What was chosen and is not there, most likely for a slip; in lines. */
function unmatched({ installations }: Report, { only, root }: StageFlags): string[] {
  const names = new Set(installations.flatMap((each) => [each.name, installationId(each)]));
  return [
    ...only.filter((name) => !names.has(name)).map((name) => `--only ${name}: no such installation was found`),
    ...(root.length > 0 && installations.length === 0
      ? [`--root ${root.join(', ')}: nothing that is built there, or stands there alone, is an installation`]
      : []),
  ];
}
