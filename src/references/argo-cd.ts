import { sameValue } from '../model/same.ts';
import { isMap, isScalar, stringAt, valueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import type { Operation } from '../yaml/primitives.ts';
import { kindsIn } from './flagged.ts';
import { pointer, withPathsMapped } from './ignored-fields.ts';
import type { Mention } from './mentions.ts';
import type { ResourceContext } from './resource-context.ts';
import { besideEntry, besideItem, besideKey, counterpartOf, extended, extending, holdsItem, rewritten, withText } from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';
import type { Stage } from './referrer.ts';
import { written } from './written.ts';

const isArgoObject = kindsIn('argoproj.io');

/** Argo CD's own settings are keys of a ConfigMap. */
const isSetting = ({ referent, resource, path: [list, key] }: Mention): boolean =>
  referent === 'kind' && resource.kind === 'ConfigMap' && list === 'data' && String(key).startsWith('resource.');

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

function planArgo(mention: Mention, stage: Stage, context: ResourceContext): ResourcePlan | null {
  const { resource, path } = mention;
  const how = extending(stage);
  if (resource.kind === 'ConfigMap') return how === null ? null : planSetting(mention, how, context);
  if (resource.kind === 'AppProject') return how === null ? null : planProject(mention, how);
  return path.at(-3) === 'ignoreDifferences' ? planIgnored(resource.value, path.slice(0, -1), stage, context) : null;
}

const PROJECT_LISTS = /^(?:namespace|cluster)Resource(?:White|Black)list$|^ignore$/;

function planProject({ resource: { value }, path }: Mention, how: 'extend' | 'finish'): ResourcePlan | null {
  if (PROJECT_LISTS.test(String(path.at(-3)))) return besideEntry(value, path.slice(0, -1), how);
  const policy = valueAt(value, path);
  if (path.at(-2) !== 'policies' || !isScalar(policy)) return null;
  const renewed = policy.text.replace(POLICY, '$1/installation.mattermost.com/Mattermost/');
  return renewed === policy.text ? null : besideItem(value, path, withText(policy, renewed), how);
}

/** What a policy of a role allows with one kind. */
const POLICY = /(\b(?:action|update|delete))\/mattermost\.com\/ClusterInstallation\//;

/** What is ignored of an object must be said of the kind that it has. */
function planIgnored(value: ValueMap, path: Path, stage: Stage, { fateOf }: ResourceContext): ResourcePlan | null {
  const entry = valueAt(value, path);
  const renamed = counterpartOf(entry);
  if (stage === 'prepare' || !isMap(entry) || renamed === null) return null;
  const { converted, decision } = fateOf({ name: literal(entry, 'name'), namespace: literal(entry, 'namespace') });
  const counterpart = withPathsMapped(renamed, decision);
  if (counterpart === null || (converted === 'none' && stage !== 'finish')) return null;
  if (stage === 'finish' || converted === 'some') return besideItem(value, path, counterpart, stage === 'finish' ? 'finish' : 'extend');
  if (holdsItem(valueAt(value, path.slice(0, -1)), counterpart)) return null;
  return rewritten(...replacing(entry, counterpart, path));
}

/** A template stands for any. */
function literal(entry: ValueMap, key: string): string | null {
  const text = stringAt(entry, [key]);
  return text === null || text.includes('{{') ? null : text;
}

/** What makes an entry its counterpart, word by word. */
function replacing(entry: ValueMap, counterpart: ValueMap, path: Path): Operation[] {
  return [...entry].flatMap(([key, before]): Operation[] => {
    const [at, after] = [[...path, key], counterpart.get(key)];
    if (after === undefined) return [{ op: 'delete', path: at }];
    if (sameValue(before, after)) return [];
    if (isScalar(before) && isScalar(after)) return [{ op: 'set', path: at, text: after.text, string: true }];
    return wordsReplaced(before, after, at);
  });
}

/** The words of a list, of which some go. */
function wordsReplaced(before: Value, after: Value, path: Path): Operation[] {
  const [old, renewed] = [before, after].map((list) => (Array.isArray(list) ? (list as readonly Value[]) : []));
  if (old?.length !== renewed?.length) return [{ op: 'replace', path, value: after }];
  return (old ?? []).flatMap((word, index): Operation[] => {
    const to = renewed?.[index];
    return isScalar(to) && !sameValue(word, to) ? [{ op: 'set', path: [...path, index], text: to.text, string: true }] : [];
  });
}

const SETTING =
  /^resource\.customizations\.(health|useOpenLibs|actions|ignoreDifferences|ignoreResourceUpdates|knownTypeFields)\.mattermost\.com_ClusterInstallation$/;

/** A setting for one kind has its name in its key. */
function planSetting({ resource: { value }, path }: Mention, how: 'extend' | 'finish', context: ResourceContext): ResourcePlan | null {
  const key = String(path.at(-1));
  const [, type] = SETTING.exec(key) ?? [];
  const setting = valueAt(value, path);
  if (type === undefined || path.length !== 2 || !isScalar(setting)) return null;
  const text = type.startsWith('ignore') ? withPathsInText(setting.text, context) : forNewKind(type, setting.text);
  if (text === null) return null;
  const renewed = key.replace('mattermost.com_ClusterInstallation', 'installation.mattermost.com_Mattermost');
  if (how === 'finish') return besideKey(value, path, [renewed, setting], how);
  if (valueAt(value, ['data', renewed]) !== undefined) return null;
  return extended({ op: 'add', path: ['data'], key: renewed, value: withText(setting, text) });
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

/** Whether a script or list is about nothing that has another place, or no place, in the new kind. */
const isOfBoth = (text: string): boolean => !/\bspec\b|ClusterInstallation|blueName|greenName|migration/.test(text);

/** Ignored fields in a string, with their paths for the new kind; null where one goes, or can't be told. */
function withPathsInText(text: string, { fateOf }: ResourceContext): string | null {
  const { decision } = fateOf({ name: null, namespace: null });
  const lines = text.split('\n').map((line) => {
    const [, start, path] = /^(\s*-\s+["']?)(\/[^\s"']*)["']?\s*$/.exec(line) ?? [];
    if (start === undefined || path === undefined) return /^\s*(?:jsonPointers:\s*)?$/.test(line) ? line : null;
    const mapped = pointer(path, decision);
    return mapped === null || mapped === 'dropped' ? null : line.replace(path, mapped.path);
  });
  return lines.some((line) => line === null) ? null : lines.join('\n');
}
