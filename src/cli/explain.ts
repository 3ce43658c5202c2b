import { EXIT } from '../run/exit-codes.ts';
import type { Io } from '../run/io.ts';
import { nearest } from '../operator/suggest.ts';
import { explain, explainInMarkdown, listInMarkdown, listRules } from '../rules/docs.ts';
import type { EXPLAIN_FORMATS } from '../report/formats.ts';
import { isRuleId, rules } from '../rules/index.ts';

/** What the command line says besides the rule. */
export interface ExplainFlags {
  readonly format: (typeof EXPLAIN_FORMATS)[number];
}

/** How a form shows a rule, and all of them. */
const FORMS = {
  text: { one: explain, all: listRules },
  markdown: { one: explainInMarkdown, all: listInMarkdown },
} as const;

/** Prints what a rule means, or the list of rules. */
export function runExplain(rule: string | undefined, { format }: ExplainFlags, io: Io): number {
  if (rule === undefined) {
    io.stdout.write(FORMS[format].all());
    return EXIT.ok.code;
  }
  if (isRuleId(rule)) {
    io.stdout.write(FORMS[format].one(rule));
    return EXIT.ok.code;
  }
  const ids = rules.map(({ id }) => id);
  const guess = nearest(rule, ids) ?? ids.find((id) => id.includes(rule.toLowerCase())) ?? null;
  io.stderr.write(
    `ci2mm: there is no rule ${JSON.stringify(rule)}${guess === null ? '' : `; did you mean ${guess}?`} (ci2mm explain lists them)\n`,
  );
  return EXIT.usage.code;
}
