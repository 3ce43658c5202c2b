import { isScalar, valueAt } from '../model/value.ts';
import { kindsIn } from './flagged.ts';
import type { Mention } from './mentions.ts';
import { besideKey, besideWord, extending } from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';
import { renewed } from './spelling.ts';
import { written } from './written.ts';

/** What is saved and restored. */
export const backups = written(
  {
    id: 'backups',
    found: 'Backups, schedules and restores of Velero that list the resources of the kind.',
    example: `apiVersion: velero.io/v1
kind: Backup
metadata:
  name: chat
spec:
  includedResources: [clusterinstallations, secrets]
`,
    written: {
      prepare: 'the resources of the new kind are listed too',
      finish: 'the old ones go, but from restores, as old backups still hold them',
    },
  },
  { owns: kindsIn('velero.io'), plan: (mention, stage) => planBackup(mention, extending(stage)) },
);

const LISTS = /^(?:in|ex)cluded(?:NamespaceScoped|ClusterScoped)?Resources$/;

function planBackup({ resource: { kind, value }, path }: Mention, how: 'extend' | 'finish' | null): ResourcePlan | null {
  if (how === null || (how === 'finish' && kind === 'Restore')) return null;
  if (LISTS.test(String(path.at(-2)))) return besideWord(value, path, how);
  const [key, resources] = [renewed(String(path.at(-1))), valueAt(value, path)];
  const isOrder = path.at(-2) === 'orderedResources' && key !== null && isScalar(resources);
  return isOrder ? besideKey(value, path, [key, resources], how) : null;
}
