import { plainInstallation } from './examples.ts';
import type { ReportedRule } from './rule.ts';

/** Why a stage is refused, and what lets it go through. */
export interface StageReason {
  readonly sentence: string;
  readonly remedy: string;
}

/** Every reason for which a stage of the rollout is refused, by its code, which stands in findings. */
export const stageReasons = {
  'engine-unknown': {
    sentence: 'Nothing in the repository says what brings the manifest into the cluster, and so which annotation protects it.',
    remedy: 'Say so: --engine argo-cd, flux, both, or none for neither (or engine in the configuration).',
  },
  'not-protected': {
    sentence: 'The ClusterInstallation is not protected from pruning.',
    remedy: 'First roll out what ci2mm prepare writes, and wait until it is live.',
  },
  'not-confirmed-live': {
    sentence: 'Protection counts once it is on the live object, which the manifests can not tell.',
    remedy:
      'Run the gate that ci2mm plan prints; when it passes, hand over what it wrote with --gate-file, or say so with --confirmed-live.',
  },
  'gate-closed': {
    sentence: 'The gate file shows no open gate for this ClusterInstallation.',
    remedy:
      'Run sh gate.sh record FILE, of the script that ci2mm plan prints now, in the cluster of this ClusterInstallation, and use it within an hour.',
  },
  'root-password': {
    sentence: 'The Secret with the root password of the operator-managed database goes with the ClusterInstallation.',
    remedy:
      'Keep a copy of the Secret called like the installation with -mysql-root-password appended, remove its ownerReferences as ci2mm plan prints, and say so with --confirmed-root-password.',
  },
  'image-defaulted': {
    sentence: 'Image or version is not written out, so that what runs is known to the cluster alone.',
    remedy:
      'Write what runs into spec.image and spec.version, by hand or with ci2mm prepare --image IMAGE --version VERSION, and roll that out first.',
  },
  'size-unknown': {
    sentence: 'What spec.size means to the operator that runs is not known.',
    remedy: 'Say which one runs with --target RELEASE, or write replicas and resources in place of the size by hand.',
  },
  'feature-on': {
    sentence: 'BlueGreen or Canary is on, and the operator refuses to migrate.',
    remedy: 'Switch it off first, in a rollout of its own: ci2mm prepare --blue-green production, or --canary off.',
  },
  'split-stores': {
    sentence: 'Several Mattermosts can share a database and a file store only where both are external.',
    remedy:
      'Make both external first, or say what they are with --database and --file-store; else keep to --blue-green production or --canary off.',
  },
  'split-load-balancer': {
    sentence: 'Clients know the address of a Service that the operator makes and takes away.',
    remedy: 'Give production a Service of its own first, or keep to --blue-green production.',
  },
  operator: {
    sentence: 'The operator in the repository can not migrate, or nobody knows which one runs.',
    remedy: 'Run the newest 1.x release, pinned by its tag, and roll that out first.',
  },
  'would-be-blocked': {
    sentence: 'ci2mm convert would be blocked, and this stage can not be taken back once it is rolled out.',
    remedy: 'First correct what ci2mm convert tells.',
  },
  'mattermost-exists': {
    sentence: 'A Mattermost of the name is in the manifests already; beside one the operator can not migrate.',
    remedy: 'Take the Mattermost out of the manifests and out of the cluster first, if it holds nothing.',
  },
  'still-there': {
    sentence: 'A ClusterInstallation of the name is still in the manifests.',
    remedy: 'First roll out what ci2mm convert writes.',
  },
  'no-place': {
    sentence: 'The change can be written in no place that only the chosen installations read.',
    remedy: 'Choose all that share the manifest, or write the change by hand.',
  },
  'not-chosen': {
    sentence: 'Only some of the kustomizations that share a manifest were chosen, and a conversion reaches all of them.',
    remedy: 'Choose all that share the manifest once they are triggered, or give the one that goes ahead a copy of the manifest.',
  },
  'stages-differ': {
    sentence: 'Kustomizations that share a manifest stand at different stages, and a conversion would reach all of them.',
    remedy: 'Bring the others to the same stage first, or give the one that is ahead a copy of the manifest.',
  },
} as const satisfies Readonly<Record<string, StageReason>>;

export type StageReasonCode = keyof typeof stageReasons;

export const stageRefused: ReportedRule = {
  id: 'stage-refused',
  level: 'error',
  fixed: true,
  summary: 'A stage of the rollout would do harm now, or can not be written.',
  remedy: 'The finding says what has to be done before.',
  explanation: `A rollout goes in stages, prepare, trigger, convert and finish, each a pull request of its own, and each safe only when the one before is live. The code at the end of the message says why a stage is refused:\n\n${Object.entries(
    stageReasons,
  )
    .map(([code, { sentence, remedy }]) => `- \`${code}\`: ${sentence} ${remedy}`)
    .join('\n')}`,
  before: `# ci2mm trigger\n${plainInstallation}`,
  after: `# ci2mm prepare --engine flux\n${plainInstallation}`,
  example: 'none',
};
