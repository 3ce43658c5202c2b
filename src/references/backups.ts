import { flagged, kindsIn } from './flagged.ts';

/** What is saved and restored. */
export const backups = flagged(
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
  },
  kindsIn('velero.io'),
);
