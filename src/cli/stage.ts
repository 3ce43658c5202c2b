import { installationId } from '../model/installation.ts';
import type { StageName } from '../model/rollout.ts';
import type { Report } from '../report/report.ts';
import type { StageFlags } from '../run/flags.ts';
import type { Io } from '../run/io.ts';
import { stageFrom } from '../run/stages.ts';
import { requireFiles, runChanging } from './run.ts';

/** `ci2mm prepare`, `trigger` and `finish`. Resolves to the exit code. */
export async function runStage(
  name: StageName,
  paths: readonly string[],
  { flags, io }: { readonly flags: StageFlags; readonly io: Io },
): Promise<number> {
  requireFiles(name, paths);
  return runChanging(paths, { flags, io, stage: stageFrom(name, flags, io.cwd), notes: (report) => unmatched(report, flags) });
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
