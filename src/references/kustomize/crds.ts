import { withInstallations } from './kustomize-referrer.ts';
import { definitionsOf, planDefinition } from './schemas.ts';

/** Which fields hold names of other objects. */
export const crds = withInstallations({
  id: 'kustomize-crds',
  found: 'Definitions of the kind in the files of `crds`.',
  example: `com.example.ClusterInstallation:
  Schema:
    properties:
      apiVersion: {type: string}
      kind: {type: string}
      metadata: {type: object}
      spec:
        properties:
          database:
            x-kubernetes-object-ref-api-version: v1
            x-kubernetes-object-ref-kind: Secret
            x-kubernetes-object-ref-name-key: secret
            properties:
              secret: {type: string}
`,
  places: (document) => (document.role === 'crds' ? definitionsOf(document) : []),
  planAt: planDefinition,
});
