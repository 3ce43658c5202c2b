import { flagged } from './flagged.ts';

/** What no referrer before it knows: it comes last, so that nothing goes untold. */
export const otherKinds = flagged(
  {
    id: 'other-kinds',
    found: 'Any other resource that names the kind, by its group or where nothing says that another is meant.',
    example: `apiVersion: example.io/v1
kind: Watcher
metadata:
  name: chat
spec:
  target:
    apiVersion: mattermost.com/v1alpha1
    kind: ClusterInstallation
    name: chat
`,
  },
  () => true,
);
