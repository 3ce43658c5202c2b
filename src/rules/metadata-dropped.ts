import { formatPath } from '../model/value.ts';
import { metadataToDrop } from '../operator/convert.ts';
import type { DroppedMetadata } from '../operator/fields.ts';
import { plainInstallation } from './examples.ts';
import type { Hit, InstallationRule } from './rule.ts';
import { listed } from './written.ts';

export const metadataDropped: InstallationRule = {
  id: 'metadata-dropped',
  level: 'note',
  summary: 'The manifest carries metadata of one object in one cluster, which is dropped.',
  remedy: 'Nothing has to be done.',
  explanation:
    'Manifests taken with `kubectl get -o yaml` carry what the API server writes: `uid`, `resourceVersion`, `generation`, `managedFields` and ' +
    'the like. On a Mattermost, which is another object, the server refuses some of it, and misreads the rest: `ownerReferences` with the uid of an ' +
    'owner that is not there have the object deleted, and a stale copy in `kubectl.kubernetes.io/last-applied-configuration` misleads the next ' +
    "`kubectl apply`. The operator's own conversion takes over name, namespace, labels and annotations alone. An id by which Argo CD tracks objects " +
    'goes where it names the old kind.',
  before: plainInstallation.replace(
    '  name: chat\n',
    `$&  uid: 0b0c1c0e-0000-4000-8000-000000000000
  resourceVersion: "12345"
`,
  ),
  after: plainInstallation,
  example: 'manifest',
  check({ installation }) {
    const dropped = metadataToDrop(installation.value);
    return [...new Set(dropped.map(({ reason }) => reason))].map((reason) => toHit(dropped.filter((each) => each.reason === reason)));
  },
};

function toHit(dropped: readonly DroppedMetadata[]): Hit {
  const [first] = dropped;
  const names = listed(dropped.map(({ path }) => formatPath(path)));
  return { path: first?.path ?? [], message: `${names} ${dropped.length > 1 ? 'are' : 'is'} dropped: ${first?.reason ?? ''}.` };
}
