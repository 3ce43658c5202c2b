import type { Command } from 'commander';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import type { Shell } from './shells.ts';
import { commandsOf } from './words.ts';
import { zshCompletion } from './zsh.ts';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const satisfies Record<Shell, unknown>;

/** A script that completes a program's command lines in a shell. */
export function completionFor(shell: Shell, root: Command): string {
  const { program, commands } = commandsOf(root);
  return SCRIPTS[shell](program, commands);
}
