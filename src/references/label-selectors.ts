import { flagged } from './flagged.ts';

/** What finds the pods, services and other objects of an installation by the labels that the operator gives them. */
export const labelSelectors = flagged(
  {
    id: 'label-selectors',
    found: 'Selectors by the labels that the operator gives to what belongs to a ClusterInstallation.',
    example: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: chat
spec:
  podSelector:
    matchLabels:
      v1alpha1.mattermost.com/installation: chat
`,
  },
  ({ referent, form }) => referent === 'label' && form === 'label',
);
