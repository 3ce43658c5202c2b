import { flagged, kindsIn } from './flagged.ts';

/** What Flux waits for, patches, or tells of. */
export const flux = flagged(
  {
    id: 'flux',
    found: 'Objects of Flux that name the kind: health checks, patches, post-renderers, alerts, resource sets.',
    example: `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: chat
spec:
  healthChecks:
    - apiVersion: mattermost.com/v1alpha1
      kind: ClusterInstallation
      name: chat
      namespace: mattermost
`,
  },
  kindsIn('toolkit.fluxcd.io', 'fluxcd.controlplane.io'),
);
