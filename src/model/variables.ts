/**
 * Whether a text is not empty once its variables are filled in, as Flux and envsubst do it: those with a known value, and those with a default,
 * which also takes the place of an empty value. Null where that depends on a variable or template action of which nothing is known.
 */
export function isFilled(text: string, values: ReadonlyMap<string, string> = new Map()): boolean | null {
  const actions = text.replaceAll(/\{\{[^{}]*\}\}/g, '');
  const { literal, isWhole } = resolved({ literal: actions, isWhole: actions === text }, values);
  if (/\$\{|\{\{/.test(literal)) return null;
  return literal.trim() !== '' ? true : isWhole ? false : null;
}

interface Resolved {
  readonly literal: string;
  /** Nothing was left out for want of a value. */
  readonly isWhole: boolean;
}

/** Innermost first, as a variable may stand in the default of another. */
function resolved({ literal, isWhole }: Resolved, values: ReadonlyMap<string, string>): Resolved {
  let known = isWhole;
  const shorter = literal.replaceAll(/\$\{([^{}]*)\}/g, (_, expression: string) => {
    const filled = valueOf(expression, values);
    known &&= filled !== null;
    return filled === true ? FILLED : '';
  });
  return shorter === literal ? { literal, isWhole: known } : resolved({ literal: shorter, isWhole: known }, values);
}

/** Stands for any text: what it is does not matter, and must not be taken for a variable itself. */
const FILLED = 'x';

function valueOf(expression: string, values: ReadonlyMap<string, string>): boolean | null {
  const [, name = '', operator, otherwise = ''] = /^(\w+)(?:(:?[-=])([^]*))?$/.exec(expression) ?? [];
  const value = values.get(name);
  const filled = value === undefined ? null : value.trim() !== '';
  if (operator !== ':=' && operator !== ':-') return filled;
  if (otherwise.trim() !== '') return true;
  return filled;
}
