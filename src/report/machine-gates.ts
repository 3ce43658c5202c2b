import { plannedId } from './plan.ts';
import type { Plan, PlannedInstallation } from './plan.ts';
import { printable } from './printable.ts';

/** An object that must survive a rollout, as the script of a plan recorded it. */
interface RecordedObject {
  readonly namespace: string;
  /** Plural, with its group: `services`, `mysqlclusters.mysql.presslabs.org`. */
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** What the gates of engines are made with. */
export interface MachineGateOptions {
  readonly objects: readonly RecordedObject[];
  /** With a shell and kubectl, for the Jobs of Argo CD; null where none is needed. */
  readonly image: string | null;
}

/**
 * Gates that the engines themselves keep, as YAML to add by hand: none of them stands where the trigger would have to pass it. Facts: Argo CD runs PreSync
 * hooks before it applies anything, and keeps the rest back while one fails; Flux applies before it checks health, and only what depends on a Kustomization
 * waits for it.
 */
export function machineGates({ installations }: Plan, options: MachineGateOptions): string {
  const own = distinct(installations.filter(({ standing }) => standing !== 'finished'));
  const argo = own.filter(({ engines }) => engines?.includes('argo-cd') === true);
  const flux = own.filter(({ engines }) => engines?.includes('flux') === true);
  const parts = [
    HEAD,
    ...(argo.length === 0 ? [] : [ARGO_HEALTH, ARGO_HEAD, ...argo.map((each) => argoJob(each, options))]),
    ...(flux.length === 0 ? [] : [FLUX_HEAD, ...flux.map(fluxHealth)]),
  ];
  return `${parts.join('\n')}\n`;
}

/** Whether any installation of a plan asks for a Job. */
export const needsGateJob = ({ installations }: Plan): boolean =>
  installations.some(({ engines, standing }) => standing !== 'finished' && engines?.includes('argo-cd') === true);

const distinct = (installations: readonly PlannedInstallation[]): PlannedInstallation[] => [
  ...new Map(installations.map((each) => [`${plannedId(each)} ${each.root}`, each])).values(),
];

const HEAD = `# Gates that the engines keep by themselves, to be added by hand and taken out again with ci2mm finish.
# Each part says when it may be merged: earlier it would hold up what it waits for.`;

const ARGO_HEALTH = `---
# Argo CD, health: two entries for the data of ConfigMap argocd-cm. They may be merged at any time.
# A ClusterInstallation that migrates is no failure, and must not hold up the sync that triggers it. Lua knows no clock: an error that lasts is seen by
# sh gate.sh migrated.
data:
  resource.customizations.health.mattermost.com_ClusterInstallation: |
    local status = obj.status or {}
    local migration = status.migration or {}
    local said = (migration.status or "") .. " " .. (migration.error or "")
    if string.find(said, "cannot be performed safely", 1, true) then
      return {status = "Degraded", message = said}
    end
    if obj.spec.migrate then
      return {status = "Healthy", message = "migrates: " .. said}
    end
    if status.state == "stable" then
      return {status = "Healthy"}
    end
    return {status = "Progressing", message = status.state or "no state yet"}
  resource.customizations.health.installation.mattermost.com_Mattermost: |
    local status = obj.status or {}
    local seen = status.observedGeneration == nil or status.observedGeneration == obj.metadata.generation
    if status.state == "stable" and seen then
      return {status = "Healthy"}
    end
    return {status = "Progressing", message = status.error or status.state or "no state yet"}`;

const ARGO_HEAD = `# Argo CD, a Job before the sync of the conversion: a file beside the manifest, in resources of its kustomization. It goes into the pull request of
# ci2mm convert, or into one after the trigger is live; before that, or together with the trigger, it would keep the trigger from being applied.
# When it fails because the trigger was never live: revert the conversion, and sync the trigger first.
# It may read nothing but the objects that it names. The Secret with the root password is left to sh gate.sh migrated, for whoever may read its uid may read
# the password. Argo CD does not prune hooks; when the file is gone:
#   kubectl delete -n NAMESPACE job,rolebinding,role,serviceaccount NAME-migrated`;

const METADATA = (name: string, namespace: string, wave: number): string => `metadata:
  name: ${name}
  namespace: ${namespace}
  annotations:
    argocd.argoproj.io/hook: PreSync
    argocd.argoproj.io/hook-delete-policy: BeforeHookCreation
    argocd.argoproj.io/sync-wave: "${wave}"`;

function argoJob(installation: PlannedInstallation, { objects, image }: MachineGateOptions): string {
  const namespace = word(installation.namespace ?? 'NAMESPACE');
  const name = word(installation.name);
  const kept = objects.filter((each) => each.namespace === installation.namespace && each.kind !== 'secrets');
  const gate = `${name.slice(0, 54)}-migrated`;
  const documents = [
    `apiVersion: v1\nkind: ServiceAccount\n${METADATA(gate, namespace, -1)}`,
    `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n${METADATA(gate, namespace, -1)}\nrules:\n${[
      rule('clusterinstallations.mattermost.com', [name]),
      rule('mattermosts.installation.mattermost.com', [name]),
      ...[...new Set(kept.map(({ kind }) => kind))].map((kind) =>
        rule(
          kind,
          kept.filter((each) => each.kind === kind).map((each) => each.name),
        ),
      ),
    ].join('\n')}`,
    `apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\n${METADATA(gate, namespace, -1)}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: ${gate}
subjects:
  - kind: ServiceAccount
    name: ${gate}
    namespace: ${namespace}`,
    `apiVersion: batch/v1\nkind: Job\n${METADATA(gate, namespace, 0)}\n${jobSpec(gate, printable(image ?? 'IMAGE'), gateScriptOf(name, kept))}`,
  ];
  return documents.map((document) => `---\n${document}`).join('\n');
}

function rule(kind: string, names: readonly string[]): string {
  const [plural = '', ...group] = kind.split('.');
  const list = names.map((name) => JSON.stringify(name)).join(', ');
  return `  - apiGroups: [${JSON.stringify(group.join('.'))}]\n    resources: [${plural}]\n    resourceNames: [${list}]\n    verbs: [get]`;
}

const jobSpec = (gate: string, image: string, script: string): string => `spec:
  backoffLimit: 0
  activeDeadlineSeconds: 300
  template:
    spec:
      serviceAccountName: ${gate}
      restartPolicy: Never
      securityContext:
        runAsNonRoot: true
        runAsUser: 65534
        seccompProfile: {type: RuntimeDefault}
      containers:
        - name: gate
          image: ${JSON.stringify(image)}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL]}
          command:
            - sh
            - -c
            - |
${script.replaceAll(/^(?=.)/gm, '              ')}`;

/** Whether the migration is over, looked at for two minutes: an engine that heals brings the old object back for a moment. */
function gateScriptOf(name: string, kept: readonly RecordedObject[]): string {
  const survivors = kept.map(({ kind, name: object, uid }) => `is ${kind} ${object} '{.metadata.uid}' ${uid}`);
  return `is() {
  found=$(kubectl get "$1" "$2" --ignore-not-found -o "jsonpath=$3") || return 1
  [ "$found" = "$4" ] || { echo "NOT $1 $2: '$found', not '$4'"; return 1; }
}
over() {
  ${[
    `is clusterinstallations.mattermost.com ${name} '{.metadata.uid}' ''`,
    `is mattermosts.installation.mattermost.com ${name} '{.status.state}' stable`,
    ...survivors,
  ].join(' &&\n  ')}
}
tries=0
until over; do
  tries=$((tries + 1))
  [ "$tries" -lt 24 ] || exit 1
  sleep 5
done`;
}

const FLUX_HEAD = `# Flux: for the Kustomizations named below, once sh gate.sh migrated says ok, with or before the pull request of ci2mm convert. Before the trigger there is
# no Mattermost to be healthy: the Kustomization would not get ready, and what depends on it would stand still.
# Flux applies before it checks health, so this holds back nothing in the Kustomization itself: what is to wait for the Mattermost names the Kustomization in
# spec.dependsOn. It tells no uids apart; sh gate.sh migrated does.`;

const fluxHealth = (installation: PlannedInstallation): string => `---
# ${printable(installation.appliedBy.join(', ') || `the Kustomization that applies ${installation.root ?? installation.file}`)}
spec:
  healthChecks:
    - apiVersion: installation.mattermost.com/v1beta1
      kind: Mattermost
      name: ${word(installation.name)}
      namespace: ${word(installation.namespace ?? 'NAMESPACE')}
  healthCheckExprs:
    - apiVersion: installation.mattermost.com/v1beta1
      kind: Mattermost
      current: has(status.state) && status.state == 'stable' && (!has(status.observedGeneration) || status.observedGeneration == metadata.generation)`;

/** What is no name of Kubernetes must not get out of its place in YAML or a script. */
const word = (text: string): string => (/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$|^NAMESPACE$/.test(text) ? text : 'NAME-TO-BE-WRITTEN');
