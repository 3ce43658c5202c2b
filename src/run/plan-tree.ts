import { NEXT_STAGE, STANDINGS } from '../model/rollout.ts';
import type { RolloutStage } from '../model/rollout.ts';
import type { Discovery } from '../repo/discover.ts';
import type { Plan } from '../report/plan.ts';
import { isChosen } from '../stages/choice.ts';
import type { ChoiceFlags } from './flags.ts';
import { planOf } from './plan.ts';
import { choiceFrom } from './stages.ts';
import { openTree } from './tree.ts';
import type { TreeRequest } from './tree.ts';

/** The plan of the files of a discovery, for the installations that are chosen. */
export async function planOfTree(
  found: Discovery,
  request: Pick<TreeRequest, 'choices' | 'config'>,
  { cwd, chosen }: { readonly cwd: string; readonly chosen: ChoiceFlags },
): Promise<Plan> {
  const { source, settings } = await openTree(found, request, { cwd });
  const choice = choiceFrom(chosen, cwd);
  return planOf(source, settings, (subject) => isChosen(choice, subject));
}

/** The stage of the installations that are furthest behind; null where all are finished. */
export function nextStage({ installations }: Plan): RolloutStage | null {
  const standings = new Set(installations.map(({ standing }) => standing));
  const behind = STANDINGS.find((standing) => standings.has(standing));
  return behind === undefined ? null : NEXT_STAGE[behind];
}
