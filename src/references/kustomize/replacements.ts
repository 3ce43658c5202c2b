import { isList } from '../../model/value.ts';
import { entriesOf, itemsOf, withInstallations } from './kustomize-referrer.ts';
import { planReplacement } from './replacement-plan.ts';

/** Values that are copied out of an installation, or into one. */
export const replacements = withInstallations({
  id: 'kustomize-replacements',
  found: 'Sources and targets of `replacements`, in a kustomization or a file, with their field paths.',
  example: `resources: [chat.yaml, settings.yaml]
replacements:
  - source: {kind: ConfigMap, name: settings, fieldPath: data.pool}
    targets:
      - select: {kind: ClusterInstallation, name: chat}
        fieldPaths: [spec.nodeSelector.pool]
`,
  places: (document) => {
    if (document.role !== 'replacements') return entriesOf(document, 'replacements');
    return isList(document.value) ? itemsOf(document.value, []) : [[]];
  },
  planAt: ({ value }, path, context) => planReplacement(value, path, context),
});
