import { leadsToField, mapFieldPath } from '../../edit/field-path.ts';
import type { FieldDecision, PathNotation } from '../../edit/field-path.ts';
import { isScalar, stringAt, valueAt } from '../../model/value.ts';
import type { Path, Value } from '../../model/value.ts';
import type { ReferenceContext, ReferencePlan } from '../referrer.ts';
import { NO_PLAN, obstacle, operations, setText } from './plan.ts';

/** No field path can be kept true to these: what they hold is what a conversion changes. */
const TYPE_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind']);

/** A scalar that is the path of a field of an installation, which is read or written there. */
export interface FieldPathAt {
  readonly document: Value;
  readonly path: Path;
  readonly notation: PathNotation;
  readonly use: 'reads' | 'writes';
}

export function planFieldPath({ document, path, notation, use }: FieldPathAt, context: ReferenceContext): ReferencePlan {
  const scalar = valueAt(document, path);
  if (!isScalar(scalar) || scalar.text === '') return NO_PLAN;
  if (TYPE_FIELDS.has(scalar.text))
    return obstacle(path, `${scalar.text} of an installation changes with the conversion, and this reads or writes it`);
  const mapped = mapFieldPath(scalar.text, notation, context.decision);
  if ('undecidable' in mapped) return obstacle(path, `${scalar.text} can't be carried over: ${mapped.undecidable}`);
  if ('dropped' in mapped) return obstacle(path, `${scalar.text} has no counterpart: ${mapped.dropped}`);
  if (mapped.path === scalar.text) return NO_PLAN;
  if (use === 'writes' && context.hostNamesSecret && isHost(mapped.path)) return obstacle(path, followsHost(scalar.text));
  return operations(setText(path, mapped.path));
}

/** `spec.ingress.host`, in any notation. */
export const isHost = (path: string): boolean => /^\/?spec[./]ingress[./]host$/.test(path);

export const followsHost = (written: string): string =>
  `${written} can't be carried over: the name of the TLS Secret would have to follow it`;

/** Whether a path leads elsewhere after the conversion, or nowhere that can be told. */
export function moves(written: string, notation: PathNotation, decision: FieldDecision): boolean {
  const mapped = mapFieldPath(written, notation, decision);
  return 'undecidable' in mapped || ('path' in mapped && mapped.path !== written);
}

/** The same, or the field is lost: for what would have to know of it. A path that no installation has is none of these. */
export const movesOrGoes = (document: Value, path: Path, notation: PathNotation, decision: FieldDecision): boolean => {
  const written = stringAt(document, path);
  if (written === null) return false;
  return (
    TYPE_FIELDS.has(written) ||
    moves(written, notation, decision) ||
    (leadsToField(written, notation) && 'dropped' in mapFieldPath(written, notation, decision))
  );
};
