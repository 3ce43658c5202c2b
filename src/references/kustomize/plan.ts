import type { Path, Value } from '../../model/value.ts';
import { stringAt } from '../../model/value.ts';
import { NEW, OLD } from '../../operator/fields.ts';
import type { Operation } from '../../yaml/primitives.ts';
import { compileGoRegExp } from '../../kustomize/go-regexp.ts';

/** What a reference needs: edits in its document, or reasons why it can't be carried over. Paths lead from the document's root. */
export interface ReferencePlan {
  /** Operations of one batch are read off the same text; each batch starts from the result of the one before. */
  readonly batches: readonly (readonly Operation[])[];
  readonly obstacles: readonly { readonly path: Path; readonly message: string }[];
}

export const NOTHING: ReferencePlan = { batches: [], obstacles: [] };

export const obstacle = (path: Path, message: string): ReferencePlan => ({ batches: [], obstacles: [{ path, message }] });

/** Operations that are all read off the text as it is. */
export const operations = (...batch: readonly Operation[]): ReferencePlan =>
  batch.length === 0 ? NOTHING : { batches: [batch], obstacles: [] };

export function combined(plans: readonly ReferencePlan[]): ReferencePlan {
  const depth = plans.reduce((most, { batches }) => Math.max(most, batches.length), 0);
  const batches = Array.from({ length: depth }, (_, index) => plans.flatMap((plan) => plan.batches[index] ?? []));
  return { batches, obstacles: plans.flatMap(({ obstacles }) => obstacles) };
}

export const setText = (path: Path, text: string): Operation => ({ op: 'set', path, text, string: true });

interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const versionOf = (apiVersion: string): string => apiVersion.slice(apiVersion.indexOf('/') + 1);
const OLD_GVK: Gvk = { group: OLD.group, version: versionOf(OLD.apiVersion), kind: OLD.kind };
const NEW_GVK: Gvk = { group: NEW.group, version: versionOf(NEW.apiVersion), kind: NEW.kind };
const PARTS = ['group', 'version', 'kind'] as const;

/**
 * A selector whose parts are anchored regular expressions (targets of patches). What it matched must match afterwards, and nothing else: the
 * old group also serves MattermostRestoreDB, and a version alone serves the whole world.
 */
export function planRegexSelector(selector: Value | undefined, path: Path): ReferencePlan {
  const given = partsOf(selector);
  const before = matchesAll(given, OLD_GVK);
  const after = matchesAll(given, NEW_GVK);
  if (before === null || after === null) return obstacle(path, 'a pattern of this selector is not a regular expression that can be read');
  if (before === after) return NOTHING;
  if (after) return obstacle(path, `this selector does not match ${OLD.kind} and would match ${NEW.kind}; narrow its kind`);
  return combined(PARTS.map((part) => planPart(part, given, path)));
}

type Parts = Readonly<Record<(typeof PARTS)[number], string | null>>;

const partsOf = (selector: Value | undefined): Parts => ({
  group: stringAt(selector, ['group']),
  version: stringAt(selector, ['version']),
  kind: stringAt(selector, ['kind']),
});

/** Null when a part is no regular expression. */
function matchesAll(parts: Parts, gvk: Gvk): boolean | null {
  const results = PARTS.map((part) => matches(parts[part], gvk[part]));
  return results.includes(null) ? null : results.every((result) => result === true);
}

/** Whether an anchored pattern matches; an absent one matches all. Null when it can't be read. */
export function matches(pattern: string | null, text: string): boolean | null {
  return pattern === null ? true : (compileGoRegExp(pattern)?.test(text) ?? null);
}

function planPart(part: (typeof PARTS)[number], given: Parts, path: Path): ReferencePlan {
  const pattern = given[part];
  if (pattern === null || matches(pattern, NEW_GVK[part]) === true) return NOTHING;
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

/** A reference that names group, version and kind exactly (replacements, vars, field specs). Null when it does not mean our kind. */
export function planExactGvk(reference: Value | undefined, path: Path): Operation[] | null {
  const kind = stringAt(reference, ['kind']);
  if (kind !== OLD.kind) return null;
  const group = stringAt(reference, ['group']);
  const version = stringAt(reference, ['version']);
  const apiVersion = stringAt(reference, ['apiVersion']);
  if (
    (group ?? OLD_GVK.group) !== OLD_GVK.group ||
    (version ?? OLD_GVK.version) !== OLD_GVK.version ||
    (apiVersion ?? OLD.apiVersion) !== OLD.apiVersion
  )
    return null;
  return [
    ...(apiVersion === null ? [] : [setText([...path, 'apiVersion'], NEW.apiVersion)]),
    ...(group === null ? [] : [setText([...path, 'group'], NEW_GVK.group)]),
    ...(version === null ? [] : [setText([...path, 'version'], NEW_GVK.version)]),
    setText([...path, 'kind'], NEW.kind),
  ];
}
