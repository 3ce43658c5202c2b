import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

/** What expressions can name: `inputs`, `steps`, `github`, ... */
export type Contexts = Readonly<Record<string, unknown>>;

/** What has become of the steps so far, as `success()` and its like ask. */
export interface Status {
  readonly failed: boolean;
}

type Function = ConstructorParameters<typeof Evaluator>[2] extends Map<string, infer Definition> | undefined ? Definition : never;

function statusFunctions({ failed }: Status): Function[] {
  const answers = { success: !failed, failure: failed, always: true, cancelled: false };
  return Object.entries(answers).map(([name, answer]) => ({ name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(answer) }));
}

/** The value of what stands between `${{` and `}}`, by GitHub's own parser and evaluator. */
export function evaluate(expression: string, contexts: Contexts, status: Status = { failed: false }): unknown {
  const functions = statusFunctions(status);
  const tree = new Parser(new Lexer(expression).lex().tokens, Object.keys(contexts), functions).parse();
  const known = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  const value = new Evaluator(tree, known, new Map(functions.map((each) => [each.name, each]))).evaluate();
  return JSON.parse(JSON.stringify(value, data.replacer)) as unknown;
}

const EXPRESSION = /\$\{\{((?:'(?:[^']|'')*'|[^'])*?)\}\}/g;

/** A text with its expressions replaced. */
export const interpolate = (text: string, contexts: Contexts): string =>
  text.replaceAll(EXPRESSION, (_, expression: string) => asText(evaluate(expression.trim(), contexts)));

/** A value as the runner writes it into a text. */
export const asText = (value: unknown): string =>
  typeof value === 'string' ? value : value === null || value === undefined ? '' : JSON.stringify(value);

/** What stands between `${{` and `}}` in a text that is nothing else. */
function onlyExpression(text: string): string | null {
  const [first, ...others] = text.trim().matchAll(EXPRESSION);
  return first !== undefined && others.length === 0 && first[0] === text.trim() ? (first[1] ?? '').trim() : null;
}

/** A value of a workflow; one that is nothing but an expression keeps its type. */
export function valueOf(written: unknown, contexts: Contexts): unknown {
  if (typeof written !== 'string') return written;
  const expression = onlyExpression(written);
  return expression === null ? interpolate(written, contexts) : evaluate(expression, contexts);
}

/** Whether a condition holds; without a status function in it, `success()` is asked as well. */
export function holds(condition: string | undefined, contexts: Contexts, status: Status): boolean {
  const expression = onlyExpression(condition ?? '') ?? condition ?? 'success()';
  const asksStatus = /\b(?:success|failure|always|cancelled)\(\)/.test(expression);
  return Boolean(evaluate(asksStatus ? expression : `success() && (${expression})`, contexts, status));
}
