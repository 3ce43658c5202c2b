import { flagged } from './flagged.ts';

/** How many there may be. */
export const quotas = flagged(
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
  },
  ({ referent, resource }) => referent === 'kind' && resource.kind === 'ResourceQuota',
);
