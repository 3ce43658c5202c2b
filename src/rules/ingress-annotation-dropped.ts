import { isMap, isScalar, valueAt } from '../model/value.ts';
import type { Value } from '../model/value.ts';
import { changedIn, compareReleases } from '../operator/releases.ts';
import { installation } from './examples.ts';
import { inOwnPatch } from './rule.ts';
import type { InstallationRule } from './rule.ts';

const PATH = ['spec', 'ingressAnnotations'];

export const ingressAnnotationDropped: InstallationRule = {
  id: 'ingress-annotation-dropped',
  level: 'warning',
  summary: 'An Ingress annotation will be left out by the operator.',
  remedy: 'Reach the same with annotations of one line and without snippets, or with an Ingress of your own next to the installation.',
  remedyWhereShared: inOwnPatch,
  explanation:
    'From operator v1.25.5 the Ingress of a Mattermost gets no annotation whose name contains `snippet`, in any case, or whose value has a line ' +
    'break (`sanitizeIngressAnnotations` in pkg/mattermost/mattermost_v1beta.go). The Ingress of a ClusterInstallation still gets them. The ' +
    'annotation stays in the manifest, without effect; the operator only logs it.',
  before: installation(`
  ingressName: chat.example.com
  ingressAnnotations:
    nginx.ingress.kubernetes.io/configuration-snippet: 'more_set_headers "X-Frame-Options: DENY";'
`),
  after: installation(`
  ingressName: chat.example.com
  ingressAnnotations:
    nginx.ingress.kubernetes.io/custom-headers: chat/headers
`),
  example: 'manifest',
  check({ installation, target }) {
    const annotations = valueAt(installation.value, PATH);
    if (!isMap(annotations) || compareReleases(target, changedIn.ingressAnnotationFilter) < 0) return [];
    return [...annotations].flatMap(([name, value]) => {
      const reason = unsafe(name, value);
      if (reason === null) return [];
      return [{ path: [...PATH, name], message: `${name}: the operator leaves out an Ingress annotation of a Mattermost ${reason}.` }];
    });
  },
};

function unsafe(name: string, value: Value): string | null {
  if (name.toLowerCase().includes('snippet')) return 'whose name contains "snippet"';
  return isScalar(value) && /[\r\n]/.test(value.text) ? 'whose value has a line break' : null;
}
