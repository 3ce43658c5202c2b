import type { PlanFormat } from '../report/formats.ts';
import { renderPlan } from '../report/plan-formats.ts';
import { discover } from '../repo/discover.ts';
import { EXIT } from '../run/exit-codes.ts';
import type { ChoiceFlags, CommonFlags } from '../run/flags.ts';
import type { Io } from '../run/io.ts';
import { planOfTree } from '../run/plan-tree.ts';
import { emit } from '../run/publish.ts';
import { choicesFrom } from '../run/settings.ts';
import { requireFiles, requireOwnOutput } from './run.ts';

/** Of `plan`. */
export interface PlanFlags extends CommonFlags, ChoiceFlags {
  readonly format: PlanFormat;
}

/** `ci2mm plan`. Resolves to the exit code. */
export async function runPlan(paths: readonly string[], flags: PlanFlags, io: Io): Promise<number> {
  requireFiles('plan', paths);
  await requireOwnOutput(paths, flags, io);
  const found = await discover(paths, { cwd: io.cwd });
  const plan = await planOfTree(found, { ...flags, choices: choicesFrom(flags, io.cwd) }, { cwd: io.cwd, chosen: flags });
  await emit(Buffer.from(renderPlan(plan, flags.format)), flags, io);
  return EXIT.ok.code;
}
