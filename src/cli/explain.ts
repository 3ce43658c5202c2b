import { EXIT } from '../run/exit-codes.ts';
import type { Io } from '../run/io.ts';
import { nearest } from '../operator/suggest.ts';
import { explain, listRules } from '../rules/docs.ts';
import { isRuleId, rules } from '../rules/index.ts';

/** Prints what a rule means, or the list of rules. */
export function runExplain(rule: string | undefined, io: Io): number {
  if (rule === undefined) {
    io.stdout.write(listRules());
    return EXIT.ok.code;
  }
  if (isRuleId(rule)) {
    io.stdout.write(explain(rule));
    return EXIT.ok.code;
  }
  const ids = rules.map(({ id }) => id);
  const guess = nearest(rule, ids) ?? ids.find((id) => id.includes(rule.toLowerCase())) ?? null;
  io.stderr.write(
    `ci2mm: there is no rule ${JSON.stringify(rule)}${guess === null ? '' : `; did you mean ${guess}?`} (ci2mm explain lists them)\n`,
  );
  return EXIT.usage.code;
}
