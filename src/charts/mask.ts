import { isBlank, lineEnd, lineStart } from '../yaml/text.ts';
import { actionsOf, indentationOf, trimsAfter, trimsBefore } from './actions.ts';
import type { Action, TemplateFault } from './actions.ts';

/**
 * A template of a chart that can be read as YAML. In `masked` every action is a word of the same length in the same place, and each line of control
 * actions (`if`, `end` and the like) a comment, so that an offset of one text is the same place in the other.
 */
export interface Template {
  readonly original: string;
  readonly masked: string;
  /** A text that was made of parts of `masked`, with the actions in their places; the numbers of `indent` and `nindent` go with the lines they stand in. */
  readonly restore: (text: string) => string;
  /** Actions in such a text whose lines were moved, and which may write further lines that nobody here can move with them. */
  readonly unsure: (text: string) => readonly string[];
  /** Where the first action of such a text stands in the original; null where it has none. */
  readonly placeOf: (text: string) => number | null;
  /** A text in which the actions are to be seen as they are written, for people. */
  readonly written: (text: string) => string;
  /** The lines of control actions in a text that was made of parts of `masked`. */
  readonly controls: (text: string) => readonly ControlLine[];
}

/** A line that stands for a control action, or for a further line of one (`comment`). */
interface ControlLine {
  readonly id: number;
  readonly kind: Action['kind'];
  readonly start: number;
  readonly end: number;
}

/** What stands for an action: characters that nobody types, so that they are found again. */
const VALUE = '\uE000';
const CONTROL = '\uE001';
const LINES = '\uE002';

const LINE_TOKEN = new RegExp(`^([ \\t]*)#${CONTROL}([0-9a-z]+)~*`, 'gm');
const LINES_TOKEN = new RegExp(`^([ \\t]*)(?:- )?\\$\\{${LINES}([0-9a-z]+)_*\\}:?`, 'gm');
const VALUE_TOKEN = new RegExp(`\\$\\{${VALUE}([0-9a-z]+)_*\\}`, 'g');
const ANY_TOKEN = new RegExp(`\\$\\{[${VALUE}${LINES}]([0-9a-z]+)_*\\}|#${CONTROL}([0-9a-z]+)~*`, 'g');

/** Whether a text holds what stands for a value of a chart. */
export const isMasked = (text: string): boolean => /[\uE000-\uE002]/.test(text);

/** The text of a template as YAML; or why it can't be read as such. */
export function maskTemplate(original: string): Template | TemplateFault {
  if (isMasked(original)) return { message: 'the template holds characters for private use', offset: original.search(/[\uE000-\uE002]/) };
  const actions = actionsOf(original);
  if ('message' in actions) return actions;
  const masker = new Masker(original);
  for (const line of linesOf(original, actions)) {
    const fault = masker.mask(line);
    if (fault !== null) return fault;
  }
  const open = masker.open;
  return open === null ? masker.template() : { message: 'a template action is never ended', offset: open };
}

/** A line with actions, or several where an action spans them. */
interface ActionLine {
  readonly start: number;
  /** Before its line break. */
  readonly end: number;
  readonly actions: readonly Action[];
}

function linesOf(text: string, actions: readonly Action[]): ActionLine[] {
  const lines: { start: number; end: number; actions: Action[] }[] = [];
  for (const action of actions) {
    const last = lines.at(-1);
    const end = lineEnd(text, action.end - 1);
    if (last !== undefined && action.start < last.end) {
      last.actions.push(action);
      last.end = Math.max(last.end, end);
    } else lines.push({ start: lineStart(text, action.start), end, actions: [action] });
  }
  return lines;
}

/** What a token stands for. */
interface Masked {
  readonly text: string;
  /** Offset in the original. */
  readonly start: number;
  readonly kind: Action['kind'];
  /** Columns of the line: as written, and as it is read. */
  readonly written: number;
  readonly read: number;
}

class Masker {
  readonly #original: string;
  readonly #pieces: string[] = [];
  readonly #tokens: Masked[] = [];
  /** The columns at which the control actions that are open now are read, and where they stand. */
  readonly #open: { readonly column: number; readonly offset: number }[] = [];
  #at = 0;

