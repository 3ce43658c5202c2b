import { valueAt } from '../model/value.ts';
import type { Path, ValueMap } from '../model/value.ts';
import { besideEntry, besideKey, entryAround, extending } from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';
import { renewed } from './spelling.ts';
import { written } from './written.ts';

/** How many there may be, how soon each request is served, and which are kept on record. */
export const quotas = written(
  {
    id: 'quotas',
    found:
      'Quotas that count objects of the kind; rules of a FlowSchema, or of an audit policy, for requests about it; what is copied to namespaces below one (HNC).',
    example: `apiVersion: v1
kind: ResourceQuota
metadata:
  name: objects
spec:
  hard:
    count/clusterinstallations.mattermost.com: "3"
`,
    written: {
      prepare: 'objects of the new kind are counted too, up to the same number; rules speak of requests about both',
      finish: 'the old kind is not counted any more, and rules do not speak of it',
    },
  },
  {
    owns: ({ referent, resource: { apiVersion, kind } }) =>
      referent === 'kind' &&
      (kind === 'ResourceQuota' || /^(?:(?:flowcontrol\.apiserver|audit)\.k8s\.io|hnc\.x-k8s\.io)\//.test(apiVersion)),
    plan: ({ resource, path }, stage) => {
      if (resource.kind !== 'ResourceQuota') return planRequests(resource.value, path, extending(stage));
      const [how, key, count] = [extending(stage), renewed(String(path.at(-1))), valueAt(resource.value, path)];
      return how === null || key === null || count === undefined ? null : besideKey(resource.value, path, [key, count], how);
    },
  },
);

/** Rules that say groups and resources. */
function planRequests(value: ValueMap, path: Path, how: 'extend' | 'finish' | null): ResourcePlan | null {
  const entry = entryAround(value, path);
  return how === null || entry === null || !/^(?:resourceRules|resources)$/.test(String(entry.at(-2)))
    ? null
    : besideEntry(value, entry, how);
}
