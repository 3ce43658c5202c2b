import { isMap, scalarAt, valueAt } from '../model/value.ts';
import { changedIn, compareReleases } from '../operator/releases.ts';
import { installation } from './examples.ts';
import { inOwnPatch } from './rule.ts';
import type { InstallationRule } from './rule.ts';
import { isUnset, listed } from './written.ts';

const PATH = ['spec', 'serviceAnnotations'];

export const serviceAnnotationsActivated: InstallationRule = {
  id: 'service-annotations-activated',
  level: 'warning',
  summary: 'Service annotations that had no effect so far will take effect.',
  remedy: 'Remove spec.serviceAnnotations to keep things as they are, or check that the annotations are right for a headless Service.',
  remedyWhereShared: inOwnPatch,
  explanation:
    'A ClusterInstallation puts `serviceAnnotations` on its Service only when `useServiceLoadBalancer` is true (`GenerateService`, operator ' +
    'v1.12.0 to v1.25.9). A Mattermost does so always from operator v1.22.0 (`GenerateServiceV1Beta`), so that annotations for external-dns, ' +
    'a mesh or a cloud provider come to life with the conversion.',
  before: installation(`
  ingressName: chat.example.com
  serviceAnnotations:
    external-dns.alpha.kubernetes.io/hostname: chat.example.com
`),
  after: installation(`
  ingressName: chat.example.com
`),
  example: 'manifest',
  check({ installation, target }) {
    const annotations = valueAt(installation.value, PATH);
    if (compareReleases(target, changedIn.headlessServiceAnnotations) < 0) return [];
    if (scalarAt(installation.value, ['spec', 'useServiceLoadBalancer']) === true) return [];
    if (isUnset(annotations) || (isMap(annotations) && annotations.size === 0)) return [];
    const names = isMap(annotations) ? ` (${listed([...annotations.keys()])})` : '';
    return [
      {
        path: PATH,
        message: `spec.serviceAnnotations${names} had no effect, as spec.useServiceLoadBalancer is not true; Mattermost puts them on its Service always.`,
      },
    ];
  },
};
