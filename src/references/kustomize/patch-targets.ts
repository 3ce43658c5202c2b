import { entriesOf, withInstallations } from './kustomize-referrer.ts';
import { planTarget } from './selectors.ts';

/** What patches apply to. The patches themselves are fragments of installations. */
export const patchTargets = withInstallations({
  id: 'kustomize-patch-targets',
  found: 'Targets of `patches` and `patchesJson6902`, which are regular expressions.',
  example: `resources: [chat.yaml]
patches:
  - path: replicas.yaml
    target:
      group: mattermost.com
      kind: ClusterInstallation
`,
  places: (document) => ['patches', 'patchesJson6902'].flatMap((list) => entriesOf(document, list).map((entry) => [...entry, 'target'])),
  planAt: ({ value }, path, context) => planTarget(value, path, context),
});
