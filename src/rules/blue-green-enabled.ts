import type { Installation } from '../model/installation.ts';
import { installation, withBlueGreen } from './examples.ts';
import { enabledHits, productionOf } from './feature.ts';
import { inOwnPatch } from './rule.ts';
import type { InstallationRule } from './rule.ts';

export const blueGreenEnabled: InstallationRule = {
  id: 'blue-green-enabled',
  level: 'error',
  summary: 'BlueGreen is enabled, or may be.',
  remedy:
    'Set spec.image, spec.version and spec.resourceLabels to those of the block that is in production, and remove spec.blueGreen. ' +
    'Roll that out in a commit of its own before converting (ci2mm prepare --blue-green production writes it), and expect a short outage.',
  remedyWhereShared: inOwnPatch,
  explanation:
    'The operator refuses to convert such an installation (`IsConvertible`, the same in v1.12.0 to v1.25.9), and Mattermost has no BlueGreen. ' +
    'With BlueGreen on, `spec.image`, `spec.version` and the Deployment named after the installation are not what runs: ' +
    '`blueGreen.productionDeployment` (`blue` or `green`, in any case) names the block that does.\n\n' +
    'Turning BlueGreen off deletes both colours and starts the Deployment named after the installation from `spec.image` and `spec.version`. ' +
    "So these must be set to production's values in the same commit, and that commit must not set `spec.migrate`.\n\n" +
    'Where both colours are to go on, and database and file store are external, `ci2mm prepare --blue-green split` comes after that, twice: it writes a ' +
    'Mattermost for each colour and a Service for production, then an Ingress for production in place of the ClusterInstallation.\n\n' +
    '`enable` counts as true the way Kubernetes reads YAML: unquoted `true`, `yes`, `y` and `on` in their usual capitalisations. ' +
    'A variable, a template action or a string is flagged too: nothing offline says that it is off.',
  before: withBlueGreen(true),
  after: installation(`
  ingressName: chat.example.com
  image: mattermost/mattermost-enterprise-edition
  version: 9.11.3
`),
  example: 'manifest',
  check: ({ installation }) => enabledHits(installation, 'blueGreen', concreteRemedy(installation) ?? blueGreenEnabled.remedy),
};

/** Names what production runs, when the manifest says so. */
function concreteRemedy(installation: Installation): string | null {
  const production = productionOf(installation);
  if (production === null) return null;
  const { colour, image, version } = production;
  const labels = production.labels === null ? '' : `, spec.resourceLabels to spec.blueGreen.${colour}.resourceLabels`;
  return (
    `Production is ${colour}: set spec.image to ${image}, spec.version to ${version}${labels}, and remove spec.blueGreen. ` +
    'Roll that out in a commit of its own before converting (ci2mm prepare --blue-green production writes it), and expect a short outage.'
  );
}
