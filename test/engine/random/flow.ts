import type { Data } from './data.ts';
import { isConstant, isListKind, isMapKind, isScalarKind } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { LABELS } from './scene.ts';
import type { Scene } from './scene.ts';
import { boolean, integer, isPlainInFlow, nothing, prose, word } from './scalars.ts';

/** How a collection in brackets is laid out. */
export interface FlowStyle {
  readonly json: boolean;
  /** Each entry on a line of its own, indented by this much per level; null for one line. */
  readonly unit: string | null;
  /** The blanks that every line but the first starts with. */
  readonly margin: string;
  /** A blank inside the braces, after commas, after colons. */
  readonly padding: string;
  readonly afterComma: string;
  readonly afterColon: string;
}

interface Written {
  readonly text: string;
  readonly data: Data;
}

export function drawFlowStyle(scene: Scene, column: number): FlowStyle {
  const { dice } = scene;
  const unit = dice.chance(30) ? ' '.repeat(1 + dice.below(4)) : null;
  return {
    json: false,
    unit,
    margin: ' '.repeat(column + 1 + dice.below(4)),
    padding: dice.pick(['', ' ']),
    afterComma: dice.pick([' ', '', '  ']),
    afterColon: ' ',
  };
}

export const JSON_STYLES: readonly FlowStyle[] = [
  { json: true, unit: '  ', margin: '', padding: '', afterComma: '', afterColon: ' ' },
  { json: true, unit: null, margin: '', padding: '', afterComma: '', afterColon: '' },
  { json: true, unit: '    ', margin: '', padding: '', afterComma: '', afterColon: ' ' },
  { json: true, unit: '\t', margin: '', padding: '', afterComma: '', afterColon: ' ' },
  { json: true, unit: null, margin: '', padding: ' ', afterComma: ' ', afterColon: ' ' },
];

/** Writes a value inside brackets. */
export function flowValue(scene: Scene, kind: Kind, style: FlowStyle): Written {
  const alias = style.json ? null : scene.aliasFor(kind);
  if (alias !== null) return { text: `*${alias.name} `, data: alias.data };
  const anchor = style.json ? null : scene.openAnchor();
  const written = flowContent(scene, kind, style);
  scene.closeAnchor(anchor, kind, written.data);
  return anchor === null ? written : { text: `&${anchor} ${written.text}`, data: written.data };
}

/** The same without an anchor or an alias. */
export function flowContent(scene: Scene, kind: Kind, style: FlowStyle): Written {
  if (isConstant(kind)) return flowString(scene, kind.constant, style);
  if (scene.does('nulls')) return nothing(scene.dice, style.json);
  if (isScalarKind(kind)) return kind.scalar(scene.dice, style.json ? 'json' : 'flow');
  if (kind === 'integer') return integer(scene.dice, style.json);
  if (kind === 'boolean') return boolean(scene.dice, style.json);
  if (kind === 'string') return flowString(scene, scene.does('multiline') ? prose(scene.dice) : word(scene.dice), style);
  if (isMapKind(kind))
    return flowMap(
      scene,
      kind,
      {
        keys: scene.keysOf(Object.keys(kind.fields), kind.required ?? [], kind.strangers ?? []),
        kindOf: (key) => kind.fields[key] ?? 'anything',
      },
      style,
    );
  if (kind === 'labels') return flowMap(scene, kind, { keys: scene.keysOf(LABELS, [], []), kindOf: () => 'string' }, style);
  if (isListKind(kind)) return flowList(scene, kind.list, style);
  return flowContent(scene, scene.dice.pick<Kind>(['string', 'integer', 'labels', { list: 'string' }, 'boolean']), style);
}

function flowString(scene: Scene, value: string, { json, unit, margin }: FlowStyle): Written {
  if (json) return { text: JSON.stringify(value), data: value };
  if (isPlainInFlow(value) && !scene.does('quotes')) return { text: value, data: value };
  if (!/[\n\t\\]/.test(value) && scene.dice.chance(40)) return { text: `'${value.replaceAll("'", "''")}'`, data: value };
  const quoted = JSON.stringify(value);
  const folds = unit !== null && /^\S.*\w \w/.test(quoted) && !/ {2}|^" | "$/.test(quoted) && scene.dice.chance(50);
  return { text: folds ? quoted.replace(/(\w) (?=\w)/, `$1\n${margin}`) : quoted, data: value };
}

interface Entries {
  readonly keys: readonly string[];
  readonly kindOf: (key: string) => Kind;
}

function flowMap(scene: Scene, kind: Kind, { keys, kindOf }: Entries, style: FlowStyle): Written {
  const inner = { ...style, margin: style.margin + (style.unit ?? '') };
  const data: Record<string, Data> = {};
  const mergeAt = style.json ? -1 : scene.mergePlace(keys.length);
  const entries = keys.flatMap((key, index) => {
    const merge = index === mergeAt ? scene.mergeFor(kind) : null;
    if (merge !== null) data['<<'] = merge.data;
    const written = flowValue(scene, kindOf(key), inner);
    data[key] = written.data;
    return [...(merge === null ? [] : [`<<: *${merge.name} `]), `${flowKey(scene, key, style)}${written.text}`];
  });
  return { text: brackets(scene, '{', entries, '}', style), data };
}

function flowKey(scene: Scene, key: string, { json, afterColon }: FlowStyle): string {
  if (json) return `"${key}":${afterColon}`;
  if (!scene.does('quotes')) return `${key}: `;
  return scene.dice.chance(50) ? `"${key}":${scene.dice.pick([' ', ''])}` : `'${key}': `;
}

function flowList(scene: Scene, kind: Kind, style: FlowStyle): Written {
  const inner = { ...style, margin: style.margin + (style.unit ?? '') };
  const items = Array.from({ length: scene.dice.below(4) }, () => flowValue(scene, kind, inner));
  return {
    text: brackets(
      scene,
      '[',
      items.map(({ text }) => text),
      ']',
      style,
    ),
    data: items.map(({ data }) => data),
  };
}

function brackets(scene: Scene, open: string, entries: readonly string[], close: string, style: FlowStyle): string {
  const { unit, margin, padding, afterComma, json } = style;
  if (entries.length === 0) return open + close;
  const trailingComma = !json && scene.does('oddities') ? ',' : '';
  if (unit === null) return `${open}${padding}${entries.join(`,${afterComma}`)}${trailingComma}${padding}${close}`;
  const lines = entries.map((entry, index) => {
    const comma = index < entries.length - 1 ? ',' : trailingComma;
    return `\n${flowCommentLine(scene, margin + unit)}${margin}${unit}${entry}${comma}${inlineComment(scene)}`;
  });
  return `${open}${lines.join('')}\n${margin}${close}`;
}

function flowCommentLine(scene: Scene, margin: string): string {
  if (!scene.does('flowComments')) return '';
  scene.has.flowComments = true;
  return `${margin}${scene.comment()}\n`;
}

function inlineComment(scene: Scene): string {
  if (!scene.does('flowComments')) return '';
  scene.has.flowComments = true;
  return ` ${scene.comment()}`;
}
