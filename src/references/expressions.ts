import { flagged } from './flagged.ts';

/** Words of a language of their own, of which only a human reader knows the whole meaning. */
export const expressions = flagged(
  {
    id: 'expressions',
    found: 'Queries, expressions and commands that name the kind or a label, and manifests in strings.',
    example: `apiVersion: batch/v1
kind: CronJob
metadata:
  name: report
spec:
  jobTemplate:
    spec:
      template:
        spec:
          containers:
            - name: report
              command: [kubectl, get, clusterinstallations]
`,
  },
  ({ form }) => form === 'text',
);
