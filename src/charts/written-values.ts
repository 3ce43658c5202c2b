import { actionsOf } from './actions.ts';
import type { Action } from './actions.ts';
import type { Template } from './mask.ts';
import { isMap, isScalar } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';

/** An action that writes a map of values out, and nothing else: `{{ toYaml .Values.a.b | nindent 2 }}`. */
const WHOLE = /^\{\{-?\s*(?:toYaml\s+(\S+)|([^\s|]+)\s*\|\s*toYaml)\s*\|\s*n?indent\s+\d+\s*-?\}\}$/;

const WITH = /^\{\{-?\s*with\s+(\S+?)\s*-?\}\}$/;

/**
 * The path among the values of a chart whose map an action writes out as a whole; null for any other action.
 *
 * @param masked what stands for the action, in the template's masked text
 */
export function writtenPath(template: Template, masked: string): Path | null {
  const found = WHOLE.exec(template.written(masked));
  const actions = actionsOf(template.original);
  if (found === null || 'message' in actions) return null;
  const index = actions.findIndex(({ start }) => start === template.placeOf(masked));
  return index === -1 ? null : pathOf(found[1] ?? found[2] ?? '', enclosing(actions, index));
}

/** The blocks around an action, the nearest last. */
function enclosing(actions: readonly Action[], index: number): Action[] {
  const open: Action[] = [];
  for (const action of actions.slice(0, index)) {
    if (action.kind === 'open') open.push(action);
    else if (action.kind === 'end') open.pop();
  }
  return open.filter(({ text }) => /^\{\{-?\s*(?:with|range)\b/.test(text));
}

/** What an expression means inside of blocks that say what the dot is. */
function pathOf(expression: string, blocks: readonly Action[]): Path | null {
  const named = /^(\$?)\.Values((?:\.[A-Za-z_]\w*)+)$/.exec(expression);
  if (named !== null) return blocks.length === 0 || named[1] === '$' ? (named[2] ?? '').slice(1).split('.') : null;
  const [nearest] = blocks.slice(-1);
  const dot = WITH.exec(nearest?.text ?? '')?.[1];
  return expression === '.' && dot !== undefined ? pathOf(dot, blocks.slice(0, -1)) : null;
}

/** Values with others over them, as Helm lays them: maps are merged, null takes away, all else is replaced. */
export function laidOver(below: ValueMap, above: ValueMap): ValueMap {
  const result = new Map<string, Value>(below);
  for (const [key, value] of above) {
    const before = below.get(key);
    if (isScalar(value) && value.value === null) result.delete(key);
    else result.set(key, isMap(before) && isMap(value) ? laidOver(before, value) : value);
  }
  return result;
}
