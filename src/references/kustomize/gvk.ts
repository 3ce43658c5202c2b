import { compileGoRegExp } from '../../kustomize/go-regexp.ts';
import { stringAt } from '../../model/value.ts';
import type { Path, Value } from '../../model/value.ts';
import { NEW, OLD } from '../../operator/fields.ts';
import type { Operation } from '../../yaml/primitives.ts';
import { setText } from './plan.ts';

/** What kustomize knows a type by. */
const PARTS = ['group', 'version', 'kind'] as const;

export type GvkPart = (typeof PARTS)[number];
type Gvk = Readonly<Record<GvkPart, string>>;

const versionOf = (apiVersion: string): string => apiVersion.slice(apiVersion.indexOf('/') + 1);
export const OLD_GVK: Gvk = { group: OLD.group, version: versionOf(OLD.apiVersion), kind: OLD.kind };
export const NEW_GVK: Gvk = { group: NEW.group, version: versionOf(NEW.apiVersion), kind: NEW.kind };

/** What a selector or reference says of the type; null for what it leaves open. */
export type GivenGvk = Readonly<Record<GvkPart, string | null>>;

export const gvkIn = (reference: Value | undefined): GivenGvk => ({
  group: stringAt(reference, ['group']),
  version: stringAt(reference, ['version']),
  kind: stringAt(reference, ['kind']),
});

/** Each part with its own operations, or with what keeps it from changing. */
export const eachPart = <Result>(plan: (part: GvkPart) => Result): Result[] => PARTS.map(plan);

/** Whether anchored patterns for the parts match a type; an absent one matches all. Null when one is no regular expression. */
export function matchesType(given: GivenGvk, type: Gvk): boolean | null {
  const results = PARTS.map((part) => matches(given[part], type[part]));
  return results.includes(null) ? null : results.every((result) => result === true);
}

/** Whether an anchored pattern matches; an absent one matches all. Null when it can't be read. */
export function matches(pattern: string | null, text: string): boolean | null {
  return pattern === null ? true : (compileGoRegExp(pattern)?.test(text) ?? null);
}

/**
 * What a literal reference (of a replacement, variable or field spec) means: `whole`, the kind and perhaps more of its type; `part`, its group or
 * version alone, which other kinds share; `any` kind, as it says nothing of the type; `pattern`, it would mean it if it were a regular
 * expression; `other`, another type.
 */
export type Meaning = 'whole' | 'part' | 'any' | 'pattern' | 'other';

export function meaningOf(reference: Value | undefined): Meaning {
  const given = gvkIn(reference);
  const apiVersion = stringAt(reference, ['apiVersion']);
  const isOld =
    PARTS.every((part) => given[part] === null || given[part] === OLD_GVK[part]) && (apiVersion ?? OLD.apiVersion) === OLD.apiVersion;
  if (!isOld) return matchesType(given, OLD_GVK) === true && apiVersion === null ? 'pattern' : 'other';
  if (given.kind !== null) return 'whole';
  return given.group === null && given.version === null && apiVersion === null ? 'any' : 'part';
}

/** Whether a literal reference means the new kind, and names it. */
export function meansNewKind(reference: Value | undefined): boolean {
  const given = gvkIn(reference);
  return given.kind === NEW.kind && PARTS.every((part) => given[part] === null || given[part] === NEW_GVK[part]);
}

/** The operations that make a literal reference mean the new kind. */
export function renameGvk(reference: Value | undefined, path: Path): Operation[] {
  const given = gvkIn(reference);
  return [
    ...(stringAt(reference, ['apiVersion']) === null ? [] : [setText([...path, 'apiVersion'], NEW.apiVersion)]),
    ...PARTS.flatMap((part) => (given[part] === null ? [] : [setText([...path, part], NEW_GVK[part])])),
  ];
}
