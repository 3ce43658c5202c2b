import { valueAt } from '../../model/value.ts';
import type { Path, Value } from '../../model/value.ts';
import { NEW, OLD } from '../../operator/fields.ts';
import type { ReferenceContext, ReferencePlan } from '../referrer.ts';
import { sparing } from './bystanders.ts';
import { eachPart, gvkIn, matches, matchesType, meaningOf, NEW_GVK, OLD_GVK, renameGvk } from './gvk.ts';
import type { GivenGvk, GvkPart } from './gvk.ts';
import { combined, NO_PLAN, obstacle, operations, setText } from './plan.ts';

/**
 * A selector whose parts are anchored regular expressions (targets of patches). What it matched must match afterwards, and nothing else: the
 * old group also serves MattermostRestoreDB, and a version alone serves the whole world.
 */
export function planTarget(document: Value, path: Path, context: ReferenceContext): ReferencePlan {
  const given = gvkIn(valueAt(document, path));
  const before = matchesType(given, OLD_GVK);
  const after = matchesType(given, NEW_GVK);
  if (before === null || after === null) return obstacle(path, 'a pattern of this selector is not a regular expression that can be read');
  if (before === after) return NO_PLAN;
  if (after) return obstacle(path, `this selector does not match ${OLD.kind} and would match ${NEW.kind}; narrow its kind`);
  const plan = combined(eachPart((part) => planPart(part, given, path)));
  return sparing(plan, { document, path, by: 'patterns' }, context, 'target');
}

function planPart(part: GvkPart, given: GivenGvk, path: Path): ReferencePlan {
  const pattern = given[part];
  if (pattern === null || matches(pattern, NEW_GVK[part]) === true) return NO_PLAN;
  const only = given.kind === OLD.kind;
  const at = [...path, part];
  if (pattern === OLD_GVK[part] && (only || part === 'kind')) return operations(setText(at, NEW_GVK[part]));
  if (part === 'kind') return planKind(pattern, at);
  if (part === 'group') return operations(setText(at, GROUPS));
  if (given.group === null)
    return obstacle(path, 'this selector names a version alone, which other resources share; name the group or the kind too');
  return operations(setText(at, `${pattern}|${NEW_GVK.version}`));
}

/** Both groups. The dot matches itself, and no character of it needs quotes in braces: go-yaml stumbles over a question mark there. */
const GROUPS = '(installation.|)mattermost.com';

/** `ClusterInstallation|Deployment` gets the new name in place of the old; any other pattern is widened. */
function planKind(pattern: string, at: Path): ReferencePlan {
  const alternatives = pattern.split('|');
  const text =
    alternatives.includes(OLD.kind) && !/[()]/.test(pattern)
      ? alternatives.map((each) => (each === OLD.kind ? NEW.kind : each)).join('|')
      : `${pattern}|${NEW.kind}`;
  return operations(setText(at, text));
}

/** A reference that names group, version and kind word by word (in replacements and variables). Null where it is not about the old kind alone. */
export function planLiteral(document: Value, path: Path, context: ReferenceContext, what: string): ReferencePlan | null {
  const reference = valueAt(document, path);
  if (meaningOf(reference) !== 'whole') return null;
  return sparing(operations(...renameGvk(reference, path)), { document, path, by: 'words' }, context, what);
}

/** One that names a part of the type, which the new kind does not have. */
export const planPartly = (path: Path, given: GivenGvk, what: string): ReferencePlan =>
  obstacle(
    path,
    `this ${what} names no kind, and its ${given.group === null ? 'version' : 'group'} changes for ${OLD.kind} only; name the kind`,
  );
