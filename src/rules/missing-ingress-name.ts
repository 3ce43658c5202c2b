import { isMap, valueAt } from '../model/value.ts';
import { compareReleases, release } from '../operator/releases.ts';
import { installation } from './examples.ts';
import type { InstallationRule, InstallationSubject } from './rule.ts';
import { existing, isUnset } from './written.ts';

const PATH = ['spec', 'ingressName'];

/** `ingressName` is no longer required by the Mattermost CRD; the operator still wants a host unless `spec.ingress` switches the Ingress off. */
const optionalSince = release('1.16.0');

export const missingIngressName: InstallationRule = {
  id: 'missing-ingress-name',
  level: 'warning',
  summary: 'The required field spec.ingressName is missing.',
  remedy: 'Write spec.ingressName, unless an overlay that uses this manifest as its base does.',
  explanation:
    'A ClusterInstallation without `ingressName` is rejected by the API server, yet a base of a kustomization may leave it to its overlays; so ' +
    'this is a warning. Mattermost requires it with operator v1.12 to v1.15. Later releases do not, but a Mattermost with neither ' +
    '`ingressName` nor `ingress` stops with "ingress.host required, but not set" (`SetDefaults`, v1.16.0 to v1.25.9).',
  before: installation(`
  size: 1000users
`),
  after: installation(`
  ingressName: chat.example.com
  size: 1000users
`),
  example: 'manifest',
  check(subject) {
    const { value } = subject.installation;
    if (!isMap(valueAt(value, ['spec'])) || !isUnset(valueAt(value, PATH))) return [];
    return [{ path: existing(value, PATH), message: `spec.ingressName is missing. ${consequence(subject)}` }];
  },
};

const consequence = ({ target }: InstallationSubject): string =>
  compareReleases(target, optionalSince) < 0
    ? `Both a ClusterInstallation and the Mattermost of operator ${target.version} are rejected without it.`
    : `A ClusterInstallation is rejected without it, and a Mattermost with no host stops with an error.`;
