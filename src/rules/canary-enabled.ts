import type { Installation } from '../model/installation.ts';
import { installation } from './examples.ts';
import { canaryName, enabledHits } from './feature.ts';
import { inOwnPatch } from './rule.ts';
import type { InstallationRule } from './rule.ts';

export const canaryEnabled: InstallationRule = {
  id: 'canary-enabled',
  level: 'error',
  summary: 'Canary is enabled, or may be.',
  remedy:
    'Remove spec.canary and roll that out in a commit of its own before converting (ci2mm prepare --canary off writes it). Then delete the canary Deployment, Service and Ingress by hand: the operator leaves them running.',
  remedyWhereShared: inOwnPatch,
  explanation:
    'The operator refuses to convert such an installation (`IsConvertible`, the same in v1.12.0 to v1.25.9), and Mattermost has no Canary. ' +
    'Turning Canary off deletes nothing: the Deployment, Service and Ingress of the canary (named `canary.deployment.name`, by default ' +
    'the name of the installation followed by `-canary`) stay until they are removed by hand. Where the canary is to go on, and database and file store are ' +
    'external, `ci2mm prepare --canary split` comes after that and writes a Mattermost for it.\n\n' +
    '`enable` counts as true the way Kubernetes reads YAML: unquoted `true`, `yes`, `y` and `on` in their usual capitalisations. ' +
    'A variable, a template action or a string is flagged too: nothing offline says that it is off.',
  before: installation(`
  ingressName: chat.example.com
  canary:
    enable: true
    deployment:
      image: mattermost/mattermost-enterprise-edition
      version: 9.11.3
`),
  after: installation(`
  ingressName: chat.example.com
`),
  example: 'manifest',
  check: ({ installation }) => enabledHits(installation, 'canary', concreteRemedy(installation)),
};

function concreteRemedy(installation: Installation): string {
  return (
    'Remove spec.canary and roll that out in a commit of its own before converting (ci2mm prepare --canary off writes it). ' +
    `Then delete Deployment, Service and Ingress ${canaryName(installation)} by hand: the operator leaves them running.`
  );
}
