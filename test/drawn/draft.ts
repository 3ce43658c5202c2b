import type { Dice } from '../engine/random/dice.ts';

/** A repository that grows. */
export class Draft {
  readonly files: Record<string, string> = {};
  readonly links: Record<string, string> = {};
  readonly manifests = new Map<string, string>();
  readonly features = new Set<string>();
  /** Directories that can be built by themselves. */
  readonly roots: string[] = [];
  readonly taken = new Set<string>();
  readonly dice: Dice;

  constructor(dice: Dice) {
    this.dice = dice;
  }
}
