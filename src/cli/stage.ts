import type { StageName } from '../model/rollout.ts';
import type { StageFlags } from '../run/flags.ts';
import type { Io } from '../run/io.ts';
import { rolloutRequest } from '../run/stages.ts';
import { requireFiles, runChanging } from './run.ts';

/** `ci2mm prepare`, `trigger` and `finish`. Resolves to the exit code. */
export async function runStage(
  name: StageName,
  paths: readonly string[],
  { flags, io }: { readonly flags: StageFlags; readonly io: Io },
): Promise<number> {
  requireFiles(name, paths);
  return runChanging(paths, { flags, io, ...(await rolloutRequest(name, flags, io.cwd)) });
}
