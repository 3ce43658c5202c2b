/** What brings manifests from Git into a cluster. */
export type AppliedBy = 'argo-cd' | 'flux';

/** How far an installation has come, by its manifests; `engines/standing.ts` says by what. */
export type Standing = 'unprepared' | 'prepared' | 'triggered' | 'converted' | 'finished';

/** A pull request of the rollout, by the command that makes it. */
export type RolloutStage = 'prepare' | 'trigger' | 'convert' | 'finish';

/** The stages with a command of their own, besides the conversion. */
export type StageName = Exclude<RolloutStage, 'convert'>;

/** The stage that each standing waits for, in the order of the rollout; null where nothing is left. */
export const NEXT_STAGE: Readonly<Record<Standing, RolloutStage | null>> = {
  unprepared: 'prepare',
  prepared: 'trigger',
  triggered: 'convert',
  converted: 'finish',
  finished: null,
};

/** The standings, from the furthest behind to the end. */
export const STANDINGS = Object.keys(NEXT_STAGE) as readonly Standing[];

/** What builds an installation, as gate files have it: one word, whatever it is called. */
export const gateRoot = (root: string): string => encodeURI(root);
