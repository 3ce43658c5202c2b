import { valueAt } from '../model/value.ts';
import { besideKey, extending } from './resource-plan.ts';
import { renewed } from './spelling.ts';
import { written } from './written.ts';

/** How many there may be. */
export const quotas = written(
  {
    id: 'quotas',
    found: 'Quotas that count objects of the kind.',
    example: `apiVersion: v1
kind: ResourceQuota
metadata:
  name: objects
spec:
  hard:
    count/clusterinstallations.mattermost.com: "3"
`,
    written: { prepare: 'objects of the new kind are counted too, up to the same number', finish: 'the old kind is not counted any more' },
  },
  {
    owns: ({ referent, resource }) => referent === 'kind' && resource.kind === 'ResourceQuota',
    plan: ({ resource, path }, stage) => {
      const [how, key, count] = [extending(stage), renewed(String(path.at(-1))), valueAt(resource.value, path)];
      return how === null || key === null || count === undefined ? null : besideKey(resource.value, path, [key, count], how);
    },
  },
);
