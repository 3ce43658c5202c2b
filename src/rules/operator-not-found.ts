import { operator } from './examples-operator.ts';
import { documents, plainInstallation } from './examples.ts';
import type { ReportedRule } from './rule.ts';

export const operatorNotFound: ReportedRule = {
  id: 'operator-not-found',
  level: 'note',
  summary: 'Nothing in the repository says which operator runs, which has to be one that migrates.',
  remedy:
    'See that the operator in the cluster is a release from v1.12.0 to v1.25.9 (image of its Deployment), and give it as --target: kubectl get deployments -A -l name=mattermost-operator -o wide.',
  explanation:
    'Releases from v1.12.0 to v1.25.9 migrate; older ones know no stable Mattermost, and 2.0 knows no ClusterInstallation. Where the repository deploys the operator, by an image, kustomize, a chart, a remote base ' +
    'or a Subscription of OLM, its release is the target, and the trigger is refused where it can not migrate; else --target or the configuration says it, and the newest 1.x is taken for it.',
  before: `# ci2mm prepare\n${plainInstallation}`,
  after: documents(operator('v1.25.7'), plainInstallation),
  example: 'none',
};
