import type { FieldDecision } from '../edit/field-path.ts';
import { isMap, isScalar, stringAt, valueAt, withKey } from '../model/value.ts';
import type { Path, Scalar, ValueMap } from '../model/value.ts';
import { kindsIn } from './flagged.ts';
import { dotted, jqPath, planIgnored, pointer } from './ignored-fields.ts';
import type { MapPath } from './ignored-fields.ts';
import type { Mention } from './mentions.ts';
import type { ResourceContext } from './resource-context.ts';
import {
  besideEntry,
  besideItem,
  besideKey,
  besideWord,
  counterpartOf,
  extended,
  extending,
  rewritten,
  withText,
} from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';
import type { ReferrerStage } from './referrer.ts';
import { renewed } from './spelling.ts';
import { written } from './written.ts';

const isArgoObject = kindsIn('argoproj.io');

/** Argo CD's own settings are keys of ConfigMaps. */
const isSetting = ({ referent, resource, path: [list, key] }: Mention): boolean =>
  referent === 'kind' && resource.kind === 'ConfigMap' && list === 'data' && (String(key).startsWith('resource.') || isPolicies(key));

const isPolicies = (key: Path[number] | undefined): boolean => /^policy\..*csv$/.test(String(key));

/** What Argo CD ignores, allows, or judges the health of. */
export const argoCd = written(
  {
    id: 'argo-cd',
    found: 'Applications, ApplicationSets and AppProjects that name the kind, and customizations of it in the settings of Argo CD.',
    example: `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: chat
spec:
  ignoreDifferences:
    - group: mattermost.com
      kind: ClusterInstallation
      jsonPointers: [/spec/size]
`,
    written: {
      prepare: 'lists of AppProjects, policies of their roles, and customizations name the new kind too',
      cutover: 'what is ignored of installations is ignored of the Mattermosts that they become, or of both kinds where some stay',
      finish: 'the old names go',
    },
  },
  { owns: (mention) => isArgoObject(mention) || isSetting(mention), plan: planArgo },
);

function planArgo(mention: Mention, stage: ReferrerStage, context: ResourceContext): ResourcePlan | null {
  const { resource, path } = mention;
  const how = extending(stage);
  if (resource.kind === 'ConfigMap') return how === null ? null : planSetting(mention, how, context);
  if (resource.kind === 'AppProject') return how === null ? null : planProject(mention, how);
  if (path.at(-2) === 'apiVersions') return how === null ? null : besideWord(resource.value, path, how);
  if (resource.kind === 'ArgoCD') return how === null ? null : planHealth(resource.value, path, how);
  return path.at(-3) === 'ignoreDifferences' ? planIgnored(resource.value, path.slice(0, -1), { stage, context }) : null;
}

const PROJECT_LISTS = /^(?:namespace|cluster)Resource(?:White|Black)list$|^ignore$/;

function planProject({ resource: { value }, path }: Mention, how: 'extend' | 'finish'): ResourcePlan | null {
  if (PROJECT_LISTS.test(String(path.at(-3))) && path.at(-1) === 'name') return planDefinition(value, path, how);
  if (PROJECT_LISTS.test(String(path.at(-3)))) return besideEntry(value, path.slice(0, -1), how);
  const policy = valueAt(value, path);
  if (path.at(-2) !== 'policies' || !isScalar(policy)) return null;
  const text = renewedPolicy(policy.text);
  return text === policy.text ? null : besideItem(value, path, withText(policy, text), how);
}

/** The definition of the kind, which is an object of its own. */
function planDefinition(value: ValueMap, path: Path, how: 'extend' | 'finish'): ResourcePlan | null {
  const [at, name] = [path.slice(0, -1), valueAt(value, path)];
  const entry = valueAt(value, at);
  const renamed = isScalar(name) ? renewed(name.text) : null;
  if (!isMap(entry) || !isScalar(name) || renamed === null || stringAt(entry, ['kind']) !== 'CustomResourceDefinition') return null;
  return besideItem(value, at, withKey(entry, 'name', withText(name, renamed)), how);
}

/** A check of health in the settings of Argo CD's operator. */
function planHealth(value: ValueMap, path: Path, how: 'extend' | 'finish'): ResourcePlan | null {
  const at = path.slice(0, -1);
  const [entry, check] = [valueAt(value, at), valueAt(value, [...at, 'check'])];
  const counterpart = counterpartOf(entry);
  const text = isScalar(check) ? forNewKind('health', check.text) : null;
  if (at.at(-2) !== 'resourceHealthChecks' || counterpart === null || text === null || !isScalar(check)) return null;
  return besideItem(value, at, withKey(counterpart, 'check', withText(check, text)), how);
}

/** What a policy of a role allows with one kind. */
const POLICY = /(\b(?:action|update|delete))\/mattermost\.com\/ClusterInstallation\//;

const SETTING =
  /^resource\.customizations\.(health|useOpenLibs|actions|ignoreDifferences|ignoreResourceUpdates|knownTypeFields)\.mattermost\.com_ClusterInstallation$/;

/** A setting for one kind has its name in its key. */
function planSetting({ resource: { value }, path }: Mention, how: 'extend' | 'finish', context: ResourceContext): ResourcePlan | null {
  const key = String(path.at(-1));
  const [, type] = SETTING.exec(key) ?? [];
  const setting = valueAt(value, path);
  if (isPolicies(key) && isScalar(setting)) return planPolicies(setting, path, how);
  if (type === undefined || path.length !== 2 || !isScalar(setting)) return null;
  const hasPaths = type.startsWith('ignore') || type === 'knownTypeFields';
  const text = hasPaths ? withPathsInText(setting.text, context) : forNewKind(type, setting.text);
  if (text === null) return null;
  const counterpart = key.replace('mattermost.com_ClusterInstallation', 'installation.mattermost.com_Mattermost');
  if (how === 'finish') return besideKey(value, path, [counterpart, setting], how);
  if (valueAt(value, ['data', counterpart]) !== undefined) return null;
  return extended({ op: 'add', path: ['data'], key: counterpart, value: withText(setting, text) });
}

/** A script or list for the new kind; null where it says what only the old one has. */
const forNewKind = (type: string, text: string): string | null =>
  isOfBoth(text) ? (type === 'health' ? withStateReady(text) : text) : null;

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
  return (how === 'extend' ? extended : rewritten)({ op: 'replace', path, value: withText(policies, kept.join('\n')) });
}

const renewedPolicy = (line: string): string => line.replace(POLICY, '$1/installation.mattermost.com/Mattermost/');

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
