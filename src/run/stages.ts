import { relative, resolve, sep } from 'node:path';
import type { RolloutStage, StageName } from '../model/rollout.ts';
import { parseRelease } from '../operator/releases.ts';
import { topLevel } from '../repo/tree.ts';
import { isChosen } from '../stages/choice.ts';
import type { Choice } from '../stages/choice.ts';
import { finish } from '../stages/finish.ts';
import { prepare } from '../stages/prepare.ts';
import type { Stage, StageDecision, StageSubject } from '../stages/stage.ts';
import { trigger } from '../stages/trigger.ts';
import type { GateChecks } from '../stages/gate-file.ts';
import type { ChoiceFlags, StageFlags } from './flags.ts';
import { readGateFiles } from './gate-files.ts';
import type { TreeRequest } from './tree.ts';

/** What a command of the rollout asks of a run. */
export async function rolloutRequest(name: RolloutStage, flags: StageFlags, cwd: string): Promise<Pick<TreeRequest, 'stage' | 'choice'>> {
  if (name !== 'convert') return { stage: stageFrom(name, { ...flags, gates: await gatesFrom(flags, cwd) }, cwd) };
  return flags.only.length > 0 || flags.root.length > 0 ? { choice: choiceFrom(flags, cwd) } : {};
}

/** What is read for a stage, besides its flags. */
interface StageWords extends StageFlags {
  readonly gates: GateChecks | null;
}

async function gatesFrom({ gateFile = [], context }: StageFlags, cwd: string): Promise<GateChecks | null> {
  if (gateFile.length === 0) return null;
  return { gates: await readGateFiles(gateFile, cwd), now: Date.now(), context: context ?? null };
}

/** A stage as the flags of a command line ask for it. */
const stageFrom = (name: StageName, flags: StageWords, cwd: string): Stage => ({
  name,
  kind: name === 'finish' ? 'mattermost' : 'installation',
  isChosen: chosenBy(name, flags, cwd),
  decide: (subject) => DECISIONS[name](subject, flags),
});

const DECISIONS: Readonly<Record<StageName, (subject: StageSubject, flags: StageWords) => StageDecision>> = {
  prepare: ({ operator, ...subject }, { image, version, blueGreen, canary, explicitSize = false, target }) => {
    const asked = target === undefined ? null : parseRelease(target);
    return prepare(
      { ...subject, operator: asked ?? operator },
      {
        image: image ?? null,
        version: version ?? null,
        blueGreen: blueGreen ?? null,
        canary: canary ?? null,
        explicitSize,
      },
    );
  },
  trigger: (subject, { confirmedLive = false, confirmedRootPassword = false, gates }) =>
    trigger(subject, { confirmedLive, confirmedRootPassword, gates }),
  finish: (subject) => finish(subject),
};

/** What the flags of a command line limit it to. */
export const choiceFrom = ({ only, root }: ChoiceFlags, cwd: string): Choice => ({
  only,
  roots: root.map((path) => fromTop(path, cwd)),
});

/** What was chosen, and of that as many as a batch holds. */
function chosenBy(name: StageName, flags: StageFlags, cwd: string): Stage['isChosen'] {
  const choice = choiceFrom(flags, cwd);
  let left = flags.batch ?? Number.POSITIVE_INFINITY;
  return (subject) => {
    if (!isChosen(choice, subject)) return false;
    if (DONE[name].includes(subject.standing)) return true;
    left -= 1;
    return left >= 0;
  };
}

/** What is past a stage takes no room in a batch. */
const DONE: Readonly<Record<StageName, readonly StageSubject['standing'][]>> = {
  prepare: ['prepared', 'triggered'],
  trigger: ['triggered'],
  finish: ['finished'],
};

/** A path as reports have it. */
const fromTop = (path: string, cwd: string): string =>
  relative(topLevel(cwd) ?? cwd, resolve(cwd, path))
    .split(sep)
    .join('/');
