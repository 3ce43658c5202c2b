import { isList, isMap } from '../model/value.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { readSelector } from './selector.ts';
import type { Selector } from './selector.ts';
import { isTrueAt, mapsAt, textAt, textsAt } from './located.ts';
import type { Text } from './located.ts';
import type { NodePath } from './problem.ts';

/** A value that is copied from a field of one resource into fields of others. */
export interface Replacement {
  readonly spot: NodePath;
  readonly source: { readonly selector: Selector; readonly fieldPath: Text | null } | null;
  readonly targets: readonly ReplacementTarget[];
}

export interface ReplacementTarget {
  readonly spot: NodePath;
  /** Matched literally, unlike the target of a patch; as regular expressions since kustomize 5.8. */
  readonly select: Selector | null;
  readonly reject: readonly Selector[];
  /** `metadata.name` when there is none. */
  readonly fieldPaths: readonly Text[];
  readonly create: boolean;
}

/** One replacement, or a list of them: a file may hold either. */
export function readReplacements(spot: NodePath, value: Value): Replacement[] {
  if (isList(value)) return value.flatMap((item, index) => readReplacements({ ...spot, path: [...spot.path, index] }, item));
  return isMap(value) ? [readReplacement(spot, value)] : [];
}

function readReplacement(spot: NodePath, value: ValueMap): Replacement {
  const source = value.get('source');
  return {
    spot,
    source: isMap(source)
      ? { selector: readSelector(source, [...spot.path, 'source']), fieldPath: placed(spot, textAt(value, ['source', 'fieldPath'])) }
      : null,
    targets: mapsAt(value, ['targets']).map(({ value: target, path }) => readTarget({ ...spot, path: [...spot.path, ...path] }, target)),
  };
}

function readTarget(spot: NodePath, value: ValueMap): ReplacementTarget {
  const select = value.get('select');
  return {
    spot,
    select: isMap(select) ? readSelector(select, [...spot.path, 'select']) : null,
    reject: mapsAt(value, ['reject']).map((item) => readSelector(item.value, [...spot.path, ...item.path])),
    fieldPaths: textsAt(value, ['fieldPaths']).flatMap((text) => placed(spot, text) ?? []),
    create: isTrueAt(value, ['options', 'create']),
  };
}

const placed = (spot: NodePath, text: Text | null): Text | null =>
  text === null ? null : { text: text.text, path: [...spot.path, ...text.path] };
