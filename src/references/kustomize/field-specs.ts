import { mapFieldPath } from '../../edit/field-path.ts';
import type { FieldDecision } from '../../edit/field-path.ts';
import { narrows, readType } from '../../kustomize/configuration.ts';
import { isList, isMap, scalarAt, stringAt, valueAt } from '../../model/value.ts';
import type { Path, Value } from '../../model/value.ts';
import { NEW, OLD } from '../../operator/fields.ts';
import { asStructure } from '../../model/structure.ts';
import { afterOperations } from '../../yaml/meaning.ts';
import type { ReferenceContext, ReferencePlan } from '../referrer.ts';
import { sparingAll, spelled } from './bystanders.ts';
import { followsHost, isHost, moves, planFieldPath } from './field-paths.ts';
import { gvkIn, meaningOf, meansNewKind, renameGvk } from './gvk.ts';
import { combined, NO_PLAN, obstacle, operations, setText } from './plan.ts';

/**
 * A field that a transformer changes in the resources of a type. `isSet`: of several for the same field kustomize makes one; elsewhere each has its effect.
 */
export function planFieldSpec(document: Value, path: Path, context: ReferenceContext, isSet: boolean): ReferencePlan {
  const spec = valueAt(document, path);
  const meaning = meaningOf(spec);
  if (meaning === 'any' || meaning === 'part') return planLoose(spec, path, context.decision);
  if (meaning !== 'whole') return NO_PLAN;
  const plan = combined([operations(...renameGvk(spec, path)), planPlace(document, path, context)]);
  const twin = twinOf(document, path, plan);
  if (twin === null) return sparingAll(plan, path, context, 'field spec');
  if (twin === 'one' && isSet) return plan;
  return combined([
    plan,
    obstacle(
      path,
      `this field spec would stand beside one for ${NEW.kind} and the same field; ${isSet ? 'write both in the same words' : 'leave one of the two'}`,
    ),
  ]);
}

/** Where it leads. One that creates nothing passes over installations that drop the field, so those that keep it decide even where they differ. */
function planPlace(document: Value, path: Path, context: ReferenceContext): ReferencePlan {
  const spec = valueAt(document, path);
  const written = stringAt(spec, ['path']) ?? '';
  const place = scalarAt(spec, ['create']) === true ? null : onlyPlace(written, context.decision);
  const at = [...path, 'path'];
  if (place === null) return planFieldPath({ document, path: at, notation: 'slash', use: 'writes' }, context);
  if (place === written) return NO_PLAN;
  return context.hostNamesSecret && isHost(place) ? obstacle(at, followsHost(written)) : operations(setText(at, place));
}

/** Null where it can't be told. */
function onlyPlace(path: string, decision: FieldDecision): string | null {
  const mapped = settled(decision).map((each) => mapFieldPath(path, 'slash', each));
  const places = new Set(mapped.flatMap((each) => ('path' in each ? [each.path] : [])));
  return places.size > 1 || mapped.some((each) => 'undecidable' in each) ? null : ([...places][0] ?? path);
}

const KINDS = ['external', 'operator-managed'] as const;

/** Every way in which a decision may turn out. */
const settled = ({ fileStore, database, ingress }: FieldDecision): FieldDecision[] =>
  (fileStore === 'undecided' ? KINDS : [fileStore]).flatMap((store) =>
    (database === 'undecided' ? KINDS : [database]).flatMap((base) =>
      (ingress === 'undecided' ? (['keep', 'modern'] as const) : [ingress]).map((style) => ({
        fileStore: store,
        database: base,
        ingress: style,
      })),
    ),
  );

/** Without a kind it also serves other kinds, so neither its type nor its path must change. */
function planLoose(spec: Value | undefined, path: Path, decision: FieldDecision): ReferencePlan {
  const { group, version } = gvkIn(spec);
  const written = stringAt(spec, ['path']) ?? '';
  const part = group === null ? version : group;
  const isMoved = moves(written, 'slash', decision);
  if (part === null && !(isMoved && /^\/?spec\//.test(written))) return NO_PLAN;
  const what = isMoved ? 'path' : group === null ? 'version' : 'group';
  return obstacle(path, `this field spec names no kind, and its ${what} changes for ${OLD.kind} only; name the kind`);
}

/**
 * Whether the list has a field spec for the new kind and the field that a plan leads to: `one`, of which kustomize makes one with it, or `other`,
 * which has its effect besides, or which kustomize refuses beside it.
 */
function twinOf(document: Value, path: Path, plan: ReferencePlan): 'one' | 'other' | null {
  const list = valueAt(document, path.slice(0, -1));
  const after = valueAt(asStructure(afterOperations(document, spelled(document, plan).batches)), path);
  const place = stringAt(after, ['path']);
  const twins = (isList(list) ? list : []).filter((each) => meansNewKind(each) && stringAt(each, ['path']) === place);
  if (twins.length === 0) return null;
  return twins.every((twin) => becomeOne(twin, after)) ? 'one' : 'other';
}

function becomeOne(a: Value, b: Value | undefined): boolean {
  if (!isMap(a) || !isMap(b) || (scalarAt(a, ['create']) === true) !== (scalarAt(b, ['create']) === true)) return false;
  return narrows(readType(a), readType(b)) || narrows(readType(b), readType(a));
}
