import { installation } from './examples.ts';
import type { ReportedRule } from './rule.ts';

export const imageDefaulted: ReportedRule = {
  id: 'image-defaulted',
  level: 'warning',
  summary: 'Image or version is left to the default of the operator, so that what runs is known to the cluster alone.',
  remedy:
    'Read what runs off the live object, and write it: ci2mm prepare --image IMAGE --version VERSION, or by hand. The trigger is refused until then.',
  explanation:
    'The operator writes its default of the day into the live object, where a later release leaves it; the manifests never have it, and a cluster that is built anew gets another version. The defaults of the two ' +
    'kinds are not the same in every release: of 1.21.0 it is 9.5.1 for a ClusterInstallation and 9.2.3 for a Mattermost, a downgrade.',
  before: `# ci2mm prepare\n${installation(`
  ingressName: chat.example.com
`)}`,
  after: installation(`
  ingressName: chat.example.com
  image: mattermost/mattermost-enterprise-edition
  version: 9.5.1
`),
  example: 'none',
};
