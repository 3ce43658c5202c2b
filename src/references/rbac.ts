import { isList, isMap, isScalar, valueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import type { Operation } from '../yaml/primitives.ts';
import type { Mention } from './mentions.ts';
import { besideEntry, besideItem, besideWord, extended, extending, holdsItem, isOurs, rewritten, withText } from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';
import { flagOf, written } from './written.ts';
import { isOldGroup, isWildcard, renewed } from './spelling.ts';

const REMEDY =
  'Add a rule for mattermosts of group installation.mattermost.com before the Mattermost comes; take the old one away when no ClusterInstallation is left.';

/** Who may work with the old kind. */
export const rbac = written(
  {
    id: 'rbac',
    found: 'Rules of a Role or ClusterRole that name the resources of ClusterInstallation.',
    example: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: editor
rules:
  - apiGroups: [mattermost.com]
    resources: [clusterinstallations]
    verbs: [get, list, watch]
`,
    written: {
      prepare: 'what a rule allows for the old kind it allows for the new one too, or a rule beside it does where it speaks of others',
      finish: 'the old names go',
    },
  },
  {
    owns: ({ referent, resource }) => referent === 'kind' && /^(?:Cluster)?Role$/.test(resource.kind),
    plan: (mention, stage) => planRule(mention, extending(stage)),
    flag: (mention) => flagOf(mention, REMEDY),
  },
);

function planRule({ resource: { value }, path }: Mention, stage: 'extend' | 'finish' | null): ResourcePlan | null {
  const [list, index, field] = path;
  if (stage === null || list !== 'rules' || typeof index !== 'number') return null;
  const at: Path = [list, index];
  if (field === 'apiGroups') return besideEntry(value, at, stage);
  if (field === 'nonResourceURLs') return besideWord(value, path, stage);
  if (field !== 'resources') return null;
  const rule = valueAt(value, at);
  if (!isMap(rule)) return null;
  const groups = wordsOf(rule.get('apiGroups'));
  if (groups.some(isWildcard)) return besideWord(value, path, stage);
  if (!groups.some(isOldGroup)) return null;
  if (stage === 'finish') return takenAway(value, at, path);
  return isOurs(rule) ? inside(value, at, path) : besideEntry(value, at, 'extend');
}

/** A rule of nothing else comes to speak of both. */
function inside(value: ValueMap, at: Path, path: Path): ResourcePlan | null {
  const name = besideWord(value, path, 'extend');
  const groups = [...at, 'apiGroups'];
  const group = valueAt(value, [...groups, 0]);
  if (name === null || !isScalar(group)) return null;
  const counterpart = withText(group, renewed(group.text) ?? group.text);
  const both = holdsItem(valueAt(value, groups), counterpart) ? null : besideItem(value, [...groups, 0], counterpart, 'extend');
  return extended(...(both?.operations ?? []), ...name.operations);
}

/** Out of the rule itself, where it speaks of both; or out of a rule that has one for the new kind beside it. */
function takenAway(value: ValueMap, at: Path, path: Path): ResourcePlan | null {
  const own = besideWord(value, path, 'finish');
  if (own === null) return besideEntry(value, at, 'finish');
  const left = wordsOf(valueAt(value, [...at, 'resources'])).filter((word) => renewed(word) === null);
  if (left.some((word) => !word.startsWith('mattermosts'))) return own;
  const groups = valueAt(value, [...at, 'apiGroups']);
  const gone = isList(groups) ? groups.flatMap((group, index) => (isScalar(group) && isOldGroup(group.text) ? [index] : [])) : [];
  return gone.length === (isList(groups) ? groups.length : 0)
    ? null
    : rewritten(...own.operations, ...gone.map((index): Operation => ({ op: 'remove', path: [...at, 'apiGroups', index] })));
}

const wordsOf = (value: Value | undefined): string[] => (isList(value) ? value.filter(isScalar).map(({ text }) => text) : []);
