import { stringAt } from '../model/value.ts';
import type { Value } from '../model/value.ts';

/** What is known of what carries an installation to a cluster: why what it carries is not rewritten, and what to do. */
export interface Wrapper {
  readonly name: string;
  readonly why: string;
  readonly remedy: string;
}

const BESIDE =
  'Make the manifest of the Mattermost with ci2mm convert -, and add it beside the ClusterInstallation once the operator has taken over, so that the old part goes last';

/** By API group, and kind. */
const WRAPPERS: readonly (readonly [group: string, kinds: RegExp, why: string, remedy: string])[] = [
  [
    'work.open-cluster-management.io',
    /^ManifestWork(?:ReplicaSet)?$/,
    'what goes from its manifests is deleted in the other cluster, where nobody here sees whether the operator has taken over',
    `${BESIDE}; a rule for orphans (spec.deleteOption) has it stay in the cluster until then.`,
  ],
  [
    'kubernetes.crossplane.io',
    /^Object$/,
    'with another kind in its manifest the provider makes a second object, and leaves the first to nobody',
    'Write a second Object for the Mattermost, with the manifest that ci2mm convert - makes of this one, and take this one away when the operator has taken over.',
  ],
  [
    'template.openshift.io',
    /^Template$/,
    'it is filled in with parameters that may be anything, and what it made before is taken away by nobody',
    'Convert what oc process makes of it (ci2mm convert -), and carry the result back to the template.',
  ],
  [
    'fluxcd.controlplane.io',
    /^ResourceSet$/,
    'its inputs are filled in later, for each of them a set of objects, and what goes from it is deleted',
    `${BESIDE}; leave << inputs >> as they are.`,
  ],
  [
    'policy.open-cluster-management.io',
    /Policy$/,
    'it says a part of an object only, and whether that is to be there or not',
    'Write a second entry for the Mattermost, with each field at the place that docs/fields.md says, and take this one away when no ClusterInstallation is left.',
  ],
  ['core.oam.dev', /^Application$/, 'traits and policies of its own change it on its way to the cluster', `${BESIDE}.`],
  [
    'apiextensions.crossplane.io',
    /^Composition$/,
    'patches of its own fill it in, by the places of fields',
    'Rewrite its base and the fieldPaths of its patches along docs/fields.md.',
  ],
];

/** The wrapper that a document is; null of any other. */
export function wrapperOf(document: Value): Wrapper | null {
  const [group = '', kind, name] = [
    stringAt(document, ['apiVersion'])?.split('/')[0],
    stringAt(document, ['kind']),
    stringAt(document, ['metadata', 'name']),
  ];
  const known = WRAPPERS.find(([own, kinds]) => group.replace('.m.', '.') === own && kinds.test(kind ?? ''));
  return known === undefined ? null : { name: [kind, name].filter((each) => each != null).join(' '), why: known[2], remedy: known[3] };
}
