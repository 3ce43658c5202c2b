import { flagged } from './flagged.ts';

/** Words of a language of their own, of which only a human reader knows the whole meaning. */
export const expressions = flagged(
  {
    id: 'expressions',
    found: 'Queries, expressions and commands that name the kind or a label, and manifests in strings.',
    example: `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: chat
spec:
  groups:
    - name: chat
      rules:
        - alert: ChatDown
          expr: 'sum(kube_customresource_state{customresource_kind="ClusterInstallation"}) == 0'
`,
  },
  ({ form }) => form === 'text',
);
