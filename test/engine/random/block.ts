import type { Data } from './data.ts';
import { drawFlowStyle, flowContent } from './flow.ts';
import { isConstant, isListKind, isMapKind, isScalarKind } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { LABELS } from './scene.ts';
import type { Scene } from './scene.ts';
import { boolean, integer, isPlainInBlock, lines, nothing, prose, word } from './scalars.ts';

/** A block scalar that was just written: what may follow it is restricted. */
interface Body {
  readonly column: number;
  readonly keep: boolean;
}

/** Where a value stands: beside its key or its dash, and the column of that map or list. */
interface Place {
  readonly column: number;
  readonly inList: boolean;
}

/** Writes a document in block style, in random layouts, and tells what it means. */
export class BlockWriter {
  text = '';
  readonly #scene: Scene;
  #body: Body | null = null;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  get endsInBlockScalar(): boolean {
    return this.#body !== null;
  }

  /** A map's entries; `compact` when the first stands on a line that has begun. */
  map(kind: Kind, column: number, compact = false): Data {
    const fields = isMapKind(kind) ? kind.fields : null;
    const keys = isMapKind(kind)
      ? this.#scene.keysOf(Object.keys(kind.fields), kind.required ?? [], kind.strangers ?? [])
      : this.#scene.keysOf(LABELS, [], []);
    const names = keys.length === 0 ? ['app'] : keys;
    const mergeAt = this.#scene.mergePlace(names.length);
    const data: Record<string, Data> = {};
    const begin = (index: number): void => {
      if (index > 0 || !compact) this.#beginLine(column);
    };
    let written = 0;
    for (const [index, name] of names.entries()) {
      const merge = index === mergeAt ? this.#scene.mergeFor(kind) : null;
      if (merge !== null) {
        begin(written++);
        data['<<'] = this.#merge(merge);
      }
      begin(written++);
      data[name] = this.#entry(name, fields === null ? 'string' : (fields[name] ?? 'anything'), column);
    }
    return data;
  }

  #beginLine(column: number): void {
    this.trivia(column);
    this.text += ' '.repeat(column);
    this.#body = null;
  }

  #merge({ name, data }: { name: string; data: Data }): Data {
    this.text += `<<: *${name}`;
    this.#endLine();
    return data;
  }

  #entry(name: string, kind: Kind, column: number): Data {
    const { dice } = this.#scene;
    const key = this.#scene.does('quotes') && dice.chance(30) ? dice.pick([`"${name}"`, `'${name}'`]) : name;
    if (this.#scene.does('oddities') && dice.chance(30)) this.text += `? ${key}\n${' '.repeat(column)}:`;
    else this.text += `${key}${this.#scene.does('oddities') ? ' ' : ''}:`;
    return this.#value(kind, { column, inList: false });
  }

  #value(kind: Kind, place: Place): Data {
    const alias = this.#scene.aliasFor(kind);
    if (alias !== null) {
      this.text += ` *${alias.name}`;
      this.#endLine();
      return alias.data;
    }
    const anchor = this.#scene.openAnchor();
    if (anchor !== null) this.text += ` &${anchor}`;
    const data = this.#content(kind, place, anchor !== null);
    this.#scene.closeAnchor(anchor, kind, data);
    return data;
  }

  #content(kind: Kind, place: Place, anchored: boolean): Data {
    const { dice } = this.#scene;
    if (isConstant(kind)) return this.#inline(this.#quoted(kind.constant), kind.constant);
    if (this.#scene.does('nulls')) return this.#nothing();
    if (isScalarKind(kind)) {
      const { text, data } = kind.scalar(dice, 'block');
      return this.#inline(text, data);
    }
    if (kind === 'string') return this.#string(place);
    if (kind === 'integer' || kind === 'boolean') {
      const { text, data } = kind === 'integer' ? integer(dice, false) : boolean(dice, false);
      return this.#inline(text, data);
    }
    if (kind === 'anything')
      return this.#content(
        dice.pick<Kind>(['string', 'integer', 'labels', { list: 'string' }, 'boolean', { list: { list: 'labels' } }]),
        place,
        anchored,
      );
    if (this.#scene.does('flow')) {
      const { text, data } = flowContent(this.#scene, kind, drawFlowStyle(this.#scene, place.column));
      return this.#inline(text, data);
    }
    return isListKind(kind) ? this.#listBelow(kind.list, place, anchored) : this.#mapBelow(kind, place, anchored);
  }

  #inline(text: string, data: Data): Data {
    this.text += `${this.#gap()}${text}`;
    this.#endLine();
    return data;
  }

  #gap(): string {
    return this.#scene.does('oddities') ? '   ' : ' ';
  }

  #nothing(): Data {
    const { text } = this.#scene.dice.chance(30) ? { text: '' } : nothing(this.#scene.dice, false);
    if (text !== '') this.text += ` ${text}`;
    this.#endLine();
    return null;
  }

  #mapBelow(kind: Kind, { column, inList }: Place, anchored: boolean): Data {
    const { dice } = this.#scene;
    if (inList && !anchored && !dice.chance(10)) {
      const padding = this.#scene.does('oddities') ? 3 : 1;
      this.text += ' '.repeat(padding);
      return this.map(kind, column + 1 + padding, true);
    }
    this.#endLine();
    return this.map(kind, column + dice.pick(this.#scene.habits.steps) + (inList ? 1 : 0));
  }

  #listBelow(kind: Kind, { column, inList }: Place, anchored: boolean): Data {
    const { dice } = this.#scene;
    const count = dice.below(4);
    if (count === 0) return this.#inline('[]', []);
    if (inList && !anchored) {
      this.text += ' ';
      return this.#list(kind, { column: column + 2, count, compact: true });
    }
    this.#endLine();
    const flush = !inList && this.#scene.does('flushLists');
    return this.#list(kind, { column: flush ? column : column + dice.pick(this.#scene.habits.steps), count, compact: false });
  }

  #list(kind: Kind, { column, count, compact }: { column: number; count: number; compact: boolean }): Data {
    return Array.from({ length: count }, (_, index) => {
      if (index > 0 || !compact) this.#beginLine(column);
      this.text += '-';
      return this.#value(kind, { column, inList: true });
    });
  }

  /** Ends a line that holds content, perhaps with a comment. */
  #endLine(): void {
    const { dice } = this.#scene;
    if (this.#scene.does('comments')) this.text += `${' '.repeat(1 + dice.below(4))}${this.#scene.comment()}`;
    else if (this.#scene.does('oddities')) this.text += '  ';
    this.text += '\n';
  }

  /** Comment and blank lines. What follows a block scalar must not become part of it. */
  trivia(column: number): void {
    while (this.#scene.does('comments') || this.#scene.does('blanks')) {
      if (this.#scene.dice.chance(40)) this.#blankLine();
      else this.#commentLine(column);
      if (this.#scene.dice.chance(60)) return;
    }
  }

  #blankLine(): void {
    if (this.#body?.keep === true) return;
    this.text += this.#body === null && this.#scene.does('oddities') ? '   \n' : '\n';
  }

  #commentLine(column: number): void {
    const { dice } = this.#scene;
    const wanted = dice.pick([column, column, 0, column + 2, column + 4, dice.below(12)]);
    const at = this.#body === null ? wanted : Math.min(wanted, this.#body.column - 1);
    this.text += `${' '.repeat(at)}${this.#scene.comment()}\n`;
    this.#body = null;
  }

  #quoted(value: string): string {
    if (!this.#scene.does('quotes') && isPlainInBlock(value)) return value;
    if (!this.#scene.does('quotes') && /^[\w./]+$/.test(value) && /^[a-zA-Z]+[./\d]/.test(value)) return value;
    if (!this.#scene.does('quotes') && /^[A-Z][A-Za-z]+$/.test(value)) return value;
    return this.#scene.dice.chance(50) && !/[\n\t\\]/.test(value) ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
  }

  #string(place: Place): Data {
    const { dice } = this.#scene;
    if (!this.#scene.does('multiline')) {
      const value = word(dice);
      return this.#inline(this.#quoted(value), value);
    }
    if (dice.chance(50)) return this.#blockScalar(lines(dice), place, '|');
    const value = prose(dice);
    const indent = ' '.repeat(place.column + 1 + dice.below(5));
    const style = dice.below(5);
    if (style === 0) return this.#inline(this.#folded(value, indent), value);
    if (style === 1) return this.#inline(`'${this.#folded(value.replaceAll("'", "''"), indent)}'`, value);
    if (style === 2) return this.#inline(`"${this.#folded(value.replaceAll('"', '\\"'), indent)}"`, value);
    if (style === 3)
      return this.#inline(`"${value.replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll(' alpha', ` \\\n${indent}alpha`)}"`, value);
    return this.#blockScalar(value + '\n'.repeat(dice.below(3)), place, dice.pick(['>', '|']));
  }

  #folded(value: string, indent: string): string {
    return foldText(value, indent, () => this.#scene.dice.chance(30));
  }

  #blockScalar(value: string, { column, inList }: Place, style: string): Data {
    const { dice } = this.#scene;
    const needsIndicator = value.startsWith(' ');
    if (inList && needsIndicator) return this.#inline(JSON.stringify(value), value);
    const deeper = 1 + dice.below(5);
    const indicator = needsIndicator || (!inList && dice.chance(15)) ? String(deeper) : '';
    const trailing = /\n*$/.exec(value)?.[0].length ?? 0;
    const chomp = trailing === 0 ? '-' : trailing === 1 && !dice.chance(10) ? '' : '+';
    const body = ' '.repeat(column + deeper);
    const content =
      style === '>'
        ? foldText(value.trimEnd(), body, () => dice.chance(30))
        : value
            .slice(0, value.length - trailing)
            .split('\n')
            .map((line, index) => (index === 0 || line === '' ? line : body + line))
            .join('\n');
    this.text += `${this.#gap()}${style}${dice.chance(50) ? indicator + chomp : chomp + indicator}`;
    this.#endLine();
    this.text += `${body}${content}\n${'\n'.repeat(Math.max(0, trailing - 1))}`;
    this.#body = { column: column + deeper, keep: chomp === '+' };
    return value;
  }
}

/** Folds a text over lines; a line break in it is written as an empty line more. */
function foldText(value: string, indent: string, breaks: () => boolean): string {
  return value.replaceAll(/(?<=\S) (?=\S)|\n+/g, (gap) => (gap === ' ' ? (breaks() ? `\n${indent}` : ' ') : `\n${gap}${indent}`));
}
