import { discover } from '../repo/discover.ts';
import { EXIT } from '../run/exit-codes.ts';
import type { StageFlags } from '../run/flags.ts';
import type { Io } from '../run/io.ts';
import { nextStage, planOfTree } from '../run/plan-tree.ts';
import { choicesFrom } from '../run/settings.ts';
import { UsageError } from '../run/usage-error.ts';
import { requireFiles, runConvert } from './run.ts';
import { runStage } from './stage.ts';

/** `ci2mm next`: the stage of the installations that are furthest behind. Resolves to the exit code. */
export async function runNext(paths: readonly string[], flags: StageFlags, io: Io): Promise<number> {
  requireFiles('next', paths);
  const found = await discover(paths, { cwd: io.cwd });
  const stage = nextStage(await planOfTree(found, { ...flags, choices: choicesFrom(flags, io.cwd) }, { cwd: io.cwd, chosen: flags }));
  if (flags.quiet !== true) io.stderr.write(stage === null ? 'nothing comes next: all is finished\n' : `next: ci2mm ${stage}\n`);
  if (stage === null) return EXIT.ok.code;
  if (stage !== 'convert') return runStage(stage, paths, { flags, io });
  if (flags.batch !== undefined)
    throw new UsageError('the conversion changes nothing in the cluster, and needs no --batch; --only and --root choose');
  return runConvert(paths, flags, io);
}
