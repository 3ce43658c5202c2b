import { isList, isMap, isScalar, stringAt, valueAt, withKey } from '../model/value.ts';
import type { Path, ValueMap } from '../model/value.ts';
import { forNewKind, isPolicies, planSetting, renewedPolicy } from './argo-cd-settings.ts';
import { kindsIn } from './flagged.ts';
import { planIgnored } from './ignored-fields.ts';
import type { Mention } from './mentions.ts';
import type { ResourceContext } from './resource-context.ts';
import { besideEntry, besideItem, besideWord, counterpartOf, extending, withText } from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';
import type { ReferrerStage } from './referrer.ts';
import { renewed } from './spelling.ts';
import { planInText } from './text-of-yaml.ts';
import { written } from './written.ts';

const isArgoObject = kindsIn('argoproj.io');

/** Argo CD's own settings are keys of ConfigMaps. */
const isSetting = ({ referent, resource, path: [list, key] }: Mention): boolean =>
  referent === 'kind' && resource.kind === 'ConfigMap' && list === 'data' && (String(key).startsWith('resource.') || isPolicies(key));

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
      prepare:
        'lists of AppProjects, policies of their roles, customizations, links, and what is looked at or left out, name the new kind too',
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
  if (path.at(-1) === 'templatePatch') return planTemplatePatch(resource.value, path, { stage, context });
  return path.at(-3) === 'ignoreDifferences' ? planIgnored(resource.value, path.slice(0, -1), { stage, context }) : null;
}

/** A patch in a string, where that is YAML with all its actions in values. */
function planTemplatePatch(
  value: ValueMap,
  path: Path,
  at: { readonly stage: ReferrerStage; readonly context: ResourceContext },
): ResourcePlan | null {
  const list = ['spec', 'ignoreDifferences'];
  return planInText(value, path, (patch) => {
    const ignored = valueAt(patch, list);
    return isList(ignored) ? ignored.map((_, index) => planIgnored(patch, [...list, index], at)) : [];
  });
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
