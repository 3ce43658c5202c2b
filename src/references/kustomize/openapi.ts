import { withInstallations } from './kustomize-referrer.ts';
import { definitionsOf, planDefinition } from './schemas.ts';

/** How patches merge. */
export const openapi = withInstallations({
  id: 'kustomize-openapi',
  found: 'Definitions of the kind in the schema of `openapi.path`.',
  example: `definitions:
  com.mattermost.v1alpha1.ClusterInstallation:
    x-kubernetes-group-version-kind:
      - {group: mattermost.com, version: v1alpha1, kind: ClusterInstallation}
    properties:
      spec:
        properties:
          mattermostEnv:
            x-kubernetes-patch-merge-key: name
            x-kubernetes-patch-strategy: merge
`,
  places: (document) => (document.role === 'openapi' ? definitionsOf(document) : []),
  planAt: planDefinition,
});
