/** What an action of a Go template does: a value is written in its place; the others say which lines there will be. */
type ActionKind = 'value' | 'open' | 'else' | 'end' | 'define' | 'set' | 'comment';

/** An action of a template, `{{ … }}`. */
export interface Action {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly kind: ActionKind;
}

/** Why a template can't be read, with the offset in its text. */
export interface TemplateFault {
  readonly message: string;
  readonly offset: number;
}

/** The actions of a text in order, as Go's text/template finds them: quotes and comments in them may hold braces. */
export function actionsOf(text: string): readonly Action[] | TemplateFault {
  const found: Action[] = [];
  for (let start = text.indexOf('{{'); start !== -1; start = text.indexOf('{{', start)) {
    const end = endOfAction(text, start);
    if (end === null) return { message: 'a template action has no end', offset: start };
    const action = text.slice(start, end);
    found.push({ start, end, text: action, kind: kindOf(action) });
    start = end;
  }
  return found;
}

/** A comment, or words and quoted texts up to the braces. */
const ACTION =
  /\{\{(?:-[ \t\r\n])?(?:\/\*[^]*?\*\/(?:[ \t\r\n]+-)?|(?!\/\*)(?:"(?:\\.|[^"\\\n])*"|`[^`]*`|'(?:\\.|[^'\\\n])*'|[^"'`}]|\}(?!\}))*)\}\}/y;

function endOfAction(text: string, start: number): number | null {
  ACTION.lastIndex = start;
  return ACTION.test(text) ? ACTION.lastIndex : null;
}

const KINDS: readonly (readonly [RegExp, ActionKind])[] = [
  [/^\/\*/, 'comment'],
  [/^(?:if|with|range)\b/, 'open'],
  [/^else\b/, 'else'],
  [/^end\b/, 'end'],
  [/^(?:define|block|break|continue)\b/, 'define'],
  [/^\$\w*\s*:?=/, 'set'],
];

function kindOf(action: string): ActionKind {
  const inner = action.replace(/^\{\{-?\s*/, '');
  return KINDS.find(([pattern]) => pattern.test(inner))?.[1] ?? 'value';
}

/** Whether an action takes the blanks and line breaks before it away. */
export const trimsBefore = ({ text }: Pick<Action, 'text'>): boolean => /^\{\{-\s/.test(text);

/** The same for those after it. */
export const trimsAfter = ({ text }: Pick<Action, 'text'>): boolean => /\s-\}\}$/.test(text);

/** How an action indents the lines that it writes. */
export interface Indentation {
  /** `hanging`: the first line stands where the action does. */
  readonly form: 'indent' | 'nindent' | 'hanging';
  readonly by: number;
  /** Where the number stands in the action. */
  readonly at: number;
}

/** The indentation that an action ends with: `| indent N`, `| nindent N`, or one of them and `| trim`; null for any other. */
export function indentationOf(action: string): Indentation | null {
  const found = /\|\s*(n?indent)\s+(\d+)\s*(\|\s*trim\s*)?-?\}\}$/d.exec(action);
  const at = found?.indices?.[2]?.[0];
  if (found === null || at === undefined) return null;
  const form = found[3] !== undefined ? 'hanging' : found[1] === 'indent' ? 'indent' : 'nindent';
  return { form, by: Number(found[2]), at };
}
