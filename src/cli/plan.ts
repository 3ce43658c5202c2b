import type { PlanFormat } from '../report/formats.ts';
import { needsGateJob } from '../report/machine-gates.ts';
import type { MachineGateOptions } from '../report/machine-gates.ts';
import type { Plan } from '../report/plan.ts';
import { renderPlan } from '../report/plan-formats.ts';
import { discover } from '../repo/discover.ts';
import { EXIT } from '../run/exit-codes.ts';
import type { ChoiceFlags, CommonFlags } from '../run/flags.ts';
import { readGateFiles } from '../run/gate-files.ts';
import { UsageError } from '../run/usage-error.ts';
import type { Io } from '../run/io.ts';
import { planOfTree } from '../run/plan-tree.ts';
import { emit } from '../run/publish.ts';
import { choicesFrom } from '../run/settings.ts';
import { requireFiles, requireOwnOutput } from './run.ts';

/** Of `plan`. */
export interface PlanFlags extends CommonFlags, ChoiceFlags {
  readonly format: PlanFormat;
  /** For gates of engines: what must survive, as the script recorded it. */
  readonly gateFile: readonly string[];
  /** For gates of Argo CD: an image with a shell and kubectl. */
  readonly gateImage?: string;
}

/** `ci2mm plan`. Resolves to the exit code. */
export async function runPlan(paths: readonly string[], flags: PlanFlags, io: Io): Promise<number> {
  requireFiles('plan', paths);
  await requireOwnOutput(paths, flags, io);
  const found = await discover(paths, { cwd: io.cwd });
  const plan = await planOfTree(found, { ...flags, choices: choicesFrom(flags, io.cwd) }, { cwd: io.cwd, chosen: flags });
  const gates = flags.format === 'gates' ? await gateOptions(plan, flags, io.cwd) : undefined;
  await emit(Buffer.from(renderPlan(plan, flags.format, gates)), flags, io);
  return EXIT.ok.code;
}

/** A gate that knows no uids would be open after a loss, and an image that moves may be another one when it counts. */
async function gateOptions(plan: Plan, { gateFile, gateImage }: PlanFlags, cwd: string): Promise<MachineGateOptions> {
  const files = await readGateFiles(gateFile, cwd);
  if (!needsGateJob(plan)) return { objects: [], image: null };
  if (files.length === 0)
    throw new UsageError('a gate of Argo CD compares uids: record them with sh gate.sh record FILE, and add --gate-file FILE');
  if (gateImage === undefined || !/^[\w./:-]+(?::(?!latest$)[\w.-]+|@sha256:[0-9a-f]{64})$/.test(gateImage))
    throw new UsageError(
      'a gate of Argo CD is a Job: add --gate-image with an image that has a shell and kubectl, pinned by tag or digest',
    );
  return { objects: files.flatMap(({ objects }) => objects), image: gateImage };
}
