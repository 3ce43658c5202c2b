import { planFieldSpec } from './field-specs.ts';
import { entriesOf, itemsOf, withInstallations } from './kustomize-referrer.ts';

/** Fields of an installation that get labels too. */
export const labels = withInstallations({
  id: 'kustomize-labels',
  found: 'Field specs of `labels`.',
  example: `resources: [chat.yaml]
labels:
  - pairs: {team: chat}
    fields: [{kind: ClusterInstallation, path: spec/resourceLabels, create: true}]
`,
  places: (document) => entriesOf(document, 'labels').flatMap((entry) => itemsOf(document.value, [...entry, 'fields'])),
  planAt: ({ value }, path, context) => planFieldSpec(value, path, context, true),
});
