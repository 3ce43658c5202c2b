import { renderPlan } from '../report/plan-formats.ts';
import type { PlanFormat } from '../report/formats.ts';
import { discover, exclude } from '../repo/discover.ts';
import { loadConfig } from '../run/configuration.ts';
import { EXIT } from '../run/exit-codes.ts';
import type { CommonFlags, StageFlags } from '../run/flags.ts';
import type { Io } from '../run/io.ts';
import { planOf } from '../run/plan.ts';
import { emit } from '../run/publish.ts';
import { choicesFrom, settingsFrom } from '../run/settings.ts';
import { TreeSource } from '../run/sources.ts';
import { chosenIn } from '../run/stages.ts';
import { UsageError } from '../run/usage-error.ts';
import { requireOwnOutput } from './run.ts';

/** Of `plan`. */
export interface PlanFlags extends CommonFlags, Pick<StageFlags, 'only' | 'root'> {
  readonly format: PlanFormat;
}

/** `ci2mm plan`. Resolves to the exit code. */
export async function runPlan(paths: readonly string[], flags: PlanFlags, io: Io): Promise<number> {
  if (paths.includes('-')) throw new UsageError('plan needs files: a stream does not tell what applies it');
  await requireOwnOutput(paths, flags, io);
  const found = await discover(paths, { cwd: io.cwd });
  const config = loadConfig(found.root, flags, io.cwd);
  const source = new TreeSource(exclude(found, config.ignore));
  const plan = await planOf(source, await settingsFrom(choicesFrom(flags, io.cwd), config));
  const chosen = { ...plan, installations: chosenIn(plan, flags, io.cwd) };
  await emit(Buffer.from(renderPlan(chosen, flags.format)), flags, io);
  return EXIT.ok.code;
}
