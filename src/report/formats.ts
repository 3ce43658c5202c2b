/** Every word that `--format` takes, the default first. Kept apart from the reporters, so that `--help` need not load them. */
export const FORMATS = ['diff', 'stat', 'text', 'json', 'markdown', 'html', 'sarif', 'github', 'rdjson', 'codequality', 'junit'] as const;

export type Format = (typeof FORMATS)[number];

/** What `scan` takes: it changes nothing, so it has no diff, nor counts of one. */
export const SCAN_FORMATS: readonly Format[] = FORMATS.filter((format) => format !== 'diff' && format !== 'stat');

/** The forms of the page of a rule. */
export const EXPLAIN_FORMATS = ['text', 'markdown'] as const;

/** The forms of a plan, by the word after `--format`. */
export const PLAN_FORMATS = ['text', 'markdown', 'json', 'html', 'script', 'gates'] as const;

export type PlanFormat = (typeof PLAN_FORMATS)[number];
