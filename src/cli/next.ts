import { discover, exclude } from '../repo/discover.ts';
import { loadConfig } from '../run/configuration.ts';
import { EXIT } from '../run/exit-codes.ts';
import type { StageFlags } from '../run/flags.ts';
import type { Io } from '../run/io.ts';
import { planOf } from '../run/plan.ts';
import { choicesFrom, settingsFrom } from '../run/settings.ts';
import { TreeSource } from '../run/sources.ts';
import { chosenIn } from '../run/stages.ts';
import { UsageError } from '../run/usage-error.ts';
import { runConvert } from './run.ts';
import { runStage } from './stage.ts';

/** The stages in their order, by the standing that each of them ends. */
const STAGES = [
  ['unprepared', 'prepare'],
  ['prepared', 'trigger'],
  ['triggered', 'convert'],
  ['converted', 'finish'],
] as const;

/** `ci2mm next`: the stage of the installations that are furthest behind. Resolves to the exit code. */
export async function runNext(paths: readonly string[], flags: StageFlags, io: Io): Promise<number> {
  if (paths.includes('-')) throw new UsageError('next needs files: a stream does not tell what applies it');
  const found = await discover(paths, { cwd: io.cwd });
  const config = loadConfig(found.root, flags, io.cwd);
  const settings = await settingsFrom(choicesFrom(flags, io.cwd), config);
  const plan = await planOf(new TreeSource(exclude(found, config.ignore)), settings);
  const standings = new Set(chosenIn(plan, flags, io.cwd).map(({ standing }) => standing));
  const [, stage] = STAGES.find(([standing]) => standings.has(standing)) ?? [null, null];
  if (flags.quiet !== true) io.stderr.write(stage === null ? 'nothing comes next: all is finished\n' : `next: ci2mm ${stage}\n`);
  if (stage === null) return EXIT.ok.code;
  if (stage !== 'convert') return runStage(stage, paths, { flags, io });
  if (flags.only.length > 0 || flags.root.length > 0 || flags.batch !== undefined)
    throw new UsageError('the conversion reaches all that share a manifest; give paths in place of --only, --root and --batch');
  return runConvert(paths, flags, io);
}
