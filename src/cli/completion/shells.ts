/** Shells that a completion script can be printed for. Kept apart, so that `--help` need not load the scripts. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];
