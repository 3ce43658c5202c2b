import { isList, isMap, isScalar, valueAt, withKey } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { kindsIn } from './flagged.ts';
import type { Mention } from './mentions.ts';
import { besideItem, besideKey, besideWord, extended, extending, withText } from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';
import { renewed } from './spelling.ts';
import { isColoured, isNegative, withLabelsRenewed } from './twins.ts';
import { written } from './written.ts';

const isKind = kindsIn('velero.io');

/** What is saved and restored. */
export const backups = written(
  {
    id: 'backups',
    found: 'Backups, schedules and restores of Velero that list the resources of the kind, or select by the labels of what belongs to one.',
    example: `apiVersion: velero.io/v1
kind: Backup
metadata:
  name: chat
spec:
  includedResources: [clusterinstallations, secrets]
`,
    written: {
      prepare: 'the resources of the new kind are listed too, and what a selector finds by the old labels is found by the new ones as well',
      finish:
        'the old ones go, but from restores, as old backups still hold them; selectors stay, as some Secrets of the operator keep the old labels',
    },
  },
  { owns: isOfVelero, plan: (mention, stage) => planBackup(mention, extending(stage)) },
);

function isOfVelero(mention: Mention): boolean {
  const { referent, form, resource } = mention;
  return isKind(mention) || (referent === 'label' && form === 'label' && resource.apiVersion.startsWith('velero.io/'));
}

const LISTS = /^(?:in|ex)cluded(?:NamespaceScoped|ClusterScoped)?Resources$/;

function planBackup({ referent, resource: { kind, value }, path }: Mention, how: 'extend' | 'finish' | null): ResourcePlan | null {
  if (referent === 'label') return how === 'extend' ? planSelector(value, path) : null;
  if (how === null || (how === 'finish' && kind === 'Restore')) return null;
  if (LISTS.test(String(path.at(-2)))) return besideWord(value, path, how);
  const [key, resources] = [renewed(String(path.at(-1))), valueAt(value, path)];
  const isOrder = path.at(-2) === 'orderedResources' && key !== null && isScalar(resources);
  return isOrder ? besideKey(value, path, [key, resources], how) : null;
}

const ONE = 'labelSelector';
const MANY = 'orLabelSelectors';

/** One selector becomes the first of two; hooks have no alternatives, but one can stand beside another. */
function planSelector(value: ValueMap, path: Path): ResourcePlan | null {
  const many = path.indexOf(MANY);
  const at = path.slice(0, many > 0 ? many + 2 : path.indexOf(ONE) + 1);
  const selector = valueAt(value, at);
  if (!isMap(selector) || isColoured(selector) || isNegative(selector)) return null;
  const renewedOne = withLabelsRenewed(selector);
  if (many > 0) return besideItem(value, at, renewedOne, 'extend');
  const [around, owner] = [at.slice(0, -1), valueAt(value, at.slice(0, -1))];
  if (!isMap(owner) || owner.has(MANY)) return null;
  if (path.includes('hooks')) return besideItem(value, around, withWordsRenewed(withKey(owner, ONE, renewedOne)), 'extend');
  return extended({ op: 'replace', path: at, value: [selector, renewedOne] }, { op: 'rename', path: at, key: MANY });
}

/** A hook for the new kind, where it lists the old one. */
function withWordsRenewed(hook: ValueMap): ValueMap {
  const lists = [...hook].filter(([key]) => LISTS.test(key));
  return lists.reduce((map, [key, list]) => withKey(map, key, isList(list) ? list.map(renewedWord) : list), hook);
}

function renewedWord(word: Value): Value {
  const text = isScalar(word) ? renewed(word.text) : null;
  return text === null || !isScalar(word) ? word : withText(word, text);
}
