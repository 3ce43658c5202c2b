import type { FieldDecision } from '../edit/field-path.ts';
import { isList, isMap, isScalar, valueAt, withKey } from '../model/value.ts';
import type { Path, Scalar, Value, ValueMap } from '../model/value.ts';
import { dotted, jqPath, pointer } from './ignored-fields.ts';
import type { MapPath } from './ignored-fields.ts';
import type { Mention } from './mentions.ts';
import type { ResourceContext } from './resource-context.ts';
import { withoutSameFields } from './policy-fields.ts';
import { besideEntry, besideKey, extended, extendedAt, withText, wholeMap } from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';
import { renewed } from './spelling.ts';
import { planInText } from './text-of-yaml.ts';

/** Settings of Argo CD, which are texts in a ConfigMap. */

export const isPolicies = (key: Path[number] | undefined): boolean => /^policy\..*csv$/.test(String(key));

/** What a policy of a role allows with one kind. */
const POLICY = /(\b(?:action|update|delete))\/mattermost\.com\/ClusterInstallation\//;

const SETTING =
  /^resource\.customizations\.(health|useOpenLibs|actions|ignoreDifferences|ignoreResourceUpdates|knownTypeFields)\.mattermost\.com_ClusterInstallation$/;

/** A setting for one kind has its name in its key. */
export function planSetting(
  { resource: { value }, path }: Mention,
  how: 'extend' | 'finish',
  context: ResourceContext,
): ResourcePlan | null {
  const key = String(path.at(-1));
  const setting = valueAt(value, path);
  if (path.length !== 2 || !isScalar(setting)) return null;
  if (isPolicies(key)) return planPolicies(setting, path, how);
  if (key === 'resource.links') return planLinks(setting, path, how);
  if (key === 'resource.customizations') return planInText(value, path, (types) => [planType(types, how, context)]);
  if (!/^resource\.(?:in|ex)clusions$/.test(key)) return planSplit(value, [path, setting], how, context);
  return planInText(value, path, (list) => (isList(list) ? list.map((_, index) => besideEntry(list, [index], how)) : []));
}

function planSplit(
  value: ValueMap,
  [path, setting]: readonly [Path, Scalar],
  how: 'extend' | 'finish',
  context: ResourceContext,
): ResourcePlan | null {
  const key = String(path.at(-1));
  const [, type] = SETTING.exec(key) ?? [];
  if (type === undefined) return null;
  const hasPaths = type.startsWith('ignore') || type === 'knownTypeFields';
  const text = hasPaths ? withPathsInText(setting.text, context) : forNewKind(type, setting.text);
  if (text === null) return null;
  const counterpart = key.replace('mattermost.com_ClusterInstallation', 'installation.mattermost.com_Mattermost');
  if (how === 'finish') return besideKey(value, path, [counterpart, setting], how);
  if (valueAt(value, ['data', counterpart]) !== undefined) return null;
  return extended({ op: 'add', path: ['data'], key: counterpart, value: withText(setting, text) });
}

const TYPE = 'mattermost.com/ClusterInstallation';

/** All that is set of one kind, where all kinds stand in one setting. */
function planType(types: Value, how: 'extend' | 'finish', context: ResourceContext): ResourcePlan | null {
  const settings = valueAt(types, [TYPE]);
  if (!isMap(settings)) return null;
  const counterpart = wholeMap([...settings].map(([key, setting]) => [key, ofType(key, setting, context)]));
  return counterpart === null ? null : besideKey(types, [TYPE], [renewed(TYPE) ?? TYPE, counterpart], how);
}

function ofType(key: string, setting: Value, context: ResourceContext): Value | null {
  if (isList(setting) && key === 'knownTypeFields') return withFieldsMapped(setting, context);
  if (!isScalar(setting) || key === 'health.lua.useOpenLibs') return isScalar(setting) ? setting : null;
  const text = key.startsWith('ignore')
    ? withPathsInText(setting.text, context)
    : forNewKind(key === 'health.lua' ? 'health' : key, setting.text);
  return text === null ? null : withText(setting, text);
}

function withFieldsMapped(types: readonly Value[], { fateOf }: ResourceContext): Value | null {
  const { decision } = fateOf({ name: null, namespace: null });
  const mapped = types.flatMap((each) => {
    const field = valueAt(each, ['field']);
    const to = isScalar(field) ? dotted(field.text, decision) : null;
    return isMap(each) && isScalar(field) && to !== null && to !== 'dropped' ? [withKey(each, 'field', withText(field, to.path))] : [];
  });
  return mapped.length === types.length ? mapped : null;
}

