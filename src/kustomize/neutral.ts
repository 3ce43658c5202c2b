import { isList, isMap } from '../model/value.ts';
import type { Path, Value } from '../model/value.ts';
import type { IngressStyle } from '../operator/convert.ts';
import { FIELDS, MODERN_INGRESS } from '../operator/fields.ts';
import { parsePointer } from './patch/pointer.ts';
import type { Fragment } from './model.ts';
import { textOrEmpty } from './located.ts';

/** Whether a patch means the same for an installation and for any other resource, so that it may stay as it is for both. */
export function isNeutral({ form, value }: Fragment, ingress: IngressStyle): boolean {
  if (form === 'json6902') return isList(value) && value.every((operation) => isNeutralOperation(operation, ingress));
  return (
    isMap(value) &&
    [...value].every(
      ([key, child]) =>
        HEADER.has(key) || (key === 'spec' && isMap(child) && [...child.keys()].every((name) => isKept(['spec', name], ingress))),
    )
  );
}

/** What a target makes meaningless in the body of a patch, and what all resources have. */
const HEADER: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

function isNeutralOperation(operation: Value, ingress: IngressStyle): boolean {
  const paths = ['path', 'from'].map((key) => textOrEmpty(operation, [key])).filter((pointer) => pointer !== '');
  return paths.every((pointer) => {
    const steps = parsePointer(pointer) ?? [];
    return steps[0] === 'metadata' || (steps.length > 1 && isKept(steps, ingress));
  });
}

/** Whether a field stays where it is, with the value that it has. */
const isKept = (path: Path, ingress: IngressStyle): boolean =>
  !(ingress === 'modern' && MODERN_INGRESS.some(({ from }) => from === path[1])) &&
  FIELDS.some(
    ({ from, to, value }) => value === 'same' && to !== null && from.length === 2 && from[1] === path[1] && from.join('/') === to.join('/'),
  );
