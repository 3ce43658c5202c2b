import { flagged, kindsIn } from './flagged.ts';

/** What is checked or changed on its way into the cluster. */
export const admission = flagged(
  {
    id: 'admission',
    found: 'Admission policies and webhooks that are meant for the kind: those of Kubernetes, Kyverno and Gatekeeper.',
    example: `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: no-latest
spec:
  rules:
    - name: version
      match:
        any:
          - resources:
              kinds: [mattermost.com/v1alpha1/ClusterInstallation]
`,
  },
  kindsIn('admissionregistration.k8s.io', 'kyverno.io', 'gatekeeper.sh'),
);
