import { NEXT_STAGE, STANDINGS } from '../model/rollout.ts';
import type { RolloutStage } from '../model/rollout.ts';
import { exclude } from '../repo/discover.ts';
import type { Discovery } from '../repo/discover.ts';
import type { Plan } from '../report/plan.ts';
import { loadConfig } from './configuration.ts';
import type { StageFlags } from './flags.ts';
import { planOf } from './plan.ts';
import { settingsFrom } from './settings.ts';
import { TreeSource } from './sources.ts';
import { chosenIn } from './stages.ts';
import type { TreeRequest } from './tree.ts';

/** The plan of the files of a discovery, for the installations that are chosen. */
export async function planOfTree(
  found: Discovery,
  request: Pick<TreeRequest, 'choices' | 'config'>,
  { cwd, chosen }: { readonly cwd: string; readonly chosen: Pick<StageFlags, 'only' | 'root'> },
): Promise<Plan> {
  const config = loadConfig(found.root, request, cwd);
  const source = new TreeSource(exclude(found, config.ignore));
  const plan = await planOf(source, await settingsFrom(request.choices, config));
  return { ...plan, installations: chosenIn(plan, chosen, cwd) };
}

/** The stage of the installations that are furthest behind; null where all are finished. */
export function nextStage({ installations }: Plan): RolloutStage | null {
  const standings = new Set(installations.map(({ standing }) => standing));
  const behind = STANDINGS.find((standing) => standings.has(standing));
  return behind === undefined ? null : NEXT_STAGE[behind];
}
