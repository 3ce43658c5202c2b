import { HELM_KEEP, PROTECTING, PRUNE_ANNOTATIONS } from '../engines/protection.ts';
import { standingOf } from '../engines/standing.ts';
import { installation } from './examples.ts';
import type { InstallationRule, InstallationSubject } from './rule.ts';
import { stringAt } from '../model/value.ts';
import { listed } from './written.ts';

export const directSwap: InstallationRule = {
  id: 'direct-swap',
  level: 'warning',
  onlyConverted: true,
  isHazard: true,
  summary:
    'Rolling the converted manifest out as it is replaces the installation: an outage, and with an operator-managed database expect data loss.',
  remedy:
    'Roll out in three commits: protect the ClusterInstallation from pruning (ci2mm prepare); set spec.migrate: true and nothing else (ci2mm trigger), and wait until the new Mattermost is stable and the ClusterInstallation gone; then the converted manifest.',
  explanation:
    'A new kind is a new object. Argo CD, Flux and `kubectl apply --prune` see one deletion and one creation, and with the ClusterInstallation ' +
    'goes everything that it owns: Deployment, Service, Ingress, and, where the operator manages them, the MysqlCluster with its volumes, the ' +
    'MinIOInstance and the Secrets. Without pruning two controllers overwrite each other for ever. A Mattermost can never take over the old ' +
    'Deployment, whose selector is immutable.\n\n' +
    'The way without downtime is the migration of the operator itself (the same in v1.12.0 to v1.25.9, gone in v2.0.0):\n\n' +
    '1. Protect the ClusterInstallation from pruning, and let that become live. Argo CD: `argocd.argoproj.io/sync-options: Prune=false,Delete=false`. ' +
    'Flux: `kustomize.toolkit.fluxcd.io/prune: disabled`.\n' +
    '2. Commit `spec.migrate: true` and nothing else. The operator makes the Mattermost from the live ClusterInstallation and removes the latter ' +
    'when `status.state` of the Mattermost is `stable`. Never revert this commit once the migration has begun. With an operator-managed database, ' +
    'first keep a copy of the Secret called like the installation with `-mysql-root-password` appended, and remove its ownerReferences: operator ' +
    'v1.18.1 and later make it a child of the ClusterInstallation, and it would go with it.\n' +
    '3. Then commit the converted manifest. A manifest with `migrate: true` is taken to be at this point, and this rule keeps quiet.\n\n' +
    'A chart goes the same way in three releases. What Helm itself, and so a HelmRelease of Flux, deletes when a chart renders it no more, `helm.sh/resource-policy: keep` ' +
    'on the release before keeps.',
  before: installation(`
  ingressName: chat.example.com
`),
  after: installation(`
  ingressName: chat.example.com
  migrate: true
`),
  example: 'manifest',
  check(subject) {
    const standing = standingOf(subject.installation.value, subject.engines);
    if (standing === 'triggered') return [];
    if (subject.inChart && isKept(subject)) return [CHART_TOO_EARLY];
    if (standing === 'prepared' && subject.engines?.length !== 0) return [TOO_EARLY];
    return [
      {
        path: [],
        message: `Rolled out in one step, this deletes the ClusterInstallation with ${owned(subject)}, and makes a Mattermost: ${harm(subject)}.`,
        remedy: (subject.inChart ? CHART_REMEDY : protection(subject)) + secretRemedy(subject),
      },
    ];
  },
};

const TOO_EARLY = {
  path: [],
  message:
    'Rolled out now, a Mattermost stands beside the ClusterInstallation, which is protected from pruning and not triggered: two controllers overwrite each other, and neither becomes stable.',
  remedy:
    'Roll out what ci2mm trigger writes, wait until the Mattermost is stable and the ClusterInstallation gone, and only then the converted manifest.',
};

const isKept = ({ installation: { value } }: InstallationSubject): boolean =>
  stringAt(value, ['metadata', 'annotations', HELM_KEEP.annotation]) === HELM_KEEP.value;

const KEEPING = `${HELM_KEEP.annotation}: ${HELM_KEEP.value} where Helm or Flux installs the chart, ${PRUNE_ANNOTATIONS['argo-cd']}: ${PROTECTING['argo-cd']} where Argo CD does`;

/** Stages leave templates alone. */
const CHART_REMEDY = `Release the chart three times: first with an annotation in the template that keeps the ClusterInstallation (${KEEPING}); then with spec.migrate: true and nothing else, written by hand into the template or the values that hold its spec, and wait until the new Mattermost is stable and the ClusterInstallation gone; then what is written here.`;

const CHART_TOO_EARLY = {
  path: [],
  message: TOO_EARLY.message.replace('protected from pruning', 'kept by Helm'),
  remedy:
    'Release the chart with spec.migrate: true and nothing else first, wait until the Mattermost is stable and the ClusterInstallation gone, and only then what is written here.',
};

/** The remedy, with the annotation that keeps the engine in use from pruning. */
function protection({ engines }: InstallationSubject): string {
  const [engine, other] = engines ?? [];
  if (engine === undefined || other !== undefined) return directSwap.remedy;
  return directSwap.remedy.replace('from pruning', `from pruning (annotation ${PRUNE_ANNOTATIONS[engine]}: ${PROTECTING[engine]})`);
}

function owned({ database, fileStore }: InstallationSubject): string {
  const stores = [
    ...(database === 'operator-managed' ? ['MysqlCluster'] : []),
    ...(fileStore === 'operator-managed' ? ['MinIOInstance'] : []),
  ];
  return `its ${listed(['Deployment', 'Service', 'Ingress', ...stores])}`;
}

const harm = ({ database }: InstallationSubject): string =>
  database === 'operator-managed' ? 'an outage, and the loss of the database' : 'an outage';

/** The same words for all, so that many of them are told as one. */
const secretRemedy = ({ database }: InstallationSubject): string =>
  database === 'operator-managed'
    ? ' Before spec.migrate, keep a copy of the Secret called like the installation with -mysql-root-password appended, and remove its ownerReferences.'
    : '';
