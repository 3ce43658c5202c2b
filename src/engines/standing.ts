import type { AppliedBy, Standing } from '../model/rollout.ts';
import { isMap, isScalar, scalarAt, stringAt, valueAt } from '../model/value.ts';
import type { ValueMap } from '../model/value.ts';
import { NEW } from '../operator/fields.ts';
import { PRUNE_ANNOTATIONS, protects } from './protection.ts';

/** All engines that know an annotation against pruning. */
export const ENGINES = Object.keys(PRUNE_ANNOTATIONS) as readonly AppliedBy[];

/** An annotation of an object; null where it has none of the name. */
export function annotationOf(object: ValueMap, name: string): string | null {
  const annotations = valueAt(object, ['metadata', 'annotations']);
  const found = isMap(annotations) ? annotations.get(name) : undefined;
  return found !== undefined && isScalar(found) && found.value !== null ? found.text : null;
}

export const isProtectedBy = (object: ValueMap, engine: AppliedBy): boolean =>
  protects(engine, annotationOf(object, PRUNE_ANNOTATIONS[engine]));

/** Where an object of the old or the new kind stands; `engines` apply it, null where nobody knows. */
export function standingOf(object: ValueMap, engines: readonly AppliedBy[] | null): Standing {
  const isProtected =
    engines === null ? ENGINES.some((engine) => isProtectedBy(object, engine)) : engines.every((engine) => isProtectedBy(object, engine));
  if (stringAt(object, ['kind']) === NEW.kind) return ENGINES.some((engine) => isProtectedBy(object, engine)) ? 'converted' : 'finished';
  if (scalarAt(object, ['spec', 'migrate']) === true) return 'triggered';
  return isProtected ? 'prepared' : 'unprepared';
}
