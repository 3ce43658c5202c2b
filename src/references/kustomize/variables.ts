import { combined, NO_PLAN } from './plan.ts';
import { planFieldPath } from './field-paths.ts';
import { entriesOf, withInstallations } from './kustomize-referrer.ts';
import { planLiteral } from './selectors.ts';

/** Values that are read off an installation. */
export const variables = withInstallations({
  id: 'kustomize-variables',
  found: 'Objects of `vars`, with their field paths.',
  example: `resources: [chat.yaml]
vars:
  - name: POOL
    objref: {apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation, name: chat}
    fieldref: {fieldpath: spec.nodeSelector.pool}
`,
  places: (document) => entriesOf(document, 'vars'),
  planAt: ({ value: document }, path, context) => {
    const object = planLiteral(document, [...path, 'objref'], context, 'source');
    if (object === null) return NO_PLAN;
    const field = { document, path: [...path, 'fieldref', 'fieldpath'], notation: 'dotted', use: 'reads' } as const;
    return combined([object, planFieldPath(field, context)]);
  },
});