  constructor(original: string) {
    this.#original = original;
  }

  get open(): number | null {
    return this.#open.at(-1)?.offset ?? null;
  }

  template(): Template {
    const masked = this.#pieces.join('') + this.#original.slice(this.#at);
    const tokens = this.#tokens;
    return {
      original: this.#original,
      masked,
      restore: (text) => restored(text, tokens),
      unsure: (text) => unsureIn(text, tokens),
      placeOf: (text) => tokens[idsIn(text)[0] ?? -1]?.start ?? null,
      written: (text) => written(text, tokens),
      controls: (text) => controlsIn(text, tokens),
    };
  }

  mask(line: ActionLine): TemplateFault | null {
    const [first] = line.actions;
    if (first === undefined) return null;
    const defined = line.actions.find(({ kind }) => kind === 'define');
    if (defined !== undefined) return { message: 'the file defines a template or leaves a loop', offset: defined.start };
    const isAlone = isBlank(outsideOf(this.#original, line));
    if (!isAlone) return this.#inline(line);
    if (/^ *\t/.test(this.#original.slice(line.start, first.start))) return { message: 'a line is indented by tabs', offset: line.start };
    if (line.actions.length > 1) return { message: 'a line holds several template actions and nothing else', offset: first.start };
    return first.kind === 'value' ? this.#lines(first) : this.#control(first);
  }

  /** A line that is nothing but an action which writes lines, or a value. */
  #lines(action: Action): TemplateFault | null {
    const { start, text } = action;
    if (text.includes('\n')) return { message: 'a template action spans lines', offset: start };
    if (trimsAfter(action)) return { message: 'a template action takes the line break after it away', offset: start };
    const from = lineStart(this.#original, start);
    const indentation = indentationOf(text);
    const written = start - from;
    if (indentation?.form !== 'nindent' && trimsBefore(action))
      return { message: 'a template action takes the line break before it away', offset: start };
    const read = columnRead(written, text);
    const [before, after] = this.#formOf(from, action.end, read);
    const id = this.#token({ text, start, kind: 'value', written, read });
    const room = action.end - from - read - before.length - after.length;
    return this.#put(from, action.end, ' '.repeat(read) + before + word(LINES, id, room) + after, room);
  }

  /** What lines of an action are read as: an item or an entry, where such stand beside them, else a value. */
  #formOf(from: number, end: number, column: number): readonly [string, string] {
    const above = contentAbove(this.#original, from, column);
    const below = contentBelow(this.#original, lineEnd(this.#original, end));
    const beside = [above, below].find((line) => line !== null && columnOf(line) === column) ?? null;
    if (beside === null) return ['', ''];
    // Items may stand in the column of their key.
    const isItem = /^ *-(?: |$)/.test(beside) || (beside === above && /^[^#]*:[ \t]*(?:#.*)?\r?\n$/.test(beside));
    return isItem ? ['- ', ''] : ['', ':'];
  }

  /** A line of a control action, which YAML passes over. */
  #control(action: Action): TemplateFault | null {
    const { start, end } = action;
    const from = lineStart(this.#original, start);
    if (trimsAfter(action) && !this.#isAtBorder(from, lineEnd(this.#original, end - 1)))
      return { message: 'a template action takes the line break after it away', offset: start };
    const read = this.#columnOf(action, from);
    if (read === null) return { message: 'a template action ends what was never begun', offset: start };
    const parts = this.#original.slice(from, end).split('\n');
    let at = from;
    for (const part of parts) {
      const written = part.search(/\S|$/);
      const room = part.length - read - 1;
      const id = this.#token({
        text: part.slice(written),
        start: at + written,
        kind: at === from ? action.kind : 'comment',
        written,
        read,
      });
      const fault = this.#put(at, at + part.length, `${' '.repeat(read)}#${mark(CONTROL, id, room, '~')}`, room);
      if (fault !== null) return fault;
      at += part.length + 1;
    }
    return null;
  }

  /** Before the first content of a file, and after the last, there is nothing that could be joined. */
  #isAtBorder(from: number, end: number): boolean {
    return contentAbove(this.#original, from) === null || contentBelow(this.#original, end) === null;
  }

  /** A comment belongs to the entry below it where it stands in that one's column, and to the one above where it stands deeper. */
  #columnOf({ kind, start, end }: Action, from: number): number | null {
    if (kind === 'end') {
      const opened = this.#open.pop();
      return opened === undefined ? null : opened.column + 1;
    }
    const below = contentBelow(this.#original, lineEnd(this.#original, end - 1));
    const column = below === null ? start - from : this.#readColumn(below);
    if (kind === 'else') return this.#open.at(-1)?.column ?? null;
    if (kind === 'open') this.#open.push({ column, offset: start });
    return column;
  }

  /** The column in which a line will be read. */
  #readColumn(line: string): number {
    return /^\s*\{\{/.test(line) ? columnRead(columnOf(line), line.trim()) : columnOf(line);
  }

  /** Actions beside text: each a word, and what stands between `if` and `end` with them. */
  #inline({ start, actions }: ActionLine): TemplateFault | null {
    for (const action of actions) {
      const fault = this.#faultBeside(action);
      if (fault !== null) return fault;
    }
    const column = columnOf(this.#original.slice(start, lineEnd(this.#original, start)));
    for (const { from, to } of stretchesOf(actions)) {
      const id = this.#token({ text: this.#original.slice(from, to), start: from, kind: 'value', written: column, read: column });
      const fault = this.#put(from, to, word(VALUE, id, to - from), to - from);
      if (fault !== null) return fault;
    }
    return isNested(actions)
      ? null
      : { message: 'a template action goes on beyond a line that holds text', offset: actions[0]?.start ?? start };
  }

  #faultBeside(action: Action): TemplateFault | null {
    const { start, end, text, kind } = action;
    if (text.includes('\n')) return { message: 'a template action spans lines', offset: start };
    if (kind === 'set' || kind === 'comment') return { message: 'a template action that writes nothing stands beside text', offset: start };
    const writesLines = indentationOf(text)?.form === 'nindent';
    if (trimsBefore(action) && !writesLines && /\s/.test(this.#original[start - 1] ?? ' '))
      return { message: 'a template action takes the blank before it away', offset: start };
    return trimsAfter(action) && /\s/.test(this.#original[end] ?? ' ')
      ? { message: 'a template action takes the blanks after it away', offset: start }
      : null;
  }

  #token(masked: Masked): string {
    this.#tokens.push(masked);
    return (this.#tokens.length - 1).toString(36);
  }

  #put(from: number, to: number, text: string, room: number): TemplateFault | null {
    if (room < 0 || text.length !== to - from) return { message: 'a template action is too short to be read as YAML here', offset: from };
    this.#pieces.push(this.#original.slice(this.#at, from), text);
    this.#at = to;
    return null;
  }
}

/** What of a line is outside of its actions. */
function outsideOf(text: string, { start, end, actions }: ActionLine): string {
  const starts = [start, ...actions.map((action) => action.end)];
  return starts.map((from, index) => text.slice(from, actions[index]?.start ?? end)).join('');
}

/** Whether each `else` and `end` of a line belongs to an `if` before it in the line, and each `if` has its `end` there. */
function isNested(actions: readonly Action[]): boolean {
  let depth = 0;
  for (const { kind } of actions) {
    if (depth === 0 && (kind === 'else' || kind === 'end')) return false;
    depth += kind === 'open' ? 1 : kind === 'end' ? -1 : 0;
  }
  return depth === 0;
}

/** Values by themselves, and each `if` up to its `end`. */
function stretchesOf(actions: readonly Action[]): { from: number; to: number }[] {
  const stretches: { from: number; to: number }[] = [];
  let depth = 0;
  for (const { start, end, kind } of actions) {
    const last = stretches.at(-1);
    if (depth > 0 && last !== undefined) last.to = end;
    else stretches.push({ from: start, to: end });
    depth += kind === 'open' ? 1 : kind === 'end' ? -1 : 0;
  }
  return stretches;
}

const mark = (kind: string, id: string, room: number, filler: string): string => (kind + id).padEnd(Math.max(room, 0), filler);

/** `${…}` of a length, which rules know as a value that is filled in later. */
const word = (kind: string, id: string, room: number): string => `\${${mark(kind, id, room - 3, '_')}}`;

const columnOf = (line: string): number => Math.max(line.search(/\S/), 0);

/** Whether a line is content: no blank, no comment, no control action. */
const isContent = (line: string): boolean =>
  !isBlank(line) && !/^\s*(?:#|\{\{-?\s*(?:\/\*|(?:if|with|range|else|end)\b|\$\w*\s*:?=))/.test(line);

/** The column of the lines that an action writes which stands in some column. */
function columnRead(written: number, action: string): number {
  const indentation = indentationOf(action);
  if (indentation === null || indentation.form === 'hanging') return written;
  return indentation.form === 'indent' ? written + indentation.by : indentation.by;
}

function contentBelow(text: string, from: number): string | null {
  for (let at = from; at < text.length; at = lineEnd(text, at)) {
    const line = text.slice(at, lineEnd(text, at));
    if (isContent(line)) return line;
  }
  return null;
}

/** The nearest content above that stands no deeper than a column. */
function contentAbove(text: string, to: number, column = Infinity): string | null {
  for (let end = to; end > 0;) {
    const start = lineStart(text, end - 1);
    const line = text.slice(start, end);
    if (isContent(line) && columnOf(line) <= column) return line;
    end = start;
  }
  return null;
}

function controlsIn(text: string, tokens: readonly Masked[]): ControlLine[] {
  return [...text.matchAll(LINE_TOKEN)].map((match) => {
    const id = Number.parseInt(match[2] ?? '', 36);
    return { id, kind: tokens[id]?.kind ?? 'comment', start: match.index, end: lineEnd(text, match.index) };
  });
}

/** The numbers of all that stands for actions in a text, in order. */
export const idsIn = (text: string): number[] =>
  [...text.matchAll(/[\uE000-\uE002]([0-9a-z]+)/g)].map(([, id = '']) => Number.parseInt(id, 36));

const written = (text: string, tokens: readonly Masked[]): string =>
  text.replaceAll(
    ANY_TOKEN,
    (_, value: string | undefined, control: string | undefined) => tokens[Number.parseInt(value ?? control ?? '', 36)]?.text ?? '',
  );

function restored(text: string, tokens: readonly Masked[]): string {
  const whole = (_: string, blanks: string, id: string): string => {
    const token = tokens[Number.parseInt(id, 36)];
    if (token === undefined) return '';
    const by = blanks.length - token.read;
    // What is written without indentation stays so.
    const written = token.written === 0 ? 0 : Math.max(token.written + by, 0);
    const lost = token.written === 0 ? 0 : written - token.written - by;
    return ' '.repeat(written) + shifted(token.text, by - lost, token.written === 0);
  };
  const values = text.split('\n').map((line) =>
    line.replaceAll(VALUE_TOKEN, (_, id: string) => {
      const token = tokens[Number.parseInt(id, 36)];
      return token === undefined ? '' : shifted(token.text, columnOf(line) - token.read, true);
    }),
  );
  return values.join('\n').replaceAll(LINE_TOKEN, whole).replaceAll(LINES_TOKEN, whole);
}

function unsureIn(text: string, tokens: readonly Masked[]): string[] {
  return text.split('\n').flatMap((line) =>
    [...line.matchAll(ANY_TOKEN)].flatMap(([mark, value = '']) => {
      const token = tokens[Number.parseInt(value, 36)];
      const mayWriteLines = (action: string): boolean =>
        indentationOf(action) === null && (mark.includes(LINES) || WRITES_LINES.test(action));
      return token !== undefined && columnOf(line) !== token.read && mayWriteLines(token.text) ? [token.text] : [];
    }),
  );
}

/** What may write several lines, which it indents itself where its last function does not. */
const WRITES_LINES = /\b(?:n?indent|toYaml|include|template|tpl)\b/;

/** An action whose line was moved: what `nindent` writes goes with it; what `indent` does goes with the action itself, unless that stayed. */
function shifted(action: string, by: number, stayed: boolean): string {
  const indentation = indentationOf(action);
  if (indentation === null || by === 0 || (indentation.form === 'indent' && !stayed)) return action;
  const length = String(indentation.by).length;
  return action.slice(0, indentation.at) + String(Math.max(indentation.by + by, 0)) + action.slice(indentation.at + length);
}