/** Links for one kind, by a condition. */
function planLinks(links: Scalar, path: Path, how: 'extend' | 'finish'): ResourcePlan | null {
  const text =
    how === 'extend'
      ? links.text.replaceAll(IS_OLD, '($& || $1 == $2Mattermost$2)')
      : links.text.replaceAll(IS_EITHER, '$1 == $2Mattermost$2');
  const left = text.replaceAll(IS_EITHER, '');
  const isElsewhere = /ClusterInstallation|\bspec\b/.test(left) || (how === 'extend' && links.text.search(IS_EITHER) >= 0);
  if (text === links.text || isElsewhere) return null;
  return extendedAt(how, { op: 'replace', path, value: withText(links, text) });
}

const IS_OLD = /\b([A-Za-z_][\w.]*)\s*==\s*(["'])ClusterInstallation\2/g;
const IS_EITHER = /\(([A-Za-z_][\w.]*)\s*==\s*(["'])ClusterInstallation\2 \|\| \1 == \2Mattermost\2\)/g;

/** A script or list for the new kind; null where it says what only the old one has. */
export const forNewKind = (type: string, text: string): string | null =>
  type === 'health' ? (isOfBoth(withoutSameFields(text)) ? withStateReady(text) : null) : isOfBoth(text) ? text : null;

/**
 * A health check in which a Mattermost that is `ready`, a state that only it has, is where a reconciling one is: it is up and not yet stable. Else it would
 * be among the states that nobody knows. Source: `mattermost_types.go`, v1.19.0 and later.
 */
const withStateReady = (lua: string): string =>
  /["']ready["']/.test(lua)
    ? lua
    : lua.replaceAll(
        /([A-Za-z_][\w.]*)\s*(==|~=)\s*(["'])reconciling\3/g,
        (test, state: string, is: string, quote: string) => `(${test} ${is === '==' ? 'or' : 'and'} ${state} ${is} ${quote}ready${quote})`,
      );

/** Lines of policies: what is allowed with one kind is allowed with the other on a line behind it. */
function planPolicies(policies: Scalar, path: Path, how: 'extend' | 'finish'): ResourcePlan | null {
  const lines = policies.text.split('\n');
  const counterparts = lines.map((line) => (POLICY.test(line) ? renewedPolicy(line) : null));
  const hasCounterpart = (index: number): boolean => lines.includes(counterparts[index] ?? '');
  const kept = lines.flatMap((line, index) => {
    const counterpart = counterparts[index] ?? null;
    if (counterpart === null) return [line];
    if (how === 'finish') return hasCounterpart(index) ? [] : [line];
    return hasCounterpart(index) ? [line] : [line, counterpart];
  });
  if (kept.length === lines.length) return null;
  return extendedAt(how, { op: 'replace', path, value: withText(policies, kept.join('\n')) });
}

export const renewedPolicy = (line: string): string => line.replace(POLICY, '$1/installation.mattermost.com/Mattermost/');

/** Whether a script or list is about nothing that has another place, or no place, in the new kind. */
const isOfBoth = (text: string): boolean => !/\bspec\b|ClusterInstallation|blueName|greenName|migration/.test(text);

/** Fields in a string of YAML, with their paths for the new kind; null where one goes, or can't be told. */
function withPathsInText(text: string, { fateOf }: ResourceContext): string | null {
  const { decision } = fateOf({ name: null, namespace: null });
  const lines = text.split('\n').map((line) => withPathInLine(line, decision));
  return lines.some((line) => line === null) ? null : lines.join('\n');
}

/** How each kind of path is mapped, by what stands before it on its line. */
const PATHS: readonly (readonly [line: RegExp, map: MapPath])[] = [
  [/^(\s*-\s+["']?)(\/[^\s"']*)["']?\s*$/, pointer],
  [/^(\s*-\s+["']?)(\.[^\s"']*)["']?\s*$/, jqPath],
  [/^(\s*(?:-\s+)?field:\s+["']?)([\w.]+)["']?\s*$/, dotted],
];

/** Headings, types, and names of managers. */
const OTHER_LINES = /^\s*(?:(?:jsonPointers|jqPathExpressions|managedFieldsManagers):\s*|(?:-\s+)?type:\s+\S+\s*|-\s+[\w-]+\s*)?$/;

function withPathInLine(line: string, decision: FieldDecision): string | null {
  for (const [pattern, map] of PATHS) {
    const path = pattern.exec(line)?.[2];
    if (path === undefined) continue;
    const mapped = map(path, decision);
    return mapped === null || mapped === 'dropped' ? null : line.replace(path, () => mapped.path);
  }
  return OTHER_LINES.test(line) ? line : null;
}
