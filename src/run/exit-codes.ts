/** Exit codes: stated here, printed by `--help`, compared with the README by a test. */
export const EXIT = {
  ok: { code: 0, meaning: 'nothing to do, or everything converted' },
  blocked: {
    code: 1,
    meaning:
      'an installation is blocked, or --check and changes are pending, or --fail-on-left and the old kind is named; with --baseline, only beyond it',
  },
  usage: { code: 2, meaning: 'usage or configuration error' },
  failed: { code: 3, meaning: 'could not finish: input or output failed, or an internal error' },
} as const;
