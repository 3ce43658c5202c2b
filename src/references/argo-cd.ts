import { flagged, kindsIn } from './flagged.ts';
import type { Mention } from './mentions.ts';

const isArgoObject = kindsIn('argoproj.io');

/** Argo CD's own settings are keys of a ConfigMap. */
const isSetting = ({ referent, resource, path: [list, key] }: Mention): boolean =>
  referent === 'kind' && resource.kind === 'ConfigMap' && list === 'data' && String(key).startsWith('resource.');

/** What Argo CD ignores, allows, or judges the health of. */
export const argoCd = flagged(
  {
    id: 'argo-cd',
    found: 'Applications, ApplicationSets and AppProjects that name the kind, and customizations of it in the settings of Argo CD.',
    example: `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: chat
spec:
  ignoreDifferences:
    - group: mattermost.com
      kind: ClusterInstallation
      jsonPointers: [/spec/size]
`,
  },
  (mention) => isArgoObject(mention) || isSetting(mention),
);
